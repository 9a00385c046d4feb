"""Every limit of the checker, in one place. What a stranger sends ends in a sentence, not in a hang or a full memory.

Bytes unless a name says otherwise. The tests try each one at the limit and one beyond.
"""

from __future__ import annotations

# The network (fetch).
MAX_ANSWER = 5 * 1024 * 1024
"""Body of one answer."""
MAX_SECONDS = 10.0
"""Looking up, connecting, asking and reading, for one address and all its redirects."""
MAX_REDIRECTS = 3
MAX_REQUESTS = 2_000
"""Requests of one run, redirects counted."""
MAX_URL = 2_048
"""Characters of an address."""
MAX_MAP = 8 * 1024 * 1024
"""The map of a snapshot."""
MAX_MAP_LINES = 100_000
MAX_REMEMBERED = 32 * 1024 * 1024
"""Answers that are kept during a run, so that one list is asked for once."""
MAX_KEPT = 2_000
"""Results, such as checked status lists, that are kept during a run."""
MAX_REQUESTS_EACH = 60
"""Requests for one document with its parts."""
MAX_SECONDS_EACH = 30.0
"""Time after which nothing more is asked for one document with its parts."""

# Logs (logged).
MAX_LOGS = 200
"""Badges of one run whose log is asked; the others are judged without it."""
MAX_WITNESSES = 4
"""Witnesses whose own sites are asked for their keys."""

# What is read (reading, json_reading, zip_reading, pdf_reading, html).
MAX_FILE = 20 * 1024 * 1024
"""A picture, PDF or ZIP."""
MAX_JSON = 5 * 1024 * 1024
MAX_DEPTH = 64
"""Lists and objects within each other."""
MAX_NODES = 50_000
"""Values of one JSON document, members counted."""
MAX_NUMBER = 40
"""Digits of a number, with sign and exponent."""
MAX_ZIP_MEMBERS = 10_000
MAX_ZIP_TOTAL = 256 * 1024 * 1024
"""All members of a ZIP together, unpacked; one may have MAX_FILE."""
MAX_PDF_STREAMS = 5_000
MAX_PDF_INFLATED = 32 * 1024 * 1024
"""All streams of a PDF that are looked at, unpacked."""
MAX_DOCUMENTS = 200
"""Documents in one PDF."""
MAX_FOLDER = 20_000
"""Files of one folder."""
MAX_LINES = 20_000
"""Lines of a file of trusted issuers."""

# Graphs (terms).
MAX_OBJECTS = 3_000
"""Objects that are canonicalised as RDF for one document, its parts counted again."""
MAX_NAMELESS = 500
"""Objects without an id among them: canonicalising compares those with each other."""
MAX_ORDERS = 2_000
"""Orders of nameless objects that look alike, which canonicalising would try."""
MAX_PARTS = 50
"""Credentials within a credential, endorsements counted."""
MAX_PROOFS = 8
MAX_NESTED = 4
"""Credentials within credentials within credentials."""
MAX_METHODS = 500
"""Keys of one issuer's document."""
MAX_TRIED = 20
"""Keys that are tried where a signature does not name one."""

# Status lists (status).
MAX_LIST_PACKED = 1024 * 1024
MAX_LIST = 4 * 1024 * 1024
"""Unpacked: 33 million entries."""
MIN_LIST = 16 * 1024
"""Bitstring Status List 1.0, "Bitstring Generation": a holder hides among at least 131,072."""

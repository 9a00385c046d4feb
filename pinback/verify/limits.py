"""The limits of the checker, under the names that it calls them by; what they are and why stands in ``pinback.limits``.

The tests try each one at the limit and one beyond.
"""

from __future__ import annotations

from pinback import limits

MAX_ANSWER = limits.MAX_ANSWER
MAX_SECONDS = limits.MAX_SECONDS
MAX_REDIRECTS = limits.MAX_REDIRECTS
MAX_REQUESTS = limits.MAX_REQUESTS
MAX_URL = limits.MAX_URL
MAX_MAP = limits.MAX_MAP
MAX_MAP_LINES = limits.MAX_MAP_LINES
MAX_REMEMBERED = limits.MAX_REMEMBERED
MAX_KEPT = limits.MAX_KEPT
MAX_REQUESTS_EACH = limits.MAX_REQUESTS_EACH
MAX_SECONDS_EACH = limits.MAX_SECONDS_EACH
MAX_FILE = limits.MAX_CHECKED_FILE
MAX_JSON = limits.MAX_JSON
MAX_DEPTH = limits.MAX_JSON_DEPTH
MAX_NODES = limits.MAX_JSON_NODES
MAX_NUMBER = limits.MAX_JSON_NUMBER
MAX_ZIP_MEMBERS = limits.MAX_ZIP_MEMBERS
MAX_ZIP_TOTAL = limits.MAX_ZIP_TOTAL
MAX_PDF_STREAMS = limits.MAX_PDF_STREAMS
MAX_PDF_INFLATED = limits.MAX_PDF_INFLATED
MAX_DOCUMENTS = limits.MAX_DOCUMENTS
MAX_FOLDER = limits.MAX_CHECKED_FOLDER
MAX_LINES = limits.MAX_TRUST_LINES
MAX_OBJECTS = limits.MAX_OBJECTS
MAX_NAMELESS = limits.MAX_NAMELESS
MAX_ORDERS = limits.MAX_ORDERS
MAX_PARTS = limits.MAX_PARTS
MAX_PROOFS = limits.MAX_PROOFS
MAX_NESTED = limits.MAX_NESTED
MAX_METHODS = limits.MAX_METHODS
MAX_TRIED = limits.MAX_TRIED
MAX_LIST_PACKED = limits.MAX_LIST_PACKED
MAX_LIST = limits.MAX_LIST
MIN_LIST = limits.MIN_LIST

"""Every limit on what strangers and careless hands can give, in one place: names, units and why.

What is past a limit ends in one line that says so, never in a hang or a full memory. Bytes are bytes of the file as it lies on
the disk; characters are code points. ``docs/limits.md`` is this list for readers, and ``tests/test_every_limit.py`` holds the two
equal and tries each limit at its value and one beyond. Limits of single fields (a name has 120 characters) are no matter of
safety and stand with the fields, in ``content/fields.py``; those of rosters are shared with the browser and stand in
``page_scripts/source/roster/rules.json``.

This module imports nothing.
"""

from __future__ import annotations

_KB, _MB, _GB = 1024, 1024 * 1024, 1024 * 1024 * 1024

# Files of a club.
MAX_FILE = 64 * _MB
"""Bytes of any file of a club for which nothing smaller is said."""
MAX_RECORD = 1_000_000
"""Bytes of one YAML file."""
MAX_MARKDOWN = 512_000
"""Bytes of one Markdown file with its front matter."""
MAX_STATIC = 20 * _MB
"""Bytes of one file in ``site_src/static``."""
MAX_PICTURE = 20 * _MB
"""Bytes of a picture of a badge or an issuer, as it is given."""
MAX_THEME_FILE = 1_000_000
"""Bytes of a template, style sheet or catalogue of a club's own theme."""
MAX_FONT_BYTES = 24 * _MB
"""Bytes of a font file of a club. One with all Chinese, Japanese and Korean letters has 16 MB."""
MAX_FONTS = 12
"""Font files of a club."""
MAX_BUNDLE = 64 * _KB
"""Bytes of ``keys.age``."""
MAX_WORK = 20
"""Work factor of ``keys.age``, a power of two: 18 takes a quarter of a gigabyte of memory and a second or less, and 20 four times as much. Ours have 15; another
program that writes age files may choose 20."""
MAX_SEALED = 8 * _MB
"""Bytes of one sealed file."""
MAX_REGISTER = 1 * _GB
"""Bytes of a register: some millions of lines."""
MAX_NOTE = 64 * _KB
"""Bytes of a checkpoint that stands by itself, as in a site's log."""
MAX_DEPLOYED = 64 * _MB
"""Bytes of one file of an earlier state, other than a register, when a club is compared with what was published."""
MAX_WHEEL = 64 * _MB
"""Bytes of the wheel that goes along with a template repository."""
MAX_COPY = 4 * _MB
"""Bytes of a saved copy of a badge from elsewhere: git keeps every one for ever."""
MAX_COPIED_PICTURE = 24 * _KB
"""Bytes of the picture of a badge from elsewhere: a page with twenty of them is still small enough for a phone."""

# YAML and Markdown.
MAX_YAML_DEPTH = 32
"""Lists and sets of fields within each other."""
MAX_YAML_NODES = 100_000
"""Values of one YAML file, the ends of lists counted."""
MAX_YAML_FIELDS = 1_000
"""Fields of one set of fields."""
MAX_TEXT = 64_000
"""Characters of one YAML value."""
MAX_PROBLEMS = 1_000
"""Faults of one file that are told one by one; a file with more of them is of another kind."""
MAX_SLUG = 64
"""Characters of a name that becomes an address: of a badge, an issuer, a page, a holder's handle."""
MAX_MARKDOWN_NESTING = 40
"""Lists, quotations or open brackets within each other in Markdown: its converter works by recursion."""
MAX_MARKDOWN_BLOCK = 64_000
"""Characters of Markdown without an empty line between them: its converter searches each block again and again."""
MAX_MARKDOWN_BLOCK_LINES = 2_000
"""Lines of Markdown without an empty line between them, for the same reason."""
MAX_MARKDOWN_LINES = 20_000
"""Lines of one Markdown text: each may become an element of the page."""
MAX_MARKDOWN_SIGNS = 50_000
"""Signs in one Markdown text that can begin or end something (``* _ ` [ ] < & \\``): each is looked at again and again."""
MAX_MARKDOWN_ROW = 1_000
"""Signs ``*`` or ``_`` in a row in Markdown: pairs of them are looked for from each."""
MAX_MARKDOWN_SEARCHED = 10_000_000
"""Characters of one Markdown text that are searched for ends of links and code which are not near: a second's work."""
MAX_TEMPLATE_SECONDS = 2.0
"""Seconds that a template of a club's own may work on one page; one of the default theme takes a hundredth."""
MAX_TEMPLATE_MEMORY = 256 * _MB
"""Bytes of memory that it may take meanwhile, on Linux."""
MAX_TEMPLATE_PAGE = 16 * _MB
"""Characters of the page that it makes."""
MAX_TEMPLATE_BITS = 10_000
"""Bits of a product or power that it computes."""
MAX_PAPER_SECONDS = 5.0
"""Seconds of work for one paper, a certificate or a holder's sheet; with the default theme they take a tenth or two."""
MAX_PAPER_MEMORY = 384 * _MB
"""Bytes of memory that one may take meanwhile, on Linux; the fonts with all Chinese letters are among them."""
MAX_TEMPLATE_REASON = 200
"""Characters that are shown of what is wrong with a template."""

# SVG.
MAX_SVG_BYTES = 1 * _MB
"""Bytes of a drawing, as it is given and as it is written anew."""
MAX_BAKED_SVG_BYTES = 20 * _MB
"""Bytes of an SVG that carries a badge document."""
MAX_SVG_DEPTH = 64
"""Elements of an SVG within each other."""
MAX_SVG_ELEMENTS = 20_000
"""Elements of an SVG."""
MAX_SVG_COST = 50_000
"""Cost of drawing an SVG with every reference followed. A plain drawing of 20,000 simple shapes costs 20,000; ``images/svg_cost`` has the unit."""
MAX_SVG_DRAWN_DEPTH = 128
"""Elements of an SVG within each other when every reference is followed."""
MAX_DRAWING_SECONDS = 5.0
"""Seconds of work on drawing an SVG in a process of its own: on the card of a badge that is not sealed yet, or where lengths in it may multiply."""
MAX_DRAWING_MEMORY = 512 * _MB
"""Bytes of memory that it may take meanwhile, on Linux: a pattern may be any number of pixels wide."""
MAX_SVG_NUMBER = 1_000_000.0
"""Size or coordinate in an SVG. Circles of 100,000,000 units take libcairo twenty milliseconds each."""

# PNG, JPEG and fonts.
MAX_PNG_BYTES = 20 * _MB
"""Bytes of a PNG."""
MAX_PNG_SIDE = 4096
"""Pixels of width and of height of a PNG."""
MAX_PNG_CHUNKS = 20_000
"""Chunks of a PNG."""
MAX_BAKED_BYTES = 2 * _MB
"""Bytes of UTF-8, unpacked, of one document in a picture."""
MAX_FRAMED_PNG_BYTES = 700_000
"""Bytes of a PNG that an SVG is put around: in base64 it stays below ``MAX_SVG_BYTES``."""
MAX_JPEG_SIDE = 4096
"""Pixels of width and of height of a JPEG."""
MAX_PICTURE_PARTS = 200_000
"""Segments, chunks or blocks of a JPEG, WebP or GIF; a GIF of 20 MB has 80,000 blocks."""
MAX_STROKES = 4000
"""Lines and curves of one glyph; the richest letters of real fonts have a few hundred."""
MAX_STROKE_LENGTH = 2000
"""Em, all strokes of one glyph together, across and up; the longest letter of our fonts, a whole phrase in Arabic, has 140."""
MAX_GLYPH_GROWTH = 16
"""Glyphs that a font may make of one character."""
MAX_LETTERS = 400
"""Letters of a text that is drawn into a picture; a longer one is cut off before it is set."""

# Keys, signatures, numbers.
MAX_TOKEN = 1_000_000
"""Characters of a compact JWS."""
MAX_RSA_BITS = 8192
"""Bits of the modulus of an RSA key that is tried."""
MAX_RSA_EXPONENT = 2**33
"""The exponent of an RSA key is smaller than this."""
MAX_PEM = 10_000
"""Characters of a key in PEM form."""
MAX_INTEGER = 2**53 - 1
"""Whole number in a signed document or a register, with either sign: every reader has the same one (RFC 7493 §2.2)."""
MAX_PACKED = 256 * _KB
"""Bytes of a packed status list of our own."""
MAX_FRAGMENT = 4_096
"""Characters behind the ``#`` of a named link."""
MAX_IN_GROUP = 20
"""Awards behind one name in a person's link; readers look at the first 2,048 signs of a name and its secrets."""
MAX_SIGNER_ANSWER = 4_096
"""Bytes of what a program that holds the keys answers; the rest is not looked at."""
SIGNER_SECONDS = 120
"""Seconds that it has: a person may have to type a number into a device meanwhile."""
GIT_SECONDS = 120.0
"""Seconds that git has for one answer."""
GIT_QUICK_SECONDS = 4.0
"""Seconds that git has to say where a repository is, what a name means or whether a file is ignored."""
MAX_GIT_ANSWER = 128 * _MB
"""Bytes of one answer of git, other than the content of files: the names of a million, or what changed in half as many."""
MAX_GIT_MEMORY = 384 * _MB
"""Bytes of memory that git may take, on Linux: a tree of a few kilobytes can hold a thousand million files."""

# The local look at a site, ``serve``.
MAX_CONNECTIONS = 48
"""Browsers' connections that are answered at once; a browser takes six."""
LISTENER_SECONDS = 10.0
"""Seconds after which a connection that asks nothing, or does not take its answer, is closed."""

# Checking a badge: the network.
MAX_ANSWER = 5 * _MB
"""Bytes of one answer."""
MAX_SECONDS = 10.0
"""Seconds for one address and all its redirects: looking up, connecting, asking and reading."""
MAX_REDIRECTS = 3
"""Redirects of one address."""
MAX_REQUESTS = 2_000
"""Requests of one run, redirects counted."""
MAX_URL = 2_048
"""Characters of an address."""
MAX_MAP = 8 * _MB
"""Bytes of the map of a snapshot."""
MAX_MAP_LINES = 100_000
"""Lines of the map of a snapshot."""
MAX_REMEMBERED = 32 * _MB
"""Bytes of answers that are kept during a run, so that one list is asked for once."""
MAX_KEPT = 2_000
"""Results, such as checked status lists, that are kept during a run."""
MAX_REQUESTS_EACH = 60
"""Requests for one document with its parts."""
MAX_SECONDS_EACH = 30.0
"""Seconds after which nothing more is asked for one document with its parts."""

# Logs (``docs/log.md``). ``MAX_NOTE`` above holds here too.
MAX_NOTE_SIGNATURES = 64
"""Signature lines of a checkpoint; C2SP asks that sixteen are read."""
MAX_PROOF_HASHES = 63
"""Hashes of a proof: more than any tree needs (C2SP tlog-witness)."""
MAX_LOG_PROOF = 256 * _KB
"""Bytes of a proof with its checkpoint and all signatures."""
MAX_LOG_ENTRIES = 2**24
"""Entries of a log that is read as a whole."""
MAX_LOG_CHECKPOINTS = 100_000
"""Checkpoints that a log lists."""
MAX_LOG_FILE = 16 * _MB
"""Bytes of one file of a log, such as the list of its checkpoints; an address answers at most ``MAX_ANSWER``."""
MAX_LOG_STATE = 256 * _KB
"""Bytes of what ``log monitor`` keeps."""
MAX_LOGS = 200
"""Badges of one run whose log is asked; the others are judged without it."""
MAX_WITNESSES = 4
"""Witnesses of one badge whose own sites are asked for their keys."""
MAX_EARLIER_PROOFS = 3
"""Earlier signings of an award whose proofs are looked at."""

# Checking a badge: what is read.
MAX_CHECKED_FILE = 20 * _MB
"""Bytes of a picture, PDF or ZIP, and of one member of a ZIP, unpacked."""
MAX_JSON = 5 * _MB
"""Bytes of a JSON document."""
MAX_JSON_DEPTH = 64
"""Lists and objects within each other."""
MAX_JSON_NODES = 50_000
"""Values of one JSON document, members counted."""
MAX_JSON_NUMBER = 40
"""Characters of a number, with sign and exponent."""
MAX_ZIP_MEMBERS = 10_000
"""Members of a ZIP."""
MAX_ZIP_TOTAL = 256 * _MB
"""Bytes of all members of a ZIP together, unpacked."""
MAX_ZIP_SECONDS = 2.0
"""Seconds of work on all members of a ZIP together, and more for each (below); what is left then is not looked at."""
MAX_ZIP_SECONDS_EACH = 0.02
"""Seconds that each badge in a ZIP adds whose signature holds, and ten other members: ten times what they usually take, for slow machines."""
MAX_PDF_STREAMS = 5_000
"""Streams of a PDF."""
MAX_PDF_INFLATED = 32 * _MB
"""Bytes of all streams of a PDF that are looked at, unpacked."""
MAX_PDF_HEAD = 8_192
"""Bytes of the dictionary before a stream of a PDF."""
MAX_DOCUMENTS = 200
"""Documents in one PDF."""
MAX_CHECKED_FOLDER = 20_000
"""Files of one folder."""
MAX_TRUST_LINES = 20_000
"""Lines of a file of trusted issuers."""
MAX_SHOWN = 2_048
"""Characters that are shown of a badge's name, id or issuer, and of the name of a file in a ZIP; an address has no more."""
MAX_CHECKED_FRAGMENT = 2_048
"""Characters of a named link behind the ``#``, name and secret."""

# Checking a badge: graphs, keys, lists.
MAX_OBJECTS = 3_000
"""Objects that are canonicalised as RDF for one document, its parts counted again."""
MAX_NAMELESS = 500
"""Objects without an id among them: canonicalising compares those with each other."""
MAX_COMPARISONS = 2_000_000
"""Comparisons of the values of one object with each other, in all objects of one document: one object may have 2,000 values."""
MAX_ORDERS = 2_000
"""Orders of nameless objects that look alike, which canonicalising would try."""
MAX_PARTS = 50
"""Credentials within a credential, endorsements counted."""
MAX_PARTS_IN_ALL = 200
"""Credentials within one document, those within one another counted."""
MAX_PROOFS = 8
"""Proofs of one document."""
MAX_NESTED = 4
"""Credentials within credentials within credentials."""
MAX_METHODS = 500
"""Keys of one issuer's document."""
MAX_OWN_PROFILES = 4
"""Profiles of one issuer that are read for its parents: those that its document names first."""
MAX_PARENTS = 8
"""Parents that one issuer's profiles name and that are looked for."""
MAX_PARENT_NAME = 200
"""Characters that are shown of a parent's name, which nobody signed."""
MAX_ENDORSEMENTS_ASKED = 16
"""Endorsements that one issuer's profiles name and that are asked for."""
MAX_TRIED = 20
"""Keys that are tried where a signature does not name one."""
MAX_LIST_PACKED = 1 * _MB
"""Bytes of a packed status list."""
MAX_LIST = 4 * _MB
"""Bytes of an unpacked status list: 33 million entries."""
MIN_LIST = 16 * _KB
"""Bytes of an unpacked status list at least: a holder hides among 131,072 (Bitstring Status List 1.0, "Bitstring Generation")."""

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
MAX_HEADERS = 64 * 1024
"""Head of one answer."""
MAX_MAP = 8 * 1024 * 1024
"""The map of a snapshot."""
MAX_MAP_LINES = 100_000

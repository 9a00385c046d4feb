"""Numbers about awards that may be shown: never so small that one could tell who is meant.

This module counts nothing itself; it knows no awards.
"""

from __future__ import annotations

SMALLEST_GROUP = 5
"""A smaller group is not told by its number."""


def shown_count(count: int) -> int | None:
    """Return the number where it may be shown, or None where too few people stand behind it."""
    return count if count >= SMALLEST_GROUP else None

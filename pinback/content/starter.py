"""Words that ``new badge`` writes for the author to replace; a badge that still says them is not sealed."""

from __future__ import annotations

from pinback.model import Badge

DESCRIPTION = "Say in one or two sentences what this badge stands for."
STEPS = "Say here, step by step, what somebody has to do."
ALT = "Say here what the picture shows, for people who do not see it."
CHECKING = "Say who looks at it, and what they look for."


def unwritten(badge: Badge) -> str:
    """Return the first of our own words that a badge still says, or ""."""
    texts = [text for _, text in (*badge.description.versions, *badge.alt.versions)]
    return next(
        (words for words in (DESCRIPTION, ALT, STEPS, CHECKING) if words in badge.criteria or words in texts), ""
    )

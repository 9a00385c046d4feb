"""What the checker can say: one of six verdicts, and findings that lead to them.

"Cannot tell" is its own answer and never counts as good.
"""

from __future__ import annotations

import enum


class Verdict(enum.Enum):
    """The six verdicts. The value is the word for programs."""

    GENUINE = "genuine"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    FORGED = "forged"
    NO_BADGE = "no-badge"
    CANNOT_TELL = "cannot-tell"

    @property
    def sentence(self) -> str:
        """The verdict as people read it, with a capital and a full stop."""
        return _SENTENCES[self]

    @property
    def weight(self) -> int:
        """How much a verdict counts against the others where several are found; the heaviest is told."""
        return _WEIGHTS.index(self)


_SENTENCES = {
    Verdict.GENUINE: "Genuine and in force.",
    Verdict.EXPIRED: "Genuine, but expired.",
    Verdict.WITHDRAWN: "Withdrawn by its issuer.",
    Verdict.FORGED: "Changed or forged: do not rely on it.",
    Verdict.NO_BADGE: "No badge in this file.",
    Verdict.CANNOT_TELL: "Cannot tell whether it is genuine and in force.",
}
SUSPENDED = "Suspended by its issuer."
"""Told in place of "withdrawn" where the issuer can put the badge in force again."""
_WEIGHTS = (
    Verdict.GENUINE,
    Verdict.NO_BADGE,
    Verdict.CANNOT_TELL,
    Verdict.EXPIRED,
    Verdict.WITHDRAWN,
    Verdict.FORGED,
)


class Finding(Exception):
    """A check's answer that leads away from "genuine".

    Attributes:
        verdict: what it leads to if nothing weightier is found.
        reason: one plain sentence without a capital or full stop.
        suspended: True where a withdrawal can be taken back.
    """

    def __init__(self, verdict: Verdict, reason: str, *, suspended: bool = False) -> None:
        self.verdict, self.reason, self.suspended = verdict, reason, suspended
        super().__init__(reason)


def forged(reason: str) -> Finding:
    """Return the finding "changed or forged"."""
    return Finding(Verdict.FORGED, reason)


def unknown(reason: str) -> Finding:
    """Return the finding "cannot tell"."""
    return Finding(Verdict.CANNOT_TELL, reason)

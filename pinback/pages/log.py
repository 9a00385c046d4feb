"""The page of an issuer's log: what it cannot show, what it is, how it grew, and whether it still holds an old checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pinback import addresses
from pinback.dataclass import dataclass
from pinback.pages.language import Language
from pinback.pages.shared import Pages

SCRIPT = "log.js"
SHOWN = 8
"""Checkpoints in the table; all of them lie in the log."""
POINTS_DRAWN = 120
"""Steps of the drawing; of more, only the last of each stretch is drawn."""
WIDTH, HEIGHT = 600, 160
"""Of the drawing, in its own units."""
LAST = 0.88
"""Where in the drawing the newest checkpoint stands, so that its height has some width."""


@dataclass(frozen=True, slots=True)
class Step:
    """A checkpoint: how many entries it counts, when it was signed, and its path below the log."""

    size: int
    at: datetime
    path: str


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What the page says of a log.

    Attributes:
        origin: its name.
        newest: its newest checkpoint, as signed.
        steps: its checkpoints, oldest first; at least one.
        keys: its keys: ``key`` (base64 of the 32 bytes) and ``revoked``.
        witnesses: names of those who signed a checkpoint.
    """

    origin: str
    newest: str
    steps: Sequence[Step]
    keys: Sequence[Mapping[str, Any]]
    witnesses: Sequence[str]


def log_page(pages: Pages, issuer: Mapping[str, Any], facts: LogFacts) -> bytes:
    """Return the page of a log.

    Args:
        pages: of one language.
        issuer: values of the issuer.
        facts: what the log is.
    """
    language, slug = pages.language, issuer["slug"]
    path = addresses.log_page(slug)
    newest = facts.steps[-1]
    folder = pages.place(path).link(addresses.log_checkpoint(slug)).removesuffix("checkpoint")
    before = [0, *(step.size for step in facts.steps)]
    rows = [
        {
            "day": language.moment(step.at),
            "machine_day": f"{step.at:%Y-%m-%dT%H:%M:%SZ}",
            "entries": language.number(step.size),
            "added": language.number(step.size - earlier),
            "path": addresses.log_file(slug, step.path),
        }
        for step, earlier in zip(facts.steps, before, strict=False)
    ]
    values = {
        "issuer": issuer,
        "origin": facts.origin,
        "newest": facts.newest,
        "newest_entries": language.number(newest.size),
        "newest_day": language.moment(newest.at),
        "checkpoints": rows[: -SHOWN - 1 : -1],
        "more": language.number(len(rows) - SHOWN) if len(rows) > SHOWN else "",
        "drawing": drawing(facts.steps) if len(facts.steps) > 2 else "",
        "first_day": language.day(facts.steps[0].at.date()),
        "last_day": language.day(newest.at.date()),
        "witnesses": language.listed(list(facts.witnesses)) if facts.witnesses else "",
        "list_path": addresses.log_file(slug, "checkpoints.json"),
        "log_url": pages.where.url(addresses.log_checkpoint(slug)).removesuffix("checkpoint"),
        "script": addresses.page_script(SCRIPT),
        "script_data": {
            "origin": facts.origin,
            "keys": [dict(key) for key in facts.keys],
            "folder": folder or "./",
            "words": answers(language),
            "copyWords": {
                "copied": language.text("Copied"),
                "notCopied": language.text(
                    "This browser does not let the page copy. The text is marked: copy it yourself."
                ),
            },
        },
    }
    title = language.text("The log of %(issuer)s", issuer=issuer["name"])
    description = language.text(
        "How to find out whether something that %(issuer)s signed was taken away or changed", issuer=issuer["name"]
    )
    return pages.page("log.html", path, title, description, values)


def drawing(steps: Sequence[Step]) -> str:
    """Return the SVG path of how a log grew: time to the right, entries upwards, in steps; the first entry lies at the left."""
    start, end = steps[0].at.timestamp(), steps[-1].at.timestamp()
    most, span = steps[-1].size, max(end - start, 1.0)
    points: dict[int, int] = {}
    for step in steps:
        # The last of each stretch counts: the line never falls.
        points[round((step.at.timestamp() - start) / span * POINTS_DRAWN)] = step.size
    scale = WIDTH * LAST / POINTS_DRAWN
    corners = [f"H{place * scale:g}V{HEIGHT - round(size / most * HEIGHT)}" for place, size in points.items()]
    return f"M0 {HEIGHT}{''.join(corners)}H{WIDTH}V{HEIGHT}Z"


def answers(language: Language) -> dict[str, tuple[str, str]]:
    """Return what the page's script can say, by its word for it: a short answer, and what it means."""
    say = language.text
    nothing = say("So nothing can be said about your copy.")
    return {
        "same": (
            say("Nothing was removed or changed."),
            say("Your copy is the newest checkpoint of this log. Nothing was added since."),
        ),
        "grown": (
            say("Nothing was removed or changed."),
            say("The log still holds everything up to entry %(size)s, as your copy says. Added since then: %(added)s."),
        ),
        "removed": (
            say("Something was removed or changed."),
            say("This log does not contain your checkpoint: somewhere up to entry %(size)s it is another one."),
        ),
        "forked": (
            say("There are two different logs."),
            say("Your copy and this log both end at entry %(size)s, both are signed, and they do not agree."),
        ),
        "back": (
            say("This log was set back."),
            say(
                "Your copy goes up to entry %(size)s, this log only up to entry %(now)s. Or this site shows an old state."
            ),
        ),
        "revoked": (
            say("This checkpoint proves nothing."),
            say("The key that signed it was revoked, so somebody else may have made it."),
        ),
        "unsigned": (
            say("This log has not signed that text."),
            say("It was changed, not copied whole, or made by somebody else."),
        ),
        "other": (say("This is a checkpoint of another log."), "%(origin)s"),
        "garbage": (
            say("This is no checkpoint."),
            say("Paste all of its lines, from the name of the log to the line that begins with a dash."),
        ),
        "damaged": (
            say("The files of this log do not fit together."),
            say("The site may be in the middle of an update: reload the page and try again.") + f" {nothing}",
        ),
        "unread": (
            say("The files of this log could not be read."),
            say("There is no connection, or the page was opened from a disk.") + f" {nothing}",
        ),
        "too-old": (
            say("This browser cannot check signatures of this kind."),
            say("Use a newer one, or the command %(command)s.", command="pinback log check"),
        ),
        "advice": (
            say(
                "Keep your copy and the checkpoint above. Ask the issuer for the reason, and rely on no award that only one of the two holds until you know it."
            ),
            "",
        ),
    }

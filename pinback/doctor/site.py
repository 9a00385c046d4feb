"""The site that is online, and the age of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from pinback.doctor.asking import Host
from pinback.doctor.findings import Finding, State
from pinback.model import Club
from pinback.register import Register, text_moment

ROTATE_AFTER_DAYS = 3 * 365


def site(club: Club, registers: Mapping[str, Register], host: Host) -> Iterator[Finding]:
    """Say whether the site that is online answers, and which sealing it shows."""
    base_url = club.site.base_url
    status, _ = host.page(base_url, {})
    if status != 200:
        state: State = "wrong" if status else "cannot tell"
        found = f"{base_url} answers {status}" if status else f"{base_url} cannot be reached from here"
        yield Finding(state, found, "publish it, or look at it in a browser")
        return
    yield Finding("ok", f"{base_url} answers")
    for slug, register in registers.items():
        notes = [str(line["note"]).encode("utf-8") for line in register.lines if line["event"] == "checkpoint"]
        status, shown = host.page(f"{base_url}issuers/{slug}/log/checkpoint", {})
        # Signatures of witnesses stand below the log's own, and may be more on the site or here.
        shown = next((note for note in notes if shown.startswith(note)), shown)
        if status == 200 and shown == notes[-1]:
            yield Finding("ok", f"the site shows the newest sealing of {slug}")
        elif status == 200 and shown in notes:
            behind = len(notes) - 1 - notes.index(shown)
            yield Finding(
                "wrong",
                f"the site is {behind} {'sealing' if behind == 1 else 'sealings'} of {slug} behind this folder",
                "publish it: git push",
            )
        elif status == 200:
            cure = "git pull; if it stays, ask the other stewards before anything is sealed"
            yield Finding("wrong", f"the site shows a sealing of {slug} that this folder does not know", cure)
        elif status:
            yield Finding("wrong", f"the site shows no sealing of {slug} (answer {status})", "publish it: git push")
        else:
            yield Finding("cannot tell", f"which sealing of {slug} the site shows", "try again later")


def key_ages(registers: Mapping[str, Register], now: datetime) -> Iterator[Finding]:
    """Say whether keys are older than they should be."""
    for slug, register in registers.items():
        made: dict[str, datetime] = {}
        for line in register.lines:
            if line["event"] == "issuer":
                made |= dict.fromkeys(line["keys"], text_moment(line["at"]))
            elif line["event"] == "key-add":
                made[str(line["role"])] = text_moment(line["at"])
        made.pop("recovery", None)
        old = sorted(role for role, at in made.items() if (now - at).days > ROTATE_AFTER_DAYS)
        if old:
            cure = f"type: pinback key rotate {slug}"
            yield Finding("wrong", f"keys of {slug} are older than three years ({', '.join(old)})", cure)
        else:
            yield Finding("ok", f"the keys of {slug} are younger than three years")

"""The doctor's round, in the order in which a steward sets things up."""

from __future__ import annotations

from pathlib import Path

from pinback.content.read import read_club
from pinback.doctor.asking import Host
from pinback.doctor.findings import Finding, Get, Setup
from pinback.doctor.folder import clockwork, git_findings, keys, lines, private_list, schemas, workflows
from pinback.doctor.host import at_host
from pinback.doctor.site import key_ages, site
from pinback.errors import ContentError
from pinback.files import read_regular
from pinback.model import Club
from pinback.register import Register, parse


def examine(setup: Setup, get: Get) -> list[Finding]:
    """Return what was found, in the order in which a steward sets things up."""
    club, found = _club(setup)
    issuers = sorted(club.issuers) if club else []
    registers = {slug: register for slug in issuers if (register := _register(setup.root, slug))}
    host = Host(setup, get)
    return [
        *found,
        *git_findings(setup),
        *lines(setup),
        *private_list(setup),
        *keys(setup, issuers),
        *workflows(setup),
        *schemas(setup),
        *clockwork(setup),
        *at_host(setup, club, host),
        *(site(club, registers, host) if club else ()),
        *key_ages(registers, setup.now),
    ]


def _club(setup: Setup) -> tuple[Club | None, list[Finding]]:
    """Return what the club's files say, or why they say nothing that can be judged."""
    if not setup.begun:
        where = f"{pages_address(setup.repository)}admin/start/" if setup.repository else "admin/start/ of the site"
        return None, [Finding("wrong", "no club is set up here yet", f"open {where} and answer its questions")]
    try:
        return read_club(setup.root)[0], []
    except ContentError as error:
        first = min(problem for problem in error.problems if not problem.warning)
        what = f"the club's files have mistakes, so not everything could be looked at; the first: {first}"
        return None, [Finding("wrong", what)]


def pages_address(repository: str) -> str:
    """Return where GitHub Pages shows the site of ``owner/name`` that has no address of its own."""
    owner, _, name = repository.partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def _register(root: Path, slug: str) -> Register | None:
    file = f"issuers/{slug}/register.jsonl"
    return parse(read_regular(root / file), file) if (root / file).exists() else None

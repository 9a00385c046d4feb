"""The command ``doctor``: gathers what git, the environment and the network say, and prints the findings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from pinback import scaffold, starting
from pinback.cli.options import club_folder, now
from pinback.content.schemas import schema_files
from pinback.doctor import Finding, Get, Setup, as_markdown, examine, repository_of
from pinback.git import NoRepository, git_text
from pinback.verify.fetch import Door, OfflineDoor


def setup_of(root: Path, environment: Mapping[str, str], now: datetime) -> Setup:
    """Return what git and the environment say about a club's folder."""
    try:
        tracked: frozenset[str] | None = frozenset(filter(None, git_text(root, "ls-files", "-z").split("\0")))
    except NoRepository:
        tracked = None
    remote = ""
    if tracked is not None and "origin" in git_text(root, "remote").split("\n"):
        remote = git_text(root, "remote", "get-url", "origin").strip()
    web = environment.get("GITHUB_SERVER_URL", "").rstrip("/") or "https://github.com"
    shipped = [scaffold.hosting_files(keys) for keys in scaffold.KEEPERS]
    return Setup(
        root=root,
        tracked=tracked,
        remote=remote,
        repository=environment.get("GITHUB_REPOSITORY") or repository_of(remote, web),
        shipped={file: tuple(one[file] for one in shipped) for file in shipped[0] if file.startswith(".github/")},
        lines={
            ".gitattributes": _rules(scaffold.GITATTRIBUTES),
            ".gitignore": _rules(scaffold.GITIGNORE),
        },
        schemas=schema_files(),
        now=now,
        token=environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN") or "",
        api=environment.get("GITHUB_API_URL", "").rstrip("/") or "https://api.github.com",
        web=web,
        begun=not starting.is_not_set_up(root),
    )


def _rules(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def findings(root: Path, get: Get, environment: Mapping[str, str], now: datetime) -> list[Finding]:
    """Return what is found about a club's folder and its host."""
    return examine(setup_of(root, environment, now), get)


@click.command()
@click.option("--offline", is_flag=True, help="Ask nothing of the network; look at the folder alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    help="For a terminal, or for the summary of a run at the host.",
)
@club_folder
def doctor(offline: bool, form: str, root: Path) -> None:
    """Look at a club's set-up, folder and host, and say what to click.

    The host is asked with the token in GITHUB_TOKEN or GH_TOKEN, if there is one; without it some things cannot be told.
    """
    door = OfflineDoor() if offline else Door()
    found = findings(root, door.get, os.environ, now())
    click.echo(as_markdown(found) if form == "markdown" else "\n".join(map(str, found)))
    if any(one.state == "wrong" for one in found):
        sys.exit(1)

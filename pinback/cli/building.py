"""The command ``build``."""

from __future__ import annotations

from pathlib import Path

import click

from pinback import pipeline, starting
from pinback.cli.options import club_folder
from pinback.cli.terminal import counted, say, show_problems
from pinback.errors import UsageError

SITE = "site"


@click.command()
@click.option("--out", "site", type=click.Path(path_type=Path), help="Where the site goes; otherwise site/.")
@click.option("--preview", is_flag=True, help="Show waiting awards as pages that say they are not issued yet.")
@click.option(
    "--for", "old", metavar="OLD_URL", default="", help="After a move: the site for the old host; needs --out."
)
@club_folder
def build(site: Path | None, preview: bool, old: str, root: Path) -> None:
    """Make the site from what is sealed: no key, no clock, no network."""
    if old and (site is None or preview):
        raise UsageError("the site for an old host needs a folder of its own, and is no preview; name one with --out")
    target = root / (site or SITE)
    if starting.is_not_set_up(root):
        made = starting.build(root, target)
        click.echo(f"{target}: {counted(made.files, 'file')}, {made.written:,} written, {made.removed:,} removed.")
        say(starting.words())
        return
    published, checked = pipeline.build_forwarding(root, target, old) if old else pipeline.build(root, target, preview)
    show_problems(checked.warnings, "text")
    click.echo(
        f"{target}: {counted(published.files, 'file')}, {published.written:,} written, {published.removed:,} removed."
    )
    if old:
        say(f"Publish this folder at {old}; its documents answer as before, its pages send people on.")
        return
    waiting = pipeline.waiting(checked)
    if preview:
        say(
            f"{target} now holds a preview with {counted(waiting, 'waiting award')}, which is not for publishing; "
            "pinback build makes the site."
        )
    elif waiting:
        say(
            f"{counted(waiting, 'award is', 'awards are')} not sealed yet and not in the site; pinback seal signs them."
        )
    say(f"Open {target / 'index.html'} in a browser, or look at it with: pinback serve")

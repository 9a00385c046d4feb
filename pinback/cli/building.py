"""The command ``build``.

What makes a site is loaded only where there is something to make.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pinback.cli.options import club_folder
from pinback.cli.terminal import bar, counted, expect_much, say, show_problems
from pinback.errors import UsageError, printable
from pinback.files import refuse_linked
from pinback.first_files import SITE_FILE
from pinback.locks import reading
from pinback.remembered import builds
from pinback.remembered.builds import Told
from pinback.remembered.looks import Unsure

if TYPE_CHECKING:
    from pinback.publish import Published
    from pinback.remembered.memory import Memory

SITE = "site"


@click.command()
@click.option("--out", "site", type=click.Path(path_type=Path), help="Where the site goes; otherwise site/.")
@click.option("--preview", is_flag=True, help="Show waiting awards as pages that say they are not issued yet.")
@click.option(
    "--for", "old", metavar="OLD_URL", default="", help="After a move: the site for the old host; needs --out."
)
@click.option("--afresh", is_flag=True, help="Make everything anew, whatever is remembered of the last build.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    help="Let the workers of a Dask scheduler make the site, in a folder that they all see.",
)
@club_folder
def build(site: Path | None, preview: bool, old: str, afresh: bool, scheduler: str, root: Path) -> None:
    """Make the site from what is sealed: no key, no clock, no network."""
    if old and (site is None or preview):
        raise UsageError("the site for an old host needs a folder of its own, and is no preview; name one with --out")
    if old and scheduler:
        raise UsageError("the site for an old host is made here; leave --scheduler out")
    target = root / (site or SITE)
    refuse_linked(root, target)
    if not (root / SITE_FILE).exists() and _built_start(root, target):
        return
    if old:
        _build_for(root, target, old)
        return
    # Before anything is looked at: what is seen of a sealing that is under way would be taken for strange files.
    with reading(root):
        _build(root, target, preview, afresh, scheduler)


def _build(root: Path, target: Path, preview: bool, afresh: bool, scheduler: str) -> None:
    """Make the site, or say that nothing has changed."""
    beginning = None if afresh else builds.begin(root, target, preview)
    if beginning and beginning.told:
        _tell(target, beginning.told, preview)
        return
    expect_much()
    # Imported here, and below: where nothing has changed, neither is needed.
    from pinback import pipeline

    def made(memory: Memory | None, stands: Callable[[], bool]) -> tuple[Published, pipeline.Checked]:
        if scheduler:
            from pinback import cluster

            return cluster.build(root, target, scheduler, preview, bar("awards"), not afresh, memory)
        filled = beginning.filled.extend if beginning else lambda folders: None
        return pipeline.build(root, target, preview, bar("awards"), not afresh, stands, memory, filled=filled)

    if beginning:
        looking = beginning
        try:
            published, checked = made(looking.memory, lambda: looking.waited().stands)
        except Unsure:
            # The look that went on meanwhile tells nothing; it was over before anything was moved into the site.
            published, checked = made(None, lambda: False)
    else:
        published, checked = made(None, lambda: False)
    told = Told(published.files, pipeline.waiting(checked), tuple(checked.warnings))
    del checked  # the club makes room for what is remembered of a large site
    if beginning:
        builds.finish(beginning, told, published.touched)
    _tell(target, told, preview, published.written, published.removed)


def _built_start(root: Path, target: Path) -> bool:
    """Make the site of a folder in which no club was set up yet; return whether it is one."""
    from pinback import starting

    if not starting.is_not_set_up(root):
        return False
    made = starting.build(root, target)
    click.echo(
        f"{printable(str(target))}: {counted(made.files, 'file')}, {made.written:,} written, {made.removed:,} removed."
    )
    say(starting.words())
    return True


def _tell(target: Path, told: Told, preview: bool, written: int = 0, removed: int = 0) -> None:
    """Say what a build did, or that there was nothing to do."""
    show_problems(told.warnings, "text")
    click.echo(f"{printable(str(target))}: {counted(told.files, 'file')}, {written:,} written, {removed:,} removed.")
    if preview:
        say(
            f"{printable(str(target))} now holds a preview with {counted(told.waiting, 'waiting award')}, which is not for publishing; "
            "pinback build makes the site."
        )
    elif told.waiting:
        are = counted(told.waiting, "award is", "awards are")
        say(f"{are} not sealed yet and not in the site; pinback seal signs them.")
    say(f"Open {printable(str(target / 'index.html'))} in a browser, or look at it with: pinback serve")


def _build_for(root: Path, target: Path, old: str) -> None:
    """Make the site for the host that the club has moved from."""
    from pinback import pipeline

    published, checked = pipeline.build_forwarding(root, target, old)
    show_problems(checked.warnings, "text")
    click.echo(
        f"{printable(str(target))}: {counted(published.files, 'file')}, {published.written:,} written, {published.removed:,} removed."
    )
    say(f"Publish this folder at {old}; its documents answer as before, its pages send people on.")

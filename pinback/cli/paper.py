"""The command that prints certificates with names."""

from __future__ import annotations

from pathlib import Path

import click

from pinback import papers
from pinback.cli.options import club_folder
from pinback.cli.terminal import counted, say, show, show_problems
from pinback.errors import UsageError


@click.command()
@click.argument("links", metavar="[LINK]...", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help="Every award in your own list, who-is-who.csv.")
@click.option("--holder", metavar="HANDLE", default="", help="One sheet with all badges of this holder instead.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    help=f"The folder for the PDF files; otherwise {papers.FOLDER}/ in the club's folder, if git ignores it.",
)
@club_folder
def certificate(links: tuple[str, ...], everyone: bool, holder: str, out: Path | None, root: Path) -> None:
    """Print certificates with names: a PDF for each private LINK.

    Name and secret are compared with what was signed before anything is printed. The files are called by issuer and award, not by
    the person. Needs the extra part pinback[pdf].
    """
    if bool(links) + everyone + bool(holder) != 1:
        raise UsageError("give private links, or --all, or --holder and a handle; one of the three")
    target = out or root / papers.FOLDER
    if holder:
        printed = papers.print_sheet(root, holder, target)
    elif everyone:
        printed = papers.print_list(root, target)
    else:
        printed = papers.print_links(root, links, target)
    for file in printed.files:
        show(str(file))
    for line in printed.left_out:
        say(f"left out: {line}")
    show_problems(printed.warnings, "text")
    say(
        f"{counted(len(printed.files), 'file')} with a name inside: hand them to their holders, and put them on no web site."
    )

"""The commands for holders who have a page: their one link, and badges of other issuers."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import click

from pinback import holders, who_is_who
from pinback.cli.options import club_folder, now
from pinback.cli.terminal import counted, say, show
from pinback.errors import UsageError
from pinback.verify.fetch import Door


@click.command("links")
@click.argument("handle", metavar="HANDLE")
@click.option("--each", is_flag=True, help="The private links of the awards instead, one a line.")
@club_folder
def links_command(handle: str, each: bool, root: Path) -> None:
    """Print the one private link of the page of HANDLE: it shows the name under every badge.

    It is made from who-is-who.csv, which stays on this computer, and is for the holder alone.
    """
    found = holders.links(root, handle)
    if each:
        for row in found.rows:
            show(row.link)
    elif found.page:
        show(found.page)
    else:
        raise UsageError(f"{handle} has no page; the links of the awards: pinback links {handle} --each")
    say(f"\nCarries the name under {counted(len(found.rows), 'badge')}. Give it to the holder alone, not to a list.")
    if found.unknown:
        say(f"{counted(found.unknown, 'more award')} with a private link: not in {who_is_who.FILE} here.")


@click.command("save-badge")
@click.argument("handle", metavar="HANDLE")
@click.argument("url", metavar="URL")
@click.option("--note", default="", help="The holder's own word on it, shown beside it.")
@click.option(
    "--recipient",
    default="",
    metavar="TEXT",
    help="Also ask whether it was given to this person, such as an e-mail address; it is kept nowhere.",
)
@club_folder
def save_badge(handle: str, url: str, note: str, recipient: str, root: Path) -> None:
    """Put a badge of another issuer on the page of HANDLE: check it now, and keep a copy.

    URL is the address of the badge or of its page. The copy is checked again at each build, without the network. What
    is not genuine and in force is refused. For a badge that is there already, the copy is made anew.
    """
    # Imported here: no other command of this file needs the checker.
    from pinback.elsewhere.saving import save

    person, public = holders.person_named(root, handle)
    kept = save(url, person.name, Door(), now().astimezone(UTC), recipient.strip(), public)
    for file in holders.keep_badge(root, person, kept.url, kept.data, kept.badge.name, " ".join(note.split())):
        show(file)
    badge = kept.badge
    say(f"\n{badge.name}, by {badge.issuer or badge.site} ({badge.site}): {badge.sentence}")
    say("Commit the files; the next pinback build shows it.")

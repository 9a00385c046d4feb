"""The commands of a parent body for its groups. Each writes files alone, and the next sealing carries it out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pinback import federation as groups
from pinback.cli.options import Day, club_folder, now, one_at_a_time
from pinback.cli.terminal import say
from pinback.errors import UsageError
from pinback.federation import Named
from pinback.locks import changing
from pinback.verify.fetch import Door

_NEXT = "Next: pinback seal, then pinback build."
_issuer = click.option("--issuer", default="", metavar="ISSUER", help="Who endorses; otherwise the site's own issuer.")


@click.group()
def federation() -> None:
    """Endorse groups as their parent body, in signed documents that groups link back to."""


@federation.command("add")
@click.argument("name", metavar="NAME")
@click.argument("site", metavar="SITE", required=False)
@click.option("--issuer-there", default="", metavar="ISSUER", help="Which issuer of SITE, where it has several.")
@click.option("--title", default="", help="The group's name as people read it; otherwise as SITE says.")
@click.option("--did", default="", help="The group's DID; otherwise as SITE says.")
@click.option("--profile", default="", metavar="URL", help="The address of its issuer.json; otherwise as SITE says.")
@click.option("--since", type=Day(), help="The day from which it is a group; otherwise today.")
@click.option("--text", default="", help="What you say of it; it is signed.")
@_issuer
@club_folder
def add(
    name: str,
    site: str | None,
    issuer_there: str,
    title: str,
    did: str,
    profile: str,
    since: date | None,
    text: str,
    issuer: str,
    root: Path,
) -> None:
    """Add the group NAME, whose badges lie at SITE (https://…), and print what it writes to link back.

    Without SITE nothing is asked of the network; give --title, --did and --profile then.
    """
    named = Named(title, did, profile)
    if site:
        said = _said_by(site, issuer_there)
        named = Named(title or said.name, did or said.did, profile or said.profile)
    if not (named.name and named.did and named.profile):
        raise UsageError("name the address of the group's badge site, or give --title, --did and --profile")
    with changing(root, "federation add"):
        checked, parent = groups.checked_parent(root, issuer)
        us = parent.name.in_language(checked.club.site.language)
        words = text or f"{named.name} is a group of {us}."
        click.echo(groups.add(root, parent, name, named, since or now().date(), words))
        checked, parent = groups.checked_parent(root, issuer)
    say(
        f"{_NEXT}\n\nThe group puts these lines into its issuer.yaml; until it does, your word alone vouches for nothing:\n"
    )
    say(groups.back_link(checked.club, parent, name))


def _said_by(site: str, issuer: str) -> Named:
    if not site.startswith("https://"):
        raise UsageError(f'SITE must begin with https:// (found "{site}")')
    answer = Door().get(f"{site.rstrip('/')}/{groups.INDEX}")
    if answer.status != 200:
        raise UsageError(f"{site} has no index.json (it answers {answer.status}); give --title, --did and --profile")
    return groups.from_index(answer.body, issuer)


@federation.command("end")
@click.argument("name", metavar="NAME")
@click.option("--on", "on", type=Day(), help="The day from which it is a group no more; otherwise today.")
@_issuer
@club_folder
@one_at_a_time("federation end")
def end(name: str, on: date | None, issuer: str, root: Path) -> None:
    """End the endorsement of the group NAME with the next sealing; checkers call it withdrawn then."""
    checked, parent = groups.checked_parent(root, issuer)
    click.echo(groups.end(root, checked, parent, name, on or now().date()))
    say(_NEXT)


@federation.command("list")
@_issuer
@club_folder
def list_groups(issuer: str, root: Path) -> None:
    """List the groups: name, DID, and whether the endorsement waits, stands, ends or has ended."""
    checked, parent = groups.checked_parent(root, issuer)
    for one in groups.states(checked, parent):
        click.echo(f"{one.state:<9} {one.slug:<24} {one.name} ({one.did})")


@federation.command("back-link")
@click.argument("name", metavar="NAME")
@_issuer
@club_folder
def back_link(name: str, issuer: str, root: Path) -> None:
    """Print the lines that the group NAME puts into its issuer.yaml, so that checkers find both words."""
    checked, parent = groups.checked_parent(root, issuer)
    click.echo(groups.back_link(checked.club, parent, name), nl=False)

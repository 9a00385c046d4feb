"""The commands by which a site gets another address, an issuer ends, and everything is kept in one file.

Each says what it means before it is done, and asks.
"""

from __future__ import annotations

from pathlib import Path

import click

from pinback import archiving, closing, moving
from pinback.cli.options import club_folder, now, secrets
from pinback.cli.terminal import asking, counted, say, show
from pinback.errors import printable
from pinback.model import Issuer
from pinback.proofs.keys import Signer
from pinback.register import Register
from pinback.seal.opening import opened_keys
from pinback.seal.store import Store

ARCHIVE = "archive.zip"


def _opened(issuer: Issuer, store: Store, register: Register) -> Signer:
    return opened_keys(store, register, secrets.codes(issuer.slug))


@click.command()
@click.argument("new_url", metavar="NEW_URL")
@click.option("--new-did", is_flag=True, help="Sign new awards under the name of the new address (did:web) too.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@club_folder
def move(new_url: str, new_did: bool, yes: bool, root: Path) -> None:
    """Move the site to the address NEW_URL, for awards to come.

    What was handed out keeps its address for ever; the old host has to go on answering or sending people on. What that
    means is said first. Asks for the code, or takes it from PINBACK_CODE.
    """
    done = moving.move(root, new_url, new_did, now, asking("Move", yes), _opened)
    for file in done.edits:
        show(file)
    say(
        f"\nThe club has moved to {done.new}. Commit the changes, then:\n"
        "  pinback build                                     and publish site/ at the new address\n"
        f"  pinback build --for {done.old} --out old-site   and publish old-site/ at the old one"
    )


@click.command()
@click.argument("issuer", metavar="ISSUER")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--out", default=ARCHIVE, show_default=True, type=click.Path(path_type=Path), help="The archive.")
@club_folder
def close(issuer: str, yes: bool, out: Path, root: Path) -> None:
    """End ISSUER: sign its last status lists and a final statement, retire its keys, make the archive.

    Nothing can be awarded, withdrawn or erased afterwards. What that means is said first. Asks for the code, or takes
    it from PINBACK_CODE.
    """
    ended = closing.close(root, issuer, now, asking("Close", yes), _opened)
    click.echo(f"issuers/{issuer}/sealed/closing.json")
    _archived(root, out, "")
    say(
        f"\n{ended.name.in_language('')} has ended. Commit the changes, build and publish once more, and keep the "
        "archive in more than one place."
    )


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help=f"The ZIP; otherwise {ARCHIVE}, or archive-HANDLE.zip.")
@click.option("--holder", default="", metavar="HANDLE", help="The badges of this holder alone.")
@club_folder
def archive(out: Path | None, holder: str, root: Path) -> None:
    """Keep everything that is published in one ZIP, which can be checked without the site.

    Nothing is signed or asked. The same state of the club gives the same bytes.
    """
    _archived(root, out or Path(f"archive-{holder}.zip" if holder else ARCHIVE), holder)
    say("To check it, with no network: pinback verify ARCHIVE --offline")


def _archived(root: Path, out: Path, holder: str) -> None:
    target = out if out.is_absolute() else root / out
    awards = archiving.archive(root, target, holder)
    click.echo(f"{printable(str(target))}: {counted(awards, 'award')}.")

"""The site gets another address: registers first, then the two lines in the club's own files.

What was handed out keeps its old addresses for ever; a move only decides what new awards say. Nothing of it can be
taken back, so what it means is said in words before anything is done (``words``).

A run that dies is finished by the same command: the registers say which issuers have moved already, and the files are
written last, ``site.yaml`` behind all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from pinback import pipeline, sealing
from pinback.addresses import Addresses, did_document_url, did_for
from pinback.assemble.sealed import Sealed
from pinback.content.edit import rewrite, with_value
from pinback.content.kinds import DID
from pinback.content.nodes import Problems, decode
from pinback.content.records import base_url_fault
from pinback.dataclass import dataclass
from pinback.errors import ContentError, UsageError
from pinback.files import read_regular
from pinback.locks import changing
from pinback.model import Club, Issuer
from pinback.proofs.keys import Signer
from pinback.register import Register, complete, line_bytes, now_text
from pinback.seal.make import Prepared, checkpoint_line
from pinback.seal.signing_keys import Keys, keys_of
from pinback.seal.store import Store
from pinback.seal.write import announce, append_lines

SITE = "site_src/site.yaml"


@dataclass(frozen=True, slots=True)
class Move:
    """What a move has still to do.

    Attributes:
        old: the address that is left; where a run died, that from which it started.
        new: the address that is taken.
        issuers: slugs of those whose register has still to say so.
        dids: the DID after the move by slug, of issuers that take a new one.
        edits: field and new value by file, in the order of writing.
        bound: how many waiting awards have a private link that names the old address.
        begun: whether an earlier run has decided it already, and died.
    """

    old: str
    new: str
    issuers: tuple[str, ...]
    dids: Mapping[str, str]
    edits: Mapping[str, tuple[str, str]]
    bound: int
    begun: bool


def plan(root: Path, new: str, new_did: bool) -> tuple[pipeline.Checked, Move]:
    """Return the club and what a move to *new* has to do.

    Raises:
        UsageError: it cannot be done.
    """
    if fault := base_url_fault(new):
        raise UsageError(fault.replace("base_url", "the new address", 1))
    new = new if new.endswith("/") else new + "/"
    if not DID.form(did_for(new)):
        raise UsageError(f"{new} cannot be the root of a site; no did:web can be made from it")
    checked = pipeline.check(root, moving=True)
    club, sealed = checked.club, checked.sealed
    _refuse(club, sealed)
    here = [slug for slug, one in sealed.items() if one.register.base_url == new and len(one.register.places) > 1]
    gone = {one.register.base_url for one in sealed.values()} - {new, club.site.base_url}
    if gone:
        raise UsageError(f"the move to {min(gone)} was interrupted; finish it first: pinback move {min(gone)}")
    old = next((sealed[slug].register.places[-2].base_url for slug in here), club.site.base_url)
    dids = _new_names(club, sealed, old, new, new_did, here)
    edits = {
        f"issuers/{slug}/issuer.yaml": ("did", name) for slug, name in dids.items() if club.issuers[slug].did != name
    }
    if club.site.base_url != new:
        edits[SITE] = ("base_url", new)
    issuers = tuple(slug for slug, one in sealed.items() if one.register.base_url != new)
    if not edits and not issuers:
        raise UsageError(f"the site is at {new} already; give the address that it moves to")
    bound = sum(bool(award.link) for award in club.awards if _waits(award.id, sealed))
    return checked, Move(old, new, issuers, dids, edits, bound, bool(here))


def _refuse(club: Club, sealed: Mapping[str, Sealed]) -> None:
    for slug, one in sealed.items():
        name = club.issuers[slug].name.in_language(club.site.language)
        if one.register.demonstration:
            raise UsageError(f"{name} is the demonstration, which stays where it is; move a club of your own")
        if one.register.statement:
            raise UsageError(
                f"{name} has closed, so its register cannot say where the site moves; keep the old address"
            )


def _waits(award: str, sealed: Mapping[str, Sealed]) -> bool:
    return not any(award in one.register.awards for one in sealed.values())


def _new_names(
    club: Club, sealed: Mapping[str, Sealed], old: str, new: str, new_did: bool, here: list[str]
) -> dict[str, str]:
    """Return the DIDs after the move of all issuers that get a new one.

    Who has signed nothing yet takes the new name in any case: nobody knows the old one.

    Raises:
        UsageError: the run that died decided otherwise.
    """
    registers = {slug: one.register for slug, one in sealed.items()}
    before = {slug: _name_before(club.issuers[slug], registers.get(slug), new) for slug in club.issuers}
    wanted = {slug: _moved_name(name, slug, registers.get(slug), old, new) for slug, name in before.items()}
    for slug in here:
        took_it = registers[slug].did == wanted[slug] != before[slug]
        if took_it:
            new_did = True
        elif new_did and wanted[slug] != before[slug]:
            raise UsageError(f"the move to {new} has begun and keeps the old DIDs; leave --new-did out")
    return {
        slug: name for slug, name in wanted.items() if name and name != before[slug] and (new_did or slug not in sealed)
    }


def _name_before(issuer: Issuer, register: Register | None, new: str) -> str:
    """Return the DID that an issuer had before the move, whether or not its register says it by now."""
    if register is None:
        return issuer.did
    places = register.places
    return places[-2].did if len(places) > 1 and places[-1].base_url == new else places[-1].did


def _moved_name(name: str, slug: str, register: Register | None, old: str, new: str) -> str:
    """Return the did:web that lies on the new site where *name* lay on an older one, or *name* where it lay elsewhere."""
    bases = [place.base_url for place in register.places] if register else [old]
    for base in bases:
        if name == did_for(base):
            return did_for(new)
        if name == did_for(base, slug):
            return did_for(new, slug)
    return name


def words(club: Club, move: Move, sealed: Mapping[str, Sealed]) -> list[str]:
    """Return what a move means, one sentence or a few a line, for the person who decides."""
    handed_out = sum(len(one.register.awards) for one in sealed.values())
    lines = [
        f"The site moves from {move.old} to {move.new}. This cannot be taken back.",
        *(["This move was begun and interrupted; this run finishes it."] if move.begun else []),
        "",
        "What stays:",
        f"- The awards that are signed ({handed_out} now) keep their addresses under {move.old}, byte for byte, in both sites.",
        "- Their keys, positions in status lists and pages. Withdrawing one of them works as before.",
        "",
        "What the old host must go on doing, as long as those badges shall be checked:",
        f"- Answer under {move.old} with the files that pinback build --for {move.old} --out FOLDER makes, or redirect "
        "every path to the same path of the new site.",
    ]
    for slug in sorted(sealed):
        lines += _name_words(club.issuers[slug], sealed[slug].register, move)
    lines += [
        "",
        "What cannot be kept:",
        f"- Hosted Open Badges 2.0 live as long as {move.old} answers. When it falls silent, they can no longer be checked; "
        "neither can the status of older Open Badges 3.0.",
        "- Private links and printed QR codes point to the old address. They work while the old host sends people on.",
        "- Whoever gets the old address after you can publish what he likes there. Keep it as long as you can.",
    ]
    if move.bound:
        lines.append(
            f"- Waiting awards with a private link ({move.bound} now) have one to the old address; seal them first, or send "
            "the links again."
        )
    return lines


def _name_words(issuer: Issuer, register: Register, move: Move) -> list[str]:
    """Return what becomes of an issuer's DID."""
    slug = issuer.slug
    name, taken = _name_before(issuer, register, move.new), move.dids.get(slug, "")
    address = did_document_url(name)
    if not taken:
        return [
            f"- {address} must answer, itself or by a redirect, for ever: {issuer.name.in_language('')} stays {name}, in "
            "new awards too, and checkers compare this name letter by letter.",
        ]
    lines = [
        f"- {address} must answer as long as older badges shall be checked: they were signed as {name}. New ones are "
        f"signed as {taken}.",
    ]
    path = Addresses(move.old).did_document(name)
    if path and path == Addresses(move.new).did_document(taken):
        lines.append(
            f"- Both names want the file {path}. A host that redirects would answer {name} with the document of the new "
            "name, which checkers refuse: the old host must answer this file itself.",
        )
    return lines


def move(
    root: Path,
    new: str,
    new_did: bool,
    now: Callable[[], datetime],
    ask: Callable[[list[str]], None],
    signer: Callable[[Issuer, Store, Register], Signer],
) -> Move:
    """Move the site.

    1. Read and check. 2. Say what it means, and ask. 3. Make every edit in memory. 4. Open all keys and make every
    line. 5. Append to the registers. 6. Write ``issuer.yaml`` and ``site.yaml``, and check everything once more.

    Args:
        root: the club's folder.
        new: the new ``base_url``.
        new_did: whether the issuers take the did:web of the new address.
        now: the clock, read once.
        ask: takes the words; raises what stops the run.
        signer: opens the keys of an issuer.

    Raises:
        UsageError: it cannot be done.
    """
    with changing(root, "move"):
        # 1.
        sealing.tidied(root)
        checked, wanted = plan(root, new, new_did)
        at = now().replace(microsecond=0)
        registers = {slug: checked.sealed[slug].register for slug in wanted.issuers}
        if late := [problem for register in registers.values() for problem in sealing.slow_clock(register, at)]:
            raise ContentError(late)
        # 2.
        ask(words(checked.club, wanted, checked.sealed))
        # 3.
        for file, (name, value) in wanted.edits.items():
            with_value(decode(read_regular(root / file), Problems(file)) or "", name, value, file)
        # 4.
        opened = {
            slug: signer(checked.club.issuers[slug], checked.sealed[slug].store, register)
            for slug, register in registers.items()
        }
        prepared = {
            slug: _lines(register, keys_of(register, opened[slug]), wanted, slug, at)
            for slug, register in registers.items()
        }
        # 5.
        for slug, lines in prepared.items():
            store = checked.sealed[slug].store
            announce(store, registers[slug], lines)
            append_lines(store, registers[slug], lines)
        # 6.
        for file, (name, value) in wanted.edits.items():
            rewrite(root, file, partial(with_value, name=name, value=value, file=file))
        pipeline.check(root)
    return wanted


def _lines(register: Register, keys: Keys, wanted: Move, slug: str, at: datetime) -> Prepared:
    line = {"n": len(register.lines), "event": "move", "at": now_text(at), "base_url": wanted.new}
    if slug in wanted.dids:
        line["did"] = wanted.dids[slug]
    lines = [complete(line)]
    end = checkpoint_line(register, lines, keys, now_text(at))
    return Prepared({}, {}, tuple(line_bytes(line) for line in (*lines, end)))

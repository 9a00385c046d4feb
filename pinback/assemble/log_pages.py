"""The page of each issuer's log, in each language."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from pinback import addresses
from pinback.assemble.issuers import public
from pinback.assemble.material import Material, Output
from pinback.assemble.sealed import Sealed
from pinback.model import Issuer
from pinback.pages.log import LogFacts, Step, log_page
from pinback.proofs.keys import raw_ed25519
from pinback.register import text_moment
from pinback.tlog.auditing import past_path


def log_pages(material: Material, issuer: Issuer, sealed: Sealed) -> Iterator[Output]:
    """Yield the page of an issuer's log in each language."""
    facts = log_facts(sealed)
    for pages in material.faces:
        path = addresses.page_in(pages.folder, addresses.log_page(issuer.slug))
        yield path, log_page(pages, material.issuer_values(issuer, pages), facts)


def log_facts(sealed: Sealed) -> LogFacts:
    """Return what the page of a log says."""
    log, register = sealed.log, sealed.register
    steps = [Step(past.size, text_moment(past.at), past_path(past.size)) for past in log.past]
    keys = [
        {
            "key": b64encode(raw_ed25519(public(known))).decode("ascii"),
            **({"revoked": True} if known.revoked else {}),
        }
        for known in register.keyring.of("log")
    ]
    return LogFacts(register.origin, log.past[-1].whole, steps, keys, log.witnesses)

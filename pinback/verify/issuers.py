"""The documents in which issuers name their keys: did:web, did:key, and controller documents at an address.

A key counts as an issuer's if the issuer's own document lists it. Keys that a badge brings along in a header or in
the name of a key prove nothing.

Specifications: DID Core 1.0; did:web; did:key; Controlled Identifiers 1.0 §2; RFC 7517 §5 (key sets).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from pinback.dataclass import dataclass
from pinback.errors import ProofError, quoted
from pinback.proofs.foreign_keys import ForeignKey, from_base58, from_jwk, from_multikey
from pinback.verify import limits
from pinback.verify.asking import Asker
from pinback.verify.moments import moment
from pinback.verify.urls import climbs, host_of
from pinback.verify.verdict import Finding, forged, unknown

_DID_WEB = re.compile(r"did:web:[A-Za-z0-9.-]+(?:%3[Aa][0-9]{1,5})?(?::[A-Za-z0-9._~%-]+)*")
_DID_KEY = re.compile(r"did:key:(z[1-9A-HJ-NP-Za-km-z]{1,120})")


@dataclass(frozen=True, slots=True)
class Method:
    """A key as an issuer's document lists it.

    Attributes:
        id: absolute.
        controller: who holds the key, as the document says; "" where it does not.
        members: the entry itself.
    """

    id: str
    controller: str
    members: Mapping[str, Any]

    @property
    def key(self) -> ForeignKey:
        """The key.

        Raises:
            Finding: forged, if it is one under which any text fits or none at all.
        """
        members = self.members
        try:
            if isinstance(text := members.get("publicKeyMultibase"), str):
                return from_multikey(text)
            if isinstance(jwk := members.get("publicKeyJwk"), dict):
                return from_jwk(jwk)
            if isinstance(text := members.get("publicKeyBase58"), str):
                return from_base58(text)
        except ProofError as error:
            raise forged(str(error).partition(";")[0]) from error
        raise unknown("the issuer's key is written in a form that is not known here")

    @property
    def revoked(self) -> bool:
        """Whether the document says that the key was revoked."""
        return "revoked" in self.members

    @property
    def revoked_as_of(self) -> datetime | None:
        """As of when the key was revoked, if the document says so in a way that can be read."""
        value = self.members.get("revoked")
        try:
            return moment(value, "the revocation") if isinstance(value, str) else None
        except Finding:
            return None

    @property
    def expires(self) -> datetime | None:
        """When the key ends, if the document says so."""
        value = self.members.get("expires")
        return None if value is None else moment(value, "the end of the issuer's key")


@dataclass(frozen=True, slots=True)
class KeyDocument:
    """The keys that an issuer's own document lists.

    Attributes:
        id: the issuer's id.
        methods: by absolute id.
        asserting: ids of those with which it makes statements.
        also_known: other addresses that it gives itself.
    """

    id: str
    methods: Mapping[str, Method]
    asserting: frozenset[str]
    also_known: tuple[str, ...]


def did_web_address(did: str) -> str:
    """Return the address of a did:web's document.

    Raises:
        Finding: not a did:web that can be asked.
    """
    if not _DID_WEB.fullmatch(did):
        raise unknown(f"{quoted(did)} is not a did:web that can be asked")
    host, *path = did.removeprefix("did:web:").split(":")
    address = f"https://{unquote(host)}/" + ("/".join(path) if path else ".well-known") + "/did.json"
    if any(re.search("%2[fF]|%5[cC]|%00", part) for part in path) or climbs(address):
        raise unknown(f"{quoted(did)} is not a did:web that can be asked")
    return address


def key_document(issuer: str, asker: Asker) -> KeyDocument:
    """Return the keys of an issuer, from the issuer's own document.

    Raises:
        Finding: cannot tell, where it cannot be reached or is none.
    """
    known = asker.judged.get(f"keys of {issuer}")
    if not isinstance(known, KeyDocument):
        known = _key_document(issuer, asker)
        asker.keep(f"keys of {issuer}", known)
    return known


def _key_document(issuer: str, asker: Asker) -> KeyDocument:
    if issuer in asker.given:
        return _listed(issuer, asker.given[issuer])
    if found := _DID_KEY.fullmatch(issuer):
        name = f"{issuer}#{found.group(1)}"
        method = Method(name, issuer, {"publicKeyMultibase": found.group(1)})
        return KeyDocument(issuer, {name: method}, frozenset({name}), ())
    if issuer.startswith("did:web:"):
        return _listed(issuer, asker.json(did_web_address(issuer), "the issuer's document"))
    if issuer.startswith("https://"):
        document = asker.json(issuer, "the issuer's document")
        if "verificationMethod" in document:
            return _listed(issuer, document)
        return _key_set(issuer, document, asker)
    raise unknown(
        f"the issuer {quoted(issuer)} is named in a way that cannot be asked here; did:web, did:key and https can"
    )


def _listed(issuer: str, document: Mapping[str, Any]) -> KeyDocument:
    if document.get("id") != issuer:
        raise unknown(
            f"the document at the issuer's address speaks for {quoted(str(document.get('id')))}, not for the issuer"
        )
    methods: dict[str, Method] = {}
    asserting = set()
    for entry in _entries(document.get("verificationMethod")):
        _add(methods, issuer, entry)
    for entry in _entries(document.get("assertionMethod")):
        asserting.add(_add(methods, issuer, entry) if isinstance(entry, dict) else _absolute(issuer, entry))
    also_known = tuple(text for text in _entries(document.get("alsoKnownAs")) if isinstance(text, str))
    return KeyDocument(issuer, methods, frozenset(asserting), also_known)


def _entries(value: object) -> list[Any]:
    found = value if isinstance(value, list) else [] if value is None else [value]
    if len(found) > limits.MAX_METHODS:
        raise unknown(f"the issuer's document lists more than {limits.MAX_METHODS} keys")
    return found


def _absolute(issuer: str, name: object) -> str:
    text = name if isinstance(name, str) else ""
    return issuer + text if text.startswith("#") else text


def _add(methods: dict[str, Method], issuer: str, entry: object) -> str:
    if not isinstance(entry, dict):
        raise unknown("the issuer's document is damaged: a key in it is not an object")
    name = _absolute(issuer, entry.get("id"))
    if name in methods and not alike(methods[name].members, entry):
        raise unknown("the issuer's document names two keys alike")
    methods[name] = Method(name, _absolute(issuer, entry.get("controller")), entry)
    return name


def alike(first: object, second: object) -> bool:
    """Say whether two JSON values are equal; to Python alone ``True`` is 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(alike(value, second[name]) for name, value in first.items())
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(alike, first, second))
    return first == second


def _key_set(issuer: str, document: Mapping[str, Any], asker: Asker) -> KeyDocument:
    """Return the keys that the issuer's host publishes for all of its issuers (OB 3.0 implementation guide)."""
    if document.get("id") != issuer:
        raise unknown(
            f"the document at the issuer's address speaks for {quoted(str(document.get('id')))}, not for the issuer"
        )
    host = host_of(issuer)
    try:
        keys = asker.json(f"https://{host}/.well-known/jwks.json", "the issuer's set of keys").get("keys")
    except Finding as finding:
        raise unknown("the issuer's own document names no keys, and its host publishes none") from finding
    methods = {}
    for jwk in _entries(keys):
        if not isinstance(jwk, dict):
            continue
        entry = {"publicKeyJwk": jwk, **({"revoked": True} if "revoked" in jwk else {})}
        kid = jwk.get("kid")
        names = [kid if "#" in kid or "://" in kid else f"{issuer}#{kid}"] if isinstance(kid, str) and kid else []
        try:
            names.append(f"{issuer}#{from_jwk(jwk).name}")
        except ProofError:
            continue
        methods.update({name: Method(name, issuer, entry) for name in names})
    return KeyDocument(issuer, methods, frozenset(methods), ())

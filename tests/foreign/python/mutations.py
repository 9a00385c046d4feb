"""Forged and broken variants of published documents, all of which a verifier must refuse.

Standard library only, like `folder_site`: both programs use it inside their own virtual environments. A variant is
a pair of what was done and the forged document, or the bodies that stand in for files (`FolderSite.changed`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from folder_site import FolderSite

Place = tuple[str | int, ...]
Replaced = dict[str, bytes | None]
Change = Callable[[Any], Any]


# --- single values ---------------------------------------------------------------------------------------------------


def leaves(value: Any, path: Place = ()) -> Iterator[Place]:
    """Yields the place of every single value (text, number, boolean, empty container) of a JSON document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for key, child in children for leaf in leaves(child, (*path, key))]
    yield from below or [path]


def with_value(document: Any, path: Place, change: Change) -> Any:
    """Returns a copy in which the value at `path` is `change(value)`."""
    if not path:
        return change(document)
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = with_value(copy[path[0]], path[1:], change)  # type: ignore[index]
    return copy


def without(document: Any, path: Place) -> Any:
    """Returns a copy from which the member at `path` is gone."""

    def drop(holder: Any) -> Any:
        if isinstance(holder, dict):
            return {key: value for key, value in holder.items() if key != path[-1]}
        return [value for at, value in enumerate(holder) if at != path[-1]]

    return with_value(document, path[:-1], drop)


def another(value: Any) -> Any:
    """Returns a different value of the same kind; text changes in its last sign only, so that it stays plausible."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str) and value:
        return value[:-1] + ("1" if value[-1] != "1" else "2")
    return "changed"


def changed_values(document: Any) -> Iterator[tuple[str, Any]]:
    """Yields the document with each single value changed, then removed, and with one member more."""
    for path in leaves(document):
        place = "/".join(map(str, path))
        yield f"{place} changed", with_value(document, path, another)
        yield f"{place} removed", without(document, path)
    yield "a member added", {**document, "honours": "with honours"}


# --- compact JWS -----------------------------------------------------------------------------------------------------


def encoded(part: bytes) -> str:
    """Returns base64url without padding."""
    return base64.urlsafe_b64encode(part).decode("ascii").rstrip("=")


def decoded(part: str) -> Any:
    """Returns the JSON of one part of a compact JWS."""
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def forged_tokens(token: str) -> Iterator[tuple[str, str]]:
    """Yields a compact JWS with each value of its payload changed under the old signature, and other old tricks."""
    header, body, signature = token.split(".")
    for what, payload in changed_values(decoded(body)):
        yield what, ".".join((header, encoded(json.dumps(payload, ensure_ascii=False).encode()), signature))
    first = "A" if signature[0] != "A" else "B"
    yield "first sign of the signature changed", ".".join((header, body, first + signature[1:]))
    yield "signature of zeros", ".".join((header, body, encoded(bytes(256))))
    yield "no signature", ".".join((header, body, ""))
    yield "alg none", ".".join((encoded(b'{"alg":"none"}'), body, ""))
    yield "header written anew", ".".join((encoded(b'{"alg":"RS256"}'), body, signature))


# --- the chain around an Open Badges 2.0 assertion -------------------------------------------------------------------


def broken_links(site: FolderSite, signed: dict[str, Any], other_pem: str) -> Iterator[tuple[str, Replaced]]:
    """Breaks the chain assertion, badge, profile, key, RevocationList of a signed assertion in each of its links."""

    def read(url: str) -> Any:
        return json.loads(site.answer(url).body)

    def put(url: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Replaced:
        return {url: json.dumps(change(read(url))).encode()}

    badge_url, key_url = signed["badge"], signed["verification"]["creator"]
    profile_url = read(badge_url)["issuer"]
    list_url = read(profile_url)["revocationList"]
    for url, what in ((badge_url, "badge"), (profile_url, "profile"), (key_url, "key"), (list_url, "list")):
        yield f"{what} gone", {url: None}
        yield f"{what} is no JSON", {url: b"<!doctype html>"}
    yield "another PEM in the key", put(key_url, lambda d: d | {"publicKeyPem": other_pem})
    yield "no PEM in the key", put(key_url, lambda d: without(d, ("publicKeyPem",)))
    yield "owner of the key changed", put(key_url, lambda d: d | {"owner": another(d["owner"])})
    yield "id of the key changed", put(key_url, lambda d: d | {"id": another(d["id"])})
    yield "profile without a key", put(profile_url, lambda d: without(d, ("publicKey",)))
    yield "profile names another key", put(profile_url, lambda d: d | {"publicKey": profile_url})
    yield "badge of another issuer", put(badge_url, lambda d: d | {"issuer": another(profile_url)})
    both = [{"id": signed["id"]}, {"id": key_url}]
    yield "revoked", put(list_url, lambda d: d | {"revokedAssertions": both})


def broken_hosted(site: FolderSite, url: str, hosted: dict[str, Any]) -> Iterator[tuple[str, Replaced]]:
    """Breaks the copy of an assertion that its host serves, or the profile's word on who may host."""

    def put(document: Any, at: str = url) -> Replaced:
        return {at: json.dumps(document).encode()}

    profile_url = json.loads(site.answer(hosted["badge"]).body)["issuer"]
    profile = json.loads(site.answer(profile_url).body)
    for name in ("recipient", "badge", "verification", "issuedOn", "type"):  # for an id its URL would stand in
        yield f"{name} removed", put(without(hosted, (name,)))
    yield "another id", put(hosted | {"id": another(url)})
    yield "another badge", put(hosted | {"badge": another(hosted["badge"])})
    yield "issued in the future", put(hosted | {"issuedOn": "2999-01-01T00:00:00Z"})
    yield "expired", put(hosted | {"expires": "2000-01-01T00:00:00Z"})
    yield "hashed turned round", put(with_value(hosted, ("recipient", "hashed"), another))
    yield "hash cut short", put(with_value(hosted, ("recipient", "identity"), lambda value: value[:-1]))
    yield "issued on a day without time", put(hosted | {"issuedOn": hosted["issuedOn"][:10]})
    yield "signed type in a hosted file", put(hosted | {"verification": {"type": "SignedBadge"}})
    elsewhere = {"type": "VerificationObject", "startsWith": "https://elsewhere.example/"}
    yield "startsWith elsewhere", put(profile | {"verification": elsewhere}, profile_url)
    origin = {"type": "VerificationObject", "allowedOrigins": ["elsewhere.example"]}
    yield "origin elsewhere", put(profile | {"verification": origin}, profile_url)
    yield "file gone", {url: None}

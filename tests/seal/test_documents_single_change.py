"""One changed value in any signed document is noticed: every leaf of a rich award and of a status list."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import orjson
import pytest
import rich_award as rich

from pinback.canonical import base64url, base64url_bytes
from pinback.errors import ProofError, SigningError
from pinback.formats import documents_of
from pinback.outputs import json_bytes
from pinback.proofs import eddsa_rdfc, jws
from pinback.seal.documents import _read_back, sealed_together, signed_list, signed_text, signed_whole
from pinback.seal.signing_keys import Keys

[SEALED] = sealed_together([(rich.RICH, True)], rich.KEYS)
POLISH = rich.sealing(
    rich.changed(rich.BARE_AWARD, results=[{"result": "level", "status": "Completed"}]),
    rich.BADGE_IN_TWO_LANGUAGES.edition("pl"),
    rich.BARE_ISSUER,
)
[EDITION] = sealed_together([(POLISH, True)], rich.KEYS)
STATUS = signed_list(
    f"{rich.WHERE.base_url}issuers/club/status/revocation-1.json",
    rich.RICH_ISSUER.did,
    "revocation",
    [5, 77],
    rich.KEYS,
    "2026-06-01T12:34:56Z",
)


def leaves(value: object, path: tuple = ()) -> Iterator[tuple]:
    """Yield the path of each text, number and truth value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def others(value: object) -> Iterator[object]:
    """Yield other values for a leaf."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield value + 1
        yield -value
    else:
        assert isinstance(value, str)
        yield value + "x"
        yield value[:-1]
        yield value.swapcase() if value.swapcase() != value else "x" + value
        yield "\u200b" + value


def changed(document: dict, path: tuple, value: object) -> dict:
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def at(document: object, path: tuple) -> object:
    for step in path:
        document = document[step]  # type: ignore[index]
    return document


def every_change(document: dict) -> Iterator[tuple[tuple, dict]]:
    for path in leaves(document):
        for value in others(at(document, path)):
            yield path, changed(document, path, value)


@pytest.mark.parametrize(
    "data",
    [SEALED["credential.json"], EDITION["credential.json"], STATUS],
    ids=["credential", "edition in another language", "status list"],
)
def test_every_changed_value_of_an_embedded_proof_is_refused(data):
    document = json.loads(data)
    eddsa_rdfc.verify(document, rich.KEYS.ed25519)
    tried = 0
    for path, forged in every_change(document):
        tried += 1
        with pytest.raises(ProofError):
            eddsa_rdfc.verify(forged, rich.KEYS.ed25519)
            pytest.fail(f"{path} was changed and nobody noticed")
    assert tried > 50


@pytest.mark.parametrize(
    "data",
    [SEALED["credential.json"], EDITION["credential.json"], STATUS],
    ids=["credential", "edition in another language", "status list"],
)
def test_every_member_taken_away_or_renamed_or_added_is_refused(data):
    """But for a list whose order or copies no RDF proof covers."""
    document = json.loads(data)
    places = {path[:depth] for path in leaves(document) for depth in range(1, len(path) + 1)}
    for path in sorted(places, key=str):
        if path[0] == "@context" or not isinstance(path[-1], str):
            continue
        for new in (None, "name2", "description", "@id", "https://schema.org/name"):
            forged = copy.deepcopy(document)
            place = at(forged, path[:-1])
            assert isinstance(place, dict)
            if new in place:
                continue
            value = place.pop(path[-1])
            if new is not None:
                place[new] = value
            with pytest.raises(ProofError):
                eddsa_rdfc.verify(forged, rich.KEYS.ed25519)
                pytest.fail(f"{path} became {new} and nobody noticed")
    objects = {path[:depth] for path in leaves(document) for depth in range(len(path))}
    for path in sorted(objects, key=str):
        if path[:1] == ("@context",) or not isinstance(at(document, path), dict):
            continue
        for name, value in (("motto", "x"), ("name", "Mallory"), ("evidence", []), ("type", "x"), ("id", "urn:x")):
            forged = copy.deepcopy(document)
            place = at(forged, path)
            assert isinstance(place, dict)
            if name in place:
                continue
            place[name] = value
            with pytest.raises(ProofError):
                eddsa_rdfc.verify(forged, rich.KEYS.ed25519)
                pytest.fail(f"{name} was added to {path} and nobody noticed")


@pytest.mark.parametrize("name", ["assertion.jws.txt", "credential.jwt.txt"])
def test_every_changed_value_of_a_jws_is_refused(name):
    token = SEALED[name].decode()
    head, body, signature = token.split(".")
    _, payload = jws.verify_rs256(token, rich.KEYS.rsa)
    assert payload == base64url_bytes(body)
    header = json.loads(base64url_bytes(head))
    for document, make in (
        (json.loads(payload), lambda part: f"{head}.{part}.{signature}"),
        (header, lambda part: f"{part}.{body}.{signature}"),
    ):
        for path, forged in every_change(document):
            with pytest.raises(ProofError):
                jws.verify_rs256(make(base64url(json_bytes(forged))), rich.KEYS.rsa)
                pytest.fail(f"{path} was changed and nobody noticed")


def test_parts_of_two_tokens_cannot_be_joined():
    one, two = (SEALED[name].decode().split(".") for name in ("assertion.jws.txt", "credential.jwt.txt"))
    for mixed in ((one[0], two[1], two[2]), (one[0], two[1], one[2]), (two[0], one[1], one[2])):
        with pytest.raises(ProofError):
            jws.verify_rs256(".".join(mixed), rich.KEYS.rsa)


def test_proof_of_one_document_does_not_fit_another():
    credential, status = json.loads(SEALED["credential.json"]), json.loads(STATUS)
    with pytest.raises(ProofError):
        eddsa_rdfc.verify(credential | {"proof": status["proof"]}, rich.KEYS.ed25519)
    with pytest.raises(ProofError):
        eddsa_rdfc.verify(status | {"proof": credential["proof"]}, rich.KEYS.ed25519)


@pytest.mark.parametrize("name", sorted(SEALED))
def test_document_that_says_something_else_than_was_meant_is_not_sealed(name: str) -> None:
    """As if something had changed it between its making and its signing."""
    documents = documents_of(rich.RICH)
    meant = {file: orjson.dumps(document) for file, document in documents.items()}
    _read_back(SEALED, meant, rich.KEYS)
    other = {**meant, name: orjson.dumps({**documents[name], "id": "urn:x"})}
    with pytest.raises(SigningError, match=f"{name} reads back as something else"):
        _read_back(SEALED, other, rich.KEYS)


class LikeNothing(str):
    """A text that equals none: no text that a club can write reads back as something else than was meant."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def test_whole_documents_are_compared_with_what_was_meant() -> None:
    """Final statements, endorsements, status lists, and what is signed again after a theft."""
    meant = {name: value for name, value in json.loads(STATUS).items() if name != "proof"}
    other = {**meant, "issuer": LikeNothing(meant["issuer"])}
    stamp, issuer = "2026-06-01T12:34:56Z", rich.RICH_ISSUER.did
    assert signed_whole(meant, issuer, stamp, rich.KEYS) == STATUS
    with pytest.raises(SigningError, match="reads back as something else than was meant"):
        signed_whole(other, issuer, stamp, rich.KEYS)
    token = signed_text(meant, {"typ": "JWT"}, rich.KEYS).decode()
    assert json.loads(jws.verify_rs256(token, rich.KEYS.rsa)[1]) == meant
    with pytest.raises(SigningError, match="reads back as something else than was meant"):
        signed_text(other, {"typ": "JWT"}, rich.KEYS)


def test_list_whose_positions_change_while_it_is_signed_is_not_sealed() -> None:
    positions = [5, 77]

    class Changing:
        def sign(self, key_id: str, data: bytes) -> bytes:
            positions.append(78)
            return rich.KEYS.signer.sign(key_id, data)

    keys = Keys(rich.KEYS.ed25519, rich.KEYS.rsa, rich.KEYS.log, Changing())
    with pytest.raises(SigningError, match="a status list reads back as something else"):
        signed_list(
            f"{rich.WHERE.base_url}list.json",
            rich.RICH_ISSUER.did,
            "revocation",
            positions,
            keys,
            "2026-06-01T12:34:56Z",
        )

"""Documents that are signed as they should be, and say something else than the register's line: each such lie is named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import AT, ClubFolder, make_test_keys

from pinback.canonical import base64url_bytes, sha256_name
from pinback.errors import ProofError
from pinback.outputs import json_bytes
from pinback.proofs import eddsa_rdfc, jws
from pinback.register import Register
from pinback.seal.signatures import _check_statement, check_award, check_list, false_signatures, signed_files
from pinback.seal.store import Store
from pinback.status import encoded_list

KEYS = make_test_keys("test")
DID = "did:web:badges.example.org"
METHOD = f"{DID}#{KEYS.keys['ed25519'].id}"
Doc = dict[str, Any]


class Documents:
    """The documents of an award, as objects that may be changed before they are signed again."""

    def __init__(self, folder: ClubFolder) -> None:
        self.store = Store(folder.root, "club")
        register = self.store.load()
        assert register
        self.register: Register = register
        self.award = next(iter(register.awards.values()))
        [self.line] = [line for line in register.lines if line.get("id") == self.award.id]
        files = self.store.award_files(self.award)
        self.badge_class = self.store.version_files(register, self.award.badge, self.award.version)["badge.json"]
        self.credential: Doc = json.loads(files["credential.json"])
        del self.credential["proof"]
        self.head, self.claims = _token(files["credential.jwt.txt"])
        self.signed_head, self.signed = _token(files["assertion.jws.txt"])
        self.hosted: Doc = json.loads(files["assertion.json"])
        self.created, self.method = self.line["at"], METHOD

    def check(self) -> None:
        """Sign everything again, and compare it with the register's line."""
        key = KEYS.keys["ed25519"].id
        credential = eddsa_rdfc.add_proof(self.credential, self.created, self.method, key, KEYS)
        files = {
            "credential.json": json_bytes(credential),
            "credential.jwt.txt": _signed(self.claims, self.head),
            "assertion.json": json_bytes(self.hosted),
            "assertion.jws.txt": _signed(self.signed, self.signed_head),
        }
        check_award(self.register, self.line, "club", self.award, files, self.badge_class)


def _token(data: bytes) -> tuple[dict[str, str], Doc]:
    head, payload, _ = data.decode("ascii").split(".")
    header = json.loads(base64url_bytes(head))
    del header["alg"]
    return header, json.loads(base64url_bytes(payload))


def _signed(document: Doc, header: dict[str, str]) -> bytes:
    return jws.sign_rs256(json_bytes(document), header, KEYS.keys["rsa"].id, KEYS).encode("ascii")


def other(place: Doc, *path: str) -> None:
    """Put another text into a place of a document."""
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] += "x"


LIES: list[tuple[str, Callable[[Documents], object]]] = [
    ("key", lambda one: setattr(one, "method", METHOD.replace("badges", "others"))),
    ("moment", lambda one: setattr(one, "created", "2026-06-01T12:00:01Z")),
    ("issuer", lambda one: other(one.credential, "issuer", "id")),
    ("id", lambda one: other(one.credential, "id")),
    ("badge", lambda one: other(one.credential, "credentialSubject", "achievement", "id")),
    ("badge version", lambda one: other(one.credential, "credentialSubject", "achievement", "image", "id")),
    *(
        ("position", lambda one, name=name: other(one.credential, "credentialStatus", name))
        for name in ("id", "statusListIndex", "statusListCredential")
    ),
    ("position", lambda one: one.credential["credentialStatus"].update(statusPurpose="suspension")),
    ("JWT header", lambda one: other(one.head, "kid")),
    ("JWT header", lambda one: one.head.update(typ="vc+jwt")),
    ("JWT", lambda one: other(one.claims, "credentialSubject", "achievement", "name")),
    ("JWT", lambda one: one.claims.pop("credentialStatus")),
    *(("JWT claims", lambda one, name=name: other(one.claims, name)) for name in ("iss", "jti", "sub")),
    ("JWS header", lambda one: one.signed_head.update(kid="x")),
    ("signed Assertion's key", lambda one: other(one.signed, "verification", "creator")),
    ("signed Assertion's key", lambda one: one.signed["verification"].update(type="HostedBadge")),
    ("signed Assertion's id", lambda one: other(one.signed, "id")),
    ("signed Assertion's badge version", lambda one: other(one.signed, "badge")),
    ("hosted Assertion", lambda one: other(one.hosted, "issuedOn")),
    ("hosted Assertion", lambda one: other(one.hosted, "id")),
    ("hosted Assertion", lambda one: other(one.hosted, "badge")),
    ("hosted Assertion", lambda one: one.hosted.update(verification=one.signed["verification"])),
    ("hosted Assertion", lambda one: one.hosted.update(revoked=True)),
]


@pytest.mark.parametrize(("what", "lie"), LIES)
def test_award_that_is_not_what_its_line_says_is_told(
    what: str, lie: Callable[[Documents], object], sealed_club: ClubFolder
) -> None:
    one = Documents(sealed_club)
    one.check()
    lie(one)
    with pytest.raises(ProofError) as refused:
        one.check()
    assert str(refused.value) == f"its {what} is not what the register says; restore the register"


def the_list(folder: ClubFolder) -> tuple[Register, Doc, Doc]:
    """Return the register, the line of the status list, and the list without its proof."""
    store = Store(folder.root, "club")
    register = store.load()
    assert register
    line = next(line for line in signed_files(register) if line["event"] == "status")
    document: Doc = json.loads(store.status_file(register, line["purpose"], line["list"]))
    del document["proof"]
    return register, line, document


LISTS: list[tuple[str, Callable[[Doc], object]]] = [
    ("moment", lambda one: one.update(validFrom="2026-06-01T12:00:01Z")),
    ("issuer", lambda one: other(one, "issuer")),
    ("id", lambda one: other(one, "id")),
    ("purpose", lambda one: other(one, "credentialSubject", "id")),
    ("purpose", lambda one: one["credentialSubject"].update(statusPurpose="suspension")),
    ("set of positions", lambda one: one["credentialSubject"].update(encodedList=encoded_list([5]))),
]


@pytest.mark.parametrize(("what", "lie"), LISTS)
def test_list_that_is_not_what_its_line_says_is_told(
    what: str, lie: Callable[[Doc], object], sealed_club: ClubFolder
) -> None:
    register, line, document = the_list(sealed_club)

    def check(document: Doc, created: str = line["at"], method: str = METHOD) -> None:
        proved = eddsa_rdfc.add_proof(document, created, method, KEYS.keys["ed25519"].id, KEYS)
        check_list(register, line, "club", json_bytes(proved))

    check(document)
    told = copy.deepcopy(document)
    lie(told)
    with pytest.raises(ProofError, match=f"^its {what} is not what the register says; restore the register$"):
        check(told)
    with pytest.raises(ProofError, match=r"^its moment is not"):
        check(document, created="2026-06-01T12:00:01Z")
    with pytest.raises(ProofError, match=r"^its key is not"):
        check(document, method=METHOD.replace("badges", "others"))


@pytest.mark.parametrize(("keys", "role"), [(make_test_keys("stranger"), "ed25519"), (KEYS, "log")])
def test_list_by_a_key_that_may_not_sign_is_told(keys: Any, role: str, sealed_club: ClubFolder) -> None:
    register, line, document = the_list(sealed_club)
    key = keys.keys[role].id
    proved = eddsa_rdfc.add_proof(document, line["at"], f"{DID}#{key}", key, keys)
    with pytest.raises(ProofError, match="signed by a key that may not sign; restore the register"):
        check_list(register, line, "club", json_bytes(proved))


def test_final_statement_of_another_issuer_is_told(sealed_club: ClubFolder) -> None:
    sealed_club.close()
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    [line] = [line for line in signed_files(register) if line["event"] == "close"]
    statement: Doc = json.loads(store.closing_path.read_bytes())
    _check_statement(register, line, json_bytes(statement))
    del statement["proof"]
    for issuer in (f"{DID}x", {"id": f"{DID}x"}):
        with pytest.raises(ProofError, match="its issuer is not what the register says"):
            _check_statement(register, line, json_bytes({**statement, "issuer": issuer}))
    later = eddsa_rdfc.add_proof(statement, "2026-06-01T12:00:01Z", METHOD, KEYS.keys["ed25519"].id, KEYS)
    with pytest.raises(ProofError, match="its moment is not what the register says"):
        _check_statement(register, line, json_bytes(later))


def test_file_that_is_changed_while_signatures_are_proved_is_told_as_such(sealed_club: ClubFolder) -> None:
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    lines = signed_files(register)
    assert list(false_signatures(store, register, lines)) == []
    path = store.award_path(next(iter(register.awards)), "credential.json")
    path.write_bytes(path.read_bytes()[:-1])
    assert [str(problem) for problem in false_signatures(store, register, lines)] == [
        f"{store.shown(path)}: this sealed file was changed since it was signed; restore it from git"
    ]


def test_whatever_does_not_hold_is_named_with_its_line(sealed_club: ClubFolder) -> None:
    """As if the register named files that prove nothing: somebody has its keys, and not those of the documents."""
    sealed_club.close()
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    lines = {line["event"]: line for line in signed_files(register)}
    assert set(lines) == {"award", "status", "close"}
    assert list(false_signatures(store, register, list(lines.values()))) == []
    award = register.awards[lines["award"]["id"]]
    files = (
        ("award", store.award_path(award.id, "credential.json"), f"the award {award.id}"),
        ("award", store.award_path(award.id, "credential.jwt.txt"), f"the award {award.id}"),
        ("status", store.status_path("revocation", 1), "the revocation list 1"),
        ("close", store.closing_path, "the final statement"),
    )
    for event, path, what in files:
        before = path.read_bytes()
        for data in (before.replace(b"e", b"a"), b"{}", b"[]", b'"x"', b"{", b"\xff", b""):
            path.write_bytes(data)
            award.files[path.name] = register.status["revocation", 1] = sha256_name(data)  # type: ignore[index]
            [told] = false_signatures(store, register, [{**lines[event], "statement": sha256_name(data)}])
            assert (told.file, told.line) == (register.file, lines[event]["n"] + 1)
            assert told.what.startswith(f"{what} does not hold: "), told.what
            assert told.cure == "do not publish this; restore the register and the sealed files from git"
        path.write_bytes(before)
        award.files[path.name] = register.status["revocation", 1] = sha256_name(before)  # type: ignore[index]


def test_what_is_proved_is_the_newest_of_each(sealed_club: ClubFolder) -> None:
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n").seal(AT)
    register, *_ = the_list(sealed_club)
    lines = register.lines
    awards = [number for number, line in enumerate(lines) if line["event"] == "award"]
    last_list = max(number for number, line in enumerate(lines) if line["event"] == "status")
    assert sorted(line["n"] for line in signed_files(register)) == sorted([*awards, last_list])
    for since in (awards[-1], awards[-1] + 1, len(lines)):
        told = [line["n"] for line in signed_files(register, since)]
        assert sorted(told) == sorted([*(number for number in awards if number >= since), last_list])

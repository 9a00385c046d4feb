"""Signatures of sealed documents, read back and compared with the lines of the register that name them.

That a file is the one whose digest the register names is ``store``; here its signature is checked with the keys that
the register names for it, and what it says about itself (ids, issuer, position, key, version, moment) with the line.
OB 3.0, "Proofs (Signatures)"; OB 2.0, "Implementing Signed Badges"; Bitstring Status List 1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.errors import ContentError, Problem, ProofError
from pinback.formats import did
from pinback.proofs import eddsa_rdfc, jws
from pinback.proofs.keys import PublicKey, checked
from pinback.register import KEY_EVENTS, Keyring, Place, Register, SealedAward
from pinback.seal.endorsing import check_endorsement
from pinback.seal.profiles import files_of
from pinback.seal.store import Store
from pinback.status import set_indexes

_CLAIMS = frozenset(("iss", "jti", "sub", "nbf", "iat", "exp"))
_CURE = "do not publish this; restore the register and the sealed files from git"
Line = Mapping[str, Any]


def signed_files(register: Register, since: int = 0) -> list[Line]:
    """Return the newest line of everything that is signed: awards, endorsements, status lists, the final statement.

    Args:
        register: the register.
        since: leave out awards and statements of which the first *since* lines speak and no later one. Status lists are
            few and never left out: they alone show that the position of an erased award is still the one it was, which
            its emptied line cannot prove (its leaf is that of the line as it was).
    """
    newest: dict[object, Line] = {}
    for line in register.lines:
        if line["event"] in ("award", "reseal") and line["id"] in register.awards:
            newest[line["id"]] = line
        elif line["event"] == "status":
            newest[line["purpose"], line["list"]] = line
        elif line["event"] == "endorse":
            newest["endorse", line["group"]] = line
        elif line["event"] == "close":
            newest["close"] = line
    return [line for line in newest.values() if line["n"] >= since or line["event"] == "status"]


def false_signatures(store: Store, register: Register, lines: list[Line]) -> Iterator[Problem]:
    """Yield a problem for each file of these lines whose signature or words do not hold.

    Args:
        store: the issuer's files; their digests may have been checked, they are checked again as they are read.
        register: its register, proved.
        lines: of ``signed_files``.
    """
    for line in lines:
        try:
            _check(store, register, line)
        except ContentError as error:
            yield from error.problems
        except (ProofError, ValueError, KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
            what = (
                str(error).partition(";")[0]
                if isinstance(error, ProofError)
                else "a signed document is not of its kind"
            )
            yield Problem(register.file, line["n"] + 1, f"the {_words(line)} does not hold: {what}", _CURE)


def _words(line: Line) -> str:
    if line["event"] == "status":
        return f"{line['purpose']} list {line['list']}"
    if line["event"] == "endorse":
        return f"endorsement of {line['group']}"
    return "final statement" if line["event"] == "close" else f"award {line['id']}"


def _check(store: Store, register: Register, line: Line) -> None:
    if line["event"] == "status":
        check_list(register, line, store.issuer, store.status_file(register, line["purpose"], line["list"]))
    elif line["event"] == "close":
        _check_statement(register, line, store.read(store.closing_path, line["statement"]))
    elif line["event"] == "endorse":
        place, rsa = _place_at(register, line["n"]), _key(register, line["keys"][1])
        profile = next(one for one in register.profiles if (one.place, one.key) == (place.number, rsa.id))
        files, where = files_of(register, store.issuer, profile), Addresses(place.base_url)
        creators = {"profile": where.url(files.profile), "key": where.url(files.key)}
        keys, documents = (_key(register, line["keys"][0]), rsa), store.group_files(register.groups[line["group"]])
        check_endorsement(line, store.issuer, place, creators, keys, documents)
    else:
        award = register.awards[line["id"]]
        badge_class = store.version_files(register, award.badge, award.version)["badge.json"]
        check_award(register, line, store.issuer, award, store.award_files(award), badge_class)


def check_award(
    register: Register, line: Line, issuer: str, award: SealedAward, files: Mapping[str, bytes], badge_class: bytes
) -> None:
    """Check the four documents of an award.

    1. The credential: proof, key, moment, issuer, ids, position. 2. The same as JWT. 3. The signed
    OB 2.0 Assertion: key document, badge version. 4. The hosted one says the same.

    Args:
        register: the register.
        line: the ``award`` line, or the newest ``reseal`` line.
        issuer: slug.
        award: the award.
        files: the documents by name.
        badge_class: the frozen BadgeClass of the version that the register names; its criteria are at the id of the
            edition of the badge in which the award is signed.

    Raises:
        ProofError: something does not hold.
    """
    sealed_at, signed_at = register.place_of(award.place), _place_at(register, line["n"])
    where, page = Addresses(sealed_at.base_url), addresses.award_file
    ed25519, rsa = (_key(register, key_id) for key_id in line["keys"])

    # 1.
    credential = json.loads(files["credential.json"])
    proof = eddsa_rdfc.verify(credential, ed25519)
    _same("key", proof["verificationMethod"], did.key_url(sealed_at.did, ed25519.id))
    _same("moment", proof["created"], line["at"])
    _same("issuer", credential["issuer"]["id"], sealed_at.did)
    _same("id", credential["id"], where.url(page(award.id, "credential.json")))
    _same("badge", credential["credentialSubject"]["achievement"]["id"], json.loads(badge_class)["criteria"]["id"])
    picture = where.url(addresses.frozen(award.badge, award.version, "image.png"))
    _same("badge version", credential["credentialSubject"]["achievement"]["image"]["id"], picture)
    list_url = where.url(addresses.status_list(issuer, "revocation", award.list))
    status = {
        "id": f"{list_url}#{award.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(award.index),
        "statusListCredential": list_url,
    }
    _same("position", credential["credentialStatus"], status)

    # 2.
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    header, payload = jws.verify_rs256(files["credential.jwt.txt"].decode("ascii"), rsa)
    claims = json.loads(payload)
    _same("JWT header", header, {"alg": "RS256", "typ": "JWT", "kid": did.key_url(sealed_at.did, rsa.id)})
    _same("JWT", {name: value for name, value in claims.items() if name not in _CLAIMS}, unsigned)
    subject = credential["credentialSubject"]["id"]
    _same("JWT claims", (claims["iss"], claims["jti"], claims["sub"]), (sealed_at.did, credential["id"], subject))

    # 3.
    header, payload = jws.verify_rs256(files["assertion.jws.txt"].decode("ascii"), rsa)
    signed = json.loads(payload)
    now = Addresses(signed_at.base_url)
    profile = next(one for one in register.profiles if (one.place, one.key) == (signed_at.number, rsa.id))
    creator = now.url(files_of(register, issuer, profile).key)
    _same("JWS header", header, {"alg": "RS256", "typ": "JWT"})
    _same("signed Assertion's key", signed["verification"], {"type": "SignedBadge", "creator": creator})
    _same("signed Assertion's id", signed["id"], where.url(page(award.id, "assertion.jws.txt")))
    version = addresses.frozen(award.badge, award.signed_version, "badge.json")
    _same("signed Assertion's badge version", signed["badge"], now.url(version))

    # 4.
    hosted = json.loads(files["assertion.json"])
    first = where.url(addresses.frozen(award.badge, award.version, "badge.json"))
    own = {"id": where.url(page(award.id, "assertion.json")), "badge": first, "verification": {"type": "HostedBadge"}}
    _same("hosted Assertion", hosted, signed | own)


def check_list(register: Register, line: Line, issuer: str, data: bytes) -> None:
    """Check a status list against the ``status`` line that named it last.

    Raises:
        ProofError: something does not hold.
    """
    purpose, number = line["purpose"], line["list"]
    place = register.place_of(register.list_places[number])
    url = Addresses(place.base_url).url(addresses.status_list(issuer, purpose, number))
    document = json.loads(data)
    _check_embedded(register, line, document, place.did)
    _same("moment", document["validFrom"], line["at"])
    _same("issuer", document["issuer"], place.did)
    _same("id", document["id"], url)
    told = document["credentialSubject"]
    _same("purpose", (told["id"], told["statusPurpose"]), (f"{url}#list", purpose))
    _same("set of positions", set_indexes(told["encodedList"]), frozenset(register.set_indexes(purpose, number)))


def _check_statement(register: Register, line: Line, data: bytes) -> None:
    document = json.loads(data)
    _same("issuer", document["issuer"], register.did)
    _check_embedded(register, line, document, register.did)


def _check_embedded(register: Register, line: Line, document: dict[str, Any], issuer: str) -> None:
    """Check the embedded proof of a document by a key that could sign at that line."""
    method = document["proof"][0]["verificationMethod"]
    key_id = method.rpartition("#")[2]
    _same("key", method, did.key_url(issuer, key_id))
    if not _keys_at(register, line["n"]).is_active(key_id, "ed25519"):
        raise ProofError("it is signed by a key that may not sign; restore the register")
    proof = eddsa_rdfc.verify(document, _key(register, key_id))
    _same("moment", proof["created"], line["at"])


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise ProofError(f"its {what} is not what the register says; restore the register")


def _key(register: Register, key_id: str) -> PublicKey:
    known = register.keyring.keys[key_id]
    return checked(known.id, known.type, known.public)


def _place_at(register: Register, number: int) -> Place:
    """Return where the issuer published at line *number* (``n``)."""
    return next(place for place in reversed(register.places) if place.since <= number)


def _keys_at(register: Register, number: int) -> Keyring:
    """Return the keys as they stood at line *number* (``n``)."""
    ring = Keyring()
    ring.begin(register.lines[0])
    change = {"key-add": ring.add, "key-retire": ring.retire, "key-revoke": ring.revoke}
    for line in register.lines[:number]:
        if line["event"] in KEY_EVENTS:
            change[line["event"]](line)
    return ring

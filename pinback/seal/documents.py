"""The documents of one award, and status lists: made, signed, read back and verified in memory.

Canonical forms come from skeletons with the library as judge (``proofs.bulk``). Reading back shares none with making: its
own are made from the bytes as they were read. What is published is proved once more by the library alone, in
``pinback check --against`` (docs/decisions/0026).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

import orjson

from pinback.dataclass import dataclass
from pinback.errors import ProofError, SigningError
from pinback.formats import did, documents_of, ob3
from pinback.formats.parts import Sealing, moment
from pinback.outputs import json_bytes, published, with_members
from pinback.proofs import compact, eddsa_rdfc, jws
from pinback.proofs.bulk import NO_FORM, Form, Part, Skeletons, cut
from pinback.proofs.keys import Claim, PublicKey
from pinback.seal.signing_keys import Keys
from pinback.status import set_indexes, status_list_credential

T = TypeVar("T")
_MAKING, _READING = Skeletons(), Skeletons()


@dataclass(slots=True)
class _Meant:
    """An award whose documents are made, and nothing is signed yet.

    Attributes:
        sealing: all that they say.
        texts: what is meant, as JSON, by file name.
        parts: the credential, cut.
        form: its canonical form.
        credential: to get its proof.
        assertion: the text of the Assertion that is to be signed.
        token: the same of the credential as JWT.
    """

    sealing: Sealing
    texts: dict[str, bytes]
    parts: list[Part]
    form: Form
    credential: eddsa_rdfc.Unsigned
    assertion: bytes
    token: bytes


def sealed_together(sealings: Iterable[tuple[Sealing, bool]], keys: Keys) -> list[dict[str, bytes]]:
    """Return the four documents as published of several awards, each read back and verified. The awards are few: all lie in memory.

    Each step is done for all of them before the next one. A signature, or the check of one, leaves the processor's caches empty, and what
    comes behind it takes twice as long as what comes behind its like.

    Args:
        sealings: all that the documents of each say, and whether the library canonicalises its credential too, and compares; for
            the first award of a badge and for samples.
        keys: sign them.

    Raises:
        ProofError: a document cannot be signed so that all of it is covered; names file and line.
    """
    meant = [_named(sealing, partial(_meant, sealing, keys, judge)) for sealing, judge in sealings]
    proofs = [keys.signer.sign(keys.ed25519.id, one.credential.to_sign) for one in meant]
    tokens = [[keys.signer.sign(keys.rsa.id, signed) for signed in (one.assertion, one.token)] for one in meant]
    sealed = [
        {
            "assertion.json": published(one.texts["assertion.json"]),
            "assertion.jws.txt": jws.with_signature(one.assertion, assertion),
            "credential.json": published(with_members(one.texts["credential.json"], one.credential.proof(proof))),
            "credential.jwt.txt": jws.with_signature(one.token, token),
        }
        for one, proof, (assertion, token) in zip(meant, proofs, tokens, strict=True)
    ]
    claims = [
        _named(one.sealing, partial(_read_back, files, one.texts, keys, one.parts, one.form))
        for one, files in zip(meant, sealed, strict=True)
    ]
    for kind in zip(*claims, strict=True):
        for one, claim in zip(meant, kind, strict=True):
            _named(one.sealing, claim.check)
    return sealed


def learn_shapes(sealings: Iterable[Sealing]) -> None:
    """Learn the shapes of credentials like these, for making and for reading, so that processes that are forked later know them."""
    for sealing in sealings:
        credential = ob3.credential(sealing)
        with contextlib.suppress(ProofError):  # it is told of the award itself
            if not _MAKING.form(credential).skeletons:  # so it is new to both
                _READING.canonical_quads(orjson.loads(orjson.dumps(credential)))


def _named(sealing: Sealing, step: Callable[[], T]) -> T:
    """Return what a step returns; what it cannot do is told with file and line of the award."""
    try:
        return step()
    except ProofError as error:
        raise ProofError(f"{sealing.award.origin}: {error}") from error


def _meant(sealing: Sealing, keys: Keys, judge: bool) -> _Meant:
    documents = documents_of(sealing)
    texts = {name: orjson.dumps(document) for name, document in documents.items()}
    credential, text = documents["credential.json"], texts["credential.json"]
    parts = cut(credential)
    form = form_of(credential, judge, parts)
    jwt_header = {"typ": "JWT", "kid": did.key_url(sealing.issuer.did, keys.rsa.id)}
    return _Meant(
        sealing,
        texts,
        parts,
        form,
        unproved(credential, sealing.issuer.did, moment(sealing.at), keys.ed25519, form, text),
        jws.signing_input(published(texts["assertion.jws.txt"]), {"typ": "JWT"}),
        jws.signing_input(published(texts["credential.jwt.txt"]), jwt_header),
    )


def form_of(credential: dict[str, Any], judge: bool, parts: list[Part] | None = None) -> Form:
    """Return the canonical form of a credential without its proof, made in bulk.

    Args:
        credential: the credential.
        judge: let the library canonicalise it too, and compare.
        parts: the credential, cut (``bulk.cut``), where that is known.

    Raises:
        ProofError: as ``rdf.canonical_quads``, or the library says something else.
    """
    return _MAKING.form(credential, judge, parts)


def unproved(
    credential: dict[str, Any], issuer: str, stamp: str, key: PublicKey, form: Form, text: bytes = b""
) -> eddsa_rdfc.Unsigned:
    """Return a credential that still lacks the signature of its embedded proof.

    Args:
        credential: without its proof.
        issuer: DID.
        stamp: the moment of the proof.
        key: will sign.
        form: of the credential.
        text: the credential as JSON (orjson's), where that is known.

    Raises:
        ProofError: as ``eddsa_rdfc.add_proof``.
    """
    return eddsa_rdfc.unsigned_proof(credential, stamp, did.key_url(issuer, key.id), lambda _: form.quads, text)


def _read_back(
    sealed: Mapping[str, bytes],
    meant: Mapping[str, bytes],
    keys: Keys,
    parts: list[Part] | None = None,
    form: Form = NO_FORM,
) -> tuple[Claim, Claim, Claim]:
    """Read the finished bytes as a stranger would, compare them with what was meant, and return what they claim to be signed.

    The signature judges the canonical form of what was read: it fits only the one that was signed.

    Args:
        sealed: the bytes by name.
        meant: the JSON (orjson's) of what was meant, by name.
        keys: made the signatures.
        parts: what was meant in the credential, cut. What was read has the same JSON, or is refused before.
        form: the canonical form that was signed; it counts where the skeletons of reading are those that it came from.
    """
    credential, assertion = orjson.loads(sealed["credential.json"]), orjson.loads(sealed["assertion.json"])
    same = {
        "assertion.json": orjson.dumps(assertion) == meant["assertion.json"],
        "credential.json": orjson.dumps(_unsigned(credential)) == meant["credential.json"],
    }
    claims = []
    for name in ("assertion.jws.txt", "credential.jwt.txt"):
        # What a token says is JSON that nothing was added to, so its very bytes are compared.
        claim, _, payload = compact.claim_of(sealed[name], keys.rsa)
        same[name] = payload == published(meant[name])
        claims.append(claim)
    for name, is_same in same.items():
        if not is_same:
            raise SigningError(
                f"{name} reads back as something else than was signed; this is our mistake, please report it"
            )

    def canonical(read: dict[str, Any]) -> bytes:
        return _READING.form(read, parts=parts, before=form).quads

    proof, _ = eddsa_rdfc.claim_of(credential, keys.ed25519, canonical=canonical)
    return claims[0], claims[1], proof


def _unsigned(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def signed_list(url: str, issuer: str, purpose: str, bits: list[int], keys: Keys, stamp: str) -> bytes:
    """Return a signed status list as published, read back and verified.

    Args:
        url: its own address.
        issuer: DID.
        purpose: ``revocation`` or ``suspension``.
        bits: set positions, ascending.
        keys: its Ed25519 key signs.
        stamp: the moment of the register line that names it.
    """
    document = status_list_credential(url, issuer, purpose, stamp, bits)
    data = signed_whole(document, issuer, stamp, keys)
    if set_indexes(document["credentialSubject"]["encodedList"]) != frozenset(bits):
        raise SigningError(
            "a status list reads back as something else than was signed; this is our mistake, please report it"
        )
    return data


def signed_whole(document: dict[str, Any], issuer: str, stamp: str, keys: Keys) -> bytes:
    """Return a document with an embedded proof as published, read back, compared and verified by the library.

    Args:
        document: without its proof.
        issuer: DID.
        stamp: the moment of the register line that names it.
        keys: its Ed25519 key signs.

    Raises:
        ProofError: as ``eddsa_rdfc.add_proof``.
        SigningError: it reads back as something else.
    """
    key = keys.ed25519
    data = json_bytes(eddsa_rdfc.add_proof(document, stamp, did.key_url(issuer, key.id), key.id, keys.signer))
    read = json.loads(data)
    eddsa_rdfc.verify(read, key)
    _compare(_unsigned(read), document)
    return data


def signed_text(document: dict[str, Any], header: dict[str, str], keys: Keys) -> bytes:
    """Return a document as compact JWS as published, read back, compared and verified; *header* is without ``alg``."""
    token = jws.sign_rs256(json_bytes(document), header, keys.rsa.id, keys.signer)
    _, payload = jws.verify_rs256(token, keys.rsa)
    _compare(json.loads(payload), document)
    return token.encode("ascii")


def _compare(read: object, meant: object) -> None:
    if read != meant:
        raise SigningError(
            "what was signed reads back as something else than was meant; this is our mistake, please report it"
        )

"""A small world of issuers for the checker's tests: keys from fixed seeds, documents, and what their addresses answer.

Signed here with ``cryptography`` and PyLD's canonical form, not by ``seal``: the checker never sees its own maker's code.
"""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from conftest import _prime
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pyld import jsonld

from pinback.contexts import load
from pinback.proofs.multibase import base58

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DID = "did:web:club.example"
EVIL = "did:web:evil.example"
V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
LIST = "https://club.example/issuers/club/status/revocation-1.json"
SUSPENSIONS = "https://club.example/issuers/club/status/suspension-1.json"
PLAIN_LIST = "https://club.example/revocations.json"
INDEX = 94567
SECRET = "c2VjcmV0LXNlY3JldC1zZQ"
NAME = "Zoë Ångström"
MAIL = "zoe@example.org"
SALT = "0123456789abcdef0123456789abcdef"

Document = dict[str, Any]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha(text: str) -> str:
    return "sha256$" + hashlib.sha256(text.encode()).hexdigest()


class Key:
    """A private key under the name by which its issuer's document lists it."""

    def __init__(self, private: Any, did: str = DID, name: str = "") -> None:
        self.private = private
        public = private.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            self.alg, raw = "EdDSA", public.public_bytes_raw()
            self.multikey = base58(b"\xed\x01" + raw)
            self.jwk: Document = {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}
        elif isinstance(public, ec.EllipticCurvePublicKey):
            self.alg = "ES256"
            point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
            self.multikey = base58(b"\x80\x24" + point)
            numbers = public.public_numbers()
            x, y = (value.to_bytes(32, "big") for value in (numbers.x, numbers.y))
            self.jwk = {"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)}
        else:
            self.alg, self.multikey = "RS256", ""
            numbers = public.public_numbers()
            n, e = (v.to_bytes((v.bit_length() + 7) // 8, "big") for v in (numbers.n, numbers.e))
            self.jwk = {"kty": "RSA", "n": b64(n), "e": b64(e)}
        self.did = did
        self.url = f"{did}#{name or self.multikey or 'rsa'}"
        self.pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    @property
    def method(self) -> Document:
        if self.multikey:
            return {"id": self.url, "type": "Multikey", "controller": self.did, "publicKeyMultibase": self.multikey}
        return {"id": self.url, "type": "JsonWebKey", "controller": self.did, "publicKeyJwk": self.jwk}

    def sign(self, data: bytes) -> bytes:
        if self.alg == "EdDSA":
            return self.private.sign(data)
        if self.alg == "RS256":
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _ed(seed: str) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


@cache
def _rsa(seed: str) -> rsa.RSAPrivateKey:
    p, q = _prime(f"{seed} p", 1024), _prime(f"{seed} q", 1024)
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public).private_key()


@cache
def keys() -> dict[str, Key]:
    return {
        "ed": Key(_ed("club")),
        "old": Key(_ed("club old")),
        "rsa": Key(_rsa("club")),
        "ec": Key(ec.derive_private_key(20261101, ec.SECP256R1())),
        "evil": Key(_ed("evil"), EVIL),
        "evil-rsa": Key(_rsa("evil"), EVIL),
        "friend": Key(_ed("friend"), "did:web:friend.example"),
    }


def did_document(*used: Key, **more: Any) -> Document:
    did = used[0].did
    methods = [key.method for key in used]
    return {"id": did, "verificationMethod": methods, "assertionMethod": [one["id"] for one in methods], **more}


def quads(document: Document) -> bytes:
    text: str = jsonld.normalize(
        document, {"documentLoader": load, "algorithm": "URDNA2015", "format": "application/n-quads"}
    )
    return text.encode()


def jcs(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def proof_for(key: Key, suite: str = "", **more: Any) -> Document:
    suite = suite or {"EdDSA": "eddsa-rdfc-2022", "ES256": "ecdsa-rdfc-2019"}.get(key.alg, "")
    kind = {"type": suite} if suite == "Ed25519Signature2020" else {"type": "DataIntegrityProof", "cryptosuite": suite}
    made = {**kind, "created": "2026-05-18T09:00:00Z", "verificationMethod": key.url, "proofPurpose": "assertionMethod"}
    return {name: value for name, value in {**made, **more}.items() if value is not None}


def signed(document: Document, key: Key | None = None, proof: Document | None = None, among: int = 1) -> Document:
    """Return the document with a proof of *key*; *proof* without its value."""
    key = key or keys()["ed"]
    proof = proof or proof_for(key)
    bare = {name: value for name, value in document.items() if name != "proof"}
    if proof.get("cryptosuite") == "eddsa-jcs-2022":
        proof = {"@context": bare["@context"], **proof}
        data = hashlib.sha256(jcs(proof)).digest() + hashlib.sha256(jcs(bare)).digest()
    else:
        options = quads({"@context": bare["@context"], **proof})
        data = hashlib.sha256(options).digest() + hashlib.sha256(quads(bare)).digest()
    return {**bare, "proof": [{**proof, "proofValue": base58(key.sign(data))}] * among}


def jwt(payload: Any, key: Key, header: Document | None = None, signature: bytes | None = None) -> bytes:
    head = {"alg": key.alg, "typ": "JWT", "kid": key.url} if header is None else header
    parts = [b64(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in (head, payload)]
    text = ".".join(parts)
    return f"{text}.{b64(key.sign(text.encode()) if signature is None else signature)}".encode()


def as_payload(document: Document, **more: Any) -> Document:
    """Return a credential as the payload of a VC-JWT, with the claims that Open Badges 3.0 wants."""
    claims = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(document["validFrom"]).timestamp()),
    }
    if "validUntil" in document:
        claims["exp"] = int(datetime.fromisoformat(document["validUntil"]).timestamp())
    made = {**document, **claims, **more}
    return {name: value for name, value in made.items() if value is not None}


def badge() -> Document:
    """Return a fresh Open Badge 3.0, unsigned."""
    return {
        "@context": [V2, OB3],
        "id": "https://club.example/awards/otter/credential.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Knots",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Test club", "url": "https://www.club.example/"},
        "validFrom": "2026-05-17T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:c4cc56a8-f1d1-4a39-9ef9-0e0cb26ee4aa",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityType": "name", "hashed": True, "identityHash": sha(NAME + SECRET)},
                {
                    "type": "IdentityObject",
                    "identityType": "emailAddress",
                    "hashed": True,
                    "identityHash": sha(MAIL + SALT),
                    "salt": SALT,
                },
            ],
            "achievement": {
                "id": "https://club.example/badges/knots/",
                "type": ["Achievement"],
                "name": "Knots",
                "description": "Ties knots that hold.",
                "criteria": {"id": "https://club.example/badges/knots/#criteria", "narrative": "Tie six knots."},
                "tag": ["rope"],
            },
        },
        "credentialStatus": status_entry(),
    }


def status_entry(**more: Any) -> Document:
    return {
        "id": f"{LIST}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": LIST,
        **more,
    }


def packed(bits: bytes) -> str:
    return "u" + b64(gzip.compress(bits, mtime=0))


def bits(*indexes: int, size: int = 16_384) -> bytes:
    found = bytearray(size)
    for index in indexes:
        found[index // 8] |= 0x80 >> (index % 8)
    return bytes(found)


def status_list(*indexes: int, url: str = LIST, purpose: str = "revocation", **more: Any) -> Document:
    """Return an unsigned status list."""
    return {
        "@context": [V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-06-01T12:00:00Z",
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": packed(bits(*indexes)),
        },
        **more,
    }


def endorsement(key: Key | None = None, of: str = "https://club.example/badges/knots/", **more: Any) -> Document:
    """Return a signed endorsement by a friend."""
    key = key or keys()["friend"]
    document = {
        "@context": [V2, OB3],
        "id": "https://friend.example/endorsements/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": "did:web:friend.example", "type": ["Profile"], "name": "Friends"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": of, "type": ["EndorsementSubject"], "endorsementComment": "Good knots."},
        **more,
    }
    return signed(document, key)


def learner_record(*parts: Any, **more: Any) -> Document:
    """Return an unsigned CLR 2.0."""
    return {
        "@context": [V2, CLR, OB3],
        "id": "https://club.example/records/1",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Record",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Test club"},
        "validFrom": "2026-06-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:c4cc56a8-f1d1-4a39-9ef9-0e0cb26ee4aa",
            "type": ["ClrSubject"],
            "verifiableCredential": list(parts),
        },
        **more,
    }


# Open Badges 2.0

OB2 = "https://w3id.org/openbadges/v2"
HOSTED = "https://club.example/awards/otter/assertion.json"
SIGNED = "https://club.example/awards/otter/assertion.jws.txt"
PROFILE = "https://club.example/issuers/club/issuer.json"
BADGE = "https://club.example/badges/knots/badge.json"
KEY = "https://club.example/issuers/club/keys/rsa.json"
REVOKED = "https://club.example/issuers/club/revoked.json"


def assertion(hosted: bool = True, **more: Any) -> Document:
    proof = {"type": "HostedBadge"} if hosted else {"type": "SignedBadge", "creator": KEY}
    return {
        "@context": OB2,
        "type": "Assertion",
        "id": HOSTED if hosted else SIGNED,
        "recipient": {"type": "email", "hashed": True, "salt": SALT, "identity": sha(MAIL + SALT)},
        "badge": BADGE,
        "verification": proof,
        "issuedOn": "2026-05-17T00:00:00Z",
        **more,
    }


def world() -> Document:
    """Return what all addresses answer when nothing is wrong."""
    used = keys()
    return copy.deepcopy(
        {
            "https://club.example/.well-known/did.json": did_document(used["ed"], used["old"], used["rsa"], used["ec"]),
            "https://evil.example/.well-known/did.json": did_document(used["evil"], used["evil-rsa"]),
            "https://friend.example/.well-known/did.json": did_document(used["friend"]),
            LIST: _good_list(),
            SUSPENSIONS: 404,
            "https://www.club.example/": b'<html><a href="https://club.example/">Our badges</a></html>',
            HOSTED: assertion(),
            PROFILE: {
                "@context": OB2,
                "type": "Issuer",
                "id": PROFILE,
                "name": "Test club",
                "url": "https://www.club.example/",
                "email": "badges@club.example",
                "publicKey": KEY,
                "verification": {"type": "VerificationObject", "startsWith": "https://club.example/"},
                "revocationList": REVOKED,
            },
            BADGE: {
                "@context": OB2,
                "type": "BadgeClass",
                "id": BADGE,
                "name": "Knots",
                "description": "Ties knots that hold.",
                "image": "https://club.example/badges/knots/image.png",
                "criteria": {"narrative": "Tie six knots."},
                "issuer": PROFILE,
            },
            KEY: {
                "@context": OB2,
                "type": "CryptographicKey",
                "id": KEY,
                "owner": PROFILE,
                "publicKeyPem": used["rsa"].pem,
            },
            REVOKED: {
                "@context": OB2,
                "type": "RevocationList",
                "id": REVOKED,
                "issuer": PROFILE,
                "revokedAssertions": [{"id": "https://club.example/awards/heron/assertion.json"}],
            },
        }
    )


@cache
def _good_list() -> Document:
    return signed(status_list(7, 70_000))


def set_in(document: Document, path: str, value: Any) -> Document:
    """Return a copy of a document with one member changed; ``...`` takes it out."""
    made = copy.deepcopy(document)
    *way, last = [path] if ":" in path else path.split("/")
    place: Any = made
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    key = int(last) if last.isdecimal() else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return made

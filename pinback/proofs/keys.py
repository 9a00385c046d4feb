"""Public keys and how they are named, and the one call behind which private keys stand.

A key's id says what it is: the Multikey text for Ed25519 (so that a verifier has the key from its name),
the RFC 7638 thumbprint for RSA. ``Signer`` is the door to private keys: ``keys`` opens a bundle in
memory, and anything else that can answer ``sign(key id, bytes)`` can take its place.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from pinback.canonical import base64url, canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import ProofError
from pinback.proofs.multibase import ed25519_multikey, ed25519_raw

ED25519 = "Ed25519"
RSA = "RSA"
MIN_RSA_BITS = 2048
_SCHEME, _DIGEST = padding.PKCS1v15(), hashes.SHA256()


class Signer(Protocol):
    """Something that holds private keys."""

    def sign(self, key_id: str, data: bytes) -> bytes:
        """Return the signature of *data*: pure Ed25519 (64 bytes), or RSASSA-PKCS1-v1_5 with SHA-256.

        Raises:
            SigningError: no such key.
        """


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as registers write it.

    Attributes:
        id: Multikey text (Ed25519) or RFC 7638 thumbprint (RSA).
        type: ``Ed25519`` or ``RSA``.
        public: base64 of the DER SubjectPublicKeyInfo.
    """

    id: str
    type: str
    public: str

    @property
    def pem(self) -> str:
        """SubjectPublicKeyInfo as PEM, LF line ends."""
        key = _loaded(self.public)
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(
            "ascii"
        )

    @property
    def rsa(self) -> rsa.RSAPublicKey:
        """The RSA key as the library has it.

        Raises:
            ProofError: it is no RSA key.
        """
        key = _loaded(self.public)
        if not isinstance(key, rsa.RSAPublicKey):
            raise ProofError("the key is not an RSA key; RS256 needs one")
        return key

    @property
    def jwk(self) -> dict[str, str]:
        """The RSA key as a public JWK with ``kid`` and ``alg``."""
        key = _loaded(self.public)
        if not isinstance(key, rsa.RSAPublicKey):
            raise ProofError("only RSA keys are written as JWK here; name an RSA key")
        return {**_rsa_members(key), "alg": "RS256", "kid": self.id}

    def verify(self, signature: bytes, data: bytes) -> None:
        """Check a signature over *data*.

        Raises:
            ProofError: it does not hold.
        """
        key = _loaded(self.public)
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                _refuse_weak(key.public_bytes_raw(), signature)
                key.verify(signature, data)
            else:
                key.verify(signature, data, _SCHEME, _DIGEST)
        except InvalidSignature as error:
            raise ProofError("the signature does not fit; the text or the key is another one") from error


class Claim(NamedTuple):
    """That a key has signed something, which is still to be checked."""

    key: PublicKey
    signature: bytes
    data: bytes

    def check(self) -> None:
        """Check it.

        Raises:
            ProofError: the key has not.
        """
        self.key.verify(self.signature, self.data)


@lru_cache(maxsize=256)
def _loaded(public: str) -> ed25519.Ed25519PublicKey | rsa.RSAPublicKey:
    try:
        key = serialization.load_der_public_key(base64.b64decode(public, validate=True))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ProofError("a public key cannot be read; restore the file that holds it") from error
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, rsa.RSAPublicKey) and MIN_RSA_BITS <= key.key_size <= 8192:
        return key
    raise ProofError("a public key is neither Ed25519 nor RSA of 2048 bits or more; use one of these")


_SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "00" * 31 + "80",
        "01" + "00" * 30 + "80",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
)
"""Encodings of the points of small order on Curve25519's Edwards form (RFC 8032 §5.1.3, and non-canonical
ones): under such a key some signatures fit any text, and the library accepts them."""


def _refuse_weak(raw: bytes, signature: bytes) -> None:
    if raw in _SMALL_ORDER or signature[:32] in _SMALL_ORDER:
        raise ProofError("the key or signature is one that fits any text; it proves nothing")


def public_key(key: ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> PublicKey:
    """Return the register's form of a public key."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = base64.b64encode(der).decode("ascii")
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey(ed25519_multikey(key.public_bytes_raw()), ED25519, text)
    return PublicKey(_thumbprint(key), RSA, text)


def ed25519_key(multikey: str) -> PublicKey:
    """Return the key that a Multikey text spells.

    Raises:
        ProofError: not an Ed25519 Multikey.
    """
    return public_key(ed25519.Ed25519PublicKey.from_public_bytes(ed25519_raw(multikey)))


def checked(key_id: str, kind: str, public: str) -> PublicKey:
    """Return the key that a register line spells, after comparing its id and type with its bytes.

    Raises:
        ProofError: id or type do not belong to the bytes.
    """
    key = public_key(_loaded(public))
    if (key.id, key.type) != (key_id, kind):
        raise ProofError("a key's id does not belong to its bytes; restore the register")
    return key


def raw_ed25519(key: PublicKey) -> bytes:
    """Return the 32 raw bytes of an Ed25519 key."""
    return ed25519_raw(key.id)


def _rsa_members(key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {
        "kty": "RSA",
        "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": base64url(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")),
    }


def _thumbprint(key: rsa.RSAPublicKey) -> str:
    return base64url(hashlib.sha256(canonical_bytes(_rsa_members(key))).digest())

"""Public keys as strangers write them, made ready to check a signature: Multikey, JWK, PEM, base58.

Three kinds, each with the one algorithm it is used with here: Ed25519 (EdDSA), P-256 (ES256), RSA (RS256). The
algorithm follows from the key, never from what is signed. Keys under which any text fits, and keys too short or so
large that they only cost time, are refused.

Specifications: Controlled Identifiers 1.0 §2.2 and §2.4; RFC 7517, RFC 7518 §6, RFC 8037 §2; RFC 8032 §5.1.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from pinback.canonical import base64url, base64url_bytes, canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import ProofError, quoted
from pinback.limits import MAX_PEM, MAX_RSA_BITS, MAX_RSA_EXPONENT
from pinback.proofs.keys import ED25519, MIN_RSA_BITS, RSA, public_key
from pinback.proofs.multibase import base58, base58_bytes

P256 = "P-256"
ALGORITHMS: Mapping[str, str] = {ED25519: "EdDSA", P256: "ES256", RSA: "RS256"}
"""Kind of key to the JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1) that it is used with."""

_ED25519_PREFIX = b"\xed\x01"
_P256_PREFIX = b"\x80\x24"
_FIELD = 2**255 - 19
_Loaded = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A key that a stranger published.

    Attributes:
        kind: ``Ed25519``, ``P-256`` or ``RSA``.
        name: Multikey text, or RFC 7638 thumbprint for RSA; the same key has the same name however it was written.
        key: as the library holds it.
    """

    kind: str
    name: str
    key: _Loaded

    @property
    def algorithm(self) -> str:
        """The one JWS algorithm that this key is used with."""
        return ALGORITHMS[self.kind]

    def verify(self, signature: bytes, data: bytes) -> None:
        """Check a signature: pure Ed25519, ECDSA with SHA-256 as r and s (64 bytes), or PKCS #1 v1.5 with SHA-256.

        Raises:
            ProofError: it does not hold.
        """
        if not isinstance(self.key, ec.EllipticCurvePublicKey):
            public_key(self.key).verify(signature, data)
            return
        if len(signature) != 64:
            raise ProofError("the signature does not have the length of its kind; fetch the document again")
        pair = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        try:
            self.key.verify(encode_dss_signature(*pair), data, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError) as error:
            raise ProofError("the signature does not fit; the text or the key is another one") from error


def from_multikey(text: str) -> ForeignKey:
    """Return the key that a Multikey text spells.

    Raises:
        ProofError: neither Ed25519 nor P-256.
    """
    data = base58_bytes(text)
    if data[:2] == _ED25519_PREFIX:
        return _ed25519(data[2:])
    if data[:2] == _P256_PREFIX and len(data) == 35:
        return _p256_point(data[2:])
    raise ProofError(f"the key {quoted(text)} is of a kind that is not known here; Ed25519 and P-256 are")


def from_jwk(jwk: Mapping[str, object]) -> ForeignKey:
    """Return the key of a public JWK.

    Raises:
        ProofError: a member is missing or damaged, a private member stands in it, or its kind is not known.
    """
    if "d" in jwk:
        raise ProofError("a private key was published; whoever signs with it proves nothing")
    if jwk.get("use", "sig") != "sig":
        raise ProofError("the key is published for another use than signatures; it cannot be relied on")
    kind = (jwk.get("kty"), jwk.get("crv"))
    if kind == ("OKP", "Ed25519"):
        found = _ed25519(_member(jwk, "x"))
    elif kind == ("EC", "P-256"):
        x, y = _member(jwk, "x"), _member(jwk, "y")
        if len(x) != 32 or len(y) != 32:
            raise ProofError("a key is damaged; ask its owner to publish it again")
        found = _p256_point(b"\x04" + x + y)
    elif kind[0] == "RSA":
        n, e = (int.from_bytes(_member(jwk, name), "big") for name in ("n", "e"))
        found = _rsa_numbers(n, e)
    else:
        raise ProofError("a key is of a kind that is not known here; Ed25519, P-256 and RSA are")
    if jwk.get("alg", found.algorithm) not in (found.algorithm, "Ed25519"):
        raise ProofError("a key is published for another algorithm than its kind allows; it cannot be relied on")
    return found


def from_pem(pem: str) -> ForeignKey:
    """Return the RSA key of a PEM SubjectPublicKeyInfo (OB 2.0, CryptographicKey).

    Raises:
        ProofError: not such a key.
    """
    try:
        if len(pem) > MAX_PEM:
            raise ValueError
        key = serialization.load_pem_public_key(pem.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ProofError("a key is not a public key in PEM form; ask its owner to publish it again") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise ProofError("a key is not an RSA key, which signed Open Badges 2.0 need")
    return _rsa(key)


def from_base58(text: str) -> ForeignKey:
    """Return the Ed25519 key of ``publicKeyBase58`` (Ed25519VerificationKey2018)."""
    return _ed25519(base58_bytes(f"z{text}"))


def _member(jwk: Mapping[str, object], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or len(value) > 4 * MAX_RSA_BITS // 8:
        raise ProofError("a key is damaged; ask its owner to publish it again")
    return base64url_bytes(value)


def _ed25519(raw: bytes) -> ForeignKey:
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise ProofError("a key is damaged; ask its owner to publish it again") from error
    if int.from_bytes(raw, "little") & (2**255 - 1) >= _FIELD:
        raise ProofError("a key is not an Ed25519 key in its one right spelling; it proves nothing")
    return ForeignKey(ED25519, base58(_ED25519_PREFIX + raw), key)


def _p256_point(point: bytes) -> ForeignKey:
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise ProofError("a key is no point of its curve; it proves nothing") from error
    packed = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    return ForeignKey(P256, base58(_P256_PREFIX + packed), key)


def _rsa_numbers(n: int, e: int) -> ForeignKey:
    # Before the library looks: what it refuses it does not name.
    _refuse_odd_rsa(n.bit_length(), e)
    try:
        return _rsa(rsa.RSAPublicNumbers(e, n).public_key())
    except ValueError as error:  # pragma: no cover - the library of today takes all that has passed above
        raise ProofError("a key is damaged; ask its owner to publish it again") from error


def _rsa(key: rsa.RSAPublicKey) -> ForeignKey:
    numbers = key.public_numbers()
    _refuse_odd_rsa(key.key_size, numbers.e)
    members = {"kty": "RSA"} | {
        name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        for name, value in (("n", numbers.n), ("e", numbers.e))
    }
    return ForeignKey(RSA, base64url(hashlib.sha256(canonical_bytes(members)).digest()), key)


def _refuse_odd_rsa(bits: int, exponent: int) -> None:
    if not (MIN_RSA_BITS <= bits <= MAX_RSA_BITS and 3 <= exponent < MAX_RSA_EXPONENT and exponent % 2):
        raise ProofError(f"an RSA key has {bits} bits or an odd exponent; 2048 to {MAX_RSA_BITS} bits are accepted")

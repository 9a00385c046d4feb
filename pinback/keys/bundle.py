"""The private keys of one issuer: in memory, and as ``keys.age`` (age, passphrase mode, scrypt).

The bundle is one JSON object of PKCS#8 keys in base64, so that a browser can make and read it as well.
Keys never leave memory but inside the encrypted file. Specification: age-encryption.org/v1.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from pinback.canonical import canonical_bytes
from pinback.errors import ProofError, SigningError
from pinback.leaks import remember
from pinback.limits import MAX_BUNDLE, MAX_WORK
from pinback.proofs.keys import MIN_RSA_BITS, PublicKey, public_key

ROLES = ("ed25519", "rsa", "log")
"""Embedded proofs, status lists and key events; JWS and JWT; checkpoints."""
RECOVERY = "recovery"
"""The role of a key that signs key events alone; it lies in a bundle of its own."""
FORMAT = "pinback/keys/v1"
_SCHEME, _DIGEST = padding.PKCS1v15(), hashes.SHA256()
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_TOO_SLOW = "Excessive work"
"""How the library begins to say that a file made on a faster machine would take too long here."""
_WORK = 15
"""Work factor of the files that are written: a code of 128 drawn bits is guessed by nobody, and any computer opens them at once."""
_PROBE = b"pinback: this text proves that a key can sign\n"

PrivateKey = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


class WrongCode(SigningError):
    """A code that does not open this file; another one may."""


class KeyBundle:
    """The opened keys of one issuer; a ``Signer``.

    Attributes:
        keys: the public halves by role.
    """

    def __init__(self, private: Mapping[str, PrivateKey]) -> None:
        self.keys: dict[str, PublicKey] = {role: public_key(key.public_key()) for role, key in private.items()}
        self._private = {self.keys[role].id: key for role, key in private.items()}
        for key in private.values():
            for material in _materials(key):
                remember(material)
        self._prove()

    def __repr__(self) -> str:
        return f"KeyBundle({self.name.id})"

    @property
    def name(self) -> PublicKey:
        """The key whose id names the bundle: Ed25519 for key events."""
        return self.keys.get("ed25519") or self.keys[RECOVERY]

    def with_new(self, roles: Iterable[str]) -> KeyBundle:
        """Return a bundle with newly drawn keys in *roles* and the same keys in the others."""
        kept = {role: self._private[key.id] for role, key in self.keys.items() if role in ROLES}
        return KeyBundle({role: kept[role] if role not in roles else _drawn(role) for role in ROLES})

    def sign(self, key_id: str, data: bytes) -> bytes:
        """Return the signature of *data* by the named key (``proofs.keys.Signer``)."""
        key = self._private.get(key_id)
        if key is None:
            raise SigningError(f"the key {key_id} is not in this bundle; open the keys that the register names")
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        return key.sign(data, _SCHEME, _DIGEST)

    def _prove(self) -> None:
        """Sign and verify once: loading skips OpenSSL's slow RSA check, and this shows more."""
        for key in self.keys.values():
            try:
                key.verify(self.sign(key.id, _PROBE), _PROBE)
            except (ProofError, ValueError) as error:
                raise SigningError("a key in keys.age cannot sign; restore the file from git") from error

    def encrypted(self, code: str) -> bytes:
        """Return ``keys.age``: the bundle, encrypted so that *code* opens it.

        Raises:
            SigningError: the library that opens it does not find in it what was put in.
        """
        # Imported here: whoever seals opens keys, and makes none.
        import pyrage

        from pinback.keys.age_file import encrypted

        plain: dict[str, Any] = {"format": FORMAT}
        for role, key in self.keys.items():
            der = self._private[key.id].private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            plain[role] = base64.b64encode(der).decode("ascii")
        data = encrypted(canonical_bytes(plain), code, _WORK)
        if bytes(pyrage.passphrase.decrypt(data, code)) != canonical_bytes(plain):
            raise SigningError("keys.age cannot be opened again; no keys were made, please report this")
        return data


def _materials(key: PrivateKey) -> list[bytes]:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return [key.private_bytes_raw()]
    numbers = key.private_numbers()
    return [number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (numbers.p, numbers.q, numbers.d)]


def _drawn(role: str) -> PrivateKey:
    if role == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=MIN_RSA_BITS)
    return ed25519.Ed25519PrivateKey.generate()


def new_bundle() -> KeyBundle:
    """Draw new keys: two Ed25519 and one RSA-2048."""
    return KeyBundle({role: _drawn(role) for role in ROLES})


def new_recovery() -> KeyBundle:
    """Draw a recovery key, alone in its bundle."""
    return KeyBundle({RECOVERY: _drawn(RECOVERY)})


def open_bundle(data: bytes, code: str) -> KeyBundle:
    """Return the keys in ``keys.age``.

    Args:
        data: the file; binary, or the same as text (age-encryption.org/v1, "ASCII armor"), around which editors may
            leave blank lines.
        code: in its printed form (``code.typed_code``).

    Raises:
        WrongCode: the code does not open the file.
        SigningError: the file holds no keys.
    """
    import pyrage

    if len(data) > MAX_BUNDLE:
        raise SigningError("keys.age is too large to be a bundle of keys; restore the file from git")
    if _work_of(data) > MAX_WORK:
        # The library would end the whole program where it is refused the memory.
        raise SigningError("keys.age asks for more memory than a bundle of keys does; restore the file from git")
    try:
        plain = bytes(pyrage.passphrase.decrypt(_bare(data), code))
    except pyrage.DecryptError as error:
        if _TOO_SLOW in str(error):
            raise SigningError("this computer is too slow or too busy to open keys.age; try again later") from error
        raise WrongCode("the code does not open keys.age; compare it with the sheet, and the file with git") from error
    return _bundle_in(plain)


def _bare(data: bytes) -> bytes:
    """Return armoured text without what editors put before or behind it; a binary file as it is."""
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    return text + b"\n" if text.startswith(_ARMOUR) else data


def _work_of(data: bytes) -> int:
    """Return the work factor that an age file asks for (age-encryption.org/v1, "The scrypt recipient type"); 0 where it names none."""
    bare = _bare(data)
    if bare.startswith(_ARMOUR):
        try:
            bare = base64.b64decode(b"".join(bare.split()[4:-4]))
        except ValueError:
            return 0  # no armour either, which the library says
    head = bare.partition(b"\n---")[0]
    # Another library may read "+22" or "022" as a number, which the format does not know.
    asked = re.findall(rb"^-> scrypt(?: \S+)* (\S+)$", head, re.MULTILINE)
    return max((int(found) if re.fullmatch(rb"[1-9][0-9]?", found) else MAX_WORK + 1 for found in asked), default=0)


def _bundle_in(data: bytes) -> KeyBundle:
    """Return the keys in a decrypted bundle.

    Raises:
        SigningError: it is none.
    """
    try:
        plain = json.loads(data)
        roles = set(plain) - {"format"}
        if plain.get("format") != FORMAT or roles not in ({*ROLES}, {RECOVERY}):
            raise SigningError("keys.age holds no bundle that this version knows; restore the file from git")
        private = {role: _private_key(plain[role], role) for role in (*ROLES, RECOVERY) if role in roles}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SigningError("keys.age holds no keys that can be read; restore the file from git") from error
    return KeyBundle(private)


def _private_key(text: str, role: str) -> PrivateKey:
    key = serialization.load_der_private_key(
        base64.b64decode(text, validate=True), password=None, unsafe_skip_rsa_key_validation=True
    )
    if role == "rsa" and isinstance(key, rsa.RSAPrivateKey) and key.key_size >= MIN_RSA_BITS:
        return key
    if role != "rsa" and isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    raise ValueError("a key of another kind than its role needs")

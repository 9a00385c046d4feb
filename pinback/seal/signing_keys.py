"""The keys that a sealing signs with: public halves from the register, and the one call behind which the private ones stand."""

from __future__ import annotations

from pinback.dataclass import dataclass
from pinback.errors import SigningError
from pinback.proofs.keys import PublicKey, Signer, checked
from pinback.register import Register


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys that a sealing signs with, and the one call behind which the private ones stand."""

    ed25519: PublicKey
    rsa: PublicKey
    log: PublicKey
    signer: Signer


def keys_of(register: Register, signer: Signer) -> Keys:
    """Return the newest active keys of the register that *signer* holds, each proved by one signature.

    Raises:
        SigningError: it holds none for one of the roles.
    """
    held = {role: _held(register, role, signer) for role in ("ed25519", "rsa", "log")}
    return Keys(held["ed25519"], held["rsa"], held["log"], signer)


def _held(register: Register, role: str, signer: Signer) -> PublicKey:
    for known in reversed(register.keyring.active(role)):
        key = checked(known.id, known.type, known.public)
        try:
            signature = signer.sign(key.id, _PROBE)
        except SigningError:
            continue
        key.verify(signature, _PROBE)
        return key
    raise SigningError(
        f"{register.file}: none of these keys may sign any more; open the keys that the register names (pinback key list)"
    )


_PROBE = b"pinback: this text proves that a key can sign\n"

"""Which OB 2.0 profile a key signs for, and where its documents lie (docs/format.md, "Addresses")."""

from __future__ import annotations

from pinback.addresses import ProfileFiles, profile_files
from pinback.register import ProfileOf, Register


def files_of(register: Register, issuer: str, profile: ProfileOf) -> ProfileFiles:
    """Return the paths of a profile, of its key document and of its RevocationList."""
    first = next(known for known in register.profiles if known.key == profile.key)
    return profile_files(issuer, profile.number, profile.key, first is profile)

"""Bitstring status lists (W3C Bitstring Status List 1.0): one bit an award, all lists of the same size.

Index 0 is the most significant bit of byte 0 (§3.2). gzip carries no time and no system; the sealed
bytes count, so another compressor later changes nothing that was published.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from typing import Any

from pinback import contexts
from pinback.canonical import base64url, base64url_bytes
from pinback.errors import ProofError
from pinback.limits import MAX_PACKED

LIST_LENGTH = 131_072
"""Entries of a list: the least that the standard allows, so that a holder hides among many."""


def encoded_list(indexes: Iterable[int]) -> str:
    """Return ``u`` and base64url of the gzipped bits; the bits at *indexes* are set."""
    bits = bytearray(LIST_LENGTH // 8)
    for index in indexes:
        if not 0 <= index < LIST_LENGTH:
            raise ProofError(f"the status index {index} lies outside its list; restore the register")
        bits[index // 8] |= 0x80 >> (index % 8)
    stream = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=stream, mtime=0) as packed:
        packed.write(bytes(bits))
    data = bytearray(stream.getvalue())
    data[9] = 255  # RFC 1952 §2.3.1: operating system unknown, the same on every machine
    return "u" + base64url(bytes(data))


def set_indexes(encoded: str) -> frozenset[int]:
    """Return the positions of set bits of an encoded list of our size.

    Raises:
        ProofError: not such a list.
    """
    packed = base64url_bytes(encoded[1:]) if encoded.startswith("u") else b""
    if not packed or len(packed) > MAX_PACKED:
        raise ProofError("a status list is damaged; restore it")
    try:
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, LIST_LENGTH // 8 + 1)
    except zlib.error as error:
        raise ProofError("a status list is damaged; restore it") from error
    if len(bits) != LIST_LENGTH // 8 or not unpacker.eof or unpacker.unused_data:
        raise ProofError("a status list has another length than it should; restore it")
    return frozenset(
        position * 8 + bit for position, byte in enumerate(bits) if byte for bit in range(8) if byte & (0x80 >> bit)
    )


def status_list_credential(
    url: str, issuer: str, purpose: str, valid_from: str, indexes: Iterable[int]
) -> dict[str, Any]:
    """Return the BitstringStatusListCredential, still without its proof.

    It carries no ``validUntil`` and no ``ttl``: nobody would renew it on a static host (DESIGN §6).

    Args:
        url: its own address.
        issuer: DID.
        purpose: ``revocation`` or ``suspension``.
        valid_from: the moment of the register line that made it.
        indexes: positions of set bits.
    """
    return {
        "@context": [contexts.CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded_list(indexes),
        },
    }

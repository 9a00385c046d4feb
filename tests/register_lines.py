"""Lines of a register as tests write them: of the right form, with made-up files and notes, which ``parse`` does not open."""

from __future__ import annotations

from conftest import make_test_keys

from pinback.register import complete, line_bytes

FILE = "issuers/club/register.jsonl"
CURE = "restore the register from git (git log shows its last good state)"
KEYS = make_test_keys("register").keys
DIGEST = "sha256:" + "ab" * 32
T0, T1, T2 = "2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z", "2026-06-03T12:00:00Z"


def issuer(**changes) -> dict:
    keys = {role: {"id": key.id, "type": key.type, "public": key.public} for role, key in KEYS.items()}
    line = {
        "event": "issuer",
        "at": T0,
        "did": "did:web:badges.example.org",
        "base_url": "https://badges.example.org/",
        "log": "badges.example.org/issuers/club/log",
        "keys": keys,
    }
    return line | changes


def badge(**changes) -> dict:
    files = dict.fromkeys(("badge.json", "image.png", "image.svg"), DIGEST)
    return {"event": "badge", "at": T1, "badge": "knots", "version": "0123abcd", "files": files} | changes


def award(**changes) -> dict:
    names = ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt")
    line = {
        "event": "award",
        "at": T1,
        "id": "aaaabbbbccccdddd",
        "badge": "knots",
        "version": "0123abcd",
        "list": 1,
        "index": 7,
        "record": DIGEST,
        "keys": [KEYS["ed25519"].id, KEYS["rsa"].id],
        "files": dict.fromkeys(names, DIGEST),
    }
    return line | changes


def status(**changes) -> dict:
    return {"event": "status", "at": T1, "list": 1, "purpose": "revocation", "file": DIGEST} | changes


def revoke(**changes) -> dict:
    return {"event": "revoke", "at": T2, "id": "aaaabbbbccccdddd", "code": "mistake"} | changes


def checkpoint(at: str, **changes) -> dict:
    return {"event": "checkpoint", "at": at, "note": "a note, which parse does not open"} | changes


def numbered(*lines: dict) -> list[dict]:
    """Return lines with n and leaf, but for those that say their own."""
    return [complete({"n": n, **line}) | {k: v for k, v in line.items() if k == "leaf"} for n, line in enumerate(lines)]


def data_of(*lines: dict) -> bytes:
    return b"".join(line_bytes(line) for line in numbered(*lines))

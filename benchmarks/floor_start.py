"""The floor of work of which the start of Python is a part: nothing changed, and one new award.

    python floor_start.py remember|same|new CLUB OUT [OPEN_KEYS]

It imports what the work cannot do without, and nothing else: the folder walk of ``os``, orjson for what is remembered, for ``new``
also cryptography. So arguments are read by hand, paths are text, and it runs as a file. CLUB is sealed and built.

- ``remember`` writes what is remembered, and is no part of any measurement.
- ``same``: a stat of every input, compared with what was remembered (one JSON file).
- ``new``: the same, then the signatures of one award and of the checkpoint, the award's sealed files and those in the site, the
  page of its badge, the register's line, and what is remembered.
"""

from __future__ import annotations

import os
import sys

import orjson

INPUTS = ("site_src", "issuers", "badges", "theme")
"""The folders in which everything lies that a site is made from."""


def stats(folder: str, found: dict[str, list[int]]) -> dict[str, list[int]]:
    """Add moment and size of every file below *folder*, by path."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                stats(entry.path, found)
            else:
                status = entry.stat(follow_symlinks=False)
                found[entry.path] = [status.st_mtime_ns, status.st_size]
    return found


def inputs(club: str) -> dict[str, list[int]]:
    """Return moment and size of every input of a club."""
    found: dict[str, list[int]] = {}
    for top in INPUTS:
        if os.path.isdir(f"{club}/{top}"):
            stats(f"{club}/{top}", found)
    return found


def changed(club: str, out: str) -> tuple[dict[str, list[int]], list[str]]:
    """Return all inputs, and the paths of those that are otherwise than remembered."""
    with open(f"{out}/remembered.json", "rb") as stream:
        remembered = orjson.loads(stream.read())
    now = inputs(club)
    return now, [name for name, status in now.items() if remembered.get(name) != status]


def remember(out: str, now: dict[str, list[int]]) -> None:
    """Write what is remembered."""
    with open(f"{out}/remembered.json", "wb") as stream:
        stream.write(orjson.dumps(now))


def new_award(club: str, out: str, opened: str) -> int:
    """Make the signatures and the files of one award, and return how many files that were."""
    import binascii

    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    now, _ = changed(club, out)
    with open(opened, "rb") as stream:
        plain = orjson.loads(stream.read().partition(b"\n")[2])
    rsa, ed25519 = (
        load_der_private_key(binascii.a2b_base64(plain[role]), None, unsafe_skip_rsa_key_validation=True)
        for role in ("rsa", "ed25519")
    )
    for _ in range(2):
        rsa.sign(bytes(1_500), padding.PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg]
    for _ in range(2):
        ed25519.sign(bytes(64))  # type: ignore[union-attr, call-arg]

    sealed = f"{club}/issuers/club/sealed/awards"
    award, badge = min(os.listdir(sealed)), min(os.listdir(f"{club}/badges"))
    sizes = {"register": 900, "page": os.stat(f"{club}/site/badges/{badge}/index.html").st_size}
    for kind, folder in (("sealed", f"{sealed}/{award}"), ("site", f"{club}/site/awards/{award}")):
        sizes |= {f"{kind}-{os.path.basename(path)}": size for path, (_, size) in stats(folder, {}).items()}
    os.mkdir(f"{out}/written")
    for name, size in sizes.items():
        with open(f"{out}/written/{name}", "wb") as stream:
            stream.write(os.urandom(size))
    remember(out, now)
    return len(sizes)


def main() -> None:
    """Do what the first argument says and print one JSON object."""
    work, club, out, *keys = sys.argv[1:]
    if work == "remember":
        remember(out, inputs(club))
        return
    told = {"changed": len(changed(club, out)[1])} if work == "same" else {"files": new_award(club, out, keys[0])}
    print(orjson.dumps(told).decode())


if __name__ == "__main__":
    main()

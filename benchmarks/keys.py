"""Make the keys of a made-up club, and leave them open beside it: a benchmark need not wait for scrypt at every run.

They sign for nobody: club.example.org is no club. No real key may ever lie so.

python -m benchmarks.keys FOLDER OPEN_KEYS      (a process of its own, because the measuring one stays small)
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from pinback import custody
from pinback.files import read_regular
from pinback.keys.code import typed_code


def make_keys(root: Path, opened: Path) -> None:
    """Make the club's keys and its register's first lines, as ``pinback key new`` does.

    Args:
        root: the club's folder.
        opened: where the decrypted bundle is written, the code in a line before it.
    """
    import pyrage

    sheets: list[custody.Sheet] = []
    custody.new_keys(root, "club", datetime(2024, 1, 1, tzinfo=UTC), sheets.append)
    code = typed_code(sheets[0].code)
    plain = pyrage.passphrase.decrypt(read_regular(root / "issuers/club/keys.age"), code)
    opened.write_bytes(code.encode() + b"\n" + bytes(plain))


if __name__ == "__main__":
    make_keys(Path(sys.argv[1]), Path(sys.argv[2]))

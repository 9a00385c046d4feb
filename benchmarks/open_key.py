"""The command ``pinback`` with the key open already: all that it does but the scrypt by which a code opens keys.age.

    python -m benchmarks.open_key OPEN_KEYS seal …

Scrypt takes about a second on purpose (TRUST §1), always the same, and would hide what is measured. One function is replaced,
the one that decrypts; the code is still asked for, read from PINBACK_CODE, and the keys are still proved.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    code, _, plain = Path(sys.argv[1]).read_bytes().partition(b"\n")
    os.environ["PINBACK_CODE"] = code.decode()
    del sys.argv[1]

    from pinback.keys import bundle

    bundle.open_bundle = lambda data, code: bundle._bundle_in(plain)  # type: ignore[assignment]

    from pinback.__main__ import main as pinback

    pinback()


if __name__ == "__main__":
    main()

"""How long ``pinback verify`` takes for a folder of credentials, beside Digital Bazaar's verifier in Node, in one run.

    python benchmarks/verify_folder.py [--count 1000]

Needs ``npm ci`` in tests/foreign/node. Both judge the same files of the example club with the same answers from this
machine; both times are of whole processes, start included.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE_URL = "https://badges.example.org/"


def measured(command: list[str], folder: Path = ROOT) -> tuple[float, str]:
    """Return the seconds that a command takes, and what it prints."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        sys.exit(done.stderr)
    return time.monotonic() - started, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        site, folder, saved = work / "site", work / "credentials", work / "saved"
        measured([sys.executable, "-m", "pinback", "build", "--out", str(site)])
        folder.mkdir()
        found = sorted((ROOT / "issuers" / "riverside" / "sealed" / "awards").glob("*/credential.json"))
        for number in range(count):
            source = found[number % len(found)]
            shutil.copyfile(source, folder / f"{number}-{source.parent.name}.json")
        saved.mkdir()
        (saved / "badges.example.org").symlink_to(site)
        ours, text = measured(
            [sys.executable, "-m", "pinback", "verify", "--snapshot", str(saved), "--format", "csv", str(folder)]
        )
        node = [
            "node",
            "time_credentials.mjs",
            "--site",
            str(site),
            "--base-url",
            BASE_URL,
            "--credentials",
            str(folder),
        ]
        theirs, answer = measured(node, ROOT / "tests" / "foreign" / "node")
        good = sum(line.split(",")[1] == "genuine" for line in text.splitlines()[1:])
        print(f"{'':26}{'good':>8}{'seconds':>10}{'ms each':>10}")
        print(f"{'pinback verify':26}{good:>8}{ours:>10.2f}{1000 * ours / count:>10.2f}")
        print(
            f"{'@digitalbazaar/vc (Node)':26}{json.loads(answer)['good']:>8}{theirs:>10.2f}{1000 * theirs / count:>10.2f}"
        )


if __name__ == "__main__":
    main()

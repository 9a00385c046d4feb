"""Play many chains and random edits: ``python -m tests.simulation --chains 500 --edits 10000`` in the repository's root."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from chains import run_chain
from edits import try_edits

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--chains", type=int, default=0, help="how many chains of deploys")
    parser.add_argument("--edits", type=int, default=0, help="how many random edits of register and sealed files")
    parser.add_argument("--seed", type=int, default=0, help="of the first chain, and of the edits")
    asked = parser.parse_args()
    began, judged = time.monotonic(), Counter()
    for seed in range(asked.seed, asked.seed + asked.chains):
        with tempfile.TemporaryDirectory() as folder:
            judged += run_chain(Path(folder), seed)
    for name, number in sorted(judged.items()):
        print(f"{number:6}  {name}")
    print(f"{asked.chains} chains, {judged.total()} steps judged, none wrongly, {time.monotonic() - began:.0f} s")
    if asked.edits:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            tried = try_edits(Path(folder), asked.edits, asked.seed)
        for name, number in sorted(tried.items()):
            print(f"{number:6}  {name}")
        print(f"{tried.total()} edits, none passed, {time.monotonic() - began:.0f} s")

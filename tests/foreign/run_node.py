"""Let the npm verifiers judge every site (``node/verify_site.mjs``); exits with 1 when one of them says no."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sites import ROOT, all_sites

STANDARDS = ROOT.parent / "shared" / "standards"


def main() -> int:
    """Judge all sites and return the exit code."""
    failed = []
    extra = ["--schemas", str(STANDARDS / "schemas")] if (STANDARDS / "schemas").is_dir() else []
    if not extra:
        print("skipped: the official OB 3.0 schema does not lie beside this checkout, so ajv is not asked")
    with tempfile.TemporaryDirectory() as folder:
        for site in all_sites(Path(folder)):
            print(f"-- {site.name} at {site.base_url}", flush=True)
            command = ["node", str(ROOT / "tests/foreign/node/verify_site.mjs"), *site.options]
            command += ["--mutations", "12", *extra]
            if subprocess.run(command, timeout=1800, check=False).returncode:
                failed.append(site.name)
    if failed:
        print(f"the npm verifiers refuse something of: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

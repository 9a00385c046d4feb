"""Make a club that moved, and both its sites, for the browser: ``python tests/foreign/moved.py FOLDER``.

``FOLDER/old`` is the site for the old host, ``FOLDER/new`` the one at the new address; ``browser_forward.mjs`` opens them.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sites import NEW, OLD, ClubFolder, lived

from pinback import pipeline


def main(folder: Path) -> None:
    """Build both sites below *folder*, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    site = lived(folder, "club")
    site.folder.rename(folder / "new")
    pipeline.build_forwarding(ClubFolder(folder / "club", NEW).root, folder / "old", OLD)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

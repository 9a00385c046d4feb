"""A thin door to ``pinback build``, for hosts that run ``python build.py``."""

import sys

from pinback.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["build", *sys.argv[1:]]))

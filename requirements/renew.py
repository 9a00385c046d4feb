"""Make the lists of locked dependencies anew: ``python requirements/renew.py`` (with ``--upgrade`` to newer versions).

Needs uv (``pip install uv``) and the package index. Each list has one version of everything for Python 3.11 to 3.14, with the
hashes of all its files and no index's name:

    pinback/template/requirements.txt               what a club's workflows install; also in Pinback's own
    pinback/template/requirements-certificates.txt  what the extra ``pdf`` has more
    requirements/build.txt                          what builds the wheel
    requirements/test.txt                           all of it, and what the tests need

Without ``--upgrade`` only what no longer fits pyproject.toml changes. In the end each list is resolved again for Linux and each
version of Python, from wheels alone: the workflows build no stranger's source.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
OPTIONS = (
    *("--universal", "--python-version", PYTHONS[0], "--generate-hashes", "--no-emit-index-url", "--no-annotate"),
    *("--no-header", "--quiet"),
)
TEMPLATE = "pinback/template/requirements.txt"
CERTIFICATES = "pinback/template/requirements-certificates.txt"
BUILD = "requirements/build.txt"
TEST = "requirements/test.txt"
HOW = "Made in Pinback's own folder by: python requirements/renew.py"
HEADERS = {
    TEMPLATE: "Everything that Pinback needs, at one version each, with the hashes of its files.",
    CERTIFICATES: "What draws certificates, beside requirements.txt: the lines that this has more.",
    BUILD: "What builds Pinback's own wheel.",
    TEST: "Everything that Pinback and its tests need, and what builds it.",
}
ENTRY = re.compile(r"^([a-z0-9._-]+)==.*\n(?:    --hash=.*\n)+", re.MULTILINE)


def entries(text: str) -> dict[str, str]:
    """Return the entries of a list by name."""
    return {found[1]: found[0] for found in ENTRY.finditer(text)}


def compiled(out: str, sources: list[str], upgrade: bool, constraints: tuple[str, ...] = ()) -> str:
    """Return a list's entries, with the versions that it has where they still fit."""
    words = ["uv", "pip", "compile", *OPTIONS, *sources]
    for file in constraints:
        words += ["--constraint", file]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "list.txt"
        if (ROOT / out).exists():
            kept.write_bytes((ROOT / out).read_bytes())
        words += ["--output-file", str(kept), *(["--upgrade"] if upgrade else [])]
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return "".join(entries(kept.read_text(encoding="ascii")).values())


def write(file: str, text: str) -> None:
    """Write a list below its header."""
    (ROOT / file).write_text(f"# {HEADERS[file]} {HOW}\n{text}", encoding="ascii", newline="\n")


def run() -> int:
    """Make all lists, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = parser.parse_args().upgrade
    write(TEMPLATE, compiled(TEMPLATE, ["pyproject.toml"], upgrade))
    drawing = compiled(CERTIFICATES, ["pyproject.toml", "--extra", "pdf"], upgrade, (TEMPLATE,))
    there = entries((ROOT / TEMPLATE).read_text(encoding="ascii"))
    write(CERTIFICATES, "".join(text for name, text in entries(drawing).items() if name not in there))
    write(BUILD, compiled(BUILD, ["requirements/build.in"], upgrade))
    everything = ["pyproject.toml", "requirements/build.in", "--extra", "test", "--extra", "pdf"]
    write(TEST, compiled(TEST, everything, upgrade, (TEMPLATE, CERTIFICATES, BUILD)))
    for python in PYTHONS:
        where = ("--python-version", python, "--python-platform", "x86_64-manylinux_2_28", "--only-binary", ":all:")
        subprocess.run(
            ["uv", "pip", "compile", "--quiet", *where, *everything, "--constraint", TEST],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print(f"wheels for Python {python}: there")
    return 0


if __name__ == "__main__":
    sys.exit(run())

"""Run commands on a hostile club, each in a process of its own, and say what is wrong with what they said and made."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from conftest import ClubFolder

from fuzz.bounded import NOBODY, Ended, bounded
from fuzz.clubs import DOCUMENTS, PUBLIC, TRICKS, all_places, all_shapes, changed, write_club, written
from fuzz.scan import scanned
from pinback import page_scripts, pipeline, verify_page
from pinback.cli.main import run
from pinback.errors import PinbackError

COMMANDS = (
    ("check",),
    ("seal", "--dry-run"),
    ("build",),
    ("doctor", "--offline"),
    ("due",),
    ("archive",),
    ("check", "--format", "json"),
)
BASE = "https://badges.example.org/"
CANARY = Path("/tmp/pinback-was-here")
_LINE = re.compile(r"(?:pinback: )?\S.*?(?::[0-9]+)?: .+; .+")
_EXPECTED = {0, 1, 2, 3}


@cache
def own_scripts() -> frozenset[bytes]:
    """Return the scripts that a site may hold."""
    package = Path(page_scripts.__file__).parent
    checker = Path(verify_page.__file__).parent
    return frozenset(path.read_bytes() for folder in (package, checker) for path in folder.glob("*.js"))


def odd_signs(text: str) -> str:
    """Return the first sign in *text* that moves the cursor, colours the screen or reorders a line, or ""."""
    return next(
        (sign for sign in text if sign not in "\n" and (not sign.isprintable() or unicodedata.category(sign) == "Cf")),
        "",
    )


def faults_of(command: tuple[str, ...], ended: Ended) -> Iterator[str]:
    """Yield what is wrong with how a command ended."""
    if broken := ended.broken():
        yield broken
        return
    if ended.code not in _EXPECTED:
        yield f"ended with {ended.code}: {ended.err[-200:]!r}"
    if sign := odd_signs(ended.out + ended.err):
        yield f"printed U+{ord(sign):04X}"
    if ended.code in (1, 3) and command[0] in ("check", "build") and "json" not in command:
        lines = [line for line in ended.err.splitlines() if line and not line.startswith("    ")]
        if not lines:
            yield "failed without a word"
        for line in lines:
            if not _LINE.fullmatch(line):
                yield f"said {line[:200]!r}, which is not file:line: what is wrong; what to do"
            elif len(line) > 1_500:
                yield f"said a line of {len(line)} signs: {line[:80]!r}"
    if ended.code == 2 and command[0] in ("check", "build") and "Usage:" in ended.err:
        yield f"did not understand its own call: {ended.err[-200:]!r}"


def tried(root: Path, commands: tuple[tuple[str, ...], ...] = COMMANDS, scan: bool = True) -> Iterator[str]:
    """Run commands on the club in *root* and yield what is wrong; *scan* looks through its site too."""
    before = sorted(os.listdir(root.parent))
    if NOBODY is not None:
        os.system(f"chown -hR {NOBODY} '{root.parent}'; chmod a+rx '{root.parent.parent}'")
    for command in commands:
        ended = bounded(lambda command=command: run([*command, "-C", str(root)]), user=NOBODY)  # type: ignore[misc]
        for fault in faults_of(command, ended):
            yield f"{' '.join(command)}: {fault}"
        if scan and command[0] == "build" and ended.code == 0:
            # An address that the club was warned of is its own affair.
            told = "warning: an e-mail address stands" in ended.err
            for fault in scanned(root / "site", BASE, own_scripts(), PUBLIC | _own_addresses(root)):
                if not (told and "holds the address" in fault):
                    yield f"the site: {fault}"
    if sorted(os.listdir(root.parent)) != before or CANARY.exists():
        yield "wrote beside the club's folder"
        CANARY.unlink(missing_ok=True)


def _own_addresses(root: Path) -> frozenset[str]:
    """Return the addresses that the club's issuers publish as theirs, which may stand anywhere."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in root.glob("issuers/*/issuer.yaml"))
    return frozenset(address for text in texts for address in re.findall(r"^email: (\S+)", text, re.MULTILINE))


def warm(root: Path) -> None:
    """Import everything that commands import only when they need it; a trial may not be allowed to read it."""
    import asyncio  # noqa: F401
    import encodings.idna
    import encodings.unicode_escape  # noqa: F401
    import runpy  # noqa: F401
    from concurrent.futures import process  # noqa: F401

    import PIL.PngImagePlugin  # noqa: F401
    import weasyprint  # noqa: F401

    for command in COMMANDS:
        if (ended := bounded(lambda command=command: run([*command, "-C", str(root)]), 60)).broken():  # type: ignore[misc]
            raise AssertionError(f"{command}: {ended}")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for command in COMMANDS:
            run([*command, "-C", str(root)])


class Template:
    """A sealed club that is copied for each trial."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        club = write_club(folder / "template").keys()
        club.seal()
        self.root = club.root
        warm(self.copy())

    def copy(self) -> Path:
        """Return a fresh copy in a folder of its own."""
        parent = Path(tempfile.mkdtemp(dir=self.folder))
        return Path(shutil.copytree(self.root, parent / "club"))


def removed(folder: Path) -> None:
    """Remove a folder however deep and odd it is."""
    os.system(f"rm -rf '{folder}'")  # shutil gives up at a thousand levels


def trick_faults(template: Template, name: str) -> list[str]:
    """Return what is wrong with a club on which a trick was played."""
    root = template.copy()
    try:
        TRICKS[name](root)
        return list(tried(root))
    finally:
        removed(root.parent)


def _in_each_field(root: Path, value: str, taken: Path) -> int:
    """Check clubs with a value in one field each; write what is wrong, and which fields take it, to *taken* as JSON."""
    found: list[str] = []
    fields: list[int] = []
    documents = DOCUMENTS
    for number, (file, path) in enumerate(all_places()):
        write_club(root, changed(DOCUMENTS, file, path, value))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            began = time.process_time()
            code = run(["check", "-C", str(root)])
        ended = Ended(code, out.getvalue(), err.getvalue(), time.process_time() - began, 0)
        found += [f"{file} {path}: check: {fault}" for fault in faults_of(("check",), ended)]
        if code == 0:
            all_so_far = changed(documents, file, path, value)
            write_club(root, all_so_far)
            with contextlib.suppress(PinbackError):
                pipeline.check(root)
                documents = all_so_far
                fields.append(number)
    taken.write_text(json.dumps([found, fields]), encoding="utf-8")
    return 0


def payload_faults(folder: Path, value: str) -> list[str]:
    """Return what is wrong with clubs that hold a value in one field each, and in all fields that take it at once."""
    root, taken = folder / "club", folder / "taken.json"
    try:
        ended = bounded(lambda: _in_each_field(root, value, taken), 60)
        if broken := ended.broken():
            return [f"check: {broken}: {ended.err[-2_000:]}"]
        found, fields = json.loads(taken.read_text(encoding="utf-8"))
        documents = DOCUMENTS
        places = list(all_places())
        for number in fields:
            documents = changed(documents, *places[number], value)
        return [*found, *sealed_faults(write_club(root, documents))]
    finally:
        removed(root)
        taken.unlink(missing_ok=True)


def shape_faults(folder: Path, every: int, first: int) -> tuple[int, list[str]]:
    """Return how many clubs with a file in another shape were checked, each N-th alone, and what is wrong with what was said of them."""
    root, told = folder / "club", folder / "told.json"
    chosen = list(all_shapes())[first % every :: every]

    def each() -> int:
        found: list[str] = []
        write_club(root)
        for file, what, fields, body in chosen:
            path = root / file
            before = path.read_bytes()
            path.write_text(written(fields, body), encoding="utf-8")
            out, err = io.StringIO(), io.StringIO()
            began = time.process_time()
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = run(["check", "-C", str(root)])
                ended = Ended(code, out.getvalue(), err.getvalue(), time.process_time() - began, 0)
                found += [f"{file} {what}: {fault}" for fault in faults_of(("check",), ended)]
            except Exception as error:
                found.append(f"{file} {what}: {type(error).__name__}: {error}")
            path.write_bytes(before)
        told.write_text(json.dumps(found), encoding="utf-8")
        return 0

    try:
        ended = bounded(each, 5 + len(chosen))
        return len(chosen), [f"check: {ended.broken()}"] if ended.broken() else json.loads(
            told.read_text(encoding="utf-8")
        )
    finally:
        removed(root)
        told.unlink(missing_ok=True)


def sealed_faults(club: ClubFolder) -> list[str]:
    """Return what is wrong with a preview and with the site of a club that is sealed now."""
    found = list(tried(club.root, (("build", "--preview"),)))
    club.keys()

    def seal() -> int:
        club.seal()
        return 0

    ended = bounded(seal, 10)
    if broken := ended.broken():
        return [*found, f"seal: {broken}"]
    return [*found, *tried(club.root, (("check",), ("build",), ("archive",), ("due",)))]

"""What the club's folder shows, and what git says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pinback.doctor.asking import page_of
from pinback.doctor.findings import Finding, Setup
from pinback.errors import quoted
from pinback.files import FileProblem, read_regular

_PRIVATE_LIST = "who-is-who.csv"


_PUBLISH = ".github/workflows/publish.yml"


def read_file(root: Path, file: str) -> bytes | None:
    """Return the bytes of a file, or None where it cannot be read."""
    try:
        return read_regular(root / file)
    except FileProblem:
        return None


def git_findings(setup: Setup) -> Iterator[Finding]:
    """Say whether the folder is under git, and whether it has a remote."""
    if setup.tracked is None:
        yield Finding("wrong", "this folder is no git repository", "type: git init -b main, git add -A, git commit")
    elif not setup.remote:
        yield Finding("wrong", "git knows no remote", f"make an empty repository ({setup.web}/new) and push to it")
    else:
        # What is said here also goes into the summary of a run, which everybody may read.
        yield Finding("ok", f"a git repository with the remote {_without_password(setup.remote)}")


def _without_password(remote: str) -> str:
    """Return a remote's address without what stands before the host of a web address: often a token."""
    return re.sub(r"^(https?://).*@", r"\1", remote, flags=re.IGNORECASE)


def lines(setup: Setup) -> Iterator[Finding]:
    """Say whether the files of git hold every line that they need."""
    for file, lines in setup.lines.items():
        text = (read_file(setup.root, file) or b"").decode("utf-8", "replace")
        there = {line.strip().lstrip("/") for line in text.splitlines()}
        missing = [line for line in lines if line.lstrip("/") not in there]
        if missing:
            shown = ", ".join(quoted(line) for line in missing)
            yield Finding("wrong", f"{file} lacks {shown}", "add each as a line of its own")
        else:
            yield Finding("ok", f"{file} holds every line that it needs")


def private_list(setup: Setup) -> Iterator[Finding]:
    """Say whether the list of names is kept out of git."""
    if setup.tracked is None:
        return
    if any(file.rpartition("/")[2] == _PRIVATE_LIST for file in setup.tracked):
        cure = f"type: git rm --cached {_PRIVATE_LIST}, commit; what was pushed before stays in the history for all to read"
        yield Finding("wrong", f"{_PRIVATE_LIST} is in git, with every name and link", cure)
    else:
        yield Finding("ok", f"{_PRIVATE_LIST} is not in git")


def keys(setup: Setup, issuers: Iterable[str]) -> Iterator[Finding]:
    """Say whether the encrypted keys are there and in git, and whether anything was sealed with them."""
    for slug in issuers:
        folder = setup.root / "issuers" / slug
        files = [
            path.relative_to(setup.root).as_posix()
            for path in (folder / "keys.age", *sorted(folder.glob("keys/*.age")))
        ]
        there = [file for file in files if (setup.root / file).is_file()]
        untracked = [file for file in there if setup.tracked is not None and file not in setup.tracked]
        if not there:
            begun = (folder / "register.jsonl").exists()
            what = f"the keys of issuers/{slug} are missing" if begun else f"issuers/{slug} has no keys"
            yield Finding("wrong", what, f"type: pinback key {'restore' if begun else 'new'} {slug}")
        elif untracked:
            yield Finding(
                "wrong", f"{', '.join(untracked)} is not in git", "type: git add -A, git commit; it is encrypted"
            )
        elif setup.tracked is not None:
            yield Finding("ok", f"{', '.join(there)} is in git, encrypted")
        if there and not (folder / "register.jsonl").exists():
            how = "approve the run of Publish that waits" if seals_at_host(setup) else "type: pinback seal"
            yield Finding("wrong", f"nothing was sealed yet with the keys of issuers/{slug}", how)


def seals_at_host(setup: Setup) -> bool:
    """Tell whether the code lies in a protected environment of the host."""
    return b"environment: seal" in (read_file(setup.root, _PUBLISH) or b"")


def workflows(setup: Setup) -> Iterator[Finding]:
    """Say whether the files for the host are those of this version."""
    for file, texts in setup.shipped.items():
        data = read_file(setup.root, file)
        way = " --keys environment" if seals_at_host(setup) else ""
        cure = f"take it from a new folder that pinback init{way} makes elsewhere, and commit it"
        if data is None and file == _PUBLISH:
            yield Finding(
                "cannot tell", f"{file} is missing, which is right where another host publishes", f"otherwise {cure}"
            )
        elif data is None:
            yield Finding("wrong", f"{file} is missing", cure)
        elif data.replace(b"\r\n", b"\n") not in texts:
            yield Finding("wrong", f"{file} is not the one that this version ships", cure)
        elif setup.tracked is not None and file not in setup.tracked:
            yield Finding("wrong", f"{file} is not in git", "type: git add -A, git commit")
        else:
            yield Finding("ok", f"{file} is as shipped")


def schemas(setup: Setup) -> Iterator[Finding]:
    """Say whether the schemas for editors are those of this version."""
    there = {file: (read_file(setup.root, file) or b"").replace(b"\r\n", b"\n") for file in setup.schemas}
    other = [file for file, data in setup.schemas.items() if there[file] != data]
    if not other:
        yield Finding("ok", "the schemas for editors are those of this version")
    elif any(there.values()):
        yield Finding(
            "wrong", f"{', '.join(other)} is not as this version makes it", "type: pinback schemas, and commit"
        )
    else:
        yield Finding("ok", "no schemas for editors are here, and nothing needs them", "pinback schemas makes them")


def clockwork(setup: Setup) -> Iterator[Finding]:
    """Say which workflows run by the clock."""
    for path in sorted((setup.root / ".github" / "workflows").glob("*.y*ml")):
        file = path.relative_to(setup.root).as_posix()
        if re.search(rb"^\s+schedule:", read_file(setup.root, file) or b"", re.MULTILINE):
            cure = f"look under {page_of(setup, 'actions')}" if setup.repository else "look under Actions"
            what = f"{file} runs by the clock, and the host stops that after 60 days without a commit"
            yield Finding("cannot tell", what, cure)

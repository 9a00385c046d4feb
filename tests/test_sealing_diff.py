"""What a sealing may change: real differences of real repositories, and text alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder
from hypothesis import given, settings
from hypothesis import strategies as st

from pinback.content.edit import with_ids
from pinback.limits import MAX_PROBLEMS
from pinback.sealing_diff import DIFF, HEADS, RECORDS, adds_only_ids, sealing_faults

A, B = "abcdefghijklmn23", "bcdefghijklmno34"
RECORD = "badges/knots/awards/spring.yaml"


def git(folder: Path, *words: str) -> str:
    """Run git with nobody's settings but these."""
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {f"GIT_{role}_{what}": "Test <test@example.org>" for role in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
    mails = {f"GIT_{role}_EMAIL": "test@example.org" for role in ("AUTHOR", "COMMITTER")}
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        env={**os.environ, **who, **names, **mails},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode("utf-8", "replace")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    for file, text in {
        RECORD: "issued_on: 2026-05-17\nawards:\n  - handle: otter-7\n  - handle: heron-3\n",
        "issuers/club/register.jsonl": '{"n":0}\n',
        "issuers/club/keys.age": "age",
        "issuers/club/sealed/status/revocation-1.json": "{}",
        "site_src/index.md": "Welcome\n",
    }.items():
        write(tmp_path, file, text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "club")
    return tmp_path


def write(root: Path, file: str, text: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_bytes(text.encode("utf-8"))


def faults(root: Path) -> list[str]:
    """Commit everything and judge the commit."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Seal")
    return [str(fault) for fault in sealing_faults(git(root, *DIFF, "HEAD^", "HEAD"))]


def test_a_sealing_passes_below_the_line_by_which_editors_find_the_schema(repository: Path) -> None:
    line = "# yaml-language-server: $schema=../../../.schemas/award.json\n"
    one, batch = "issued_on: 2026-05-17\n", "issued_on: 2026-05-17\nawards:\n  - handle: a\n  - handle: b\n"
    write(repository, RECORD, line + batch)
    write(repository, RECORD.replace("spring", "one"), line + one)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Awards")
    write(repository, RECORD, with_ids(line + batch, {4: A, 5: B}, RECORD))
    write(repository, RECORD.replace("spring", "one"), with_ids(line + one, {2: "c" * 16}, RECORD))
    assert faults(repository) == []


def test_a_sealing_passes(repository: Path) -> None:
    text = f"issued_on: 2026-05-17\nawards:\n  - id: {A}\n    handle: otter-7\n  - id: {B}\n    handle: heron-3\n"
    write(repository, RECORD, text)
    write(repository, "issuers/club/register.jsonl", '{"n":0}\n{"n":1}\n')
    write(repository, f"issuers/club/sealed/awards/{A}/credential.json", "{}")
    (repository / "issuers/club/sealed/badges/knots/0a1b2c3d").mkdir(parents=True)
    (repository / "issuers/club/sealed/badges/knots/0a1b2c3d/image.png").write_bytes(bytes(range(256)))
    (repository / "issuers/club/sealed/status/revocation-1.json").unlink()
    assert faults(repository) == []


REFUSED = {
    "page": ("site_src/index.md", "Changed\n", "no sealing touches this file"),
    "keys": ("issuers/club/keys.age", "other", "no sealing touches this file"),
    "steward's keys": ("issuers/club/keys/ann.age", "other", "no sealing touches this file"),
    "workflow": (".github/workflows/publish.yml", "on: push\n", "no sealing touches this file"),
    "attributes": (".gitattributes", "*.yaml -diff\n", "no sealing touches this file"),
    "badge": ("badges/knots/badge.md", "---\n", "no sealing touches this file"),
    "sealed elsewhere": ("site_src/issuers/club/sealed/x.json", "{}", "no sealing touches this file"),
    "name with a quote": ('issuers/club/sealed/a"b.json', "{}", "no sealing touches this file"),
    "new record": ("badges/knots/awards/new.yaml", f"id: {A}\nhandle: x\n", "no sealing makes or replaces a record"),
    "emptied record": (RECORD, "", "a sealing writes nothing but ids here"),
    "other name": (
        RECORD,
        f"issued_on: 2026-05-17\nawards:\n  - id: {A}\n    handle: otter-8\n  - handle: heron-3\n",
        "a sealing writes nothing but ids here",
    ),
    "binary record": (RECORD, "\0", "no sealing makes or replaces a record"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_named(repository: Path, name: str) -> None:
    file, text, words = REFUSED[name]
    write(repository, file, text)
    assert [fault.partition("; ")[0].rpartition(": ")[2] for fault in faults(repository)] == [words]


def test_files_that_vanish_or_become_links_are_named(repository: Path) -> None:
    (repository / "issuers/club/register.jsonl").unlink()
    (repository / RECORD).unlink()
    sealed = repository / "issuers/club/sealed/status/revocation-1.json"
    sealed.unlink()
    sealed.symlink_to("../../keys.age")
    (repository / "issuers/club/sealed/run.json").write_text("{}")
    (repository / "issuers/club/sealed/run.json").chmod(0o755)
    assert faults(repository) == [
        f"{RECORD}: no sealing removes this file; restore it from git",
        "issuers/club/register.jsonl: no sealing removes this file; restore it from git",
        "issuers/club/sealed/run.json: this is no longer a plain file; restore it from git",
        "issuers/club/sealed/status/revocation-1.json: this is no longer a plain file; restore it from git",
    ]


def test_git_settings_of_the_machine_change_nothing(repository: Path) -> None:
    for name, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.renames": "copies",
        "color.diff": "always",
        "diff.suppressBlankEmpty": "true",
        "diff.external": "true",
        "diff.context": "0",
    }.items():
        git(repository, "config", name, value)
    write(
        repository, RECORD, f"issued_on: 2026-05-17\n\nawards:\n  - id: {A}\n    handle: otter-7\n  - handle: heron-3\n"
    )
    assert faults(repository) == [
        f"{RECORD}: a sealing writes nothing but ids here; commit other changes by themselves, before sealing"
    ]
    write(
        repository,
        RECORD,
        f"issued_on: 2026-05-17\n\nawards:\n  - id: {A}\n    handle: otter-7\n  - id: {B}\n    handle: heron-3\n",
    )
    assert faults(repository) == []


WRITTEN = {
    "line of its own": ("handle: a\n", f"id: {A}\nhandle: a\n"),
    "first field": ("awards:\n  - handle: a\n", f"awards:\n  - id: {A}\n    handle: a\n"),
    "line ends of Windows": ("awards:\r\n- handle: a\r\n", f"awards:\r\n- id: {A}\r\n  handle: a\r\n"),
    "byte order mark": ("\ufeffhandle: a\n", f"\ufeffid: {A}\nhandle: a\n"),
    "braces": ("awards:\n- {handle: a}\n", f"awards:\n- {{id: {A}, handle: a}}\n"),
    "empty field": ("handle: a\nid:\n", f"handle: a\nid: {A}\n"),
    "empty field with a remark": ("handle: a\nid:   # to come\n", f"handle: a\nid: {A}   # to come\n"),
    "empty field at the end": ("handle: a\nid: ''", f"handle: a\nid: {A}"),
    "beside an id": (
        f"awards:\n- id: {B}\n  handle: b\n- handle: a\n",
        f"awards:\n- id: {B}\n  handle: b\n- id: {A}\n  handle: a\n",
    ),
    "no line end": ("awards:\n- handle: a", f"awards:\n- id: {A}\n  handle: a"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_ids_may_be_written(name: str) -> None:
    assert adds_only_ids(*WRITTEN[name])


NOT_WRITTEN = {
    "nothing": ("handle: a\n", "handle: a\n"),
    "other field": ("handle: a\n", f"id: {A}\nhandle: b\n"),
    "id changed": (f"id: {B}\nhandle: a\n", f"id: {A}\nhandle: a\n"),
    "id taken away": (f"id: {B}\nhandle: a\n", f"handle: a\nid: {A}\n"),
    "one id twice": (
        "awards:\n- handle: a\n- handle: b\n",
        f"awards:\n- id: {A}\n  handle: a\n- id: {A}\n  handle: b\n",
    ),
    "not an id": ("handle: a\n", "id: ../../keys\nhandle: a\n"),
    "other depth": ("awards:\n- handle: a\n", f"awards:\n- id: {A}\n handle: a\n"),
    "one line more": ("handle: a\n", f"id: {A}\nhandle: a\npublic: true\n"),
    "one line less": ("handle: a\npublic: true\n", f"id: {A}\nhandle: a\n"),
}


@pytest.mark.parametrize("name", NOT_WRITTEN)
def test_nothing_else_may_be_written(name: str) -> None:
    assert not adds_only_ids(*NOT_WRITTEN[name])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60), st.sampled_from(["insert", "delete", "replace"]), st.characters(codec="utf-8"))
def test_one_sign_more_or_less_is_seen(place: int, how: str, sign: str) -> None:
    old = "issued_on: 2026-05-17\nawards:\n  - handle: otter-7\n  - handle: heron\n"
    new = with_ids(old, {3: A, 4: B}, "a.yaml")
    assert adds_only_ids(old, new)
    cut = place % len(new)
    changed = new[:cut] + ("" if how == "delete" else sign) + new[cut + (how != "insert") :]
    if changed != new:
        told = adds_only_ids(old, changed)
        # Another id in the same place is an id all the same, and more blanks at the end of its line are refused.
        assert not told or with_ids(old, dict(zip((3, 4), ids_of(changed), strict=True)), "a.yaml") == changed


def ids_of(text: str) -> list[str]:
    return [line.partition("id: ")[2] for line in text.split("\n") if line.lstrip(" -").startswith("id: ")]


def test_command_judges_the_commits_since_then(sealed_club: ClubFolder) -> None:
    """The register and the record as a real sealing leaves them; then a page that came along."""
    root = sealed_club.root
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "club")
    start = git(root, "rev-parse", "HEAD").strip()
    sealed_club.award("later", "handle: otter-8\nissued_on: 2026-05-18\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "award")
    award = git(root, "rev-parse", "HEAD").strip()
    sealed_club.seal()
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Seal")

    def check(ref: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pinback", "check", "--sealing-only", ref]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_ACTIONS": "true"}
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)

    passed = check(award)
    assert (passed.returncode, passed.stdout, passed.stderr) == (0, "", "")
    refused = check(start)
    assert refused.returncode == 1
    assert "awards/later.yaml: no sealing makes or replaces a record" in refused.stderr
    assert refused.stdout.startswith("::error file=badges/knots/awards/later.yaml::")
    (root / ".git/info/exclude").write_text("*.jws.txt\nbadge.md\n")
    git(root, "rm", "-r", "-q", "--cached", "issuers/club/sealed/awards", "badges/knots/badge.md")
    git(root, "commit", "-q", "--amend", "-m", "Seal")
    refused = check(award)
    assert refused.returncode == 1
    ids = sorted(path.parent.name for path in root.glob("issuers/club/sealed/awards/*/assertion.jws.txt"))
    for id_ in ids:
        file = f"issuers/club/sealed/awards/{id_}/assertion.jws.txt"
        assert (
            f"{file}: git ignores this file, so the sealing would be lost; git check-ignore -v FILE" in refused.stderr
        )
    unknown = check("--output=x")
    assert unknown.returncode == 2 and '"--output=x" is no commit here' in unknown.stderr


def test_heads_and_the_records_alone_say_the_same(repository: Path) -> None:
    """Content of no other file is looked at; so much of it as a large sealing has fills a memory."""
    write(
        repository,
        RECORD,
        "issued_on: 2026-05-17\nawards:\n  - id: " + A + "\n    handle: otter-7\n  - handle: heron-3\n",
    )
    write(repository, "issuers/club/register.jsonl", '{"n":0}\n{"n":1}\n')
    write(repository, "issuers/club/sealed/awards/x/credential.json", "{}" * 1000)
    assert faults(repository) == []
    for change in (
        lambda: write(repository, "badges/knots/awards/other.yaml", "issued_on: 2026-05-17\n"),
        lambda: write(repository, RECORD, (repository / RECORD).read_text() + "  - handle: more\n"),
        lambda: (repository / "issuers/club/register.jsonl").unlink(),
        lambda: write(repository, "site_src/index.md", "Welcome!\n"),
        lambda: (repository / RECORD).chmod(0o755),
        lambda: write(repository, "a b/badges\n.yaml", "x"),
    ):
        change()
        told = faults(repository)
        heads = git(repository, *HEADS, "HEAD^", "HEAD")
        assert "{}" not in heads
        both = heads + git(repository, *DIFF, "HEAD^", "HEAD", "--", RECORDS)
        assert sorted(map(str, sealing_faults(both))) == sorted(told) != []


def test_first_thousand_faults_are_told() -> None:
    diff = "".join(f"diff --git a/f{n} b/f{n}\nnew file mode 100644\n" for n in range(MAX_PROBLEMS + 1))
    assert len(sealing_faults(diff)) == MAX_PROBLEMS

"""What was deployed or pushed, as evidence: commits, folders, sites; and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import ClubFolder

from pinback import addresses, deployed
from pinback.errors import UsageError
from pinback.git import commit_id, earlier_contents, git_bytes, git_text
from pinback.limits import MAX_NOTE
from pinback.sealing_diff import HEADS

REGISTER = "issuers/club/register.jsonl"


def git(folder: Path, *words: str) -> str:
    """Run git with a name and without anybody's settings."""
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *names, *words], cwd=folder, env=os.environ | nobody, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def offline(url: str) -> bytes | None:
    raise AssertionError(f"{url} was asked")


def refused(source: str, root: Path, get: deployed.Get = offline) -> str:
    with pytest.raises(UsageError) as told:
        deployed.earlier(source, root, get)
    return str(told.value)


@pytest.fixture
def in_git(sealed_club: ClubFolder) -> ClubFolder:
    sealed_club.write(".gitignore", ".pinback/\nsite/\n")
    git(sealed_club.root, "init")
    git(sealed_club.root, "add", ".")
    git(sealed_club.root, "commit", "-m", "sealed")
    return sealed_club


def test_commit_gives_every_byte_as_it_was_committed(in_git: ClubFolder) -> None:
    before = {path: (in_git.root / path).read_bytes() for path in git(in_git.root, "ls-files", "issuers").split()}
    (in_git.root / REGISTER).write_bytes(b"changed since\n")
    git(in_git.root, "tag", "-m", "a tag of its own", "sealed/1")
    for ref in ("HEAD", "main", "refs/heads/main", "sealed/1", git(in_git.root, "rev-parse", "HEAD")[:9]):
        found = deployed.earlier(ref, in_git.root, offline)
        assert found.name == ref
        assert found.issuers == ["club"]
        assert found.registers == {"club": before[REGISTER]}
        assert found.whole.paths("issuers") == sorted(before)
        assert dict(found.whole.read(before)) == before
        assert found.file("issuers/club/nothing.json") is None


def test_club_may_lie_anywhere_in_a_repository(sealed_club: ClubFolder) -> None:
    top = sealed_club.root.parent
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "club in a folder")
    found = deployed.earlier("HEAD", sealed_club.root, offline)
    assert found.issuers == ["club"]
    assert found.file("site_src/site.yaml") == (sealed_club.root / "site_src/site.yaml").read_bytes()


def test_repository_of_another_user_is_told_with_the_way_to_trust_it(
    in_git: ClubFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = tmp_path / "bin/git"
    stranger.parent.mkdir()
    another = "GIT_TEST_ASSUME_DIFFERENT_OWNER=1 GIT_CONFIG_NOSYSTEM=1"
    stranger.write_text(f'#!/bin/sh\n{another} exec {shutil.which("git")} "$@"\n')
    stranger.chmod(0o755)
    for name, value in {"PATH": f"{stranger.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    way = f"type: git config --global --add safe.directory {in_git.root}"
    assert refused("HEAD", in_git.root).endswith(way)
    command = [sys.executable, "-m", "pinback", "doctor", "--offline", "-C", str(in_git.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.strip().endswith(way)


def test_settings_of_a_repository_run_nothing(in_git: ClubFolder, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for name in (
        "core.pager",
        "core.fsmonitor",
        "diff.external",
        "diff.x.textconv",
        "filter.x.smudge",
        "alias.ls-tree",
    ):
        git(in_git.root, "config", name, str(trap))
    in_git.write(".gitattributes", "*.jsonl diff=x filter=x\n")
    assert deployed.earlier("HEAD", in_git.root, offline).issuers == ["club"]
    assert not (tmp_path / "sprung").exists()


def test_signature_of_a_commit_is_shown_to_no_program(in_git: ClubFolder, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    git(in_git.root, "config", "log.showSignature", "true")
    git(in_git.root, "config", "gpg.program", str(trap))
    plain = git(in_git.root, "cat-file", "commit", "HEAD")
    signed = plain.replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1)
    (tmp_path / "commit").write_text(signed + "\n", encoding="utf-8")
    git(in_git.root, "reset", "-q", git(in_git.root, "hash-object", "-t", "commit", "-w", str(tmp_path / "commit")))
    assert list(earlier_contents(in_git.root, REGISTER)) == [(in_git.root / REGISTER).read_bytes()]
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", [b":", b"*", b"\xff\xfe", b"line\n"])
def test_club_may_lie_in_a_folder_of_any_name(sealed_club: ClubFolder, name: bytes) -> None:
    top = sealed_club.root.parent
    (top / os.fsdecode(name)).mkdir()
    root = sealed_club.root.rename(top / os.fsdecode(name) / "club")
    git(top, "init")
    git(top, "add", ".")
    git(top, "commit", "-m", "club in a folder")
    assert deployed.earlier("HEAD", root, offline).registers == {"club": (root / REGISTER).read_bytes()}


def test_many_files_are_read_in_the_order_in_which_they_were_asked_for(in_git: ClubFolder) -> None:
    for n in range(450):
        in_git.write(f"static/file {n}.txt", f"text {n}\n\n" * (n % 7))
    git(in_git.root, "add", ".")
    git(in_git.root, "commit", "-m", "more")
    asked = [f"static/file {n}.txt" for n in reversed(range(450))]
    found = list(deployed.earlier("HEAD", in_git.root, offline).whole.read([*asked, "static/none"]))
    assert found == [*((path, (in_git.root / path).read_bytes()) for path in asked), ("static/none", None)]


def test_repository_that_has_lost_a_file_is_told(in_git: ClubFolder) -> None:
    blob = git(in_git.root, "rev-parse", f"HEAD:{REGISTER}")
    (in_git.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    commit = git(in_git.root, "rev-parse", "HEAD")[:10]
    assert refused("HEAD", in_git.root) == (
        f'git has lost "{REGISTER}" of commit {commit}; run git fsck, or clone anew'
    )


def forged(root: Path, mode: str, data: str) -> str:
    """Return a commit that holds an object of the repository as register, with any mode."""
    tree = bytes.fromhex(data)
    for name in ("register.jsonl", "club", "issuers"):
        entry = f"{mode} {name}\0".encode() + tree
        words = ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"]
        tree = bytes.fromhex(
            subprocess.run(words, cwd=root, input=entry, capture_output=True, check=True).stdout.decode()
        )
        mode = "40000"
    return git(root, "commit-tree", "-m", "forged", tree.hex())


def test_forged_commit_shows_no_register(in_git: ClubFolder) -> None:
    blob, folder = (git(in_git.root, "rev-parse", f"HEAD:{path}") for path in (REGISTER, "issuers/club"))
    assert deployed.earlier(forged(in_git.root, "100644", blob), in_git.root, offline).issuers == ["club"]
    commit = forged(in_git.root, "100644", folder)
    assert refused(commit, in_git.root) == (
        f"git answers something else than was asked of commit {commit[:10]}; run git fsck"
    )
    commit = forged(in_git.root, "120000", blob)
    assert refused(commit, in_git.root) == (
        f"{REGISTER} of {commit} is no plain file of a size that is read; name another state"
    )


def test_names_that_are_no_commit_are_refused(in_git: ClubFolder) -> None:
    for name in ("--upload-pack=x", "-1", "HEAD:site_src/site.yaml", "nothing", "HEAD~9", "a b", ""):
        if name:
            assert refused(name, in_git.root) == (
                f'git knows no commit "{name}" here; fetch it (git fetch origin) or correct the name'
            )
    assert list(in_git.root.parent.glob("*sprung*")) == []


def test_folder_outside_a_repository_has_no_commits(sealed_club: ClubFolder) -> None:
    assert "is no git repository; name a folder or an address" in refused("HEAD", sealed_club.root)
    assert deployed.default_source(sealed_club.root) is None


def test_program_that_lies_in_the_folder_is_not_git(
    in_git: ClubFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\n"
    for name in ("git", "bin/git"):
        in_git.write(name, trap).chmod(0o755)
    monkeypatch.chdir(in_git.root)
    sound = os.environ["PATH"]
    for folder in (".", "", "bin", "./bin", str(in_git.root), f"{in_git.root}/bin", f"{in_git.root}/badges/../bin"):
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{sound}")
        assert deployed.earlier("HEAD", in_git.root, offline).issuers == ["club"]
        monkeypatch.setenv("PATH", folder)
        with pytest.raises(UsageError, match="git is not installed here"):
            git_text(in_git.root, "rev-parse", "HEAD")
    assert not (tmp_path / "sprung").exists()


def test_answer_of_git_that_names_no_commit_counts_as_none(
    in_git: ClubFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = shutil.which("git")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/git"
    program.write_text(f'#!/bin/sh\ncase "$*" in *--verify*) printf "caf\\351\\n";; *) exec "{git}" "$@";; esac\n')
    program.chmod(0o755)
    assert commit_id(in_git.root, "HEAD")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert commit_id(in_git.root, "HEAD") == ""


def test_parents_that_only_this_computer_knows_of_do_not_count(in_git: ClubFolder) -> None:
    commit = git(in_git.root, "rev-parse", "HEAD")
    git(in_git.root, "commit", "--allow-empty", "-m", "later")
    later = git(in_git.root, "rev-parse", "HEAD")
    in_git.write(".git/info/grafts", f"{later}\n")
    assert deployed.shared(in_git.root, commit).name == commit[:10]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("file", [".git/config", ".git/HEAD", ".git/packed-refs"])
def test_pipe_in_a_repository_is_not_waited_for(in_git: ClubFolder, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinback.git.GIT_QUICK_SECONDS", 0.2)
    (in_git.root / file).unlink(missing_ok=True)
    os.mkfifo(in_git.root / file)
    assert refused("HEAD~1", in_git.root) == (
        "git did not answer within 0.2 seconds; try git fsck, and look for pipes among the files"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_pipes_that_settings_name_are_not_opened(in_git: ClubFolder) -> None:
    pipe = in_git.root / "pipe"
    os.mkfifo(pipe)
    for name in ("core.attributesFile", "diff.orderFile", "mailmap.file"):
        git(in_git.root, "config", name, str(pipe))
    assert git_text(in_git.root, *HEADS, "HEAD", "HEAD") == ""
    assert list(earlier_contents(in_git.root, REGISTER)) == [(in_git.root / REGISTER).read_bytes()]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says whether a program waits")
@pytest.mark.parametrize("file", [".gitattributes", ".git/info/attributes"])
def test_long_question_that_waits_for_a_pipe_is_given_up(
    in_git: ClubFolder, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinback.git.GIT_QUICK_SECONDS", 0.4)
    git(in_git.root, "rm", "-q", "issuers/club/issuer.yaml")
    git(in_git.root, "commit", "-m", "later")
    (in_git.root / file).parent.mkdir(exist_ok=True)
    os.mkfifo(in_git.root / file)
    with pytest.raises(UsageError, match=r"git did not answer within 0\.4 seconds"):
        git_text(in_git.root, *HEADS, "HEAD~1", "HEAD")


def test_tree_of_a_thousand_million_files_is_refused(in_git: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = git(in_git.root, "rev-parse", f"HEAD:{REGISTER}")
    tree = _tree(in_git.root, [f"100644 blob {blob}\tf{n}" for n in range(10)])
    for _ in range(8):
        tree = _tree(in_git.root, [f"040000 tree {tree}\td{n}" for n in range(10)])
    for _ in range(2):
        tree = _tree(in_git.root, [f"040000 tree {tree}\tissuers"])
    commit = git(in_git.root, "commit-tree", "-m", "bomb", tree)
    monkeypatch.setattr("pinback.git.MAX_GIT_ANSWER", 1_000_000)
    assert refused(commit, in_git.root) == "git has more to say of this than any club needs; name another commit"
    monkeypatch.setattr("pinback.git.MAX_GIT_MEMORY", 20_000_000)
    if sys.platform == "linux":
        with pytest.raises(UsageError, match=r"^git needs more memory for this than any club does \(fatal: "):
            git_text(in_git.root, *HEADS, "HEAD", commit)


def _tree(root: Path, entries: list[str]) -> str:
    """Write a tree and return its id."""
    given = "".join(f"{entry}\n" for entry in entries)
    return subprocess.run(
        ["git", "mktree"], cwd=root, input=given, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_large_files_of_a_commit_are_read_a_few_at_a_time(in_git: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(9):
        in_git.write(f"static/{n}.txt", f"{n}\n" * 40)
    git(in_git.root, "add", ".")
    git(in_git.root, "commit", "-m", "more")
    monkeypatch.setattr(deployed, "MAX_BYTES", 100)
    asked = [f"static/{n}.txt" for n in range(9)]
    tree = deployed.earlier("HEAD", in_git.root, offline).whole
    assert list(tree.read([*asked, "none"])) == [
        *((path, (in_git.root / path).read_bytes()) for path in asked), ("none", None)
    ]  # fmt: skip


def test_reason_is_told_and_not_what_git_said_before(in_git: ClubFolder) -> None:
    blob = git(in_git.root, "rev-parse", f"HEAD:{REGISTER}")
    (in_git.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for name in ("extensions.partialClone", "remote.evil.promisor"):
        git(in_git.root, "config", name, "evil" if name.startswith("ext") else "true")
    git(in_git.root, "config", "core.repositoryFormatVersion", "1")
    with pytest.raises(UsageError, match=r"^git says: fatal: "):
        git_bytes(in_git.root, "cat-file", "blob", blob)


def test_name_of_a_folder_and_a_branch_must_say_which(
    in_git: ClubFolder, sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(in_git.root)
    in_git.build()
    assert deployed.earlier("site", in_git.root, offline).notes.keys() == {"club"}
    git(in_git.root, "branch", "site")
    assert refused("site", in_git.root) == '"site" is a folder and a commit; write ./site or refs/heads/site'
    assert deployed.earlier("./site", in_git.root, offline).notes.keys() == {"club"}
    assert deployed.earlier("refs/heads/site", in_git.root, offline).registers.keys() == {"club"}


def test_copy_of_a_folder_gives_every_byte(sealed_club: ClubFolder) -> None:
    found = deployed.earlier(str(sealed_club.root), sealed_club.root.parent, offline)
    assert found.registers == {"club": (sealed_club.root / REGISTER).read_bytes()}
    assert found.file("badges/knots/badge.md") == (sealed_club.root / "badges/knots/badge.md").read_bytes()
    assert len(found.whole.paths("issuers/club/sealed")) == 16


def test_club_without_keys_is_a_state_too(club: ClubFolder) -> None:
    assert deployed.earlier(str(club.root), club.root, offline).issuers == []


def test_other_folder_is_refused(club: ClubFolder, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert refused(str(tmp_path / "other"), club.root).endswith(
        "is neither a club's folder nor a site with badges; name another"
    )


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_link_in_a_copy_is_no_evidence(sealed_club: ClubFolder, tmp_path: Path) -> None:
    register = sealed_club.root / REGISTER
    register.rename(tmp_path / "register")
    register.symlink_to(tmp_path / "register")
    told = f"{REGISTER} of the folder {sealed_club.root} is no plain file of a size that is read; name another state"
    assert refused(str(sealed_club.root), sealed_club.root) == told
    register.unlink()
    (tmp_path / "register").rename(register)
    checkpoint = sealed_club.build() / "issuers/club/log/checkpoint"
    checkpoint.unlink()
    checkpoint.symlink_to(register)
    told = refused(str(sealed_club.root / "site"), sealed_club.root)
    assert told.startswith(f"the folder {sealed_club.root / 'site'}: a checkpoint ")


@pytest.mark.parametrize("note", [b"badges.example.org\xff\n", b"x" * (MAX_NOTE + 1)])
def test_checkpoint_of_a_site_is_a_text_of_some_size(sealed_club: ClubFolder, note: bytes) -> None:
    answer = b'{"issuers":[{"url":"https://badges.example.org/issuers/club/"}]}'

    def get(url: str) -> bytes | None:
        return answer if url.endswith("index.json") else note

    url = "https://badges.example.org/"
    assert refused(url, sealed_club.root, get) == f"{url} shows a checkpoint that is none; name another state"


def test_site_shows_its_checkpoints_alone(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    note = json.loads(sealed_club.read(REGISTER).splitlines()[-1])["note"]
    in_folder = deployed.earlier(str(site), sealed_club.root, offline)
    live = deployed.earlier("https://badges.example.org", sealed_club.root, served(site))
    for found in (in_folder, live):
        assert (found.registers, found.notes, found.issuers) == ({}, {"club": note}, ["club"])
        with pytest.raises(UsageError, match="is a site and shows no register; name a commit or a copy"):
            found.file(REGISTER)


@pytest.mark.parametrize("index", [None, b"", b"[]", b'{"lean_since": 5}', b'{"lean_since": "soon"}'])
def test_site_whose_index_cannot_be_read_counts_as_whole(index: bytes | None, sealed_club: ClubFolder) -> None:
    """Nothing of it is taken for left out, so that whatever is left out now is told."""
    site = sealed_club.site(lean_since='"2026-06-01"').build()
    assert deployed.in_folder(site).lean_since == date(2026, 6, 1)
    (site / addresses.INDEX).unlink()
    if index is not None:
        (site / addresses.INDEX).write_bytes(index)
    found = deployed.in_folder(site)
    assert (list(found.notes), found.lean_since) == (["club"], None)


def served(site: Path) -> deployed.Get:
    """Answer the addresses of a site from its folder."""

    def get(url: str) -> bytes | None:
        path = site / url.removeprefix("https://badges.example.org/")
        return path.read_bytes() if path.is_file() else None

    return get


def test_address_without_a_site_is_refused(club: ClubFolder) -> None:
    for answer in (None, b"<html>", b"[]", b'{"issuers":[{"url":4}]}', b'{"issuers":4}'):
        assert refused("https://badges.example.org/", club.root, lambda url, answer=answer: answer) == (
            "https://badges.example.org/ shows no index.json of a badge site; name the address of the club's site"
        )
    for url in ("http://badges.example.org/", "file:///etc/passwd", "ssh://x/y"):
        assert refused(url, club.root) == (
            f'"{url}" does not begin with https://, and nothing else is asked; use the https address'
        )


def test_issuer_without_keys_shows_no_checkpoint(sealed_club: ClubFolder) -> None:
    answer = b'{"issuers":[{"url":"https://badges.example.org/issuers/club/"},{"url":"x/issuers/../"}]}'
    asked = []

    def get(url: str) -> bytes | None:
        asked.append(url)
        return answer if url.endswith("index.json") else None

    assert deployed.earlier("https://badges.example.org/", sealed_club.root, get).issuers == []
    assert asked == [
        "https://badges.example.org/index.json",
        "https://badges.example.org/issuers/club/log/checkpoint",
    ]


@pytest.fixture
def clone(in_git: ClubFolder, tmp_path: Path) -> ClubFolder:
    """A steward's clone of a bare repository that has the sealed club."""
    git(tmp_path, "clone", "--bare", str(in_git.root), "hub.git")
    git(tmp_path, "clone", "hub.git", "clone")
    return ClubFolder(tmp_path / "clone")


def test_deployed_branch_of_a_remote_comes_before_the_branch_that_is_followed(clone: ClubFolder) -> None:
    assert deployed.default_source(clone.root) == "refs/remotes/origin/main"
    git(clone.root, "push", "origin", "main:deployed")
    assert deployed.default_source(clone.root) == "refs/remotes/origin/deployed"
    git(clone.root, "checkout", "--detach")
    git(clone.root, "update-ref", "-d", "refs/remotes/origin/deployed")
    assert deployed.default_source(clone.root) is None


@pytest.mark.parametrize("remote", ["b\u00fcro", "a\u00a0b", os.fsdecode(b"\xff")])
def test_remote_may_have_any_name(clone: ClubFolder, remote: str) -> None:
    git(clone.root, "update-ref", f"refs/remotes/{remote}/deployed", "HEAD")
    found = deployed.default_source(clone.root)
    assert found == f"refs/remotes/{remote}/deployed"
    assert deployed.shared(clone.root, found).issuers == ["club"]


def test_state_in_common_is_the_one_from_which_two_histories_grew(clone: ClubFolder) -> None:
    begun = git(clone.root, "rev-parse", "HEAD")
    for ref in ("theirs", "main"):
        git(clone.root, "checkout", "-q", "-B", ref, begun)
        clone.write(REGISTER, f"of {ref}\n")
        git(clone.root, "commit", "-a", "-m", ref)
    found = deployed.shared(clone.root, "theirs")
    assert found.name == begun[:10]
    assert b"of " not in found.registers["club"][:10]
    assert [state.name for state in deployed.common_states(clone.root, None)] == [begun[:10]]


def test_histories_that_have_nothing_in_common_are_told(clone: ClubFolder) -> None:
    git(clone.root, "checkout", "--orphan", "begun-anew")
    git(clone.root, "commit", "-m", "begun anew")
    with pytest.raises(UsageError) as told:
        deployed.common_states(clone.root, "main")
    assert str(told.value) == 'this branch and "main" have no commit in common; name another state'


def test_what_was_pushed_before_a_moment_is_found(clone: ClubFolder, tmp_path: Path) -> None:
    pushed = git(clone.root, "rev-parse", "HEAD")
    now = datetime.now(UTC)
    clone.write("README", "not pushed")
    git(clone.root, "add", ".")
    git(clone.root, "commit", "-m", "not pushed")
    assert deployed.pushed_before(clone.root, now + timedelta(days=1), REGISTER) == pushed
    assert deployed.pushed_before(clone.root, now - timedelta(days=1), REGISTER) is None
    assert deployed.pushed_before(tmp_path, now, REGISTER) is None


def test_what_was_pushed_before_is_the_newest_register_whatever_other_branches_have(
    clone: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    begun = git(clone.root, "rev-parse", "HEAD")
    clone.write(REGISTER, "longer\n")
    git(clone.root, "commit", "-a", "-m", "sealed")
    sealed = git(clone.root, "rev-parse", "HEAD")
    git(clone.root, "push", "origin", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", (later - timedelta(hours=2)).isoformat())
    git(clone.root, "checkout", "-q", "-b", "proposal", begun)
    clone.write("README", "proposed")
    git(clone.root, "add", ".")
    git(clone.root, "commit", "-m", "proposed on an old state")
    git(clone.root, "checkout", "-q", "--orphan", "site")
    git(clone.root, "rm", "-r", "-q", "--cached", ".")
    git(clone.root, "add", "README")
    git(clone.root, "commit", "-m", "the site")
    git(clone.root, "push", "origin", "proposal", "site")
    assert git(clone.root, "rev-list", "--max-count=1", "--remotes") != sealed
    assert deployed.pushed_before(clone.root, later, REGISTER) == sealed


def test_register_that_was_committed_since_is_told_from_one_that_was_not(clone: ClubFolder) -> None:
    state = git(clone.root, "rev-parse", "HEAD")
    clone.write(REGISTER, "another\n")
    assert not deployed.is_committed(clone.root, "club", state)
    git(clone.root, "commit", "-a", "-m", "sealed again")
    assert deployed.is_committed(clone.root, "club", state)
    assert not deployed.is_committed(clone.root, "club", "no commit")


def test_state_in_common_may_be_a_copy_and_no_site(clone: ClubFolder, sealed_club: ClubFolder) -> None:
    [state] = deployed.common_states(clone.root, str(sealed_club.root))
    assert state.issuers == ["club"]
    for site in (str(sealed_club.build()), "https://badges.example.org/"):
        with pytest.raises(UsageError, match="is a site and shows no register"):
            deployed.common_states(clone.root, site)

"""A small world of deploys: a club in a steward's clone, a hub, and what was deployed last. Git is the real one.

``World`` does what stewards do; ``steps`` is what may happen, good and bad. The guard judges every step against the
deployed commit and against the checkpoint alone that the live site would show.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from conftest import AT, ClubFolder, make_test_keys

from pinback import against, custody, deployed, pipeline, sealing
from pinback.errors import ContentError, PinbackError, SigningError
from pinback.files import append_file
from pinback.log import Checkpoint, Frontier, opened_by, signed_note
from pinback.proofs.keys import checked
from pinback.register import Register, complete, is_erased, leaf_of, line_bytes, now_text
from pinback.register_proofs import key_event
from pinback.seal.make import checkpoint_line
from pinback.seal.signing_keys import keys_of
from pinback.seal.store import Store
from pinback.tlog.trees import leaf_hash

SEEDS = ("test", "second", "third")
"""Of the keys that a club has one after the other. A key is never used again."""


class Ring:
    """Holds the keys of several bundles."""

    def __init__(self, *seeds: str) -> None:
        self.bundles = [make_test_keys(seed) for seed in seeds]

    def sign(self, key_id: str, data: bytes) -> bytes:
        for bundle in self.bundles:
            if key_id in {key.id for key in bundle.keys.values()}:
                return bundle.sign(key_id, data)
        raise SigningError(f"nobody here holds {key_id}")


def git(folder: Path, *words: str) -> str:
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    settings = ("user.name=Test", "user.email=test@example.org", "init.defaultBranch=main", "gc.auto=0")
    options = [word for setting in settings for word in ("-c", setting)]
    done = subprocess.run(
        ["git", *options, *words], cwd=folder, env=os.environ | nobody, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"git {' '.join(words)}: {done.stderr}")
    return done.stdout.strip()


@cache
def _beginning() -> Path:
    """Return the folder of a club with two sealed awards, one of them withdrawn; made once."""
    folder = ClubFolder(Path(mkdtemp()) / "club").site().issuer().badge().keys()
    folder.write(".gitignore", ".pinback/\nsite/\n")
    folder.write(".gitattributes", "issuers/*/register.jsonl -text merge=binary\nissuers/*/sealed/** -text\n")
    folder.award("a1", "issued_on: 2026-05-17\nhandle: otter-1\n").award(
        "a2", "issued_on: 2026-05-17\nhandle: otter-2\n"
    )
    folder.seal()
    text = folder.read("badges/knots/awards/a1.yaml")
    folder.award("a1", f"{text}revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    folder.seal()
    return folder.root


class World:
    """One club, its hub, and what was deployed last."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder, self.random = folder, random
        self.at = AT
        self.keys = ["test"]
        self.awards = 2
        shutil.copytree(_beginning(), folder / "first")
        git(folder / "first", "init", "-q")
        git(folder / "first", "add", "--all")
        git(folder / "first", "commit", "-q", "-m", "begun")
        git(folder, "clone", "-q", "--bare", "first", "hub.git")
        git(folder, "clone", "-q", "hub.git", "club")
        self.club = ClubFolder(folder / "club")
        self.deploy()

    def copied_to(self, folder: Path, random: Random) -> World:
        """Return a world of its own with the same past."""
        other = object.__new__(World)
        other.folder, other.random, other.at = folder, random, self.at
        other.keys, other.awards = list(self.keys), self.awards
        for name in ("hub.git", "club"):
            shutil.copytree(self.folder / name, folder / name)
        other.club = ClubFolder(folder / "club")
        git(other.root, "remote", "set-url", "origin", str(folder / "hub.git"))
        return other

    # What stewards do.

    @property
    def root(self) -> Path:
        return self.club.root

    @property
    def store(self) -> Store:
        return Store(self.root, "club")

    @property
    def register(self) -> Register:
        found = self.store.load()
        assert found
        return found

    @property
    def ring(self) -> Ring:
        return Ring(*self.keys)

    def later(self) -> datetime:
        self.at += timedelta(days=1)
        return self.at

    def new_record(self, more: str = "") -> str:
        self.awards += 1
        name = f"a{self.awards}"
        self.club.award(name, f"issued_on: 2026-05-17\nhandle: otter-{self.awards}\n{more}")
        return name

    def record_of(self, award: str) -> Path:
        found = [path for path in self.root.glob("badges/knots/awards/*.yaml") if f"id: {award}" in path.read_text()]
        assert len(found) == 1
        return found[0]

    def seal(self) -> None:
        sealing.seal(
            self.root, self.later, lambda line: None, lambda issuer, store, register: self.ring, online=self.shows
        )

    def shows(self, slug: str, register: Register, key: object) -> bool:
        return against.shows(self.deployed(), slug, register, key)  # type: ignore[arg-type]

    def deployed(self) -> deployed.Earlier:
        return deployed.commit(self.root, "origin/deployed")

    def commit(self) -> None:
        git(self.root, "add", "--all")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "step")

    def deploy(self) -> None:
        git(self.root, "push", "-q", "--force", "origin", "HEAD:main", "HEAD:deployed")

    def take_back(self) -> None:
        """Forget a step that the guard refused."""
        git(self.root, "reset", "-q", "--hard", "origin/deployed")
        git(self.root, "clean", "-q", "-f", "-d")
        shutil.rmtree(self.root / ".pinback", ignore_errors=True)

    def states(self) -> list[str]:
        """Return the commits that were deployed before the present one, newest first."""
        return git(self.root, "rev-list", "--first-parent", "origin/deployed").split()[1:]

    # What the guard says.

    def judge(self) -> list[str]:
        """Return the problems of the present folder, told against the commit and against the checkpoint alone.

        Both must find some, or none.
        """
        before = self.deployed()
        last = json.loads(before.registers["club"].splitlines()[-1])["note"]
        found = []
        for earlier in (before, deployed.Earlier("the live site", notes={"club": last})):
            try:
                against.check(self.root, earlier)
                found.append("")
            except ContentError as error:
                found.append(str(error))
            except PinbackError as error:
                raise AssertionError(f"{type(error).__name__}: {error}") from error
        assert bool(found[0]) == bool(found[1]), found
        return [text for text in found if text]

    def log_is_true(self) -> bool:
        """Tell whether what the site publishes as entries of the log is what the checkpoints sign; nothing is left of erased lines."""
        log = pipeline.check(self.root).sealed["club"].log
        lines = [line for line in log.register.lines if line["event"] != "checkpoint"]
        return all(
            entry == b"" if is_erased(line) else leaf_hash(entry) == leaf
            for line, entry, leaf in zip(lines, log.entries(), log.register.leaves, strict=True)
        )

    # Lines that no command writes, or none that is honest.

    def append(self, make: Callable[[Register, str], list[dict]]) -> None:
        """Append lines and a checkpoint, signed by the club's keys."""
        register, stamp = self.register, now_text(self.later())
        lines = make(register, stamp)
        lines.append(checkpoint_line(register, lines, keys_of(register, self.ring), stamp))
        append_file(self.store.register_path, b"".join(line_bytes(line) for line in lines))

    def add_keys(self, end: str, roles: Iterable[str], **more: str) -> None:
        """Add keys of the next bundle, and retire or revoke those that they follow."""
        seed = SEEDS[len(self.keys)]
        fresh = make_test_keys(seed)

        def make(register: Register, stamp: str) -> list[dict]:
            keys = keys_of(register, self.ring)
            lines: list[dict] = []
            for role in roles:
                key, old = fresh.keys[role], getattr(keys, role)
                line = {"n": len(register.lines) + len(lines), "event": "key-add", "at": stamp, "role": role}
                line["key"] = {"id": key.id, "type": key.type, "public": key.public}
                lines.append(key_event(register.origin, line, keys.ed25519.id, self.ring, fresh))
                line = {"n": len(register.lines) + len(lines), "event": end, "at": stamp, **more}
                line["key"] = {"id": old.id, "type": old.type, "public": old.public}
                by = fresh if role == "ed25519" else self.ring
                lines.append(key_event(register.origin, line, key.id if role == "ed25519" else keys.ed25519.id, by))
            return lines

        self.append(make)
        self.keys.append(seed)

    def reseal(self) -> None:
        """Sign again what the deployed state shows from before a theft."""
        custody.reseal(
            self.root,
            "club",
            self.later(),
            lambda store, register: self.ring,
            lambda register, stolen: len(self.deployed().registers["club"].splitlines()),
            lambda line: None,
        )

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.store.register_path.read_bytes().splitlines()]

    def write_lines(self, lines: Iterable[dict]) -> None:
        self.store.register_path.write_bytes(b"".join(line_bytes(line) for line in lines))

    def rewritten(self, lines: list[dict], with_log_key: bool) -> None:
        """Write lines with new numbers and leaves, and with new checkpoints for somebody who has the log key."""
        register, tree, done = self.register, Frontier(), []
        for line in lines:
            fresh = {name: value for name, value in line.items() if name != "leaf"} | {"n": len(done)}
            if is_erased(line):
                fresh["leaf"] = line["leaf"]
            if fresh["event"] == "checkpoint":
                if with_log_key:
                    fresh |= {"note": self._new_note(register, fresh["note"], tree), "at": done[-1]["at"]}
            else:
                fresh = complete(fresh)
                tree.add(leaf_of(fresh))
            done.append(fresh)
        self.write_lines(done)

    def _new_note(self, register: Register, note: str, tree: Frontier) -> str:
        for key in register.keyring.of("log"):
            try:
                opened_by(register, note, [key.id])
            except SigningError:
                continue
            checkpoint = Checkpoint(note.partition("\n")[0], tree.size, tree.root())
            return signed_note(checkpoint, checked(key.id, key.type, key.public), self.ring)
        raise AssertionError("a note that nobody signed")

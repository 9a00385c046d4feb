"""The keys of an issuer through their lives: made, added, rotated, retired, revoked (TRUST §1, §4).

Each function is one of the ``key`` commands. What is signed here are key events and the checkpoint after them; awards
are signed by ``sealing.seal`` alone. New keys are shown (their code on a sheet) before anything is written; then the
encrypted bundle is written and the register is appended (``seal.exchange``). A run that dies between is put in order by the
next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from pinback import pipeline
from pinback.content.kinds import is_slug
from pinback.custody.known import Codes, active_keys, loaded, name_of, named, owner
from pinback.dataclass import dataclass
from pinback.errors import SigningError, UsageError
from pinback.files import read_regular, write_file
from pinback.keys import bundle, demonstration
from pinback.keys.bundle import KeyBundle
from pinback.keys.code import new_code
from pinback.limits import MAX_REGISTER
from pinback.locks import lock_path, locked
from pinback.register import Register, RegisterKey, line_bytes, now_text
from pinback.register.keyring import AUTHORITIES, NEEDED
from pinback.register_proofs import key_event, proved_register
from pinback.seal.begin import begin
from pinback.seal.exchange import NEXT, append_events, exchange
from pinback.seal.make import checkpoint_line
from pinback.seal.opening import Opened, opened_authority
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a recovery sheet says.

    Attributes:
        issuer: the issuer's name.
        did: its DID.
        site: the address of its badge site.
        file: the bundle, relative to the club's folder.
        keys: what the code opens.
        code: the code, printed form.
    """

    issuer: str
    did: str
    site: str
    file: str
    keys: KeyBundle
    code: str


Show = Callable[[Sheet], None]
"""Puts a code before the steward's eyes. It is called before anything is written, so that no keys ever lie there whose
code nobody saw."""

Ask = Callable[[list[str]], None]
"""Takes what a change means that cannot be taken back, in words, before anything is written; raises what stops it."""


# The first keys.


def new_keys(
    root: Path, slug: str, at: datetime, show: Show, recovery: bool = False, demonstration_keys: bool = False
) -> list[str]:
    """Make keys and register of an issuer that has none yet, and return the names of the files.

    Args:
        root: the club's folder.
        slug: the issuer.
        at: the moment of the register's first lines.
        show: see ``Show``.
        recovery: make a recovery key as well, with a code of its own.
        demonstration_keys: mark the register as the example club's.

    Raises:
        UsageError: there are keys already, or no such issuer.
    """
    with locked(lock_path(root), "key new"):
        checked = pipeline.check(root)
        issuer = pipeline.issuer_named(checked.club, slug)
        store = Store(root, slug)
        if store.register_path.exists():
            raise UsageError(
                f"issuers/{slug}: this issuer has keys already; their code opens them (for one more steward: "
                "pinback key new --steward NAME; for new keys: pinback key rotate)"
            )
        if left := store.bundles():
            raise UsageError(
                f"{store.shown(left[0])}: keys were made already, and no register names them; pinback seal begins it with "
                f"them and their code (or restore register.jsonl from git, or delete {left[0].name} and run key new again)"
            )
        if demonstration_keys and issuer.did not in demonstration.DEMONSTRATION_DIDS:
            raise UsageError("demonstration keys are for the example club alone; leave --demonstration out")
        name = issuer.name.in_language("")
        made = {store.keys_path: bundle.new_bundle()}
        if recovery:
            made[store.steward_path(bundle.RECOVERY)] = bundle.new_recovery()
        spare = next((keys.name for path, keys in made.items() if path != store.keys_path), None)
        main = made[store.keys_path]
        encrypted = {
            path: _shown(store, path, keys, (name, issuer.did, checked.club.site.base_url), show)
            for path, keys in made.items()
        }
        for path, data in encrypted.items():
            write_file(path, data)
        keys = Keys(main.keys["ed25519"], main.keys["rsa"], main.keys["log"], main)
        begin(store, checked.club, issuer, keys, at, demonstration_keys, spare)
    return [store.shown(path) for path in (*encrypted, store.register_path)]


def _owner(store: Store, register: Register) -> tuple[str, str, str]:
    return name_of(store.root, store.issuer), register.did, register.base_url


def _shown(store: Store, path: Path, keys: KeyBundle, whose: tuple[str, str, str], show: Show) -> bytes:
    """Draw a code, show it, and return the bundle that it opens; *whose* is the issuer's name, DID and site."""
    code = new_code()
    data = keys.encrypted(code)
    show(Sheet(*whose, store.shown(path), keys, code))
    return data


# Later keys. Each change is one append: key events, and the checkpoint after them.


@dataclass(slots=True)
class _Change:
    """Key events that are being written down.

    Attributes:
        by: id of the key that answers for them.
        signers: everything that can sign here.
    """

    store: Store
    register: Register
    at: datetime
    by: str
    signers: list[KeyBundle]
    lines: list[dict[str, object]]

    def sign(self, key_id: str, data: bytes) -> bytes:
        """Sign with whichever opened bundle holds the key (``proofs.keys.Signer``)."""
        for keys in self.signers:
            if any(key.id == key_id for key in keys.keys.values()):
                return keys.sign(key_id, data)
        raise SigningError(f"the key {key_id} is not opened; open the keys that the register names")

    def note(self, event: str, added: KeyBundle | None = None, **fields: object) -> None:
        """Add a signed key event."""
        number = len(self.register.lines) + len(self.lines)
        line = {"n": number, "event": event, "at": now_text(self.at), **fields}
        self.lines.append(key_event(self.register.origin, line, self.by, self, added))

    def add(self, keys: KeyBundle, roles: Iterable[str]) -> None:
        """Add keys of a new bundle."""
        for role in roles:
            key = keys.keys[role]
            self.note("key-add", keys, role=role, key={"id": key.id, "type": key.type, "public": key.public})

    def retire(self, keys: Iterable[RegisterKey]) -> None:
        """Retire keys."""
        for key in keys:
            self.note("key-retire", key=_object(key))

    def revoke(self, keys: Iterable[RegisterKey], as_of: datetime) -> None:
        """Revoke keys as of a moment."""
        for key in keys:
            self.note("key-revoke", key=_object(key), as_of=now_text(as_of))

    @property
    def added(self) -> list[str]:
        """Ids of the keys that the lines add."""
        return [line["key"]["id"] for line in self.lines if line["event"] == "key-add"]  # type: ignore[index]

    def lines_with_checkpoint(self, log: KeyBundle) -> bytes:
        """Return the lines as appended, ending with a checkpoint by the log key of *log*; they are proved first."""
        keys = Keys(log.keys["ed25519"], log.keys["rsa"], log.keys["log"], self)
        end = checkpoint_line(self.register, self.lines, keys, now_text(self.at))
        data = b"".join(line_bytes(line) for line in (*self.lines, end))
        present = read_regular(self.store.register_path, MAX_REGISTER)[: self.register.length]
        proved_register(present + data, self.register.file)
        return data


def _object(key: RegisterKey) -> dict[str, str]:
    return {"id": key.id, "type": key.type, "public": key.public}


def _begin(root: Path, slug: str, at: datetime, codes: Codes) -> tuple[_Change, Opened]:
    """Read the register, put in order what an interrupted run left, and open a bundle that may sign key events.

    What the records say does not matter here: after a theft nobody should have to correct a typing mistake first.
    """
    store, register = loaded(root, slug)
    if register.statement:
        raise UsageError(f"issuers/{slug}: this issuer is closed; its keys are retired for good")
    demonstration.refuse(register.did, register.demonstration, [key.id for key in register.keyring])
    if register.last_at and at < register.last_at:
        raise SigningError(
            f"{register.file}: the last line is from {now_text(register.last_at)}, and the clock here says {now_text(at)}; "
            "set the clock of this computer"
        )
    opened = opened_authority(store, register, codes(slug))
    by = next(key.id for role in AUTHORITIES for key in active_keys(register, opened.keys, role))
    return _Change(store, register, at, by, [opened.keys], []), opened


def new_steward(root: Path, slug: str, name: str, at: datetime, show: Show, codes: Codes) -> list[str]:
    """Add the keys of one more steward, or a recovery key, and return the names of the files.

    Args:
        root: the club's folder.
        slug: the issuer.
        name: the bundle's name, or ``recovery`` for a key that signs key events alone.
        at: the moment of the new lines.
        show: see ``Show``.
        codes: open keys that are active already.

    Raises:
        UsageError: the name is taken or cannot be used.
    """
    recovery = name == bundle.RECOVERY
    if not is_slug(name) or name == NEXT:
        raise UsageError(
            f'"{name}" cannot name keys; use small letters, digits and hyphens, and no person\'s full name'
        )
    with locked(lock_path(root), "key new"):
        change, opened = _begin(root, slug, at, codes)
        store = change.store
        path = store.steward_path(name)
        if path.exists():
            cure = "for another recovery key delete this file, and retire the old key after" if recovery else ""
            raise UsageError(f"{store.shown(path)}: these keys are there already; {cure or 'choose another name'}")
        _refuse_without_log(opened)
        made = bundle.new_recovery() if recovery else bundle.new_bundle()
        change.signers.append(made)
        change.add(made, (bundle.RECOVERY,) if recovery else NEEDED)
        data = change.lines_with_checkpoint(opened.keys)
        encrypted = _shown(store, path, made, _owner(store, change.register), show)
        exchange(store, change.register, path, encrypted, data, change.added)
    return [store.shown(path), store.shown(store.register_path)]


def _refuse_without_log(opened: Opened) -> None:
    if "log" not in opened.keys.keys:
        raise SigningError(
            "this code opens the recovery key, which cannot write into the register alone; make new keys with it: "
            "pinback key rotate"
        )


def rotate(
    root: Path,
    slug: str,
    at: datetime,
    show: Show,
    codes: Codes,
    only: Sequence[str] = (),
    ask: Ask = lambda words: None,
) -> tuple[list[RegisterKey], list[str]]:
    """Put new keys in the place of those that the code opens; return the retired keys and the names of the files.

    With the recovery key, all keys of the club are exchanged. The old ones are retired: what they signed stays
    genuine. After a theft they are revoked as well (``revoke``).

    Args:
        root: the club's folder.
        slug: the issuer.
        at: the moment of the new lines.
        show: see ``Show``.
        codes: open the present keys, or the recovery key.
        only: roles that are exchanged; all where empty.
        ask: asked where the recovery key would retire the keys of several stewards.
    """
    with locked(lock_path(root), "key rotate"):
        change, opened = _begin(root, slug, at, codes)
        store, register = change.store, change.register
        recovering = "log" not in opened.keys.keys
        roles = [role for role in NEEDED if not only or role in only]
        if recovering and len(roles) < len(NEEDED):
            raise UsageError("the recovery key exchanges all keys at once; leave --only out")
        made = bundle.new_bundle() if recovering else opened.keys.with_new(roles)
        change.signers.append(made)
        old = register.keyring.active(*roles) if recovering else active_keys(register, opened.keys, *roles)
        if recovering and sum(key.role == "ed25519" for key in old) > 1:
            ask(_words_of_recovery(root, store, register, old))
        change.add(made, roles)
        if "ed25519" in roles:
            change.by = made.keys["ed25519"].id
        change.retire(old)
        data = change.lines_with_checkpoint(made)
        target = store.keys_path if recovering else opened.path
        encrypted = _shown(store, target, made, _owner(store, register), show)
        exchange(store, register, target, encrypted, data, change.added)
    return old, [store.shown(target), store.shown(store.register_path)]


def _words_of_recovery(root: Path, store: Store, register: Register, old: Sequence[RegisterKey]) -> list[str]:
    """Say whose keys a recovery retires, and what the other stewards need then."""
    mine = (store.keys_path, store.steward_path(bundle.RECOVERY))
    others = [path for path in store.bundles() if path not in mine]
    return [
        f"This code opens the recovery key of {owner(root, store.issuer)}. It retires the keys of every steward, these:",
        *(f"  {key.id}, active since {key.added:%Y-%m-%d}" for key in old if key.role == "ed25519"),
        "What they signed stays genuine, but no sheet that there is opens keys afterwards that may sign. One new sheet is "
        "printed now; each other steward needs new keys then:",
        *(f"  delete {store.shown(path)}, then pinback key new --steward {path.stem}" for path in others),
    ]


def retire(
    root: Path, slug: str, names: Sequence[str], at: datetime, codes: Codes, alone: bool, ask: Ask = lambda words: None
) -> list[RegisterKey]:
    """Retire keys, such as those of a steward who leaves, and return them; what they signed stays genuine.

    Args:
        root: the club's folder.
        slug: the issuer.
        names: beginnings of key ids.
        at: the moment of the new lines.
        codes: open keys that stay.
        alone: retire these keys alone, not those that came with them.
        ask: asked where no recovery key would be left.
    """
    with locked(lock_path(root), "key retire"):
        change, opened = _begin(root, slug, at, codes)
        _refuse_without_log(opened)
        keys = [key for key in named(change.register, names, alone) if key.active]
        if not keys:
            raise UsageError("these keys are retired already; pinback key list shows which are active")
        _refuse_own(opened, keys, "retire")
        recovery = [key.id for key in keys if key.role == bundle.RECOVERY]
        if recovery and {key.id for key in change.register.keyring.active(bundle.RECOVERY)} <= set(recovery):
            file = change.store.shown(change.store.steward_path(bundle.RECOVERY))
            ask(
                [
                    f"{', '.join(recovery)} is the only recovery key of {owner(root, slug)}.",
                    "Without one nobody can make new keys once the codes are lost, and nothing new can be signed then, ever.",
                    f"Better make another one first: delete {file}, then pinback key new --recovery.",
                ]
            )
        change.retire(keys)
        append_events(change.store, change.register, _whole(change, opened))
    return keys


def revoke(
    root: Path,
    slug: str,
    names: Sequence[str],
    as_of: datetime,
    at: datetime,
    codes: Codes,
    alone: bool,
    tell: Callable[[list[RegisterKey]], None] = lambda keys: None,
) -> list[RegisterKey]:
    """Revoke keys as of a moment, and return them: nothing that they signed is believed any more.

    Args:
        root: the club's folder.
        slug: the issuer.
        names: beginnings of key ids.
        as_of: when they were stolen.
        at: the moment of the new lines.
        codes: open keys that stay.
        alone: revoke these keys alone, not those that came with them.
        tell: takes the active keys that stolen ones have brought since the theft, where there are any beside the opened ones.
    """
    if as_of > at:
        raise UsageError("--as-of lies in the future; give the moment of the theft, or an earlier one")
    with locked(lock_path(root), "key revoke"):
        change, opened = _begin(root, slug, at, codes)
        _refuse_without_log(opened)
        keys = [key for key in named(change.register, names, alone) if key.revoked is None]
        if not keys:
            raise UsageError("these keys are revoked already; pinback key list shows which")
        if newest := max((key.added for key in keys if key.added > as_of), default=None):
            raise UsageError(
                f"--as-of lies before {now_text(newest)}, when these keys were made; give the moment of the theft"
            )
        _refuse_own(opened, keys, "revoke")
        change.revoke(keys, as_of)
        append_events(change.store, change.register, _whole(change, opened))
        if brought := _brought(change.register, {key.id for key in keys}, as_of, opened):
            tell(brought)
    return keys


def _brought(register: Register, stolen: set[str], as_of: datetime, opened: Opened) -> list[RegisterKey]:
    """Return the active keys that stolen ones have added since, and those that these have added; a thief can do that too."""
    own, known = {key.id for key in opened.keys.keys.values()}, set(stolen)
    for key in register.keyring:
        if key.line and key.added >= as_of and register.lines[key.line]["by"] in known:
            known.add(key.id)
    return [key for key in register.keyring if key.active and key.id in known - stolen - own]


def _whole(change: _Change, opened: Opened) -> bytes:
    """Return the lines with their checkpoint; what leaves the club without keys is told in words, not as a fault."""
    missing = {
        role
        for role in NEEDED
        if not {key.id for key in change.register.keyring.active(role)} - {line["key"]["id"] for line in change.lines}  # type: ignore[index]
    }
    if missing:
        raise UsageError("no key would be left that could sign; make new ones first: pinback key rotate")
    return change.lines_with_checkpoint(opened.keys)


def _refuse_own(opened: Opened, keys: Iterable[RegisterKey], what: str) -> None:
    own = {key.id for key in opened.keys.keys.values()}
    if any(key.id in own for key in keys):
        raise UsageError(
            f"these are the very keys that this code opens; to {what} them, make new ones first: pinback key rotate"
        )

"""Is a club set up well? One finding for each thing that a steward can look at or click.

Files of the club's folder are read here; what git and the host say is given, the host's by ``get``, the network door
of the caller. Nothing is changed anywhere. Answers: the REST API of GitHub, version 2022-11-28.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from pinback.content.read import read_club
from pinback.errors import FetchError, printable, quoted
from pinback.files import FileProblem, read_regular
from pinback.model import Club
from pinback.register import Register, parse, text_moment

State = Literal["ok", "wrong", "cannot tell"]
ROTATE_AFTER_DAYS = 3 * 365
_PRIVATE_LIST = "who-is-who.csv"
_PUBLISH = ".github/workflows/publish.yml"
_CODE = "PINBACK_CODE"


class Answer(Protocol):
    """What an address answers: HTTP status and body."""

    @property
    def status(self) -> int:
        """HTTP status."""

    @property
    def body(self) -> bytes:
        """The body."""


Get = Callable[[str, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what is so, and what to click or type where it is not well."""

    state: State
    what: str
    cure: str = ""

    def __str__(self) -> str:
        return printable(f"{self.state}: {self.what}" + (f"; {self.cure}" if self.cure else ""))


@dataclass(frozen=True, slots=True)
class Setup:
    """What the caller knows of the club's repository and host.

    Attributes:
        root: the club's folder.
        tracked: paths that git tracks; None where there is no git repository.
        remote: address of the remote ``origin``, or "".
        repository: ``owner/name`` at the host, or "" where it is not known or not at GitHub.
        shipped: files as this version ships them; several texts where there are several ways.
        lines: lines that a file must hold, by file.
        schemas: the schemas for editors as this version makes them, by file.
        now: the present moment.
        token: for the host's API, or "".
        api: address of the host's API, without a slash at its end; likewise ``web``, of its pages.
    """

    root: Path
    tracked: frozenset[str] | None
    remote: str
    repository: str
    shipped: Mapping[str, tuple[bytes, ...]]
    lines: Mapping[str, tuple[str, ...]]
    schemas: Mapping[str, bytes]
    now: datetime
    token: str = field(default="", repr=False)
    api: str = "https://api.github.com"
    web: str = "https://github.com"


def repository_of(remote: str, web: str = "https://github.com") -> str:
    """Return ``owner/name`` of a git remote at the host whose pages lie at *web*, or ""."""
    host = re.escape(urlsplit(web).netloc)
    found = re.fullmatch(
        rf"(?:https://(?:[^@/]+@)?{host}/|(?:ssh://)?git@{host}[:/])([\w.-]+/[\w.-]+?)(?:\.git)?/?", remote
    )
    return found[1] if found else ""


def examine(setup: Setup, get: Get) -> list[Finding]:
    """Return what was found, in the order in which a steward sets things up.

    Raises:
        ContentError: the club's files are wrong; ``check`` comes first.
    """
    club, _ = read_club(setup.root)
    registers = {slug: register for slug in sorted(club.issuers) if (register := _register(setup.root, slug))}
    host = _Host(setup, get)
    return [
        *_git(setup),
        *_lines(setup),
        *_private_list(setup),
        *_keys(setup, club),
        *_workflows(setup),
        *_schemas(setup),
        *_clockwork(setup),
        *_at_host(setup, club, host),
        *_site(club, registers, host),
        *_key_ages(registers, setup.now),
    ]


def _register(root: Path, slug: str) -> Register | None:
    file = f"issuers/{slug}/register.jsonl"
    return parse(read_regular(root / file), file) if (root / file).exists() else None


def _read(root: Path, file: str) -> bytes | None:
    try:
        return read_regular(root / file)
    except FileProblem:
        return None


# The folder and git.


def _git(setup: Setup) -> Iterator[Finding]:
    if setup.tracked is None:
        yield Finding("wrong", "this folder is no git repository", "type: git init -b main, git add -A, git commit")
    elif not setup.remote:
        yield Finding("wrong", "git knows no remote", f"make an empty repository ({setup.web}/new) and push to it")
    else:
        yield Finding("ok", f"a git repository with the remote {setup.remote}")


def _lines(setup: Setup) -> Iterator[Finding]:
    for file, lines in setup.lines.items():
        text = (_read(setup.root, file) or b"").decode("utf-8", "replace")
        there = {line.strip().lstrip("/") for line in text.splitlines()}
        missing = [line for line in lines if line.lstrip("/") not in there]
        if missing:
            shown = ", ".join(quoted(line) for line in missing)
            yield Finding("wrong", f"{file} lacks {shown}", "add each as a line of its own")
        else:
            yield Finding("ok", f"{file} holds every line that it needs")


def _private_list(setup: Setup) -> Iterator[Finding]:
    if setup.tracked is None:
        return
    if any(file.rpartition("/")[2] == _PRIVATE_LIST for file in setup.tracked):
        cure = f"type: git rm --cached {_PRIVATE_LIST}, commit; what was pushed before stays in the history for all to read"
        yield Finding("wrong", f"{_PRIVATE_LIST} is in git, with every name and link", cure)
    else:
        yield Finding("ok", f"{_PRIVATE_LIST} is not in git")


def _keys(setup: Setup, club: Club) -> Iterator[Finding]:
    for slug in sorted(club.issuers):
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


def _seals_at_host(setup: Setup) -> bool:
    return b"environment: seal" in (_read(setup.root, _PUBLISH) or b"")


def _workflows(setup: Setup) -> Iterator[Finding]:
    for file, texts in setup.shipped.items():
        data = _read(setup.root, file)
        way = " --keys environment" if _seals_at_host(setup) else ""
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


def _schemas(setup: Setup) -> Iterator[Finding]:
    there = {file: (_read(setup.root, file) or b"").replace(b"\r\n", b"\n") for file in setup.schemas}
    other = [file for file, data in setup.schemas.items() if there[file] != data]
    if not other:
        yield Finding("ok", "the schemas for editors are those of this version")
    elif any(there.values()):
        yield Finding(
            "wrong", f"{', '.join(other)} is not as this version makes it", "type: pinback schemas, and commit"
        )
    else:
        yield Finding("ok", "no schemas for editors are here, and nothing needs them", "pinback schemas makes them")


def _clockwork(setup: Setup) -> Iterator[Finding]:
    for path in sorted((setup.root / ".github" / "workflows").glob("*.y*ml")):
        file = path.relative_to(setup.root).as_posix()
        if re.search(rb"^\s+schedule:", _read(setup.root, file) or b"", re.MULTILINE):
            cure = f"look under {_page(setup, 'actions')}" if setup.repository else "look under Actions"
            what = f"{file} runs by the clock, and the host stops that after 60 days without a commit"
            yield Finding("cannot tell", what, cure)


# The host.


class _Host:
    """The host's API and the club's site, asked through the door."""

    def __init__(self, setup: Setup, get: Get) -> None:
        self._setup, self._get = setup, get
        self._headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if setup.token:
            self._headers["Authorization"] = f"Bearer {setup.token}"

    def asked(self, path: str) -> tuple[int, Any]:
        """Return status and JSON of an API path; status 0 where there was no usable answer."""
        status, body = self.page(f"{self._setup.api}/{path}", self._headers)
        if status != 200:
            return status, None
        try:
            return 200, json.loads(body)
        except (ValueError, RecursionError):
            return 0, None

    def page(self, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Return status and body of an address; status 0 where there was no answer."""
        try:
            answer = self._get(url, headers)
        except FetchError:
            return 0, b""
        return answer.status, answer.body


def _page(setup: Setup, path: str) -> str:
    return f"{setup.web}/{setup.repository}/{path}"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _at_host(setup: Setup, club: Club, host: _Host) -> Iterator[Finding]:
    if not setup.repository:
        if setup.remote:
            yield Finding(
                "cannot tell", "the remote is not at GitHub, so the host is not asked", "see docs/publishing.md"
            )
        return
    base = f"repos/{setup.repository}"
    status, answer = host.asked(base)
    if status != 200:
        why = "it is private, or there is none" if status in (401, 403, 404) else "the host did not answer"
        cure = f"set GITHUB_TOKEN and try again, or look at {_page(setup, 'settings')}"
        yield Finding("cannot tell", f"the repository {setup.repository} cannot be seen ({why})", cure)
        return
    repository = _object(answer)
    yield from _visibility(setup, club, repository)
    yield from _owners(setup, repository, host)
    if _seals_at_host(setup):
        yield from _environment(setup, base, host)
    yield from _secrets(setup, base, host)
    yield from _pages(setup, club, base, host)


def _visibility(setup: Setup, club: Club, repository: Mapping[str, Any]) -> Iterator[Finding]:
    public = repository.get("private") is False
    said, found = ("public" if club.site.public_repository else "private"), ("public" if public else "private")
    if public == club.site.public_repository:
        yield Finding("ok", f"the repository is {found}, as site_src/site.yaml says")
    else:
        cure = f"write repository: {found} there, or change it under {_page(setup, 'settings')}, Danger Zone"
        yield Finding("wrong", f"the repository is {found}, and site_src/site.yaml says {said}", cure)
    if repository.get("default_branch") not in (None, "main"):
        branch = quoted(str(repository["default_branch"]))
        yield Finding(
            "wrong", f"the main branch is called {branch}", f"rename it to main under {_page(setup, 'branches')}"
        )


def _owners(setup: Setup, repository: Mapping[str, Any], host: _Host) -> Iterator[Finding]:
    owner = _object(repository.get("owner"))
    name = str(owner.get("login") or setup.repository.partition("/")[0])
    if owner.get("type") != "Organization":
        cure = f"make an organisation ({setup.web}/account/organizations/new) and hand the repository to it (Settings, Danger Zone)"
        yield Finding("wrong", f"{name} is one person's account, and would go with that person", cure)
        return
    people = f"{setup.web}/orgs/{name}/people"
    status, answer = host.asked(f"orgs/{name}/members?role=admin&per_page=100")
    owners = len(_objects(answer))
    if status == 200 and owners >= 2:
        yield Finding("ok", f"the organisation {name} has {owners} owners")
        return
    # Who is no member sees public members alone, so fewer than two seen says nothing.
    _, membership = host.asked(f"user/memberships/orgs/{name}") if setup.token else (0, None)
    if status == 200 and _object(membership).get("state") == "active":
        yield Finding("wrong", f"the organisation {name} has one owner alone", f"make a second one at {people}")
    else:
        yield Finding("cannot tell", f"whether {name} has two owners", f"look at {people}")


def _environment(setup: Setup, base: str, host: _Host) -> Iterator[Finding]:
    settings = f"{_page(setup, 'settings/environments')}"
    status, answer = host.asked(f"{base}/environments/seal")
    if status != 200:
        made = "there is no environment seal that can be seen"
        state: State = "wrong" if status == 404 and setup.token else "cannot tell"
        yield Finding(state, made, f"look at {settings}; where it is missing, click New environment and name it seal")
        return
    environment = _object(answer)
    rules = _objects(environment.get("protection_rules"))
    if any(rule.get("type") == "required_reviewers" and rule.get("reviewers") for rule in rules):
        yield Finding("ok", "the environment seal waits for a reviewer")
    else:
        yield Finding(
            "wrong", "the environment seal has no reviewer", f"tick Required reviewers under {settings}, seal"
        )
    if environment.get("can_admins_bypass") is True:
        cure = f"take the tick from Allow administrators to bypass under {settings}, seal"
        yield Finding("wrong", "administrators can pass by the reviewer of the environment seal", cure)
    yield from _branches(environment, base, settings, host)


def _branches(environment: Mapping[str, Any], base: str, settings: str, host: _Host) -> Iterator[Finding]:
    cure = f"under {settings}, seal, choose Selected branches and tags, and add main alone"
    policy = _object(environment.get("deployment_branch_policy"))
    if not policy.get("custom_branch_policies"):
        found = "protected branches" if policy.get("protected_branches") else "any branch"
        yield Finding("wrong", f"{found} may use the environment seal", cure)
        return
    status, answer = host.asked(f"{base}/environments/seal/deployment-branch-policies?per_page=100")
    policies = _objects(_object(answer).get("branch_policies"))
    names = sorted(str(one.get("name")) for one in policies)
    if status != 200:
        yield Finding("cannot tell", "which branches may use the environment seal", cure)
    elif names == ["main"] and policies[0].get("type", "branch") == "branch":
        yield Finding("ok", "only the branch main may use the environment seal")
    else:
        yield Finding(
            "wrong", f"the environment seal may be used by {', '.join(map(quoted, names)) or 'nothing'}", cure
        )


def _secrets(setup: Setup, base: str, host: _Host) -> Iterator[Finding]:
    settings = _page(setup, "settings/secrets/actions")
    answers = [host.asked(f"{base}/actions/{kind}?per_page=100") for kind in ("secrets", "organization-secrets")]
    names = {str(one.get("name")) for _, answer in answers for one in _objects(_object(answer).get("secrets"))}
    if _CODE in names:
        yield Finding("wrong", f"{_CODE} is a secret that every job can read", f"delete it at {settings}")
    elif all(status == 200 for status, _ in answers):
        yield Finding("ok", f"{_CODE} is no secret of the whole repository")
    else:
        yield Finding(
            "cannot tell",
            f"whether {_CODE} is a secret of the whole repository",
            f"look at {settings}: it must not be there",
        )


def _pages(setup: Setup, club: Club, base: str, host: _Host) -> Iterator[Finding]:
    settings = _page(setup, "settings/pages")
    status, answer = host.asked(f"{base}/pages")
    if status != 200:
        cure = f"look at {settings}: Source is GitHub Actions; with another host this does not matter"
        yield Finding("cannot tell", "how GitHub Pages is set up", cure)
        return
    pages = _object(answer)
    if pages.get("build_type") == "workflow":
        yield Finding("ok", "the source of GitHub Pages is GitHub Actions")
    else:
        yield Finding(
            "wrong", "GitHub Pages takes its files from a branch", f"set Source to GitHub Actions at {settings}"
        )
    address = str(pages.get("html_url") or (f"https://{pages['cname']}/" if pages.get("cname") else ""))
    found, wanted = urlsplit(address), urlsplit(club.site.base_url)
    if (found.netloc.lower(), found.path.rstrip("/")) == (wanted.netloc.lower(), wanted.path.rstrip("/")):
        yield Finding("ok", f"GitHub Pages publishes at {club.site.base_url}")
    else:
        cure = f"set Custom domain at {settings}; once something is signed, base_url stays as it is"
        yield Finding(
            "wrong", f"GitHub Pages publishes at {address or 'no address'}, and base_url is {club.site.base_url}", cure
        )
    if pages.get("https_enforced") is True:
        yield Finding("ok", "https is enforced")
    else:
        yield Finding("wrong", "https is not enforced", f"tick Enforce HTTPS at {settings}")


# The site and the keys.


def _site(club: Club, registers: Mapping[str, Register], host: _Host) -> Iterator[Finding]:
    base_url = club.site.base_url
    status, _ = host.page(base_url, {})
    if status != 200:
        state: State = "wrong" if status else "cannot tell"
        found = f"{base_url} answers {status}" if status else f"{base_url} cannot be reached from here"
        yield Finding(state, found, "publish it, or look at it in a browser")
        return
    yield Finding("ok", f"{base_url} answers")
    for slug, register in registers.items():
        notes = [str(line["note"]).encode("utf-8") for line in register.lines if line["event"] == "checkpoint"]
        status, shown = host.page(f"{base_url}issuers/{slug}/log/checkpoint", {})
        if status == 200 and shown == notes[-1]:
            yield Finding("ok", f"the site shows the newest sealing of {slug}")
        elif status == 200 and shown in notes:
            behind = len(notes) - 1 - notes.index(shown)
            yield Finding(
                "wrong",
                f"the site is {behind} {'sealing' if behind == 1 else 'sealings'} of {slug} behind this folder",
                "publish it: git push",
            )
        elif status == 200:
            cure = "git pull; if it stays, ask the other stewards before anything is sealed"
            yield Finding("wrong", f"the site shows a sealing of {slug} that this folder does not know", cure)
        elif status:
            yield Finding("wrong", f"the site shows no sealing of {slug} (answer {status})", "publish it: git push")
        else:
            yield Finding("cannot tell", f"which sealing of {slug} the site shows", "try again later")


def _key_ages(registers: Mapping[str, Register], now: datetime) -> Iterator[Finding]:
    for slug, register in registers.items():
        made: dict[str, datetime] = {}
        for line in register.lines:
            if line["event"] == "issuer":
                made |= dict.fromkeys(line["keys"], text_moment(line["at"]))
            elif line["event"] == "key-add":
                made[str(line["role"])] = text_moment(line["at"])
        made.pop("recovery", None)
        old = sorted(role for role, at in made.items() if (now - at).days > ROTATE_AFTER_DAYS)
        if old:
            cure = f"type: pinback key rotate {slug}"
            yield Finding("wrong", f"keys of {slug} are older than three years ({', '.join(old)})", cure)
        else:
            yield Finding("ok", f"the keys of {slug} are younger than three years")

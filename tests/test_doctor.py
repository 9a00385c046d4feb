"""The doctor, asked about a real folder, a real git repository, and a web server that answers like the host's API."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder

from pinback import scaffold
from pinback.cli.doctor import findings
from pinback.doctor import Finding, as_markdown, repository_of
from pinback.register import parse
from pinback.verify.fetch import Answer, Door, OfflineDoor

sys.path.insert(0, str(ROOT / "tests" / "verify"))
from servers import Server, plain, serving, trusting

NOW = datetime(2026, 11, 24, tzinfo=UTC)
REPOSITORY = "/repos/club/badges"
PEOPLE = "/orgs/club/members?role=admin&per_page=100"
SECRETS = f"{REPOSITORY}/actions/secrets?per_page=100"
SHARED = f"{REPOSITORY}/actions/organization-secrets?per_page=100"
SEAL = f"{REPOSITORY}/environments/seal"
BRANCHES = f"{SEAL}/deployment-branch-policies?per_page=100"
CHECKPOINT = "/badges/issuers/club/log/checkpoint"
Answers = dict[str, tuple[int, object]]


class Host:
    """A club's folder under git, and a server that is the host's API and the club's site at once."""

    def __init__(self, club: ClubFolder, server: Server, door: Door, answers: Answers) -> None:
        self.club, self.root, self.server, self.door, self.answers = club, club.root, server, door, answers
        self.environment = {
            "GITHUB_API_URL": server.url,
            "GITHUB_REPOSITORY": "club/badges",
            "GITHUB_TOKEN": "t0ken",
        }

    def git(self, *words: str) -> None:
        names = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", "-C", str(self.root), *names, *words], check=True, capture_output=True)

    def found(self) -> list[Finding]:
        return findings(self.root, self.get, self.environment, NOW)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask for the site where the test's server shows it; a club's address has a host with a point in its name."""
        return self.door.get(url.replace(self.club.base_url, f"{self.server.url}/badges/"), headers)

    def bad(self) -> list[str]:
        return [str(one) for one in self.found() if one.state != "ok"]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    answers: Answers = {}

    def answer(head: bytes, connection: ssl.SSLSocket) -> None:
        path = head.split(b" ")[1].decode("ascii")
        status, value = answers.get(path, (404, {"message": "Not Found"}))
        body = value if isinstance(value, bytes) else json.dumps(value).encode("utf-8")
        connection.sendall(plain(f"{status} Answer", body))

    with serving(tmp_path, answer) as server:
        club = ClubFolder(tmp_path / "club").site().issuer().badge()
        club.keys(at=AT)
        club.write("issuers/club/keys.age", "encrypted")
        for file, data in scaffold.hosting_files("environment").items():
            club.write(file, data.decode("utf-8"))
        scaffold.write_schemas(club.root)
        club.write(".gitattributes", scaffold.GITATTRIBUTES)
        club.write(".gitignore", scaffold.GITIGNORE)
        door = Door(context=trusting(tmp_path), permitted={server.place})
        one = Host(club, server, door, answers)
        one.git("init", "-q", "-b", "main")
        one.git("remote", "add", "origin", "git@github.com:club/badges.git")
        one.git("add", "-A")
        register = parse(club.root.joinpath("issuers/club/register.jsonl").read_bytes(), "register.jsonl")
        answers |= {
            REPOSITORY: (
                200,
                {"private": False, "default_branch": "main", "owner": {"login": "club", "type": "Organization"}},
            ),
            PEOPLE: (200, [{"login": "ann"}, {"login": "ben"}]),
            SEAL: (200, environment()),
            BRANCHES: (200, {"total_count": 1, "branch_policies": [{"id": 1, "name": "main"}]}),
            f"{SEAL}/secrets?per_page=100": (200, {"total_count": 1, "secrets": [{"name": "PINBACK_CODE"}]}),
            f"{REPOSITORY}/rules/branches/main?per_page=100": (
                200,
                [{"type": "deletion"}, {"type": "non_fast_forward"}],
            ),
            f"{REPOSITORY}/rules/branches/deployed?per_page=100": (200, [{"type": "deletion", "ruleset_id": 1}]),
            SECRETS: (200, {"total_count": 1, "secrets": [{"name": "OTHER"}]}),
            SHARED: (200, {"total_count": 0, "secrets": []}),
            f"{REPOSITORY}/pages": (
                200,
                {"build_type": "workflow", "html_url": club.base_url, "cname": None, "https_enforced": True},
            ),
            "/badges/": (200, b"<!doctype html>"),
            CHECKPOINT: (200, register.lines[-1]["note"].encode("utf-8")),
        }
        yield one


def environment(**changed: object) -> dict[str, object]:
    reviewers = [{"type": "User", "reviewer": {"login": "ann"}}]
    return {
        "name": "seal",
        "can_admins_bypass": False,
        "protection_rules": [
            {"id": 1, "type": "required_reviewers", "prevent_self_review": False, "reviewers": reviewers},
            {"id": 2, "type": "branch_policy"},
        ],
        "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
        **changed,
    }


def test_password_in_the_address_of_a_remote_is_not_told(host: Host) -> None:
    host.git("remote", "set-url", "origin", "https://ann:a-token@github.com/club/badges.git")
    assert str(host.found()[0]) == "ok: a git repository with the remote https://github.com/club/badges.git"


def test_a_club_that_is_set_up_well_hears_nothing_else(host: Host) -> None:
    found = [str(one) for one in host.found()]
    assert [line for line in found if not line.startswith("ok: ")] == []
    assert [line.removeprefix("ok: ") for line in found] == [
        "a git repository with the remote git@github.com:club/badges.git",
        ".gitattributes holds every line that it needs",
        ".gitignore holds every line that it needs",
        "who-is-who.csv is not in git",
        "issuers/club/keys.age is in git, encrypted",
        ".github/workflows/check.yml is as shipped",
        ".github/workflows/publish.yml is as shipped",
        ".github/requirements.txt is as shipped",
        ".github/requirements-certificates.txt is as shipped",
        "the schemas for editors are those of this version",
        "the repository is public, as site_src/site.yaml says",
        "the organisation club has 2 owners",
        "the environment seal waits for a reviewer",
        "only the branch main may use the environment seal",
        "the environment seal has the code",
        "no rule keeps github-actions from pushing to main",
        "the branch deployed cannot be deleted",
        "PINBACK_CODE is no secret of the whole repository",
        "the source of GitHub Pages is GitHub Actions",
        f"GitHub Pages publishes at {host.club.base_url}",
        "https is enforced",
        f"{host.club.base_url} answers",
        "the site shows the newest sealing of club",
        "the keys of club are younger than three years",
    ]


def test_the_token_goes_to_the_api_and_not_to_the_site(host: Host) -> None:
    host.found()
    for head in host.server.asked:
        path = head.split(b" ")[1]
        assert (b"Authorization: Bearer t0ken" in head) == (not path.startswith(b"/badges/"))


AT_THE_HOST = {
    "private": (
        REPOSITORY,
        (200, {"private": True, "owner": {"login": "club", "type": "Organization"}}),
        "wrong: the repository is private, and site_src/site.yaml says public",
    ),
    "other main branch": (
        REPOSITORY,
        (200, {"private": False, "default_branch": "trunk", "owner": {"login": "club", "type": "Organization"}}),
        'wrong: the main branch is called "trunk"',
    ),
    "one person": (
        REPOSITORY,
        (200, {"private": False, "owner": {"login": "ann", "type": "User"}}),
        "wrong: ann is one person's account",
    ),
    "no repository": (
        REPOSITORY,
        (404, {}),
        "cannot tell: the repository club/badges cannot be seen (it is private, or there is none)",
    ),
    "host is down": (
        REPOSITORY,
        (503, {}),
        "cannot tell: the repository club/badges cannot be seen (the host did not answer)",
    ),
    "one owner is seen": (
        PEOPLE,
        (200, [{"login": "ann"}]),
        "cannot tell: whether club has two owners; look at https://github.com/orgs/club/people",
    ),
    "no environment": (SEAL, (404, {}), "wrong: there is no environment seal that can be seen"),
    "no reviewer": (SEAL, (200, environment(protection_rules=[])), "wrong: the environment seal has no reviewer"),
    "nobody named": (
        SEAL,
        (200, environment(protection_rules=[{"type": "required_reviewers", "reviewers": []}])),
        "wrong: the environment seal has no reviewer",
    ),
    "administrators pass": (
        SEAL,
        (200, environment(can_admins_bypass=True)),
        "wrong: administrators can pass by the reviewer",
    ),
    "any branch": (
        SEAL,
        (200, environment(deployment_branch_policy=None)),
        "wrong: any branch may use the environment seal",
    ),
    "protected branches": (
        SEAL,
        (200, environment(deployment_branch_policy={"protected_branches": True, "custom_branch_policies": False})),
        "wrong: protected branches may use the environment seal",
    ),
    "two branches": (
        BRANCHES,
        (200, {"branch_policies": [{"name": "main"}, {"name": "*"}]}),
        'wrong: the environment seal may be used by "*", "main"',
    ),
    "a tag": (
        BRANCHES,
        (200, {"branch_policies": [{"name": "main", "type": "tag"}]}),
        'wrong: the environment seal may be used by "main"',
    ),
    "branches unseen": (BRANCHES, (403, {}), "cannot tell: which branches may use the environment seal"),
    "secret of the repository": (
        SECRETS,
        (200, {"secrets": [{"name": "PINBACK_CODE"}]}),
        "wrong: PINBACK_CODE is a secret that every job can read",
    ),
    "secret of the organisation": (
        SHARED,
        (200, {"secrets": [{"name": "PINBACK_CODE"}]}),
        "wrong: PINBACK_CODE is a secret that every job can read",
    ),
    "secrets unseen": (
        SECRETS,
        (403, {}),
        "cannot tell: whether PINBACK_CODE is a secret of the whole repository; look at https://github.com/club/badges/settings/secrets/actions",
    ),
    "pages unseen": (f"{REPOSITORY}/pages", (404, {}), "cannot tell: how GitHub Pages is set up"),
    "pages from a branch": (
        f"{REPOSITORY}/pages",
        (200, {"build_type": "legacy"}),
        "wrong: GitHub Pages takes its files from a branch; set Source to GitHub Actions at https://github.com/club/badges/settings/pages",
    ),
    "other address": (
        f"{REPOSITORY}/pages",
        (200, {"build_type": "workflow", "html_url": "https://club.github.io/badges/"}),
        "wrong: GitHub Pages publishes at https://club.github.io/badges/, and base_url is",
    ),
    "no https": (
        f"{REPOSITORY}/pages",
        (200, {"https_enforced": False}),
        "wrong: https is not enforced; tick Enforce HTTPS",
    ),
    "no site": ("/badges/", (404, b""), "answers 404; publish it"),
    "no checkpoint": (CHECKPOINT, (404, b""), "wrong: the site shows no sealing of club (answer 404)"),
    "other checkpoint": (
        CHECKPOINT,
        (200, b"other"),
        "wrong: the site shows a sealing of club that this folder does not know",
    ),
    "no JSON": (SEAL, (200, b"<html>"), "cannot tell: there is no environment seal that can be seen"),
    "JSON of another kind": (SEAL, (200, [1, None, "x"]), "wrong: the environment seal has no reviewer"),
}


@pytest.mark.parametrize("name", AT_THE_HOST)
def test_what_is_wrong_at_the_host_is_said_with_the_place_to_click(host: Host, name: str) -> None:
    path, answer, words = AT_THE_HOST[name]
    host.answers[path] = answer
    lines = host.bad()
    assert any(words in line for line in lines), lines
    assert all("; " in line for line in lines)


def test_one_owner_is_certain_where_a_member_asks(host: Host) -> None:
    host.answers[PEOPLE] = (200, [{"login": "ann"}])
    host.answers["/user/memberships/orgs/club"] = (200, {"state": "active", "role": "admin"})
    assert host.bad() == [
        "wrong: the organisation club has one owner alone; make a second one at https://github.com/orgs/club/people"
    ]


def test_without_a_token_a_hidden_environment_is_not_called_missing(host: Host) -> None:
    host.environment["GITHUB_TOKEN"] = ""
    host.answers[SEAL] = (404, {})
    assert [line.partition(":")[0] for line in host.bad()] == ["cannot tell"]


def test_on_paper_no_environment_is_asked_for(host: Host) -> None:
    for file, data in scaffold.hosting_files("paper").items():
        host.club.write(file, data.decode("utf-8"))
    host.answers.pop(SEAL)
    assert host.bad() == []


def test_rules_that_stop_the_workflow_are_named(host: Host) -> None:
    rules = f"{REPOSITORY}/rules/branches"
    host.answers[f"{rules}/main?per_page=100"] = (200, [{"type": "pull_request"}, {"type": "deletion"}])
    host.answers[f"{rules}/deployed?per_page=100"] = (200, [{"type": "deletion"}, {"type": "non_fast_forward"}])
    settings = "https://github.com/club/badges/settings/rules"
    assert host.bad() == [
        "wrong: a rule of main (pull_request) may keep github-actions from pushing to it; under "
        f"{settings} let github-actions bypass that rule, or take it away for main",
        "wrong: a rule of deployed (non_fast_forward) keeps the workflow from moving it; under "
        f"{settings} take it away; for deployed tick Restrict deletions alone",
    ]
    host.answers[f"{rules}/main?per_page=100"] = (200, [])
    host.answers[f"{rules}/deployed?per_page=100"] = (200, [])
    assert host.bad() == [
        "wrong: anybody who may write can delete the branch deployed, the memory of the guard; click New branch ruleset "
        f"under {settings}, for deployed, and tick Restrict deletions"
    ]
    del host.answers[f"{rules}/main?per_page=100"]
    del host.answers[f"{rules}/deployed?per_page=100"]
    assert host.bad() == [
        f"cannot tell: whether github-actions may push to main; look at {settings}",
        f"cannot tell: whether the branch deployed can be deleted; look at {settings}",
    ]


def test_an_environment_without_the_code_is_told_where_it_belongs(host: Host) -> None:
    cure = (
        "under https://github.com/club/badges/settings/environments, seal, add the environment secret PINBACK_CODE "
        "with the code from the sheet"
    )
    secrets = f"{SEAL}/secrets?per_page=100"
    host.answers[secrets] = (200, {"total_count": 1, "secrets": [{"name": "OTHER"}]})
    assert host.bad() == [f"wrong: the environment seal has no code; {cure}"]
    host.answers[secrets] = (403, {"message": "Resource not accessible by integration"})
    assert host.bad() == [f"cannot tell: whether the environment seal has the code; {cure}"]


def test_keys_with_which_nothing_was_sealed_wait_for_a_reviewer(host: Host) -> None:
    (host.root / "issuers/club/register.jsonl").unlink()
    assert host.bad() == [
        "wrong: nothing was sealed yet with the keys of issuers/club; approve the run of Publish that waits"
    ]
    host.club.write(
        ".github/workflows/publish.yml", scaffold.hosting_files("paper")[".github/workflows/publish.yml"].decode()
    )
    assert host.bad() == ["wrong: nothing was sealed yet with the keys of issuers/club; type: pinback seal"]


def test_a_folder_without_a_club_is_led_to_the_page_that_sets_it_up(host: Host) -> None:
    for folder in ("site_src", "issuers", "badges"):
        shutil.rmtree(host.root / folder)
    found = [str(one) for one in host.found()]
    assert found[0] == (
        "wrong: no club is set up here yet; open https://club.github.io/badges/admin/start/ and answer its questions"
    )
    assert [line for line in found[1:] if not line.startswith("ok: ")] == []
    assert "ok: the environment seal waits for a reviewer" in found
    host.environment["GITHUB_REPOSITORY"] = "Club/Club.github.io"
    assert str(host.found()[0]).endswith("open https://club.github.io/admin/start/ and answer its questions")


def test_files_with_mistakes_do_not_keep_the_rest_from_being_looked_at(host: Host) -> None:
    host.club.write("badges/knots/badge.md", "no front matter\n")
    assert [line.partition("; the first: ")[0] for line in host.bad()] == [
        "wrong: the club's files have mistakes, so not everything could be looked at"
    ]
    assert "; the first: badges/knots/badge.md:1: " in host.bad()[0]


def test_the_summary_of_a_run_says_first_what_to_click() -> None:
    found = [
        Finding("ok", "a thing is well"),
        Finding("wrong", "who-is-who.csv is in git, with every name and link", "type: git rm --cached who-is-who.csv"),
        Finding("cannot tell", "whether club has two owners", "look at https://github.com/orgs/club/people_of/x"),
        Finding("wrong", "GitHub Pages takes its *files* from <a> branch", "set Source"),
    ]
    assert as_markdown(found).split("\n") == [
        "## Still to be set up",
        "",
        "- who-is-who.csv is in git, with every name and link: type: git rm --cached who-is-who.csv.",
        "- GitHub Pages takes its \\*files\\* from \\<a\\> branch: set Source.",
        "",
        "## Look at these yourself",
        "",
        "- Whether club has two owners: look at https://github.com/orgs/club/people_of/x.",
        "",
        "## In order",
        "",
        "- A thing is well.",
        "",
    ]
    assert as_markdown([]) == ""


def test_where_another_host_publishes_no_workflow_is_needed(host: Host) -> None:
    (host.root / ".github/workflows/publish.yml").unlink()
    assert [line.partition("; ")[0] for line in host.bad()] == [
        "cannot tell: .github/workflows/publish.yml is missing, which is right where another host publishes"
    ]


def test_a_sealing_that_is_not_published_yet_is_counted(host: Host) -> None:
    host.club.award("first", "issued_on: 2026-05-17\nhandle: otter-7\n").seal()
    assert host.bad() == ["wrong: the site is 1 sealing of club behind this folder; publish it: git push"]


def test_old_keys_are_to_be_rotated(host: Host) -> None:
    late = findings(host.root, host.get, host.environment, datetime(2029, 7, 1, tzinfo=UTC))
    assert [str(one) for one in late if one.state != "ok"] == [
        "wrong: keys of club are older than three years (ed25519, log, rsa); type: pinback key rotate club"
    ]


def test_what_is_wrong_in_the_folder_is_said(host: Host) -> None:
    host.club.write("who-is-who.csv", "name\n")
    host.git("add", "-f", "who-is-who.csv")
    host.git("rm", "-q", "--cached", "issuers/club/keys.age")
    host.club.write(".gitignore", "site/\n.site.next/\n.site.lock\n.pinback/\n.venv/\n")
    host.club.write(".gitattributes", scaffold.GITATTRIBUTES.replace(" merge=binary", ""))
    host.club.write(".github/workflows/check.yml", "on:\n  pull_request_target:\n")
    (host.root / ".github/requirements.txt").unlink()
    host.club.write(".github/workflows/weekly.yml", "on:\n  schedule:\n    - cron: '0 0 * * 0'\n")
    assert [line.partition("; ")[0] for line in host.bad()] == [
        'wrong: .gitattributes lacks "issuers/*/register.jsonl -text merge=binary"',
        'wrong: .gitignore lacks "/who-is-who.csv", "/.who-is-who.csv.new", "/old-site/", "/.old-site.next/", "/.old-site.lock", "/archive*.zip", "/.archive*.zip.new", "/certificates/"',
        "wrong: who-is-who.csv is in git, with every name and link",
        "wrong: issuers/club/keys.age is not in git",
        "wrong: .github/workflows/check.yml is not the one that this version ships",
        "wrong: .github/requirements.txt is missing",
        "cannot tell: .github/workflows/weekly.yml runs by the clock, and the host stops that after 60 days without a commit",
    ]


def test_schemas_of_another_version_are_told_and_a_club_without_any_is_well(host: Host) -> None:
    award = host.root / ".schemas" / "award.json"
    award.write_bytes(award.read_bytes().replace(b"\n", b"\r\n"))
    assert host.bad() == []
    award.write_bytes(b"{}\n")
    assert host.bad() == [
        "wrong: .schemas/award.json is not as this version makes it; type: pinback schemas, and commit"
    ]
    shutil.rmtree(host.root / ".schemas")
    assert host.bad() == []


def test_the_repository_comes_from_the_remote_where_nothing_says_it() -> None:
    for remote in (
        "git@github.com:club/badges.git",
        "ssh://git@github.com/club/badges",
        "https://github.com/club/badges",
        "https://ann@github.com/club/badges.git/",
    ):
        assert repository_of(remote) == "club/badges"
    for remote in ("", "https://git.example.org/club/badges", "https://github.com.example.org/a/b", "/srv/badges.git"):
        assert repository_of(remote) == ""
    assert repository_of("git@git.example.org:club/badges.git", "https://git.example.org") == "club/badges"


def test_another_host_is_not_asked(host: Host) -> None:
    host.environment.pop("GITHUB_REPOSITORY")
    host.git("remote", "set-url", "origin", "https://git.example.org/club/badges")
    assert [line.partition("; ")[0] for line in host.bad()] == [
        "cannot tell: the remote is not at GitHub, so the host is not asked"
    ]
    assert all(b" /badges/" in head for head in host.server.asked)


def test_nothing_is_asked_offline(host: Host) -> None:
    lines = [str(one) for one in findings(host.root, OfflineDoor().get, host.environment, NOW) if one.state != "ok"]
    assert [line.partition(":")[0] for line in lines] == ["cannot tell", "cannot tell"]
    assert host.server.asked == []


def test_command_ends_with_one_where_something_is_wrong(host: Host, tmp_path: Path) -> None:
    def run(folder: Path) -> subprocess.CompletedProcess[str]:
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GH_"))}
        variables |= {"PYTHONPATH": str(ROOT), "GITHUB_TOKEN": "t0ken", "GIT_CEILING_DIRECTORIES": str(tmp_path)}
        command = [sys.executable, "-m", "pinback", "doctor", "--offline"]
        return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)

    done = run(host.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("ok: a git repository") and "t0ken" not in done.stdout + done.stderr
    with contextlib.suppress(FileNotFoundError):
        (host.root / ".git").rename(tmp_path / "elsewhere")
    done = run(host.root)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("wrong: this folder is no git repository; type: git init")

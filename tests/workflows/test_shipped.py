"""The files that ``init`` gives a club for its host: what they may do, and what they must not."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT
from runner import FILES, INSTALL, workflow

from pinback import __version__, scaffold

WORKFLOWS = [("check", "paper"), ("publish", "paper"), ("publish", "environment")]
EVERY = pytest.mark.parametrize(("name", "keys"), WORKFLOWS)


CERTIFICATES = "What draws certificates, where the club has them"


def steps(jobs: dict) -> list[tuple[str, dict]]:
    return [(name, step) for name, job in jobs.items() for step in job["steps"]]


@EVERY
def test_rights_are_the_least_that_do(name: str, keys: str) -> None:
    shipped = workflow(name, keys)
    assert shipped["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in FILES[keys][f".github/workflows/{name}.yml"].decode()
    rights = {job: value["permissions"] for job, value in shipped["jobs"].items() if "permissions" in value}
    publishing = {
        "outside": {},
        "deploy": {"pages": "write", "id-token": "write"},
        "record": {"contents": "write"},
        "doctor": {"contents": "read", "actions": "read", "pages": "read"},
    }
    sealing = {"ready": {"contents": "read", "actions": "read"}, "seal": {"contents": "write"}}
    wanted = {} if name == "check" else publishing | (sealing if keys == "environment" else {})
    assert rights == wanted


@EVERY
def test_actions_are_pinned_and_are_those_of_this_repository(name: str, keys: str) -> None:
    ours = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))
    text = FILES[keys][f".github/workflows/{name}.yml"].decode()
    used = re.findall(r"uses: (.+)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
        assert f"uses: {action}\n" in ours


@EVERY
def test_no_script_holds_an_expression(name: str, keys: str) -> None:
    """What comes from outside goes through the environment, so that nobody's title becomes a command."""
    shipped = workflow(name, keys)
    assert shipped["defaults"] == {"run": {"shell": "bash"}}
    for _, step in steps(shipped["jobs"]):
        assert "${{" not in step.get("run", "")
        assert "shell" not in step
    for job in shipped["jobs"].values():
        assert int(job["timeout-minutes"]) <= 60
        assert job["runs-on"] == "ubuntu-24.04"


@EVERY
def test_only_who_pushes_keeps_the_right_to(name: str, keys: str) -> None:
    for job, step in steps(workflow(name, keys)["jobs"]):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == ("true" if job in ("seal", "record") else "false")


def test_the_code_is_given_to_one_step_of_one_job_in_its_environment() -> None:
    for name, keys in WORKFLOWS:
        shipped = workflow(name, keys)
        named = [(job, step) for job, step in steps(shipped["jobs"]) if "secrets." in repr(step)]
        valued = [(job, step) for job, step in named if job != "outside"]
        for _, step in (pair for pair in named if pair[0] == "outside"):
            # Whether it can be seen, never what it is.
            assert step["env"] == {"VISIBLE": "${{ secrets.PINBACK_CODE != '' }}"}
            assert len(shipped["jobs"]["outside"]["steps"]) == 1
        assert [(job, step["name"]) for job, step in valued] == (
            [("seal", "Seal and push")] if keys == "environment" and name == "publish" else []
        )
        environments = {job: value["environment"] for job, value in shipped["jobs"].items() if "environment" in value}
        environments.pop("deploy", None)
        assert environments == ({"seal": "seal"} if valued else {})
        assert "secrets" not in {**shipped, "jobs": {}}


def test_pull_requests_see_no_environment_and_are_cut_off_by_newer_ones() -> None:
    shipped = workflow("check")
    assert list(shipped["on"]) == ["pull_request"]
    assert "environment" not in repr(shipped) and "secrets" not in repr(shipped)
    assert shipped["concurrency"]["cancel-in-progress"] == "true"


@pytest.mark.parametrize("keys", scaffold.KEEPERS)
def test_publishing_is_one_at_a_time_from_main_and_in_order(keys: str) -> None:
    shipped = workflow("publish", keys)
    assert shipped["on"] == {"push": {"branches": ["main"]}, "workflow_dispatch": ""}
    assert shipped["concurrency"] == {"group": "publish", "cancel-in-progress": "false"}
    assert shipped["jobs"]["outside"]["if"] == "github.ref == 'refs/heads/main'"
    order = ["outside", "guard", "build", "deploy", "record", "doctor"]
    assert list(shipped["jobs"]) == (order if keys == "paper" else ["outside", "ready", "seal", *order[1:]])
    for job in ("build", "record"):
        checkout = shipped["jobs"][job]["steps"][0]
        assert checkout["with"]["ref"] == "${{ needs.guard.outputs.commit }}"
    doctor = shipped["jobs"]["doctor"]
    # It looks after everything else, also where something failed, and makes no run fail.
    assert doctor["needs"] == ["guard", "record"] and doctor["if"].startswith("${{ !cancelled() && ")
    assert doctor["continue-on-error"] == "true" and doctor["steps"][-1]["run"].endswith(" || true")
    if keys == "environment":
        given = shipped["jobs"]["guard"]["steps"][0]["with"]
        assert given["ref"] == "${{ needs.seal.outputs.commit || github.sha }}"
        assert given["fetch-depth"] == "0"
    upload = next(step for _, step in steps(shipped["jobs"]) if "upload-pages" in step.get("uses", ""))
    assert upload["with"] == {"path": "site", "include-hidden-files": "true"}


@EVERY
def test_everything_that_is_installed_is_locked(name: str, keys: str) -> None:
    shipped = workflow(name, keys)
    assert shipped["env"] == {"PINBACK_VERSION": __version__}
    scripts = {step["run"] for _, step in steps(shipped["jobs"]) if step.get("name") == INSTALL}
    assert len(scripts) == 1
    lines = [line.strip() for line in scripts.pop().splitlines() if "pip install" in line]
    assert lines[0] == "pip install --require-hashes --only-binary :all: -r .github/requirements.txt"
    assert all("--no-deps" in line and "pinback==$PINBACK_VERSION" in line for line in lines[1:])
    drawing = {step["run"] for _, step in steps(shipped["jobs"]) if step.get("name") == CERTIFICATES}
    assert len(drawing) == 1
    assert [line.strip() for line in drawing.pop().splitlines() if "pip " in line] == [
        "pip install --require-hashes --only-binary :all: -r .github/requirements.txt -r .github/requirements-certificates.txt"
    ]
    others = "".join(
        step.get("run", "") for _, step in steps(shipped["jobs"]) if step.get("name") not in (INSTALL, CERTIFICATES)
    )
    assert "pip " not in others and "curl" not in others.replace('"$(curl --silent --show-error --output', "")


def test_requirements_name_every_dependency_once_with_hashes_and_no_host() -> None:
    text = FILES["paper"][".github/requirements.txt"].decode("ascii")
    entries = re.findall(r"^([a-z0-9-]+)==\S+.*?((?:\\\n    --hash=sha256:[0-9a-f]{64} ?)+)$", text, re.M)
    locked = [name for name, _ in entries]
    rest = re.sub(r"^(#.*|[a-z0-9-]+==.*|    --hash=sha256:[0-9a-f]{64}(?: \\)?)\n", "", text, flags=re.M)
    assert rest == "" and len(set(locked)) == len(locked)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.split("[>=<]", one)[0] for one in wanted} <= set(locked)
    assert "://" not in text and "/work" not in text and "/tmp" not in text and "pinback" not in locked


def test_what_draws_certificates_is_locked_beside_the_rest() -> None:
    files = FILES["paper"]
    locked, more = (
        {name for name, _ in re.findall(r"^([a-z0-9-]+)==(\S+)", files[f".github/{file}"].decode("ascii"), re.M)}
        for file in ("requirements.txt", "requirements-certificates.txt")
    )
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"][
        "pdf"
    ]
    assert {re.split("[>=<]", one)[0] for one in extra} <= more
    assert not locked & more and b"://" not in files[".github/requirements-certificates.txt"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("certificates: true", True),
        ('certificates:  "true"', True),
        ("certificates: false", False),
        ("# certificates: true", False),
    ],
)
def test_certificates_are_prepared_where_the_club_wants_them(tmp_path: Path, written: str, wanted: bool) -> None:
    (tmp_path / "site_src").mkdir()
    (tmp_path / "site_src/site.yaml").write_text(f"title: x\n{written}\n", encoding="utf-8")
    script = next(step["run"] for _, step in steps(workflow("publish")["jobs"]) if step.get("name") == CERTIFICATES)
    told = "pip() { echo pip; }; sudo() { echo sudo; }\n" + script
    done = subprocess.run(["bash", "-e", "-c", told], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == (["pip", "sudo", "sudo"] if wanted else [])


def test_netlify_builds_without_a_code() -> None:
    config = tomllib.loads(FILES["paper"]["netlify.toml"].decode())
    command = config["build"]["command"]
    assert command.split(" && ") == [
        "pip install --require-hashes --only-binary :all: -r .github/requirements.txt",
        f"pip install --no-deps pinback=={__version__}",
        "pinback check",
        "pinback build",
    ]
    assert config["build"]["publish"] == "site"
    assert config["context"]["deploy-preview"]["command"] == command + " --preview"


def test_git_never_merges_a_register_by_itself(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_text(scaffold.GITATTRIBUTES, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    files = ["issuers/club/register.jsonl", "issuers/club/keys.age", "issuers/club/keys/ann.age"]
    command = ["git", "check-attr", "merge", "diff", "text", "--", *files]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert shown[0] == "issuers/club/register.jsonl: merge: binary"
    assert shown[2] == "issuers/club/register.jsonl: text: unset"
    assert [line.rpartition(": ")[2] for line in shown[3:]] == ["unset"] * 6

"""What hosts read: workflows, netlify.toml, _headers, .gitattributes."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from pinback.assemble import HEADERS
from pinback.scaffold import GITATTRIBUTES

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def load(path: Path) -> dict[str, object]:
    """Return a workflow; ``on`` is read as text, not as a boolean."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def test_there_is_a_workflow_for_tests_and_one_for_pages() -> None:
    assert [path.name for path in WORKFLOWS] == ["pages.yml", "test.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_holds_no_secret_and_little_power(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    assert "secrets." not in text
    assert "${{ github.event" not in text
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action), action
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] == "false"


def test_pages_workflow_uploads_hidden_files_and_is_never_cut_off() -> None:
    """The DID document of a custom domain lies in ``.well-known``."""
    workflow = load(ROOT / ".github/workflows/pages.yml")
    assert workflow["concurrency"]["cancel-in-progress"] == "false"
    upload = next(step for step in workflow["jobs"]["build"]["steps"] if "upload-pages" in step.get("uses", ""))
    assert upload["with"] == {"path": "site", "include-hidden-files": "true"}
    assert workflow["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}


def headers_of(text: str) -> dict[str, dict[str, str]]:
    """Return the rules of a ``_headers`` file."""
    rules: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("/"):
            current = rules.setdefault(line, {})
        else:
            name, _, value = line.strip().partition(": ")
            current[name] = value
    return rules


def test_netlify_builds_from_what_is_locked_and_sends_the_headers_of_the_site() -> None:
    config = tomllib.loads((ROOT / "netlify.toml").read_text(encoding="utf-8"))
    assert config["build"]["command"].split(" && ") == [
        "pip install --require-hashes --only-binary :all: --no-deps -r requirements/build.txt "
        "-r pinback/template/requirements.txt",
        "pip install --no-build-isolation --no-deps .",
        "python build.py",
    ]
    assert config["build"]["publish"] == "site"
    rules = {rule["for"]: rule["values"] for rule in config["headers"]}
    assert rules == headers_of(HEADERS.decode("ascii"))


def test_headers_name_json_ld_and_let_everybody_read() -> None:
    rules = headers_of(HEADERS.decode("ascii"))
    assert rules["/*.json"]["Access-Control-Allow-Origin"] == "*"
    for folder in ("awards", "badges", "issuers"):
        assert rules[f"/{folder}/*.json"]["Content-Type"] == "application/ld+json"


def test_workflow_that_watches_a_log_keeps_what_it_saw_and_can_do_no_more() -> None:
    """It is put into a repository of the one who watches, so it may write there, and holds nothing secret."""
    path = ROOT / "docs/watch-a-log.yml"
    text, workflow = path.read_text(encoding="utf-8"), load(path)
    assert workflow["permissions"] == {"contents": "write"}
    assert "secrets." not in text
    assert "${{" not in text
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action), action
    assert "timeout-minutes" in workflow["jobs"]["watch"]
    (looks,) = [step["run"] for step in workflow["jobs"]["watch"]["steps"] if "pinback log" in step.get("run", "")]
    assert looks == 'pinback log monitor "$LOG" --state log.json'


def test_git_never_changes_the_line_ends_of_sealed_bytes() -> None:
    # The line before is for theme and scripts, which lie in no club.
    assert (ROOT / ".gitattributes").read_text(encoding="utf-8").endswith(f"eol=lf\n{GITATTRIBUTES}")
    names = ["issuers/riverside/register.jsonl", "issuers/riverside/sealed/status/revocation-1.json"]
    command = ["git", "check-attr", "text", "--", *names]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.count("text: unset") == 2

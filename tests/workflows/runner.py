"""A stand-in for the host: a bare repository, and the jobs of a workflow run in clones of it.

The run scripts are executed as they stand, by bash with the flags that the host uses. Only actions (``uses:``) and the
installation of Pinback are left out; ``pinback`` is this checkout.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from conftest import ROOT

from pinback import scaffold

INSTALL = "Install Pinback"
FILES = {keys: scaffold.hosting_files(keys) for keys in scaffold.KEEPERS}


def workflow(name: str, keys: str = "paper") -> dict[str, object]:
    """Return a shipped workflow; ``on`` is read as text, not as a boolean."""
    return yaml.load(FILES[keys][f".github/workflows/{name}.yml"].decode("utf-8"), Loader=yaml.BaseLoader)


def git(folder: Path, *words: str, check: bool = True) -> str:
    """Run git with nobody's settings but these."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": "Steward", f"GIT_{role}_EMAIL": "steward@example.org"}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


@dataclass
class Result:
    """How a job ended."""

    result: str
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    folder: Path | None = None


class Host:
    """A repository's host: ``origin`` is bare, ``steward`` a steward's clone of it."""

    def __init__(self, folder: Path, club: Path, keys: str) -> None:
        self.folder = folder
        self.origin = folder / "origin.git"
        self.steward = folder / "steward"
        self.secrets = {"PINBACK_CODE": ""}
        self.api = "http://127.0.0.1:9"
        self.hooks: dict[str, str] = {}
        self.jobs = 0
        self.event: dict[str, object] = {}
        git(folder, "init", "-q", "--bare", "-b", "main", str(self.origin))
        shutil.copytree(club, self.steward)
        rules = {".gitignore": scaffold.GITIGNORE.encode(), ".gitattributes": scaffold.GITATTRIBUTES.encode()}
        # A folder that has them, such as the template, is taken as it is.
        for file, data in ({} if (club / ".github").exists() else {**FILES[keys], **rules}).items():
            (self.steward / file).parent.mkdir(parents=True, exist_ok=True)
            (self.steward / file).write_bytes(data)
        git(self.steward, "init", "-q", "-b", "main")
        git(self.steward, "remote", "add", "origin", str(self.origin))
        self.push("The club")
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name, words in {"pinback": "-P -m pinback", "python": ""}.items():
            (self.bin / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n', encoding="utf-8")
            (self.bin / name).chmod(0o755)

    def push(self, subject: str, branch: str = "main") -> str:
        """Commit everything in the steward's clone and push it."""
        git(self.steward, "add", "-A")
        git(self.steward, "commit", "-q", "--allow-empty", "-m", subject)
        git(self.steward, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        return git(self.steward, "rev-parse", "HEAD")

    def tip(self, branch: str) -> str:
        """Return the commit of a branch, or ""."""
        return git(self.origin, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", check=False)

    def changed(self, before: str, after: str) -> list[str]:
        """Return the files in which two commits differ."""
        return git(self.origin, "diff", "--name-only", "--no-renames", before, after).split("\n")

    def runs(self, workflow: dict[str, object], sha: str, event: dict[str, str] | None = None) -> dict[str, Result]:
        """Run a workflow's jobs in order, each only where the host would."""
        done: dict[str, Result] = {}
        for name, job in workflow["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            before = [one for one in done if one in _ancestors(workflow["jobs"], needs)]
            context = {"github.sha": sha, "github.ref": "refs/heads/main", "github.token": "t0ken", **(event or {})}
            for one in needs:
                context[f"needs.{one}.result"] = done[one].result
                context |= {f"needs.{one}.outputs.{key}": value for key, value in done[one].outputs.items()}
            asked = str(job.get("if", "true"))
            ready = "cancelled()" in asked or all(done[one].result == "success" for one in before)
            if not ready or not evaluated(asked, context):
                done[name] = Result("skipped")
                continue
            if "PINBACK_CODE" in json.dumps(job) and job.get("environment") == "seal":
                context |= {f"secrets.{key}": value for key, value in self.secrets.items()}
            done[name] = self.job(workflow, name, context)
        return done

    def job(self, workflow: dict[str, object], name: str, context: dict[str, str]) -> Result:
        """Run one job's steps in a folder of its own."""
        self.jobs += 1
        place = self.folder / f"job-{self.jobs}-{name}"
        work, temp = place / "work", place / "temp"
        for folder in (work, temp):
            folder.mkdir(parents=True)
        job = workflow["jobs"][name]
        result = Result("success", folder=work)
        context = dict(context)
        for step in job["steps"]:
            if "if" in step and not evaluated(step["if"], context):
                continue
            if "uses" in step:
                if step["uses"].startswith("actions/checkout@"):
                    self.checkout(work, step.get("with", {}), context, self.hooks if name == "seal" else {})
                continue
            if step.get("name") == INSTALL:
                continue
            variables = {**workflow.get("env", {}), **job.get("env", {}), **step.get("env", {})}
            output = temp / "output"
            output.write_text("", encoding="utf-8")
            environment = {
                # The host's has the folders of administrators, where ldconfig lies; that of a user need not.
                "PATH": os.pathsep.join((str(self.bin), os.environ["PATH"], "/usr/sbin", "/sbin")),
                "HOME": str(temp),
                "PYTHONPATH": str(ROOT),
                "LANG": "C.UTF-8",
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_API_URL": self.api,
                "GITHUB_REPOSITORY": "club/badges",
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_EVENT_NAME": "pull_request" if self.event else "push",
                "GITHUB_REF_NAME": "7/merge" if self.event else "main",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(temp / "summary"),
                "RUNNER_TEMP": str(temp),
                "GIT_CONFIG_SYSTEM": os.devnull,
                **{key: filled(value, context) for key, value in variables.items()},
            }
            if self.event:
                (temp / "event.json").write_text(json.dumps(self.event), encoding="utf-8")
                environment["GITHUB_EVENT_PATH"] = str(temp / "event.json")
            script = temp / "script.sh"
            script.write_text(step["run"], encoding="utf-8")
            ran = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=work,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
                check=False,
            )
            result.log += ran.stdout
            for line in output.read_text(encoding="utf-8").splitlines():
                key, _, value = line.partition("=")
                context[f"steps.{step['id']}.outputs.{key}"] = value
            if ran.returncode:
                result.result = "failure"
                break
        result.outputs = {key: filled(value, context) for key, value in job.get("outputs", {}).items()}
        result.summary = (temp / "summary").read_text(encoding="utf-8") if (temp / "summary").exists() else ""
        return result

    def checkout(self, work: Path, given: dict[str, str], context: dict[str, str], hooks: dict[str, str]) -> None:
        """Do what the action does: the commit, and with ``fetch-depth: 0`` every branch; then add a test's git hooks."""
        sha = filled(given.get("ref", ""), context) or context["github.sha"]
        git(work, "init", "-q", "-b", "main")
        git(work, "remote", "add", "origin", self.origin.as_uri())
        if given.get("fetch-depth") == "0":
            git(work, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*", sha)
        else:
            git(work, "fetch", "-q", "--depth=1", "origin", sha)
        git(work, "checkout", "-q", "-B", "main", sha)
        for name, text in hooks.items():
            hook = work / ".git" / "hooks" / name
            hook.write_text(f"#!/bin/bash\nset -e\n{text}\n", encoding="utf-8")
            hook.chmod(0o755)


def _ancestors(jobs: dict[str, dict[str, object]], names: list[str]) -> set[str]:
    found = set(names)
    for name in names:
        needs = jobs[name].get("needs", [])
        found |= _ancestors(jobs, [needs] if isinstance(needs, str) else list(needs))
    return found


def evaluated(expression: str, context: dict[str, str]) -> object:
    """Return what one of the host's expressions says; unknown names are empty, as there."""
    text = expression.strip().removeprefix("${{").removesuffix("}}").replace("!cancelled()", "True")
    text = re.sub(r"'[^']*'|\b[a-z]+(?:\.[A-Za-z_-]+)+", lambda m: _value(m.group(), context), text)
    text = text.replace("&&", " and ").replace("||", " or ").replace("true", "True")
    return eval(text.strip(), {"__builtins__": {}})


def _value(word: str, context: dict[str, str]) -> str:
    return word if word.startswith("'") else repr(context.get(word, ""))


def filled(text: str, context: dict[str, str]) -> str:
    """Return a value with its expressions filled in."""

    def one(found: re.Match[str]) -> str:
        value = evaluated(found.group(1), context)
        return str(value).lower() if isinstance(value, bool) else str(value)

    return re.sub(r"\$\{\{(.*?)\}\}", one, text)


@contextmanager
def api(answers: dict[str, tuple[int, object]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Serve the host's API on this machine; yield its address, and what it was asked with which token."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
            status, value = answers.get(self.path, (404, {"message": "Not Found"}))
            body = json.dumps(value).encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""What a failed run at the host says on its own page: one plain sentence a mistake, with the file to open and its line.

GitHub shows the Markdown that a step appends to the file in ``GITHUB_STEP_SUMMARY`` at the top of the run. The links lead to
the branch on which the mistake can be mended: main, or that of the pull request, which ``GITHUB_EVENT_PATH`` names.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from pinback.errors import Problem, printable
from pinback.files import FileProblem, append_file, read_regular

MOST = 50
"""Mistakes that are told; the log has all."""
_MOST_BYTES = 25_000_000
"""Of the description of an event, which can hold long texts of a pull request."""


def add_summary(problems: Iterable[Problem], others: str, environment: Mapping[str, str]) -> None:
    """Append what is wrong to the summary of the run, where there is one.

    Args:
        problems: in files of the club; warnings stop nothing and are left out.
        others: another sentence on what stopped the command, or "".
        environment: variables that the host sets.
    """
    file = environment.get("GITHUB_STEP_SUMMARY", "")
    found = sorted(problem for problem in problems if not problem.warning)
    if environment.get("GITHUB_ACTIONS") != "true" or not file or not (found or others):
        return
    text = summary(found, others, file_pages(environment), environment.get("GITHUB_EVENT_NAME") == "pull_request")
    # A summary that cannot be written must not hide what it would say; the log says it too.
    with contextlib.suppress(FileProblem, OSError):
        append_file(Path(file), text.encode("utf-8"))


def summary(problems: list[Problem], others: str, pages: str, proposed: bool) -> str:
    """Return the summary as Markdown.

    Args:
        problems: in files of the club.
        others: another sentence, or "".
        pages: the address below which the host shows the files, with a slash at its end, or "".
        proposed: whether a pull request was looked at, and not main.
    """
    lines = ["## This cannot be taken over yet" if proposed else "## Nothing was published", ""]
    lines += [_line(problem, pages) for problem in problems[:MOST]]
    if len(problems) > MOST:
        lines.append(f"- And {len(problems) - MOST:,} more, which the log of the run names.")
    if others:
        lines.append(f"- {_plain(others)}")
    after = "This looks again by itself." if proposed else "What was published before stays as it is until then."
    return "\n".join(lines) + f"\n\n{after}\n\n"


def _line(problem: Problem, pages: str) -> str:
    place = f"{problem.file}, line {problem.line}" if problem.line else problem.file
    shown = f"**{_plain(place)}**"
    if pages:
        line = f"#L{problem.line}" if problem.line else ""
        shown = f"[{shown}]({pages}{quote(problem.file)}{line})"
    cure = _plain(problem.cure)
    what = f"- {shown}: {_plain(problem.what)}; {cure}" + ("" if cure.endswith("?") else ".")
    return f"{what} Open the file, press the pencil, mend the line, and commit." if problem.line else what


def file_pages(environment: Mapping[str, str]) -> str:
    """Return the address below which the host shows the files of the branch that was looked at, or ""."""
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    branch = environment.get("GITHUB_REF_NAME", "")
    if environment.get("GITHUB_EVENT_NAME") == "pull_request":
        repository, branch = _proposed(environment.get("GITHUB_EVENT_PATH", ""))
    if not (server.startswith("https://") and re.fullmatch(r"[\w.-]+/[\w.-]+", repository) and branch):
        return ""
    return f"{server.rstrip('/')}/{repository}/blob/{quote(branch)}/"


def _proposed(file: str) -> tuple[str, str]:
    """Return repository and branch that a pull request comes from, by the file that describes the event; or "" twice."""
    try:
        head = json.loads(read_regular(Path(file), _MOST_BYTES))["pull_request"]["head"]
        return str(head["repo"]["full_name"]), str(head["ref"])
    except (FileProblem, OSError, ValueError, KeyError, TypeError, RecursionError):
        return "", ""


def _plain(text: str) -> str:
    """Return text as Markdown that shows it as it is, on one line."""
    one_line = " ".join(printable(text).split())
    marked = re.sub(r"([\\`*_\[\]|~#!])", r"\\\1", one_line)
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

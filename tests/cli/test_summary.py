"""The page of a failed run says in one sentence what to mend, where, and leads to the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pinback.cli.summary import MOST, add_summary, file_pages, summary
from pinback.errors import Problem

MAIN = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "club/badges",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF_NAME": "main",
}
MISTAKE = Problem("badges/x/awards/y.yaml", 7, '"isued_on" is not a field of an award', 'did you mean "issued_on"?')


def test_one_sentence_a_mistake_with_a_link_to_the_line(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    add_summary([MISTAKE], "", {**MAIN, "GITHUB_STEP_SUMMARY": str(file)})
    assert file.read_text(encoding="utf-8") == (
        "before\n## Nothing was published\n\n"
        "- [**badges/x/awards/y.yaml, line 7**](https://github.com/club/badges/blob/main/badges/x/awards/y.yaml#L7): "
        '"isued\\_on" is not a field of an award; did you mean "issued\\_on"? '
        "Open the file, press the pencil, mend the line, and commit.\n\n"
        "What was published before stays as it is until then.\n\n"
    )


def test_a_pull_request_leads_to_its_own_branch(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    head = {"repo": {"full_name": "stranger/badges"}, "ref": "my award #1"}
    event.write_text(json.dumps({"pull_request": {"head": head}}), encoding="utf-8")
    asked = {**MAIN, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF_NAME": "7/merge", "GITHUB_EVENT_PATH": str(event)}
    assert file_pages(asked) == "https://github.com/stranger/badges/blob/my%20award%20%231/"
    for text in ("", "{}", "[]", "no json", '{"pull_request": {"head": {"repo": null, "ref": "x"}}}'):
        event.write_text(text, encoding="utf-8")
        assert file_pages(asked) == ""
    assert file_pages({**asked, "GITHUB_EVENT_PATH": ""}) == ""
    assert "This cannot be taken over yet" in summary([MISTAKE], "", "", proposed=True)


@pytest.mark.parametrize("missing", ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_REF_NAME"])
def test_where_the_host_does_not_say_where_files_are_there_is_no_link(missing: str) -> None:
    assert file_pages({name: value for name, value in MAIN.items() if name != missing}) == ""
    assert "- **badges/x/awards/y.yaml, line 7**: " in summary([MISTAKE], "", "", proposed=False)


def test_text_of_strangers_cannot_write_markup() -> None:
    bad = Problem("badges/x/badge.md", 0, '"<img src=x>[a](b)" `c` ## d', "*delete* it")
    text = summary([bad], "", "https://github.com/club/badges/blob/main/", proposed=False)
    assert '"&lt;img src=x&gt;\\[a\\](b)" \\`c\\` \\#\\# d; \\*delete\\* it.\n' in text
    assert "press the pencil" not in text
    assert summary([Problem("a.yaml", 0, "two\n## lines", "x")], "", "", proposed=False).count("\n## ") == 0


def test_only_so_many_are_told_and_warnings_are_not(tmp_path: Path) -> None:
    many = [Problem("a.yaml", number, "it is wrong", "mend it") for number in range(1, MOST + 4)]
    assert "- And 3 more, which the log of the run names.\n" in summary(many, "", "", proposed=False)
    file = tmp_path / "summary.md"
    add_summary(
        [Problem("a.yaml", 1, "not written in pl", "write it", warning=True)],
        "",
        {**MAIN, "GITHUB_STEP_SUMMARY": str(file)},
    )
    add_summary([MISTAKE], "", {"GITHUB_STEP_SUMMARY": str(file)})
    add_summary([MISTAKE], "", MAIN)
    assert not file.exists()


def test_a_summary_that_cannot_be_written_hides_nothing(tmp_path: Path) -> None:
    add_summary([MISTAKE], "", {**MAIN, "GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_what_else_stopped_the_command_is_told_too() -> None:
    assert "- the register is broken; ask\n" in summary([], "the register is broken; ask", "", proposed=False)

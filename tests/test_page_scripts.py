"""The committed scripts of pages (that they are what ``source/`` makes is compared by ``.ci/run``)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

from pinback import page_scripts

FOLDER = ROOT / "pinback" / "page_scripts"


@pytest.mark.parametrize("name", page_scripts.NAMES)
def test_script_is_one_classic_script_that_asks_nobody_and_stores_nothing(name: str) -> None:
    text = page_scripts.script(name).decode("ascii")
    assert text.startswith("/* Pinback, MIT; others: page-script-licenses.txt */\n")
    for word in (
        "eval(",
        "new Function",
        "import(",
        "XMLHttpRequest",
        "sendBeacon",
        "cookie",
    ):
        assert word not in text, word
    # The page for awards remembers how columns of lists were read, by their headings, in this browser.
    assert ("localStorage" in text) == (name == "admin-award.js")
    # A call, not a method of that name, which MiniSearch's map has.
    calls = re.findall(r"(?<![\w.])fetch\((?![\w,]*\)\{)", text)
    # A holder's page fetches the signed documents of its own site, the page for changes that of one award, and the page of a
    # log that log's files; their policies allow nothing else.
    assert len(calls) == (name in ("person.js", "admin-change.js", "log.js"))


def test_script_of_the_log_is_small() -> None:
    """It is loaded with every page of a log, and most readers compare nothing."""
    assert len(page_scripts.script("log.js")) <= 8_000


def test_licences_name_every_library() -> None:
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    text = page_scripts.licenses().decode("utf-8")
    assert all(f"\n{name} {version}\n" in text for name, version in wanted.items())


def test_lock_names_no_host() -> None:
    assert "resolved" not in Path(FOLDER / "package-lock.json").read_text(encoding="utf-8")

"""A sample of the hostile clubs and values (``python -m tests.fuzz clubs``, ``… values``), and the scanner against what it must find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from fuzz.scan import page_faults, picture_faults, scanned, style_faults


def test_commands_on_hostile_clubs_keep_every_promise() -> None:
    """In a process of its own, which forks for each trial."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "sample", "--every", "110", "--seed", "11"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "clubs tried" in done.stdout
    assert "values tried" in done.stdout
    assert "shapes tried" in done.stdout


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        "<script src=https://evil.example/x.js></script>",
        "<p onclick=x>",
        "<a href=javascript:x>y</a>",
        "<a href=' java&#10;script:x'>y</a>",
        "<a href=file:///etc/passwd>y</a>",
        "<img src=//evil.example/x>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<iframe src=x></iframe>",
        "<base href=x>",
        "<style>*{}</style>",
        "<p style=color:red>",
        "<meta http-equiv=refresh content=0>",
        "<form action=https://evil.example/></form>",
        "<svg onload=x></svg>",
        '<script type="application/json">{"a":"</script><b>"}</script>',
        '<script type="application/ld+json">{</script>',
    ],
)
def test_scanner_finds_what_runs_or_loads_in_a_page(inside: str) -> None:
    def faults(body: str) -> list[str]:
        page = f"<!DOCTYPE html><meta http-equiv=Content-Security-Policy content=x><title>t</title>{body}"
        return list(page_faults(page.encode(), "https://badges.example.org/index.html"))

    assert faults("<p>a <a href=https://x.example/>b</a> <img src=c.png alt=d>") == []
    assert faults(inside)


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        "<g onload='x'/>",
        "<a href='x'/>",
        "<image href='https://e.example/'/>",
        "<rect fill='url(//e.example)'/>",
    ],
)
def test_scanner_finds_what_is_no_drawing(inside: str) -> None:
    start = '<svg xmlns="http://www.w3.org/2000/svg">'
    assert list(picture_faults(f"{start}<rect fill='url(#a)'/></svg>".encode())) == []
    assert list(picture_faults(f"{start}{inside}</svg>".encode()))


@pytest.mark.parametrize(
    "text", ["@import 'x';", "a{background:url(//e.example)}", "a{background:url('https://e.example')}"]
)
def test_scanner_finds_what_a_style_sheet_loads(text: str) -> None:
    assert list(style_faults("a{background:url(data:image/png;base64,AA)}")) == []
    assert list(style_faults(text))


def test_scanner_finds_keys_addresses_and_strange_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('"somebody@home.example \u202e"', encoding="utf-8")
    (tmp_path / "b.txt").write_text("-----BEGIN PRIVATE KEY-----\n", encoding="utf-8")
    (tmp_path / "c.js").write_text("window.pinbackIndex={};alert(1)", encoding="utf-8")
    (tmp_path / "d.js").write_text('window.pinbackIndex={"a":1}', encoding="utf-8")
    (tmp_path / "e").symlink_to("a.json")
    found = "\n".join(scanned(tmp_path, "https://badges.example.org/", frozenset(), frozenset()))
    for words in (
        "a.json: holds the address somebody@home.example",
        "a.json: holds U+202E",
        "b.txt: holds a private key",
        "c.js: is a script that is not ours",
        "e: not a plain file",
    ):
        assert words in found
    assert "d.js" not in found

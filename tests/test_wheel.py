"""The wheel holds the package and the theme, nothing else; a club made with it installed builds."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

LICENCES = (
    "licenses/LICENSE",
    "licenses/pinback/designs/icon-licenses.txt",
    "licenses/pinback/fonts/LICENSE.txt",
)
"""Of the code, the icons, and the fonts."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built the way a newcomer's pip does it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("*.whl"))


def test_wheel_holds_exactly_the_package_and_the_theme(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pinback").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    theme = {f"pinback/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "theme").rglob("*") if path.is_file()}
    assert names == package | theme
    assert {
        "pinback/py.typed",
        "pinback/verify_page/verify.js",
        "pinback/verify_page/vouching.js",
        "pinback/page_scripts/award.js",
    } <= names
    assert sorted(name for name in names if name.startswith("pinback/template/")) == [
        "pinback/template/check.yml",
        "pinback/template/netlify.toml",
        "pinback/template/publish-environment.yml",
        "pinback/template/publish-paper.yml",
        "pinback/template/requirements-certificates.txt",
        "pinback/template/requirements.txt",
    ]
    assert sorted(name for name in names if name.startswith("pinback/fonts/")) == [
        "pinback/fonts/LICENSE.txt",
        "pinback/fonts/NotoSans-Bold.ttf",
        "pinback/fonts/NotoSans-Regular.ttf",
        "pinback/fonts/NotoSansArabic-Bold.ttf",
        "pinback/fonts/NotoSansArabic-Regular.ttf",
        "pinback/fonts/NotoSansHebrew-Bold.ttf",
        "pinback/fonts/NotoSansHebrew-Regular.ttf",
        "pinback/fonts/README.md",
    ]
    assert sorted(theme) == [
        "pinback/theme/404.html",
        "pinback/theme/README.md",
        *(f"pinback/theme/admin-{name}.html" for name in ("award", "change", "design", "home", "start")),
        "pinback/theme/admin.css",
        "pinback/theme/admin.html",
        "pinback/theme/award.html",
        "pinback/theme/badge.html",
        "pinback/theme/base.html",
        "pinback/theme/catalogue.html",
        "pinback/theme/certificate.css",
        "pinback/theme/certificate.html",
        "pinback/theme/erased.html",
        "pinback/theme/forward.html",
        "pinback/theme/gallery.css",
        "pinback/theme/gallery.html",
        "pinback/theme/home.html",
        "pinback/theme/issuer.html",
        *(f"pinback/theme/locale/{tag}.po" for tag in ("ar", "de", "es", "fr", "pl", "zh")),
        "pinback/theme/log.html",
        "pinback/theme/page.html",
        "pinback/theme/parts.html",
        "pinback/theme/person.html",
        "pinback/theme/setup-home.html",
        "pinback/theme/sheet.css",
        "pinback/theme/sheet.html",
        "pinback/theme/statistics.html",
        "pinback/theme/style.css",
        "pinback/theme/verify.html",
        "pinback/theme/waiting.html",
    ]


def test_wheel_names_licence_and_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    info = {name.split("/", 1)[1] for name in archive.namelist() if ".dist-info/" in name}
    assert info == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", *LICENCES}
    entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "pinback = pinback.__main__:main" in archive.read(entry_points).decode()


def test_club_made_by_init_builds_with_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """The package comes from the unpacked wheel, so that nothing of the checkout can help."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    club = tmp_path / "club"

    def run(*words: str, cwd: Path = tmp_path) -> str:
        ours = {name: value for name, value in os.environ.items() if name != "CI"}
        environment = {**ours, "PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"}
        command = [sys.executable, "-P", "-m", "pinback", *words]
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    answers = [
        "--name",
        "Chess Club",
        "--base-url",
        "https://club.github.io/badges/",
        "--url",
        "https://chess.example.org/",
    ]
    run("init", "club", *answers, "--email", "badges@chess.example.org")
    assert "environment: seal" not in (club / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    run("init", "other", "--keys", "environment", *answers, "--email", "badges@chess.example.org")
    assert "environment: seal" in (tmp_path / "other/.github/workflows/publish.yml").read_text(encoding="utf-8")
    run("new", "badge", "openings", "--description", "Knows ten openings.", cwd=club)
    text = (club / "badges/openings/badge.md").read_text(encoding="utf-8")
    criteria = "## What you do\n\nPlay ten openings to move eight.\n"
    (club / "badges/openings/badge.md").write_text(text[: text.index("## ")] + criteria, encoding="utf-8")
    run("award", "openings", "--on", "2026-05-17", cwd=club)
    assert "1 award is not sealed yet" in run("build", cwd=club)
    assert (club / "site" / "badges" / "openings" / "index.html").is_file()
    assert not list((club / "site").glob("awards/*"))
    assert "1 badge, 1 award: no problems. 1 award waits for pinback seal." in run("check", cwd=club)

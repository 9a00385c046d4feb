"""What is kept of the default theme: the same pages, made anew whenever it does not fit, and never of a club's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import ROOT

from pinback.pages import theme
from pinback.pages.kept import kept
from pinback.pages.language import Language
from pinback.pages.marks import IN_SECTIONS, Marks
from pinback.pages.theme import Theme, ThemeProblem


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where Python keeps what it compiles, for this test alone."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "kept"


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with nothing compiled."""
    monkeypatch.setattr(theme, "_COMPILED", {})


def files(places: Path) -> dict[str, Path]:
    return {path.name.split(".")[0]: path for path in places.rglob("theme-*")}


def made(
    name: str = "a.html", by: str = "x 1", source: bytes = b"source", result: bytes = b"result"
) -> tuple[bytes, bool]:
    """Return what is made or kept, and whether it was made."""
    calls: list[bytes] = []

    def make() -> bytes:
        calls.append(result)
        return result

    return kept(name, by, source, make), bool(calls)


def test_it_is_made_once_for_the_same_file_by_the_same(places: Path) -> None:
    assert made() == (b"result", True)
    assert made() == (b"result", False)
    for other in ({"by": "x 2"}, {"source": b"sourc"}, {"name": "b.html"}):
        assert made(**other, result=b"other") == (b"other", True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-1], lambda data: data[:-1] + b"x", lambda data: data[:20]]
)
def test_what_is_damaged_is_made_anew(places: Path, damage) -> None:
    made()
    (path,) = files(places).values()
    path.write_bytes(damage(path.read_bytes()))
    assert made() == (b"result", True)
    assert made() == (b"result", False)


def test_link_in_its_place_is_not_followed(places: Path, tmp_path: Path) -> None:
    made()
    (path,) = files(places).values()
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert made() == (b"result", True)


def test_nothing_is_written_where_python_writes_nothing(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made() == made() == (b"result", True)
    assert not places.exists()


def test_where_python_keeps_nothing_all_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.implementation, "cache_tag", None)
    assert made() == made() == (b"result", True)


def test_folder_that_cannot_be_written_is_no_hindrance(places: Path) -> None:
    places.write_bytes(b"a file in the place of the folder")
    assert made() == made() == (b"result", True)


ENGLISH = Language("en")
LINE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'">"""
"""Without it no page of an own theme is shown."""


def shown(theme: Theme) -> bytes:
    return theme.render("parts.html", {}, ENGLISH)


def test_template_that_was_kept_makes_the_same_page(places: Path) -> None:
    first = shown(Theme(None))
    assert "theme-parts" in files(places)
    theme._COMPILED.clear()
    assert shown(Theme(None)) == first


def test_all_languages_of_a_process_share_what_is_compiled(places: Path) -> None:
    theme_ = Theme(None)
    shown(theme_)
    (code,) = theme._COMPILED.values()
    theme_.render("parts.html", {}, Language("pl", "pl"))
    assert list(theme._COMPILED.values()) == [code]


def test_catalogue_that_was_kept_says_the_same(places: Path) -> None:
    words = [Theme(None).language("pl").translations for _ in range(2)]
    assert "theme-locale-pl" in files(places)
    assert words[0]._catalog == words[1]._catalog  # type: ignore[attr-defined]
    assert [words[1].ngettext("%(count)s badge", "%(count)s badges", count) for count in (1, 2, 5)] == [
        words[0].ngettext("%(count)s badge", "%(count)s badges", count) for count in (1, 2, 5)
    ]


BOUND = "{% if award.evidence %}{% for one in award.evidence %}<b>{{ one }}</b>{% endfor %}{% endif %}"


def bound(theme_: Theme) -> tuple[list[str], list[frozenset[str] | None], str]:
    """Return what an award page is cut into, what its sections read, and one of them."""
    marks = Marks("Zq")
    binder = theme_.binder("parts.html", ENGLISH, "award", ("evidence",), ())
    cut = binder.bind({"award": {"evidence": IN_SECTIONS}}, marks, (), "awards/")
    shown = [section.rendered({"award": {"evidence": ["<1>"]}}) for section in binder.sections]
    return list(map(repr, cut)), [section.reads for section in binder.sections], "".join(shown)


def test_template_that_was_taken_apart_in_an_earlier_run_is_bound_the_same(
    places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = tmp_path / "default"
    default.mkdir()
    (default / "parts.html").write_text(BOUND, encoding="utf-8")
    monkeypatch.setattr(theme, "default_theme", lambda: default)
    first = bound(Theme(None))
    assert first[1:] == ([frozenset({"evidence"})], "<b>&lt;1&gt;</b>")
    (path,) = files(places).values()
    kept_code, written = path.read_bytes(), path.stat().st_mtime_ns
    assert bound(Theme(None)) == first
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (kept_code, written)
    (default / "parts.html").write_text(f"{BOUND}.", encoding="utf-8")
    assert bound(Theme(None)) != first
    assert path.read_bytes() != kept_code


def test_nothing_of_a_clubs_own_theme_is_kept(places: Path, tmp_path: Path) -> None:
    own = tmp_path / "theme"
    (own / "locale").mkdir(parents=True)
    (own / "parts.html").write_text(f"{LINE}{{{{ 3 * 4 }}}}", encoding="utf-8")
    (own / "locale/pl.po").write_bytes((ROOT / "theme/locale/pl.po").read_bytes())
    theme_ = Theme(own)
    assert shown(theme_) == f"{LINE}12".encode()
    theme_.language("pl")
    (own / "parts.html").write_text(f"{LINE}{{{{ 3 * 4 }}}}{BOUND}", encoding="utf-8")
    assert bound(Theme(own))[2] == "<b>&lt;1&gt;</b>"
    assert files(places) == {}
    (own / "parts.html").write_text(f"{LINE}{{{{ 3 * 4 }}}}", encoding="utf-8")
    assert b"12" not in shown(Theme(None))
    assert shown(Theme(own)) == f"{LINE}12".encode()


def test_checkout_whose_theme_is_the_clubs_own_keeps_nothing(places: Path) -> None:
    Theme(ROOT / "theme")._environment(ENGLISH).get_template("parts.html")
    assert files(places) == {}


def test_mistake_of_a_clubs_template_is_told_with_its_line(places: Path, tmp_path: Path) -> None:
    own = tmp_path / "theme"
    own.mkdir()
    (own / "parts.html").write_text("\n{% if %}", encoding="utf-8")
    with pytest.raises(ThemeProblem, match=r"theme/parts.html:2"):
        shown(Theme(own))

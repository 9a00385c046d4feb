"""Certificates in a built site: for awards in force, where the club wants them, and checkable like any other badge file."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest
from certificates.cases import printer
from certificates.reading import attached, codes, pages, words
from conftest import AT, ROOT, ClubFolder, needs_pango

from pinback import lifecycle, pipeline
from pinback.certificates import printing
from pinback.cli.main import run
from pinback.errors import PaperError


@pytest.fixture
def printing_club(sealed_club: ClubFolder) -> ClubFolder:
    """The small club with three sealed awards, which wants certificates."""
    return sealed_club.site(certificates="true")


def ids(club: ClubFolder) -> list[str]:
    """Return the ids of the sealed awards."""
    lines = [json.loads(line) for line in club.read("issuers/club/register.jsonl").splitlines()]
    return [line["id"] for line in lines if line["event"] == "award"]


def made(club: ClubFolder) -> dict[str, bytes]:
    """Return the certificates of the built site by the award's id."""
    return {path.parent.name: path.read_bytes() for path in sorted(club.build().glob("awards/*/certificate.pdf"))}


def test_a_club_that_asks_for_none_has_none(sealed_club: ClubFolder) -> None:
    assert not list(sealed_club.build().rglob("*.pdf"))
    assert "certificate.pdf" not in sealed_club.read(f"site/awards/{ids(sealed_club)[0]}/index.html")


@needs_pango
def test_every_award_in_force_has_one_that_leads_to_its_page(printing_club: ClubFolder) -> None:
    found = made(printing_club)
    assert list(found) == sorted(ids(printing_club))
    for id_, data in found.items():
        assert codes(data) == [f"https://badges.example.org/awards/{id_}/"]
        sealed = printing_club.root / f"site/awards/{id_}/credential.json"
        assert attached(data) == {"credential.json": sealed.read_bytes()}
        assert "a holder whose name is not published" in words(data) and pages(data) == 1
        page = printing_club.read(f"site/awards/{id_}/index.html")
        assert 'href="certificate.pdf"' in page


@needs_pango
def test_withdrawn_suspended_and_erased_awards_have_none(printing_club: ClubFolder) -> None:
    root, known = printing_club.root, ids(printing_club)
    lifecycle.revoke(root, known[0], "mistake", date(2026, 6, 2), known)
    lifecycle.suspend(root, known[1], date(2026, 6, 2), known)
    printing_club.seal(AT.replace(day=3))
    site = printing_club.build()
    assert [path.parent.name for path in site.glob("awards/*/certificate.pdf")] == [known[2]]
    for id_ in known[:2]:
        assert "certificate.pdf" not in printing_club.read(f"site/awards/{id_}/index.html")
    lifecycle.erase(root, [known[2]], "", known)
    printing_club.seal(AT.replace(day=4))
    assert not list(printing_club.build().rglob("*.pdf"))


@needs_pango
def test_a_name_in_the_open_is_on_it(printing_club: ClubFolder) -> None:
    printing_club.award("2026-05-19-zoe", "issued_on: 2026-05-19\nname: Zoë Ångström\npublic: true\n").seal()
    id_ = ids(printing_club)[-1]
    assert "Zoë Ångström" in words(made(printing_club)[id_])


@needs_pango
def test_building_again_writes_none_again(printing_club: ClubFolder) -> None:
    first = made(printing_club)
    published, _ = pipeline.build(printing_club.root, printing_club.root / "site")
    assert published.written == 0
    assert made(printing_club) == first


@needs_pango
def test_letter_paper_is_a_choice(printing_club: ClubFolder) -> None:
    a4 = made(printing_club)
    letter = made(printing_club.site(certificates="true", paper="letter"))
    assert all(b"/MediaBox" not in data or a4[id_] != data for id_, data in letter.items())
    assert pipeline.check(printing_club.root).club.site.paper == "letter"


@needs_pango
def test_letters_without_a_font_are_told_once(printing_club: ClubFolder, capfd: pytest.CaptureFixture[str]) -> None:
    printing_club.award("2026-05-19-a", "issued_on: 2026-05-19\nname: 李小龙\npublic: true\n")
    printing_club.award("2026-05-20-b", "issued_on: 2026-05-20\nname: 李明\npublic: true\n").seal()
    assert run(["build", "-C", str(printing_club.root)]) == 0
    told = [line for line in capfd.readouterr().err.splitlines() if "theme/fonts" in line]
    assert told == [
        'theme/fonts: warning: no font file has "小" (U+5C0F), "明" (U+660E), "李" (U+674E), "龙" (U+9F99), so certificates show '
        "what this computer has for it, or an empty box; put a font file that has it into theme/fonts"
    ]


def test_without_the_extra_part_one_line_says_what_to_install(
    printing_club: ClubFolder, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert run(["build", "-C", str(printing_club.root)]) == 1
    assert capfd.readouterr().err.splitlines() == [
        'pinback: certificates need the extra part of Pinback that makes PDF; run: pip install "pinback[pdf]"'
    ]
    assert not (printing_club.root / "site").exists()


def test_without_pango_one_line_says_what_to_install(
    printing_club: ClubFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')\n", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PaperError, match=r"need the system library pango; run: sudo apt-get install libpango-1\.0-0"):
        pipeline.build(printing_club.root, printing_club.root / "site")
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)


@needs_pango
@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("@page{size:0mm 0mm}", r"it takes more than 0\.5 seconds"),
        ("body{font-size:1e400mm}", "OverflowError: .*"),
        ("body{width:calc(1mm/0)}", "ValueError: .*"),
    ],
)
def test_style_sheet_that_nothing_can_be_printed_with_is_named(
    printing_club: ClubFolder, monkeypatch: pytest.MonkeyPatch, style: str, words: str
) -> None:
    """``MAX_PAPER_SECONDS``."""
    monkeypatch.setattr(printing, "MAX_PAPER_SECONDS", 0.5)
    printing_club.write("theme/certificate.css", (ROOT / "theme/certificate.css").read_text(encoding="utf-8") + style)
    with pytest.raises(PaperError, match=rf"^theme/certificate\.css: nothing can be printed .* \({words}\); compare"):
        made(printing_club)


@needs_pango
def test_drawing_without_end_in_a_certificate_is_not_left_out(
    printing_club: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeasyPrint leaves out a drawing that it cannot draw, so that what a slow computer makes would be another paper."""
    monkeypatch.setattr(printing, "MAX_PAPER_SECONDS", 0.5)
    template = (ROOT / "theme/certificate.html").read_text(encoding="utf-8")
    endless = '<svg viewBox="0 0 9 9" width="9mm" height="9mm"><path d="M1 1z0"/></svg></body>'
    printing_club.write("theme/certificate.html", template.replace("</body>", endless))
    with pytest.raises(PaperError, match=r"nothing can be printed .* \(it takes more than 0\.5 seconds\)"):
        made(printing_club)


@needs_pango
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps account of a process's memory")
def test_paper_takes_no_more_memory_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """``MAX_PAPER_MEMORY``."""
    monkeypatch.setattr(printing, "MAX_PAPER_MEMORY", 40_000_000)
    monkeypatch.setattr(printing.Printer, "_draw", lambda self, draft, pages: bytes(200_000_000))
    with pytest.raises(PaperError, match="it takes too much memory"):
        printer().pdf(printing.Draft("", {}))


@needs_pango
def test_the_checker_reads_a_certificate(printing_club: ClubFolder, capfd: pytest.CaptureFixture[str]) -> None:
    saved = printing_club.root / "saved"
    shutil.copytree(printing_club.build(), saved / "badges.example.org")
    file = saved / f"badges.example.org/awards/{ids(printing_club)[0]}/certificate.pdf"
    code = run(["verify", str(file), "--snapshot", str(saved), "--now", "2026-07-01T00:00:00Z", "--format", "json"])
    (said,) = json.loads(capfd.readouterr().out)
    assert (code, said["verdict"]) == (0, "genuine"), said


@needs_pango
def test_the_day_is_in_the_language_of_the_badge(club: ClubFolder) -> None:
    club.site(certificates="true").badge(fields="language: de\n").keys()
    club.award("a", f"issued_on: {date(2026, 5, 17)}\nhandle: otter-7\n").seal()
    (data,) = made(club).values()
    assert "2026" in words(data)


@needs_pango
def test_a_holder_with_a_page_has_one_sheet_with_all_badges_in_force(printing_club: ClubFolder) -> None:
    printing_club.write("site_src/people/otter-7.md", "---\nname: Zoë Ångström\npublic: true\n---\n\nI row.\n")
    printing_club.award("2026-05-25-more", "issued_on: 2026-05-25\nhandle: otter-7\n").seal()
    data = (printing_club.build() / "people/otter-7/badges.pdf").read_bytes()
    own = "https://badges.example.org/people/otter-7/"
    assert own in codes(data) and len(codes(data)) == 3 and "Zoë Ångström" in words(data)
    assert 'href="badges.pdf"' in printing_club.read("site/people/otter-7/index.html")
    printing_club.site()
    printing_club.build()
    assert not (printing_club.root / "site/people/otter-7/badges.pdf").exists()
    assert "badges.pdf" not in printing_club.read("site/people/otter-7/index.html")


@needs_pango
def test_the_club_s_colour_is_on_it(printing_club: ClubFolder) -> None:
    plain = made(printing_club)
    coloured = made(printing_club.site(certificates="true", colour='"#ffcc00"'))
    assert all(coloured[id_] != data for id_, data in plain.items())

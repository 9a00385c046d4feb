"""A site that outgrows its host is told of in time, and what can be done."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder, needs_pango

from pinback import hosts, pipeline
from pinback.hosts import expected_size, reckoned_size, size_warnings

SITE = "site_src/site.yaml"
ELSEWHERE = "make pictures of badges smaller, or choose another host; docs/federation-scale.md compares them"
AT_GITHUB = "https://club.github.io/badges/"


def size_of(site: Path) -> int:
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def _many(tmp_path_factory: pytest.TempPathFactory, _sealed_template: Path) -> Path:
    """A club with two badges of different size, 140 awards, one holder's page, one award withdrawn."""
    club = ClubFolder(tmp_path_factory.mktemp("many") / "club", AT_GITHUB).site(languages="[en, pl]")
    club.issuer(did="did:web:club.github.io:badges").badge().badge(
        "bends", criteria="Tie **many** bends.\n\n" * 30
    ).keys()
    for badge, count in (("knots", 100), ("bends", 40)):
        records = "".join(
            f"  - handle: swift-{number}\n    evidence: https://c.example/{number}\n" for number in range(count)
        )
        club.award("gala", f"issued_on: 2026-05-30\nawards:\n{records}", badge)
    club.award("otter", "issued_on: 2026-05-30\nhandle: otter-7\n")
    club.write("site_src/people/otter-7.md", "---\nname: Otti\npublic: true\n---\n\nHi.\n")
    club.seal()
    record = "badges/knots/awards/otter.yaml"
    club.write(record, f"{club.read(record)}revoked: {{on: 2026-06-01, reason: mistake}}\n")
    club.seal(AT + timedelta(days=1))
    return club.root


@pytest.fixture
def many(_many: Path, tmp_path: Path) -> ClubFolder:
    shutil.copytree(_many, tmp_path / "many")
    return ClubFolder(tmp_path / "many", AT_GITHUB)


@pytest.mark.parametrize(
    "fields", [{}, {"lean_since": "2026-06-01"}, {"lean_since": "2026-06-02"}, {"languages": "[en]"}]
)
def test_size_is_known_before_the_site_is_made(fields: dict[str, str], many: ClubFolder) -> None:
    many.site(**{"languages": "[en, pl]", **fields}).write("site_src/static/notes.txt", "x" * 300_000)
    checked = pipeline.check(many.root)
    expected = expected_size(checked.material)
    assert expected == pytest.approx(size_of(many.build()), rel=0.05)
    # What decides whether files are made to know more is never so far below that a warning is missed.
    reckoned = reckoned_size(many.root, checked.club, checked.sealed.values())
    assert reckoned > hosts._LOOKED_AT / hosts._WARNED * expected


@needs_pango
def test_certificates_count(many: ClubFolder) -> None:
    many.site(certificates="true")
    expected = expected_size(pipeline.check(many.root).material)
    assert expected == pytest.approx(size_of(many.build()), rel=0.05)


def test_size_of_the_example_is_known(tmp_path: Path) -> None:
    checked = pipeline.check(ROOT)
    pipeline.build(ROOT, tmp_path / "site", remember=False)
    assert expected_size(checked.material) == pytest.approx(size_of(tmp_path / "site"), rel=0.05)


def test_nothing_sealed_has_no_size(club: ClubFolder) -> None:
    checked = pipeline.check(club.root)
    assert reckoned_size(club.root, checked.club, checked.sealed.values()) == 0


def test_what_can_be_done_is_told_with_the_line_and_what_it_brings(many: ClubFolder) -> None:
    """The limit is lowered to the size that the site has, so that the words are tried without a gigabyte."""
    material = pipeline.check(many.root).material
    size = expected_size(material)
    for limit, over in ((round(size * 1.05), "nearly what"), (round(size * 0.7), "more than")):
        (told,) = size_warnings(material, limit)
        assert (told.file, told.warning) == (SITE, True)
        assert (
            told.what == f"the site has about {size / 1e6:,.0f} MB, {over} GitHub Pages takes ({limit / 1e6:,.0f} MB)"
        )
        found = re.fullmatch(
            r'write the line "lean_since: 2026-06-02" into it: all awards get a smaller badge\.png, and those sealed from that day on '
            r"fewer files; then the site has about ([\d,]+) MB, and about ([\d,]+) awards fit in all, where there are 141 now; "
            r"docs/federation-scale\.md says what is left out, and compares other hosts",
            told.cure,
        )
        assert found, told.cure
        assert (int(found[2]) > 141) == (over == "nearly what")
    assert list(size_warnings(material, round(size * 1.2))) == []


def test_so_many_awards_fit_as_was_told(many: ClubFolder) -> None:
    limit = round(1.05 * expected_size(pipeline.check(many.root).material))
    (told,) = size_warnings(pipeline.check(many.root).material, limit)
    fitting = int(re.findall(r"about ([\d,]+) awards fit", told.cure)[0])
    many.site(languages="[en, pl]", lean_since="2026-06-02")
    records = "".join(
        f"  - handle: swallow-{number}\n    evidence: https://c.example/{number}\n" for number in range(fitting - 141)
    )
    many.award("more", f"issued_on: 2026-05-31\nawards:\n{records}").seal(AT + timedelta(days=2))
    assert size_of(many.build()) == pytest.approx(limit, rel=0.05)


@pytest.mark.parametrize(
    ("count", "words"), [(141.9, "141"), (999.0, "999"), (15_452.3, "15,400"), (1_000_099.0, "1,000,000")]
)
def test_many_awards_are_told_in_hundreds(count: float, words: str) -> None:
    assert hosts._hundreds(count) == words


def test_lean_site_is_told_of_other_hosts(many: ClubFolder) -> None:
    many.site(lean_since="2026-06-02")
    material = pipeline.check(many.root).material
    (told,) = size_warnings(material, expected_size(material))
    assert told.cure == ELSEWHERE


def heavy(club: ClubFolder, megabytes: int) -> ClubFolder:
    """Give a club static files that take no room on the disk."""
    for number in range(megabytes // 20):
        with club.write(f"site_src/static/plan-{number}.pdf", "%PDF-1.7\n").open("r+b") as file:
            file.truncate(20_000_000)
    return club


def told_by_check(root: Path) -> list[str]:
    return [str(one) for one in pipeline.check(root).warnings]


def test_check_warns_of_a_site_at_github_alone(club: ClubFolder) -> None:
    heavy(club, 960)
    assert told_by_check(club.root) == []
    club.write(".github/workflows/publish.yml", "on: push\n")
    (told,) = told_by_check(club.root)
    assert told.startswith(f"{SITE}: warning: the site has about 96")
    assert told.endswith("nearly what GitHub Pages takes (1,000 MB); " + ELSEWHERE)
    (club.root / ".github/workflows/publish.yml").unlink()
    club.base_url = AT_GITHUB
    club.site().issuer(did="did:web:club.github.io:badges")
    assert told_by_check(club.root) == [told]
    club.write("theme/home.html", "{{ nothing.of.the.kind }}")
    assert told_by_check(club.root) == []  # the build says what is wrong with it

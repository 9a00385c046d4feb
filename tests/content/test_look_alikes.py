"""Names that look like others are warned of, and real names of every script are not."""

from __future__ import annotations

import pytest
from conftest import ClubFolder

from pinback.content.read import read_club

REAL = ["Zoë Ångström", "Łódź", "Дмитрий Шостакович", "Ελένη", "محمد بن علي", "שלום", "李小龙", "نمی\u200cخواهم", "👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f", "Ada, Дмитрий"]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_name_gives_no_warning(name: str, club: ClubFolder) -> None:
    club.award("a", f"issued_on: 2026-05-17\nname: '{name}'\npublic: true\nhandle: otter-7\n")
    assert read_club(club.root)[1] == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Кnots", 'the word "Кnots" mixes alphabets whose letters look alike: Cyrillic (U+041A) and Latin (U+0073)'),
        ("Αda", 'the word "Αda" mixes alphabets whose letters look alike: Greek (U+0391) and Latin (U+0061)'),
        ("A\u200bda", 'the name "A\\u200bda" holds the invisible sign U+200B'),
        ("A\u00adda", 'the name "A\\xadda" holds the invisible sign U+00AD'),
    ],
)
def test_name_that_looks_like_another_is_warned_of(name: str, told: str, club: ClubFolder) -> None:
    club.award("a", f"issued_on: 2026-05-17\nname: '{name}'\npublic: true\nhandle: otter-7\n")
    (warning,) = read_club(club.root)[1]
    assert (warning.file, warning.line, warning.what, warning.warning) == ("badges/knots/awards/a.yaml", 1, told, True)


def test_names_of_site_issuer_badge_and_person_are_looked_at(club: ClubFolder) -> None:
    club.site(title="Тest").issuer().badge()
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.write("issuers/club/issuer.yaml", club.read("issuers/club/issuer.yaml").replace("Test club", "Тest"))
    club.write("badges/knots/badge.md", club.read("badges/knots/badge.md").replace("name: Knots", "name: Кnots"))
    club.write("site_src/people/otter-7.md", "---\nname: Аda\npublic: true\n---\n\nI.\n")
    found = read_club(club.root)[1]
    assert [one.file for one in found] == [
        "badges/knots/badge.md", "issuers/club/issuer.yaml", "site_src/people/otter-7.md", "site_src/site.yaml",
    ]  # fmt: skip

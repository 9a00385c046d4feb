"""The one link of a holder, made from the steward's private list."""

from __future__ import annotations

import sys

import pytest
from conftest import AT, ROOT, ClubFolder

sys.path.insert(0, str(ROOT / "tests/foreign"))

import people

from pinback import addresses, holders, who_is_who
from pinback.addresses import MAX_IN_GROUP
from pinback.cli.main import run
from pinback.errors import UsageError
from pinback.who_is_who import Row

ZOE = "Zoë Ångström"


@pytest.fixture
def club(club: ClubFolder) -> ClubFolder:
    """A holder with three private links, one of them of an award that waits, and one that nobody noted."""
    club.badge("bends").badge("splices").badge("waits").keys()
    for number, (name, badge) in enumerate(((ZOE, "knots"), ("Zoë Berg", "bends"), (ZOE, "splices"))):
        one = people.known(number, name)
        club.award("zoe", people.record(one, "otter-7", f"2026-05-1{number}"), badge)
        if badge != "splices":
            who_is_who.note(club.root, Row(name, badge, f"2026-05-1{number}", "otter-7", one.link))
    club.seal()
    waits = people.known(3, ZOE)
    club.award("zoe", people.record(waits, "otter-7", "2026-05-14"), "waits")
    who_is_who.note(club.root, Row(ZOE, "waits", "2026-05-14", "otter-7", waits.link))
    club.write("site_src/people/otter-7.md", f"---\nname: {ZOE}\npublic: true\n---\n")
    return club


def test_one_link_carries_each_name_with_its_secrets(club: ClubFolder) -> None:
    first, second = people.known(0, ZOE), people.known(1, "Zoë Berg")
    found = holders.links(club.root, "otter-7")
    assert found.page == (
        "https://badges.example.org/people/otter-7/"
        f"#n=Zo%C3%AB%20%C3%85ngstr%C3%B6m&k={first.id}.{first.secret}&n=Zo%C3%AB%20Berg&k={second.id}.{second.secret}"
    )
    assert [row.link for row in found.rows] == [first.link, second.link]
    assert found.unknown == 1


def test_award_that_does_not_count_is_left_out(club: ClubFolder) -> None:
    file = "badges/bends/awards/zoe.yaml"
    club.write(file, club.read(file) + "suspended: {on: 2026-06-01}\n")
    club.write("badges/waits/awards/zoe.yaml", "")
    (club.root / "badges/waits/awards/zoe.yaml").unlink()
    club.seal(AT)
    assert [row.badge for row in holders.links(club.root, "otter-7").rows] == ["knots"]


def test_command_prints_the_link_alone_and_says_what_it_is(
    club: ClubFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["links", "otter-7", "-C", str(club.root)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("https://badges.example.org/people/otter-7/#n=Zo%C3%AB")
    assert said.out.count("\n") == 1
    assert "Carries the name under 2 badges. Give it to the holder alone, not to a list." in said.err
    assert "1 more award with a private link: not in who-is-who.csv here." in said.err
    assert run(["links", "otter-7", "--each", "-C", str(club.root)]) == 0
    assert capsys.readouterr().out.splitlines() == [people.known(0, ZOE).link, people.known(1, "Zoë Berg").link]


def test_holder_without_a_page_or_a_link_is_told(club: ClubFolder, capsys: pytest.CaptureFixture[str]) -> None:
    (club.root / "site_src/people/otter-7.md").unlink()
    assert run(["links", "otter-7", "-C", str(club.root)]) == 2
    assert "otter-7 has no page; the links of the awards: pinback links otter-7 --each" in capsys.readouterr().err
    with pytest.raises(UsageError, match='no award has the handle "otter-8"'):
        holders.links(club.root, "otter-8")
    (club.root / who_is_who.FILE).unlink()
    with pytest.raises(UsageError, match=r"who-is-who\.csv names no private link of a sealed award of otter-7"):
        holders.links(club.root, "otter-7")


def test_many_awards_go_into_several_groups_that_readers_take() -> None:
    awards = [(f"{number:a>16}", "s" * 22) for number in range(70)]
    link = addresses.person_link("https://a.example.org/people/x/", [("Bo", awards)])
    groups = link.partition("#")[2].split("n=Bo&k=")[1:]
    assert [group.rstrip("&").count("~") + 1 for group in groups] == [MAX_IN_GROUP] * 3 + [10]
    assert all(len(group) < 2_048 - 1_200 for group in groups)

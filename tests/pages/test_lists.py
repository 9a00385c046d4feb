"""Catalogue, badge, issuer and numbers in a built site: what stands on the pages, and that they never contradict each other."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import AT, ClubFolder

from pinback import pipeline
from pinback.assemble.indexes import as_script
from pinback.model import Duration
from pinback.pages.badges import validity
from pinback.pages.issuers import fingerprint
from pinback.pages.language import PLAIN
from pinback.pages.schema_org import iso_duration
from pinback.pages.theme import Theme


def page(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text(encoding="utf-8")


def data_block(text: str, start: str) -> dict[str, object]:
    """Return the JSON of the script element that begins with *start*."""
    found = re.search(re.escape(start) + r"(.*?)</script>", text, re.DOTALL)
    assert found, start
    value = json.loads(found[1])
    assert isinstance(value, dict)
    return value


class Words(HTMLParser):
    """The words of a page, without markup, scripts and repeated blanks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet = tag == "script"

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.found.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.found).split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A club with two badges in categories, one changed since, and awards over three years."""
    club = ClubFolder(tmp_path_factory.mktemp("lists") / "club").site(languages="[en, pl]").issuer().keys()
    more = (
        "category: {en: On the water, pl: Na wodzie}\nvalid_for: 2 years\ntags: [rope]\n"
        "alignment:\n  - {name: Ropework, url: 'https://union.example.org/rope', framework: Union skills, code: R1}\n"
    )
    club.badge(fields=more)
    club.badge("tea", "category: Ashore\n")
    for year, count in ((2023, 2), (2024, 6), (2025, 8)):
        for number in range(count):
            club.award(f"k{year}-{number}", f"issued_on: {year}-03-0{number + 1}\nhandle: otter-{number}\n")
    for number in range(3):
        club.award(f"t{number}", f"issued_on: 2025-03-0{number + 1}\nhandle: otter-{number}\n", "tea")
    for number in range(9):
        club.award(f"u{number}", f"issued_on: 2024-03-0{number + 1}\nhandle: otter-{number}\n", "tea")
    club.seal(AT)
    club.write(
        "badges/knots/badge.md", club.read("badges/knots/badge.md").replace("Tie six knots.", "Tie seven knots.")
    )
    club.award("late", "issued_on: 2025-05-01\nhandle: otter-9\n")
    club.seal(AT)
    return club.build()


def test_catalogue_groups_badges_by_category_in_the_language_of_the_page(site: Path) -> None:
    headings = [re.findall(r'<h2 id="group-\d"[^>]*>([^<]+)', page(site, path)) for path in ("badges", "pl/badges")]
    assert headings == [["Ashore", "On the water"], ["Ashore", "Na wodzie"]]


def test_catalogue_is_whole_without_a_script(site: Path) -> None:
    text = page(site, "badges")
    assert re.findall(r'data-badge="([^"]+)"', text) == [
        "https://badges.example.org/badges/tea/",
        "https://badges.example.org/badges/knots/",
    ]
    assert re.search(r'id="searching"[^>]* hidden', text)
    data = data_block(text, '<script type="application/json" id="page-data">')
    assert data["index"] == "../assets/index.js"
    assert (
        data_block(page(site, "pl/badges"), '<script type="application/json" id="page-data">')["index"]
        == "../../assets/index.js"
    )


def test_script_of_the_index_holds_what_the_index_holds(site: Path) -> None:
    script = (site / "assets/index.js").read_text(encoding="utf-8")
    start = "window.pinbackIndex="
    assert script.startswith(start)
    assert script.endswith(";\n")
    index = json.loads((site / "index.json").read_bytes())
    assert json.loads(script[len(start) : -2]) == index
    knots = next(badge for badge in index["badges"] if badge["url"].endswith("/knots/"))
    assert (knots["category"], knots["skills"], knots["issuer_name"]) == ("On the water", ["Ropework"], "Test club")
    assert knots["languages"]["pl"]["category"] == "Na wodzie"
    assert knots["languages"]["pl"]["url"] == "https://badges.example.org/pl/badges/knots/"
    assert not [badge for badge in index["badges"] if "awards" in json.dumps(badge)]


def test_line_ends_of_older_scripts_do_not_end_the_script() -> None:
    script = as_script('{"name":"b\u2028c\u2029d"}'.encode()).decode("utf-8")
    assert "\u2028" not in script
    assert "\u2029" not in script
    assert json.loads(script[len("window.pinbackIndex=") : -2]) == {"name": "b\u2028c\u2029d"}


def test_badge_page_tells_search_engines_what_it_tells_readers(site: Path) -> None:
    schema = data_block(page(site, "badges/knots"), '<script type="application/ld+json">')
    assert schema["@type"] == "EducationalOccupationalCredential"
    assert schema["url"] == "https://badges.example.org/badges/knots/"
    assert schema["validFor"] == "P2Y"
    assert schema["competencyRequired"] == [
        {
            "@type": "DefinedTerm",
            "name": "Ropework",
            "url": "https://union.example.org/rope",
            "termCode": "R1",
            "inDefinedTermSet": "Union skills",
        }
    ]
    assert isinstance(schema["recognizedBy"], dict)
    assert schema["recognizedBy"]["name"] == "Test club"
    image = str(schema["image"]).removeprefix("https://badges.example.org/")
    assert (site / image).is_file()


def test_words_cannot_leave_the_block_for_search_engines(club: ClubFolder) -> None:
    club.badge(fields="tags: ['</script><img src=x onerror=alert(1)>']\n")
    text = page(club.build(), "badges/knots")
    assert "</script><img" not in text
    schema = data_block(text, '<script type="application/ld+json">')
    assert schema["keywords"] == ["</script><img src=x onerror=alert(1)>"]


def test_badge_page_has_each_version_of_its_criteria(site: Path) -> None:
    text = page(site, "badges/knots")
    versions = re.findall(r'<details class="version">(.*?)</details>', text, re.DOTALL)
    assert ["six knots" in version for version in versions] == [False, True]
    assert ["in use now" in version for version in versions] == [True, False]
    assert all('datetime="2026-06-01"' in version for version in versions)
    assert 'class="version"' not in page(site, "badges/tea")


def test_id_of_an_edition_that_is_a_place_on_a_page_is_there(club: ClubFolder) -> None:
    """A badge in Polish keeps the address; its English edition, whose page lies there too, is a place on that page."""
    club.site(languages="[en, pl]").badge(fields="language: pl\n")
    text = club.read("badges/knots/badge.md").replace("name: Knots", "name: {pl: Węzły, en: Knots}")
    text = text.replace("description: Ties knots that hold.", "description: {pl: Wiąże węzły., en: Ties knots.}")
    club.write("badges/knots/badge.md", text)
    club.write("badges/knots/criteria.en.md", "Tie them all.\n")
    club.keys().award("a", "issued_on: 2026-05-17\nhandle: otter-7\nlanguage: en\n").seal()
    site = club.build()
    english, polish = page(site, "badges/knots"), page(site, "pl/badges/knots")
    assert '<div class="hero" id="en">' in english
    assert "https://badges.example.org/badges/knots/#en" in english
    assert "Tie them all." in english
    assert '<div class="hero">' in polish
    assert "Tie six knots." in polish
    # Each page has the BadgeClass of its own edition.
    assert re.search(r'href="[0-9a-f]{8}/badge\.json"', english)
    assert 'href="../../../badges/knots/badge.json"' in polish


def test_number_is_the_same_on_every_page_and_in_the_csv(site: Path) -> None:
    rows = list(csv.reader(io.StringIO((site / "issuers/club/statistics.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["badge", "name", "2023", "2024", "2025", "all"]
    table = {row[0]: row[2:] for row in rows[1:]}
    # Two in 2023 and three in 2025 are hidden, and with each what would give it away.
    assert table["knots"][0] == "<5"
    assert table["tea"] == ["0", "9", "<5", "12"] or table["tea"].count("hidden")
    theme = Theme(None)
    for path, language in (
        ("issuers/club/statistics", theme.language("en")),
        ("pl/issuers/club/statistics", theme.language("pl")),
    ):
        body = re.search(r"<tbody>(.*)</tfoot>", page(site, path), re.DOTALL)
        assert body
        shown = [
            [Words(cell).text for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
            for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
        ]
        said = {"hidden": f"–{language.text('not shown')}"}
        expected = [[said.get(cell, cell) for cell in table[name]] for name in ("knots", "tea", "all")]
        assert [[cell.replace("– ", "–") for cell in row] for row in shown] == expected
    for badge in ("knots", "tea"):
        total = table[badge][-1]
        for folder, language in (("", theme.language("en")), ("pl/", theme.language("pl"))):
            if total == "<5":
                sentence = language.text("Fewer than five people hold it.")
            elif total == "hidden":
                sentence = language.text("The number of awards is not shown, as it would give away smaller ones.")
            else:
                sentence = language.plural(
                    "Awarded %(count)s time so far.", "Awarded %(count)s times so far.", int(total)
                )
            assert sentence in Words(page(site, f"{folder}badges/{badge}")).text


def test_badge_that_few_hold_shows_no_number(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    assert "Fewer than five people hold it." in page(site, "badges/knots")
    assert "Awarded once" not in page(site, "badges/knots")


def test_issuer_without_awards_has_no_page_of_numbers(club: ClubFolder) -> None:
    site = club.build()
    assert not (site / "issuers/club/statistics").exists()
    assert not (site / "issuers/club/statistics.csv").exists()
    assert "statistics" not in page(site, "issuers/club")
    assert "Not awarded to anybody yet." in page(site, "badges/knots")


def test_issuer_page_shows_keys_in_groups_that_are_copied_whole(site: Path) -> None:
    text = page(site, "issuers/club")
    keys = re.findall(r'<code class="fingerprint"[^>]*>(.*?)</code>', text)
    assert len(keys) == 2
    for key in keys:
        groups = re.findall(r"<span>([^<]+)</span>", key)
        assert all(len(group) == 4 for group in groups[:-1])
        assert re.sub("<[^>]+>", "", key) == "".join(groups)
    assert fingerprint("abcdefghi") == ["abcd", "efgh", "i"]


def test_issuer_page_says_how_it_awards_and_who_vouches(club: ClubFolder) -> None:
    club.issuer(
        more="how_we_award: |\n  1. You ask.\n  2. We **watch**.\n"
        "vouched_by:\n  - {name: Town of Harbour, url: 'https://town.example.org/sport', text: A club of our town.}\n"
    )
    text = page(club.build(), "issuers/club")
    assert "<strong>watch</strong>" in text
    assert 'href="https://town.example.org/sport"' in text
    words = Words(text).text
    assert "A club of our town." in words
    assert "That we list them here proves nothing: look there." in words


def test_colour_of_a_club_comes_after_the_style_sheet_and_is_its_only_colour(club: ClubFolder) -> None:
    club.site(colour="'#7a3e9d'")
    site = club.build()
    assert "--fill: #7a3e9d;" in (site / "assets/colours.css").read_text(encoding="ascii")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page(site, "badges/knots"))
    assert sheets == ["../../assets/style.css", "../../assets/colours.css"]


@pytest.mark.parametrize(("colour", "told"), [("#ffd000", 1), ("#0b5c8a", 0), ("#000000", 0)])
def test_check_says_in_one_line_that_links_have_another_colour(club: ClubFolder, colour: str, told: int) -> None:
    club.site(colour=f"'{colour}'")
    said = [str(problem) for problem in pipeline.check(club.root).warnings if "colour" in str(problem)]
    assert len(said) == told
    for line in said:
        assert re.fullmatch(
            r"site_src/site\.yaml:4: warning: the colour #ffd000 is too light for text; buttons have it, and links use "
            r"(#[0-9a-f]{6}); leave it, or choose \1 or a darker one",
            line,
        )


def test_club_without_a_colour_has_no_second_style_sheet(club: ClubFolder) -> None:
    site = club.build()
    assert not (site / "assets/colours.css").exists()
    assert "colours.css" not in page(site, "badges")


def test_sitemap_has_the_numbers_and_no_award(site: Path) -> None:
    text = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://badges.example.org/issuers/club/statistics/</loc>" in text
    assert 'hreflang="pl" href="https://badges.example.org/pl/issuers/club/statistics/"' in text
    assert "/awards/" not in text


@pytest.mark.parametrize(
    ("duration", "iso", "words"),
    [
        (Duration(1, "year"), "P1Y", "For 1 year from the award."),
        (Duration(18, "month"), "P18M", "For 18 months from the award."),
        (Duration(2, "week"), "P2W", "For 2 weeks from the award."),
        (Duration(90, "day"), "P90D", "For 90 days from the award."),
    ],
)
def test_validity_is_said_in_words_and_as_the_standard_has_it(duration: Duration, iso: str, words: str) -> None:
    assert iso_duration(duration) == iso
    assert validity(duration, PLAIN) == words
    assert validity(None, PLAIN) == "It does not run out."

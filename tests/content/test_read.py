"""A folder is read: everything that is there, every fault in one run, nothing written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from conftest import ClubFolder

from pinback import pipeline
from pinback.content.kinds import RESERVED
from pinback.content.read import read_club
from pinback.errors import ContentError, UsageError
from pinback.limits import MAX_MARKDOWN, MAX_RECORD, MAX_STATIC


def problems(root: Path) -> list[str]:
    with pytest.raises(ContentError) as raised:
        read_club(root)
    return [str(problem) for problem in raised.value.problems]


def everything_in(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in root.rglob("*")
    }


def test_small_club_is_read_whole(club: ClubFolder):
    club.award("b", "issued_on: 2026-05-18\nhandle: heron-2\n")
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.write("site_src/people/otter-7.md", "---\nname: Otti\npublic: true\n---\n\nI like bowlines.\n")
    club.write("site_src/about.md", "---\ntitle: About us\n---\n\nWe meet.\n")
    club.write("site_src/index.md", "Welcome.\n")
    club.write("site_src/static/flyer.txt", "Come!\n")
    found, warnings = read_club(club.root)
    assert warnings == ()
    assert [award.handle for award in found.awards] == ["otter-7", "heron-2"]
    assert (found.people["otter-7"].name, found.people["otter-7"].words) == ("Otti", "I like bowlines.")
    assert [(page.slug, page.title, page.markdown, page.markdown_line) for page in found.pages] == [
        ("about", "About us", "We meet.", 5),
        ("index", "", "Welcome.", 1),
    ]
    assert [file.target for file in found.static] == ["static/flyer.txt"]
    assert found.badges["knots"].criteria == "Tie six knots."
    assert found.badges["knots"].picture == "badges/knots/badge.svg"


def test_club_with_windows_line_ends_and_byte_order_marks_is_the_same_club(club: ClubFolder):
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\nnarrative: |\n  One.\n  Two.\n")
    club.write("site_src/index.md", "Welcome\n\nto us.\n")
    club.write("site_src/about.md", "---\ntitle: About us\n---\n\nWe meet\n\non Tuesdays.\n")
    before, _ = read_club(club.root)
    for path in [*club.root.rglob("*.yaml"), *club.root.rglob("*.md")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after, _ = read_club(club.root)
    assert after == before
    assert dict(after.awards[0].typed) == dict(before.awards[0].typed)


def test_folder_that_is_no_club_says_so(tmp_path: Path):
    with pytest.raises(UsageError, match="this is not a club's folder, site_src is missing"):
        read_club(tmp_path)


def test_repository_is_public_unless_it_says_otherwise(club: ClubFolder):
    club.award("a", "issued_on: 2026-05-17\nname: Zoë Ångström\n")
    assert len(problems(club.root)) == 1
    club.site(repository="private")
    assert read_club(club.root)[0].awards[0].name == "Zoë Ångström"


def test_one_wrong_record_among_a_thousand_names_itself(club: ClubFolder):
    for number in range(1000):
        day = "2026-05-17" if number != 617 else "2026-05-32"
        club.award(f"record-{number:04}", f"issued_on: {day}\nhandle: otter-{number}\n")
    assert problems(club.root) == [
        'badges/knots/awards/record-0617.yaml:1: "issued_on" is a day that no calendar has (found "2026-05-32"); '
        "correct month or day"
    ]


def test_one_wrong_award_among_a_thousand_in_a_batch_names_itself(club: ClubFolder):
    awards = [f"  - handle: otter-{number}\n    role: Cox\n" for number in range(1000)]
    awards[617] = "  - handle: otter-617\n    rolle: Cox\n"
    club.award("batch", "issued_on: 2026-05-17\nawards:\n" + "".join(awards))
    assert problems(club.root) == [
        f'badges/knots/awards/batch.yaml:{2 + 2 * 617 + 2}: "rolle" is not a field of an award; did you mean "role"?'
    ]


def test_two_holders_with_one_handle_among_a_thousand_name_both_places(club: ClubFolder):
    awards = [f"  - handle: otter-{number}\n" for number in range(1000)]
    awards[900] = awards[30]
    club.award("batch", "issued_on: 2026-05-17\nawards:\n" + "".join(awards))
    assert problems(club.root) == [
        'badges/knots/awards/batch.yaml:903: "otter-30" has this badge of 2026-05-17 already, at '
        "badges/knots/awards/batch.yaml:33; delete one of the two awards, or correct holder or day"
    ]


def test_everything_wrong_is_told_in_one_run(club: ClubFolder):
    club.site(languages="[english]")
    club.issuer(more="telephone: 123\n")
    club.badge("bends", fields="tags: bend\n")
    club.award("a", "issued_on: 2026-5-1\nhandle: otter-7\nshoe: 43\n")
    club.award("b", "issued_on: 2026-05-01: noon\n")
    club.write("site_src/people/nobody.md", "name: Nobody\n")
    club.write("site_src/about.md", "---\ntitle:\n---\n\nWe meet.\n")
    club.write("site_src/static/run.js", "x\n")
    club.write("badges/Sheets/badge.md", "---\n---\n")
    assert [problem.rpartition("; ")[0].split(": ")[0] for problem in problems(club.root)] == [
        "badges/Sheets",
        "badges/bends/badge.md:4",
        "badges/knots/awards/a.yaml:1",
        "badges/knots/awards/a.yaml:3",
        "badges/knots/awards/b.yaml:1",
        "issuers/club/issuer.yaml:5",
        "site_src/about.md:2",
        "site_src/people/nobody.md:1",
        "site_src/site.yaml:4",
        "site_src/static/run.js",
    ]


def test_problems_are_the_same_in_every_run(club: ClubFolder):
    for number in range(20):
        club.award(f"a{number}", f"issued_on: 2026-05-17\nx{number}: 1\ny: 2\n")
    assert problems(club.root) == problems(club.root) == sorted(problems(club.root), key=problems(club.root).index)


def test_faults_between_files_are_told_beside_faults_in_files(club: ClubFolder):
    club.award("a", "id: abcdefgh234567ab\nissued_on: 2026-05-17\n")
    club.award("b", "id: abcdefgh234567ab\nissued_on: 2026-05-18\n")
    club.award("c", "issued_on: soon\n")
    assert len(problems(club.root)) == 2


def test_badge_with_a_fault_is_not_told_again_as_unknown(club: ClubFolder):
    club.badge(fields="tags: x\n")
    club.award("a", "issued_on: 2026-05-17\nresults: [{result: speed, value: 1}]\n")
    assert [problem.split(":")[0] for problem in problems(club.root)] == ["badges/knots/badge.md"]


def test_nothing_is_written_when_there_is_a_problem(sealed_club: ClubFolder):
    sealed_club.build()
    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: swan-9\n")
    sealed_club.award("wrong", "issued_on: 20 May\n")
    before = everything_in(sealed_club.root)
    with pytest.raises(ContentError):
        sealed_club.build()
    with pytest.raises(ContentError):
        sealed_club.seal()
    with pytest.raises(ContentError):
        pipeline.check(sealed_club.root)
    after = everything_in(sealed_club.root)
    assert {name: digest for name, digest in after.items() if not name.startswith(".pinback")} == {
        name: digest for name, digest in before.items() if not name.startswith(".pinback")
    }


# Limits: each at the limit and one beyond.


def test_size_of_a_record_ends_at_the_limit(club: ClubFolder):
    start = "issued_on: 2026-05-17\n#"
    club.award("a", start + "x" * (MAX_RECORD - len(start)))
    assert len(read_club(club.root)[0].awards) == 1
    club.award("a", start + "x" * (MAX_RECORD - len(start) + 1))
    assert problems(club.root) == [
        "badges/knots/awards/a.yaml: the file has 1,000,001 bytes, at most 1,000,000 are read; make it smaller"
    ]


def test_size_of_a_page_ends_at_the_limit(club: ClubFolder):
    start = "---\ntitle: A\n---\n\n"
    club.write("site_src/about.md", start + "x" * (MAX_MARKDOWN - len(start)))
    assert len(read_club(club.root)[0].pages) == 1
    club.write("site_src/about.md", start + "x" * (MAX_MARKDOWN - len(start) + 1))
    assert problems(club.root) == [
        "site_src/about.md: the file has 512,001 bytes, at most 512,000 are read; make it smaller"
    ]


def test_size_of_a_static_file_ends_at_the_limit(club: ClubFolder):
    path = club.write("site_src/static/film.pdf", "")
    with path.open("wb") as file:
        file.truncate(MAX_STATIC)
    assert len(read_club(club.root)[0].static) == 1
    with path.open("wb") as file:
        file.truncate(MAX_STATIC + 1)
    assert problems(club.root) == [
        "site_src/static/film.pdf: the file has 20,971,521 bytes, at most 20,971,520 are published; make it smaller"
    ]


def test_name_of_a_badge_ends_at_the_limit(club: ClubFolder):
    club.badge("x" * 64)
    read_club(club.root)
    club.badge("x" * 65)
    assert len(problems(club.root)) == 1


@pytest.mark.parametrize("name", ["awards", "index", "Knots", "a_b", "a--b", "é", "a b"])
def test_folder_that_cannot_be_an_address_is_told_once(club: ClubFolder, name: str):
    club.badge(name)
    (problem,) = problems(club.root)
    assert problem.startswith(f"badges/{name}: the name ")


def test_names_that_windows_keeps_for_itself_are_reserved():
    assert {"con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"} <= RESERVED


def test_suggested_name_of_a_folder_can_be_used(club: ClubFolder):
    club.badge("Über  Knöts!")
    (problem,) = problems(club.root)
    assert problem.endswith('; rename it, like "uber-knots"')
    (club.root / "badges/Über  Knöts!").rename(club.root / "badges/uber-knots")
    assert set(read_club(club.root)[0].badges) == {"knots", "uber-knots"}


def test_strange_file_names_do_not_reach_the_terminal_raw(club: ClubFolder):
    try:
        club.award("a\x1b[31m\n", "issued_on: soon\n")
    except OSError:
        pytest.skip("this file system takes no such names")
    (problem,) = problems(club.root)
    assert problem.isprintable()
    assert problem.startswith("badges/knots/awards/a\\x1b[31m\\n.yaml:1: ")


def test_file_name_that_is_no_utf8_is_told(club: ClubFolder):
    folder = bytes(club.root / "badges")
    try:
        (Path(folder.decode()) / b"kn\xf6ts".decode("utf-8", "surrogateescape")).mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (problem,) = problems(club.root)
    assert problem.isprintable()


def test_picture_is_found_without_being_named(club: ClubFolder):
    assert read_club(club.root)[0].badges["knots"].picture == "badges/knots/badge.svg"
    (club.root / "badges/knots/badge.svg").rename(club.root / "badges/knots/knot.svg")
    assert problems(club.root) == [
        'badges/knots/badge.md: no picture lies beside it; put badge.svg or badge.png into badges/knots, or draw one with "design"'
    ]
    club.badge(fields="picture: knot.svg\n")
    assert read_club(club.root)[0].badges["knots"].picture == "badges/knots/knot.svg"


@pytest.mark.parametrize(
    ("base_url", "sound"),
    [
        ("https://badges.example.org", True),
        ("https://badges.example.org/", True),
        ("https://badges.example.org/club/", True),
        ("https://badges.example.org/club", True),
        ("https://badges.example.org/?x=1", False),
        ("https://badges.example.org?x=1", False),
        ("https://badges.example.org/#top", False),
        ("https://badges.example.org#top", False),
        ("https://badges.example.org//", False),
        ("https://badges.example.org/a/../b/", False),
        ("https://badges.example.org/./", False),
        ("https://badges.example.org/%7Eclub/", False),
        ("https://Badges.example.org/", False),
        ("http://badges.example.org/", False),
    ],
)
def test_base_url_is_the_root_of_a_site(club: ClubFolder, base_url: str, sound: bool):
    club.base_url = base_url
    path = base_url.removeprefix("https://badges.example.org").strip("/")
    club.site().issuer(did="did:web:badges.example.org" + (f":{path}" if path and sound else ""))
    if sound:
        assert read_club(club.root)[0].site.base_url == base_url.rstrip("/") + "/"
    else:
        assert problems(club.root)[0].startswith("site_src/site.yaml:2: ")


def test_issuer_that_comes_while_the_club_is_read_is_not_there(club: ClubFolder):
    """Half of it would be: the folder by its name, and nobody behind it."""
    club.site(default_issuer="late").award(
        "a", "issued_on: 2026-05-17\nhandle: otter-7\nnarrative: <https://x.example/>\n"
    )

    def judge(text: str) -> tuple[()]:
        club.issuer("late", did="did:web:badges.example.org:issuers:late")
        return ()

    with pytest.raises(ContentError, match='default_issuer: "late" is not the name of an issuer'):
        read_club(club.root, judge=judge)
    assert (club.root / "issuers/late").is_dir()


@pytest.mark.parametrize(
    "file",
    ["badges/knots/badge.md", "badges/knots/awards/a.yaml", "site_src/about.md", "issuers/club/issuer.yaml", "site_src/static/a.txt"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("key", "what"), [("-----BEGIN " + "PRIVATE KEY-----", "PEM"), ("z3u2" + "en7t5LR2WtQH5PfFqMqwVHgeXouLzo6haApm8XHqvjxq", "multibase")]
)  # fmt: skip
def test_private_key_in_a_text_is_told_where_it_stands(club: ClubFolder, file: str, key: str, what: str):
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.write("site_src/about.md", "---\ntitle: About\n---\n\nWe tie.\n")
    path = club.root / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    club.write(file, f"{before}\n# {key}\n")
    with pytest.raises(ContentError) as told:
        pipeline.check(club.root)
    assert str(told.value) == (
        f"{file}:{before.count(chr(10)) + 2}: a private key in {what} form stands here; "
        "delete it; whoever can read this file has it, so if it is real, make new keys"
    )


def test_language_map_needs_the_language_of_the_badge(club: ClubFolder):
    text = "---\nname: {en: Knots, cy: Clymau}\ndescription: Ties.\nlanguage: cy\n---\n\nClymu.\n"
    club.write("badges/knots/badge.md", text)
    badge = read_club(club.root)[0].badges["knots"]
    assert badge.name.in_language(badge.language) == "Clymau"
    club.write("badges/knots/badge.md", text.replace("language: cy", "language: de"))
    assert problems(club.root) == [
        'badges/knots/badge.md:2: "name" has no text in "de", the language of this badge; add one, or set "language: en"'
    ]


# Several languages.

NAMES = "---\nname: {en: Knots, pl: Węzły}\ndescription: {en: Ties knots., pl: Wiąże węzły.}\n---\n\nTie six.\n"


def polish(club: ClubFolder) -> ClubFolder:
    """Write the club in English and Polish, without a single text missing."""
    club.site(languages="[en, pl]", title="{en: Badges, pl: Odznaki}")
    club.write("badges/knots/badge.md", NAMES)
    club.write("badges/knots/criteria.pl.md", "\n\nZawiąż **sześć**.\n")
    club.write("site_src/about.md", "---\ntitle: About us\n---\n\nWe meet.\n")
    club.write("site_src/about.pl.md", "---\ntitle: O nas\n---\n\nSpotykamy się.\n")
    club.write("site_src/index.md", "Welcome.\n")
    club.write("site_src/index.pl.md", "Witamy.\n")
    return club


def warned(root: Path) -> list[str]:
    return [str(warning) for warning in read_club(root)[1]]


def test_club_in_two_languages_is_read_whole(club: ClubFolder):
    found, warnings = read_club(polish(club).root)
    assert warnings == ()
    badge = found.badges["knots"]
    assert badge.editions == ("en", "pl")
    edition = badge.edition("pl")
    assert (edition.criteria, edition.criteria_line, edition.language) == ("Zawiąż **sześć**.", 3, "pl")
    assert [(page.slug, page.language, page.title) for page in found.pages] == [
        ("about", "en", "About us"),
        ("index", "en", ""),
    ]
    about, index = (page.in_language("pl") for page in found.pages)
    assert (about.language, about.title, about.markdown) == ("pl", "O nas", "Spotykamy się.")
    assert (index.language, index.markdown) == ("pl", "Witamy.")


def test_page_without_translation_says_in_which_language_it_is(club: ClubFolder):
    polish(club).site(languages="[en, pl, ar]")
    found, _ = read_club(club.root)
    assert found.pages[0].in_language("ar").language == "en"


def test_page_of_the_first_language_needs_no_word_of_it(club: ClubFolder):
    """A club that had ``pl.md`` while it spoke Polish first keeps it: only other languages have a folder."""
    club.site(languages="[pl, en]").write("site_src/pl.md", "---\ntitle: PL\n---\n\nMy.\n")
    assert [page.slug for page in read_club(club.root)[0].pages] == ["pl"]


def test_missing_translations_are_one_warning_a_file(club: ClubFolder):
    polish(club).site(languages="[en, pl, ar]", title="{en: Badges, pl: Odznaki}", description="We row.")
    club.issuer(more="description: We row.\nhow_we_award: {en: With care., ar: بعناية.}\n")
    club.write("badges/knots/badge.md", NAMES.replace("---\nname", "---\nalt: A knot\ncategory: {en: Water}\nname"))
    assert warned(club.root) == [
        'badges/knots/badge.md: warning: not written in "pl" (alt, category) and "ar" (name, description, alt, category, '
        'criteria); write it too; pages show the whole badge in "en" until name, description and criteria are there',
        'issuers/club/issuer.yaml: warning: not written in "pl" (description, how_we_award) and "ar" (description); '
        'write it too; pages show it in "en" until then',
        'site_src/about.md: warning: not written in "ar"; write site_src/about.ar.md; the site shows the page in "en" '
        "until then",
        'site_src/index.md: warning: not written in "ar"; write site_src/index.ar.md; the site shows the page in "en" '
        "until then",
        'site_src/site.yaml: warning: not written in "pl" (description) and "ar" (title, description); write it too; '
        'pages show it in "en" until then',
    ]


def test_badge_in_a_language_of_its_own_is_missed_in_those_of_the_site(club: ClubFolder):
    polish(club)
    club.write("badges/knots/badge.md", NAMES.replace("---\nname", "---\nlanguage: pl\nname"))
    (club.root / "badges/knots/criteria.pl.md").unlink()
    assert warned(club.root) == [
        'badges/knots/badge.md: warning: not written in "en" (criteria); write it too; pages show the whole badge in "pl" '
        "until name, description and criteria are there"
    ]
    assert read_club(club.root)[0].badges["knots"].editions == ("pl",)


def test_club_in_one_language_misses_nothing(club: ClubFolder):
    club.badge(fields="alt: A knot\n").issuer(more="description: {pl: Wiążemy.}\n")
    club.write("site_src/about.md", "---\ntitle: About us\n---\n\nWe meet.\n")
    assert warned(club.root) == []


def test_missing_translations_wait_until_all_mistakes_are_gone(club: ClubFolder):
    club.site(languages="[en, pl]").write("site_src/about.fr.md", "---\ntitle: Nous\n---\n\nNous.\n")
    assert [problem.partition(":")[0] for problem in problems(club.root)] == ["site_src/about.fr.md"]


def test_fields_for_pages_alone_are_read(club: ClubFolder):
    club.site(colour="'#0B5C8A'", certificates="true").badge(fields="category: {en: Water, pl: Woda}\n")
    voucher = (
        "vouched_by:\n  - {name: Federation, url: 'https://federation.example.org/members', text: Member since 1911}\n"
    )
    club.issuer(more=f"how_we_award: |\n  Two coaches *look*.\n{voucher}")
    found, warnings = read_club(club.root)
    assert warnings == ()
    assert (found.site.colour, found.site.certificates) == ("#0b5c8a", True)
    assert found.badges["knots"].category.in_language("pl") == "Woda"
    issuer = found.issuers["club"]
    assert issuer.how_we_award.in_language("en") == "Two coaches *look*."
    assert [(one.name, one.url, one.text) for one in issuer.vouched_by] == [
        ("Federation", "https://federation.example.org/members", "Member since 1911")
    ]


def test_colour_may_be_written_without_its_sign(club: ClubFolder):
    assert read_club(club.site(colour="0b5c8a").root)[0].site.colour == "#0b5c8a"
    assert read_club(club.site().root)[0].site.colour == ""


def test_language_of_an_award_is_part_of_what_is_sealed(club: ClubFolder):
    polish(club).award("a", "issued_on: 2026-05-17\nhandle: otter-7\nlanguage: pl\n")
    (award,) = read_club(club.root)[0].awards
    assert (award.language, award.typed["language"]) == ("pl", "pl")


def test_language_of_a_batch_is_shared(club: ClubFolder):
    polish(club).award(
        "a",
        "issued_on: 2026-05-17\nlanguage: pl\nawards:\n  - handle: otter-7\n  - handle: heron-2\n    language: en\n",
    )
    assert [award.language for award in read_club(club.root)[0].awards] == ["pl", "en"]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("group/riverside.yaml", 'group: files of groups are not read in this folder; rename it to "groups"'),
        ("issuer.yml", "issuer.yml: a file of this name is not read here; an issuer is read from issuer.yaml"),
        ("riverside.yaml", "groups that it endorses from issuers/club/groups"),
    ],
)
def test_group_in_a_place_where_none_is_read_is_told(club: ClubFolder, file: str, told: str) -> None:
    """Else a parent body would believe that it had endorsed it."""
    club.write(f"issuers/club/{file}", "name: Riverside Rowing Club\n")
    with pytest.raises(ContentError) as refused:
        read_club(club.root)
    assert told in str(refused.value)

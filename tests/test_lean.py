"""The lean set of files: awards sealed from a day on have fewer, all have a smaller picture, and no published address vanishes."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder, needs_pango
from pages.test_site_pages import Page
from PIL import Image
from test_deployed import git

sys.path.insert(0, str(ROOT / "tests/foreign"))

import people

from pinback import against, archiving, deployed, pipeline
from pinback.addresses import LEFT_OUT
from pinback.cli.main import run
from pinback.errors import ContentError
from pinback.images.draw import lean_png
from pinback.images.png import png_size, unbake_png
from pinback.images.png_chunks import read_chunks, read_header
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import SnapshotDoor
from pinback.verify.inputs import judge_input

SINCE = (AT + timedelta(days=2)).date()
FULL = {
    *("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt"),
    *("badge.png", "badge.svg", "award.tlog-proof", "index.html"),
}
SITE = "site_src/site.yaml"


def lean(folder: ClubFolder, day: object = SINCE, **fields: str) -> ClubFolder:
    return folder.site(lean_since=str(day), **fields)


@pytest.fixture
def club(sealed_club: ClubFolder) -> ClubFolder:
    """Three awards sealed before the day, and one on it."""
    lean(sealed_club).award("crane", "issued_on: 2026-06-02\nhandle: crane-4\n")
    sealed_club.seal(AT + timedelta(days=2))
    return sealed_club


def newest(folder: ClubFolder) -> str:
    found = re.search("^id: ([a-z2-7]{16})$", folder.read("badges/knots/awards/crane.yaml"), re.MULTILINE)
    assert found
    return found[1]


def by_award(site: Path) -> dict[str, dict[str, bytes]]:
    return {
        award.name: {file.name: file.read_bytes() for file in award.iterdir()} for award in (site / "awards").iterdir()
    }


def bytes_of(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


# What lies on the site.


def test_awards_from_the_day_on_lack_two_files_and_those_before_none(club: ClubFolder) -> None:
    files = by_award(club.build())
    new = files.pop(newest(club))
    assert set(new) == FULL - set(LEFT_OUT)
    assert len(files) == 3
    assert all(set(one) == FULL for one in files.values())


def test_only_pictures_of_earlier_awards_are_other_than_without_the_line(club: ClubFolder) -> None:
    site, id_ = club.build(), newest(club)
    with_line = bytes_of(site)
    club.site()
    without = bytes_of(club.build())
    differ = {path for path in without if with_line.get(path) != without[path]}
    new = {f"awards/{id_}/{name}" for name in (*LEFT_OUT, "index.html")}
    pictures = {path for path in without if path.startswith("awards/") and path.endswith("/badge.png")}
    assert differ - pictures == {*new, "index.json", "assets/index.js"}
    assert set(without) - set(with_line) == {f"awards/{id_}/{name}" for name in LEFT_OUT}


def test_day_that_was_never_reached_leaves_every_file_where_it_is(sealed_club: ClubFolder) -> None:
    before = by_award(sealed_club.build())
    after = by_award(lean(sealed_club, "2999-12-31").build())
    assert {id_: set(files) for id_, files in after.items()} == {id_: set(files) for id_, files in before.items()}


def test_pages_link_what_there_is(club: ClubFolder) -> None:
    """All pages of a site with languages, a holder's page and an archive: no link leads to a file that is left out."""
    lean(club, languages="[en, pl]").write("site_src/people/crane-4.md", "---\nname: Cran\npublic: true\n---\n\nHi.\n")
    site = club.build()
    checked = 0
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for tag, name, address, _ in Page(text).links:
            if path.name != "404.html" and not re.match("[a-z]+:|#|$", address):
                target = (path.parent / address.partition("#")[0]).resolve()
                assert target.exists(), f"{path.relative_to(site)}: {tag} {name} {address}"
                checked += 1
        for name in LEFT_OUT:
            assert f"{newest(club)}/{name}" not in text, path
    assert checked > 100
    for page in (f"awards/{newest(club)}/index.html", f"pl/awards/{newest(club)}/index.html"):
        assert not any(f">{name}<" in (site / page).read_text(encoding="utf-8") for name in LEFT_OUT)


def test_every_shape_of_page_is_bound_apart_from_those_with_all_files(club: ClubFolder) -> None:
    """Pages are bound from the second of a shape on; lean and full ones of one badge must not share a shape."""
    records = "".join(f"  - handle: swift-{number}\n" for number in range(4))
    club.award("gala", f"issued_on: 2026-06-03\nawards:\n{records}").seal(AT + timedelta(days=3))
    files = by_award(club.build())
    named = {id_: b">badge.svg<" in one["index.html"] for id_, one in files.items()}
    assert named == {id_: "badge.svg" in one for id_, one in files.items()}
    assert sorted(named.values()) == [False] * 5 + [True] * 3


def test_withdrawn_award_says_so_and_stays_lean(club: ClubFolder) -> None:
    record = "badges/knots/awards/crane.yaml"
    club.write(record, f"{club.read(record)}revoked: {{on: 2026-06-04, reason: mistake}}\n")
    club.seal(AT + timedelta(days=4))
    new = by_award(club.build())[newest(club)]
    assert set(new) == FULL - set(LEFT_OUT)
    assert json.loads(new["assertion.json"])["revoked"] is True


@needs_pango
def test_certificate_is_no_part_of_what_is_left_out(club: ClubFolder) -> None:
    new = by_award(lean(club, certificates="true").build())[newest(club)]
    assert set(new) == {*FULL, "certificate.pdf"} - set(LEFT_OUT)


# Pictures.


def test_picture_is_baked_with_what_is_published_and_smaller(club: ClubFolder) -> None:
    site = club.build()
    version = next((site / "badges/knots").glob("*/image.png")).read_bytes()
    for id_, files in by_award(site).items():
        documents = files["assertion.json"].decode(), files["credential.json"].decode()
        assert list(unbake_png(files["badge.png"]).items()) == [
            ("openbadges", documents[0]),
            ("openbadgecredential", documents[1]),
        ], id_
        assert len(files["badge.png"]) <= len(version) + sum(map(len, documents)) + 120
        assert png_size(files["badge.png"]) == png_size(version)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("issuers/*/sealed/badges/*/*/image.png")), ids=lambda path: path.parts[-3]
)
def test_smaller_picture_looks_the_same(path: Path) -> None:
    png = path.read_bytes()
    small = lean_png(png)
    assert len(small) < 0.35 * len(png)
    assert png_size(small) == png_size(png) == (512, 512)
    assert read_header(small, read_chunks(small)).colour_type == 3
    before, after = (Image.open(io.BytesIO(data)).convert("RGBA") for data in (png, small))
    # On white and on black, as a phone shows it: no channel of any pixel is far off, and the whole hardly at all.
    for ground in ("white", "black"):
        one, two = (
            Image.alpha_composite(Image.new("RGBA", image.size, ground), image).convert("RGB").tobytes()
            for image in (before, after)
        )
        differences = [abs(a - b) for a, b in zip(one, two, strict=True)]
        assert max(differences) <= 40
        assert sum(differences) / len(differences) < 4
    assert lean_png(small) == small


def _noise(side: int) -> bytes:
    """Return a picture with as many colours as a photograph."""
    image = Image.new("RGB", (side, side))
    image.putdata([(x * 255 // side, y * 255 // side, (x * y * 7) % 256) for y in range(side) for x in range(side)])
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def test_photograph_gets_fewer_pixels_and_a_small_picture_stays_as_it_is() -> None:
    photograph = _noise(1024)
    assert png_size(lean_png(photograph)) == (320, 320)
    assert len(lean_png(photograph)) < 0.2 * len(photograph)
    stream = io.BytesIO()
    Image.new("1", (64, 64)).save(stream, "PNG", optimize=True)
    assert lean_png(stream.getvalue()) == stream.getvalue()


# Checkers.


def saved(folder: ClubFolder) -> tuple[Asker, Path]:
    """Return the built site as if it lay at its address."""
    site = folder.build()
    (folder.root / "saved").mkdir()
    return Asker(SnapshotDoor(folder.root / "saved")), site.rename(folder.root / "saved/badges.example.org") / "awards"


def test_every_file_of_a_lean_award_is_genuine(club: ClubFolder) -> None:
    asker, awards = saved(club)
    question = Question(AT + timedelta(days=3), trust=("did:web:badges.example.org",))
    folder = awards / newest(club)
    at = f"https://badges.example.org/awards/{newest(club)}/"
    names = ("credential.json", "assertion.json", "assertion.jws.txt", "badge.png")
    for name in (at, *(at + name for name in names), *(str(folder / name) for name in names)):
        report = judge_input(name, asker, question)
        assert report.ok, f"{name}: {report.sentence}"
        assert report.facts["badge"] == "Knots"


def test_picture_of_an_earlier_award_that_was_made_anew_is_genuine(club: ClubFolder) -> None:
    asker, awards = saved(club)
    question = Question(AT + timedelta(days=3))
    reports = [judge_input(str(path), asker, question) for path in sorted(awards.glob("*/badge.png"))]
    assert [report.ok for report in reports] == [True] * 4


def test_command_verifies_a_lean_award_and_an_archive_of_it(
    club: ClubFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _, awards = saved(club)
    given = ["--now", "2026-06-04", "--snapshot", str(club.root / "saved")]
    assert run(["verify", *given, str(awards / newest(club) / "badge.png")]) == 0
    assert "Knots" in capfd.readouterr().out
    archiving.archive(club.root, tmp_path / "archive.zip", "crane-4")
    assert run(["verify", "--now", "2026-06-04", "--offline", str(tmp_path / "archive.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "archive.zip") as packed:
        names = set(packed.namelist())
        map_, page = (packed.read(name).decode("utf-8") for name in ("map.tsv", "index.html"))
    lean_files = {name.rpartition("/")[2] for name in names if newest(club) in name}
    assert lean_files == FULL - {*LEFT_OUT, "index.html"}
    assert not any(name in map_ or name in page for name in LEFT_OUT)
    assert all(href in names for href in re.findall('href="([^"]+)"', page))


# The holder's page.


def test_holders_page_finds_the_signed_text_beside_itself(club: ClubFolder) -> None:
    first = people.known(1, "Zoë Ångström")
    club.award("named", people.record(first, "heron-2", "2026-06-03")).seal(AT + timedelta(days=3))
    club.write("site_src/people/heron-2.md", "---\nname: Zoë\npublic: true\n---\n\nHi.\n")
    site = club.build()
    text = (site / "people/heron-2/index.html").read_text(encoding="utf-8")
    data = json.loads(text.partition('id="page-data">')[2].partition("</script>")[0])
    places = {id_: award["jwt"] for id_, award in data["awards"].items()}
    assert places.pop(first.id) == f"{first.id}.jwt.txt"
    # The one of the earlier award lies where it was.
    assert [re.sub("[a-z2-7]{16}", "…", place) for place in places.values()] == ["../../awards/…/credential.jwt.txt"]
    sealed = club.root / f"issuers/club/sealed/awards/{first.id}/credential.jwt.txt"
    assert (site / f"people/heron-2/{first.id}.jwt.txt").read_bytes() == sealed.read_bytes()
    (club.root / "site_src/people/heron-2.md").unlink()
    assert not (club.build() / "people").exists()


# The guard.


def earlier_of(folder: ClubFolder, name: str = "copy") -> deployed.Earlier:
    copy = folder.root.parent / name
    shutil.copytree(folder.root, copy)
    return deployed.in_folder(copy)


def refused(folder: ClubFolder, earlier: deployed.Earlier) -> str:
    with pytest.raises(ContentError) as told:
        against.check(folder.root, earlier)
    return str(told.value)


def told(line: int, day: object, count: str, name: str, cure: object) -> str:
    return (
        f'{SITE}:{line}: "lean_since" is {day}, and {count} published with all files, by {name}; published addresses do '
        f'not vanish; write "lean_since: {cure}", or a later day; awards sealed before it keep all their files'
    )


def test_day_before_published_awards_is_refused_and_the_day_after_them_is_not(sealed_club: ClubFolder) -> None:
    earlier = earlier_of(sealed_club)
    for day in ("2026-06-01", "2025-01-01"):
        assert refused(lean(sealed_club, day), earlier) == told(
            4, day, "3 awards that were sealed since then are", earlier.name, "2026-06-02"
        )
    against.check(lean(sealed_club, "2026-06-02").root, earlier)


def test_day_set_back_counts_against_awards_sealed_between(club: ClubFolder) -> None:
    club.award("swan", "issued_on: 2026-06-03\nhandle: swan-1\n").seal(AT + timedelta(days=5))
    lean(club, AT.date() + timedelta(days=4))
    earlier = earlier_of(club)
    count = "1 award that was sealed since then is"
    assert refused(lean(club), earlier) == told(4, SINCE, count, earlier.name, "2026-06-04")
    # Later, or no day at all: files come back.
    for change in (lean(club, "2026-06-05"), lean(club, "2027-01-01"), club.site()):
        against.check(change.root, earlier)
    # Once they are back they stay.
    back = earlier_of(club, "back")
    assert "2 awards that were sealed since then are" in refused(lean(club), back)


def test_awards_that_were_not_published_yet_may_be_lean(sealed_club: ClubFolder) -> None:
    """Line and awards come in one push: the state before has neither."""
    earlier = earlier_of(sealed_club)
    lean(sealed_club).award("crane", "issued_on: 2026-06-02\nhandle: crane-4\n").seal(AT + timedelta(days=2))
    against.check(sealed_club.root, earlier)
    assert set(by_award(sealed_club.build())[newest(sealed_club)]) == FULL - set(LEFT_OUT)


def test_site_shows_its_day_and_is_asked_for_it(club: ClubFolder) -> None:
    """A built site and the live one have no site.yaml; their index says the day."""
    site = shutil.copytree(club.build(), club.root.parent / "live")
    folder = deployed.in_folder(site)

    def get(url: str) -> bytes | None:
        path = site / url.removeprefix("https://badges.example.org/")
        return path.read_bytes() if path.is_file() else None

    live = deployed.site("https://badges.example.org/", get)
    assert folder.lean_since == live.lean_since == SINCE
    for earlier in (folder, live):
        against.check(club.root, earlier)
        count = "3 awards that were sealed since then are"
        assert refused(lean(club, "2026-06-01"), earlier) == told(4, "2026-06-01", count, earlier.name, "2026-06-02")
        lean(club)
    club.site()
    assert "lean_since" not in json.loads((club.build() / "index.json").read_bytes())
    shutil.rmtree(site)
    shutil.copytree(club.root / "site", site)
    assert "1 award that was" in refused(lean(club), deployed.in_folder(site))


@pytest.mark.parametrize("index", [b"", b"[]", b'{"lean_since": 3}', b'{"lean_since": "soon"}'])
def test_index_without_a_day_that_can_be_read_counts_as_none(index: bytes, club: ClubFolder) -> None:
    site = shutil.copytree(club.build(), club.root.parent / "live")
    (site / "index.json").write_bytes(index)
    assert "1 award that was" in refused(club, deployed.in_folder(site))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_command_names_the_line_against_a_commit(sealed_club: ClubFolder, capfd: pytest.CaptureFixture[str]) -> None:
    git(sealed_club.root, "init", "--quiet")
    git(sealed_club.root, "add", "--all")
    git(sealed_club.root, "commit", "--quiet", "-m", "Begin")
    lean(sealed_club, "2026-05-01")
    assert run(["check", "--against", "HEAD", "-C", str(sealed_club.root)]) == 1
    count = "3 awards that were sealed since then are"
    assert told(4, "2026-05-01", count, "HEAD", "2026-06-02") in capfd.readouterr().err
    sealed_club.write(SITE, "\n" + sealed_club.read(SITE).replace("2026-05-01", "2026-06-02"))
    assert run(["check", "--against", "HEAD", "-C", str(sealed_club.root)]) == 0


# After a move.


def test_old_address_keeps_what_it_had(club: ClubFolder) -> None:
    had = {path for path in bytes_of(club.build()) if path.startswith("awards/")}
    club.move("https://elsewhere.example.org/", at=AT + timedelta(days=4))
    pipeline.build_forwarding(club.root, club.root / "old-site", "https://badges.example.org/")
    assert {path for path in bytes_of(club.root / "old-site") if path.startswith("awards/")} == had
    assert {path for path in bytes_of(club.build()) if path.startswith("awards/")} == had

"""One ZIP answers for the whole site: the same bytes each time, every address, and of one holder nothing of others."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder

from pinback import archiving, pipeline
from pinback.addresses import did_document_url
from pinback.archive import ArchiveProblem, Cover, Entry, Member, page, readme, write_archive
from pinback.cli.main import run
from pinback.errors import FetchError, UsageError
from pinback.leaks import LeakProblem
from pinback.proofs import eddsa_rdfc
from pinback.verify.fetch import SnapshotDoor

OLD, NEW = "https://club.github.io/badges/", "https://badges.example.org/"
OLD_DID, NEW_DID = "did:web:club.github.io:badges", "did:web:badges.example.org"
COVER = Cover("Test <badges>", "en", NEW, (("Test & club", NEW_DID, "2026-06-01T12:00:00Z"),))


@pytest.fixture(scope="module")
def _moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A club that moved: two awards of the old address, one of them withdrawn, one of the new; one waits."""
    club = (
        ClubFolder(tmp_path_factory.mktemp("archive") / "club", OLD).site().issuer(did=OLD_DID).badge().badge("bends")
    )
    club.keys()
    club.award("otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.award("heron", "issued_on: 2026-05-18\nhandle: heron-2\nvalid_until: 2028-05-18\n", "bends")
    club.seal()
    club.move(NEW, new_did=True, at=AT + timedelta(days=1))
    club.award("otter-again", "issued_on: 2026-05-30\nhandle: otter-7\n", "bends")
    text = club.read("badges/bends/awards/heron.yaml")
    club.write("badges/bends/awards/heron.yaml", f"{text}revoked: {{on: 2026-06-01, reason: mistake}}\n")
    club.seal(AT + timedelta(days=2))
    club.award("waits", "issued_on: 2026-05-30\nhandle: newt-1\n")
    return club.root


@pytest.fixture
def moved(_moved: Path, tmp_path: Path) -> ClubFolder:
    shutil.copytree(_moved, tmp_path / "club")
    return ClubFolder(tmp_path / "club", NEW)


def unpacked(folder: ClubFolder, target: Path, holder: str = "") -> Path:
    """Make an archive and unpack it."""
    archiving.archive(folder.root, target.with_suffix(".zip"), holder)
    with zipfile.ZipFile(target.with_suffix(".zip")) as packed:
        packed.extractall(target)
    return target


def ids_of(folder: ClubFolder) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for award in pipeline.check(folder.root).club.awards:
        if award.id:
            found.setdefault(award.handle, []).append(award.id)
    return found


def test_same_club_gives_the_same_bytes(moved: ClubFolder, tmp_path: Path) -> None:
    made = []
    for number in (1, 2):
        archiving.archive(moved.root, tmp_path / f"{number}.zip")
        made.append(hashlib.sha256((tmp_path / f"{number}.zip").read_bytes()).hexdigest())
    assert made[0] == made[1]


def test_members_are_stored_sorted_and_without_times(moved: ClubFolder, tmp_path: Path) -> None:
    assert archiving.archive(moved.root, tmp_path / "a.zip") == 3
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        members = packed.infolist()
        assert packed.testzip() is None
    names = [member.filename for member in members]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.compress_type for member in members} == {zipfile.ZIP_STORED}
    assert [member.filename for member in members if "/" not in member.filename] == [
        "README.txt",
        "index.html",
        "map.tsv",
    ]


def test_every_document_of_the_site_answers_at_every_address_that_it_has(moved: ClubFolder, tmp_path: Path) -> None:
    site = moved.build()
    door = SnapshotDoor(unpacked(moved, tmp_path / "a"))
    checked = 0
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if (
            not path.is_file()
            or name.endswith((".html", ".ics", ".csv", "/card.png"))
            or name.partition("/")[0] not in ("awards", "badges", "issuers")
        ):
            continue
        for base in (OLD, NEW):
            answer = door.get(base + name)
            assert (answer.status, answer.body) == (200, path.read_bytes()), name
            checked += 1
    assert checked > 60
    with pytest.raises(FetchError):
        door.get(NEW + "awards/none/credential.json")


def test_ids_dids_and_contexts_of_all_documents_answer(moved: ClubFolder, tmp_path: Path) -> None:
    door = SnapshotDoor(unpacked(moved, tmp_path / "a"))
    for did in (OLD_DID, NEW_DID):
        assert json.loads(door.get(did_document_url(did)).body)["id"] == did
    for credential in (tmp_path / "a" / "files").rglob("*.json"):
        document = json.loads(credential.read_bytes())
        contexts = document.get("@context", [])
        for url in [contexts] if isinstance(contexts, str) else contexts:
            assert json.loads(door.get(url).body)["@context"]
        if document.get("id", "").startswith("https:"):
            assert json.loads(door.get(document["id"]).body)["id"] == document["id"]
        if status := document.get("credentialStatus"):
            eddsa_rdfc.verify(
                json.loads(door.get(status["statusListCredential"]).body), moved.signers["club"].keys["ed25519"]
            )


def test_types_are_those_of_a_plain_host(moved: ClubFolder, tmp_path: Path) -> None:
    door = SnapshotDoor(unpacked(moved, tmp_path / "a"))
    id_ = ids_of(moved)["heron-2"][0]
    for name, kind in (
        ("credential.json", "application/json"),
        ("credential.jwt.txt", "text/plain"),
        ("badge.png", "image/png"),
        ("badge.svg", "image/svg+xml"),
    ):
        assert door.get(f"{OLD}awards/{id_}/{name}").media_type == kind


def test_archive_of_a_holder_names_no_other_award(moved: ClubFolder, tmp_path: Path) -> None:
    ids = ids_of(moved)
    folder = unpacked(moved, tmp_path / "otter", "otter-7")
    everything = b"".join(
        path.relative_to(folder).as_posix().encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )
    assert all(id_.encode() in everything for id_ in ids["otter-7"])
    assert not any(id_.encode() in everything for id_ in ids["heron-2"])
    assert b"heron-2" not in everything
    door = SnapshotDoor(folder)
    for id_ in ids["otter-7"]:
        hosted = json.loads((folder / f"files/awards/{id_}/assertion.json").read_bytes())
        badge = json.loads(door.get(hosted["badge"]).body)
        profile = json.loads(door.get(badge["issuer"]).body)
        assert json.loads(door.get(profile["revocationList"]).body)["revokedAssertions"] == []
        assert door.get(profile["publicKey"]).status == 200
        credential = json.loads((folder / f"files/awards/{id_}/credential.json").read_bytes())
        assert door.get(credential["credentialStatus"]["statusListCredential"]).status == 200
        assert door.get(did_document_url(credential["issuer"]["id"])).status == 200
    assert "cut down to this holder's own" in (folder / "README.txt").read_text(encoding="utf-8")


def test_withdrawn_award_of_the_holder_stands_in_the_lists(moved: ClubFolder, tmp_path: Path) -> None:
    folder = unpacked(moved, tmp_path / "heron", "heron-2")
    id_ = ids_of(moved)["heron-2"][0]
    entries = json.loads((folder / "files/issuers/club/revoked.json").read_bytes())["revokedAssertions"]
    assert [entry["id"] for entry in entries] == [
        f"{OLD}awards/{id_}/{name}" for name in ("assertion.json", "assertion.jws.txt")
    ]
    assert "withdrawn on 1 June 2026" in (folder / "index.html").read_text(encoding="utf-8")


def test_holder_without_sealed_awards_is_refused(moved: ClubFolder, tmp_path: Path) -> None:
    for handle in ("newt-1", "nobody"):
        with pytest.raises(UsageError, match=f'no sealed award belongs to the handle "{handle}"'):
            archiving.archive(moved.root, tmp_path / "a.zip", handle)
    assert not (tmp_path / "a.zip").exists()


def test_page_lists_every_award_with_links_that_are_in_the_archive(moved: ClubFolder, tmp_path: Path) -> None:
    folder = unpacked(moved, tmp_path / "a")
    text = (folder / "index.html").read_text(encoding="utf-8")
    links = [part.partition('"')[0] for part in text.split('href="')[1:]]
    assert len(links) == 3 * 6
    assert all((folder / link).is_file() for link in links)
    assert "<script" not in text
    assert "https://badges.example.org/" in text
    assert "status as of 2026-06-03T12:00:00Z" in text
    readme_text = (folder / "README.txt").read_text(encoding="utf-8")
    assert "pinback verify archive.zip --offline" in readme_text
    assert "2026-06-03T12:00:00Z  Test club  did:web:badges.example.org" in readme_text


def test_page_and_readme_escape_what_they_show() -> None:
    entry = Entry('<img src="x">', "awarded & more", (("picture", 'files/"a".png'),))
    text = page(COVER, [entry])
    assert "<img" not in text
    assert "Test &lt;badges&gt;" in text
    assert 'href="files/&quot;a&quot;.png"' in text
    assert "Test & club" in readme(COVER)


def test_closed_issuers_statement_is_in_the_archive(moved: ClubFolder, tmp_path: Path) -> None:
    (moved.root / "badges/knots/awards/waits.yaml").unlink()
    moved.close(at=AT + timedelta(days=3))
    door = SnapshotDoor(unpacked(moved, tmp_path / "a"))
    assert json.loads(door.get(f"{NEW}issuers/club/closing.json").body)["id"] == f"{NEW}issuers/club/closing.json"


@pytest.mark.parametrize(
    "members",
    [
        [Member("files/b", b"1"), Member("files/a", b"2")],
        [Member("files/a", b"1"), Member("files/a", b"2")],
        [Member("files/a", b"1", ("https://x.example/",)), Member("files/b", b"2", ("https://x.example/",))],
    ],
)
def test_members_out_of_order_or_of_one_address_are_refused(members: list[Member]) -> None:
    with pytest.raises(ArchiveProblem):
        write_archive(io.BytesIO(), COVER, members, [])


def test_secret_in_a_member_stops_the_archive(tmp_path: Path) -> None:
    secret = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n"
    with pytest.raises(LeakProblem):
        write_archive(io.BytesIO(), COVER, [Member("files/a", secret)], [])


def test_failed_archive_leaves_the_old_one(moved: ClubFolder, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    archiving.archive(moved.root, target)
    before = target.read_bytes()
    sealed = next((moved.root / "issuers/club/sealed/awards").glob("*/credential.json"))
    sealed.write_bytes(b"{}")
    with pytest.raises(Exception, match="this sealed file was changed"):
        archiving.archive(moved.root, target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "club"]


def test_map_says_from_when_the_lists_are_and_that_nothing_was_suspended(
    sealed_club: ClubFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archiving.archive(sealed_club.root, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        lines = packed.read("map.tsv").decode().split("\n")
    assert lines[0] == "# as of 2026-06-01T12:00:00Z"
    assert f"{NEW}issuers/club/status/suspension-1.json\t404\t\t" in lines
    assert run(["verify", str(tmp_path / "a.zip"), "--offline", "--now", "2026-07-01"]) == 0
    told = capsys.readouterr().out.rstrip("\n").split("\n")[-1]
    assert told.endswith("All 18 are; keys and lists are those in the archive, saved 2026-06-01T12:00:00Z.")

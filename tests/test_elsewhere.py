"""A badge of another club's real site, served over TLS by this machine: saved, built without a network, tampered with."""

from __future__ import annotations

import io
import json
import shutil
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent / "verify"))

from servers import Server, plain, serving, trusting
from test_guard import earlier_of, outside

from pinback import holders, lifecycle, pipeline
from pinback.cli.main import run
from pinback.content.edit import with_entry
from pinback.elsewhere.copies import PICTURES, CopyProblem, checked
from pinback.elsewhere.pictures import MAX_PICTURE, embedded, small
from pinback.elsewhere.saving import Saved, save
from pinback.errors import ContentError, FetchError, UsageError
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import NO_HEADERS, Answer, Door, OfflineDoor, Opener
from pinback.verify.inputs import judge_input

OTHER = "https://firstaid.example.org/badges"
NOW = AT + timedelta(days=40)
TYPES = {".json": "application/json", ".html": "text/html", ".png": "image/png", ".svg": "image/svg+xml"}


class Named:
    """The door, for which the host of the other club is this machine; everything else is as it is."""

    def __init__(self, door: Door, server: Server) -> None:
        self.door, self.server = door, server

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        answer = self.door.get(url.replace("https://firstaid.example.org", self.server.url), headers)
        url = answer.url.replace(self.server.url, "https://firstaid.example.org")
        return Answer(answer.status, answer.media_type, answer.body, url)


def other_club(root: Path) -> ClubFolder:
    club = ClubFolder(root, f"{OTHER}/").site().issuer(did="did:web:firstaid.example.org:badges")
    club.badge("first-aid").keys()
    club.award("one", "issued_on: 2026-03-14\nvalid_until: 2029-03-14\nhandle: newt-1\n", "first-aid")
    club.award(
        "named",
        "issued_on: 2026-03-15\nhandle: newt-2\nname: Zoë Ångström\npublic: true\nsigned_name: true\n",
        "first-aid",
    )
    club.seal()
    return club


@pytest.fixture(scope="module")
def _other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    club = other_club(tmp_path_factory.mktemp("elsewhere") / "other")
    club.build()
    return club.root


@pytest.fixture
def other(_other: Path, tmp_path: Path) -> ClubFolder:
    shutil.copytree(_other, tmp_path / "other")
    return ClubFolder(tmp_path / "other", f"{OTHER}/")


def id_of(club: ClubFolder, name: str) -> str:
    return next(
        line.partition(": ")[2]
        for line in club.read(f"badges/first-aid/awards/{name}.yaml").splitlines()
        if line.startswith("id: ")
    )


@pytest.fixture
def network(other: ClubFolder, tmp_path: Path) -> Iterator[tuple[Opener, Server]]:
    """The other club's site as it lies on its host, and the door to it."""

    def answer(head: bytes, out: ssl.SSLSocket) -> None:
        path = head.split(b" ", 2)[1].decode()
        if path.startswith("/moved/"):
            out.sendall(plain("302 Found", b"", f"Location: /badges/{path.removeprefix('/moved/')}"))
            return
        file = other.root / "site" / path.removeprefix("/badges/")
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file():
            out.sendall(plain("404 Not Found", b""))
            return
        out.sendall(plain(body=file.read_bytes(), headers=f"Content-Type: {TYPES.get(file.suffix, 'text/plain')}"))

    with serving(tmp_path, answer) as server:
        yield Named(Door(context=trusting(tmp_path), permitted={server.place}), server), server


def page_of(other: ClubFolder, name: str = "one") -> str:
    return f"{OTHER}/awards/{id_of(other, name)}/"


@pytest.fixture
def copy(other: ClubFolder, network: tuple[Opener, Server]) -> Saved:
    return save(page_of(other), "Zoë Ångström", network[0], NOW)


PERSON = "---\nname: Zoë Ångström\npublic: true\n---\n\nMine.\n"


@pytest.fixture
def club(sealed_club: ClubFolder) -> ClubFolder:
    """A club one of whose holders has a page."""
    sealed_club.write("site_src/people/otter-7.md", PERSON)
    return sealed_club


def kept(club: ClubFolder, copy: Saved, note: str = "") -> list[str]:
    person, _ = holders.person_named(club.root, "otter-7")
    return holders.keep_badge(club.root, person, copy.url, copy.data, copy.badge.name, note)


# Saving.


def test_badge_is_saved_with_all_that_checks_it_and_no_more(
    other: ClubFolder, network: tuple[Opener, Server], copy: Saved, tmp_path: Path
) -> None:
    badge = copy.badge
    assert (badge.name, badge.issuer, badge.site) == ("Knots", "Test club", "firstaid.example.org/badges")
    assert (str(badge.awarded_on), str(badge.valid_until)) == ("2026-03-14", "2029-03-14")
    assert (badge.sentence, badge.named, badge.saved_at) == ("Genuine and in force.", False, NOW)
    with zipfile.ZipFile(io.BytesIO(copy.data)) as packed:
        lines = packed.read("map.tsv").decode().splitlines()
        names = set(packed.namelist())
    assert lines[0] == "# as of 2026-07-11T12:00:00Z"
    asked = {line.split("\t")[0]: line.split("\t")[1] for line in lines[1:]}
    assert asked.pop(f"{OTHER}/issuers/club/status/suspension-1.json") == "404"
    assert asked.pop(f"{page_of(other)}witnessed.tlog-proof") == "404"
    credential = f"{page_of(other)}credential.json"
    assert set(asked) == {
        *(page_of(other), credential, f"{OTHER}/did.json", f"{OTHER}/issuers/club/status/revocation-1.json"),
        *(f"{page_of(other)}award.tlog-proof", f"{OTHER}/issuers/club/log/keys.txt"),
    }
    assert len([name for name in names if name.startswith("answers/")]) == 6
    # And anybody can check the copy as an archive.
    (tmp_path / "copy.zip").write_bytes(copy.data)
    report = judge_input(str(tmp_path / "copy.zip"), Asker(OfflineDoor()), Question(NOW), offline=True)
    assert report.ok, report.sentence


def test_same_answers_at_the_same_moment_give_the_same_copy(
    other: ClubFolder, network: tuple[Opener, Server], copy: Saved
) -> None:
    assert save(page_of(other), "Zoë Ångström", network[0], NOW).data == copy.data


def test_what_stands_behind_the_hash_is_neither_sent_nor_kept(
    other: ClubFolder, network: tuple[Opener, Server]
) -> None:
    door, server = network
    saved = save(f"{page_of(other)}#n=Zo%C3%AB&k=c2VjcmV0LXNlY3JldC1zZWNyZXQ", "Zoë", door, NOW)
    assert saved.url == page_of(other)
    for text in (b"Zo%C3%AB", b"c2VjcmV0"):
        assert text not in saved.data
        assert not any(text in head for head in server.asked)


@pytest.mark.parametrize(
    "file", ["credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt", "badge.png"]
)
def test_badge_can_be_saved_in_each_of_its_forms(other: ClubFolder, network: tuple[Opener, Server], file: str) -> None:
    saved = save(page_of(other) + file, "Zoë Ångström", network[0], NOW)
    assert saved.badge.name == "Knots"
    assert 0 < len(saved.badge.picture) <= MAX_PICTURE


def test_redirected_address_is_saved_under_the_last_one(other: ClubFolder, network: tuple[Opener, Server]) -> None:
    url = page_of(other)
    assert save(url.replace("/badges/", "/moved/"), "Zoë", network[0], NOW).url == url


def test_name_that_the_issuer_wrote_into_the_badge_is_found(other: ClubFolder, network: tuple[Opener, Server]) -> None:
    assert save(page_of(other, "named"), "Zoë Ångström", network[0], NOW).badge.named
    assert not save(page_of(other, "named"), "Zoë Angstrom", network[0], NOW).badge.named


def test_recipient_is_asked_about_and_kept_nowhere(other: ClubFolder, network: tuple[Opener, Server]) -> None:
    saved = save(page_of(other, "named"), "Zoë", network[0], NOW, recipient="Zoë Ångström")
    assert saved.badge.name == "Knots"
    with pytest.raises(CopyProblem, match="was not given to the person whom --recipient names"):
        save(page_of(other), "Zoë", network[0], NOW, recipient="zoe@club.example.org")


def test_withdrawn_badge_is_refused(other: ClubFolder, network: tuple[Opener, Server]) -> None:
    file = "badges/first-aid/awards/one.yaml"
    other.write(file, other.read(file) + "revoked: {on: 2026-06-02, reason: mistake}\n")
    other.seal(AT + timedelta(days=1))
    other.build()
    with pytest.raises(CopyProblem, match="the checker says: Withdrawn by its issuer") as raised:
        save(page_of(other), "Zoë", network[0], NOW)
    assert raised.value.cure == "only what is genuine and in force is shown on a page"


def test_expired_and_unanswered_badges_are_refused(other: ClubFolder, network: tuple[Opener, Server]) -> None:
    with pytest.raises(CopyProblem, match="Genuine, but expired"):
        save(page_of(other), "Zoë", network[0], AT + timedelta(days=2000))
    (other.root / "site/did.json").unlink()
    with pytest.raises(CopyProblem, match="Cannot tell"):
        save(page_of(other), "Zoë", network[0], NOW)
    with pytest.raises(CopyProblem, match="No badge in this file"):
        save(f"{OTHER}/", "Zoë", network[0], NOW)


def test_address_in_the_open_is_not_kept_in_a_public_repository(
    other: ClubFolder, network: tuple[Opener, Server]
) -> None:
    """Open Badges 2.0, hosted: what lies at the address is the proof, so the issuer may say what it likes."""
    file = other.root / "site/awards" / id_of(other, "one") / "assertion.json"
    document = json.loads(file.read_bytes())
    document["recipient"] = {"type": "email", "hashed": False, "identity": "zoe@club.example.org"}
    file.write_bytes(json.dumps(document).encode())
    url = f"{page_of(other)}assertion.json"
    with pytest.raises(CopyProblem, match="says the holder's e-mail address in the open"):
        save(url, "Zoë", network[0], NOW)
    assert save(url, "Zoë", network[0], NOW, public=False).badge.name == "Knots"


def test_badge_without_a_picture_gets_none(other: ClubFolder, network: tuple[Opener, Server]) -> None:
    for picture in (other.root / "site/badges/first-aid").rglob("image.*"):
        picture.unlink()
    assert save(page_of(other), "Zoë", network[0], NOW).badge.picture == b""


# Building from the copy.


def test_page_shows_the_badge_and_the_build_asks_nobody(club: ClubFolder, copy: Saved) -> None:
    assert kept(club, copy, "Needed: yes") == [
        "site_src/people/otter-7/knots.zip",
        "site_src/people/otter-7.md",
    ]
    assert club.read("site_src/people/otter-7.md") == (
        "---\nname: Zoë Ångström\npublic: true\nelsewhere:\n"
        f'  - url: "{copy.url}"\n    saved: knots.zip\n    note: "Needed: yes"\n---\n\nMine.\n'
    )
    page = (club.build() / "people/otter-7/index.html").read_text(encoding="utf-8")
    for shown in (
        *(copy.url, "firstaid.example.org/badges", "Genuine and in force.", "14 March 2026", "11 July 2026"),
        *("Needed: yes", "The owner of this page says that these badges are theirs."),
    ):
        assert shown in page
    assert list((club.root / "site/people/otter-7").glob("elsewhere-*"))
    assert not list((club.root / "site").rglob("knots.zip"))


def test_name_in_the_badge_is_told_only_where_the_issuer_wrote_it(
    other: ClubFolder, network: tuple[Opener, Server], club: ClubFolder, copy: Saved
) -> None:
    kept(club, copy)
    words = "Its issuer wrote the name"
    assert words not in (club.build() / "people/otter-7/index.html").read_text(encoding="utf-8")
    kept(club, save(page_of(other, "named"), "Zoë Ångström", network[0], NOW))
    assert words in (club.build() / "people/otter-7/index.html").read_text(encoding="utf-8")


def test_badge_that_is_there_already_gets_the_newer_copy(
    other: ClubFolder, network: tuple[Opener, Server], club: ClubFolder, copy: Saved
) -> None:
    kept(club, copy)
    later = save(page_of(other), "Zoë Ångström", network[0], NOW + timedelta(days=1))
    assert kept(club, later) == ["site_src/people/otter-7/knots.zip"]
    assert "12 July 2026" in (club.build() / "people/otter-7/index.html").read_text(encoding="utf-8")


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return a copy with other members; None leaves one out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if (changed := change(name, old.read(name))) is not None:
                new.writestr(name, changed)
    return stream.getvalue()


TAMPERED: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "another name of the badge": (
        lambda name, data: data.replace(b'"Knots"', b'"Nodes"'),
        "the checker says: Changed or forged",
    ),
    "another moment": (
        lambda name, data: data.replace(b"# as of 2026-07-11T12:00:00Z", b"# as of 2025-07-11T12:00:00Z"),
        "the checker says: ",
    ),
    "a moment that is none": (
        lambda name, data: data.replace(b"# as of 2026-07-11T12:00:00Z", b"# as of 2026-07-11"),
        "the saved copy cannot be used: the moment of saving is",
    ),
    "a missing list": (
        lambda name, data: None if b'"BitstringStatusListCredential"' in data else data,
        "the checker says: Cannot tell",
    ),
    "a forgotten address": (
        lambda name, data: (
            b"".join(line for line in data.splitlines(True) if b"did.json" not in line) if name == "map.tsv" else data
        ),
        "the checker says: Cannot tell",
    ),
    "no map": (lambda name, data: None if name == "map.tsv" else data, "this is no saved copy of a badge"),
    "a map of something else": (
        lambda name, data: b"hello" if name == "map.tsv" else data,
        "the saved copy cannot be used: ",
    ),
    "a picture that runs": (
        lambda name, data: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>" if name in PICTURES else data,
        "the picture in the saved copy cannot be shown",
    ),
    "a picture too large": (
        lambda name, data: data + bytes(MAX_PICTURE) if name in PICTURES else data,
        "the picture in the saved copy cannot be shown",
    ),
}


@pytest.mark.parametrize("fault", TAMPERED)
def test_tampered_copy_is_one_problem_and_nothing_is_published(club: ClubFolder, copy: Saved, fault: str) -> None:
    change, words = TAMPERED[fault]
    kept(club, copy)
    path = club.root / "site_src/people/otter-7/knots.zip"
    path.write_bytes(repacked(copy.data, change))
    with pytest.raises(ContentError) as raised:
        club.build()
    (problem,) = raised.value.problems
    assert problem.file == "site_src/people/otter-7/knots.zip"
    assert problem.what.startswith(words), problem.what
    assert copy.url in problem.cure or "delete the entry" in problem.cure
    assert not (club.root / "site").exists()


def test_missing_copy_is_made_again_as_the_message_says(club: ClubFolder, copy: Saved) -> None:
    before = club.read("site_src/people/otter-7.md")
    file, _ = kept(club, copy)
    whole = club.read("site_src/people/otter-7.md")
    (club.root / file).unlink()
    with pytest.raises(
        ContentError, match=r"is not there; delete this entry, then run pinback save-badge otter-7 https://"
    ):
        pipeline.check(club.root)
    club.write("site_src/people/otter-7.md", before)
    kept(club, copy)
    assert club.read("site_src/people/otter-7.md") == whole
    assert pipeline.check(club.root)


def test_copy_of_another_badge_is_not_that_of_the_entry(club: ClubFolder, copy: Saved) -> None:
    kept(club, copy)
    text = club.read("site_src/people/otter-7.md")
    club.write("site_src/people/otter-7.md", text.replace(copy.url, "https://firstaid.example.org/badges/awards/x/"))
    with pytest.raises(ContentError, match="the checker says: Cannot tell"):
        pipeline.check(club.root)


def test_damaged_or_missing_copy_is_named(club: ClubFolder, copy: Saved) -> None:
    kept(club, copy)
    path = club.root / "site_src/people/otter-7/knots.zip"
    path.write_bytes(copy.data[:-300])
    with pytest.raises(ContentError, match=r"knots\.zip: the saved copy cannot be used: the ZIP is damaged"):
        pipeline.check(club.root)
    path.unlink()
    with pytest.raises(
        ContentError, match=r"otter-7\.md:5: the saved copy site_src/people/otter-7/knots\.zip is not there"
    ):
        pipeline.check(club.root)


def test_copy_answers_as_of_its_own_moment_however_late_the_build(copy: Saved) -> None:
    assert checked(copy.data, copy.url, "Zoë Ångström") == copy.badge


def test_checker_is_loaded_only_where_a_holder_has_such_a_badge(club: ClubFolder, copy: Saved) -> None:
    program = (
        "import sys; from pathlib import Path; from pinback import pipeline; pipeline.check(Path(sys.argv[1]));"
        "print(any(name.startswith('pinback.verify') for name in sys.modules if name != 'pinback.verify_page'))"
    )
    run_it = lambda: subprocess.run(  # noqa: E731
        [sys.executable, "-c", program, str(club.root)], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.strip()
    assert run_it() == "False"
    kept(club, copy)
    assert run_it() == "True"


# What becomes of the copies.


def test_stranger_may_not_bring_a_saved_copy(club: ClubFolder, copy: Saved) -> None:
    earlier = earlier_of(club)
    kept(club, copy)
    assert outside(club, earlier) == ["site_src/people/otter-7/knots.zip"]


def test_erased_holder_takes_the_copies_along(club: ClubFolder, copy: Saved) -> None:
    kept(club, copy)
    ids = pipeline.sealed_ids(club.root)
    done = lifecycle.erase(club.root, [], "otter-7", ids)
    assert not (club.root / "site_src/people/otter-7").exists()
    assert any(line.startswith("site_src/people/otter-7: removed") for line in done.changed)
    assert any("--path site_src/people/otter-7/" in line for line in done.beyond)


# Pictures.


def png(side: int) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGBA").save(stream, "PNG")
    return stream.getvalue()


def test_large_picture_is_made_small_and_what_cannot_be_used_is_left_out() -> None:
    made = small(png(900))
    assert 0 < len(made) <= MAX_PICTURE
    assert small(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>") == b""
    assert small(b"\xff\xd8\xff\xe0") == b""
    assert small(b"") == b""
    shape = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9z'/></svg>"
    assert b"<path" in small(shape)


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("data:image/png;base64,aGVsbG8=", b"hello"),
        ("data:image/svg+xml,%3Csvg/%3E", b"<svg/>"),
        ("data:image/svg+xml;charset=utf-8;base64,aGVsbG8=", b"hello"),
        ("data:text/html;base64,aGVsbG8=", b""),
        ("data:image/png;base64,???", b""),
        ("https://a.example/", b""),
    ],
)
def test_picture_within_an_address(address: str, data: bytes) -> None:
    assert embedded(address) == data


# The entry in the holder's file.

ENTRY = {"url": "https://a.example.org/b/", "saved": "b.zip"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: Z\n", "name: Z\nelsewhere:\n  - url: https://a.example.org/b/\n    saved: b.zip\n"),
        (
            "elsewhere:\n- url: https://c.example.org/  # first\n  saved: c.zip # keep\nname: Z\n",
            "elsewhere:\n- url: https://c.example.org/  # first\n  saved: c.zip # keep\n"
            "- url: https://a.example.org/b/\n  saved: b.zip\nname: Z\n",
        ),
        (
            "elsewhere:\n    -   url: https://c.example.org/\n        saved: c.zip\n",
            None,
        ),
        ("elsewhere: [{url: 'https://c.example.org/', saved: c.zip}]\n", None),
    ],
)
def test_entry_is_put_in_and_nothing_else_changes(before: str, after: str | None) -> None:
    text = f"---\n{before}---\n\nWords\n"
    if after is None:
        with pytest.raises(ContentError, match="put these lines into it by hand"):
            with_entry(text, "elsewhere", ENTRY, "p.md")
    else:
        assert with_entry(text, "elsewhere", ENTRY, "p.md") == f"---\n{after}---\n\nWords\n"
    crlf = "---\r\nname: Z\r\n---\r\n\r\nWords\r\n"
    assert with_entry(crlf, "elsewhere", ENTRY, "p.md").count("\r\n") == crlf.count("\r\n") + 3


# The commands.


def test_save_badge_needs_a_page_and_a_public_host(club: ClubFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["save-badge", "heron-2", "https://a.example.org/", "-C", str(club.root)]) == 2
    assert "there is no site_src/people/heron-2.md; write it first" in capsys.readouterr().err
    assert run(["save-badge", "otter-7", "https://127.0.0.1/", "-C", str(club.root)]) == 1
    assert "names no public host" in capsys.readouterr().err
    with pytest.raises(FetchError):
        save("http://a.example.org/", "Zoë", Door(), NOW)
    with pytest.raises(UsageError):
        holders.person_named(club.root, "nobody-1")

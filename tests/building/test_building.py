"""A build is the same from one process or many, and with a memory of the last one or without."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, PICTURE, ClubFolder, make_test_keys, needs_pango

from pinback import lifecycle, pipeline
from pinback.building import build_site
from pinback.building.manifest import facts_of, stand_as
from pinback.errors import ContentError, PinbackError, PublishError
from pinback.files import FileProblem
from pinback.publish import Published
from pinback.seal.store import Store
from pinback.tlog.notes import COSIGNATURE, NoteKey, cosigned, read_checkpoint, read_note

OTTER = "badges/knots/awards/2026-05-17-otter.yaml"
COURSE = "badges/knots/awards/2026-05-18-course.yaml"
NEXT = AT + timedelta(days=1)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def built(folder: ClubFolder, processes: int = 0, stands: bool = False) -> Published:
    """Build with the memory of the last build."""
    checked = pipeline.check(folder.root)
    memory = pipeline.memory_path(folder.root)
    return build_site(checked.material, folder.root / "site", memory=memory, processes=processes, stands=lambda: stands)


def clean(folder: ClubFolder) -> dict[str, bytes]:
    """Return the files of a build that knows nothing of another."""
    out = folder.root / "clean"
    shutil.rmtree(out, ignore_errors=True)
    build_site(pipeline.check(folder.root).material, out)
    return tree(out)


def id_in(folder: ClubFolder, file: str, place: int = 0) -> str:
    """Return an id that stands in a record."""
    return re.findall(r"id: ([a-z2-7]{16})", folder.read(file))[place]


def replaced(file: str, old: str, new: str) -> Callable[[ClubFolder], object]:
    """Return a change of words in a file."""

    def change(folder: ClubFolder) -> None:
        text = folder.read(file)
        assert old in text
        folder.write(file, text.replace(old, new))

    return change


def written(file: str, text: str) -> Callable[[ClubFolder], object]:
    """Return what writes a file."""
    return lambda folder: folder.write(file, text)


def sealed_after(change: Callable[[ClubFolder], object]) -> Callable[[ClubFolder], object]:
    """Return a change that is sealed."""

    def act(folder: ClubFolder) -> None:
        change(folder)
        folder.seal(NEXT)

    return act


def lived(what: Callable[..., object], file: str, *more: object) -> Callable[[ClubFolder], object]:
    """Return what becomes of the first award of a file, sealed."""
    return sealed_after(
        lambda folder: what(folder.root, id_in(folder, file), *more, sealed=pipeline.sealed_ids(folder.root))
    )


def erased(folder: ClubFolder) -> None:
    id_ = id_in(folder, OTTER)
    lifecycle.erase(folder.root, [id_], "", pipeline.sealed_ids(folder.root))
    folder.seal(NEXT)


def suspended_and_restored(folder: ClubFolder) -> None:
    lived(lifecycle.suspend, OTTER, NEXT.date())(folder)
    built(folder)
    sealed = pipeline.sealed_ids(folder.root)
    lifecycle.restore(folder.root, id_in(folder, OTTER), sealed)
    folder.seal(NEXT + timedelta(days=1))


def corrected(folder: ClubFolder) -> None:
    lifecycle.supersede(folder.root, id_in(folder, OTTER), "abcdefgh234567ab", "", pipeline.sealed_ids(folder.root))
    folder.seal(NEXT)


SITE = "site_src/site.yaml"
BADGE = "badges/knots/badge.md"
ISSUER = "issuers/club/issuer.yaml"
PERSON = "---\nname: Otti Zo\npublic: true\n---\n\nRows at five.\n"
THEME = Path(__file__).resolve().parents[2] / "theme"


def witnessed(folder: ClubFolder) -> None:
    """A witness has signed the newest checkpoint."""
    ring = make_test_keys("witness")
    key = NoteKey("witness.example/log", COSIGNATURE, ring.keys["log"])
    register = Store(folder.root, "club").load()
    assert register
    note = read_note(register.lines[-1]["note"])
    folder.write("issuers/club/witnesses.txt", f"witness W {key.text}\n")
    line = cosigned(note.text, key, ring, int(NEXT.timestamp())).line
    folder.write(f"issuers/club/cosignatures/{read_checkpoint(note.text).size}.txt", line)


GROUP = (
    "name: Rowers\ndid: did:web:rowers.example\nprofile: https://rowers.example/issuers/rowers/issuer.json\n"
    "since: 2026-05-01\ntext: A member club.\n"
)


def endorsed(folder: ClubFolder) -> None:
    """A group is endorsed, published, and ends."""
    folder.write("issuers/club/groups/rowers.yaml", GROUP)
    folder.seal(NEXT)
    built(folder)
    folder.write("issuers/club/groups/rowers.yaml", f"{GROUP}ended: 2026-06-01\n")
    folder.seal(NEXT + timedelta(days=1))


def renewed(folder: ClubFolder) -> None:
    """An award that expires is continued by another one."""
    day, sealed = NEXT.date(), pipeline.sealed_ids(folder.root)
    lifecycle.renew(folder.root, id_in(folder, COURSE, 1), "abcdefgh234567ab", day, None, sealed)
    folder.seal(NEXT)


def renewal_withdrawn(folder: ClubFolder) -> None:
    """The award that continues another is withdrawn, so that the other one expires after all."""
    renewed(folder)
    built(folder)
    lifecycle.revoke(folder.root, "abcdefgh234567ab", "mistake", NEXT.date(), pipeline.sealed_ids(folder.root))
    folder.seal(NEXT + timedelta(days=1))


def holder_with_a_page(change: Callable[[ClubFolder], object]) -> Callable[[ClubFolder], object]:
    """Return a change of a club of which a holder has a page already."""

    def act(folder: ClubFolder) -> None:
        folder.write("site_src/people/otter-7.md", PERSON)
        built(folder)
        change(folder)

    return act


def with_logo(shape: str) -> Callable[[ClubFolder], object]:
    """Return what draws a logo, and after a build another one."""

    def act(folder: ClubFolder) -> None:
        begin = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>"
        folder.write("issuers/club/logo.svg", f"{begin}<path d='M0 0h9v9z'/></svg>")
        folder.issuer(more="logo: logo.svg\n")
        built(folder)
        folder.write("issuers/club/logo.svg", f"{begin}{shape}</svg>")

    return act


def sealed_otherwise(folder: ClubFolder) -> None:
    """A sealing is taken back after a build, and made again with one award more before it."""
    register = folder.root / "issuers/club/register.jsonl"
    before = register.read_bytes()
    folder.award("2026-05-30-crane", "id: abcdefgh234567ab\nissued_on: 2026-05-30\nhandle: crane-4\n")
    folder.seal(NEXT)
    built(folder)
    register.write_bytes(before)
    shutil.rmtree(folder.root / "issuers/club/sealed/awards/abcdefgh234567ab")
    folder.award("2026-05-29-crab", "issued_on: 2026-05-29\nhandle: crab-4\n")
    folder.seal(NEXT)


CHANGES: dict[str, Callable[[ClubFolder], object]] = {
    "nothing": lambda folder: None,
    "criteria": replaced(BADGE, "six", "seven"),
    "name of the badge": sealed_after(replaced(BADGE, "name: Knots", "name: Hitches")),
    "unsealed name of the badge": replaced(BADGE, "name: Knots", "name: Hitches"),
    "new badge": lambda folder: folder.badge("bends"),
    "title": replaced(SITE, "Test badges", "Best badges"),
    "colour": lambda folder: folder.site(colour='"#7a3b00"'),
    "lean set": lambda folder: folder.site(lean_since="2026-06-01"),
    "lean set of later awards": lambda folder: (
        folder.site(lean_since=f"{NEXT.date()}"),
        folder.award("2026-05-30-crane", "issued_on: 2026-05-30\nhandle: crane-4\n"),
        folder.seal(NEXT),
    ),
    "lean set moved": lambda folder: (
        folder.site(lean_since="2026-06-01"),
        built(folder),
        folder.site(lean_since="2026-06-02"),
    ),
    "lean set taken back": lambda folder: (folder.site(lean_since="2026-06-01"), built(folder), folder.site()),
    "languages": lambda folder: folder.site(languages="[en, de]"),
    "languages taken back": lambda folder: (folder.site(languages="[en, de]"), built(folder), folder.site()),
    "public repository": lambda folder: folder.site(source="https://github.com/club/badges"),
    "name of the issuer": replaced(ISSUER, "Test club", "Rest club"),
    "contact of the issuer": written(
        ISSUER,
        "name: Test club\nurl: https://club.example.org/\nemail: other@club.example.org\ndid: did:web:badges.example.org\n",
    ),
    "second issuer": lambda folder: folder.issuer("other", "did:web:badges.example.org:other"),
    "own page": written("site_src/about.md", "---\ntitle: About us\n---\n\nWe tie knots.\n"),
    "static file": written("site_src/static/notes.txt", "tie\n"),
    "changed static file": lambda folder: (
        (
            folder.write("site_src/static/notes.txt", "tie\n"),
            built(folder),
            folder.write("site_src/static/notes.txt", "tye\n"),
        )
    ),
    "own template": lambda folder: folder.write(
        "theme/award.html", (THEME / "award.html").read_text("utf-8").replace("<h1", '<h1 data-own="1"', 1)
    ),
    "own base of templates": lambda folder: folder.write(
        "theme/base.html", (THEME / "base.html").read_text("utf-8").replace("</body>", "<!-- x --></body>")
    ),
    "words of a language": lambda folder: (
        (
            folder.site(languages="[en, de]"),
            built(folder),
            folder.write(
                "theme/locale/de.po",
                (THEME / "locale/de.po").read_text("utf-8").replace('msgstr "Gültig bis', 'msgstr "Gilt bis'),
            ),
        )
    ),
    "person": written("site_src/people/otter-7.md", PERSON),
    "person whose award waits": lambda folder: (
        folder.award("2026-05-30-crane", "issued_on: 2026-05-30\nhandle: crane-4\n"),
        folder.write("site_src/people/crane-4.md", PERSON),
        built(folder),
        folder.award("2026-05-30-finch", "issued_on: 2026-05-30\nhandle: finch-9\n"),
    ),
    "person gone": lambda folder: (
        (
            folder.write("site_src/people/otter-7.md", PERSON),
            built(folder),
            (folder.root / "site_src/people/otter-7.md").unlink(),
        )
    ),
    "new award": sealed_after(
        lambda folder: folder.award("2026-05-30-crane", "issued_on: 2026-05-30\nhandle: crane-4\n")
    ),
    "award that expires": sealed_after(
        lambda folder: folder.award(
            "2026-05-30-crane", "issued_on: 2026-05-30\nhandle: crane-4\nvalid_until: 2027-05-30\n"
        )
    ),
    "withdrawn": lived(lifecycle.revoke, COURSE, "mistake", NEXT.date()),
    "withdrawn one that expires": sealed_after(
        lambda folder: lifecycle.revoke(
            folder.root, id_in(folder, COURSE, 1), "mistake", NEXT.date(), pipeline.sealed_ids(folder.root)
        )
    ),
    "suspended": lived(lifecycle.suspend, OTTER, NEXT.date()),
    "suspended and restored": suspended_and_restored,
    "corrected": corrected,
    "erased": erased,
    "name in the open": replaced(OTTER, "handle: otter-7", "handle: otter-7\nname: Otti Zo\npublic: true"),
    "name of a minor": replaced(
        OTTER,
        "handle: otter-7",
        "handle: otter-7\nname: Otti Z.\npublic: true\nminor: true\nguardian_consent: 2026-05-01",
    ),
    "line moved": lambda folder: (
        (
            folder.site(source="https://github.com/club/badges"),
            built(folder),
            folder.write(COURSE, "# one more line\n" + folder.read(COURSE)),
        )
    ),
    "renewed": renewed,
    "renewal withdrawn": renewal_withdrawn,
    "holder with a page gets another award": holder_with_a_page(
        sealed_after(lambda folder: folder.award("2026-05-30-again", "issued_on: 2026-05-30\nhandle: otter-7\n"))
    ),
    "award of a holder with a page is withdrawn": holder_with_a_page(
        lived(lifecycle.revoke, OTTER, "mistake", NEXT.date())
    ),
    "award of a holder with a page goes into another file": holder_with_a_page(
        lambda folder: (folder.root / OTTER).rename(folder.root / OTTER.replace("-otter", "-other"))
    ),
    "award to try has a name": replaced(COURSE, "handle: heron-2", "handle: heron-2\n    name: Hera\n    public: true"),
    "picture of the badge": written("badges/knots/badge.svg", PICTURE.replace("#", "#1", 1)),
    "logo": with_logo("<circle r='9'/>"),
    "badge without awards": lambda folder: (folder.badge("bends"), folder.seal(NEXT)),
    "sealed otherwise than before": sealed_otherwise,
    "award of another year": sealed_after(
        lambda folder: folder.award("2024-05-30-crane", "issued_on: 2024-05-30\nhandle: crane-4\n")
    ),
    "witnessed": witnessed,
    "group endorsed and ended": endorsed,
    "parent named": lambda folder: folder.issuer(
        more="member_of:\n  - name: Federation\n    did: did:web:federation.example\n    credential: https://federation.example/c.json\n"
    ),
    "closed": lambda folder: folder.close(at=NEXT),
    "moved": lambda folder: folder.move("https://elsewhere.example.org/badges/", at=NEXT),
}


@pytest.mark.parametrize("stands", [True, False])
@pytest.mark.parametrize("name", CHANGES)
def test_build_after_a_change_is_what_a_clean_build_makes(name: str, stands: bool, sealed_club: ClubFolder) -> None:
    """Either way: as the command builds where it knows that the site was left alone, and where it does not."""
    built(sealed_club)
    CHANGES[name](sealed_club)
    built(sealed_club, stands=stands)
    assert tree(sealed_club.root / "site") == clean(sealed_club)
    again = built(sealed_club)
    assert (again.written, again.removed) == (0, 0)
    assert tree(sealed_club.root / "site") == tree(sealed_club.root / "clean")


@needs_pango
def test_certificates_come_and_go(sealed_club: ClubFolder) -> None:
    """Their missing letters are told by every build, also by one that draws none."""
    built(sealed_club)
    sealed_club.site(certificates="true", title='"Ꭰ badges"')
    replaced(OTTER, "handle: otter-7", "handle: otter-7\nname: 𖬖𖬗\npublic: true")(sealed_club)
    told = []
    for _ in range(2):
        _, checked = pipeline.build(sealed_club.root, sealed_club.root / "site")
        told.append([str(one) for one in checked.warnings if "certificates show" in str(one)])
        assert tree(sealed_club.root / "site") == clean(sealed_club)
    assert told[0] == told[1] != []
    lifecycle.suspend(sealed_club.root, id_in(sealed_club, OTTER), NEXT.date(), pipeline.sealed_ids(sealed_club.root))
    sealed_club.seal(NEXT)
    built(sealed_club)
    assert tree(sealed_club.root / "site") == clean(sealed_club)


def large(folder: ClubFolder) -> ClubFolder:
    """Seal two more badges with awards for several one part or more each."""
    for number in range(2):
        folder.badge(f"more-{number}")
        awards = "".join(f"  - handle: swift-{number}-{n}\n    valid_until: 2027-0{1 + n % 9}-10\n" for n in range(110))
        folder.award("2026-05-30-gala", f"issued_on: 2026-05-30\nawards:\n{awards}", f"more-{number}")
    folder.seal(NEXT)
    return folder


@pytest.fixture(scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory, _sealed_template: Path) -> Path:
    root = tmp_path_factory.mktemp("large") / "club"
    shutil.copytree(_sealed_template, root)
    return large(ClubFolder(root)).root


@pytest.fixture
def large_club(_large: Path, tmp_path: Path) -> ClubFolder:
    """A club with hundreds of sealed awards; each test has its own copy."""
    shutil.copytree(_large, tmp_path / "large-club")
    return ClubFolder(tmp_path / "large-club")


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_many_processes_make_what_one_makes(large_club: ClubFolder) -> None:
    wanted = clean(large_club)
    site = large_club.root / "site"
    for processes in (3, 1, 2):
        done = built(large_club, processes)
        assert (done.files, done.written) == (len(wanted), len(wanted))
        assert done.size == sum(map(len, wanted.values()))
        assert tree(site) == wanted
        again = built(large_club, processes)
        assert (again.files, again.written, again.removed, again.size) == (len(wanted), 0, 0, done.size)
        shutil.rmtree(site)


@contextmanager
def _limited(size: int) -> Iterator[None]:
    """Let no file of this process and its children grow beyond *size* bytes; the signal that goes with it is ignored by Python."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("processes", [1, 2])
def test_what_goes_wrong_in_a_process_is_told_as_ever(processes: int, large_club: ClubFolder) -> None:
    site = large_club.root / "site"
    built(large_club)
    whole = tree(site)
    checked = pipeline.check(large_club.root)

    id_ = id_in(large_club, "badges/more-1/awards/2026-05-30-gala.yaml", 100)
    sealed = large_club.root / f"issuers/club/sealed/awards/{id_}/credential.json"
    data = sealed.read_bytes()
    sealed.write_bytes(data + b" ")
    (site / f"awards/{id_}/badge.png").unlink()
    problem = rf"^issuers/club/sealed/awards/{id_}/credential.json: this sealed file was changed"
    with pytest.raises(ContentError, match=problem):
        build_site(checked.material, site, memory=pipeline.memory_path(large_club.root), processes=processes)
    sealed.write_bytes(data)

    large_club.write("theme/award.html", "{{ nothing.of.the.kind }}")
    with pytest.raises(PinbackError, match=r"^theme/award.html:1: this template cannot be used"):
        built(large_club, processes)
    large_club.write(
        "theme/award.html", "{% extends 'base.html' %}{% block content %}-----BEGIN PRIVATE KEY-----{% endblock %}"
    )
    with pytest.raises(PinbackError, match=r"^awards/[a-z2-7]{16}/index.html: a private key in PEM form"):
        built(large_club, processes)
    shutil.rmtree(large_club.root / "theme")

    shutil.rmtree(pipeline.memory_path(large_club.root))
    (site / f"awards/{id_}/badge.png").write_bytes(whole[f"awards/{id_}/badge.png"])
    assert tree(site) == whole
    with (
        _limited(100),
        pytest.raises(PublishError, match=r"cannot be read or written .*; the site is as it was before$"),
    ):
        build_site(checked.material, large_club.root / "other", processes=processes)
    assert not (large_club.root / "other").exists()


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs fork")
def test_killed_build_leaves_no_process_and_no_site(large_club: ClubFolder) -> None:
    """Its processes end with it, and the next build finishes the work."""
    text = (
        "import sys, os, signal; from pathlib import Path; from pinback import pipeline; from pinback.building import build_site\n"
        "root = Path(sys.argv[1]); checked = pipeline.check(root)\n"
        "build_site(checked.material, root / 'site', processes=2,\n"
        "           progress=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    # The processes hold the other end of the pipe, so that it ends when the last of them has ended.
    done = subprocess.run(
        [sys.executable, "-c", text, str(large_club.root)], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -9, done.stderr
    assert not (large_club.root / "site").exists()
    assert (large_club.root / ".site.next").exists()
    built(large_club)
    assert tree(large_club.root / "site") == clean(large_club)
    assert not (large_club.root / ".site.next").exists()


# What is remembered is believed no further than it fits.


def memory_of(folder: ClubFolder) -> Path:
    (found,) = pipeline.memory_path(folder.root).iterdir()
    return found


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda data: b"",
        lambda data: data[:40],
        lambda data: data[:-1],
        lambda data: data.replace(b"pinback build 2", b"pinback build 9"),
        lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
        lambda data: b"\x80\x04\x95" * 1000,
    ],
)
def test_damaged_memory_counts_as_none(spoiled: Callable[[bytes], bytes], sealed_club: ClubFolder) -> None:
    built(sealed_club)
    file = memory_of(sealed_club)
    file.write_bytes(spoiled(file.read_bytes()))
    replaced(BADGE, "six", "seven")(sealed_club)
    built(sealed_club)
    assert tree(sealed_club.root / "site") == clean(sealed_club)


def test_memory_that_lies_is_not_believed(sealed_club: ClubFolder) -> None:
    """It may come with a pull request: whole, and full of nonsense."""
    from hashlib import sha256

    built(sealed_club)
    file = memory_of(sealed_club)
    head = b"pinback build 2\n"
    whole = file.read_bytes()[len(head) : -32]
    parts = []
    while whole:
        line, _, rest = whole.partition(b"\n")
        length = int(line.rpartition(b" ")[2])
        parts.append((line.split(b" ")[:5], rest[:length]))
        whole = rest[length:]
    assert len(parts) > 5

    def lying(place: int, word: bytes) -> bytes:
        lines = [([*words[:place], word, *words[place + 1 :]], body) for words, body in parts]
        return b"".join(b" ".join([*words, b"%d\n" % len(body)]) + body for words, body in lines)

    def saying(say: Callable[[bytes], bytes]) -> bytes:
        lines = [(words, say(body)) for words, body in parts]
        return b"".join(b" ".join([*words, b"%d\n" % len(body)]) + body for words, body in lines)

    for nonsense in (
        *(lying(place, word) for place in (2, 3, 4) for word in (b"zz", b"1.2.zz", b"-7.", b"2026-02-30", b"c3")),
        *(
            saying(lambda body, text=text: text)
            for text in (b"", b"\xff", b"../../precious\n.git/config", b"1 2 3 4 5\n")
        ),
        saying(lambda body: body.replace(b" ", b"")),
        saying(lambda body: body[:-1])[:-1],
        saying(lambda body: body)[:-1],
        b"pages// x 1.1. 0\n" * 9,
        b"pages// x 1.1.   -90\n",
        b"\xff" * 100,
        b" \n \n",
    ):
        file.write_bytes(head + nonsense + sha256(nonsense).digest())
        built(sealed_club)
        assert tree(sealed_club.root / "site") == clean(sealed_club)


def test_memory_that_cannot_be_written_stops_nothing(sealed_club: ClubFolder) -> None:
    sealed_club.write(".pinback/cache", "a file where a folder belongs")
    assert built(sealed_club).written
    assert built(sealed_club).written == 0
    assert tree(sealed_club.root / "site") == clean(sealed_club)


@pytest.mark.parametrize("link", [".pinback", ".pinback/cache"])
def test_memory_behind_a_link_is_neither_read_nor_written(link: str, sealed_club: ClubFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place = sealed_club.root / link
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside)
    built(sealed_club)
    assert built(sealed_club).written == 0
    assert os.listdir(outside) == []


def test_run_that_died_in_the_switch_leaves_no_memory(sealed_club: ClubFolder) -> None:
    """Otherwise the memory of the build before it would pass for that of the last one, once its changes were taken back."""
    built(sealed_club)
    text = (
        "import sys, os; from pathlib import Path; from pinback import pipeline\n"
        "sys.addaudithook(lambda event, args: event == 'os.rename' and 'index.html' in str(args[1]) and os._exit(9))\n"
        "pipeline.build(Path(sys.argv[1]), Path(sys.argv[1]) / 'site')\n"
    )
    replaced(BADGE, "six", "seven")(sealed_club)
    command = [sys.executable, "-c", text, str(sealed_club.root)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode == 9, done.stderr
    replaced(BADGE, "seven", "six")(sealed_club)
    pipeline.build(sealed_club.root, sealed_club.root / "site", stands=lambda: True)
    assert tree(sealed_club.root / "site") == clean(sealed_club)


def test_memory_of_one_site_is_not_taken_for_another(sealed_club: ClubFolder) -> None:
    built(sealed_club)
    checked = pipeline.check(sealed_club.root)
    done = build_site(checked.material, sealed_club.root / "preview", memory=pipeline.memory_path(sealed_club.root))
    assert done.written == done.files
    assert len(list(pipeline.memory_path(sealed_club.root).iterdir())) == 2


# What somebody did to the site by hand.


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_what_was_done_by_hand_is_made_good(processes: int, large_club: ClubFolder, tmp_path: Path) -> None:
    built(large_club)
    site = large_club.root / "site"
    whole = tree(site)
    first, second, third, fourth, fifth, *_ = sorted(os.listdir(site / "awards"))
    page = site / f"awards/{first}/index.html"
    page.write_bytes(page.read_bytes().replace(b"<h1", b"<H1"))
    (site / f"awards/{second}/badge.png").unlink()
    (site / f"awards/{second}/note.txt").write_text("mine")
    (site / f"awards/{second}/deep/er").mkdir(parents=True)
    (site / f"awards/{second}/deep/er/x").write_text("mine")
    (site / f"awards/{second}/empty").mkdir()
    shutil.rmtree(site / f"awards/{third}")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("keep")
    (site / f"awards/{third}").symlink_to(outside)
    (site / f"awards/{fourth}/badge.svg").unlink()
    (site / f"awards/{fourth}/badge.svg").symlink_to(outside / "index.html")
    (site / f"awards/{fifth}/badge.svg").unlink()
    (site / f"awards/{fifth}/badge.svg").mkdir()
    (site / f"awards/{fifth}/badge.svg/x").write_text("mine")
    (site / "awards/nobody/x").mkdir(parents=True)
    (site / "awards/nobody/x/y.html").write_text("mine")
    (site / "badges/index.html").write_bytes(b"mine")
    shutil.rmtree(site / "assets")
    (site / "assets").symlink_to(outside)
    done = built(large_club, processes)
    assert tree(site) == whole
    assert not any(path.is_symlink() for path in site.rglob("*"))
    assert not (site / "awards/nobody").exists()
    assert not (site / f"awards/{second}/empty").exists()
    assert tree(outside) == {"index.html": b"keep"}
    assert done.removed == 7
    assert built(large_club, processes).written == 0


def test_bytes_that_were_changed_with_their_old_date_put_back_are_made_good(sealed_club: ClubFolder) -> None:
    built(sealed_club)
    site = sealed_club.root / "site"
    award = min((site / "awards").iterdir())
    for path in (award / "assertion.jws.txt", site / "badges/index.html"):
        date = path.stat()
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        os.utime(path, ns=(date.st_atime_ns, date.st_mtime_ns))
    built(sealed_club)
    assert tree(site) == clean(sealed_club)


def test_figures_count_for_nothing_where_time_is_coarse() -> None:
    """On FAT, ext3 or HFS+, what is written within the same second has the same time."""

    def status(moment: int) -> os.stat_result:
        return os.stat_result((0o100644, 1, 1, 1, 0, 0, 5, 0, 0, 0), {"st_mtime_ns": moment, "st_ctime_ns": moment})

    for moment, counts in ((1_780_000_000_123_456_789, True), (1_780_000_000_000_000_000, False)):
        found = {"awards/x/index.html": status(moment)}
        assert stand_as(facts_of(found), found) is counts
        assert not stand_as(facts_of(found), {"awards/x/index.html": status(moment + 1_000_000_000)})


def test_folder_of_awards_behind_a_link_is_not_followed(sealed_club: ClubFolder, tmp_path: Path) -> None:
    built(sealed_club)
    site = sealed_club.root / "site"
    whole = tree(site)
    (site / "awards").rename(tmp_path / "awards")
    (site / "awards").symlink_to(tmp_path / "awards")
    kept = tree(tmp_path / "awards")
    built(sealed_club)
    assert not (site / "awards").is_symlink()
    assert tree(site) == whole
    assert tree(tmp_path / "awards") == kept


def test_file_problem_is_told_from_another_process(tmp_path: Path) -> None:
    """Every error that a part may raise comes through the pipe whole."""
    import pickle

    from pinback.errors import PictureError
    from pinback.images.fonts import FontError

    for error in (
        FileProblem("a; b"),
        PictureError("what", "cure"),
        FontError("file", "what", "cure"),
        PublishError("x"),
    ):
        back = pickle.loads(pickle.dumps(error))
        assert str(back) == str(error)
        assert vars(back) == vars(error)

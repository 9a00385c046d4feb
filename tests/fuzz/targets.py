"""One target for each reader of bytes that come from strangers: seeds, the reader, and what must hold whatever it is given.

A target's ``read`` returns nothing, or raises ``Broken`` where a promise does not hold. A reader's own errors are its answers; any other exception is a
finding, and so is whatever ``bounded`` says.
"""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from answers import Answers
from conformance import _pdf, _png, _svg, _world, _zip, good_badge
from conftest import ROOT, make_test_keys
from makers import NOW, as_payload, badge, jwt, keys, status_list
from PIL import Image
from roster.sheets import planted, workbook

from fuzz import clubs
from fuzz.scan import page_faults, picture_faults, style_faults
from fuzz.trials import odd_signs
from pinback import importing, pipeline, sealing_diff, who_is_who
from pinback.content.given_files import faults_of_text
from pinback.content.nodes import Problems, decode, front_matter, parse
from pinback.elsewhere.copies import CopyProblem, checked
from pinback.errors import ContentError, PictureError, PinbackError, Problem
from pinback.images.fonts import FOLDER, Font, FontError
from pinback.images.ink import covered
from pinback.images.jpeg import clean_jpeg
from pinback.images.lettering import drawable
from pinback.images.photographs import clean_photograph
from pinback.images.pictures import as_png, as_svg, cleaned
from pinback.images.png import unbake_png
from pinback.images.svg import unbake_svg
from pinback.images.typesetting import set_words
from pinback.keys.bundle import open_bundle
from pinback.log import open_note
from pinback.pages.language import CatalogueFault, Language, read_catalogue
from pinback.pages.markdown import to_html
from pinback.pages.policy import page_fault
from pinback.pages.policy import style_faults as asked_elsewhere
from pinback.pages.theme import Theme
from pinback.proofs.compact import token_parts
from pinback.proofs.foreign_keys import from_jwk, from_multikey, from_pem
from pinback.proofs.keys import PublicKey
from pinback.register.reading import parse as parse_register
from pinback.roster.reading import Asked, read_roster
from pinback.roster.table import read_table
from pinback.roster.values import BadgeNames
from pinback.status import set_indexes
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.inputs import judge_bytes
from pinback.verify.json_reading import read_json
from pinback.verify.report import as_csv, as_json, as_text
from pinback.verify.verdict import Finding, Verdict


class Broken(Exception):
    """A promise that does not hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader.

    Attributes:
        name: for the command.
        seeds: sound inputs, which are changed.
        read: what reads.
        text: whether most inputs are text, so that they are changed as text.
    """

    name: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], None]
    text: bool = True


TARGETS: dict[str, Target] = {}


def _target(
    name: str, seeds: Callable[[], list[bytes]], text: bool = True
) -> Callable[[Callable[[bytes], None]], None]:
    def put(read: Callable[[bytes], None]) -> None:
        TARGETS[name] = Target(name, cache(seeds), read, text)

    return put


def need(holds: object, promise: str) -> None:
    """Raise where a promise does not hold."""
    if not holds:
        raise Broken(promise)


def _one_line(text: str, what: str) -> None:
    need(text and "\n" not in text and not odd_signs(text), f"{what} is not one line of plain signs: {text[:200]!r}")
    need(len(text) < 2_000, f"{what} has {len(text)} signs")


def _told(problems: list[Problem] | tuple[Problem, ...], lines: int | None = None) -> None:
    """Say whether each problem names its file, a line that is there, what is wrong and what to do."""
    for problem in problems:
        need(problem.file and problem.what and problem.cure, f"says too little: {problem}")
        need(lines is None or 0 <= problem.line <= lines, f"names line {problem.line} of {lines}: {problem}")
        _one_line(str(problem), "a problem")


# YAML and Markdown.

_YAML = [clubs.written(fields, "").encode() for fields, _ in clubs.DOCUMENTS.values() if fields]


def _lines(text: str) -> int:
    return len(re.split(r"\r\n|\r|\n", text))


@_target("yaml", lambda: [*_YAML, b"{a: [b, {c: d}], 'e': \"f\\u0041\"}\n", b"a: |\n  b\n\n  c\nd: >-\n  e\n"])
def _yaml(data: bytes) -> None:
    problems = Problems("a.yaml")
    text = decode(data, problems)
    node = None if text is None else parse(text, problems)
    need(node is None or not problems.found, "gives a tree and problems")
    _told(problems.found, data.count(b"\n") + data.count(b"\r") + 1)


@_target("front matter", lambda: [clubs.written(*one).encode() for one in clubs.DOCUMENTS.values()])
def _front(data: bytes) -> None:
    problems = Problems("a.md")
    text = decode(data, problems)
    if text is not None:
        front_matter(text, problems)
    _told(problems.found, data.count(b"\n") + data.count(b"\r") + 1)


_MARKDOWN = [
    *(body.encode() for _, body in clubs.DOCUMENTS.values() if body),
    *(value.encode() for value in clubs.PAYLOADS.values()),
    b'# A\n\n## B\n\n* a\n* b\n    * c\n\n1. d\n\n> e\n\n|a|b|\n|-|:-:|\n|c|d|\n\n[f](https://g.example/ "h") ![i](static/j.png) <https://k.example> `l` **m** _n_\n',
    b"[a]: https://b.example 'c'\n\n[a] [d][a] <mailto:e@f.example>\n\n    code\n\n***\n\nline  \nbreak\\*\n",
]


@_target("markdown", lambda: _MARKDOWN)
def _markdown(data: bytes) -> None:
    text = decode(data, Problems("a.md"))
    if text is None or len(data) > 512_000:
        return
    for link in (None, lambda path: f"../{path}"):
        made = to_html(text, 2, link)
        page = f"<!DOCTYPE html><html><head><meta http-equiv=Content-Security-Policy></head><body>{made.html}</body></html>"
        for fault in page_faults(page.encode(), "https://badges.example.org/x/index.html"):
            raise Broken(fault)
        for address, what, cure in made.faults:
            _told([Problem("a.md", 1, what, cure)])
            need(isinstance(address, str), "names no address")


# Files of a club: the whole way from the folder to the pages.


@cache
def _club() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="pinback-fuzz-"))
    club = clubs.write_club(folder / "club").keys()
    club.award("heron", "issued_on: 2026-05-18\nhandle: heron-2\n")
    club.seal()
    return club.root


def club_folder() -> Path:
    """Return the folder of the club that targets change, which is removed by whoever runs them."""
    return _club().parent


def _in_club(file: str, build: bool = False) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        root = _club()
        path = root / file
        before = path.read_bytes() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        try:
            checked_club = pipeline.check(root)
            _told(checked_club.warnings)
            if build:
                pipeline.build(root, root / "site", preview=True)
        except ContentError as error:
            need(error.problems, "says nothing")
            _told(error.problems)
        except PinbackError as error:
            _one_line(str(error), "the message")
            need(re.match(r"\S+?(?::[0-9]+)?: .+; .+", str(error)), f"says {str(error)[:200]!r}")
        finally:
            path.unlink() if before is None else path.write_bytes(before)

    return read


for _file, (_fields, _body) in clubs.DOCUMENTS.items():
    _target(f"club {_file}", lambda one=(_fields, _body): [clubs.written(*one).encode()])(_in_club(_file))
_target("club register", lambda: [(_club() / "issuers/club/register.jsonl").read_bytes()])(
    _in_club("issuers/club/register.jsonl")
)


def _sealed(name: str) -> Path:
    return next((_club() / "issuers/club/sealed").rglob(name))


for _name in ("credential.json", "assertion.jws.txt", "badge.json", "image.svg"):
    _target(f"sealed {_name}", lambda name=_name: [_sealed(name).read_bytes()])(
        lambda data, name=_name: _in_club(str(_sealed(name).relative_to(_club())))(data)
    )


def _theme_file(name: str) -> list[bytes]:
    return [(ROOT / "theme" / name).read_bytes()]


@_target("template", lambda: [*_theme_file("404.html"), *_theme_file("base.html")])
def _template(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "own.html").write_bytes(data)
        try:
            Theme(Path(folder)).render("own.html", {"site": {"title": "x"}, "language": "en"}, Language("en"))
        except PinbackError as error:
            _one_line(str(error), "the message")
            need(str(error).startswith("theme/"), f"names no template: {error}")


@_target("own page", lambda: _own_pages())
def _own_page(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    if page_fault(text, checking=False, forwarding=False) is None:
        for fault in page_faults(text.encode("utf-8"), "https://badges.example.org/404.html"):
            # A browser keeps away what stands behind the policy; that there is one must be certain.
            need("Content-Security-Policy" not in fault, fault)


def _own_pages() -> list[bytes]:
    return [data for file, data in clubs.THEME.values() if file == "404.html"]


@_target(
    "style sheet",
    lambda: [_theme_file("style.css")[0][:4_000], *(data for _, data in clubs.THEME.values() if b"evil" in data)],
)
def _style(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    if not list(asked_elsewhere(text)):
        for fault in style_faults(text):
            raise Broken(fault)


@_target("catalogue", lambda: [(ROOT / "theme/locale/pl.po").read_bytes()[:6_000], *clubs.CATALOGUES.values()])
def _catalogue(data: bytes) -> None:
    if len(data) > 1_000_000:
        return
    try:
        read_catalogue("pl", data).ngettext("%(count)s badge", "%(count)s badges", 5)
    except CatalogueFault as error:
        _one_line(str(error), "the message")
        need(re.match(r"[0-9]+: .+; .+", str(error)), f"says {error}")


# Pictures and fonts.


def _picture(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        try:
            clean = cleaned(data, name)
            need(cleaned(clean, name) == clean, "cleaning again changes it")
            if name.endswith(".svg"):
                for fault in picture_faults(clean):
                    raise Broken(fault)
            for fault in picture_faults(as_svg(data, name)):
                raise Broken(fault)
            as_png(data, name)
        except PictureError as error:
            _told([Problem(name, 0, error.what, error.cure)])

    return read


def _svgs() -> list[bytes]:
    own = [path.read_bytes() for path in sorted(ROOT.glob("badges/*/badge.svg"))[:4]]
    return own + [data for data in clubs.SVGS.values() if len(data) < 5_000]


_target("svg", _svgs)(_picture("a.svg"))


def _pngs() -> list[bytes]:
    found = []
    for mode in ("RGBA", "RGB", "P", "L", "1", "LA", "I;16"):
        stream = io.BytesIO()
        Image.new(mode, (20, 16)).save(stream, "PNG", pnginfo=None)
        found.append(stream.getvalue())
    return found + [data for data in clubs.PNGS.values() if len(data) < 5_000]


_target("png", _pngs, text=False)(_picture("a.png"))


@_target("jpeg", lambda: [_jpeg("RGB"), _jpeg("L"), _jpeg("CMYK", progressive=True)], text=False)
def _jpegs(data: bytes) -> None:
    try:
        clean = clean_jpeg(data)
        need(clean_jpeg(clean) == clean, "cleaning again changes it")
    except PictureError as error:
        _told([Problem("a.jpg", 0, error.what, error.cure)])


def _jpeg(mode: str, **more: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (40, 24)).save(stream, "JPEG", **more)
    return stream.getvalue()


@_target("photograph", lambda: [data for data in clubs.PHOTOGRAPHS.values() if len(data) < 5_000], text=False)
def _photograph(data: bytes) -> None:
    for name in ("a.jpg", "a.webp", "a.gif", "a.pdf"):
        try:
            clean = clean_photograph(data, name)
            need(clean_photograph(clean, name) == clean, "cleaning again changes it")
        except PictureError as error:
            _told([Problem(name, 0, error.what, error.cure)])


@_target("given text", lambda: list(clubs.GIVEN_TEXTS.values())[:7])
def _given_text(data: bytes) -> None:
    for name in ("a.txt", "a.ics"):
        _told(
            list(faults_of_text(name, data, ())),
            _lines(data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")),
        )


@_target(
    "baked", lambda: [_png(jwt_of(), good_badge()), _svg(jwt_of(), good_badge()), _png(None, good_badge())], text=False
)
def _baked(data: bytes) -> None:
    for unbake in (unbake_png, unbake_svg):
        try:
            unbake(data)
        except PictureError as error:
            _told([Problem("a", 0, error.what, error.cure)])


def jwt_of() -> bytes:
    """Return a badge as a token."""
    return jwt(as_payload(badge()), keys()["rsa"] if "rsa" in keys() else next(iter(keys().values())))


@_target("font", lambda: [(FOLDER / "NotoSansHebrew-Regular.ttf").read_bytes()], text=False)
def _font(data: bytes) -> None:
    try:
        font = Font("theme/fonts/a.ttf", data, 400)
        for letter in "aא1 ":
            if font.covers(letter):
                font.outline(font.shaper.get_nominal_glyph(ord(letter)))
        covered(set_words(drawable("aא1 ", [font])[0], [font], 300, 300, 60, 20, 3), leftwards=True)
    except FontError as error:
        _told([Problem(error.file, 0, error.what, error.cure)])


# Rosters and lists.


def _roster(data: bytes) -> None:
    table = read_table(data)
    asked = Asked(
        (BadgeNames("knots", ("Knots",)), BadgeNames("safe-coxing", ("Safe coxing",))), ("en", "pl"), NOW.date()
    )
    roster = read_roster(table, asked)
    for fault in roster.faults:
        _one_line(str(fault).replace("\u200e", ""), "a fault")


_target(
    "sheet",
    lambda: [
        planted()[0],
        b"Name;Badge;Date\nZo\xc3\xab;knots;17.5.2026\n",
        "Name\tBadge\nA\tknots\n".encode("utf-16"),
    ],
)(_roster)
_target("workbook", lambda: [planted()[1], workbook([[("A1", "inlineStr", "Name")]])], text=False)(_roster)


@_target(
    "who is who",
    lambda: [
        b"\xef\xbb\xbfname,badge,day,handle,link,contact\r\nZo\xc3\xab,knots,2026-05-17,otter-7,https://x.example/#n=a&k=b,\r\n"
    ],
)
def _who(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / who_is_who.FILE).write_bytes(data)
        try:
            who_is_who.rows(root)
            who_is_who.of_link(root, "sha256$" + "0" * 64)
            who_is_who.note_all(
                root, [who_is_who.Row("A", "knots", "2026-05-17", "otter-8", "https://x.example/", "b")]
            )
            who_is_who.forget(root, lambda row: row.handle == "otter-8")
        except PinbackError as error:
            _one_line(str(error), "the message")


@_target("columns", lambda: [b'{"Name": "name", "Wann": "issued_on"}'])
def _columns(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / importing.CHOICES
        path.parent.mkdir()
        path.write_bytes(data)
        found = importing.remembered(Path(folder))
        need(all(isinstance(word, str) for pair in found.items() for word in pair), "remembers what is no text")


# The checker.


def _judge(data: bytes, offline: bool) -> None:
    report = judge_bytes("it", data, Asker(Answers(_world())), Question(NOW), offline)
    _one_line(report.sentence, "the sentence")
    for text in (as_text(report), as_csv([report])):
        need(not odd_signs(text.replace("\r\n", "\n")), "prints odd signs")
    json.loads(as_json([report]))
    if report.verdict is Verdict.GENUINE:
        good = judge_bytes("it", good_badge(), Asker(Answers(_world())), Question(NOW))
        need(report.facts == good.facts or data.startswith((b"PK", b"%PDF")), "believes something else than was signed")


def _documents() -> list[bytes]:
    return [
        good_badge(),
        jwt_of(),
        json.dumps(status_list()).encode(),
        b'{"@context":"https://w3id.org/openbadges/v2","type":"Assertion"}',
    ]


_target("credential", _documents)(lambda data: _judge(data, False))
_target(
    "container",
    lambda: [
        _zip({"a.json": good_badge(), "b.jwt": jwt_of()}),
        _pdf(good_badge()),
        _pdf(good_badge(), flate=False),
        _png(None, good_badge()),
        _svg(None, good_badge()),
    ],
    text=False,
)(lambda data: _judge(data, True))


@_target("json", lambda: [good_badge(), b'{"a":[1,2.5e3,true,null,"\\u00e9\\ud83d\\ude00"]}'])
def _json(data: bytes) -> None:
    try:
        json.dumps(read_json(data, "the document"), ensure_ascii=False).encode("utf-8")
    except Finding as finding:
        _one_line(finding.reason, "the reason")


@_target(
    "saved copy",
    lambda: [_zip({"map.tsv": b"https://club.example/a\t200\t\ta.json\n", "a.json": good_badge()})],
    text=False,
)
def _copy(data: bytes) -> None:
    try:
        checked(data, "https://club.example/a", "Zo\u00eb")
    except CopyProblem as error:
        _told([Problem("a.zip", 0, error.what, error.cure)])


# Keys, logs, lists.


@_target(
    "keys",
    lambda: [
        (ROOT / "issuers").glob("*/keys.age").__next__().read_bytes(),
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" + base64.b64encode(bytes(90)),
    ],
)
def _keys(data: bytes) -> None:
    if b"scrypt" in data:  # what is left of the sound file would take a second each time
        data = re.sub(rb"scrypt (\S+) [0-9]+", rb"scrypt \1 1", data)
    try:
        open_bundle(data, "0000-0000-0000-0000-0000-0000-000")
    except PinbackError as error:
        _one_line(str(error), "the message")


@_target(
    "note",
    lambda: [
        "club.example/log\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 club.example/log AAAAAA==\n".encode()
    ],
)
def _note(data: bytes) -> None:
    try:
        open_note(data.decode("utf-8", "replace"), "club.example/log", _log_key())
    except PinbackError as error:
        _one_line(str(error), "the message")


@cache
def _log_key() -> PublicKey:
    return make_test_keys("test").keys["log"]


@_target("status list", lambda: [json.dumps(status_list())[60:400].encode(), b"uH4sIAAAAAAAC_2NgGAWjYBSMAgAAs"])
def _status(data: bytes) -> None:
    for encoded in (
        data.decode("utf-8", "replace"),
        "u" + base64.urlsafe_b64encode(b"\x1f\x8b\x08" + data).decode().rstrip("="),
        "u" + base64.urlsafe_b64encode(zlib.compress(data, wbits=31)).decode().rstrip("="),
    ):
        try:
            set_indexes(encoded)
        except PinbackError as error:
            _one_line(str(error), "the message")


@_target(
    "key",
    lambda: [
        b"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        b'{"kty":"RSA","n":"AQAB","e":"AQAB"}',
        b'{"kty":"OKP","crv":"Ed25519","x":"AA"}',
        b'{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}',
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"eyJhbGciOiJSUzI1NiJ9.e30.AA",
    ],
)
def _key(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read in (from_multikey, from_pem, token_parts):
        try:
            read(text)
        except PinbackError as error:
            _one_line(str(error), "the message")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict):
        try:
            from_jwk(value)
        except PinbackError as error:
            _one_line(str(error), "the message")


@_target("register", lambda: [(_club() / "issuers/club/register.jsonl").read_bytes()])
def _register(data: bytes) -> None:
    try:
        parse_register(data, "issuers/club/register.jsonl")
    except ContentError as error:
        _told(error.problems, data.count(b"\n") + 1)


@_target(
    "difference",
    lambda: [
        b"diff --git a/issuers/club/register.jsonl b/issuers/club/register.jsonl\n--- a/issuers/club/register.jsonl\n+++ b/issuers/club/register.jsonl\n@@ -1,2 +1,3 @@\n a\n b\n+c\n"
    ],
)
def _difference(data: bytes) -> None:
    faults = sealing_diff.sealing_faults(data.decode("utf-8", "surrogateescape"))
    _told([fault for fault in faults if len(fault.file) < 1_000])  # no longer ones come from a disk


def clean_up() -> None:
    """Remove the folder of the club that targets change."""
    if _club.cache_info().currsize:
        shutil.rmtree(club_folder(), ignore_errors=True)
    _club.cache_clear()

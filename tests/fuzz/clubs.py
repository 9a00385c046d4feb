"""Whole clubs with something hostile in them: in each field, in each kind of file, in each place of the folder.

``TRICKS`` are changes of a sound club, by name. ``PAYLOADS`` are values that ``fields_with`` puts into every field that
takes them, so that one build shows them all.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from conftest import ClubFolder
from PIL import Image

Document = dict[str, Any]

SITE: Document = {
    "title": {"en": "Knot club", "pl": "Klub węzłów"},
    "base_url": "https://badges.example.org/",
    "description": "What we tie.",
    "languages": ["en", "pl"],
    "default_issuer": "club",
    "source": "https://github.com/club/badges",
    "colour": "#7a3e9d",
}
ISSUER: Document = {
    "name": "Test club",
    "url": "https://club.example.org/",
    "email": "badges@club.example.org",
    "did": "did:web:badges.example.org",
    "description": {"en": "We tie.", "pl": "Wiążemy."},
    "contact": "https://club.example.org/contact",
    "telephone": "+441234567890",
    "address": {"country": "GB", "region": "Powys", "locality": "Harbour"},
    "logo": "logo.svg",
    "how_we_award": "You *ask*, we look.",
    "vouched_by": [{"name": "Town", "url": "https://town.example.org/", "text": "Ours."}],
}
BADGE: Document = {
    "name": {"en": "Knots", "pl": "Węzły"},
    "description": "Ties knots.",
    "design": {"shape": "shield", "colour": "sea", "icon": "anchor", "text": "Knots", "ribbon": "Level 2", "level": "2"},
    "alt": "A reef knot",
    "type": "MicroCredential",
    "tags": ["rope", "water"],
    "category": "Water",
    "alignment": [
        {"name": "Rope work", "url": "https://skills.example.org/rope", "description": "Rope.", "framework": "Skills", "code": "R7", "type": "CTDL"}
    ],
    "results": [{"id": "grade", "name": "Grade", "type": "LetterGrade", "required": "B", "allowed": ["B", "A"]}],
    "field_of_study": "Seamanship",
    "micro_credential": {
        "learning_outcomes": ["Ties six knots."], "hours": "5", "level": "EQF 2", "assessment": "A test", "participation": "On site",
        "quality_assurance": "Examiners", "prerequisites": "None", "supervision": "One", "stackability": "Half",
        "information": "https://club.example.org/more",
    },
    "valid_for": "2 years",
}  # fmt: skip
AWARD: Document = {
    "issued_on": "2026-05-17",
    "handle": "otter-7",
    "name": "Zoë Ångström",
    "public": "true",
    "signed_name": "true",
    "evidence": [
        {
            "url": "https://club.example.org/log/1",
            "name": "Logbook",
            "description": "The entry",
            "narrative": "She *tied*.",
            "genre": "Photo",
            "audience": "All",
        }
    ],
    "narrative": "Tied all six.",
    "results": [{"result": "grade", "value": "A", "status": "Completed"}],
    "activity_start": "2026-04-01",
    "activity_end": "2026-05-16",
    "role": "Cox",
    "term": "Spring",
    "license_number": "K-1",
}
PERSON: Document = {"name": "Zoë Ångström", "public": "true", "language": "en"}
PAGE: Document = {"title": "About us"}
BODY = "We tie *knots*.\n"
DOCUMENTS: dict[str, tuple[Document, str]] = {
    "site_src/site.yaml": (SITE, ""),
    "issuers/club/issuer.yaml": (ISSUER, ""),
    "badges/knots/badge.md": (BADGE, "Tie six knots.\n"),
    "badges/knots/criteria.pl.md": ({}, "Zawiąż sześć.\n"),
    "badges/knots/awards/otter.yaml": (AWARD, ""),
    "site_src/people/otter-7.md": (PERSON, "I like rope.\n"),
    "site_src/index.md": ({}, "Welcome.\n"),
    "site_src/about.md": (PAGE, BODY),
    "site_src/about.pl.md": (PAGE, BODY),
}
"""Fields and text of every kind of file that a club writes."""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#123"/></svg>'
PUBLIC = frozenset({"badges@club.example.org", "someone@club.example.org", "pornin@bolet.org"})
"""Addresses that may be published: the club's own, an example on the pages for stewards, one in a library's licence."""


def written(fields: Document, body: str) -> str:
    """Return a file's text."""
    head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=100_000) if fields else ""
    return f"---\n{head}---\n\n{body}" if body and fields else head or body


def write_club(root: Path, documents: dict[str, tuple[Document, str]] = DOCUMENTS) -> ClubFolder:
    """Write a club and return it."""
    club = ClubFolder(root)
    for file, (fields, body) in documents.items():
        club.write(file, written(fields, body))
    club.write("issuers/club/logo.svg", LOGO)
    club.write("site_src/static/plan.svg", LOGO)
    return club


# Values.

PAYLOADS: dict[str, str] = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "attribute": "' onmouseover='alert(1)' x='",
    "double attribute": '" autofocus onfocus="alert(1)',
    "end of script": "</script><script>alert(1)</script>",
    "end of script, odd": "</ScRiPt\t><svg/onload=alert(1)>",
    "comment": "<!--<script>",
    "cdata": "]]><script>alert(1)</script>",
    "end of title": "</title></style></textarea></noscript><script>alert(1)</script>",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><animate onbegin=alert(1) attributeName=x dur=1s>',
    "math": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "template": "{{ 7*7 }}{% raw %}{{ cycler.__init__.__globals__ }}",
    "percent": "%(site)s %s %d %% {0} ${7*7} {}",
    "javascript link": "[x](javascript:alert(1)) [y](JaVaScRiPt&colon;alert(1)) [z](\\x6aavascript:alert(1))",
    "entity link": "[x](&#106;&#97;vascript:alert(1)) [x](java&Tab;script:alert(1)) [x](&#x0A;javascript:alert(1))",
    "reference link": "[x]\n\n[x]: javascript:alert(1)\n[y]: data:text/html;base64,PHNjcmlwdD4=",
    "auto link": '<javascript:alert(1)> <https://x.example/"onmouseover=alert(1)> <mailto:a@b" onx=1>',
    "picture": "![x](https://evil.example/x.png) ![x](//evil.example/x.png) ![x](data:image/svg+xml,<svg/onload=1>)",
    "raw html": '<a href="javascript:alert(1)">x</a><iframe src=//evil.example></iframe><base href=//evil.example>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "style": "<style>@import 'https://evil.example/x.css'</style><p style=\"background:url(//evil.example)\">",
    "code": "`<script>alert(1)</script>`\n\n    <script>alert(1)</script>\n\n```html\n<script>alert(1)</script>\n```",
    "attributes of markdown": '# x {: onclick=alert(1) } [x](https://e.example "t\\" onx=1") {#x onx=1}',
    "javascript": "javascript:alert(1)",
    "javascript, upper": "JAVASCRIPT:alert(1)//https://x.example/",
    "data": "data:text/html,<script>alert(1)</script>",
    "web quote": 'https://evil.example/"onload="alert(1)',
    "web tag": "https://evil.example/?<script>alert(1)</script>",
    "web user": "https://user:secret@evil.example/",
    "web space": "https://evil.example/ onx=alert(1)",
    "web backslash": "https://evil.example\\@club.example.org/",
    "web odd": "https://[::1]:99999/%zz/../..",
    "web newline": "https://evil.example/\n/* /x 301",
    "header": "x\r\nSet-Cookie: a=b",
    "paragraph sign": "a\u2028b\u2029c",
    "next line": "a\u0085b",
    "bidi": "abc\u202e123\u202c \u2066x\u2069",
    "bidi marks": "a\u200e\u200f\u061cb",
    "zero width": "a\u200b\u200c\u200d\u2060\ufeffb",
    "tags": "a\U000e0041\U000e0042b",
    "soft hyphen": "pass\u00adword",
    "look-alikes": "Кnots \u0391dmin раypal ｆｕｌｌ ℝ",
    "combining": "Z" + "\u0301" * 200,
    "surrogate escape": "\\ud800",
    "private use": "\ue000\U000f0000\U0010fffd",
    "non-character": "\ufdd0\U0001ffff",
    "hebrew and arabic": "שלום محمد 123 abc",
    "emoji": "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇬🇧",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "formula, at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "mail": "private.person@home.example",
    "path": "../../../../etc/passwd",
    "path, absolute": "/etc/passwd",
    "path, windows": "..\\..\\windows\\system32",
    "device": "CON",
    "percent path": "%2e%2e%2f%00",
    "shell": "$(touch /tmp/pinback-was-here); `id` | cat",
    "long": "x" * 5_000,
    "long word": "W" * 120,
    "many lines": "a\n" * 200,
    "nested": "[" * 30 + "x" + "](https://e.example)" * 30,
    "stars": "*" * 2_000 + " " + "_" * 2_000,
    "table": "|a|b|\n|-|-|\n|<script>|[x](javascript:1)|\n",
    "number": "1e999",
    "number, big": "9" * 400,
    "key": "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
    "placeholder": "%%PINBACK%% \ue000slot\ue001 @@0@@ __HOLE__",
    "yaml": "&a *b !!python/object:os.system {x: [}",
    "front matter": "---\ntitle: x\n---\n",
    "xml": "<?xml-stylesheet href='//evil.example'?><!DOCTYPE x [<!ENTITY a \"b\">]>&a;",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt; &#60;img&#62; &#0; &#xD800;",
    "codes of unseen signs": "&#8238;a&#x2066; &#27;[31m &#xFFFF; [x](https://e.example '&#8238;')",
    "null": "null",
    "proto": "__proto__",
    "ansi": "\\u001b[31mred",
    "isolate only": "\u2068",
}


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each text in a document."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from places(value, (*path, key))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from places(value, (*path, number))
    else:
        yield path


def with_value(document: Document, path: tuple[Any, ...], value: Any) -> Document:
    """Return a document with another value at one place."""
    copy = deepcopy(document)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def all_places() -> Iterator[tuple[str, tuple[Any, ...] | None]]:
    """Yield every file with every place in it; None is its Markdown."""
    for file, (fields, body) in DOCUMENTS.items():
        for path in places(fields):
            yield file, path
        if body:
            yield file, None


def changed(
    documents: dict[str, tuple[Document, str]], file: str, path: tuple[Any, ...] | None, value: str
) -> dict[str, tuple[Document, str]]:
    """Return the club's documents with a value in one place."""
    fields, body = documents[file]
    one = (fields, value) if path is None else (with_value(fields, path, value), body)
    return {**documents, file: one}


# Shapes.

OTHER_AWARDS: tuple[Document, ...] = (
    {"issued_on": "2026-05-17", "id": "aaaaaaaaaaaaaaaa", "named": "sha256$" + "0" * 64, "revoked": {"on": "2026-05-20", "reason": "mistake"}},
    {"issued_on": "2026-05-17", "awards": [{"handle": "a-1", "results": AWARD["results"]}, {"handle": "a-2", "suspended": {"on": "2026-05-20"}}]},
)  # fmt: skip
"""Fields that the award above cannot have."""
ODD_SHAPES: tuple[Any, ...] = (
    None, "", "words", [], {}, ["a"], {"a": "b"}, [None], [[]], [{}], [{"a": "b"}], [{"a": {"b": "c"}}], {"en": None}, {"en": {"a": "b"}}, {"en": "x", "pl": ["y"]},
)  # fmt: skip
"""What may stand where another shape of value belongs."""


def _ways(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a document, itself left out."""
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from _ways(below, (*path, key))


def shapes(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield a document in other shapes, each with what was done: a field misspelt or left out, a value of another kind, one more of a list."""
    for path in _ways(document):
        name = path[-1]
        value: Any = document
        for step in path:
            value = value[step]
        others = [
            *ODD_SHAPES,
            [value],
            [value, value],
            {"x": value},
            *([[*value, None], value * 60] if isinstance(value, list) else []),
        ]
        for other in others:
            yield f"{path} is {str(other)[:40]}", with_value(document, path, deepcopy(other))
        if isinstance(name, str):
            for key in (None, name[:-1], f"{name}s"):
                changed_ = with_value(document, path, value)
                inner: Any = changed_
                for step in path[:-1]:
                    inner = inner[step]
                del inner[name]
                inner.update({} if key is None else {key: value})
                yield f"{path} is called {key}", changed_


def all_shapes() -> Iterator[tuple[str, str, Document, str]]:
    """Yield file, what was done, fields and text of every file in every other shape."""
    award = "badges/knots/awards/otter.yaml"
    files = [*DOCUMENTS.items(), *((award, (fields, "")) for fields in OTHER_AWARDS)]
    for file, (fields, body) in files:
        yield from ((file, what, made, body) for what, made in shapes(fields))


# Places in the folder.

Trick = Callable[[Path], object]
TRICKS: dict[str, Trick] = {}


def trick(name: str) -> Callable[[Trick], Trick]:
    """Put a change of a club into the table."""

    def put(change: Trick) -> Trick:
        TRICKS[name] = change
        return change

    return put


def _link(target: str, name: str) -> Trick:
    def make(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            path.rename(root / "aside")
        else:
            path.unlink(missing_ok=True)
        path.symlink_to(target)

    return make


def _bytes(name: str, data: bytes) -> Trick:
    def make(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _away(path)
        path.write_bytes(data)

    return make


def _away(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def _special(name: str, make: Callable[[Path], object]) -> Trick:
    def put(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _away(path)
        make(path)

    return put


def _folder(name: str) -> Trick:
    def put(root: Path) -> None:
        path = root / name
        _away(path)
        path.mkdir(parents=True)

    return put


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


FILES = (
    "site_src/site.yaml", "issuers/club/issuer.yaml", "issuers/club/logo.svg", "badges/knots/badge.md", "badges/knots/criteria.pl.md",
    "badges/knots/awards/otter.yaml", "site_src/people/otter-7.md", "site_src/index.md", "site_src/about.md", "site_src/about.pl.md",
    "site_src/static/plan.svg", "theme/style.css", "theme/base.html", "theme/locale/pl.po", "theme/fonts/own.ttf", "issuers/club/keys.age",
    "issuers/club/register.jsonl", "who-is-who.csv", ".gitignore", ".pinback/roster.json", "site", "site/.nojekyll", ".pinback", "badges/knots/badge.svg",
)  # fmt: skip
FOLDERS = (
    "site_src", "issuers", "issuers/club", "issuers/club/sealed", "badges", "badges/knots", "badges/knots/awards", "site_src/people",
    "site_src/static", "theme", "theme/locale", "theme/fonts", ".pinback", "site", ".site.next",
)  # fmt: skip
for _file in FILES:
    TRICKS[f"{_file}: link out"] = _link("/etc/passwd", _file)
    TRICKS[f"{_file}: link to itself"] = _link(Path(_file).name, _file)
    TRICKS[f"{_file}: link to nothing"] = _link("nowhere", _file)
    TRICKS[f"{_file}: link to zeros"] = _link("/dev/zero", _file)
    TRICKS[f"{_file}: pipe"] = _special(_file, os.mkfifo)
    TRICKS[f"{_file}: socket"] = _special(_file, _socket)
    TRICKS[f"{_file}: folder"] = _folder(_file)
    TRICKS[f"{_file}: sparse"] = _special(_file, _sparse)
    TRICKS[f"{_file}: empty"] = _bytes(_file, b"")
    TRICKS[f"{_file}: zeros"] = _bytes(_file, bytes(1000))
    TRICKS[f"{_file}: nonsense"] = _bytes(_file, bytes(range(256)) * 8)
    TRICKS[f"{_file}: utf-16"] = _bytes(_file, "name: x\n".encode("utf-16"))
    TRICKS[f"{_file}: brackets"] = _bytes(_file, b"[" * 100_000)
    TRICKS[f"{_file}: bombs of names"] = _bytes(_file, b"a: &a [x]\n" + b"b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n" * 50)
for _place in FOLDERS:
    TRICKS[f"{_place}/: link out"] = _link("/usr/share", _place)
    TRICKS[f"{_place}/: link to above"] = _link("..", _place)
    TRICKS[f"{_place}/: link to nothing"] = _link("nowhere", _place)
    for _kind, _name in {
        "loop": "loop", "odd name": "\x1b[31mred\x07.md", "bidi name": "abc\u202efdp.md", "newline name": "a\nb.yaml", "dots": "...",
        "leading dash": "-rf.yaml", "device": "con.md", "device folder": "nul.yaml", "trailing dot": "x.yaml.", "trailing space": "x.yaml ",
        "case twin": "KNOTS.md", "nfd": "cafe\u0301.yaml", "nfc": "caf\u00e9.yaml", "long": "n" * 240 + ".yaml", "backslash": "a\\b.yaml",
        "colon": "a:b.md", "quote": "a'\"b.svg", "tag": "<script>.svg", "percent": "%2e%2e.svg", "index": "index.md", "dot": ".hidden.yaml",
    }.items():  # fmt: skip
        if _kind == "loop":
            TRICKS[f"{_place}/{_kind}"] = _link(".", f"{_place}/{_name}")
        else:
            TRICKS[f"{_place}/{_kind}"] = _bytes(f"{_place}/{_name}", b"name: x\n")
    TRICKS[f"{_place}/bytes in a name"] = lambda root, place=_place: (
        (root / place).mkdir(parents=True, exist_ok=True),
        (root / place).joinpath(os.fsdecode(b"\xff\xfe.yaml")).write_bytes(b"x: y\n"),
    )
    TRICKS[f"{_place}/folder with bytes in its name"] = lambda root, place=_place: (
        (root / place).joinpath(os.fsdecode(b"\xff\xfe\xc3")).mkdir(parents=True)
    )
    TRICKS[f"{_place}/many files"] = lambda root, place=_place: [
        (root / place).mkdir(parents=True, exist_ok=True),
        *((root / place / f"f{number}.md").write_bytes(b"") for number in range(2_000)),
    ]
    TRICKS[f"{_place}/deep"] = lambda root, place=_place: _deep(root / place)


def _deep(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    here = Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(1_200):
            Path("deep").mkdir()
            os.chdir("deep")
    finally:
        os.chdir(here)


@trick("twins of badges")
def _twins(root: Path) -> None:
    for name in ("Knots", "KNOTS", "knots ", "kno\u0074s\u0301", "knot\u017f"):
        (root / "badges" / name).mkdir()
        (root / "badges" / name / "badge.md").write_bytes((root / "badges/knots/badge.md").read_bytes())


@trick("twins of awards")
def _award_twins(root: Path) -> None:
    data = (root / "badges/knots/awards/otter.yaml").read_bytes()
    for name in ("Otter.yaml", "OTTER.YAML", "otter.yml", "caf\u00e9.yaml", "cafe\u0301.yaml"):
        (root / "badges/knots/awards" / name).write_bytes(data)


@trick("twins of static files")
def _static_twins(root: Path) -> None:
    for name in ("Plan.svg", "PLAN.SVG", "plan.Svg"):
        (root / "site_src/static" / name).write_text(LOGO)


@trick("twins of static folders")
def _static_folders(root: Path) -> None:
    for name in ("a/x.svg", "A/x.svg", "a/X.svg", "con/x.svg", "x./y.svg", "aux.svg", "a..b/x.svg", "..x/y.svg"):
        path = root / "site_src/static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LOGO)


@trick("hard links")
def _hard(root: Path) -> None:
    os.link(root / "badges/knots/awards/otter.yaml", root / "badges/knots/awards/again.yaml")
    os.link(root / "site_src/about.md", root / "site_src/again.md")


@trick("times before and after time")
def _times(root: Path) -> None:
    for number, path in enumerate(sorted(root.rglob("*"))):
        os.utime(path, ns=((0, 0), (4_294_967_296 * 10**9,) * 2, (-(10**18),) * 2)[number % 3])


@trick("modes")
def _modes(root: Path) -> None:
    for number, path in enumerate(sorted(root.rglob("*"))):
        if path.is_file():
            path.chmod((0o000, 0o777, 0o4755)[number % 3])


def svg(inside: str, head: str = "", more: str = "") -> bytes:
    """Return a drawing."""
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 64 64"{more}>{inside}</svg>'.encode()


_RECT = '<rect width="64" height="64" fill="#123"/>'
_TINY = base64.b64encode(svg("<script>alert(1)</script>" + _RECT)).decode()
SVGS: dict[str, bytes] = {
    "script": svg("<script>alert(1)</script>" + _RECT),
    "script by namespace": svg(f'<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>{_RECT}'),
    "html script": svg(f'<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>{_RECT}'),
    "handler": svg(_RECT, more=' onload="alert(1)"'),
    "handler, odd case": svg(_RECT, more=' ONload="alert(1)" onBegin="x"'),
    "handler by namespace": svg(_RECT, more=' xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="click"'),
    "foreign object": svg(
        '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="//evil.example"/></foreignObject>'
    ),
    "link": svg(f'<a href="javascript:alert(1)">{_RECT}</a>'),
    "xlink": svg(f'<a xlink:href="javascript:alert(1)">{_RECT}</a>'),
    "animated link": svg(f'<a><animate attributeName="href" values="javascript:alert(1)"/>{_RECT}</a>'),
    "set": svg(_RECT + '<set attributeName="onmouseover" to="alert(1)"/>'),
    "image elsewhere": svg('<image width="9" height="9" href="https://evil.example/x.png"/>'),
    "image relative": svg('<image width="9" height="9" href="../../../etc/passwd"/>'),
    "image file": svg('<image width="9" height="9" xlink:href="file:///etc/passwd"/>'),
    "image in image": svg(f'<image width="9" height="9" href="data:image/svg+xml;base64,{_TINY}"/>'),
    "image html": svg('<image width="9" height="9" href="data:text/html,x"/>'),
    "image both": svg(
        '<image width="9" height="9" href="data:image/png;base64,AAAA" xlink:href="https://evil.example/"/>'
    ),
    "use elsewhere": svg(_RECT + '<use href="https://evil.example/x.svg#a"/>'),
    "use itself": svg('<g id="a"><use href="#a"/></g>' + _RECT),
    "use ring": svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>' + _RECT),
    "use bomb": svg(
        '<g id="a0"><rect width="1" height="1"/></g>'
        + "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
        + '<use href="#a9"/>'
    ),
    "pattern bomb": svg(
        "".join(
            f'<pattern id="p{n}" width="1" height="1"><rect width="64" height="64" fill="url(#p{n + 1})"/></pattern>'
            for n in range(40)
        )
        + '<rect width="64" height="64" fill="url(#p0)"/>'
    ),
    "pattern of itself": svg(
        '<pattern id="p" width="1" height="1"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="64" height="64" fill="url(#p)"/>'
    ),
    "tiny pattern": svg(
        '<pattern id="p" width="0.0001" height="0.0001" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern><rect width="64" height="64" fill="url(#p)"/>'
    ),
    "huge pattern": svg(
        '<pattern id="p" width="1e6" height="1e6" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern><rect width="64" height="64" fill="url(#p)"/>'
    ),
    "huge arcs": svg('<path stroke="red" d="M0 0' + "A1e6 1e6 0 1 1 64 64" * 5_000 + '"/>'),
    "many masks": svg(f'<mask id="m">{_RECT}</mask>' + '<rect width="64" height="64" mask="url(#m)"/>' * 1_000),
    "mask of itself": svg(
        '<mask id="m"><rect width="64" height="64" mask="url(#m)"/></mask><rect width="64" height="64" mask="url(#m)"/>'
    ),
    "clip of itself": svg(
        '<clipPath id="m"><rect width="64" height="64" clip-path="url(#m)"/></clipPath><rect width="64" height="64" clip-path="url(#m)"/>'
    ),
    "marker of itself": svg(
        '<marker id="m"><path d="M0 0L9 9" marker-end="url(#m)"/></marker><path d="M0 0L9 9" stroke="red" marker-end="url(#m)"/>'
    ),
    "gradient of itself": svg('<linearGradient id="g" href="#g"/><rect width="64" height="64" fill="url(#g)"/>'),
    "gradient ring": svg(
        '<linearGradient id="g" href="#h"/><linearGradient id="h" href="#g"/><rect width="64" height="64" fill="url(#g)"/>'
    ),
    "filter": svg(
        '<filter id="f"><feGaussianBlur stdDeviation="99999"/><feImage href="https://evil.example/"/></filter><rect width="64" height="64" filter="url(#f)"/>'
    ),
    "style": svg(_RECT, more=' style="background:url(https://evil.example/)"'),
    "style, escaped": svg(_RECT, more=' style="fill:u\\72l(https://evil.example/)"'),
    "style element": svg("<style>@import url(https://evil.example/x.css);*{fill:red}</style>" + _RECT),
    "fill elsewhere": svg('<rect width="9" height="9" fill="url(https://evil.example/#a)"/>'),
    "fill odd": svg('<rect width="9" height="9" fill="&#117;rl(//evil.example)"/>'),
    "cursor": svg('<rect width="9" height="9" cursor="url(https://evil.example/x.cur)"/>'),
    "entity": svg("<text>&a;</text>", '<!DOCTYPE svg [<!ENTITY a "b">]>'),
    "entity of a file": svg("<text>&a;</text>", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "parameter entity": svg(_RECT, '<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example/x.dtd">%a;]>'),
    "laughs": svg(
        "<text>&a9;</text>",
        "<!DOCTYPE svg ["
        + '<!ENTITY a0 "haha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
        + "]>",
    ),
    "doctype": svg(_RECT, '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://evil.example/svg11.dtd">'),
    "style sheet": svg(_RECT, '<?xml-stylesheet href="https://evil.example/x.css"?>'),
    "include": svg('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>' + _RECT),
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?><svg xmlns="http://www.w3.org/2000/svg">+ADw-script+AD4-</svg>',
    "odd encoding": b'<?xml version="1.0" encoding="rot13"?><svg/>',
    "utf-16": svg(_RECT).decode().encode("utf-16"),
    "utf-32": svg(_RECT).decode().encode("utf-32"),
    "latin": b'<?xml version="1.0" encoding="latin-1"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>\xe9</text></svg>',
    "deep": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + b"<g>" * 100_000,
    "wide": svg('<rect width="1" height="1"/>' * 60_000),
    "long path": svg(f'<path d="M0 0{"L1 1" * 100_000}"/>'),
    "long numbers": svg(f'<path d="M{"9" * 100_000} 0"/>'),
    "many attributes": svg("<rect " + " ".join(f'a{n}="1"' for n in range(40_000)) + ' width="1" height="1"/>'),
    "many spaces": svg('<rect width="1" height="1" fill="' + "&amp;" * 100_000 + '"/>'),
    "namespaces": svg("".join(f'<g xmlns:n{n}="urn:{n}">' for n in range(60)) + _RECT + "</g>" * 60),
    "huge view": svg(_RECT, more="").replace(b'viewBox="0 0 64 64"', b'viewBox="0 0 1e300 1e300"'),
    "no view": svg(_RECT).replace(b'viewBox="0 0 64 64"', b'viewBox="0 0 0 0"'),
    "not a number": svg(_RECT).replace(b'viewBox="0 0 64 64"', b'viewBox="nan inf 1 1"'),
    "transform": svg('<rect width="64" height="64" transform="scale(1e30) rotate(1e300)"/>'),
    "stroke dashes": svg('<path d="M0 0L64 64" stroke="red" stroke-dasharray="0.00001 0.00001"/>'),
    "huge text": svg('<text font-size="99999999">x</text>'),
    "text with controls": svg("<text>a&#27;[31mb&#x202e;c&#0;</text>"),
    "bidi text": svg("<text>abc\u202edef</text>"),
    "dashes of nothing": svg('<path d="M0 0L64 64" stroke="red" stroke-dasharray="0 0"/>'),
    "arcs": svg('<path d="' + "M0 0A1e9 1e9 0 1 1 1 1" * 5_000 + '"/>'),
    "nul": b"\0" + svg(_RECT),
    "gzip": b"\x1f\x8b\x08\0" + bytes(100),
    "html": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "comment": svg("<!-- -- ><script>alert(1)</script> -->" + _RECT),
    "cdata": svg("<text><![CDATA[</text><script>alert(1)</script>]]></text>" + _RECT),
    "title": svg("<title><script>alert(1)</script></title>" + _RECT),
    "baked": svg(
        '<openbadges:credential xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{}</openbadges:credential>'
        + _RECT
    ),
    "key": svg("<text>-----BEGIN PRIVATE KEY-----</text>" + _RECT),
    "metadata": svg("<metadata>private.person@home.example</metadata><!-- private.person@home.example -->" + _RECT),
}
"""Drawings."""


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int,
    height: int,
    depth: int = 8,
    colour: int = 6,
    data: bytes | None = None,
    before: bytes = b"",
    interlace: int = 0,
) -> bytes:
    """Return a PNG whose parts need not fit together."""
    line = b"\0" + bytes(4 * min(width, 4096))
    pixels = zlib.compress(line * min(height, 4096), 9) if data is None else data
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


PNGS: dict[str, bytes] = {
    "largest": png(4096, 4096),
    "larger": png(4097, 1),
    "a line": png(4096, 1),
    "huge header": png(2**31 - 1, 2**31 - 1),
    "nothing": png(0, 0),
    "short pixels": png(64, 64, data=zlib.compress(b"\0" * 10)),
    "long pixels": png(8, 8, data=zlib.compress(bytes(100_000_000), 9)),
    "no zlib": png(8, 8, data=b"nonsense"),
    "palette": png(8, 8, 8, 3),
    "sixteen bits": png(64, 64, 16, 6, zlib.compress((b"\0" + bytes(512)) * 64)),
    "interlaced": png(8, 8, interlace=1),
    "text": png(64, 64, before=chunk(b"tEXt", b"Comment\0private.person@home.example")),
    "text bomb": png(64, 64, before=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9))),
    "profile bomb": png(64, 64, before=chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(50_000_000), 9))),
    "many chunks": png(64, 64, before=chunk(b"tEXt", b"a\0b") * 30_000),
    "animation": png(64, 64, before=chunk(b"acTL", struct.pack(">II", 2**31, 0))),
    "exif": png(64, 64, before=chunk(b"eXIf", b"MM\0*\0\0\0\x08" + bytes(100))),
    "behind the end": png(64, 64) + b"<script>alert(1)</script>",
    "html inside": png(64, 64, before=chunk(b"prVt", b"<html><script>alert(1)</script>")),
    "cut": png(64, 64)[:-20],
    "chunk beyond": b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**32 - 1) + b"IHDR" + bytes(100),
    "apng of jpeg": b"\xff\xd8\xff\xe0" + bytes(100),
    "gif": b"GIF89a" + bytes(100),
}
"""Pixels."""
for _name, _data in SVGS.items():
    TRICKS[f"logo: svg {_name}"] = _bytes("issuers/club/logo.svg", _data)
    TRICKS[f"static: svg {_name}"] = _bytes("site_src/static/plan.svg", _data)

    def _as_badge(root: Path, data: bytes = _data) -> None:
        file = root / "badges/knots/badge.md"
        fields = {name: value for name, value in BADGE.items() if name != "design"}
        file.write_text(written(fields, "Tie.\n"), encoding="utf-8")
        (root / "badges/knots/badge.svg").write_bytes(data)

    TRICKS[f"badge: svg {_name}"] = _as_badge
for _name, _data in PNGS.items():

    def _as_png(root: Path, data: bytes = _data) -> None:
        file = root / "badges/knots/badge.md"
        fields = {name: value for name, value in BADGE.items() if name != "design"}
        file.write_text(written(fields, "Tie.\n"), encoding="utf-8")
        (root / "badges/knots/badge.png").write_bytes(data)

    TRICKS[f"badge: png {_name}"] = _as_png
    TRICKS[f"static: png {_name}"] = _bytes("site_src/static/plan.png", _data)

STATIC: dict[str, bytes] = {
    "page.html": b"<script>alert(1)</script>", "x.js": b"alert(1)", "x.svgz": b"\x1f\x8b", "x.xml": b"<x/>", "x.htm": b"x", "x.pdf": b"%PDF-1.7 /JS (app.alert(1))",
    "x.txt": b"<script>alert(1)</script> private.person@home.example", "x.csv": b"=cmd|' /C calc'!A0", "x.gif": b"GIF89a<script>", "x.webp": b"<html>",
    "x.jpg": b"\xff\xd8\xff\xe1Exif private.person@home.example", "x.ics": b"BEGIN:VCALENDAR", ".htaccess": b"AddType text/html .txt", "_headers": b"/*\n  X: y",
    "_redirects": b"/* https://evil.example 301", "CNAME": b"evil.example", "x.svg.html": b"x", "x.HTML": b"x", "x.SVG": SVGS["script"], "x.Svg": SVGS["script"],
    "x.PNG": PNGS["html inside"], "x.md": b"x", "noending": b"x", "x.": b"x", "x.webmanifest": b"{}", "key.txt": b"-----BEGIN PRIVATE KEY-----\nMC4C\n",
    "assets/style.css": b"*{}", "sub/index.html": b"x", "sub/x.txt": b"x", "SUB/x.txt": b"x",
}  # fmt: skip
for _name, _data in STATIC.items():
    TRICKS[f"static: {_name}"] = _bytes(f"site_src/static/{_name}", _data)


def photograph(kind: str, **described: object) -> bytes:
    """Return a small photograph that says where it was taken and by whom."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "private.person@home.example"
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (51.0, 28.0, 38.0)}
    more = {
        "JPEG": {"exif": exif},
        "WEBP": {"exif": exif, "xmp": b"private.person@home.example"},
        "PNG": {"exif": exif},
    }
    Image.new("RGB", (30, 20), "red").save(stream, kind, **more.get(kind, {}), **described)
    return stream.getvalue()


_SEGMENTS = b"\xff\xfe\0\2"
PHOTOGRAPHS: dict[str, bytes] = {
    "a.jpg": photograph("JPEG", comment=b"private.person@home.example"), "a.JPEG": photograph("JPEG", progressive=True),
    "a.webp": photograph("WEBP"), "a.gif": photograph("GIF", comment=b"private.person@home.example"), "a.PNG": photograph("PNG"),
    "behind.jpg": photograph("JPEG") + b"private.person@home.example", "cut.jpg": photograph("JPEG")[:-30], "other.jpg": photograph("GIF"),
    "other.gif": b"<html><script>alert(1)</script>", "other.webp": SVGS["script"], "other.pdf": b"PK\x03\x04", "empty.jpg": b"",
    "segments.jpg": b"\xff\xd8" + _SEGMENTS * 1_000_000 + b"\xff\xd9", "fill.jpg": b"\xff\xd8" + b"\xff" * 10_000_000,
    "stuffed.jpg": b"\xff\xd8\xff\xda\0\2" + b"\xff\0" * 9_000_000, "blocks.gif": b"GIF89a" + bytes(7) + b"!\xfe" + b"\1x" * 9_000_000,
    "chunks.webp": b"RIFF" + (10_000_004).to_bytes(4, "little") + b"WEBP" + b"junk\0\0\0\0" * 1_250_000, "long.webp": b"RIFF\xff\xff\xff\xffWEBP",
}  # fmt: skip
"""Photographs, and what calls itself one."""
for _name, _data in PHOTOGRAPHS.items():
    TRICKS[f"static: photograph {_name}"] = _bytes(f"site_src/static/{_name}", _data)
GIVEN_TEXTS: dict[str, bytes] = {
    "bidi.txt": "a\u202eb".encode(), "bidi.CSV": "a;\u2066b".encode(), "bidi.ics": "SUMMARY:\u202ex".encode(), "wide.txt": "a\u202eb".encode("utf-16"),
    "control.txt": b"a\x1b[31mb", "nul.csv": b"a\0b", "old.txt": b"Zo\xeb private.person@home.example", "many.txt": "\u202e".encode() * 500_000,
    "lines.txt": b"private.person@home.example\n" * 100_000, "days.ics": b"UID:a@b.example\nATTENDEE:mailto:private.person@home.example\n",
}  # fmt: skip
"""Texts that are published as they are."""
for _name, _data in GIVEN_TEXTS.items():
    TRICKS[f"static: text {_name}"] = _bytes(f"site_src/static/{_name}", _data)
for _name, _inside in {
    "title": "<title>private.person@home.example</title>", "description": "<desc>by private.person@home.example</desc>",
    "pieces": "<text><tspan>private.person</tspan><tspan>@home.example</tspan></text>", "entity": "<text>private.person&#64;home.example</text>",
    "label": '<g aria-label="private.person@home.example" data-x="private.person@home.example" id="private.person@home.example"/>',
}.items():  # fmt: skip
    SVGS[f"address, {_name}"] = svg(_inside + _RECT)
    TRICKS[f"logo: svg address, {_name}"] = _bytes("issuers/club/logo.svg", SVGS[f"address, {_name}"])
    TRICKS[f"static: svg address, {_name}"] = _bytes("site_src/static/Plan.SVG", SVGS[f"address, {_name}"])
for _name in ("inputs.json", "witness", "now", ".now.new", ".inputs.json.new", "appearance.json", "texts.json"):
    TRICKS[f".pinback/cache/{_name}: pipe"] = _special(f".pinback/cache/{_name}", os.mkfifo)
    TRICKS[f".pinback/cache/{_name}: folder"] = _folder(f".pinback/cache/{_name}")
for _name in (
    ".site.next/files/index.html",
    ".site.next/journal.json",
    "site/index.html",
    "issuers/club/groups/a.yaml",
    "issuers/club/witnesses.txt",
):
    TRICKS[f"{_name}: pipe"] = _special(_name, os.mkfifo)
    TRICKS[f"{_name}: nonsense"] = _bytes(_name, bytes(range(256)) * 8)
    TRICKS[f"{_name}: link out"] = _link("/etc/passwd", _name)

_OWN_PAGE = (
    b'<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="%s"></head><body>%s</body></html>'
)
_SOUND = b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
THEME: dict[str, tuple[str, bytes]] = {
    "no policy": ("base.html", b"<!doctype html><title>x</title><script src=https://evil.example/x.js></script>"),
    "policy in a comment": ("404.html", b"<!doctype html><!-- " + _OWN_PAGE % (_SOUND, b"") + b" -->"),
    "policy too late": (
        "404.html",
        b"<!doctype html><script src=//evil.example/x.js></script>" + _OWN_PAGE % (_SOUND, b""),
    ),
    "weak policy": ("404.html", _OWN_PAGE % (b"default-src *; base-uri 'none'; form-action 'none'", b"")),
    "inline policy": (
        "404.html",
        _OWN_PAGE % (_SOUND.replace(b"style-src 'self'", b"script-src 'unsafe-inline'"), b"<script>1</script>"),
    ),
    "half a policy": ("404.html", _OWN_PAGE % (b"default-src 'none'", b"<base href=//evil.example>")),
    "early look-up": ("404.html", _OWN_PAGE % (_SOUND, b"<link rel=dns-prefetch href=//evil.example>")),
    "refresh": ("404.html", _OWN_PAGE % (_SOUND, b"<meta http-equiv=refresh content='0;url=https://evil.example/'>")),
    "script link": ("404.html", _OWN_PAGE % (_SOUND, b"<a href=' java&#9;script:x'>y</a>")),
    "frame": ("404.html", _OWN_PAGE % (_SOUND, b"<iframe srcdoc='<script>1</script>'></iframe>")),
    "raw names": ("award.html", _OWN_PAGE % (_SOUND, b"{{ award.name|safe }}{{ award.narrative }}")),
    "import": ("style.css", b"@import url(https://evil.example/x.css);"),
    "escaped import": ("style.css", b"@\\69mport 'https://evil.example/x.css';"),
    "font": ("style.css", b"@font-face{font-family:x;src:u\\72l('https://evil.example/x.woff2')}"),
    "paper": ("certificate.css", b"@import url(file:///etc/passwd);"),
    "no end": ("home.html", b"{% for x in y %}"),
    "unknown name": ("home.html", b"{{ nothing }}"),
    "escape": ("home.html", b"{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    "globals": ("home.html", b"{{ cycler.__init__.__globals__.os.system('touch /tmp/pinback-was-here') }}"),
    "include": ("home.html", b"{% include '../../../../etc/passwd' %}"),
    "extends itself": ("home.html", b"{% extends 'home.html' %}"),
    "extends ring": ("base.html", b"{% extends 'home.html' %}"),
    "range": ("home.html", b"{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"),
    "power": ("home.html", b"{{ 9**9**9 }}"),
    "many signs": ("home.html", b"{{ 'x' * 10**10 }}"),
    "format": ("home.html", b"{{ '%99999999999d' % 1 }}"),
    "centre": ("home.html", b"{{ 'x'|center(99999999999) }}"),
    "macro": ("home.html", b"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    "deep": ("home.html", b"{{ " + b"(" * 5_000 + b"1" + b")" * 5_000 + b" }}"),
    "not text": ("home.html", b"\xff\xfe"),
    "big": ("home.html", b"x" * 2_000_000),
    "lipsum": ("home.html", b"{{ lipsum(9999, False, 9999, 99999) }}"),
    "empty": ("base.html", b""),
    "bidi": ("home.html", "{# \u202e #}x".encode()),
}
for _name, (_file, _data) in THEME.items():
    TRICKS[f"theme: {_name}"] = _bytes(f"theme/{_file}", _data)
CATALOGUES: dict[str, bytes] = {
    "html": b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Badges"\nmsgstr "<script>alert(1)</script>"\n',
    "charset": b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-7\\n"\n',
    "no charset": b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nothing\\n"\n',
    "plural": b'msgid ""\nmsgstr "Plural-Forms: nplurals=99999999; plural=n%0;\\n"\n',
    "plural code": b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=__import__(1);\\n"\n',
    "plural deep": b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=' + b"(" * 5_000 + b'n;\\n"\n',
    "quote": b'msgid "Badges"\nmsgstr "x\n',
    "placeholders": b'msgid "Badges of %(site)s"\nmsgstr "%(other)s %s %"\n',
    "bidi": 'msgid "Badges"\nmsgstr "\u202eBadges"\n'.encode(),
    "escape": b'msgid "Badges"\nmsgstr "\\x1b[31m\\u202e"\n',
    "big": b"# x\n" * 500_000,
}
for _name, _data in CATALOGUES.items():
    TRICKS[f"catalogue: {_name}"] = _bytes("theme/locale/pl.po", _data)
FONTS: dict[str, bytes] = {
    "nonsense": b"\0\1\0\0" + bytes(range(256)) * 40, "many tables": b"\0\1\0\0\xff\xff" + bytes(100_000), "collection": b"ttcf" + bytes(100),
    "woff": b"wOFF" + bytes(100), "woff2": b"wOF2" + bytes(100), "otto": b"OTTO\0\1" + bytes(1000), "big": b"\0\1\0\0" + bytes(30_000_000),
}  # fmt: skip
for _name, _data in FONTS.items():
    TRICKS[f"font: {_name}"] = _bytes("theme/fonts/own.ttf", _data)

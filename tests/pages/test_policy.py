"""Pages and style sheets of a club's own theme ask a browser for nothing that no page may, or the build says so with the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder

from pinback.pages.language import Language
from pinback.pages.policy import page_fault, style_faults
from pinback.pages.theme import Theme, ThemeProblem

BASE = (ROOT / "theme/base.html").read_text(encoding="utf-8")
POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'"
LINE = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'

REFRESH = "http-equiv=refresh content='0;url=//evil.example'"


def page(body: str = "", before: str = "", line: str = LINE) -> str:
    head = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">{before}\n{line}\n<title>t</title>\n</head>'
    )
    return f"{head}<body>{body}</body></html>"


def fault(text: str, **kind: bool) -> str:
    found = page_fault(text, checking=kind.get("checking", False), forwarding=kind.get("forwarding", False))
    return found.what if found else ""


def test_own_copy_of_the_whole_default_theme_builds_the_same_site(sealed_club: ClubFolder) -> None:
    default = {path.name: path.read_bytes() for path in sealed_club.build().rglob("*.html")}
    shutil.copytree(ROOT / "theme", sealed_club.root / "theme")
    assert {path.name: path.read_bytes() for path in sealed_club.build().rglob("*.html")} == default


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('<meta http-equiv="Content-Security-Policy" content="{% block', '<meta name="x" content="{% block', "has no Content-Security-Policy"),
        ("default-src 'none'; img", "default-src *; img", r"lets default-src have \*"),
        ("style-src 'self'", "style-src 'self' https://evil.example", "lets style-src have https://evil.example"),
        ("</head>", '<link rel="stylesheet" href="https://evil.example/x.css"></head>', "<link> asks for https://evil.example/x.css"),
        ("</head>", '<link rel=preconnect href="//evil.example"></head>', "<link> asks for //evil.example"),
        ("</head>", '<script src="https://evil.example/x.js"></script></head>', "<script> asks for"),
        ("</head>", "<script>alert(1)</script></head>", "a script inside"),
        ("</head>", "<style>*{}</style></head>", "a style sheet inside"),
        ("</head>", '<meta http-equiv="refresh" content="0"></head>', "<meta http-equiv=refresh>"),
        ("<footer", '<img src="https://evil.example/x.png" alt=""><footer', "<img> asks for"),
        ("<footer", '<iframe src="x"></iframe><footer', "has <iframe>"),
        ("<footer", '<p onclick="x()">a</p><footer', "<p> has onclick"),
        ("<footer", '<a href="java&#10;script:x()">a</a><footer', "<a> leads to"),
        ("<footer", "a\u202eb<footer", r"U\+202E"),
    ],
)  # fmt: skip
def test_theme_that_weakens_pages_is_refused_with_its_file(club: ClubFolder, old: str, new: str, words: str) -> None:
    assert old in BASE
    club.write("theme/base.html", BASE.replace(old, new, 1))
    with pytest.raises(ThemeProblem, match=rf"^theme/base\.html(:[0-9]+)?: .*{words}"):
        club.build()


def test_raw_text_of_an_award_cannot_bring_anything_in(club: ClubFolder) -> None:
    """Only one page of many alike is rendered; whatever is filled into the others is looked at too."""
    text = (ROOT / "theme/award.html").read_text(encoding="utf-8")
    club.write("theme/award.html", text.replace("{% block content %}", "{% block content %}{{ award.name|safe }}", 1))
    for number, name in enumerate(("Ada", "Bo", "Cy", "<iframe src=x>Di")):
        club.award(f"a{number}", f"issued_on: 2026-05-17\nhandle: otter-{number}\nname: {name}\npublic: true\n")
    club.keys().seal()
    with pytest.raises(ThemeProblem, match=r"^theme/award\.html: the page has <iframe>; delete it"):
        club.build()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (page(), ""),
        (
            page(
                '<a href="https://x.example/">a</a><img src="a.png" alt=""><script type="application/json">{}</script>'
            ),
            "",
        ),
        (page(before="<!-- ours --><title>a</title>"), ""),
        ("", "has no Content-Security-Policy"),
        (page(line=f"<!-- {LINE} -->"), "has no Content-Security-Policy"),
        (page(before="<script src=x.js></script>"), "has no Content-Security-Policy"),
        (page(before="<noscript>"), "has no Content-Security-Policy"),
        (page(line=LINE.replace("base-uri 'none'; ", "")), "has no base-uri"),
        (
            page(line=LINE.replace("style-src 'self'", "style-src 'unsafe-inline'")),
            "lets style-src have 'unsafe-inline'",
        ),
        (page(line=LINE.replace("style-src", "script-src data:; style-src")), "lets script-src have data:"),
        (
            page(line=LINE.replace("style-src", "font-src https://f.example; style-src")),
            "lets font-src have https://f.example",
        ),
        (page(line=LINE.replace("style-src", "connect-src https:; style-src")), "lets connect-src have https:"),
        (page("<img srcset='a.png 1x, https://evil.example/b.png 2x'>"), "<img> asks for"),
        (page("<svg><use xlink:href='//evil.example/a.svg#b'/></svg>"), "<use> asks for"),
        (page("<form action=https://evil.example/></form>"), "<form> asks for"),
        (page("<a ping='https://evil.example/' href=x>a</a>"), "<a> asks for"),
        (page("<base href=x>"), "has <base>"),
        (page("<link <x rel=preconnect href=//evil.example>"), "<link without an end"),
        (page("<a " + "<a" * 200_000), "without an end"),
        (page("<a title='\"" + '<a "x' * 100_000), "without an end"),
        (page("<a " + " x" * 200_000 + "='1'>"), ""),
        # What stands before the policy is under none.
        (page(before=f"<meta name=x {REFRESH}>"), "<meta http-equiv=refresh>"),
        (page().replace('<html lang="en">', '<html onclick="x()">'), "<html> has onclick"),
        (page(before="\u00a0"), "has no Content-Security-Policy"),
        (page(before="\v"), "has no Content-Security-Policy"),
        (f"\u00a0{page()}", "has no Content-Security-Policy"),
        (page(line=LINE.replace("default-src '", "default-src\u00a0'")), "has no Content-Security-Policy"),
        # What a browser reads as elements, and others as parts of an attribute.
        (page(f'<p x"y><meta {REFRESH}><p "z>'), "<p without an end"),
        (page(f'<!-- <p " --><meta {REFRESH}><!-- "> -->'), "<p without an end"),
        (page(f'<noscript><p title="</noscript><meta {REFRESH}>"></p></noscript>'), "<p without an end"),
        (
            page('<meta a=x"y="z http-equiv=refresh content=0 q="">'),
            "<meta> with attributes that can be read in two ways",
        ),
        (page("<meta http-equiv=refresh http-equiv='' content='0;url=//evil.example'>"), "<meta http-equiv=refresh>"),
        (page('<meta charset="iso-2022-jp">'), "<meta charset=iso-2022-jp>"),
        (page("a\x1b$B"), "U+001B"),
        (page("<link rel=preload as=image imagesrcset='a.png 1x, //evil.example/b.png 2x'>"), "<link> asks for"),
        (page('<br/><img alt src=a.png><p data-x=\'"\' class="a > b">'), ""),
    ],
)
def test_page_is_judged(text: str, words: str) -> None:
    assert words in fault(text)
    assert bool(fault(text)) == bool(words)


def test_pages_that_need_more_may_have_it() -> None:
    asking = page(line=LINE.replace("style-src", "connect-src https:; style-src"))
    assert fault(asking, checking=True) == ""
    sending = page('<noscript><meta http-equiv="refresh" content="0; url=https://new.example/"></noscript>')
    assert fault(sending, forwarding=True) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a{background:url(x.png)}\nb{background:url(data:image/png;base64,AA)} /* https://x.example @import */", ""),
        ("a{}\n@import 'x.css';", "imports another one"),
        ("a{}\n@\\69mport 'x.css';", "imports another one"),
        ("a{}\na{background:url(https://evil.example/x.png)}", "asks for https://evil.example"),
        ("a{}\na{background:u\\72l('//evil.example/x.png')}", "asks for //evil.example"),
        ("a{}\n@font-face{src:url(\"https://evil.example/x.woff2\")}", "asks for https://evil.example"),
        ("a{}\na{background:-webkit-image-set('https://evil.example/x.png' 1x)}", "asks for https://evil.example"),
        ("a{}\na{background:url(\\/\\/evil.example)}", "asks for //evil.example"),
        ("a{content:'/*'}\na{background:url(//evil.example/x.png)} b{content:'*/'}", "asks for //evil.example"),
        ("a{content:'\\'/*'}\na{background:url(//evil.example/x.png)} /**/", "asks for //evil.example"),
        ("a{}\na{--x:'https://evil.example/x.png';background:image-set(var(--x) 1x)}", "asks for https://evil.example"),
        ("a{}\na{background:image-set(f(g(h())), 'https://evil.example/x.png' 1x)}", "asks for https://evil.example"),
        ("a{}\na{background:url( 'file:///etc/passwd')}", "asks for file:///etc/passwd"),
        ("a{}\n@charset 'shift_jis';", "names an encoding"),
        ("a{content:'\\'';background:url(a.png)} b{content:'// or note: url(//x)'} -url(//x){}", ""),
    ],
)  # fmt: skip
def test_style_sheet_is_judged(text: str, words: str, tmp_path: Path) -> None:
    found = list(style_faults(text))
    assert [(line, words in what) for line, what in found] == ([(2, True)] if words else [])
    (tmp_path / "style.css").write_text(text, encoding="utf-8")
    if words:
        with pytest.raises(ThemeProblem, match=r"^theme/style\.css:2: the style sheet .*; pages ask no other host"):
            Theme(tmp_path).asset("style.css")
    else:
        assert Theme(tmp_path).asset("style.css") == text.encode()


def test_style_sheet_that_a_browser_would_decode_in_another_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_bytes("a{}\n@import 'https://evil.example/x.css';".encode("utf-16"))
    with pytest.raises(ThemeProblem, match=r"^theme/style\.css:1: this is not text in UTF-8; save the file in UTF-8"):
        Theme(tmp_path).asset("style.css")


def test_style_sheets_of_the_default_theme_ask_nobody() -> None:
    for path in sorted((ROOT / "theme").glob("*.css")):
        assert list(style_faults(path.read_text(encoding="utf-8"))) == [], path


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("names|map('upper')", r"it shows a generator, not what that gives: write \|list or \|join behind it"),
        ("names|reverse", r"it shows a list_reverseiterator, not what that gives: write \|list or \|join behind it"),
        ("_", "it shows a function, not what that gives: write brackets behind its name"),
        ("names[0].upper", "it shows a builtin_function_or_method, not what that gives: write brackets"),
    ],
)
def test_what_is_named_by_its_place_in_memory_is_not_shown(shown: str, words: str, tmp_path: Path) -> None:
    """The place is another one at each build, and so would be the bytes of the page."""
    (tmp_path / "404.html").write_text(page(f"\n{{{{ {shown} }}}}"), encoding="utf-8")
    with pytest.raises(ThemeProblem, match=rf"^theme/404\.html:8: this template cannot be used \({words}"):
        Theme(tmp_path).render("404.html", {"names": ["a", "b"]}, Language("en"))


def test_what_filters_and_functions_give_is_shown(tmp_path: Path) -> None:
    shown = "{{ names|map('upper')|join }} {{ names[0].upper() }} {{ _('Badges') }} {{ more|default('c') }} {{ none }} {{ 1.5 }} {{ names }}"
    (tmp_path / "404.html").write_text(page(shown), encoding="utf-8")
    made = Theme(tmp_path).render("404.html", {"names": ["a", "b"]}, Language("en"))
    assert b"<body>AB A Badges c None 1.5 [&#39;a&#39;, &#39;b&#39;]</body>" in made

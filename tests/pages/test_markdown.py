"""Markdown of strangers: what reaches the page is on a short list, and the rest is text."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinback.pages.markdown import _converted, to_html

SITE = "https://badges.example.org/club/"
PAGE = SITE + "badges/knots/"
ALLOWED = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
} | {
    tag: set()
    for tag in "p br hr ul li strong em code pre blockquote h2 h3 h4 h5 h6 table thead tbody tr del sup sub".split()  # noqa: SIM905
}
"""Tags and attributes that may be in a page's Markdown: written out here once more on purpose."""


def from_page(path: str) -> str:
    """Return the link from a page two folders down."""
    return f"../../{path}"


class Reader(HTMLParser):
    """Reads a page as a browser does, and stops at anything that is not on the list."""

    def __init__(self, own_page: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.own_page = own_page
        self.shown: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        for name, value in attrs:
            assert name in ALLOWED[tag], f"{tag} {name}"
            if name in ("href", "src"):
                self.address(name, value or "")

    def address(self, name: str, value: str) -> None:
        # Browsers drop tabs and line ends, and take a backslash for a slash.
        seen = (
            "".join(sign for sign in value if sign not in "\t\r\n")
            .strip("".join(map(chr, range(33))))
            .replace("\\", "/")
        )
        target = urlsplit(urljoin(PAGE, seen))
        below = target.netloc == "badges.example.org" and target.path.startswith("/club/")
        if name == "src":
            assert self.own_page, value
            assert below, value
            assert target.path.startswith("/club/static/"), value
            assert "%2e" not in target.path.lower(), value
            self.pictures.append(value)
        elif seen.startswith("#") or target.scheme == "mailto":
            self.links.append(value)
        else:
            assert target.scheme == "https", value
            assert seen.lower().startswith("https://") or (self.own_page and below), value
            self.links.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.shown.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"declaration {decl}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"declaration {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"instruction {data}")


def read(text: str, own_page: bool = True) -> Reader:
    """Convert *text* and read the result; anything that is not allowed fails."""
    reader = Reader(own_page)
    reader.feed(to_html(text, 2, from_page if own_page else None).html)
    reader.close()
    return reader


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "a <img src=x onerror=alert(1)> b",
    "<svg onload=alert(1)><circle/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=https://evil.example/></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=https://evil.example/><input name=a><button>Go</button></form>",
    "<style>p {background: url(https://evil.example/)}</style>",
    "<p style='position:fixed'>x</p>",
    "<link rel=stylesheet href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<a href=javascript:alert(1)>x</a>",
    "<b onclick=alert(1)>x</b>",
    "<!-- comment -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!DOCTYPE html>",
    "<![CDATA[x]]>",
    "<?php x ?>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "\n<div>\n\n<script>alert(1)</script>\n\n</div>\n",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&amp;#106;avascript:alert(1))",
    "[x](&Tab;javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](http://evil.example/)",
    "[x](&#104;ttp://evil.example/)",
    "[x](//evil.example/)",
    "[x](&#47;/evil.example/)",
    "[x](&sol;&sol;evil.example/)",
    "[x](\\\\evil.example/)",
    "[x](\\\\\\\\evil.example/)",
    "[x](/\\evil.example/)",
    "[x](https:evil.example)",
    "[x](https:/evil.example)",
    "[x](https:///evil.example)",
    "[x](../../../../other-club/)",
    "[x](a/%2e%2e/%2e%2e/%2e%2e/other-club/)",
    "[x](%2e%2e%2fother-club/)",
    "[x](&period;&period;/other-club/)",
    "[x](/other-club/)",
    "[x](?a)",
    "[x]()",
    "[x](<>)",
    "[x](:alert)",
    "[x](https://[bad)",
    "[r]\n\n[r]: javascript:alert(1)",
    "[r][]\n\n[r]: data:text/html,x 'title'",
    "<javascript:alert(1)>",
    "<http://evil.example/>",
    "<ftp://evil.example/>",
    "![x](https://evil.example/a.png)",
    "![x](http://evil.example/a.png)",
    "![x](//evil.example/a.png)",
    "![x](&#47;/evil.example/a.png)",
    "![x](\\\\evil.example/a.png)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](javascript:alert(1))",
    "![x](static/../../../evil.png)",
    "![x](static/&#46;&#46;/&#46;&#46;/evil.png)",
    "![x](static/%2e%2e/%2E%2E/evil.png)",
    "![x](static\\..\\..\\evil.png)",
    "![x](badges/knots/badge.svg)",
    '![x" onerror="alert(1)](static/a.png)',
    '![x](static/a.png "t\\" onerror=\\"alert(1)")',
    "![x](static/a.png' onerror='alert(1))",
    '[x](https://a.example/ "t\\" onclick=\\"alert(1)")',
    '[x](https://a.example/"onclick="alert(1))',
    "[x](https://a.example/'onclick='alert(1))",
    "[x](https://a.example/><script>alert(1)</script>)",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "```\n<script>alert(1)</script>\n```",
    "# <script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=x> | [x](javascript:x) |",
    "> <iframe src=x>\n\n- <style>x</style>\n",
    "x{: onclick=alert(1)}\n\n[x](https://a.example/){: onclick=alert(1) }",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03 \x02amp\x03",
    "[x](\x02klzzwxh:0000\x03)",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "&lt;!-- x --&gt;",
    "<script",
    "<<script>script>alert(1)",
    "</p><script>alert(1)</script>",
    "[<img src=x onerror=alert(1)>](https://a.example/)",
    "[![x](https://evil.example/a.png)](javascript:alert(1))",
    "*[x](javascript:alert(1))* **<b>**",
    "\ufeff<script>alert(1)</script>",
]


@pytest.mark.parametrize("own_page", [True, False])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_harmless(text: str, own_page: bool):
    reader = read(text, own_page)
    assert not any("evil" in link for link in reader.links + reader.pictures)
    assert not any("other-club" in link for link in reader.links)


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.startswith(("[x](", "![x](h"))])
def test_address_that_is_dropped_is_told(text: str):
    converted = to_html(text, 2, None)
    dropped = "<a rel" in converted.html or "<em>" in converted.html
    assert bool(converted.faults) == dropped


def test_typed_tags_are_shown_as_they_were_typed():
    assert "".join(read("Write <b>bold</b> & <!-- this -->").shown).strip() == "Write <b>bold</b> & <!-- this -->"


SNIPPETS = [
    *"<>&\"'/\\[]()!#*_`~|:=- \n\t{}@%.;x\x01\x02\x03\u00a0",
    "<script>", "</script>", "<!--", "-->", "<img src=x onerror=y>", "<a href=", "<svg ", "onload=", "style=", "<iframe>",
    "](", "![", "javascript:", "data:", "http://evil.example", "https://a.example/", "//evil.example", "static/", "..", "%2e",
    "&#106;", "&#47;", "&colon;", "&lt;", "&amp;", "\n\n", "\n    ", "\n> ", "\n- ", "\n1. ", "\n# ", "|a|b|\n|-|-|\n", "[r]: ",
    "mailto:a@b.example", "<a@b.example>", "<https://a.example>", '"title"', "\\",
]  # fmt: skip


@settings(max_examples=600, derandomize=True, deadline=None, database=None)
@given(st.lists(st.sampled_from(SNIPPETS), max_size=30).map("".join), st.booleans())
def test_no_mixture_of_hostile_pieces_gets_through(text: str, own_page: bool):
    read(text, own_page)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(st.text(max_size=100))
def test_any_text_is_converted(text: str):
    read(text)


# What volunteers write.


def html(text: str, own_page: bool = True, heading: int = 2) -> str:
    converted = to_html(text, heading, from_page if own_page else None)
    assert converted.faults == []
    return converted.html.strip()


def test_headings_begin_at_the_given_level_and_keep_their_steps():
    assert html("# A\n\n## B") == "<h2>A</h2>\n<h3>B</h3>"
    assert html("### A\n\n#### B\n\n### C", heading=3) == "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>"
    assert html("# A\n\n###### F", heading=3) == "<h3>A</h3>\n<h6>F</h6>"


def test_links_that_lead_somewhere_are_kept():
    link = '<p><a href="{}" rel="nofollow noopener">x</a></p>'
    assert html("[x](https://a.example/?a=1&b=2#c)", False) == link.format("https://a.example/?a=1&amp;b=2#c")
    assert html("[x](https://a.example/?a=1&copy=2)", False) == link.format("https://a.example/?a=1&amp;copy=2")
    assert html("[x](https://a.example/?a=1&amp;b=2)", False) == link.format("https://a.example/?a=1&amp;b=2")
    assert html("[x](mailto:a@b.example)", False) == link.format("mailto:a@b.example")
    assert html("[x](#rules)", False) == link.format("#rules")
    assert html("[x](badges/knots/)") == link.format("../../badges/knots/")
    assert html("[x](badges/knots/?a=1&b=2#top)") == link.format("../../badges/knots/?a=1&amp;b=2#top")
    assert html("[x](https://a.example/a_(b))", False) == link.format("https://a.example/a_(b)")
    assert html("[x](https://a.example/\\_a)", False) == link.format("https://a.example/_a")


def test_addresses_between_angle_brackets_become_links():
    assert read("<https://a.example/?a=1&b=2>", False).links == ["https://a.example/?a=1&b=2"]
    assert read("<badges@club.example.org>", False).links == ["mailto:badges@club.example.org"]
    assert "".join(read("<badges@club.example.org>", False).shown).strip() == "badges@club.example.org"


def test_picture_of_the_site_is_shown_on_own_pages():
    assert (
        html('![A knot](static/knot.png "Reef")')
        == '<p><img alt="A knot" src="../../static/knot.png" title="Reef"></p>'
    )


def test_picture_that_cannot_be_shown_leaves_its_words():
    converted = to_html("![A knot](https://other.example/knot.png)", 2, from_page)
    assert converted.html == "<p><em>A knot</em></p>"
    assert converted.faults == [
        (
            "https://other.example/knot.png",
            'the picture "https://other.example/knot.png" cannot be used',
            "pages ask no other host for pictures; put the file into site_src/static",
        )
    ]


@pytest.mark.parametrize(
    ("text", "own_page", "what", "cure"),
    [
        ("[x](list.html)", False, 'the link "list.html" cannot be used', "write the whole https address"),
        ("[x](http://a.example/)", True, 'the link "http://a.example/" cannot be used', "write an https address"),
        ("[x](my file.pdf)", True, 'the link "my file.pdf" cannot be used', "write an https address"),
        ("![x](static/a.png)", False, 'the picture "static/a.png" cannot be used', "put it into site_src/static"),
        ("![x](a.png)", True, 'the picture "a.png" cannot be used', "put it into site_src/static"),
    ],
)
def test_address_that_cannot_be_used_is_told_with_a_cure(text: str, own_page: bool, what: str, cure: str):
    ((address, found, way_out),) = to_html(text, 2, from_page if own_page else None).faults
    assert address in text
    assert found == what
    assert way_out.startswith(cure)


@pytest.mark.parametrize("code", ["&#8238;", "&#x202E;", "&#8294;", "&#27;", "&#x9d;", "&#127;", "&#xFFFF;", "&#11;"])
@pytest.mark.parametrize("text", ["a\n\nb {} c", '[a](https://x.example "{}")', "![{}](static/a.png)"])
def test_code_for_a_sign_that_nobody_sees_is_told_and_not_shown(code: str, text: str) -> None:
    made = to_html(text.format(code), 2, lambda path: path)
    what = f'the code "{code}" stands for a sign that reorders or controls a line'
    assert made.faults == [(code, what, "delete it")]
    assert made.html.replace("\n", "").isprintable()
    assert to_html(f"`{code}` &#160;&#9;", 2, None).faults == []


def test_tables_keep_their_alignment():
    assert '<td align="right">2</td>' in html("| a |\n|--:|\n| 2 |")


def test_lists_keep_their_numbers():
    assert html("3. c\n4. d") == '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'


def test_the_same_text_gives_the_same_page():
    text = "# A\n\n<badges@club.example.org> [x](https://a.example/) ![y](static/y.png)\n\n| a |\n|:-:|\n| b |\n"
    assert to_html(text, 2, from_page) == to_html(text, 2, from_page)


# Limits: a text that would end a run, or hold it up for hours, is refused and shown as it is.


def too_hard(text: str) -> str:
    converted = to_html(text, 2, None)
    ((place, what, cure),) = converted.faults
    assert place.strip() in text
    assert cure
    assert "".join(read(text, False).shown) == text
    return what


@pytest.mark.parametrize(
    ("marks", "most"),
    [("> ", 32), ("- ", 32), ("1. ", 32), ("12. ", 32), ("> - ", 16), (">", 40), ("* > ", 16), (">\t", 20)],
)
def test_nesting_on_one_line_ends_at_the_limit(marks: str, most: int):
    assert to_html(marks * most + "x", 2, None).faults == []
    assert too_hard(marks * (most + 1) + "x") == "more than 40 lists or quotations stand inside one another"
    assert too_hard(marks * 10_000 + "x") == "more than 40 lists or quotations stand inside one another"


def test_nesting_over_lines_ends_at_the_limit():
    def nested(levels: int) -> str:
        return "".join(f"{'    ' * level}- x\n" for level in range(levels))

    assert to_html(nested(40), 2, None).html.count("<ul>") == 40
    assert too_hard(nested(41)) == "more than 40 lists or quotations stand inside one another"


def test_brackets_that_are_never_closed_end_at_the_limit():
    assert to_html("[" * 40, 2, None).faults == []
    assert too_hard("[" * 41) == 'more than 40 brackets "[" are not closed here'
    assert too_hard("![" * 10_000) == 'more than 40 brackets "[" are not closed here'
    assert to_html("[x] " * 10_000, 2, None).faults == []
    assert to_html("\\[" * 10_000, 2, None).faults == []
    assert to_html("[\n\n" * 100, 2, None).faults == []


@pytest.mark.parametrize("piece", ["[a](", "![](", "[a](<", '[a](b"c) ', "[a](x\\)", "[a](`x)`", "``a`"])
def test_links_and_code_without_an_end_are_not_searched_for_again_and_again(piece: str):
    assert too_hard(piece * 5_000).startswith("too many links or pieces of code have no end")
    assert to_html(f"{piece * 50}\n\n" * 20, 2, str).html


@pytest.mark.parametrize(
    "piece", ["[a](https://b.example/c?d=e&f) ", '[a](https://b.example/ "c d") ', "`a` ", "\\[a]\\(b "]
)
def test_links_and_code_that_end_may_be_many(piece: str):
    assert to_html(piece * (60_000 // len(piece)), 2, None).faults == []


def test_length_of_a_paragraph_ends_at_the_limit():
    assert to_html("x" * 64_000, 2, None).faults == []
    assert too_hard("x" * 64_001).startswith("a paragraph or list has 64,001 characters without an empty line")
    assert to_html(("x" * 60_000 + "\n\n") * 8, 2, None).faults == []


@pytest.mark.parametrize(
    "text",
    [
        "*a " * 21_000,
        "*a* " * 15_000,
        "**a*" * 15_000,
        "_a" * 30_000,
        "`" * 60_000,
        "".join("`" * count + " " for count in range(340)),
        "<" * 60_000,
        "&" * 60_000,
        "<!--" * 15_000,
        "\\" * 60_000,
        "[a](" + "(" * 60_000,
        "[a]: b\n" * 9_000,
        "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|b" * 5_000 + "|",
        "a\n\n" * 15_000,
        "- [a](https://b.example)\n" * 2_500,
        "<a@" * 20_000,
    ],
    ids=lambda text: text[:8].strip(),
)
def test_long_and_odd_text_ends_in_good_time(text: str):
    assert to_html(text, 2, None).html is not None


def test_a_text_is_converted_alike_after_any_other() -> None:
    texts = (
        "[a]: https://a.example.org\n\n[a]",
        "[a]",
        "# One\n\n### Two",
        "javascript [x](javascript:x) ![p](q.png)",
        "a\n\n- b\n    - c",
        "<b>",
    )
    alone = {text: _converted(text, 3, None) for text in texts}
    for first in texts:
        for second in texts:
            _converted(first, 3, str.upper)
            assert _converted(second, 3, None) == alone[second] == to_html(second, 3, None)

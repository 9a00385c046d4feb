"""Every page of a site: links resolve, nothing is asked of anybody else, hostile words stay words."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT, ClubFolder

from pinback import pipeline
from pinback.cli.main import run

POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'"
VERIFY = "verify/index.html"
VERIFY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src https:; "
    "base-uri 'none'; form-action 'none'"
)
AWARD_POLICY = POLICY.replace("img-src", "script-src 'self'; img-src")
STEWARD_POLICY = VERIFY_POLICY.replace("connect-src https:", "connect-src 'none'")
MAKING_POLICY = VERIFY_POLICY.replace(" connect-src https:;", "")
"""Of pages that make pictures and files, and ask nobody."""
POLICIES = {
    VERIFY: VERIFY_POLICY,
    "admin/design/index.html": MAKING_POLICY,
    "admin/start/index.html": MAKING_POLICY,
    "admin/award/index.html": STEWARD_POLICY,
    # It asks this site for the page of the award that is to be changed.
    "admin/change/index.html": STEWARD_POLICY.replace("'none'; base", "'self'; base"),
}
LOG_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""The page of a log reads that log's files on this site."""
LOADING = {
    ("img", "src"),
    ("link", "href"),
    ("script", "src"),
    ("source", "src"),
    ("iframe", "src"),
    ("object", "data"),
}


class Page(HTMLParser):
    """What a page links to and holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.headings: list[int] = []
        self.metas: list[dict[str, str]] = []
        self.images: list[dict[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= set(values)
        if "id" in values:
            self.ids.append(values["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "meta":
            self.metas.append(values)
        if tag == "img":
            self.images.append(values)
        for name in ("href", "src", "data", "action"):
            if name in values:
                self.links.append((tag, name, values[name], values))


@pytest.fixture(scope="module", params=["https://badges.example.org/", "https://club.github.io/badges/"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A preview with every kind of page, at a root and under a path."""
    base_url: str = request.param
    did = "did:web:badges.example.org" if "example" in base_url else "did:web:club.github.io:badges"
    club = ClubFolder(tmp_path_factory.mktemp("pages") / "club", base_url).site().issuer(did=did).badge().keys()
    club.write(
        "site_src/about.md",
        "---\ntitle: About us\n---\n\nSee [the badges](badges/) and ![a photo](static/photo.png).\n",
    )
    club.write("site_src/index.md", "Welcome. [About us](about/), [mail](mailto:badges@club.example.org).\n")
    from PIL import Image

    (club.root / "site_src/static").mkdir()
    Image.new("RGB", (8, 8), "red").save(club.root / "site_src/static/photo.png")
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\nname: Zoë\npublic: true\nevidence:\n  - name: Log\n")
    club.award("b", "issued_on: 2026-05-18\nhandle: otter-8\n")
    club.seal()
    text = club.read("badges/knots/awards/b.yaml")
    club.write("badges/knots/awards/b.yaml", text + "revoked: {on: 2026-05-19, reason: mistake}\n")
    club.seal()
    club.award("c", "issued_on: 2026-05-20\nhandle: otter-9\n")
    club.badge("splices", criteria="Splice a rope.")
    return club.build(preview=True), base_url


def pages(folder: Path) -> Iterator[tuple[str, Page]]:
    """Yield each page with its path."""
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), Page(path.read_text(encoding="utf-8"))


def scripts(name: str, page: Page) -> int:
    """How many scripts a page has: the one that it loads and its data, and what it says to search engines."""
    if name.endswith("admin/design/index.html"):
        return 3  # it draws by tables, which are a script of their own so that they load from a disk too
    if name == VERIFY or "page-data" in page.ids:
        return 2
    return 1 if re.fullmatch("(?:[a-z]{2}/)?badges/[^/]+/index.html", name) else 0


def test_every_link_picture_and_fragment_resolves(site: tuple[Path, str]) -> None:
    folder, base_url = site
    base_path = urlsplit(base_url).path
    checked = 0
    for name, page in pages(folder):
        for tag, _, address, _ in page.links:
            if address.startswith(("mailto:", "data:")):
                continue
            if address.startswith("https://"):
                if not address.startswith(base_url):
                    continue
                target = address[len(base_url) :]
            else:
                start = base_path + name
                target = posixpath.normpath(posixpath.join(posixpath.dirname(start), urlsplit(address).path or start))
                assert (target + "/").startswith(base_path), f"{name}: {address} leads out of the site"
                target = target[len(base_path) :]
            target = unquote(target)
            path = folder / target
            path = path / "index.html" if target == "" or path.is_dir() else path
            assert path.is_file(), f"{name}: <{tag}> {address}"
            fragment = urlsplit(address).fragment
            if fragment:
                assert fragment in Page(path.read_text(encoding="utf-8")).ids, f"{name}: {address}"
            checked += 1
    assert checked > 60


def test_no_page_asks_anything_of_another_host_or_runs_anything(site: tuple[Path, str]) -> None:
    for name, page in pages(site[0]):
        for tag, attribute, address, values in page.links:
            if (tag, attribute) in LOADING and values.get("rel") not in ("canonical", "alternate"):
                assert not urlsplit(address).netloc, f"{name}: {address}"
        assert not {"iframe", "object", "embed", "form", "base"} & set(page.tags), name
        assert page.tags.count("script") == scripts(name, page), name
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"], name
        policies = [meta["content"] for meta in page.metas if meta.get("http-equiv") == "Content-Security-Policy"]
        wanted = POLICIES.get(name, AWARD_POLICY if "page-data" in page.ids else POLICY)
        wanted = LOG_POLICY if name.endswith("/log/index.html") else wanted
        assert policies == [wanted], name
        assert {"name": "referrer", "content": "no-referrer"} in page.metas, name


def test_every_page_has_one_h1_no_double_id_and_text_for_pictures(site: tuple[Path, str]) -> None:
    for name, page in pages(site[0]):
        assert page.headings.count(1) == 1, name
        assert len(page.ids) == len(set(page.ids)), name
        assert all("alt" in image for image in page.images), name


def test_only_awards_and_404_are_kept_from_search_engines(site: tuple[Path, str]) -> None:
    for name, page in pages(site[0]):
        robots = [meta["content"] for meta in page.metas if meta.get("name") == "robots"]
        hidden = name.startswith(("awards/", "admin/")) or name in ("404.html", "gallery/index.html")
        assert bool(robots) == hidden, name


def test_canonical_address_is_the_published_one(site: tuple[Path, str]) -> None:
    folder, base_url = site
    for name, page in pages(folder):
        canonical = [address for tag, _, address, values in page.links if values.get("rel") == "canonical"]
        assert canonical in ([base_url + name.removesuffix("index.html")], [] if name == "404.html" else None), name


def test_page_404_links_from_the_root_because_it_is_shown_at_any_depth(site: tuple[Path, str]) -> None:
    page = Page((site[0] / "404.html").read_text(encoding="utf-8"))
    inner = [address for _, _, address, _ in page.links if not address.startswith(("https:", "#", "data:"))]
    assert inner
    assert all(address.startswith(urlsplit(site[1]).path) for address in inner)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}{% raw %}"


def test_hostile_words_stay_words_everywhere(club: ClubFolder) -> None:
    """The same hostile text in every free field comes out as text on every page."""
    quoted = '"' + HOSTILE.replace('"', '\\"') + '"'
    club.site(title=quoted, description=quoted)
    club.issuer(more=f"description: {quoted}\naddress: {{country: GB, locality: {quoted}}}\n")
    fields = (
        f"tags: [{quoted}]\nalt: {quoted}\nfield_of_study: {quoted}\n"
        f"alignment: [{{name: {quoted}, url: 'https://x.example.org/', description: {quoted}, framework: {quoted}, code: {quoted}}}]\n"
        f"results: [{{id: r, name: {quoted}, type: Result, allowed: ['<img onload=x>']}}]\n"
    )
    club.badge(
        fields=fields,
        criteria=f"{HOSTILE}\n\n[x](javascript:alert(1)) <b onclick=alert(1)>b</b>\n\n<!-- x -->".replace(
            "[x](javascript:alert(1))", "x"
        ),
    )
    club.write("site_src/index.md", HOSTILE)
    club.award(
        "a",
        f"issued_on: 2026-05-17\nhandle: otter-7\nname: {quoted}\npublic: true\nsigned_name: true\nnarrative: {quoted}\nrole: {quoted}\n"
        f"term: {quoted}\nlicense_number: {quoted}\nresults: [{{result: r, value: '<img onload=x>'}}]\n"
        f"evidence: [{{name: {quoted}, description: {quoted}, narrative: {quoted}, genre: {quoted}, audience: {quoted}}}]\n",
    )
    club.keys()
    club.seal()
    seen = 0
    for name, page in pages(club.build(preview=True)):
        assert page.tags.count("script") == scripts(name, page), name
        assert not [attribute for attribute in page.attributes if attribute.startswith("on")], name
        seen += 1
    text = (club.root / "site/index.html").read_text(encoding="utf-8")
    assert "49" not in text
    assert "&lt;script&gt;" in text
    assert seen >= 6


def test_club_overrides_one_file_by_placing_one_file(sealed_club: ClubFolder) -> None:
    text = "{% extends 'base.html' %}{% block content %}<h1>Lost at sea</h1>{% endblock %}"
    sealed_club.write("theme/404.html", text)
    site = sealed_club.build()
    assert "Lost at sea" in (site / "404.html").read_text(encoding="utf-8")
    assert "Knots" in (site / "index.html").read_text(encoding="utf-8")


def test_mistake_in_an_own_template_names_file_and_line(sealed_club: ClubFolder) -> None:
    from pinback.pages.theme import ThemeProblem

    sealed_club.write("theme/404.html", "<h1>x</h1>\n{{ tittle }}")
    with pytest.raises(ThemeProblem, match=r"theme/404\.html.*tittle"):
        sealed_club.build()
    sealed_club.write("theme/404.html", "<h1>x</h1>\n{% if %}")
    with pytest.raises(ThemeProblem, match=r"theme/404\.html:2: "):
        sealed_club.build()
    assert not (sealed_club.root / "site").exists()


def test_check_names_every_file_of_an_own_theme_that_cannot_be_used(
    sealed_club: ClubFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed_club.write("theme/404.html", "<h1>x</h1>\n{{ 1|nofilter }}")
    sealed_club.write("theme/home.html", "{% if %}")
    sealed_club.write("theme/page.html", "{% extends 'base.html' %}")
    sealed_club.write("theme/style.css", "a {\n  background: url(//example.org/x);\n}")
    assert run(["check", "-C", str(sealed_club.root)]) == 1
    places = [line.partition(": ")[0] for line in capsys.readouterr().err.splitlines()]
    assert places == ["theme/404.html:2", "theme/home.html:1", "theme/style.css:2"]
    for name in ("404.html", "home.html", "style.css"):
        (sealed_club.root / "theme" / name).unlink()
    assert run(["check", "-C", str(sealed_club.root)]) == 0


def refused(club: ClubFolder) -> str:
    """Build a club whose theme cannot be used; return what it is told. The old site must stay as it was."""
    from pinback.pages.theme import ThemeProblem

    site = club.root / "site"
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert before
    with pytest.raises(ThemeProblem) as caught:
        club.build()
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    text = str(caught.value)
    assert text.startswith("theme")
    assert text.isprintable()
    return text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "unsafe"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ link.__func__.__globals__ }}", "unsafe"),
        ("{{ navigation.append(1) }}", "unsafe"),
        ("{{ '{0.__class__}'.format(1) }}", "unsafe"),
        ("{{ 1/0 }}", "ZeroDivisionError"),
        ("{{ link(3) }}", "AttributeError"),
        ("{{ 1 + 'x' }}", "TypeError"),
        ("{{ range(10000000) }}", "OverflowError"),
        ("{{ tittle }}", "'tittle' is undefined"),
        ("{% include 'mising.html' %}", "there is no template mising.html"),
        ("{% include '../site.yaml' %}", "there is no template"),
        ("{% include '/etc/passwd' %}", "there is no template"),
        ("{% include '404.html' %}", "RecursionError"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError"),
        ("{% if %}", "Expected an expression"),
        ("{{ 1|nofilter }}", "No filter named"),
        ("{{ 'abc'|random }}", "No filter named 'random'"),
        ("{{ lipsum(9999, False, 9999, 99999) }}", "'lipsum' is undefined"),
    ],
)
def test_template_of_a_stranger_ends_in_one_sentence_with_its_line(
    sealed_club: ClubFolder, text: str, reason: str
) -> None:
    sealed_club.build()
    sealed_club.write("theme/404.html", f"<h1>x</h1>\n{text}\n")
    found = refused(sealed_club)
    assert found.startswith("theme/404.html:2: this template cannot be used ("), found
    assert found.endswith("); compare it with the default theme")
    assert reason in found


def test_text_that_no_file_can_hold_is_a_mistake_of_the_template(sealed_club: ClubFolder) -> None:
    sealed_club.build()
    sealed_club.write("theme/404.html", "{{ '\\ud800' }}")
    assert "theme/404.html" in refused(sealed_club)


def test_mistake_in_a_part_names_the_part(sealed_club: ClubFolder) -> None:
    sealed_club.build()
    sealed_club.write("theme/parts/foot.html", "\n\n{{ 1/0 }}")
    sealed_club.write("theme/404.html", "<h1>x</h1>{% include 'parts/foot.html' %}")
    assert refused(sealed_club).startswith("theme/parts/foot.html:3: ")
    sealed_club.write("theme/parts/foot.html", "\n{% if %}")
    assert refused(sealed_club).startswith("theme/parts/foot.html:2: ")


def test_template_that_is_not_utf_8_is_named(sealed_club: ClubFolder) -> None:
    sealed_club.build()
    sealed_club.write("theme/404.html", "")
    (sealed_club.root / "theme/404.html").write_bytes(b"<h1>\nZo\xeb</h1>")
    assert refused(sealed_club) == "theme/404.html:2: this is not text in UTF-8; save the file in UTF-8"


@pytest.mark.parametrize("name", ["404.html", "style.css"])
@pytest.mark.parametrize("target", ["secret.txt", "nowhere"])
def test_link_in_the_theme_is_refused(sealed_club: ClubFolder, tmp_path: Path, name: str, target: str) -> None:
    sealed_club.build()
    (tmp_path / "secret.txt").write_text("outside")
    (sealed_club.root / "theme").mkdir()
    (sealed_club.root / "theme" / name).symlink_to(tmp_path / target)
    found = refused(sealed_club)
    assert found.startswith(f"theme/{name}: this is not a plain file; ")


def test_theme_folder_or_folder_in_it_that_is_a_link_is_refused(sealed_club: ClubFolder, tmp_path: Path) -> None:
    sealed_club.build()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/404.html").write_text("outside")
    theme = sealed_club.root / "theme"
    theme.symlink_to(tmp_path / "other")
    assert refused(sealed_club) == (
        "theme: this folder is a link; replace it by the folder itself, links are not followed"
    )
    theme.unlink()
    sealed_club.write("theme/404.html", "{% include 'parts/404.html' %}")
    (theme / "parts").symlink_to(tmp_path / "other")
    assert refused(sealed_club).startswith("theme/parts/404.html: a folder above this file is a link; ")


def test_template_without_end_is_not_read(sealed_club: ClubFolder) -> None:
    sealed_club.build()
    sealed_club.write("theme/404.html", "x" * 1_000_001)
    assert "at most 1,000,000 are read" in refused(sealed_club)


def test_theme_documents_every_template(site: tuple[Path, str]) -> None:
    text = (ROOT / "theme/README.md").read_text(encoding="utf-8")
    for path in (ROOT / "theme").glob("*.html"):
        assert f"`{path.name}`" in text


def test_every_issuer_without_keys_has_a_page_too(club: ClubFolder) -> None:
    site = club.build()
    assert (site / "issuers/club/index.html").is_file()
    assert not (site / ".well-known").exists()
    assert pipeline.waiting(pipeline.check(club.root)) == 0

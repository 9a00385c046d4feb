"""Every kind of page in every state and language, at a root and below a path: what holds for all of them."""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from every_page import EveryPage, every_page
from test_site_pages import LOADING, Page, pages

MOST_BYTES = 150_000
MOST_BYTES_OF_STEWARDS = 300_000
"""Their scripts read spreadsheets in eleven languages, and few people open them."""
MOST_BYTES_OF_DESIGNS = 520_000
"""Outlines of 782 letters and 328 icons, 150 kB packed: so the page draws without a network what the build draws."""


@pytest.fixture(scope="module", params=["https://badges.example.org/", "https://club.github.io/badges/"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> EveryPage:
    return every_page(tmp_path_factory.mktemp("every") / "club", request.param)


@pytest.fixture(scope="module")
def read(made: EveryPage) -> dict[str, Page]:
    return dict(pages(made.folder))


def test_every_kind_is_there(made: EveryPage) -> None:
    assert {"home", "catalogue", "badge", "issuer", "log", "statistics", "person", "own", "verify", "gallery"} <= set(
        made.pages
    )
    assert len(made.awards) > 20


def test_every_link_fragment_picture_and_alternate_resolves(made: EveryPage, read: dict[str, Page]) -> None:
    base_path = urlsplit(made.base_url).path
    checked = 0
    for name, page in read.items():
        addresses = [address for _, _, address, _ in page.links]
        addresses += [meta["content"] for meta in page.metas if meta.get("property") in ("og:image", "og:url")]
        for address in addresses:
            if address.startswith(("mailto:", "data:")):
                continue
            if address.startswith("https://"):
                if not address.startswith(made.base_url):
                    continue
                target = urlsplit(address[len(made.base_url) :]).path
            else:
                start = base_path + name
                target = posixpath.normpath(posixpath.join(posixpath.dirname(start), urlsplit(address).path or start))
                assert (target + "/").startswith(base_path), f"{name}: {address} leads out of the site"
                target = target[len(base_path) :]
            path = made.folder / unquote(target)
            path = path / "index.html" if target == "" or path.is_dir() else path
            assert path.is_file(), f"{name}: {address}"
            fragment = unquote(urlsplit(address).fragment)
            if fragment and path.suffix == ".html":
                assert fragment in read[path.relative_to(made.folder).as_posix()].ids, f"{name}: {address}"
            checked += 1
    assert checked > 3000


def test_editions_of_a_page_name_one_another(made: EveryPage, read: dict[str, Page]) -> None:
    def editions(page: Page) -> dict[str, str]:
        return {
            values["hreflang"]: address
            for tag, _, address, values in page.links
            if tag == "link" and values.get("rel") == "alternate" and "hreflang" in values
        }

    for name, page in read.items():
        if name == "404.html":
            continue
        named = editions(page)
        assert set(named) == {"en", "pl", "ar", "x-default"}, name
        assert named["x-default"] == named["en"]
        assert made.base_url + name.removesuffix("index.html") in named.values(), name
        for address in named.values():
            assert editions(read[address[len(made.base_url) :] + "index.html"]) == named, name


def test_language_and_direction_are_those_of_the_folder(made: EveryPage) -> None:
    for path in made.folder.rglob("*.html"):
        head = path.read_text(encoding="utf-8")[:200]
        below = path.relative_to(made.folder).parts[0]
        wanted = {"pl": 'lang="pl" dir="ltr"', "ar": 'lang="ar" dir="rtl"'}.get(below, 'lang="en" dir="ltr"')
        assert wanted in head, path


def test_nothing_is_asked_of_another_host_and_no_script_is_written_into_a_page(read: dict[str, Page]) -> None:
    for name, page in read.items():
        for tag, attribute, address, values in page.links:
            if (tag, attribute) in LOADING and values.get("rel") not in ("canonical", "alternate"):
                assert not urlsplit(address).netloc, f"{name}: {address}"
        assert not {"iframe", "object", "embed", "form", "base"} & set(page.tags), name
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"], name
        assert len(page.ids) == len(set(page.ids)), name
        assert page.headings.count(1) == 1, name
        assert all("alt" in image for image in page.images), name


def test_awards_people_and_previews_are_kept_from_search_engines_and_lists(
    made: EveryPage, read: dict[str, Page]
) -> None:
    lists = "".join(
        (made.folder / name).read_text(encoding="utf-8") for name in ("sitemap.xml", "index.json", "feed.xml")
    )
    for name, page in read.items():
        bare = re.sub("^(?:pl|ar)/", "", name)
        hidden = bare.startswith(("awards/", "people/", "gallery/", "admin/")) or bare == "404.html"
        assert hidden == bool([meta for meta in page.metas if meta.get("name") == "robots"]), name
        if hidden and bare != "404.html":
            assert name.removesuffix("index.html") not in lists


def test_page_with_pictures_style_and_script_is_light(made: EveryPage, read: dict[str, Page]) -> None:
    for name, page in read.items():
        # The page that checks badges of any issuer has a budget of its own (docs/decisions/0011).
        if name.endswith("verify/index.html"):
            continue
        loaded = {
            (made.folder / name).parent / urlsplit(address).path
            for tag, attribute, address, values in page.links
            if (tag, attribute) in LOADING
            and values.get("rel", "stylesheet") in ("stylesheet", "")
            and not address.startswith(("data:", "https:", "/"))
        }
        sizes = {path.resolve(): path.stat().st_size for path in loaded}
        weight = (made.folder / name).stat().st_size + sum(sizes.values())
        most = MOST_BYTES_OF_STEWARDS if "admin/" in name else MOST_BYTES
        if name.endswith("admin/design/index.html"):
            most = MOST_BYTES_OF_DESIGNS
        assert weight <= most, f"{name}: {weight:,} bytes"


def test_nothing_of_a_young_holder_but_the_handle_is_in_the_site(made: EveryPage) -> None:
    for path in made.folder.rglob("*"):
        if path.is_file():
            assert b"Ola N." not in path.read_bytes(), path


def test_names_behind_links_are_in_no_file(made: EveryPage) -> None:
    secrets = [link.partition("&k=")[2] for link in made.links.values()]
    assert len(secrets) > 5
    for path in made.folder.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".json", ".txt", ".xml", ".js", ".csv", ".ics"):
            text = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in text], path
            assert b"Max Muster" not in text or path.parts[-2] == "gallery", path


def test_made_twice_it_has_the_same_bytes(made: EveryPage, tmp_path: Path) -> None:
    from pinback import pipeline

    again = tmp_path / "again"
    pipeline.build(made.folder.parent, again, preview=True)
    first = {path.relative_to(made.folder): path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}
    second = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert first == second

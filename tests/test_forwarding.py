"""The site that stays at an old address: documents byte for byte as they were, pages that send people on."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder

from pinback import pipeline
from pinback.errors import UsageError

OLD, NEW = "https://club.github.io/badges/", "https://badges.example.org/"
OLD_DID = "did:web:club.github.io:badges"
DERIVED = {
    *(
        "issuers/club/log/checkpoint",
        "issuers/club/log/checkpoints.json",
        "badges/knots/badge.json",
        "index.json",
        "assets/index.js",
        "feed.xml",
    ),
    *("robots.txt", "assets/style.css"),
}
"""What tells the present state: it changes with every sealing, and with the address."""


def files(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """Return the site before a move, and after it at the old and at the new address."""
    folder = tmp_path_factory.mktemp("forwarding")
    club = ClubFolder(folder / "club", OLD).site().issuer(did=OLD_DID).badge().keys()
    club.write("site_src/about.md", "---\ntitle: About\n---\n\nWe are a club.\n")
    club.write("site_src/static/plan.txt", "the plan\n")
    club.award("otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.award("wren", "issued_on: 2026-05-17\nhandle: wren-3\n")
    club.seal()
    before = files(club.build())
    wren = re.search("id: (.*)", club.read("badges/knots/awards/wren.yaml"))
    assert wren
    club.move(NEW, new_did=True, at=AT + timedelta(days=1))
    club.award("crane", "issued_on: 2026-05-30\nhandle: crane-4\n")
    club.write("badges/knots/awards/wren.yaml", f"id: {wren[1]}\nerased: true\n")
    club.seal(AT + timedelta(days=2))
    pipeline.build_forwarding(club.root, folder / "old", OLD)
    return {"before": before, "old": files(folder / "old"), "new": files(club.build()), "gone": {wren[1]: b""}}


def test_every_document_and_picture_is_what_it_was(sites: dict[str, dict[str, bytes]]) -> None:
    gone = next(iter(sites["gone"]))
    for name, data in sites["before"].items():
        if name.endswith(".html") or name in DERIVED | {"sitemap.xml"} or gone in name:
            continue
        if "/log/tile/entries/" in name:
            continue  # the entry of what was erased is empty now
        if name in ("did.json", "issuers/club/revoked.json"):
            continue  # below
        if name.startswith("issuers/club/status/"):
            assert json.loads(sites["old"][name])["id"] == f"{OLD}{name}"
            continue
        assert sites["old"][name] == data, name
    assert sites["old"]["did.json"].startswith(b'{"@context"')
    assert json.loads(sites["old"]["did.json"])["id"] == OLD_DID
    before, after = (json.loads(sites[which]["did.json"]) for which in ("before", "old"))
    assert after["verificationMethod"] == before["verificationMethod"]
    revoked = json.loads(sites["old"]["issuers/club/revoked.json"])
    assert [entry["id"] for entry in revoked["revokedAssertions"]] == [
        f"{OLD}awards/{gone}/{name}" for name in ("assertion.json", "assertion.jws.txt")
    ]


def test_erased_award_is_erased_at_the_old_address_too(sites: dict[str, dict[str, bytes]]) -> None:
    gone = next(iter(sites["gone"]))
    left = {f"awards/{gone}/index.html", f"awards/{gone}/assertion.json"}
    assert {name for name in sites["old"] if gone in name} == left
    assertion = json.loads(sites["old"][f"awards/{gone}/assertion.json"])
    assert assertion["id"] == f"{OLD}awards/{gone}/assertion.json"
    assert set(assertion) == {"@context", "type", "id", "revoked"}
    assert sites["old"]["_redirects"] == f"/badges/awards/{gone}/* /badges/awards/{gone}/index.html 410!\n".encode()
    assert sites["new"]["_redirects"] == f"/awards/{gone}/* /awards/{gone}/index.html 410!\n".encode()


def test_every_page_sends_people_to_the_same_page_of_the_new_site(sites: dict[str, dict[str, bytes]]) -> None:
    pages = [name for name in sites["old"] if name.endswith(".html")]
    assert set(pages) == {name for name in sites["new"] if name.endswith(".html")}
    for name in pages:
        text = sites["old"][name].decode("utf-8")
        target = NEW if name == "404.html" else NEW + name.removesuffix("index.html")
        assert f'<link rel="canonical" href="{target}">' in text, name
        assert f'<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript>' in text, name
        assert '<meta name="robots" content="noindex">' in text
        assert "This page has moved" in text
        assert text.count("<script") == 1
        assert "script-src 'self'" in text


def test_links_of_the_page_that_answers_for_unknown_ones_start_at_the_old_root(
    sites: dict[str, dict[str, bytes]],
) -> None:
    text = sites["old"]["404.html"].decode("utf-8")
    assert 'src="/badges/assets/forward.js"' in text
    assert 'href="/badges/assets/style.css"' in text


def test_new_site_has_no_trace_of_forwarding(sites: dict[str, dict[str, bytes]]) -> None:
    assert "assets/forward.js" in sites["old"]
    assert "assets/forward.js" not in sites["new"]
    assert "sitemap.xml" not in sites["old"]
    assert OLD.encode() not in sites["new"]["index.json"]


def test_only_an_address_that_the_club_has_left_can_be_asked_for(tmp_path: Path) -> None:
    club = ClubFolder(tmp_path / "club", OLD).site().issuer(did=OLD_DID).badge().keys()
    with pytest.raises(UsageError, match="is no address that this club has left; it has never moved"):
        pipeline.build_forwarding(club.root, tmp_path / "out", OLD)
    club.move(NEW)
    for address in (NEW, "https://elsewhere.example.org/"):
        with pytest.raises(UsageError, match=f"is no address that this club has left; it has left {OLD}"):
            pipeline.build_forwarding(club.root, tmp_path / "out", address)
    published, _ = pipeline.build_forwarding(club.root, tmp_path / "out", OLD.rstrip("/"))
    assert published.files > 10

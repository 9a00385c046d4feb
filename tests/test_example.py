"""The example club at the top level: it is what the project promises, and its addresses and bytes stay as they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from conftest import ROOT

from pinback import pipeline
from pinback.images.png import unbake_png
from pinback.images.svg import unbake_svg

GOLDEN = Path(__file__).parent / "example.sha256"
"""Path and SHA-256 of every file of the example's site that is not a page: those can never change."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's site."""
    folder = tmp_path_factory.mktemp("example") / "site"
    pipeline.build(ROOT, folder)
    return folder


def digests(site: Path) -> str:
    """Return the golden file's text."""
    lines = []
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        # Cards are drawn anew at each build, so another version of a library may draw them a little different.
        if path.suffix not in (".html", ".css", ".xml") and path.name not in ("index.json", "card.png"):
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    return "".join(lines)


def test_published_bytes_are_those_of_the_golden_file(site: Path) -> None:
    assert digests(site) == GOLDEN.read_text(encoding="utf-8"), "renew with: python tests/test_example.py"


def test_example_builds_to_the_same_bytes_again_and_shows_no_insides(site: Path, tmp_path: Path) -> None:
    pipeline.build(ROOT, tmp_path / "site")
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert (tmp_path / "site" / path.relative_to(site)).read_bytes() == data, path
        assert b"object at 0x" not in data
        assert path.suffix != ".html" or not any(word in data for word in (b"None<", b"frozenset(", b"dict_")), path


def test_example_has_what_the_readme_says() -> None:
    club = pipeline.check(ROOT).club
    assert len(club.issuers) == 2
    assert len(club.badges) == 16
    assert len(club.awards) == 136
    assert sum(award.revoked is not None for award in club.awards) == 2
    assert sum(award.minor for award in club.awards) >= 15
    assert sum(bool(award.named) for award in club.awards) >= 25
    assert sum(award.email is not None for award in club.awards) >= 8
    assert sum(award.valid_until is not None for award in club.awards) >= 10
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "sixteen badges and 136 awards" in readme


def test_pictures_give_back_the_published_bytes(site: Path) -> None:
    folders = sorted((site / "awards").iterdir())
    assert len(folders) == 136
    for folder in folders:
        png = unbake_png((folder / "badge.png").read_bytes())
        svg = unbake_svg((folder / "badge.svg").read_bytes())
        assert png["openbadges"].encode() == (folder / "assertion.json").read_bytes()
        assert png["openbadgecredential"].encode() == (folder / "credential.json").read_bytes()
        assert svg["openbadges"].encode() == (folder / "assertion.jws.txt").read_bytes()
        assert svg["openbadgecredential"].encode() == (folder / "credential.json").read_bytes()


def test_every_document_has_the_address_where_it_lies(site: Path) -> None:
    for path in sorted(site.rglob("*.json")):
        document = json.loads(path.read_bytes())
        name = path.relative_to(site).as_posix()
        if path.name == "did.json" or name == "index.json" or "/log/" in name:
            continue
        if path.parent.parent.name == "badges":  # the current copy is one of the frozen version
            assert (site / document["id"].removeprefix("https://badges.example.org/")).read_bytes() == path.read_bytes()
        else:
            assert document["id"] == f"https://badges.example.org/{name}"


def test_no_page_lists_awards(site: Path) -> None:
    """Only links of holders lead to an award: home shows none, the sitemap and the index neither."""
    for name in ("sitemap.xml", "index.json", "badges/index.html", "badges/safe-coxing/index.html"):
        assert "awards/" not in (site / name).read_text(encoding="utf-8")
    for path in (site / "awards").glob("*/index.html"):
        assert '<meta name="robots" content="noindex' in path.read_text(encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        pipeline.build(ROOT, Path(folder) / "site")
        GOLDEN.write_text(digests(Path(folder) / "site"), encoding="utf-8")

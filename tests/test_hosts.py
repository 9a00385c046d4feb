"""A site that outgrows its host is told of in time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ClubFolder

from pinback import pipeline
from pinback.hosts import GITHUB_PAGES, expected_size, host_warnings


def test_size_is_known_before_the_site_is_made(sealed_club: ClubFolder) -> None:
    checked = pipeline.check(sealed_club.root)
    site = sealed_club.build()
    real = sum(path.stat().st_size for path in (site / "awards").rglob("*") if path.is_file())
    assert 0.6 * real < expected_size(checked.club.site, checked.sealed.values()) < 1.6 * real


def test_nothing_sealed_has_no_size(club: ClubFolder) -> None:
    checked = pipeline.check(club.root)
    assert expected_size(checked.club.site, checked.sealed.values()) == 0


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (GITHUB_PAGES // 2, []),
        (round(0.95 * GITHUB_PAGES), ["about 950 MB, nearly what GitHub Pages takes (1,000 MB)"]),
        (3 * GITHUB_PAGES, ["about 3,000 MB, more than GitHub Pages takes (1,000 MB)"]),
    ],
)
def test_limit_of_the_host_is_told(size: int, words: list[str], club: ClubFolder) -> None:
    site = pipeline.check(club.root).club.site
    for base_url, root in (("https://club.github.io/badges/", club.root), (site.base_url, _with_workflow(club))):
        told = list(host_warnings(root, replace(site, base_url=base_url), size))
        assert [one.what.removeprefix("the site has ") for one in told] == words
        assert all(one.warning for one in told)


def _with_workflow(club: ClubFolder) -> Path:
    club.write(".github/workflows/publish.yml", "on: push\n")
    return club.root


def test_other_hosts_have_other_limits(club: ClubFolder) -> None:
    assert list(host_warnings(club.root, pipeline.check(club.root).club.site, 9 * GITHUB_PAGES)) == []

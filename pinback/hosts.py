"""How large a site will be, before it is made, and whether its host bears that.

Numbers of the hosts: docs/federation-scale.md, where they come from and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pinback.addresses import SEALED_FORMS
from pinback.assemble.sealed import Sealed
from pinback.errors import Problem
from pinback.model import Site

GITHUB_PAGES = 1_000_000_000
"""Bytes that a site may have on GitHub Pages."""
_WARNED = 0.9
"""Part of a limit from which on it is told, so that there is time to do something."""
_PAGE = 25_000
"""Bytes of an award's page in one language, about."""
_SAMPLE = 50
"""Awards of each issuer whose documents are looked at; those of the others are taken to be as large."""
_WORKFLOW = ".github/workflows/publish.yml"


def expected_size(site: Site, sealed: Iterable[Sealed]) -> int:
    """Return about how many bytes the files of all awards will have; the rest of a site is small beside them.

    Each document lies there by itself and in the pictures: both hosted forms in the PNG, both signed ones in the SVG, about once more.
    """
    total = 0.0
    for one in sealed:
        awards = one.register.awards
        looked_at = list(islice(awards.values(), _SAMPLE))
        paths = [one.store.award_path(award.id, name) for award in looked_at for name in SEALED_FORMS]
        documents = sum(map(_size, paths)) / max(1, len(looked_at))
        total += len(awards) * (2 * documents + _PAGE * len(site.languages))
        for (badge, version), ids in awards.by_version().items():
            pictures = (one.store.version_path(badge, version, name) for name in ("image.png", "image.svg"))
            total += len(ids) * sum(map(_size, pictures))
    return round(total)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0  # what is missing is told elsewhere


def host_warnings(root: Path, site: Site, size: int) -> Iterator[Problem]:
    """Yield a warning where a site is, or soon will be, larger than its host takes.

    Args:
        root: the club's folder.
        site: its configuration.
        size: bytes of all files, or about that.
    """
    at_github = ".github.io/" in site.base_url or (root / _WORKFLOW).is_file()
    if at_github and size > _WARNED * GITHUB_PAGES:
        over = "more than" if size > GITHUB_PAGES else "nearly what"
        what = f"the site has about {size / 1e6:,.0f} MB, {over} GitHub Pages takes ({GITHUB_PAGES / 1e6:,.0f} MB)"
        cure = "make pictures of badges smaller, or choose another host; docs/federation-scale.md compares them"
        yield Problem("site_src/site.yaml", 0, what, cure, warning=True)

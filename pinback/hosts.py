"""How large a site will be, before it is made, and whether its host bears that.

Numbers of the hosts: docs/federation-scale.md, where they come from and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pinback.addresses import SEALED_FORMS
from pinback.assemble.sealed import Sealed
from pinback.errors import PinbackError, Problem
from pinback.model import Club

if TYPE_CHECKING:
    from pinback.assemble.material import Material
    from pinback.assemble.site import Part

GITHUB_PAGES = 1_000_000_000
"""Bytes that a site may have on GitHub Pages."""
_WARNED = 0.9
"""Part of a limit from which on it is told, so that there is time to do something."""
_LOOKED_AT = 0.5
"""Part of a limit from which on files are made to know more; what is reckoned without is never so far below what is true."""
_PAGE, _PROOF, _CERTIFICATE = 25_000, 2_500, 60_000
"""Bytes of an award's page in one language, of its proofs, and of its PDF, about."""
_SAMPLE = 50
"""Awards of each issuer whose documents are looked at; those of the others are taken to be as large."""
_MADE = {"awards": 60, "erased": 3, "people": 5, "cards": 5, "badges": 5}
"""Of how many of each kind the files are made; those of the others are taken to be as large."""
_PAPERS = 2
"""Of how many awards the PDF is made, which takes longest."""
_WORKFLOW = ".github/workflows/publish.yml"
_T = TypeVar("_T")


def reckoned_size(root: Path, club: Club, sealed: Iterable[Sealed]) -> int:
    """Return about how many bytes the files of all awards, and static ones, will have at most: reckoned, nothing is made.

    Each document lies there by itself and in the pictures: both hosted forms in the PNG, both signed ones in the SVG, about once more.
    """
    total = float(_static(root, club))
    beside = _PAGE * len(club.site.languages) + _PROOF + _CERTIFICATE * club.site.certificates
    for one in sealed:
        awards = one.register.awards
        looked_at = list(islice(awards.values(), _SAMPLE))
        paths = [one.store.award_path(award.id, name) for award in looked_at for name in SEALED_FORMS]
        documents = sum(map(_size, paths)) / max(1, len(looked_at))
        total += len(awards) * (2 * documents + beside)
        for (badge, version), ids in awards.by_version().items():
            pictures = (one.store.version_path(badge, version, name) for name in ("image.png", "image.svg"))
            total += len(ids) * sum(map(_size, pictures))
    return round(total)


def _static(root: Path, club: Club) -> int:
    """Return how many bytes the club's static files have; they are many or large, and are not read for that."""
    return sum(_size(root / file.source) for file in club.static)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0  # what is missing is told elsewhere


def expected_size(material: Material) -> int:
    """Return about how many bytes all files of a site will have: some of each kind are made, the others taken to be as large."""
    return round(_others(material) + _awards(material) * _size_of_award(material))


def _awards(material: Material) -> int:
    return sum(len(one.register.awards) for one in material.sealed.values())


def _size_of_award(material: Material) -> float:
    """Return the mean size of an award's files, in bytes; 0 where there is no award."""
    from pinback.assemble.awards import in_force
    from pinback.assemble.papers import certificate
    from pinback.assemble.site import files_of_award

    # Those of one badge, and those with as many files, stand together, so that each comes by its share.
    sorted_ = sorted(
        (known.badge, known.version, material.club.site.is_lean(known.at), slug, id_)
        for slug, one in material.sealed.items()
        for id_, known in one.register.awards.items()
    )
    chosen = [(material.sealed[slug], id_) for *_, slug, id_ in _spread(sorted_, _MADE["awards"])]
    plain = _with(material, certificates=False)
    sizes = [sum(len(data) for _, data in files_of_award(plain, sealed, id_)) for sealed, id_ in chosen]
    papers = []
    if material.club.site.certificates:
        living = [(sealed, id_) for sealed, id_ in chosen if in_force(sealed.register, id_)]
        try:
            papers = [
                len(certificate(material, sealed, sealed.register.awards[id_])) for sealed, id_ in living[:_PAPERS]
            ]
        except PinbackError:
            papers = [_CERTIFICATE]  # a build tells what it lacks to draw them
    return _mean(sizes) + _mean(papers)


def _others(material: Material) -> float:
    """Return about how many bytes the files have that are of no sealed award."""
    from pinback.assemble.site import files_of_award, part_files, smallest_parts

    total = float(_static(material.root, material.club))
    material = _of_club(material, replace(material.club, static=()))
    kinds: dict[str, list[Part]] = {}
    erased: list[tuple[Sealed, str]] = []
    for part in smallest_parts(material):
        if part.pieces:
            sealed = material.sealed[part.issuer]
            erased += [(sealed, id_) for piece in part.pieces for id_ in piece.ids if id_ in sealed.register.erased]
        else:
            kinds.setdefault(part.kind, []).append(part)
    for kind, parts in kinds.items():
        chosen = _spread(parts, _MADE.get(kind, len(parts)))
        total += _mean([sum(len(data) for _, data in part_files(material, part)) for part in chosen]) * len(parts)
    gone = [
        sum(len(data) for _, data in files_of_award(material, sealed, id_))
        for sealed, id_ in _spread(erased, _MADE["erased"])
    ]
    return total + _mean(gone) * len(erased)


def _spread(things: Sequence[_T], count: int) -> Sequence[_T]:
    """Return so many of *things*, evenly spread over all."""
    return [things[place * len(things) // count] for place in range(count)] if len(things) > count else things


def _mean(sizes: Collection[int]) -> float:
    return sum(sizes) / max(1, len(sizes))


def _with(material: Material, **lines: Any) -> Material:  # noqa: ANN401 - fields of Site
    """Return what the same site would be made from with other lines in its ``site.yaml``."""
    return _of_club(material, replace(material.club, site=replace(material.club.site, **lines)))


def _of_club(material: Material, club: Club) -> Material:
    """Return what the site would be made from if the club said this."""
    from pinback.assemble.material import Material

    return Material(material.root, club, material.sealed, material.pictures, material.elsewhere)


def host_warnings(
    root: Path, club: Club, sealed: Collection[Sealed], material: Callable[[], Material]
) -> Iterator[Problem]:
    """Yield a warning where a site is, or soon will be, larger than its host takes.

    Args:
        root: the club's folder.
        club: what it says.
        sealed: what its issuers have sealed.
        material: gives what the site is made from; asked only where the site may be that large.
    """
    at_github = ".github.io/" in club.site.base_url or (root / _WORKFLOW).is_file()
    if at_github and reckoned_size(root, club, sealed) > _LOOKED_AT * GITHUB_PAGES:
        try:
            yield from size_warnings(material(), GITHUB_PAGES)
        except PinbackError:
            return  # what cannot be made, as with a template that has a mistake, is told by the build


def size_warnings(material: Material, limit: int) -> Iterator[Problem]:
    """Yield a warning where a site at GitHub Pages comes near so many bytes, with what can be done."""
    others, each = _others(material), _size_of_award(material)
    size = others + _awards(material) * each
    if size <= _WARNED * limit:
        return
    over = "more than" if size > limit else "nearly what"
    what = f"the site has about {size / 1e6:,.0f} MB, {over} GitHub Pages takes ({limit / 1e6:,.0f} MB)"
    cure = "make pictures of badges smaller, or choose another host; docs/federation-scale.md compares them"
    if material.club.site.lean_since is None and (last := _last_sealing(material)) is not None:
        day = last + timedelta(days=1)
        after = others + _awards(material) * _size_of_award(_with(material, lean_since=day))
        lean = _size_of_award(_with(material, lean_since=date.min))
        fitting = _awards(material) + (limit - after) / lean
        cure = (
            f'write the line "lean_since: {day}" into it: all awards get a smaller badge.png, and those sealed from that day on fewer files; '
            f"then the site has about {after / 1e6:,.0f} MB, and about {_hundreds(fitting)} awards fit in all, where there are {_awards(material):,} now; "
            "docs/federation-scale.md says what is left out, and compares other hosts"
        )
    yield Problem("site_src/site.yaml", 0, what, cure, warning=True)


def _hundreds(count: float) -> str:
    """Return a number, rounded down to hundreds where it has that many, as it is told to people."""
    return f"{int(count) // 100 * 100 if count >= 1000 else int(count):,}"


def _last_sealing(material: Material) -> date | None:
    """Return the day (UTC) on which an award was sealed last."""
    days = (known.at.date() for one in material.sealed.values() for known in one.register.awards.values())
    return max(days, default=None)

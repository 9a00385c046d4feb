"""The preview card of each badge, and the fonts that its words are drawn with.

A card lies once, in the badge's own language, and shows the badge as its page does: the name of now, the picture of the version that
is shown. Before the first award nothing is frozen yet; the picture is then drawn from the club's file, for the card alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pinback.errors import ContentError, PictureError, Problem, quoted
from pinback.files import FileProblem, read_regular
from pinback.images.card import CardColours, card, letter_card
from pinback.images.fonts import ENDINGS, FOLDER, REGULAR, FontError, Fonts, shipped, with_own
from pinback.images.lettering import MissingLetter, drawable
from pinback.images.raster import svg_to_png
from pinback.limits import MAX_FONT_BYTES, MAX_FONTS
from pinback.model import Badge, Club, Origin
from pinback.pages.colour import LIGHT, accents
from pinback.pages.language import direction

if TYPE_CHECKING:
    # What pages are made from takes longer to load than all that draws; only who makes a site needs it.
    from pinback.assemble.material import Material

OWN_FONTS = "theme/fonts"
_OTHER_FONTS = (".ttc", ".otc", ".woff", ".woff2", ".pfb", ".dfont")
_NAMED = 3
"""How many missing letters a warning names."""
_PICTURE_PIXELS = 512

# Drawing takes a tenth of a second, and ``serve`` builds the site after every keystroke that is saved.
_drawn = lru_cache(maxsize=128)(card)


def badge_card_png(material: Material, badge: Badge) -> bytes:
    """Return the card of a badge.

    Raises:
        ContentError: a picture that is not frozen yet cannot be drawn, or a font cannot be used.
    """
    try:
        return _drawn(
            _picture(material, badge),
            badge.name.in_language(badge.language),
            material.club.issuers[badge.issuer].name.in_language(badge.language),
            card_colours(material.club.site.colour),
            direction(badge.language),
            material.pictures.letters,
            badge.language,
        )
    except FontError as error:
        raise ContentError([Problem(error.file, 0, error.what, error.cure)]) from error
    except PictureError as error:
        raise ContentError([Problem(badge.picture, 0, error.what, error.cure)]) from error


def card_colours(colour: str) -> CardColours:
    """Return the colours of a club's cards: those of its pages on light screens.

    Args:
        colour: the club's, ``#rrggbb``, or "".
    """
    if not colour:
        return CardColours()
    found = accents(colour, LIGHT)
    return CardColours(stage=found.stage, accent=found.text)


def _picture(material: Material, badge: Badge) -> bytes:
    sealed, version = material.sealed.get(badge.issuer), material.shown_version(badge)
    if sealed is not None and version:
        return material.frozen(sealed, badge.slug, version)["image.png"]
    svg = material.pictures.badges[badge.picture].decode("utf-8")
    fonts = [FOLDER / name for name in REGULAR]
    return svg_to_png(svg, _PICTURE_PIXELS, _PICTURE_PIXELS, fonts, ours=badge.design is not None)


def fonts_of(root: Path) -> tuple[Fonts, list[Problem]]:
    """Return the fonts for a club's words, and what is wrong with its own ones in ``theme/fonts``.

    Other files there, such as a font's licence, are left alone.
    """
    folder = root / OWN_FONTS
    if not os.path.lexists(folder):
        return shipped(), []
    if folder.is_symlink() or not folder.is_dir():
        return shipped(), [Problem(OWN_FONTS, 0, "this is no folder", "put a folder with font files there")]
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in sorted(os.listdir(folder)):
        path = f"{OWN_FONTS}/{name}"
        try:
            if name.lower().endswith(_OTHER_FONTS):
                raise FontError(path, "only .ttf and .otf files can be used", "take one of those, or remove this file")
            if name.lower().endswith(ENDINGS):
                if len(files) == MAX_FONTS:
                    raise FontError(path, f"there are more than {MAX_FONTS} fonts", "keep those that the words need")
                data = read_regular(folder / name, MAX_FONT_BYTES)
                with_own({path: data})
                files[path] = data
        except FontError as error:
            problems.append(Problem(path, 0, error.what, error.cure))
        except FileProblem as error:
            what, _, cure = str(error).partition("; ")
            problems.append(Problem(path, 0, what, cure))
    return (with_own(files) if files else shipped()), problems


def card_problems(club: Club, letters: Fonts) -> Iterator[Problem]:
    """Yield a warning for each name with letters that no font has, and a problem for each font that cannot set a name."""
    issuers: set[str] = set()
    for badge in club.badges.values():
        issuer = club.issuers.get(badge.issuer)
        language = badge.language
        name = badge.name.in_language(language)
        yield from _missing(badge.origin, drawable(name, letters.bold)[1])
        by = issuer.name.in_language(language) if issuer else ""
        if issuer and issuer.slug not in issuers:
            issuers.add(issuer.slug)
            yield from _missing(issuer.origin, drawable(by, letters.regular)[1])
        if letters is not shipped():
            try:
                letter_card(name, by, direction(language), letters, language)
            except FontError as error:
                yield Problem(error.file, 0, error.what, error.cure)


def _missing(origin: Origin, letters: Iterable[MissingLetter]) -> Iterator[Problem]:
    found = tuple(letters)
    if found:
        named = ", ".join(f"{quoted(one.letter)} ({one.codes})" for one in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        what = f"no font has {named}{more} of the name, so the preview card leaves that out"
        yield Problem(origin.file, 0, what, f"put a font file that has it into {OWN_FONTS}", warning=True)

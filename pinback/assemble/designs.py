"""Pictures of badges that are drawn from a design, and what is wrong with its words."""

from __future__ import annotations

from collections.abc import Iterator

from pinback.assemble.cards import OWN_FONTS
from pinback.designs import Design
from pinback.errors import Problem, quoted
from pinback.images.design import letters_that_fit, missing_letters
from pinback.images.fonts import FontError, Fonts, font_with
from pinback.model import Badge

_NAMED = 3
"""How many missing letters are named."""

_SHORTER = {"text": "shorten it, or choose a wider shape", "ribbon": "shorten it"}


def design_problems(badge: Badge, design: Design, letters: Fonts) -> Iterator[Problem]:
    """Yield a problem for words with letters that no font has, and for words that are too long to be read."""
    file, line = badge.origin.file, badge.design_line
    sound = True
    for part in ("text", "ribbon"):
        words = getattr(design, part)
        if missing := missing_letters(words, letters):
            sound = False
            named = ", ".join(f"{quoted(one.letter)} ({one.codes})" for one in missing[:_NAMED])
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            cure = f"put {font_with(missing[0].letter)} into {OWN_FONTS}, or write it otherwise"
            yield Problem(file, line, f'no font has {named}{more} of "{part}"', cure)
    if not sound:
        return
    try:
        for part in ("text", "ribbon"):
            fitting = letters_that_fit(design, part, letters)
            words = quoted(getattr(design, part))
            if fitting:
                what = f'{words} is too long for "{part}": so that it can be read at 64 pixels, {fitting} signs fit'
                yield Problem(file, line, what, _SHORTER[part])
            elif fitting == 0:
                what = f'there is no room left for {words} as "{part}"'
                yield Problem(file, line, what, "leave out the ribbon, the stars or the icon, or choose another shape")
    except FontError as error:
        yield Problem(error.file, 0, error.what, error.cure)

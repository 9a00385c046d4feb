"""Designs: pictures of badges out of a few words, and the one table that they are drawn by.

    design: {shape: shield, colour: forest, icon: tent, text: Camp 10, ribbon: Level 2}

    table      shapes, colours, measures and starters (designs.json), icons (icons.json), letters of pages (letters.json)
    tones      the colours of a drawing out of the one colour of a design, and whether letters on it can be read
    alt        what a design shows, in English words

The page ``admin/design/`` draws by the same tables in the browser, and both draw the same bytes. This room knows neither badges nor
fonts nor pixels: ``images/design`` draws, ``content`` checks the words of ``badge.md``.
"""

from pinback.designs.table import MAX_LEVEL, Design

__all__ = ["MAX_LEVEL", "Design"]

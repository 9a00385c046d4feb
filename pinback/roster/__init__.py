"""Rosters: sheets and lists that people give us, read for what they award.

``table`` and ``workbook`` make cells of bytes, ``reading`` makes awards of cells, by the one table of rules that page and command
share (``rules``). ``planning`` compares with the club, ``writing`` writes batches of records. Nothing here prints, asks or reads
the clock.
"""

"""How often each badge was awarded in each year, without numbers that point at few people.

A table for the board: badges and years, with sums. A number from 1 to 4 is not shown. That alone hides nothing where it is
what is left of a sum, so more numbers are hidden until none of the small ones can be worked out from anything that is
shown: a table of this kind is the only source of these numbers on a site (the badge's page and the CSV read it), so what
is hidden here is hidden everywhere.

**What a reader can work out.** A reader knows every shown number, that rows and columns add up, that a cell with "fewer
than five" holds 1 to 4, and that a hidden one holds 1 or more; zeros are shown. A small number is safe where another table
of whole numbers, with another number in that cell, would be shown just the same. Cells are the edges of a graph between
its rows and columns (sums are the last of each), in which every change that keeps all sums goes round a circle; and as
such tables are flows in a network, a circle of ones exists wherever any change does. So the test is exact: a cell
is safe where a circle of cells that may change goes through it. Where there is none, the cheapest circle is opened by hiding the
cells on it that are shown. (This is the audit by network flows of the statistical offices: L. H. Cox, "Network models for
complementary cell suppression", Journal of the American Statistical Association 90, 1995.)

What it cannot do: keep two tables from being compared that were published at different times. Whoever saved the page
last month learns what was awarded since, where that number was shown before and after.

Pure functions over plain values; badges, years and awards are known to the caller.
"""

from __future__ import annotations

import csv
import heapq
import io
from collections.abc import Iterable, Sequence
from enum import Enum

from pinback.dataclass import dataclass

LEAST = 5
"""The smallest number of awards, beside none, that is shown."""
_TOTAL = "all"


class Shown(Enum):
    """How much of a number is shown."""

    NUMBER = "number"
    FEW = "fewer than five"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is shown.

    Attributes:
        shown: how much of it.
        number: where it is shown; else None.
    """

    shown: Shown
    number: int | None = None

    @property
    def few(self) -> bool:
        """Whether it is said that there are fewer than five, and not none."""
        return self.shown is Shown.FEW


@dataclass(frozen=True, slots=True)
class Table:
    """Awards of each badge in each year, as shown.

    Attributes:
        badges: the rows, in their order.
        years: the columns, oldest first.
        cells: a row for each badge, a cell for each year.
        by_badge: the sum of each row.
        by_year: the sum of each column.
        total: of everything.
    """

    badges: tuple[str, ...]
    years: tuple[int, ...]
    cells: tuple[tuple[Cell, ...], ...]
    by_badge: tuple[Cell, ...]
    by_year: tuple[Cell, ...]
    total: Cell

    def of(self, badge: str) -> Cell:
        """Return the number of a badge's awards, as shown."""
        return self.by_badge[self.badges.index(badge)]


def table(badges: Sequence[str], awards: Iterable[tuple[str, int]]) -> Table:
    """Return the table of an issuer.

    Args:
        badges: every badge of the issuer, in the order of the rows.
        awards: badge and year of each award that counts.
    """
    counts: dict[tuple[str, int], int] = {}
    for badge, year in awards:
        counts[badge, year] = counts.get((badge, year), 0) + 1
    known = [year for _, year in counts]
    # Years without awards stand in the table too: a gap would look like a mistake.
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    cells = _shown([[counts.get((badge, year), 0) for year in years] for badge in badges], len(years))
    return Table(
        tuple(badges),
        years,
        tuple(tuple(row[:-1]) for row in cells[:-1]),
        tuple(row[-1] for row in cells[:-1]),
        tuple(cells[-1][:-1]),
        cells[-1][-1],
    )


def csv_bytes(table: Table, names: Sequence[str]) -> bytes:
    """Return the table for a spreadsheet: UTF-8 with a mark in front, as spreadsheets want it, and CRLF (RFC 4180).

    Args:
        table: as shown.
        names: of the badges, in the order of the rows.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["badge", "name", *table.years, _TOTAL])
    rows = zip(table.badges, names, table.cells, table.by_badge, strict=True)
    for badge, name, cells, total in rows:
        writer.writerow([badge, _harmless(name), *map(_csv_cell, cells), _csv_cell(total)])
    writer.writerow([_TOTAL, "", *map(_csv_cell, table.by_year), _csv_cell(table.total)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _csv_cell(cell: Cell) -> str:
    return {Shown.NUMBER: str(cell.number), Shown.FEW: f"<{LEAST}", Shown.HIDDEN: "hidden"}[cell.shown]


def _harmless(name: str) -> str:
    """Return a name that no spreadsheet takes for a formula."""
    return "'" + name if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name


def _shown(inner: list[list[int]], width: int) -> list[list[Cell]]:
    """Return all cells as shown, each row with its sum at the end, and the sums of the columns as the last row."""
    numbers = [[*row, sum(row)] for row in inner]
    numbers.append([sum(row[column] for row in numbers) for column in range(width + 1)])
    grid = _Grid(numbers)
    grid.protect()
    return [
        [Cell(shown, number if shown is Shown.NUMBER else None) for number, shown in zip(values, row, strict=True)]
        for values, row in zip(numbers, grid.shown, strict=True)
    ]


_Place = tuple[int, int]


class _Grid:
    """A table with its sums as a graph: rows and columns are nodes, cells are edges between them.

    Inner cells and the sum of all count as they are, sums of rows and columns count negative: then every row and every
    column adds up to nothing, and a change that keeps this is a circle, on which cells gain one and lose one in turn.
    """

    def __init__(self, numbers: list[list[int]]) -> None:
        self.numbers = numbers
        self.height, self.width = len(numbers), len(numbers[0])
        self._found: dict[int, list[_Place]] = {}
        self.shown = [[Shown.FEW if 0 < number < LEAST else Shown.NUMBER for number in row] for row in numbers]

    def protect(self) -> None:
        """Hide more cells until no small number can be worked out.

        Hiding only ever adds ways to change, so a cell that is safe stays so.
        """
        for row in range(self.height):
            for column in range(self.width):
                if self.shown[row][column] is not Shown.NUMBER:
                    self._free((row, column))

    def _free(self, place: _Place) -> None:
        """Open the cheapest circle through a cell, unless one is open."""
        if self._is_open(place, up=True) or self._is_open(place, up=False):
            return
        found = self._circle(place, up=True)
        if found is None or found[0]:
            found = min((path for path in (found, self._circle(place, up=False)) if path), default=None)
        # With every cell that is not zero hidden all may grow by one: the cell, the sums of its row and column, the sum of all.
        assert found is not None
        for (row, column), up in found[1]:
            if not self._may(row, column, up):
                self.shown[row][column] = Shown.HIDDEN
                self._found.clear()

    def _is_open(self, place: _Place, up: bool) -> bool:
        """Tell whether a circle that costs nothing goes through a cell: one of cells that may change already, which are few."""
        if self._cost(*place, up) != 0:
            return False
        start, end = self._ends(*place, up)
        seen, waiting = {end}, [end]
        while waiting:
            node = waiting.pop()
            for row, column in self._hidden(node):
                other = self.height + column if node < self.height else row
                direction = self._sign(row, column) == (node < self.height)
                if other not in seen and (row, column) != place and self._cost(row, column, direction) == 0:
                    if other == start:
                        return True
                    seen.add(other)
                    waiting.append(other)
        return False

    def _hidden(self, node: int) -> Iterable[_Place]:
        """Return the cells of a row or column that are not shown."""
        if node not in self._found:
            if node < self.height:
                places = [(node, column) for column, shown in enumerate(self.shown[node]) if shown is not Shown.NUMBER]
            else:
                column = node - self.height
                places = [(row, column) for row, cells in enumerate(self.shown) if cells[column] is not Shown.NUMBER]
            self._found[node] = places
        return self._found[node]

    def _circle(self, place: _Place, up: bool) -> tuple[int, list[tuple[_Place, bool]]] | None:
        """Return cost and cells of the cheapest circle on which a cell gains one (*up*) or loses one, or None.

        Dijkstra's way from where the change of the cell ends to where it begins, over all other cells.
        """
        cost = self._cost(*place, up)
        if cost is None:
            return None
        start, end = self._ends(*place, up)
        best: dict[int, int] = {end: cost}
        before: dict[int, tuple[int, _Place, bool]] = {}
        heap = [(cost, end)]
        while heap:
            cost, node = heapq.heappop(heap)
            if node == start:
                break
            if cost > best[node]:
                continue
            for other, step, direction in self._steps(node):
                more = self._cost(*step, direction)
                if step != place and more is not None and cost + more < best.get(other, cost + more + 1):
                    best[other] = cost + more
                    before[other] = (node, step, direction)
                    heapq.heappush(heap, (cost + more, other))
        if start not in before:
            return None
        path, node = [(place, up)], start
        while node != end:
            node, step, direction = before[node]
            path.append((step, direction))
        return best[start], path

    def _steps(self, node: int) -> Iterable[tuple[int, _Place, bool]]:
        """Yield the nodes beside a node, the cell between, and whether that cell gains one on the way there."""
        if node < self.height:
            for column in range(self.width):
                yield self.height + column, (node, column), self._sign(node, column)
        else:
            for row in range(self.height):
                yield row, (row, node - self.height), not self._sign(row, node - self.height)

    def _ends(self, row: int, column: int, up: bool) -> tuple[int, int]:
        """Return the nodes from which and to which a cell leads when it changes."""
        nodes = (row, self.height + column)
        return nodes if self._sign(row, column) == up else (nodes[1], nodes[0])

    def _sign(self, row: int, column: int) -> bool:
        """Tell whether a cell counts as it is: inner cells and the sum of all."""
        return (row == self.height - 1) == (column == self.width - 1)

    def _may(self, row: int, column: int, up: bool) -> bool:
        """Tell whether a cell can be one more or less for all that a reader knows."""
        shown, number = self.shown[row][column], self.numbers[row][column]
        if shown is Shown.NUMBER:
            return False
        if up:
            return shown is Shown.HIDDEN or number < LEAST - 1
        return number > 1

    def _cost(self, row: int, column: int, up: bool) -> int | None:
        """Return what it costs to let a cell change: nothing where it may, else what hiding it takes from the table."""
        number = self.numbers[row][column]
        if number == 0 or (not up and number == 1):
            return None  # zeros are shown; and nothing that is hidden may become zero
        if self._may(row, column, up):
            return 0
        # Sums are worth most; and a cell that was not shown anyway is the cheapest to say less about.
        last = (row == self.height - 1) + (column == self.width - 1)
        return 1 if self.shown[row][column] is not Shown.NUMBER else 10 + number * (1 + 9 * last)

"""No number under five can be worked out from a table, whatever the table is."""

from __future__ import annotations

import csv
import io
import itertools
import random
from collections.abc import Iterator

import pytest

from pinback import statistics
from pinback.statistics import Cell, Shown, Table

NAMES = "abcdefgh"


def _table(rows: list[list[int]]) -> Table:
    badges = list(NAMES[: len(rows)])
    awards = [
        (badge, 2020 + column)
        for badge, row in zip(badges, rows, strict=True)
        for column, number in enumerate(row)
        for _ in range(number)
    ]
    return statistics.table(badges, awards)


def _grid(table: Table) -> list[list[Cell]]:
    rows = [[*cells, total] for cells, total in zip(table.cells, table.by_badge, strict=True)]
    return [*rows, [*table.by_year, table.total]]


def _with_sums(rows: list[list[int]]) -> list[list[int]]:
    whole = [[*row, sum(row)] for row in rows]
    return [*whole, [sum(column) for column in zip(*whole, strict=True)]]


def _looks_like(cell: Cell, number: int) -> bool:
    """Whether a number would be shown as this cell is, as a reader has to think."""
    if cell.shown is Shown.NUMBER:
        return number == cell.number
    return 1 <= number <= 4 if cell.few else number >= 1


def _others(rows: list[list[int]], grid: list[list[Cell]]) -> Iterator[list[list[int]]]:
    """Yield other tables that look the same, among those that differ by one at most in each cell."""
    height, width = len(rows), len(rows[0])
    free = [
        (-1, 0, 1) if grid[row][column].shown is not Shown.NUMBER else (0,)
        for row in range(height)
        for column in range(width)
    ]
    for steps in itertools.product(*free):
        other = [[rows[row][column] + steps[row * width + column] for column in range(width)] for row in range(height)]
        whole = _with_sums(other)
        if all(
            _looks_like(cell, number)
            for cells, numbers in zip(grid, whole, strict=True)
            for cell, number in zip(cells, numbers, strict=True)
        ):
            yield whole


def _assert_nothing_can_be_worked_out(rows: list[list[int]]) -> None:
    table = _table(rows)
    # Years in which nothing was awarded before the first and after the last award are no columns.
    used = [column for column in range(len(rows[0])) if any(row[column] for row in rows)]
    rows = [row[used[0] : used[-1] + 1] for row in rows] if used else [[] for _ in rows]
    grid, truth = _grid(table), _with_sums(rows)
    for cells, numbers in zip(grid, truth, strict=True):
        for cell, number in zip(cells, numbers, strict=True):
            assert _looks_like(cell, number)
            assert cell.shown is not Shown.NUMBER or number == 0 or number >= 5
    open_cells = {
        (row, column)
        for row, cells in enumerate(grid)
        for column, cell in enumerate(cells)
        if cell.shown is not Shown.NUMBER
    }
    for other in _others(rows, grid) if open_cells else ():
        open_cells -= {place for place in open_cells if other[place[0]][place[1]] != truth[place[0]][place[1]]}
        if not open_cells:
            break
    assert not open_cells, (rows, grid)


@pytest.mark.parametrize("seed", range(250))
def test_no_hidden_number_of_a_small_table_can_be_worked_out(seed):
    draw = random.Random(seed)
    height, width = draw.choice([(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (1, 4), (3, 3), (4, 2)])
    values = draw.choice([(0, 1, 2, 3, 4), (0, 4, 5), (1, 4, 5, 6), (0, 0, 1, 9, 30), tuple(range(12))])
    _assert_nothing_can_be_worked_out([[draw.choice(values) for _ in range(width)] for _ in range(height)])


@pytest.mark.parametrize(
    "rows",
    [
        [[1]],
        [[4]],
        [[1, 1, 1, 1]],  # four badges "fewer than five" whose sum is fewer than five would all be one
        [[4, 4]],  # and two that add up to eight would both be four
        [[1, 1]],
        [[3, 10], [20, 30]],
        [[3, 0], [0, 30]],
        [[2, 50, 50], [50, 50, 50], [50, 50, 50]],
        [[4], [1]],
    ],
)
def test_numbers_at_the_bounds_cannot_be_worked_out_either(rows):
    _assert_nothing_can_be_worked_out(rows)


def test_large_numbers_and_zeros_are_shown():
    rows = [[5, 0, 12], [7, 8, 9]]
    assert [[cell.number for cell in cells] for cells in _grid(_table(rows))] == _with_sums(rows)


def test_small_number_hides_what_would_give_it_away_and_no_more():
    grid = _grid(_table([[2, 50, 51], [52, 60, 61], [62, 63, 64]]))
    hidden = [(row, column) for row in range(4) for column in range(4) if grid[row][column].shown is Shown.HIDDEN]
    assert grid[0][0] == Cell(Shown.FEW)
    assert len(hidden) == 3  # the corners of one circle
    assert all(cell.number is not None for cell in grid[3])  # sums stay where single numbers do as well


def test_years_without_awards_stand_between_others():
    table = statistics.table(["a"], [("a", 2021)] * 6 + [("a", 2024)] * 7)
    assert table.years == (2021, 2022, 2023, 2024)
    assert [cell.number for cell in table.cells[0]] == [6, 0, 0, 7]
    assert table.of("a").number == 13


def test_issuer_without_awards_has_an_empty_table():
    table = statistics.table(["a", "b"], [])
    assert table.years == ()
    assert [cell.number for cell in table.by_badge] == [0, 0]
    assert table.total.number == 0
    assert statistics.table([], []).total.number == 0


def test_csv_says_what_the_table_says():
    table = _table([[3, 10], [20, 0]])
    data = statistics.csv_bytes(table, ["Knots, and more", "=1+1"])
    assert data.startswith(b"\xef\xbb\xbfbadge,name,2020,2021,all\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["badge", "a", "b", "all"]
    assert rows[1][1:3] == ["Knots, and more", "<5"]
    assert rows[2][1] == "'=1+1"  # no formula
    said = {Shown.FEW: "<5", Shown.HIDDEN: "hidden"}
    for row, cells in zip(rows[1:], _grid(table), strict=True):
        assert row[2:] == [said.get(cell.shown, str(cell.number)) for cell in cells]


def test_same_awards_in_any_order_give_the_same_table():
    awards = [("a", 2020)] * 3 + [("b", 2020)] * 9 + [("a", 2021)] * 12 + [("b", 2021)] * 2
    shuffled = random.Random(1).sample(awards, len(awards))
    assert statistics.table("ab", awards) == statistics.table("ab", shuffled)


def test_large_table_is_done_at_once():
    """A hundred badges and twelve years: no small number is shown."""
    draw = random.Random(7)
    rows = [[draw.choice((0, 0, 1, 2, 3, 7, 15)) for _ in range(12)] for _ in range(100)]
    table = statistics.table(
        [str(row) for row in range(100)],
        [(str(row), 2010 + column) for row in range(100) for column in range(12) for _ in range(rows[row][column])],
    )
    assert all(
        cell.number is None
        for cells, row in zip(table.cells, rows, strict=True)
        for cell, number in zip(cells, row, strict=True)
        if 0 < number < 5
    )

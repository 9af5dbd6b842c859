"""Where the tables of a sheet are: one under another, side by side, with the lines above and below that belong to them.

A second heading row with other headings, or the same headings repeated to the right, begin a new table; the same headings at a printed
page break do not.
"""

import itertools
import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from etl.cleaning import row_kinds
from etl.files.workbook import Merge, RawSheet
from etl.forms import forms
from etl.forms.layouts import Parts
from etl.sheets.columns import is_known, is_value

MOST_ROWS_ABOVE = 60
_VALUE = re.compile(r"\d{4}|\d+[-./]\d+|^\d+(\.\d+)?$|^[男女√×是否有无]$")
_LINE = re.compile("[:：]")


@dataclass
class Grid:
    """One table as rows and columns: `headings` with their columns, the rows under them with their numbers from 1, and the lines around."""

    headings: list[tuple[int, Parts]]
    texts: list[list[str]]
    cells: list[list[Any]]
    row_nos: list[int]
    above: list[str] = field(default_factory=list)
    nearest: str = ""
    top: int = 0
    heading_rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)  # by index of `texts` and column
    rows_seen: int = 0
    is_card: bool = False

    def samples(self) -> dict[int, list[str]]:
        """Return the first cells under each heading."""
        return {at: [row[at] for row in self.texts[:30] if at < len(row)] for at, _parts in self.headings}


def nearest(heading: str, form: forms.Form, taken: set[str | None]) -> str | None:
    """Return the known heading nearest to an unknown one whose field no other column has, as a suggestion and never more."""
    free = [alias for alias, name in form.aliases.items() if name not in taken]
    near = get_close_matches(forms.plain(heading), free, n=1, cutoff=0.6)
    return near[0] if near else None


def find_grids(raw: RawSheet, texts: list[list[str]]) -> list[Grid]:
    """Return the tables of a sheet with headings over columns, in the order of their rows, then of their columns."""
    tops = _heading_rows(raw, texts)
    grids: list[Grid] = []
    for at, top in enumerate(tops):
        start = _first_line(texts, top) if at else 0
        end = _first_line(texts, tops[at + 1]) if at + 1 < len(tops) else len(texts)
        grids += _grids_of(raw, texts, start, top, end)
    return grids


def _heading_rows(raw: RawSheet, texts: list[list[str]]) -> list[int]:
    """Return the first heading row of every table: the first row with two known words, then each row of other headings."""
    tops: list[int] = []
    below = 0
    seen: tuple[Any, ...] = ()
    for row, row_texts in enumerate(texts):
        if row < below or not (row < MOST_ROWS_ABOVE if not tops else _is_heading_row(row_texts)):
            continue
        if not tops and not _begins(row_texts):
            continue
        shape = tuple(forms.plain(text) for text in row_texts if text)
        if tops and (shape == seen or set(shape) <= _words_of(texts, tops[-1], below)):
            continue
        tops.append(row)
        below = row + _depth(texts, raw.merges, row)
        seen = shape
    return tops


def _words_of(texts: list[list[str]], top: int, below: int) -> set[str]:
    return {forms.plain(text) for row in texts[top:below] for text in row if text}


def _begins(row_texts: list[str]) -> bool:
    """Return whether a sheet's first table may begin here: two words of headings, and no row of a card (label, value, label …)."""
    words = row_kinds.filled_cells(row_texts)
    return sum(map(is_known, words)) >= 2 and not is_card_row(row_texts)


def _is_heading_row(row_texts: list[str]) -> bool:
    """Return whether a row below a table holds headings: three cells or more, most of them known words, none a value."""
    words = row_kinds.filled_cells(row_texts)
    if len(words) < 3 or len(words[0]) > 12 or words[0].isdigit():
        return False
    if sum(map(is_known, words[:4])) < 2:  # a row of data, nearly always: the rest need not be looked at
        return False
    count = sum(map(is_known, words))
    return count >= 3 and count >= 0.6 * len(words) and not any(_VALUE.search(word) and not is_known(word) for word in words)


def is_card_row(row_texts: list[str]) -> bool:
    """Return whether a row reads label, value, label, value: no two labels side by side that have no value, and a value that is none."""
    words = row_kinds.filled_cells(row_texts)
    plain = [word.rstrip(":：") for word in words]
    labels = [is_known(word) and not (at and is_known(plain[at - 1]) and is_value(plain[at - 1], word)) for at, word in enumerate(plain)]
    values = [word for word, label in zip(words, labels, strict=True) if not label]
    if not values or sum(labels) < 1:
        return False
    pairs = sum(1 for first, second in itertools.pairwise(labels) if first and not second)
    return (
        pairs >= max(1, sum(labels) - 1)
        and len(values) >= sum(labels) * 0.5
        and (len(words) < 3 or any(map(_VALUE.search, values)) or pairs >= 2)
    )


def _first_line(texts: list[list[str]], top: int) -> int:
    """Return the row where the lines above a table begin: titles and labelled lines, with blank rows between them."""
    start = top
    for row in range(top - 1, -1, -1):
        words = row_kinds.filled_cells(texts[row])
        if len(words) > 1 and not all(_LINE.search(word) for word in words[:1]):
            break
        if words:
            if row_kinds.is_remark(texts[row]) and not _is_title(words[0]):
                break
            start = row
    return start


def _is_title(text: str) -> bool:
    return len(text) <= 30 and not _LINE.search(text)


def _grids_of(raw: RawSheet, texts: list[list[str]], start: int, top: int, end: int) -> list[Grid]:
    """Return the tables whose first heading row is `top`: several where headings repeat to the right or a blank column parts two."""
    depth = _depth(texts[:end], raw.merges, top)
    below = top + depth
    headings = _headings(texts[:end], raw.merges, top, depth)
    lines = [text for row in texts[start:top] for text in row if text]
    after = [text for row in texts[below:end] if _is_line(row) for text in row if text]
    near = next((text for row in reversed(texts[start:top]) for text in row if text), "")
    grids: list[Grid] = []
    for part in _side_by_side(headings, texts[top:end]):
        left, right = part[0][0], part[-1][0]
        is_all = len(part) == len(headings)
        first, last = (0, len(texts[0]) - 1) if is_all else (left, right)
        rows = range(below, end)
        merges = [
            ((r1 - below, c1), (r2 - below, c2))
            for (r1, c1), (r2, c2) in raw.merges
            if r1 >= below and r2 < end and first <= c1 and c2 <= last
        ]
        cut = (
            [[text if first <= at <= last else "" for at, text in enumerate(texts[row])] for row in rows]
            if not is_all
            else [texts[row] for row in rows]
        )
        grids.append(
            Grid(
                part,
                cut,
                [raw.rows[row] for row in rows],
                [row + 1 for row in rows],
                [*lines, *after],
                near,
                top,
                [[text if first <= at <= last else "" for at, text in enumerate(texts[row])] for row in range(top, below)],
                merges,
                end - (start if grids == [] else below),
            )
        )
    return grids


def join_parent_rows(grid: Grid) -> Grid:
    """Return a table whose parents stand under one another (称谓: 父亲, 母亲) with their cells beside one another in the child's row."""
    kin = next((at for at, parts in grid.headings if forms.plain(parts[-1]) in ("称谓", "关系称谓")), None)
    if kin is None:
        return grid
    group = next(parts[:-1] for at, parts in grid.headings if at == kin)
    beside = [(at, parts) for at, parts in grid.headings if at > kin and parts[:-1] == group and group]
    others = [(at, parts) for at, parts in grid.headings if at < kin or (at > kin and (at, parts) not in beside)]
    width = max(len(row) for row in grid.texts) if grid.texts else 0
    moved = {(at, parent): width + number for number, (parent, at) in enumerate((p, at) for p in ("父亲", "母亲") for at, _parts in beside)}
    texts: list[list[str]] = []
    cells: list[list[Any]] = []
    row_nos: list[int] = []
    for row, raw_row, row_no in zip(grid.texts, grid.cells, grid.row_nos, strict=True):
        is_further = row[kin] in ("父亲", "母亲") and texts and not any(row[at] for at, _parts in others)
        if not is_further:
            texts.append([*row, *[""] * len(moved)])
            cells.append([*raw_row, *[""] * (width + len(moved) - len(raw_row))])
            row_nos.append(row_no)
        for at, _parts in beside:
            if (place := moved.get((at, row[kin]))) is not None:
                texts[-1][place], cells[-1][place] = row[at], raw_row[at] if at < len(raw_row) else ""
    further = [(place, (parent, parts[-1])) for at, parts in beside for parent in ("父亲", "母亲") for place in [moved[at, parent]]]
    return replace(grid, headings=[*others, *sorted(further)], texts=texts, cells=cells, row_nos=row_nos, merges=[])


def _is_line(row_texts: list[str]) -> bool:
    """Return whether a row below a table is one of the lines that belong to it: 填报单位、填表时间, a signature, a stamp."""
    words = row_kinds.filled_cells(row_texts)
    return (
        bool(words)
        and len(words) <= 4
        and bool(_LINE.search(words[0]))
        and any(word in words[0] for word in ("填报", "填表", "报送", "单位", "盖章", "日期", "时间"))
    )


def _side_by_side(headings: list[tuple[int, Parts]], rows: list[list[str]]) -> list[list[tuple[int, Parts]]]:
    """Return the headings in the parts that stand beside one another."""
    names = [parts for _at, parts in headings]
    period = next((at for at in range(3, len(names)) if names[at] == names[0]), 0)
    is_apart = bool(period) and (headings[period][0] > headings[period - 1][0] + 1 or forms.plain(names[0][-1]) in forms.IGNORED)
    if is_apart and len(names) % period == 0 and all(name == names[at % period] for at, name in enumerate(names)):
        return [headings[at : at + period] for at in range(0, len(names), period)]
    columns = [at for at, _parts in headings]
    for before, after in zip(range(len(columns)), range(1, len(columns)), strict=False):
        gap = range(columns[before] + 1, columns[after])
        if gap and not any(row[at] for row in rows for at in gap if at < len(row)):
            sides = headings[:after], headings[after:]
            if all(len(side) >= 3 and any(forms.plain(parts[-1]).endswith("姓名") for _at, parts in side) for side in sides):
                return [side for half in sides for side in _side_by_side(half, rows)]
    return [headings]


def _depth(texts: list[list[str]], merges: list[Merge], top: int) -> int:
    """Return how many rows the headings take: sub-headings are under merged groups, or are heading words themselves."""
    depth = max((end[0] - top + 1 for start, end in merges if start[0] == top and end[0] - top < 3), default=1)
    if depth == 1 and top + 1 < len(texts) and row_kinds.is_heading(texts[top + 1]):
        is_grouped = any(is_known(text) for text in texts[top] if text)
        has_gap = any(not above and below for above, below in zip(texts[top], texts[top + 1], strict=False))
        return 2 if is_grouped and has_gap else 1
    return depth


def _headings(texts: list[list[str]], merges: list[Merge], top: int, depth: int) -> list[tuple[int, Parts]]:
    """Return per column the heading parts from the group down; merged groups reach over their columns."""
    grid = [list(texts[row]) if row < len(texts) else [] for row in range(top, top + depth)]
    width = max((len(row) for row in grid), default=0)
    grid = [row + [""] * (width - len(row)) for row in grid]
    for start, end in merges:
        if top <= start[0] < top + depth and end[0] == start[0]:
            for column in range(start[1], min(end[1], width - 1) + 1):
                grid[start[0] - top][column] = grid[start[0] - top][start[1]]
    if depth > 1:
        _spread_groups(grid)
    parts = [(column, tuple(row[column] for row in grid if row[column])) for column in range(width)]
    return [(column, words) for column, words in parts if words]


def _spread_groups(grid: list[list[str]]) -> None:
    """Let a group heading reach right over blanks that have a sub-heading, where merges were lost (.csv)."""
    for column in range(1, len(grid[0])):
        if not grid[0][column] and grid[1][column]:
            grid[0][column] = grid[0][column - 1]

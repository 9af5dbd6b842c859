"""Where a table stands in a sheet and what its columns mean: headings joined from one to three rows, matched by alias."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from etl.cleaning import row_kinds
from etl.forms import forms

MOST_ROWS_ABOVE = 60
_VISIT_TIME, _MONTH = re.compile(r"^第?(\d{1,2}|[一二三四五六七八九十]{1,3})次(走访)?(时间|日期)?$"), re.compile(r"^(\d{1,2})月份?$")


@dataclass
class Column:
    """One column of a table: `at` from 0, heading as written, field (None: no alias fits)."""

    at: int
    heading: str
    field: str | None


@dataclass
class Table:
    """Where the table stands: first heading row, first row under the headings, the form and its columns."""

    top: int
    below: int
    form: forms.Form
    columns: list[Column]


def nearest(heading: str, known: forms.Form, taken: set[str | None]) -> str | None:
    """The known heading nearest to an unknown one whose field no other column has, as a suggestion and never more."""
    free = [alias for alias, name in known.aliases.items() if name not in taken]
    near = get_close_matches(forms.plain(heading), free, n=1, cutoff=0.6)
    return near[0] if near else None


def find_table(texts: list[list[str]], merges: list) -> Table | None:
    """The table with the best-fitting headings among the first rows; None when no form fits."""
    known = forms.known_headings()
    for top, row in enumerate(texts[:MOST_ROWS_ABOVE]):
        hits = sum(1 for text in row if text and (forms.plain(text) in known or _is_wide(text)))
        if hits >= 2:
            found = _best_table(texts, merges, top)
            if found is not None:
                return found
    return None


def _best_table(texts: list[list[str]], merges: list, top: int) -> Table | None:
    """The form that most headings fit, with the headings joined over one to three rows."""
    depth = _depth(texts, merges, top)
    headings = _headings(texts, merges, top, depth)
    best: Table | None = None
    for known in forms.forms().values():
        columns = [Column(at, " ".join(parts), _match(parts, known)) for at, parts in headings]
        _keep_first(columns)
        names = {column.field for column in columns if column.field}
        if known.wide and any(name.startswith("wide:") for name in names):
            names.add(known.wide)
        if known.fits(names) and (best is None or len(names) > _fitted(best)):
            best = Table(top, top + depth, known, [column for column in columns if column.field != "ignored"])
    return best


def _fitted(table: Table) -> int:
    """Number of different fields that a table's headings fit."""
    return len({column.field for column in table.columns if column.field})


def _keep_first(columns: list[Column]) -> None:
    """Of two columns for one field the first keeps it; the other becomes unknown."""
    seen = set()
    for column in columns:
        if column.field in seen and column.field != "ignored":
            column.field = None
        seen.add(column.field)


def _depth(texts: list[list[str]], merges: list, top: int) -> int:
    """How many rows the headings take: sub-headings stand under merged groups, or are heading words themselves."""
    depth = max((end[0] - top + 1 for start, end in merges if start[0] == top and end[0] - top < 3), default=1)
    if depth == 1 and top + 1 < len(texts) and row_kinds.is_heading(texts[top + 1]):
        is_grouped = any(forms.plain(text) in forms.known_headings() for text in texts[top] if text)
        has_gap = any(not above and below for above, below in zip(texts[top], texts[top + 1], strict=False))
        return 2 if is_grouped and has_gap else 1
    return depth


def _headings(texts: list[list[str]], merges: list, top: int, depth: int) -> list[tuple[int, list[str]]]:
    """Per column the heading parts from the group down; merged groups reach over their columns."""
    grid = [list(texts[row]) if row < len(texts) else [] for row in range(top, top + depth)]
    width = max((len(row) for row in grid), default=0)
    grid = [row + [""] * (width - len(row)) for row in grid]
    for start, end in merges:
        if top <= start[0] < top + depth and end[0] == start[0]:
            for column in range(start[1], min(end[1], width - 1) + 1):
                grid[start[0] - top][column] = grid[start[0] - top][start[1]]
    if depth > 1:
        _spread_groups(grid)
    parts = [(column, [row[column] for row in grid if row[column]]) for column in range(width)]
    return [(column, found) for column, found in parts if found]


def _spread_groups(grid: list[list[str]]) -> None:
    """Where merges were lost (.csv), a group heading reaches right over blanks that have a sub-heading."""
    for column in range(1, len(grid[0])):
        if not grid[0][column] and grid[1][column]:
            grid[0][column] = grid[0][column - 1]


def _is_wide(text: str) -> bool:
    """True for the headings 第1次 … and 1月 … of wide visit ledgers."""
    return bool(_VISIT_TIME.match(forms.plain(text)) or _MONTH.match(forms.plain(text)))


def _match(parts: list[str], known: forms.Form) -> str | None:
    """The field that heading parts mean in one form: group and sub-heading, both joined, then the last part alone."""
    plain = [forms.plain(part) for part in parts]
    last = plain[-1]
    for group in plain[:-1]:
        if group in known.groups:
            return known.groups[group].get(last) or known.aliases.get(last)
    if known.wide and (month := _MONTH.match(last)) and 1 <= int(month.group(1)) <= 12:
        return f"wide:month:{int(month.group(1))}"
    if known.wide and _VISIT_TIME.match(last):
        return f"wide:date:{last}"
    for words in ("".join(plain), "_".join(plain), last):
        if words in known.aliases:
            return known.aliases[words]
    return "ignored" if last in forms.IGNORED else None

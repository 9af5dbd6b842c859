"""Where a table is in a sheet and what its columns mean: headings joined from one to three rows, matched by alias."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from etl.cleaning import row_kinds
from etl.files.workbook import Merge
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
    """The place of a table: first heading row, first row under the headings, the form and its columns."""

    top: int
    below: int
    form: forms.Form
    columns: list[Column]


def nearest(heading: str, form: forms.Form, taken: set[str | None]) -> str | None:
    """Return the known heading nearest to an unknown one whose field no other column has, as a suggestion and never more."""
    free = [alias for alias, name in form.aliases.items() if name not in taken]
    near = get_close_matches(forms.plain(heading), free, n=1, cutoff=0.6)
    return near[0] if near else None


def find_table(texts: list[list[str]], merges: list[Merge]) -> Table | None:
    """Return the table with the best-fitting headings among the first rows; None when no form fits."""
    headings = forms.known_headings()
    for top, row in enumerate(texts[:MOST_ROWS_ABOVE]):
        hits = sum(1 for text in row if text and (forms.plain(text) in headings or _is_wide(text)))
        if hits >= 2:
            table = _best_table(texts, merges, top)
            if table is not None:
                return table
    return None


def _best_table(texts: list[list[str]], merges: list[Merge], top: int) -> Table | None:
    """Return the table of the form that most headings fit, with the headings joined over one to three rows."""
    depth = _depth(texts, merges, top)
    headings = _headings(texts, merges, top, depth)
    best: Table | None = None
    for form in forms.forms().values():
        columns = [Column(at, " ".join(parts), _match(parts, form)) for at, parts in headings]
        _keep_first(columns)
        names = {column.field for column in columns if column.field}
        if form.wide and any(name.startswith("wide:") for name in names):
            names.add(form.wide)
        if form.fits(names) and (best is None or len(names) > _fitted(best)):
            best = Table(top, top + depth, form, [column for column in columns if column.field != "ignored"])
    return best


def _fitted(table: Table) -> int:
    return len({column.field for column in table.columns if column.field})


def _keep_first(columns: list[Column]) -> None:
    """Leave a field to the first of two columns for it; the other becomes unknown."""
    seen = set()
    for column in columns:
        if column.field in seen and column.field != "ignored":
            column.field = None
        seen.add(column.field)


def _depth(texts: list[list[str]], merges: list[Merge], top: int) -> int:
    """Return how many rows the headings take: sub-headings are under merged groups, or are heading words themselves."""
    depth = max((end[0] - top + 1 for start, end in merges if start[0] == top and end[0] - top < 3), default=1)
    if depth == 1 and top + 1 < len(texts) and row_kinds.is_heading(texts[top + 1]):
        is_grouped = any(forms.plain(text) in forms.known_headings() for text in texts[top] if text)
        has_gap = any(not above and below for above, below in zip(texts[top], texts[top + 1], strict=False))
        return 2 if is_grouped and has_gap else 1
    return depth


def _headings(texts: list[list[str]], merges: list[Merge], top: int, depth: int) -> list[tuple[int, list[str]]]:
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
    parts = [(column, [row[column] for row in grid if row[column]]) for column in range(width)]
    return [(column, words) for column, words in parts if words]


def _spread_groups(grid: list[list[str]]) -> None:
    """Let a group heading reach right over blanks that have a sub-heading, where merges were lost (.csv)."""
    for column in range(1, len(grid[0])):
        if not grid[0][column] and grid[1][column]:
            grid[0][column] = grid[0][column - 1]


def _is_wide(text: str) -> bool:
    """Return whether it is one of the headings 第1次 … and 1月 … of wide visit ledgers."""
    return bool(_VISIT_TIME.match(forms.plain(text)) or _MONTH.match(forms.plain(text)))


def _match(parts: list[str], form: forms.Form) -> str | None:
    """Return the field that heading parts mean in one form: group and sub-heading, both joined, then the last part alone."""
    plain = [forms.plain(part) for part in parts]
    last = plain[-1]
    for group in plain[:-1]:
        if group in form.groups:
            return form.groups[group].get(last) or form.aliases.get(last)
    if form.wide and (month := _MONTH.match(last)) and 1 <= int(month.group(1)) <= 12:
        return f"wide:month:{int(month.group(1))}"
    if form.wide and _VISIT_TIME.match(last):
        return f"wide:date:{last}"
    for words in ("".join(plain), "_".join(plain), last):
        if words in form.aliases:
            return form.aliases[words]
    return "ignored" if last in forms.IGNORED else None

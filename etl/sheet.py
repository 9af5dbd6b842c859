"""Cells to headings and rows: which kind of ledger a sheet is, where its table stands, and what each row is.

A sheet is recognised by its headings alone, never by its name or position (ledgers.md §1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

import polars as pl

from etl import form, rows
from etl.workbook import RawSheet

MOST_ROWS_ABOVE = 60
_VISIT_TIME, _MONTH = re.compile(r"^第?(\d{1,2}|[一二三四五六七八九十]{1,3})次(走访)?(时间|日期)?$"), re.compile(r"^(\d{1,2})月份?$")
_SUMMARY = ("汇总", "统计")


@dataclass
class Column:
    """One column of a table: `at` from 0, heading as written, field (None: no alias fits)."""

    at: int
    heading: str
    field: str | None


@dataclass
class Total:
    """A total row: its number against the data rows counted above it."""

    row_no: int
    stated: int
    counted: int
    heading: str


@dataclass
class SheetReading:
    """A sheet as read: text columns by field, one row per ledger row, and everything said above and below the table."""

    name: str
    is_hidden: bool = False
    ledger: str | None = None
    state: str = "empty"
    columns: list[Column] = field(default_factory=list)
    frame: pl.DataFrame | None = None
    above: list[str] = field(default_factory=list)
    is_1904: bool = False
    rows_seen: int = 0
    rows_loaded: int = 0
    totals: list[Total] = field(default_factory=list)
    zero_classes: list[int] = field(default_factory=list)
    is_zero: bool = False
    class_hint: int | None = None
    suggestions: dict[str, str] = field(default_factory=dict)


@dataclass
class Table:
    """Where the table stands: first heading row, first row under the headings, the form and its columns."""

    top: int
    below: int
    form: form.Form
    columns: list[Column]


def read_sheet(raw: RawSheet) -> SheetReading:
    """Recognise one sheet and take its rows apart; never raises for what a village wrote."""
    texts = [[rows.text_of(cell) for cell in row] for row in raw.rows]
    for row, column in raw.errors:
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = "#ERROR"
    reading = SheetReading(raw.name, raw.is_hidden, rows_seen=len(texts), is_1904=raw.is_1904)
    if not any(map(any, texts)):
        return reading
    table = find_table(texts, raw.merges)
    if table is None:
        return _unrecognised(reading, texts)
    return _recognised(reading, raw, texts, table)


def _unrecognised(reading: SheetReading, texts: list[list[str]]) -> SheetReading:
    """A sheet whose headings fit no form: a summary, or something to report with the headings found."""
    filled = [row for row in texts if any(row)]
    head = next((row for row in filled if len(rows.filled(row)) >= 2), filled[0])
    reading.columns = [Column(at, text, None) for at, text in enumerate(head) if text]
    words = reading.name + "".join(rows.filled(filled[0]))
    reading.state = "summary" if any(word in words for word in _SUMMARY) else "unrecognised"
    reading.above = [text for row in texts[:5] for text in row if text]
    return reading


def _recognised(reading: SheetReading, raw: RawSheet, texts: list[list[str]], table: Table) -> SheetReading:
    """Fill a reading from the table found."""
    reading.ledger, reading.columns, reading.state = table.form.ledger, table.columns, "loaded"
    reading.above = [text for row in texts[: table.top] for text in row if text]
    unknown = [column.heading for column in table.columns if column.field is None]
    reading.suggestions = {heading: near for heading in unknown if (near := _nearest(heading, table.form))}
    hints = rows.classes_in(raw.name) or rows.classes_in("".join(reading.above))
    reading.class_hint = next(iter(hints)) if len(hints) == 1 else None
    kept = _sort_rows(reading, texts, table)
    _fill_down(raw, texts, table)
    reading.rows_loaded = len(kept)
    reading.frame = _frame(raw, texts, table, kept)
    return reading


def _nearest(heading: str, known: form.Form) -> str | None:
    """The known heading nearest to an unknown one, as a suggestion and never more."""
    near = get_close_matches(form.plain(heading), list(known.aliases), n=1, cutoff=0.6)
    return near[0] if near else None


def find_table(texts: list[list[str]], merges: list) -> Table | None:
    """The table with the best-fitting headings among the first rows; None when no form fits."""
    known = form.known_headings()
    for top, row in enumerate(texts[:MOST_ROWS_ABOVE]):
        hits = sum(1 for text in row if text and (form.plain(text) in known or _is_wide(text)))
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
    for known in form.forms().values():
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
    if depth == 1 and top + 1 < len(texts) and rows.is_heading(texts[top + 1]):
        is_grouped = any(form.plain(text) in form.known_headings() for text in texts[top] if text)
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
    return bool(_VISIT_TIME.match(form.plain(text)) or _MONTH.match(form.plain(text)))


def _match(parts: list[str], known: form.Form) -> str | None:
    """The field that heading parts mean in one form: group and sub-heading, both joined, then the last part alone."""
    plain = [form.plain(part) for part in parts]
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
    return "ignored" if last in form.IGNORED else None


def _sort_rows(reading: SheetReading, texts: list[list[str]], table: Table) -> list[int]:
    """Indices of the data rows below the headings; totals and zero declarations are noted on the way."""
    mapped = [column.at for column in table.columns if column.field and column.field != "ignored"]
    sequence = {at for at in range(len(texts[table.top])) if at not in {column.at for column in table.columns}}
    headings = {tuple(texts[row]) for row in range(table.top, table.below)}
    kept: list[int] = []
    for row in range(table.below, len(texts)):
        found = texts[row]
        if _is_data(reading, found, mapped, sequence, headings, row, len(kept), table):
            kept.append(row)
    reading.is_zero = reading.is_zero and not kept
    return kept


def _is_data(reading, found, mapped, sequence, headings, row, counted, table) -> bool:  # noqa: ANN001, PLR0913
    """True for a data row; what a total or zero row says goes into the reading."""
    if not any(found):
        return False
    total = rows.total_of(found)
    if total is not None:
        stated, at = total
        if stated is not None:
            heading = next((column.heading for column in table.columns if column.at == at), found[at])
            reading.totals.append(Total(row + 1, stated, counted, heading))
        return False
    zero = rows.zero_classes(found, sequence)
    if zero is not None:
        reading.is_zero = reading.is_zero or not zero
        reading.zero_classes += sorted(zero)
        return False
    if tuple(found) in headings or rows.is_column_numbers(found) or rows.is_heading(found) or rows.is_remark(found):
        return False
    return any(at < len(found) and found[at] and found[at] not in rows.MISSING for at in mapped)


def _fill_down(raw: RawSheet, texts: list[list[str]], table: Table) -> None:
    """Vertical merges on village, household and helper cells fill down inside the merged range only."""
    flowing = {
        column.at
        for column in table.columns
        if column.field in table.form.fields and table.form.fields[column.field].fills_down
    }
    for (top, left), (bottom, right) in raw.merges:
        if left == right and left in flowing and bottom > top >= table.below:
            for row in range(top + 1, min(bottom, len(texts) - 1) + 1):
                texts[row][left] = texts[row][left] or texts[top][left]
                raw.rows[row][left] = raw.rows[row][left] or raw.rows[top][left]


def _frame(raw: RawSheet, texts: list[list[str]], table: Table, kept: list[int]) -> pl.DataFrame:
    """Text columns by field (dtype String; null: blank); date and number fields carry their cell kinds as `field|kind`."""
    columns: dict[str, pl.Series] = {"row_no": pl.Series([row + 1 for row in kept], dtype=pl.Int32)}
    for column in table.columns:
        if column.field is None:
            continue
        at = column.at
        values = [texts[row][at] if at < len(texts[row]) else "" for row in kept]
        columns[column.field] = pl.Series(values, dtype=pl.String)
        known = table.form.fields.get(column.field)
        if column.field.startswith("wide:") or (known and known.kind in {"date", "dates", "id_number"}):
            kinds = [rows.kind_of(raw.rows[row][at]) if at < len(raw.rows[row]) else "t" for row in kept]
            columns[f"{column.field}|kind"] = pl.Series(kinds, dtype=pl.String)
    return pl.DataFrame(columns)

"""Cells to headings and rows: which kind of ledger a sheet is, where its table is, and what each row is.

A sheet is recognised by its headings alone, never by its name or position (ledgers.md §1).
"""

from dataclasses import dataclass, field

import polars as pl

from etl.cleaning import row_kinds
from etl.files.workbook import RawSheet
from etl.forms import forms
from etl.sheets.find_table import MOST_ROWS_ABOVE, Column, Table, find_table, nearest
from warehouse.builds.raw_sheets import RETURNED

_SUMMARY = ("汇总", "统计")


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
    rows_in_subtotals: int = 0
    zero_classes: list[int] = field(default_factory=list)
    is_zero: bool = False
    class_hint: int | None = None
    suggestions: dict[str, str] = field(default_factory=dict)
    mends: str | None = None


def read_sheet(raw: RawSheet) -> SheetReading:
    """Recognise one sheet and take its rows apart; never raises for what a village wrote."""
    texts = row_kinds.texts_of(raw.rows)
    for row, column in raw.errors:
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = "#ERROR"
    reading = SheetReading(raw.name, raw.is_hidden, rows_seen=len(texts), is_1904=raw.is_1904)
    if not any(map(any, texts)):
        return reading
    if texts[0][0].startswith(RETURNED):
        reading.state, reading.mends = "returned", texts[0][0].removeprefix(RETURNED).strip()
        return reading
    table = find_table(texts, raw.merges)
    if table is None:
        return _unrecognised(reading, texts)
    return _recognised(reading, raw, texts, table)


def _unrecognised(reading: SheetReading, texts: list[list[str]]) -> SheetReading:
    """Fill a reading whose headings fit no form: a summary, or something to report with the headings found."""
    filled = [row for row in texts if any(row)]
    head = max(filled[:MOST_ROWS_ABOVE], key=_known_words)
    if _known_words(head):  # a row without a single known word may hold people as well as headings
        reading.columns = [Column(at, text, None) for at, text in enumerate(head) if text]
    words = reading.name + "".join(row_kinds.filled_cells(filled[0]))
    reading.state = "summary" if any(word in words for word in _SUMMARY) else "unrecognised"
    reading.above = [text for row in texts[:5] for text in row if text]
    return reading


def _known_words(texts: list[str]) -> int:
    """Return how many cells of a row hold a word that stands in the headings of some form."""
    return sum(forms.plain(text) in forms.known_headings() for text in texts if text)


def _recognised(reading: SheetReading, raw: RawSheet, texts: list[list[str]], table: Table) -> SheetReading:
    reading.ledger, reading.columns, reading.state = table.form.ledger, table.columns, "loaded"
    reading.above = [text for row in texts[: table.top] for text in row if text]
    unknown = [column.heading for column in table.columns if column.field is None]
    taken = {column.field for column in table.columns}
    reading.suggestions = {heading: near for heading in unknown if (near := nearest(heading, table.form, taken))}
    hints = row_kinds.classes_in(raw.name) or row_kinds.classes_in("".join(reading.above))
    reading.class_hint = next(iter(hints)) if len(hints) == 1 else None
    kept = _sort_rows(reading, texts, table)
    _fill_down(raw, texts, table)
    reading.rows_loaded = len(kept)
    reading.frame = _frame(raw, texts, table, kept)
    return reading


def _sort_rows(reading: SheetReading, texts: list[list[str]], table: Table) -> list[int]:
    """Return indices of the data rows below the headings; note totals and zero declarations."""
    mapped = [column.at for column in table.columns if column.field and column.field != "ignored"]
    sequence = {at for at in range(len(texts[table.top])) if at not in {column.at for column in table.columns}}
    headings = {tuple(texts[row]) for row in range(table.top, table.below)}
    kept: list[int] = []
    for row in range(table.below, len(texts)):
        row_texts = texts[row]
        if row_kinds.is_plainly_data(row_texts):
            kept.append(row)
            continue
        if not any(row_texts) or _is_total(reading, row_texts, table, row, len(kept)) or _is_zero(reading, row_texts, sequence):
            continue
        if (
            tuple(row_texts) in headings
            or row_kinds.is_column_numbers(row_texts)
            or row_kinds.is_heading(row_texts)
            or row_kinds.is_remark(row_texts)
        ):
            continue
        if any(at < len(row_texts) and row_texts[at] and row_texts[at] not in row_kinds.MISSING for at in mapped):
            kept.append(row)
    reading.is_zero = reading.is_zero and not kept
    return kept


def _is_total(reading: SheetReading, row_texts: list[str], table: Table, row: int, counted: int) -> bool:
    """Return whether it is a total row, and note its number beside the rows counted above it."""
    total = row_kinds.total_of(row_texts)
    if total is None:
        return False
    stated, at = total
    if stated is not None:
        heading = next((column.heading for column in table.columns if column.at == at), row_texts[at])
        before = reading.rows_in_subtotals if row_kinds.is_subtotal(row_texts) and stated != counted else 0
        reading.totals.append(Total(row + 1, stated, counted - before, heading))
    if row_kinds.is_subtotal(row_texts):
        reading.rows_in_subtotals = counted
    return True


def _is_zero(reading: SheetReading, row_texts: list[str], sequence: set[int]) -> bool:
    """Return whether it is a zero declaration, and note it."""
    zero = row_kinds.zero_classes(row_texts, sequence)
    if zero is None:
        return False
    reading.is_zero = reading.is_zero or not zero
    reading.zero_classes += sorted(zero)
    return True


def _fill_down(raw: RawSheet, texts: list[list[str]], table: Table) -> None:
    """Fill down vertical merges on village, household and helper cells inside the merged range only."""
    flowing = {column.at for column in table.columns if column.field in table.form.fields and table.form.fields[column.field].fills_down}
    for (top, left), (bottom, right) in raw.merges:
        if left == right and left in flowing and bottom > top >= table.below:
            for row in range(top + 1, min(bottom, len(texts) - 1) + 1):
                texts[row][left] = texts[row][left] or texts[top][left]
                raw.rows[row][left] = raw.rows[row][left] or raw.rows[top][left]


def _frame(raw: RawSheet, texts: list[list[str]], table: Table, kept: list[int]) -> pl.DataFrame:
    """Return text columns by field (dtype String; null: blank); date and number fields carry their cell kinds as `field|kind`."""
    columns: dict[str, pl.Series] = {"row_no": pl.Series([row + 1 for row in kept], dtype=pl.Int32)}
    width = len(texts[0])
    by_column = list(zip(*(texts[row] for row in kept), strict=True)) or [()] * width
    for column in table.columns:
        if column.field is None:
            continue
        columns[column.field] = pl.Series(by_column[column.at], dtype=pl.String)
        spec = table.form.fields.get(column.field)
        if column.field.startswith("wide:") or (spec and spec.kind in forms.KINDED):
            cells = (raw.rows[row][column.at] if column.at < len(raw.rows[row]) else "" for row in kept)
            columns[f"{column.field}|kind"] = pl.Series([row_kinds.KINDS.get(type(cell), "t") for cell in cells], dtype=pl.String)
    return pl.DataFrame(columns)

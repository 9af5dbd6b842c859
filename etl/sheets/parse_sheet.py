"""Cells to headings and rows: which kind of ledger a table is, by its headings alone (ledgers.md §1), and what each row is."""

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from etl.cleaning import row_kinds
from etl.files.workbook import RawSheet
from etl.forms import forms, heading_words, layouts
from etl.sheets import cards, class_words, table_kind
from etl.sheets.columns import Column, Mapping, hidden_heading, public_heading, resolve
from etl.sheets.find_table import (
    MOST_ROWS_ABOVE,
    Grid,
    find_grids,
    grids_at,
    join_dates,
    join_parent_rows,
    nearest,
    split_repeated_groups,
    turned,
)
from warehouse.builds.raw_sheets import RETURNED

_SUMMARY = ("汇总", "统计")
_NEAR_HOME = ("—", "——", "本村", "本社区", "本镇", "本乡", "本地", "本县", "家中", "家里")
_YEAR, _FIRST_YEAR = re.compile(r"20[2-9]\d"), 2023  # in words above a table; of the plan
_BIRTH_YEAR = re.compile(r"\d{6}((?:19|20)\d{2})\d{7}[\dXx]")  # in an ID number
_TICKS = {"√", "✓", "✔", "☑", "是", "有", "1", "Y", "y", "●", "★"}
# A cell of each kind (row_kinds.KINDS), for a table that is read again from its text.
_OF_KIND = {"t": "", "n": 0.0, "d": dt.date.min}
_DAY = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}(?:\s*[-./月]\s*\d{1,2}\s*[日号]?|\s*月)?")
_DITTO = ("同上", "〃", "″", '"')
_AS_LEFT = "同左"
_MOST_KEPT = 5_000  # rows of a table that is kept for an answer
# Cells of another kind under a name, a number, a telephone: by them a row would be another person's.
_NAMED = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]\s*([\u4e00-\u9fff·]{2,8})(?=[\s,，;；]|$)")  # 儿童姓名：丁一
_OF_WORDS = ("text", "topics", "number", "card_number")  # kinds of field of which a second column moves no figure: 户籍地址 beside 现住址
_OF_ANOTHER = {
    "name": re.compile(r"^\D{0,2}\d[\d -]{6,}|^[√×是否男女]$"),
    "id_number": re.compile(r"^1[3-9]\d{9}$"),
    "phone": re.compile(r"\d{14}"),
}


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
    place: str = ""  # range of the table in the sheet: A4:Q9
    question: str = ""  # what a person is asked: kind, columns, day
    proposed: str | None = None  # the likely kind of a table that is asked about
    layout: str | None = None  # fingerprint of the headings: of a table that an answer may read, or has read
    grid: dict[str, Any] | None = field(default=None, repr=False)  # a table that an answer may read, as it stands
    reason: str = ""  # why it is no ledger: summary, payroll, contacts, household
    sheet_no: int = 0  # which sheet of its file it stands in; 0: not noted by program 1.0.0, for which each sheet was one table


def read_tables(raw: RawSheet) -> list[SheetReading]:
    """Find the tables of one sheet and take their rows apart; never raises for what a village wrote."""
    texts = row_kinds.texts_of(raw.rows)
    raw = replace(raw, rows=[[*row, *[""] * (len(texts[0]) - len(row))] for row in raw.rows])  # those of a .csv may be of any width
    for row, column in raw.errors:
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = "#ERROR"
    sheet = SheetReading(raw.name, raw.is_hidden, rows_seen=len(texts), is_1904=raw.is_1904)
    if not any(map(any, texts)):
        return [sheet]
    if texts[0][0].startswith(RETURNED):
        sheet.state, sheet.mends = "returned", texts[0][0].removeprefix(RETURNED).strip()
        return [sheet]
    raw, texts = turned(raw, texts) or (raw, texts)
    grids, others = find_grids(raw, texts)
    grids = [class_words.with_legend(split_repeated_groups(join_dates(join_parent_rows(grid)))) for grid in grids]
    readings: list[SheetReading] = []
    if card := cards.find_cards(raw, others):
        readings = [_read_grid(raw, card)]
    readings += [_read_grid(raw, _with_people(grid, readings[0] if card else None)) for grid in grids]
    if not readings and _names_minors(raw, forced := _likely_grid(raw, texts)):
        readings = [_read_grid(raw, forced)]
    if all(reading.state == "unrecognised" for reading in readings):
        return [_unrecognised(sheet, raw, texts, readings)]
    rest = len(texts) - sum(reading.rows_seen for reading in readings)
    readings[0].rows_seen += max(rest, 0)  # lines that belong to no table
    return readings


def _with_people(grid: Grid, card: SheetReading | None) -> Grid:
    """Return a table that names no child with one in each row: of the card it stands in (走访记录), else of the lines around it (儿童姓名：丁一)."""
    names = {name.person for _at, parts in grid.headings if (name := heading_words.read(parts)).attribute == "name"}
    if names & {None, "child"}:
        return grid
    if (
        card
        and card.frame is not None
        and "child_name" in card.frame.columns
        and (card.ledger or card.proposed) in ("children", "pairings")
    ):
        above = card.frame.filter(pl.col("row_no") <= grid.top)
        words = {field: word for field, word in (("child_name", "儿童姓名"), ("id_number", "儿童身份证号")) if field in above.columns}
        if above.height:
            return _beside(grid, {word: above[field][-1] for field, word in words.items()})
    pairs = [pair for line in grid.above for pair in _NAMED.findall(line)]
    read = [(heading_words.read((label,)), label, name) for label, name in pairs]
    stated = {heading.person: (label, name) for heading, label, name in read if heading.attribute == "name" and heading.person not in names}
    people = [stated[person] for person in ("child", "helper") if person in stated]
    return _beside(grid, dict(people)) if "child" in stated and len(grid.headings) > 1 else grid


def _beside(grid: Grid, stated: dict[str, str]) -> Grid:
    """Return a table with further columns that hold the same in each row, by their headings."""
    width = len([*grid.texts, *grid.heading_rows][0])
    headings = [*grid.headings, *((width + at, (word,)) for at, word in enumerate(stated))]
    texts, cells = ([[*row, *(stated.values() if any(row) else [""] * len(stated))] for row in rows] for rows in (grid.texts, grid.cells))
    return replace(grid, headings=headings, texts=texts, cells=cells)


def _read_grid(raw: RawSheet, grid: Grid) -> SheetReading:
    """Return the reading of one table; one of which no kind of ledger is even likely is unrecognised, with its headings."""
    reading = SheetReading(raw.name, raw.is_hidden, rows_seen=grid.rows_seen, is_1904=raw.is_1904, above=grid.above)
    layout = layouts.layout_of([parts for _at, parts in grid.headings])
    if layout and _read_by(layout, reading, raw, grid):
        return reading
    samples = grid.samples()
    verdict = table_kind.judge(grid.headings, [raw.name, *grid.above], grid.nearest, samples)
    reading.place = f"{_letters(grid.headings[0][0])}{grid.top + 1}:{_letters(grid.headings[-1][0])}{max([grid.top + 1, *grid.row_nos])}"
    if verdict.reason:
        reading.state, reading.reason = "not_a_ledger", verdict.reason
        _keep(reading, raw, grid)
        return reading
    if is_of_minors := verdict.mapping is None and _names_minors(raw, grid):  # whatever it is, it is nothing to pass over
        verdict = table_kind.Verdict(resolve(grid.headings, forms.forms()["children"]), "kind")
    if verdict.mapping is None:
        reading.state = "unrecognised"
        reading.columns = [Column(at, public_heading(" ".join(parts), at), None) for at, parts in grid.headings]
        _keep(reading, raw, grid)
        return reading
    is_whole = _recognised(reading, raw, grid, verdict.mapping)
    reading.rows_loaded = reading.rows_loaded or (len(grid.texts) if is_of_minors else 0)
    mapping = verdict.mapping
    if verdict.question == "day" and _take_day_from_lines(reading, grid, mapping.form):
        verdict.question = ""
    elif reading.ledger == "pairings" and "started_on" not in mapping.names:
        _take_day_from_lines(reading, grid, mapping.form)  # else they are in force from the reporting day on (sheet_store.ledger_rows)
    question = verdict.question or ("columns" if mapping.open_columns else "")
    person = next((name for name in ("child_name", "helper_name") if (name,) in mapping.form.needs), None)
    if grid.is_card and reading.frame is not None and person and not all(reading.frame.get_column(person, default=pl.Series([""]))):
        question = question or "columns"  # a card without a name
    question = question or _doubt(reading, raw, grid, mapping, samples) or ("" if is_whole else "people")
    if question and reading.rows_loaded:
        _ask(reading, raw, grid, question)
    elif any(column.field is None and column.heading == hidden_heading(column.at) for column in reading.columns):
        _keep(reading, raw, grid)
    return reading


def _year(name: str, above: list[str]) -> int:
    """Return the newest year in a sheet's name and the lines above its table, else the plan's first.

    Not the clock's: every load reads all ledgers again, and what is read of one must not change as the years go by.
    """
    return max((int(year) for text in (name, *above) for year in _YEAR.findall(text)), default=_FIRST_YEAR)


def _names_minors(raw: RawSheet, grid: Grid) -> bool:
    """Return whether ID numbers of minors stand in a table."""
    numbers = (_BIRTH_YEAR.fullmatch(text) for cells in grid.samples().values() for text in cells)
    return any(int(number[1]) > _year(raw.name, grid.above) - 18 for number in numbers if number)


def _doubt(reading: SheetReading, raw: RawSheet, grid: Grid, mapping: Mapping, samples: dict[int, list[str]]) -> str:
    """Return the question where cells contradict headings (values of another kind, two columns of a field that differ, children who left), else ""."""
    form, places, codes = mapping.form, {column.field or "": column.at for column in mapping.columns}, forms.vocabulary("class_no")
    pairs = [
        (at, places[name]) for at, name in mapping.further.items() if name not in form.fields or form.fields[name].kind not in _OF_WORDS
    ]
    ticks = [(codes.get(name[6:]), at) for name, at in places.items() if name.startswith("class:") and "class_no" in places]
    kept = set(reading.frame["row_no"]) if (pairs or ticks) and reading.frame is not None else ()
    for row in (row for row_no, row in zip(grid.row_nos, grid.texts, strict=True) if row_no in kept):
        stated = {codes.get(forms.plain(word)) for word in re.split(r"[、,，;；/\s]+", row[places["class_no"]])} if ticks else set()
        is_other = any(row[at] in _TICKS and code not in (*stated, None) for code, at in ticks)  # 孤儿 √ beside 类别: 6
        if is_other or any(row[at] not in (row[first], *row_kinds.MISSING) for at, first in pairs):
            return "columns"
    fields = {column.field: column.at for column in reading.columns if column.field in form.fields}
    for name, at in fields.items():
        signs = _OF_ANOTHER.get(form.fields[name or ""].kind)
        filled = [text for text in samples[at][:8] if text and text not in row_kinds.MISSING] if signs else []
        if signs and filled and 2 * sum(bool(signs.search(text)) for text in filled) > len(filled):
            return "columns"
    numbers = [number for text in samples.get(fields.get("id_number", -1), []) if (number := _BIRTH_YEAR.fullmatch(text))]
    if form.ledger == "children" and numbers and all(int(number[1]) < _year(raw.name, grid.above) - 30 for number in numbers):
        return "kind"  # none of them has been a child for long
    if form.ledger == "children" and class_words.speaks_of_leaving(grid, raw.name, reading.columns):
        return "leaving"
    return ""


def _ask(reading: SheetReading, raw: RawSheet, grid: Grid, question: str) -> None:
    has_person = reading.frame is not None and bool({"child_name", "helper_name"} & {*reading.frame.columns})
    reading.state, reading.question, reading.proposed, reading.ledger = "asked", question, reading.ledger if has_person else None, None
    _keep(reading, raw, grid)


def _keep(reading: SheetReading, raw: RawSheet, grid: Grid) -> None:
    """Keep a table as it stands, cells as text with their kinds, and the fingerprint of its headings, so that an answer can read it."""
    if not grid.texts or len(grid.texts) > _MOST_KEPT:
        return
    reading.layout = layouts.fingerprint([parts for _at, parts in grid.headings])
    kinds = [[row_kinds.KINDS.get(type(cell), "t") for cell in row] for row in grid.cells]
    names = [public_heading(" ".join(parts), at) for at, parts in grid.headings]
    reading.grid = vars(grid) | {"cells": kinds, "name": raw.name, "public_headings": names}


def answered(reading: SheetReading, file_id: str, village: str | None) -> SheetReading:
    """Return a table of a file and village that is kept as it stands as the layout in use reads it; the same object where there is none."""
    if reading.grid is None:
        return reading
    facts = dict(reading.grid)
    del facts["public_headings"]
    raw = RawSheet(facts.pop("name"), [], reading.is_hidden, is_1904=reading.is_1904)
    facts["headings"] = [(at, tuple(parts)) for at, parts in facts["headings"]]
    facts["merges"] = [(tuple(first), tuple(last)) for first, last in facts["merges"]]
    rows = zip(facts["cells"], facts["texts"], strict=True)  # an earlier program kept some rows of a .csv short
    facts["cells"] = [[_OF_KIND[kind] for kind, _text in itertools.zip_longest(row, texts, fillvalue="t")] for row, texts in rows]
    grid = Grid(**facts)
    layout = layouts.layout_of([parts for _at, parts in grid.headings], village)
    same = {name: getattr(reading, name) for name in ("name", "is_hidden", "rows_seen", "is_1904", "above", "place", "sheet_no")}
    fresh = SheetReading(**same)
    return fresh if layout and _read_by(layout, fresh, raw, grid, file_id) else reading


def _read_by(layout: layouts.Layout, reading: SheetReading, raw: RawSheet, grid: Grid, file_id: str = "") -> bool:
    """Read a table by a person's answer, whose day is of one file; return whether its cells are of the kinds that the answer says."""
    form = forms.forms().get(layout.ledger)
    if form is None:
        return False
    columns = [Column(at, " ".join(parts), name) for (at, parts), name in zip(grid.headings, layout.fields, strict=True)]
    if any(not _is_plausible(form, column.field, grid.samples()[column.at]) for column in columns):
        return False
    _recognised(reading, raw, grid, Mapping(form, [replace(column, field=column.field or "ignored") for column in columns]))
    reading.class_hint = layout.classes.get(file_id, reading.class_hint)
    reading.layout = layout.key
    day, frame = form.day, reading.frame
    if day and frame is not None and day not in frame.columns and not _take_day_from_lines(reading, grid, form):
        if file_id in layout.days:
            reading.frame = _with_day(frame, day, layout.days[file_id])
        elif reading.rows_loaded:
            _ask(reading, raw, grid, "day")
    return True


def _is_plausible(form: forms.Form, name: str | None, cells: list[str]) -> bool:
    """Return whether most cells of a column can be what an answer says: a name is no number, a telephone no ID number, a day no word."""
    kind = form.fields[name].kind if name in form.fields else ""
    filled = [text for text in cells if text and text not in row_kinds.MISSING]
    day = r"^[^\d]{0,6}\d{1,8}(?!\d)|^[〇零○一二三四五六七八九十年月日号—/、,，~～至-]+$|长期|永久|至今|固定期限"
    signs = {
        "name": r"^[^\d]+$",
        "names": r"^[^\d]+$",
        "phone": r"(?<!\d)\d(?:[\s-]?\d){4,11}(?![\s-]?\d)",
        "id_number": r"[\d*](?:[\s-]?[\d*]){13}|E\+",
        "date": day,
        "dates": day + "|√",
    }
    return kind not in signs or not filled or 2 * sum(bool(re.search(signs[kind], text)) for text in filled) >= len(filled)


def _take_day_from_lines(reading: SheetReading, grid: Grid, form: forms.Form) -> bool:
    """Give every row the day that stands in the lines above the table (培训时间; 2023年6月1日起); return whether there is one."""
    ((name, labels),) = form.day_above.items()
    for label, text in zip([*grid.above, ""], [*grid.above[1:], ""], strict=False):
        after = re.fullmatch(labels, forms.plain(label).rstrip(":"))
        inside = re.search(rf"(?:{labels})[:：]\s*(.+)", label)
        since = re.search(r"(20\d{2}年\d{1,2}月(?:\d{1,2}日)?)起", label) if form.ledger == "pairings" else None
        day = inside[1] if inside else since[1] if since else text if after else ""
        if day and reading.frame is not None and re.search(r"\d{4}", day):
            day = match[0] if (match := _DAY.search(day)) else day  # 2025年4月18日  地点:会议室
            reading.frame = _with_day(reading.frame, name, day)
            return True
    return False


def _with_day(frame: pl.DataFrame, name: str, day: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(day).alias(name), pl.lit("t").alias(f"{name}|kind"))


def _letters(column: int) -> str:
    """Return a column from 0 as a spreadsheet names it."""
    before = _letters(column // 26 - 1) if column > 25 else ""
    return before + chr(ord("A") + column % 26)


def _unrecognised(reading: SheetReading, raw: RawSheet, texts: list[list[str]], tables: list[SheetReading]) -> SheetReading:
    """Fill a reading whose headings fit no form: a summary, or something to report with the headings found; its largest table is kept."""
    first, *further = (row_kinds.filled_cells(row) for row in texts if any(row))
    head = _likely_head(texts)
    largest = max(tables, key=lambda table: len(table.grid["texts"]) if table.grid else 0, default=reading)
    reading.grid, reading.layout, reading.place = largest.grid, largest.layout, largest.place
    if not tables:
        _keep(reading, raw, _likely_grid(raw, texts))
    if _known_words(head):  # a row without a single known word may hold people as well as headings
        reading.columns = [Column(at, public_heading(text, at), None) for at, text in enumerate(head) if text]
    words = "".join([reading.name, *first, *itertools.chain(*further[:1])])
    reading.state = "summary" if any(word in words for word in _SUMMARY) else "unrecognised"
    reading.above = [text for row in texts[:5] for text in row if text]
    return reading


def _likely_head(texts: list[list[str]]) -> list[str]:
    """Return the row of the most words of headings, else of the most cells."""
    return max(texts[:MOST_ROWS_ABOVE], key=lambda row: (_known_words(row), sum(map(bool, row))))


def _likely_grid(raw: RawSheet, texts: list[list[str]]) -> Grid:
    """Return the table of a sheet whose headings nobody knows."""
    return grids_at(raw, texts, 0, texts.index(_likely_head(texts)), len(texts))[0]


def _known_words(texts: list[str]) -> int:
    """Return how many cells of a row hold a word that stands in the headings of some form."""
    return sum(forms.plain(text) in forms.known_headings() for text in texts if text)


def _recognised(reading: SheetReading, raw: RawSheet, grid: Grid, mapping: Mapping) -> bool:
    """Fill a reading with the rows of a table of one kind; return whether all of them are of it."""
    columns = [replace(column) for column in mapping.columns if column.field != "ignored"]
    reading.ledger, reading.columns, reading.state = mapping.form.ledger, columns, "loaded"
    for column in columns:  # the likely field, for who is asked
        likely = mapping.open_columns.get(column.heading) if column.field is None else None
        if likely and likely not in {other.field for other in columns}:
            column.field = likely
    unknown = [public_heading(column.heading, column.at) for column in columns if column.field is None]
    taken = {column.field for column in columns}
    reading.suggestions = {heading: near for heading in unknown if (near := nearest(heading, mapping.form, taken))}
    hints = row_kinds.classes_in(raw.name) or row_kinds.classes_in("".join(reading.above))
    reading.class_hint = next(iter(hints)) if len(hints) == 1 else None
    kept, sections = ([*range(len(grid.texts))], []) if grid.is_card else _sort_rows(reading, grid, columns)
    _fill_down(grid, columns, mapping.form)
    _repeat_cells(grid, columns, kept)
    frame = class_words.in_sections(_frame(grid, columns, mapping.form, kept), sections, mapping.form)
    others = class_words.others(grid, columns)
    reading.frame = _without_adults(reading, frame.filter(~pl.col("row_no").is_in(others)) if others else frame)
    reading.rows_loaded = len(set(reading.frame["row_no"]))
    for column in columns:
        column.heading = public_heading(column.heading, column.at)
    occasions = {code: word for word, code in forms.vocabulary("occasion").items() if code != "other" and word in "".join(reading.above)}
    if mapping.form.ledger == "care_events" and "occasion" not in reading.frame.columns and len(occasions) == 1:
        reading.frame = reading.frame.with_columns(pl.lit(next(iter(occasions.values()))).alias("occasion"))
    return not others


def _sort_rows(reading: SheetReading, grid: Grid, columns: list[Column]) -> tuple[list[int], list[class_words.Section]]:
    """Return indices of the data rows below the headings, and the lines between them; note totals and zero declarations."""
    mapped = {column.at: column.field for column in columns if column.field}
    width = max(map(len, grid.heading_rows), default=0)
    sequence = {at for at in range(width) if at not in {column.at for column in columns}}
    headings = {tuple(row) for row in grid.heading_rows}
    kept: list[int] = []
    sections: list[class_words.Section] = []
    for row, row_texts in enumerate(grid.texts):
        if row_kinds.is_plainly_data(row_texts) or row_kinds.names_a_person(row_texts, mapped, is_first=not kept):
            kept.append(row)
            continue
        if section := class_words.section_of(grid, row):
            sections.append(section)
            continue
        if not any(row_texts) or _is_total(reading, grid, columns, row, len(kept)) or _is_zero(reading, row_texts, sequence):
            continue
        is_other = tuple(row_texts) in headings or row_kinds.is_no_data(row_texts)
        if not is_other and any(row_texts[at] not in row_kinds.MISSING for at in mapped):
            kept.append(row)
    reading.is_zero = reading.is_zero and not kept
    return kept, sections


def _is_total(reading: SheetReading, grid: Grid, columns: list[Column], row: int, counted: int) -> bool:
    """Return whether it is a total row, and note its number beside the rows counted above it."""
    row_texts = grid.texts[row]
    if (total := row_kinds.total_of(row_texts)) is None:
        return False
    stated, at = total
    if stated is not None:
        heading = next((column.heading for column in columns if column.at == at), public_heading(row_texts[at], at))
        before = reading.rows_in_subtotals if row_kinds.is_subtotal(row_texts) and stated != counted else 0
        reading.totals.append(Total(grid.row_nos[row], stated, counted - before, heading))
    if row_kinds.is_subtotal(row_texts):
        reading.rows_in_subtotals = counted
    return True


def _is_zero(reading: SheetReading, row_texts: list[str], sequence: set[int]) -> bool:
    if (zero := row_kinds.zero_classes(row_texts, sequence)) is None:
        return False
    reading.is_zero = reading.is_zero or not zero
    reading.zero_classes += sorted(zero)
    return True


def _fill_down(grid: Grid, columns: list[Column], form: forms.Form) -> None:
    """Fill down vertical merges on village, household and helper cells inside the merged range only."""
    flowing = {column.at for column in columns if column.field in form.fields and form.fields[column.field].fills_down}
    for (top, left), (bottom, right) in grid.merges:
        if left == right and left in flowing and bottom > top:
            for row in range(top + 1, min(bottom, len(grid.texts) - 1) + 1):
                grid.texts[row][left] = grid.texts[row][left] or grid.texts[top][left]
                grid.cells[row][left] = grid.cells[row][left] or grid.cells[top][left]


def _repeat_cells(grid: Grid, columns: list[Column], kept: list[int]) -> None:
    """Put the value in place of 同上 and 〃, that of the data row above, and of 同左, that of the cell to its left, as it stands there."""
    for at in sorted(column.at for column in columns):
        for above, row in itertools.pairwise([-1, *kept]):
            text = grid.texts[row][at]
            source = (above, at) if text in _DITTO and above >= 0 else (row, at - 1) if text == _AS_LEFT and at else None
            if source and grid.texts[source[0]][source[1]] not in (*_DITTO, _AS_LEFT):
                grid.texts[row][at] = grid.texts[source[0]][source[1]]
                grid.cells[row][at] = grid.cells[source[0]][source[1]]


def _frame(grid: Grid, columns: list[Column], form: forms.Form, kept: list[int]) -> pl.DataFrame:
    """Return text columns by field (dtype String; null: blank); date and number fields carry their cell kinds as `field|kind`."""
    ticked: list[tuple[str, int]] = []  # columns of one class each, with a tick for its children
    frame: dict[str, pl.Series] = {"row_no": pl.Series([grid.row_nos[row] for row in kept], dtype=pl.Int32)}
    for column in columns:
        if column.field is None:
            continue
        if column.field.startswith("class:"):
            ticked.append((column.field.removeprefix("class:"), column.at))
            continue
        texts = [grid.texts[row][column.at] for row in kept]
        spec = form.fields.get(column.field)
        if spec and spec.kind == "classes":
            texts = [cards.ticked(text) for text in texts]
        if column.field == "visited_on":
            texts = [_plain_days(text) for text in texts]
        frame[column.field] = pl.Series(texts, dtype=pl.String)
        if column.field.startswith("wide:") or (spec and spec.kind in forms.KINDED):
            cells = (grid.cells[row][column.at] for row in kept)
            frame[f"{column.field}|kind"] = pl.Series([row_kinds.KINDS.get(type(cell), "t") for cell in cells], dtype=pl.String)
    if ticked and "class_no" not in frame:
        words = ["、".join(word for word, at in ticked if grid.texts[row][at] in _TICKS) for row in kept]
        frame["class_no"] = pl.Series(words, dtype=pl.String)
    return _implied(pl.DataFrame(frame), form)


def _without_adults(reading: SheetReading, frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out whom a list of gifts names beside the children: a number says the year of birth, and nobody of 25 is a child."""
    if reading.ledger != "care_events" or "id_number" not in frame.columns:
        return frame
    numbers = [_BIRTH_YEAR.fullmatch(text or "") for text in frame["id_number"]]
    is_young = [not number or int(number[1]) > _year(reading.name, reading.above) - 25 for number in numbers]
    return frame if all(is_young) else frame.filter(is_young)


def _implied(frame: pl.DataFrame, form: forms.Form) -> pl.DataFrame:
    """Add what a column says of another that the table lacks: a parent who works elsewhere works away, unless it says 在家 or 死亡."""
    statuses = list(forms.vocabulary("parent_status"))
    for parent in ("father", "mother") if form.ledger == "children" else ():
        if f"{parent}_place" in frame.columns and f"{parent}_status" not in frame.columns:
            place = pl.col(f"{parent}_place")
            is_elsewhere = place.is_in([*row_kinds.MISSING, *_NEAR_HOME]).not_()
            status = pl.when(place.is_in(statuses)).then(place).when(is_elsewhere).then(pl.lit("外出务工")).otherwise(pl.lit(""))
            frame = frame.with_columns(status.alias(f"{parent}_status"))
    if form.ledger == "children" and "guardian_name" in frame.columns and "guardian_relation" not in frame.columns:
        named = pl.col("guardian_name").str.extract_groups(r"^([\p{Han}·]{2,8})\s*[（(]([\p{Han}]{1,4})[)）]$")  # 陈德福（祖父）
        name, relation = named.struct.field("1"), named.struct.field("2").alias("guardian_relation")
        if frame.select(relation.is_not_null().any()).item():
            frame = frame.with_columns(pl.coalesce(name, "guardian_name").alias("guardian_name"), relation.fill_null(""))
    return frame


def _plain_days(text: str) -> str:
    """Return days without the part of the day, two-digit years in full, and of a range its first day."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text
    days = re.sub(r"\s*(?:上午|下午|晚上|中午|早上|傍晚)[^、,，;；]*", "", text)
    days = re.sub(r"(\d{1,2}月\d{1,2}[日号])\s*[-—~～至到]\s*(?:\d{1,2}月)?\d{1,2}[日号]", r"\1", days)
    return re.sub(r"(?<!\d)(\d{2})([./-])(\d{1,2})\2(\d{1,2})(?!\d)", r"20\1-\3-\4", days)

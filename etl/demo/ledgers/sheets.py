"""The anatomy of a village's sheet: title, 填报 line, headings of one or two rows, rows, total, zero lines, notes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from etl.demo.ledgers import columns
from etl.demo.ledgers.styles import CLASS_NAMES, Pen, Style
from etl.demo.ledgers.submissions import Entry, Return
from etl.demo.world import names
from etl.demo.world.visits import TOPICS

Merge = tuple[int, int, int, int]


@dataclass
class Sheet:
    """Cells by row (from 0), merged ranges (first row, first column, last row, last column), faults by row (from 1)."""

    name: str
    rows: list[list] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    head: tuple[int, int] = (0, 0)
    is_hidden: bool = False
    faults: list[tuple[str, int | None]] = field(default_factory=list)


@dataclass
class Table:
    """What is to be laid out: headings as (group, heading), cells row by row, and the entry behind each row."""

    ledger: str
    title: str
    headings: list[tuple[str, str]]
    rows: list[list]
    entries: list[Entry | None]
    zero: str = "零报告"
    zero_lines: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class Layout:
    """Lays a table out in one village's style for one return."""

    def __init__(self, style: Style, one: Return, rng: random.Random) -> None:
        self.style, self.one, self.rng = style, one, rng

    def sheet(self, name: str, table: Table) -> Sheet:
        """The whole sheet."""
        sheet, width = Sheet(name), len(table.headings) + 1
        self._title(sheet, table.title, width)
        self._told(sheet, width)
        self._headings(sheet, table.headings)
        if self.style.has_column_numbers:
            sheet.rows.append(list(range(1, width + 1)))
        self._rows(sheet, table)
        self._below(sheet, table, width)
        return sheet

    def _title(self, sheet: Sheet, title: str, width: int) -> None:
        """附件 and the merged title line."""
        if self.style.title == "annex":
            sheet.rows.append([f"附件{self.rng.randint(1, 5)}"])
        if self.style.title != "none":
            sheet.rows.append([title])
            row = len(sheet.rows) - 1
            sheet.merges.append((row, 0, row, width - 1))

    def _told(self, sheet: Sheet, width: int) -> None:
        """Who reports, and when."""
        day, village = self.one.day, self.one.village
        written = self.rng.choice([f"{day.year}年{day.month}月{day.day}日", f"{day}", f"{day.year}.{day.month}.{day.day}"])
        unit = self.rng.choice([village.name, village.aliases[2 if village.kind == "村" else 1]])
        parts = [
            f"填报单位(盖章):{unit}",
            f"填报人:{village.director}",
            f"电话:{village.director_phone}",
            f"填报时间:{written}",
        ]
        if self.style.told == "line":
            sheet.rows.append(["  ".join(parts)])
            sheet.merges.append((len(sheet.rows) - 1, 0, len(sheet.rows) - 1, width - 1))
        elif self.style.told == "cells":
            row = [""] * max(width, 4)
            for at, part in enumerate(parts):
                row[at * max(1, min(3, width // 4))] = part
            sheet.rows.append(row)

    def _headings(self, sheet: Sheet, headings: list[tuple[str, str]]) -> None:
        """One row of headings, or two with merged groups above."""
        top, groups = len(sheet.rows), ["", *(group for group, _ in headings)]
        texts = ["序号", *(text for _, text in headings)]
        sheet.head = (top, top + any(groups))
        if not any(groups):
            sheet.rows.append(texts)
            return
        upper = [group if group and group != groups[at - 1] else "" if group else texts[at] for at, group in enumerate(groups)]
        sheet.rows += [upper, [text if group else "" for group, text in zip(groups, texts, strict=True)]]
        start = 0
        for at in range(1, len(groups) + 1):
            if at == len(groups) or groups[at] != groups[start] or not groups[at]:
                is_group = bool(groups[start])
                if not is_group or at - 1 > start:
                    sheet.merges.append((top, start, top + (not is_group), at - 1))
                start = at

    def _rows(self, sheet: Sheet, table: Table) -> None:
        """The data rows, headings repeated at page breaks, the village merged downwards where that is the habit."""
        first = len(sheet.rows)
        for at, (cells, entry) in enumerate(zip(table.rows, table.entries, strict=True)):
            if self.style.repeats_headings and at and at % self.style.repeats_headings == 0:
                sheet.rows.append(list(sheet.rows[sheet.head[0]]))
            sheet.rows.append([at + 1, *cells])
            sheet.faults += [(code, len(sheet.rows)) for code in entry.faults] if entry else []
        if self.style.merges_village and "village_name" in table.fields and len(sheet.rows) - first > 1:
            column = table.fields.index("village_name") + 1
            for row in sheet.rows[first + 1 :]:
                row[column] = None
            sheet.rows[first][column] = self.one.village.name
            sheet.merges.append((first, column, len(sheet.rows) - 1, column))

    def _below(self, sheet: Sheet, table: Table, width: int) -> None:
        """Zero declarations, total, note and signatures."""
        if not table.rows:
            sheet.rows.append([table.zero] if self.rng.random() < 0.6 else ["", "无"])
        elif self.style.has_total and table.ledger == "children":
            sheet.rows.append(["合计", len(table.rows) if self.rng.random() < 0.6 else f"{len(table.rows)}人"])
        sheet.rows += [[line] for line in table.zero_lines]
        if self.style.has_note:
            sheet.rows.append(["注:1.本表一式两份。2.如有变动请及时更新。"])
            sheet.merges.append((len(sheet.rows) - 1, 0, len(sheet.rows) - 1, width - 1))
            sheet.rows.append(["审核人:", "", "", f"填表人:{self.one.village.director}"])


def plain_table(one: Return, ledger: str, style: Style, pen: Pen, fields: list[str], entries: list[Entry]) -> Table:
    """A table with one row per entry."""
    title = f"{names.TOWN}{one.village.name}{columns.TITLES[ledger]}"
    headings = [columns.heading(ledger, name, style.aliases, style.is_two_level) for name in fields]
    return Table(
        ledger,
        title,
        headings,
        [cells_of(pen, fields, entry) for entry in entries],
        list(entries),
        fields=tuple(fields),
    )


def cells_of(pen: Pen, fields: list[str], entry: Entry) -> list:
    """The cells of one entry; what is spoilt stands as it is, a topic column holds √ or nothing."""
    cells = []
    for name in fields:
        if name in entry.spoilt:
            cells.append(entry.spoilt[name])
        elif name in TOPICS:
            cells.append("√" if name in (entry.fields.get("topics") or ()) else "")
        else:
            cells.append(pen.write(name, entry.fields.get(name)))
    return cells


def summary(one: Return, entries: list[Entry]) -> Sheet:
    """The hidden sheet of totals by class, with numbered columns."""
    rows: list[list] = [[f"{names.TOWN}{one.village.name}儿童情况汇总表"], ["儿童类别", "人数", "其中:女童"], [1, 2, 3]]
    for number, name in enumerate(CLASS_NAMES, 1):
        found = [entry for entry in entries if number in entry.fields["class_no"]]
        rows.append([name, len(found), sum(entry.fields["sex"] == "女" for entry in found)])
    rows.append(["合计", *(sum(row[at] for row in rows[3:]) for at in (1, 2))])
    return Sheet("汇总", rows, [(0, 0, 0, 2)], (1, 1), is_hidden=True)


def directory(one: Return, rng: random.Random) -> Sheet:
    """A sheet that is no ledger: the office's telephone list."""
    rows: list[list] = [["通讯录"], ["科室", "职责", "座机"]]
    rows += [[unit, "值班", f"0999-{rng.randint(2000000, 8999999)}"] for unit in names.TOWN_UNITS]
    return Sheet("通讯录", rows, [(0, 0, 0, 2)], (1, 1), faults=[("sheet_unrecognised", None)])


def year_title(one: Return, year: int) -> str:
    """The title of a year's visits."""
    return f"{names.TOWN}{one.village.name}{year}年度走访记录"


def short_day(day: dt.date) -> str:
    """5月3日."""
    return f"{day.month}月{day.day}日"

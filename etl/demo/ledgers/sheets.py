"""The anatomy of a village's sheet: title, 填报 line, headings of one or two rows, rows, total, zero lines, notes."""

import random
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from etl.demo.ledgers import columns
from etl.demo.ledgers.styles import CLASS_NAMES, Pen
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world import names
from etl.demo.world.deeds import TOPICS
from etl.demo.world.tables import Habits

Row = list[Any]


@dataclass
class Sheet:
    """Cells by row (from 0), merged ranges (first row, first column, last row, last column), faults by row (from 1)."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    head: tuple[int, int] = (0, 0)
    is_hidden: bool = False
    faults: list[tuple[str, int | None]] = field(default_factory=list)

    def merge_across(self, width: int) -> None:
        """Merge the newest row over the columns of the table."""
        self.merges.append((len(self.rows) - 1, 0, len(self.rows) - 1, width - 1))


@dataclass
class Table:
    """What is to be laid out: headings as (group, heading), cells row by row, and the faults of each row."""

    title: str
    headings: list[tuple[str, str]]
    rows: list[Row]
    faults: list[list[str]]
    fields: list[str]
    zero: str = "零报告"
    zero_lines: tuple[str, ...] = ()
    has_total: bool = False
    repeats_headings: int = 0  # after so many rows


class Clerk(Pen):
    """Fills in the tables of one submission and lays them out in the village's style."""

    def __init__(self, submission: Submission, style: Habits, rng: random.Random) -> None:
        super().__init__(style, rng, [submission.village.name, *submission.village.aliases])
        self.submission, self.village = submission, submission.village

    def table(self, ledger: str, fields: list[str], entries: list[Entry]) -> Table:
        """Return a table with one row per entry."""
        return Table(
            f"{names.TOWN}{self.village.name}{columns.TITLES[ledger]}",
            [columns.heading(ledger, name, self.style.spelling, self.style.is_two_level) for name in fields],
            [[self._cell(name, entry) for name in fields] for entry in entries],
            [entry.faults for entry in entries],
            fields,
            has_total=self.style.has_total and ledger == "children",
            repeats_headings=self.style.repeats_headings,
        )

    def _cell(self, field: str, entry: Entry) -> object:
        """Return one cell; what is spoilt stays as it is, a topic column holds √ or nothing."""
        if field in entry.spoilt:
            return entry.spoilt[field]
        if field in TOPICS:
            return "√" if field in (entry.fields.get("topics") or ()) else ""
        return self.write(field, entry.fields.get(field))

    def layout(self, name: str, table: Table) -> Sheet:
        """Return a table as a sheet."""
        sheet, width, style, rng = Sheet(name), len(table.headings) + 1, self.style, self.rng
        if style.title == "annex":
            sheet.rows.append([f"附件{rng.randint(1, 5)}"])
        if style.title != "none":
            sheet.rows.append([table.title])
            sheet.merge_across(width)
        self._reporter(sheet, width)
        _headings(sheet, table.headings)
        if style.has_column_numbers:
            sheet.rows.append(list(range(1, width + 1)))
        self._rows(sheet, table)
        if not table.rows:
            sheet.rows.append([table.zero] if rng.random() < 0.6 else ["", "无"])
        elif table.has_total:
            sheet.rows.append(["合计", len(table.rows) if rng.random() < 0.6 else f"{len(table.rows)}人"])
        sheet.rows += [[line] for line in table.zero_lines]
        if style.has_note:
            sheet.rows.append(["注:1.本表一式两份。2.如有变动请及时更新。"])
            sheet.merge_across(width)
            sheet.rows.append(["审核人:", "", "", f"填表人:{self.village.director}"])
        return sheet

    def _reporter(self, sheet: Sheet, width: int) -> None:
        day, village = self.submission.day, self.village
        day_text = self.rng.choice([f"{day.year}年{day.month}月{day.day}日", f"{day}", f"{day.year}.{day.month}.{day.day}"])
        unit = self.rng.choice([village.name, village.aliases[2 if village.kind == "村" else 1]])
        parts = [f"填报单位(盖章):{unit}", f"填报人:{village.director}", f"电话:{village.director_phone}", f"填报时间:{day_text}"]
        if self.style.reporter == "line":
            sheet.rows.append(["  ".join(parts)])
            sheet.merge_across(width)
        elif self.style.reporter == "cells":
            row = [""] * max(width, 4)
            for at, part in enumerate(parts):
                row[at * max(1, min(3, width // 4))] = part
            sheet.rows.append(row)

    def _rows(self, sheet: Sheet, table: Table) -> None:
        """Write the data rows, headings repeated at page breaks, the village merged downwards where that is the habit."""
        first = len(sheet.rows)
        for at, (cells, faults) in enumerate(zip(table.rows, table.faults, strict=True)):
            if table.repeats_headings and at and at % table.repeats_headings == 0:
                sheet.rows.append(list(sheet.rows[sheet.head[0]]))
            sheet.rows.append([at + 1, *cells])
            sheet.faults += [(code, len(sheet.rows)) for code in faults]
        if self.style.merges_village and "village_name" in table.fields and len(sheet.rows) - first > 1:
            column = table.fields.index("village_name") + 1
            for row in sheet.rows[first + 1 :]:
                row[column] = None
            sheet.rows[first][column] = self.village.name
            sheet.merges.append((first, column, len(sheet.rows) - 1, column))


def _headings(sheet: Sheet, headings: list[tuple[str, str]]) -> None:
    """Write one row of headings, or two with merged groups above."""
    top, groups = len(sheet.rows), ["", *(group for group, _ in headings)]
    texts = ["序号", *(text for _, text in headings)]
    sheet.head = (top, top + any(groups))
    if not any(groups):
        sheet.rows.append(texts)
        return
    upper, lower = list(texts), [text if group else "" for group, text in zip(groups, texts, strict=True)]
    for group, run in groupby(range(len(groups)), key=groups.__getitem__):
        at = list(run)
        if not group:
            sheet.merges += [(top, column, top + 1, column) for column in at]
            continue
        upper[at[0] : at[-1] + 1] = [group, *[""] * (len(at) - 1)]
        if len(at) > 1:
            sheet.merges.append((top, at[0], top, at[-1]))
    sheet.rows += [upper, lower]


def summary(submission: Submission) -> Sheet:
    """Return the hidden sheet of totals by class, with numbered columns."""
    rows: list[Row] = [[f"{names.TOWN}{submission.village.name}儿童情况汇总表"], ["儿童类别", "人数", "其中:女童"], [1, 2, 3]]
    for number, name in enumerate(CLASS_NAMES, 1):
        sexes = [entry.fields["sex"] for entry in submission.entries["children"] if number in entry.fields["class_no"]]
        rows.append([name, len(sexes), sexes.count("女")])
    rows.append(["合计", *(sum(row[at] for row in rows[3:]) for at in (1, 2))])
    return Sheet("汇总", rows, [(0, 0, 0, 2)], (1, 1), is_hidden=True)


def directory(rng: random.Random) -> Sheet:
    """Return a sheet that is no ledger: the office's telephone list."""
    rows: list[Row] = [["通讯录"], ["科室", "职责", "座机"]]
    rows += [[unit, "值班", f"0999-{rng.randint(2000000, 8999999)}"] for unit in names.TOWN_UNITS]
    return Sheet("通讯录", rows, [(0, 0, 0, 2)], (1, 1), faults=[("sheet_unrecognised", None)])

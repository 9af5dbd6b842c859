"""The anatomy of a village's sheet: title, 填报 line, headings of one or two rows, rows, total, zero lines, notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from etl.demo.ledgers.spelling import Column, Pen
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world import names
from etl.demo.world.model import Village
from etl.demo.world.tables import WORDS

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

    def add(self, row: Row, merged: int = 0) -> None:
        """Add a row, merged over so many columns."""
        if merged:
            self.merges.append((len(self.rows), 0, len(self.rows), merged - 1))
        self.rows.append(row)

    def add_headings(self, columns: list[Column]) -> None:
        """Add one row of headings, or two with merged groups above."""
        top, upper, lower, merges = len(self.rows), Row(), Row(), []
        for group, run in groupby(columns, key=lambda column: column[0]):
            texts, at = [heading for _, heading, _ in run], len(upper)
            upper += [group, *[""] * (len(texts) - 1)] if group else texts
            lower += texts if group else [""] * len(texts)
            merges += [(top, at, top, len(upper) - 1)] if group else [(top, column, top + 1, column) for column in range(at, len(upper))]
        if any(lower):
            self.merges += [merge for merge in merges if merge[:2] != merge[2:]]
        self.rows += [upper, lower] if any(lower) else [upper]
        self.head = (top, len(self.rows) - 1)


class Clerk(Pen):
    """Fills in the tables of one submission and lays them out in the village's style."""

    def __init__(self, submission: Submission, village: Village, *stream: object) -> None:
        super().__init__(village, *stream)
        self.submission = submission

    def cell(self, field: str, entry: Entry) -> object:
        """Return one cell; what is spoilt stays as it is, a topic column holds √ or nothing."""
        if field in entry.cells:
            return entry.cells[field]
        if field in WORDS.topics:
            return "√" if field in (entry.fields.get("topics") or ()) else ""
        return self.write(field, entry.fields.get(field))

    def sheet(self, ledger: str, title: str, columns: list[Column], entries: list[Entry], lines: Sequence[str] = ()) -> Sheet:
        """Return a sheet with one row per entry, `lines` below them, and a column or a child too many where that is planted."""
        village, rng, sheet, faults = self.village, self.rng, Sheet(title), self.submission.faults if ledger == "children" else set()
        rows = [[self.cell(name, entry) for *_, name in columns] for entry in entries]
        if rows and "heading_unknown" in faults:
            columns = [*columns, ("", "银行卡号", "")]
            rows = [[*row, f"6200 0000 0000 {rng.randrange(10000):04d}"] for row in rows]
        width = len(columns) + 1
        if village.title == "annex":
            sheet.add([f"附件{rng.randint(1, 5)}"])
        if village.title != "none":
            sheet.add([f"{names.TOWN}{village.name}{title}"], width)
        self._add_reporter(sheet, width)
        sheet.add_headings([("", "序号", ""), *columns])
        if village.has_column_numbers:
            sheet.add(list(range(1, width + 1)))
        first, repeats = len(sheet.rows), village.repeats_headings if ledger != "visits" else 0
        for at, (cells, entry) in enumerate(zip(rows, entries, strict=True)):
            if repeats and at and at % repeats == 0:
                sheet.add(sheet.rows[sheet.head[0]])
            sheet.add([at + 1, *cells])
            sheet.faults += [(code, len(sheet.rows)) for code in entry.faults]
        fields = [name for *_, name in columns]
        if village.merges_village and "village_name" in fields and len(rows) > 1:
            at = fields.index("village_name") + 1
            for row in sheet.rows[first:]:
                row[at] = None
            sheet.rows[first][at] = village.name
            sheet.merges.append((first, at, len(sheet.rows) - 1, at))
        if rows and "heading_unknown" in faults:
            sheet.faults.append(("heading_unknown", None))
        if not rows:
            zero = "本村无此类儿童" if ledger == "children" else "零报告"
            sheet.add([zero] if rng.random() < 0.6 else ["", "无"])
        elif village.has_total and ledger == "children":
            total = len(rows) if rng.random() < 0.6 else f"{len(rows)}人"
            if "total_mismatch" in faults:
                faults.remove("total_mismatch")
                sheet.faults.append(("total_mismatch", len(sheet.rows) + 1))
                total = len(rows) + 1
            sheet.add(["合计", total])
        sheet.rows += [[line] for line in lines]
        if village.has_note:
            sheet.add(["注:1.本表一式两份。2.如有变动请及时更新。"], width)
            sheet.add(["审核人:", "", "", f"填表人:{village.director}"])
        return sheet

    def _add_reporter(self, sheet: Sheet, width: int) -> None:
        day, village = self.submission.day, self.village
        on = self.rng.choice([f"{day.year}年{day.month}月{day.day}日", f"{day}", f"{day.year}.{day.month}.{day.day}"])
        unit = self.rng.choice([village.name, village.aliases[2 if village.kind == "村" else 1]])
        parts = [f"填报单位(盖章):{unit}", f"填报人:{village.director}", f"电话:{village.director_phone}", f"填报时间:{on}"]
        if village.reporter == "line":
            sheet.add(["  ".join(parts)], width)
        elif village.reporter == "cells":
            row, step = [""] * max(width, 4), max(1, min(3, width // 4))
            row[: 3 * step + 1 : step] = parts
            sheet.add(row)

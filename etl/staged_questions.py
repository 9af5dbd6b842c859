"""What a person is asked before a load is published: what newer ledgers no longer say, and what else moves without a new fact.

The tables of a village of one kind and reporting day are one ledger, because many villages keep a file for each class. The newest that a
load brings is compared with the newest that the published build holds. A question holds codes, names and counts;
warehouse/review/load_questions.py puts it into words.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from etl.cleaning import parse_values
from etl.forms import forms
from etl.sheets.discover import LoadContext
from etl.sheets.place_and_date import Register
from etl.sheets.sheet_store import LedgerSheet
from warehouse.builds.repository import Build
from warehouse.metrics import compare

Row = dict[str, Any]
Subject = tuple[str, str | None]  # kind of ledger, village
# Far fewer rows: less than this part of the last time's, and at least so many fewer.
FEWER_PART, FEWER_ROWS = 0.5, 5
# Cells that few rows have: a column of them that is empty loses nothing, one that is absent may.
_OF_FEW_ROWS = {*"delisted_on delist_reason remark note problem ended_on resolved_on left_on father_until mother_until".split()}
_ON_NUMBERS = ("birth_contradicts_id", "sex_contradicts_id", "card_contradicts")  # findings that compare another cell with the ID number


@dataclass
class Losses:
    """What the newest ledgers no longer say: (ledger, village, field) of columns, names of files left out."""

    columns: set[tuple[str, str | None, str]] = field(default_factory=set)
    files: list[str] = field(default_factory=list)

    def explain(self, finding: Row) -> bool:
        """Return whether a finding is gone because nobody can look for it any more."""
        fields = {finding["field"], "id_number" if finding["code"] in _ON_NUMBERS else None}
        return finding["file"] in self.files or any((finding["ledger"], finding["village_id"], name) in self.columns for name in fields)


class _Ledger:
    """The tables of one kind, village and day: rows, headings by field, filled fields, headings that nobody knows."""

    def __init__(self, parts: list[tuple[LedgerSheet, pl.DataFrame]]) -> None:
        sheets = [sheet for sheet, _frame in parts]
        self.rows = sum(frame.height for _sheet, frame in parts)

        self.headings: dict[str, str] = {}
        self.filled: set[str] = set()
        self.unknown = {column.heading for sheet in sheets for column in sheet.reading.columns if column.field is None}
        for sheet, frame in parts:
            form = forms.forms()[str(sheet.reading.ledger)]
            names = {name: form.wide if name.startswith("wide:") else name for name in frame.columns}
            fields = {name: code for name, code in names.items() if code in form.fields}
            for name, code in fields.items():
                self.headings[code] = sheet.columns[name][1] if name in sheet.columns else (*form.fields[code].aliases, code)[0]
            cells = frame.select(list(fields)).unpivot()  # one expression for all columns: each by itself took most of a load
            texts = cells.filter(parse_values.state(parse_values.clean(pl.col("value").cast(pl.String))).ne_missing("missing"))
            implied = {"village_name": sheet.village_id, "class_no": sheet.reading.class_hint}  # by the title, where no column says it
            for name in (name for name, stated in implied.items() if stated and name in form.fields):
                self.headings.setdefault(name, form.fields[name].aliases[0])
                self.filled.add(name)
            self.filled |= {fields[name] for name in texts["variable"].unique()}


def questions(
    before: Build | None, after: Build, context: LoadContext, earlier: list[LedgerSheet], sheets: list[LedgerSheet], register: Register
) -> tuple[list[Row], Losses]:
    """Return what is asked about ledgers, files and register, and what the newest ledgers no longer say; `earlier` are the published sheets."""
    losses = Losses(files=context.left_out)
    if before is None:
        return [], losses
    rows = [*_register(before, after), *_files(context, after)]
    new_ids = {sheet.sheet_id for sheet in context.sheets}
    kinds = {sheet.reading.ledger for sheet in context.sheets if sheet.reading.frame is not None} - {None, "villages"}
    then, now = (_by_subject(of_build, kinds, register) for of_build in (earlier, sheets))
    villages = dict(register.villages.select("village_id", "name").iter_rows())
    for (ledger, village), days in sorted(now.items(), key=str):
        new_days = [day for day, parts in days.items() if any(sheet.sheet_id in new_ids for sheet, _frame in parts)]
        if not new_days or (ledger, village) not in then:
            continue
        place = {"ledger": ledger, "village_id": village, "village": villages.get(village or "")}
        day, last_day = max(new_days), max(then[ledger, village])
        if day < last_day:
            rows.append(question("day_older", **place, then=str(last_day), now=str(day), names=[max(s.file for s, _frame in days[day])]))
            continue
        was, is_now = _Ledger(then[ledger, village][last_day]), _Ledger(days[day])
        absent = sorted(was.filled - is_now.headings.keys())
        empty = sorted((was.filled & is_now.headings.keys()) - is_now.filled - _OF_FEW_ROWS) if is_now.rows else []
        losses.columns |= {(ledger, village, name) for name in (*absent, *empty)}
        unknown = sorted(is_now.unknown - was.unknown)
        place |= {"then": str(last_day), "now": str(day)}
        if absent and is_now.rows:
            code = "columns_unknown" if unknown else "columns_absent"
            rows.append(question(code, **place, names=[was.headings[name] for name in absent], others=unknown))
        if empty:
            rows.append(question("columns_empty", **place, names=[is_now.headings[name] for name in empty]))
        if is_now.rows < FEWER_PART * was.rows and was.rows - is_now.rows >= FEWER_ROWS:
            rows.append(question("rows_fewer", **place, rows=[was.rows, is_now.rows]))
    return rows, losses


def question(code: str, **facts: Any) -> Row:
    """Return a question of a code of warehouse/review/load_questions.py, with what fills its sentence."""
    empty: Row = {"ledger": None, "village_id": None, "village": None, "then": None, "now": None, "names": [], "others": [], "rows": []}
    return {"code": code} | empty | facts


def _by_subject(
    sheets: Iterable[LedgerSheet], kinds: set[str | None], register: Register
) -> dict[Subject, dict[dt.date, list[tuple[LedgerSheet, pl.DataFrame]]]]:
    """Return the tables of each kind and village by reporting day; of a table of several villages each has its rows."""
    days: dict[Subject, dict[dt.date, list[tuple[LedgerSheet, pl.DataFrame]]]] = defaultdict(lambda: defaultdict(list))
    for sheet in sheets:
        frame = sheet.reading.frame
        if frame is None or sheet.reading.ledger not in kinds or sheet.ledger_on is None:
            continue
        parts: dict[str | None, pl.DataFrame] = {sheet.village_id: frame}
        if "village_name" in frame.columns and frame.height:
            places = {text: register.find(text) or sheet.village_id for text in frame["village_name"].unique()}
            villages = [places[text] for text in frame["village_name"]]
            groups = frame.with_columns(pl.Series("|village", villages, dtype=pl.String)).partition_by("|village", as_dict=True)
            parts = {str(village) if village else None: part for (village,), part in groups.items()}
        for village, part in parts.items():
            days[str(sheet.reading.ledger), village][sheet.ledger_on].append((sheet, part))
    return days


def _register(before: Build, after: Build) -> list[Row]:
    """Return what changed in the register of villages, and the boundaries that changed or went."""
    sql = "select village_id, name, boundary from villages order by sort_no"
    then, now = ({row["village_id"]: row for row in build.rows(sql)} for build in (before, after))
    names: dict[str, list[str]] = defaultdict(list)
    for _id, was, is_now in compare.paired(then, now):
        if was is None or is_now is None:
            names["villages_added" if was is None else "villages_removed"].append((is_now or was or {})["name"])
            continue
        if was["name"] != is_now["name"]:
            names["villages_renamed"].append(f"{was['name']} → {is_now['name']}")
        if was["boundary"] and was["boundary"] != is_now["boundary"]:
            names["boundaries_changed"].append(is_now["name"])
    return [question(code, names=of_code) for code, of_code in names.items()]


def _files(context: LoadContext, after: Build) -> list[Row]:
    """Return which file takes the place of which, and the files that were loaded before."""
    sql = "select f.file, f.village_id, v.name as village from ledger_files as f left join villages as v on v.village_id = f.village_id"
    places = {row.pop("file"): row for row in after.rows(sql)}
    rows = [question("file_replaced", **places.get(pair["by"], {}), names=[pair["by"], pair["file"]]) for pair in context.replaced]
    return [*rows, question("files_repeated", names=sorted(context.repeated))] if context.repeated else rows

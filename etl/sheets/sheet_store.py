"""Sheets of this load and those before, kept sealed in the build as text: every load types all, so portions give the same build."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from etl.cleaning import parse_values
from etl.files.source_file import SourceFile
from etl.forms import cell_words, forms, layouts, public_names
from etl.sheets import place_and_date
from etl.sheets.columns import Column
from etl.sheets.parse_sheet import SheetReading, Total
from etl.sheets.reader_pool import FileReading
from locales import _
from warehouse.builds import raw_sheets

Pseudonym = Callable[..., str]


@dataclass
class LedgerFile:
    """One file: id = first 16 hex digits of its SHA-256, `size` in bytes, its content where this load read it.

    `file` is its name as everybody may see it, `true_file` as it is, which may name a child: that is sealed with its sheets.
    """

    file_id: str
    file: str
    sha256: str
    size: int
    fault: str | None = None
    fault_detail: str | None = None
    content: bytes | None = field(default=None, repr=False)
    mends: str | None = None
    true_file: str = ""

    def __post_init__(self) -> None:
        self.true_file = self.true_file or self.file


@dataclass
class LedgerSheet:
    """A sheet as read, with its village, reporting day and year; `arrival` counts the town's files as they came.

    `sheet` is its name as everybody may see it, `file` and `true_file` are as of a LedgerFile.
    """

    sheet_id: str
    file_id: str
    file: str
    reading: SheetReading
    village_id: str | None = None
    loaded_on: dt.date | None = None
    arrival: int = 0
    ledger_on: dt.date | None = None
    ledger_on_source: str = "load"
    year_hint: int | None = None
    columns: dict[str, tuple[int, str]] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # address → the village named in it, where nothing else says the village
    true_file: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        self.true_file = self.true_file or self.file

    @property
    def heading_row(self) -> int:
        """The row where the table begins, as the spreadsheet counts; 1 where an older program did not note it."""
        row = re.search(r"\d+", self.reading.place)
        return int(row[0]) if row else 1

    @property
    def texts(self) -> pl.DataFrame | None:
        """The text frame with tokens (etl/deidentification/tokens.py) replaced by what is known to stand for them, villages as in `places`."""
        frame = self.reading.frame
        if frame is not None and self.places:
            frame = frame.with_columns(village_name=parse_values.look_up(pl.col("address"), self.places))
        if frame is None or not self.resolved:
            return frame
        return frame.with_columns(pl.col(name).replace(self.resolved) for name in ("child_name", "id_number") if name in frame.columns)


def ledger_file(source: SourceFile, reading: FileReading, pseudonym: Pseudonym | None = None) -> tuple[LedgerFile, list[LedgerSheet]]:
    """Return the record of a file and its sheets; without a key for `pseudonym` its bytes tell its name from others."""
    mends = next((sheet.mends for sheet in reading.sheets if sheet.mends), None)
    file_id, name, size = source.sha256[:16], source.path.name, len(source.content)
    sheets = [LedgerSheet(f"{file_id}/{number}", file_id, name, sheet) for number, sheet in enumerate(reading.sheets, 1)]
    names = names_in(sheets, name) | reading.names & public_names.parts_of(name)
    public = public_file(name, names, pseudonym or (lambda *_name: source.sha256), is_read(sheets))
    for sheet in sheets:
        sheet.file = public
    return LedgerFile(file_id, public, source.sha256, size, reading.fault, reading.fact or None, source.content, mends, name), sheets


def is_read(sheets: Iterable[LedgerSheet]) -> bool:
    """Return whether any table of a file has been read, or can be, so that the names in it are known."""
    return any(sheet.reading.frame is not None for sheet in sheets)


def public_file(name: str, names: Iterable[str], pseudonym: Pseudonym, is_read: bool) -> str:
    """Return a file's name without the names of people; one name has one mark, whatever its ending."""
    return public_names.file_name(name, names, public_names.letters(pseudonym("file", Path(name).stem)), is_read)


def names_in(sheets: Iterable[LedgerSheet], file: str) -> set[str]:
    """Return the parts of a file's name that are names of people in its tables."""
    parts = public_names.parts_of(file)
    cells: list[pl.Series] = []
    for sheet in sheets:
        frame, ledger = sheet.texts, sheet.reading.ledger or sheet.reading.proposed
        fields = forms.forms()[ledger].fields if ledger in forms.forms() else {}
        if frame is not None:
            cells += [frame[name] for name in frame.columns if name in fields and fields[name].kind in ("name", "names")]
    return _parts_among(pl.concat(cells), parts) if cells and parts else set()


def _parts_among(cells: pl.Series, parts: set[str]) -> set[str]:
    """Return which parts stand in cells as a name, or as what stands before the dot of one."""
    plain = cells.unique().str.normalize("NFKC").str.replace_all(r"[(\[【].*?[)\]】]|\s|\u200b|\ufeff", "").str.to_lowercase()
    people = plain.str.replace_all("[,;/]", "、").str.split("、").explode()
    spelled = pl.concat([people.str.extract("^([^·]+)·"), people.str.replace_all(r"[·•・_.\-—]", "")])
    return parts.intersection(spelled.drop_nulls())


def pack(sheet: LedgerSheet) -> bytes:
    """Return a sheet as bytes for sealing."""
    return raw_sheets.pack(
        asdict(sheet.reading) | {"frame": None, "loaded_on": str(sheet.loaded_on), "arrival": sheet.arrival, "file": sheet.true_file},
        sheet.reading.frame,
    )


def unpack(sheet_id: str, file: str, content: bytes) -> LedgerSheet:
    """Return the sheet that `pack` made bytes of; before names of files were sealed, `file` was the true one."""
    header, frame = raw_sheets.unpack(content)
    loaded_on = dt.date.fromisoformat(header.pop("loaded_on"))
    facts = {"loaded_on": loaded_on, "arrival": header.pop("arrival", 0), "true_file": header.pop("file", "")}
    header["sheet_no"] = header.get("sheet_no") or int(sheet_id.split("/")[1])
    return LedgerSheet(sheet_id, sheet_id.split("/")[0], file, reading_of(header, frame), **facts)


def reading_of(header: dict[str, Any], frame: pl.DataFrame | None) -> SheetReading:
    """Return a sheet's reading from its facts as JSON has them, and its frame."""
    lists = {name: [kind(**item) for item in header[name]] for name, kind in (("columns", Column), ("totals", Total))}
    return SheetReading(**header | lists | {"frame": frame})


def place(sheets: list[LedgerSheet], register: place_and_date.Register, today: dt.date) -> None:
    """Set village, reporting day, year and public name of every sheet; a day that is not stated is the day the sheet was first loaded."""
    texts = [place_and_date.day_text(sheet.reading.above, sheet.true_file) for sheet in sheets]
    stated = {sheet.file_id: text for sheet, text in reversed([*zip(sheets, texts, strict=True)]) if text[1] == "sheet"}
    texts = [stated.get(sheet.file_id, text) if text[1] != "sheet" else text for sheet, text in zip(sheets, texts, strict=True)]
    units: dict[str, str] = {}
    hints: dict[str, int | None] = {}
    loaded_on = [sheet.loaded_on or today for sheet in sheets]
    days = place_and_date.days([text for text, _place in texts], loaded_on)
    for sheet, source, day, loaded in zip(sheets, [place for _text, place in texts], days, loaded_on, strict=True):
        reading = sheet.reading
        sheet.village_id = place_and_date.village_of(register, reading.above, reading.name, sheet.true_file)
        if sheet.village_id:
            units.setdefault(sheet.file_id, sheet.village_id)
        elif not place_and_date.names_a_village(reading.above, reading.name):
            sheet.village_id = units.get(sheet.file_id)
        frame = reading.frame
        sheet.places = {}
        if sheet.village_id is None and frame is not None and "address" in frame.columns and "village_name" not in frame.columns:
            sheet.places = register.named_in(frame["address"].drop_nulls().unique())
        if reading.ledger == "children" and (reading.class_hint or reading.above):
            hints.setdefault(sheet.file_id, reading.class_hint)
        elif reading.ledger == "children":  # 一组, 二组: the title stands on the first sheet alone
            reading.class_hint = hints.get(sheet.file_id)
        sheet.sheet = public_names.sheet_name(reading.name, reading.sheet_no, register.names)
        sheet.loaded_on = loaded
        sheet.ledger_on, sheet.ledger_on_source = (day, source) if day else (loaded, "load")
        sheet.year_hint = place_and_date.year_of(sheet.reading.above, sheet.reading.name) or sheet.ledger_on.year
        sheet.columns = {column.field: (column.at + 1, column.heading) for column in sheet.reading.columns if column.field}


def village_register(sheets: Iterable[LedgerSheet]) -> place_and_date.Register:
    """Return the villages of all register sheets; of two rows of a village the one that arrived later counts."""
    registers = sorted(_registers(sheets), key=lambda pair: (pair[0].arrival, pair[0].file, pair[0].sheet_id))
    return place_and_date.register([frame for _, frame in registers])


def _registers(sheets: Iterable[LedgerSheet]) -> list[tuple[LedgerSheet, pl.DataFrame]]:
    """Return the register sheets with their rows; is_alone: neither hidden nor in a workbook with ledgers."""
    sheets = list(sheets)
    of_ledgers = {sheet.file_id for sheet in sheets if sheet.reading.ledger not in (None, "villages")}
    alone = {sheet.sheet_id for sheet in sheets if not sheet.reading.is_hidden and sheet.file_id not in of_ledgers}
    return [
        (sheet, sheet.reading.frame.with_columns(is_1904=False, is_alone=sheet.sheet_id in alone))
        for sheet in sheets
        if sheet.reading.ledger == "villages" and sheet.reading.frame is not None
    ]


def set_village_days(register: place_and_date.Register, sheets: Iterable[LedgerSheet], new_files: set[str]) -> list[str]:
    """Set from when to when each village of the register counts, once its sheets have their days; return what to tell of new files.

    A village of the first register counts from the beginning, one that comes with a later one from that one's day, or from the
    merger that made it. An end counts only with the village that it went into.
    """
    days: dict[str, tuple[dt.date, str]] = {}
    registers = sorted(
        _registers(sheets), key=lambda pair: (not pair[1]["is_alone"].all(), pair[0].ledger_on or dt.date.min, pair[0].arrival)
    )
    first = (registers[0][0].ledger_on or dt.date.min, registers[0][0].file_id) if registers else (dt.date.min, "")
    for sheet, frame in registers:
        for code in frame.select(parse_values.clean(pl.col("village_code"))).to_series().drop_nulls():
            days[code] = min(days.get(code, (dt.date.max, "")), (sheet.ledger_on or dt.date.min, sheet.file_id), key=itemgetter(0))
    is_new = bool(new_files & {sheet.file_id for sheet, _frame in registers})
    rows, ends = place_and_date.mergers(register)
    notes = register.notes + ends
    for row in rows:
        made_on = [other["until"] for other in rows if other["until"] and other["merged_into"] == row["village_id"]]
        day, file_id = days.get(row["village_id"], first)
        if row["since"] is None and day > first[0]:
            row["since"] = min([day, *made_on])
            text = _("村居名册：{village} 是后来的名册加进来的，从 {day} 起计入各项指标；早已有的村，请在名册里写上启用时间")
            notes += [text.format(village=row["name"], day=row["since"])] if file_id in new_files else []
    register.villages = pl.DataFrame(rows, register.villages.schema)
    return notes if is_new else []


def headings(sheets: Iterable[LedgerSheet]) -> pl.DataFrame:
    """Return the known headings as written, with their columns from 1: sheet_id, field, heading, column_no."""
    rows = [(sheet.sheet_id, name, heading, number) for sheet in sheets for name, (number, heading) in sheet.columns.items()]
    schema = {"sheet_id": pl.String, "field": pl.String, "heading": pl.String, "column_no": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def answer_files(sheets: Iterable[LedgerSheet], answers: Mapping[str, layouts.Entry]) -> dict[str, int]:
    """Return in how many files each remembered layout, word and heading is used, by its key."""
    files: dict[str, set[str]] = defaultdict(set)
    explained = {entry.vocabulary for entry in answers.values() if isinstance(entry, layouts.Word)}
    for sheet in sheets:
        ledger, frame = sheet.reading.ledger, sheet.reading.frame
        if ledger is None or frame is None:
            continue
        files[sheet.reading.layout or ""].add(sheet.file_id)
        for column in sheet.reading.columns:
            files[f"heading:{ledger}:{forms.plain(column.heading)}"].add(sheet.file_id)
            spec = forms.forms()[ledger].fields.get(column.field or "")
            vocabulary = forms.vocabulary_of(spec) if spec and spec.name in frame.columns else None
            if spec and vocabulary in explained:
                text = parse_values.present(parse_values.clean(pl.col(spec.name).unique()))
                for word in frame.select(cell_words.words(text, vocabulary or "")).to_series().drop_nulls().explode():
                    files[f"word:{vocabulary}:{word}"].add(sheet.file_id)
    return {key: len(files[key]) for key in answers if key in files}


def ledger_rows(sheets: Iterable[LedgerSheet], ledger: str) -> pl.DataFrame | None:
    """Return all rows of one ledger kind as text with the places they come from; None when no sheet is of that kind."""
    parts = [
        frame.with_columns(
            pl.lit(sheet.sheet_id).alias("sheet_id"),
            pl.lit(sheet.arrival, pl.Int32).alias("arrival"),
            pl.lit(sheet.village_id, pl.String).alias("village_id"),
            pl.lit(sheet.ledger_on, pl.Date).alias("ledger_on"),
            pl.lit(sheet.reading.is_1904).alias("is_1904"),
            pl.lit(str(sheet.year_hint), pl.String).alias("year_hint"),
            pl.lit(sheet.reading.class_hint, pl.Int32).alias("class_hint"),
        )
        for sheet in sheets
        if sheet.reading.ledger == ledger and (frame := sheet.texts) is not None
    ]
    return pl.concat(parts, how="diagonal") if parts else None

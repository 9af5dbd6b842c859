"""Sheets of a load and of the loads before it: kept sealed in the build as text, so that every load reads all of them anew.

Typing and telling who is who always run over everything; loading in portions therefore gives the same build as at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import polars as pl

from etl.sheets import place_and_date
from etl.sheets.parse_sheet import Column, SheetReading, Total
from etl.sheets.reader_pool import FileReading
from warehouse.builds import raw_sheets

_Content = bytes  # a field below is called bytes


@dataclass
class LedgerFile:
    """One file: id = first 16 hex digits of its SHA-256."""

    file_id: str
    file: str
    sha256: str
    bytes: int
    fault: str | None = None
    fault_detail: str | None = None
    content: _Content | None = field(default=None, repr=False)
    mends: str | None = None


@dataclass
class LedgerSheet:
    """A sheet as read, with its place and what it speaks of."""

    sheet_id: str
    file_id: str
    file: str
    reading: SheetReading
    village_id: str | None = None
    loaded_on: dt.date | None = None
    ledger_on: dt.date | None = None
    ledger_on_source: str = "load"
    year_hint: int | None = None
    columns: dict[str, tuple[int, str]] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> pl.DataFrame | None:
        """The text frame as a load reads it: stand-ins (etl/deidentification/tokens.py) of what stands open elsewhere as that text."""
        frame = self.reading.frame
        if frame is None or not self.resolved:
            return frame
        return frame.with_columns(pl.col(name).replace(self.resolved) for name in ("child_name", "id_number") if name in frame.columns)


def of_file(found: FileReading) -> tuple[LedgerFile, list[LedgerSheet]]:
    """A file's record and its sheets."""
    content = found.path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    mends = next((sheet.mends for sheet in found.sheets if sheet.mends), None)
    file = LedgerFile(digest[:16], found.path.name, digest, len(content), found.fault, found.fact or None, content, mends)
    sheets = [LedgerSheet(f"{file.file_id}/{number}", file.file_id, file.file, reading) for number, reading in enumerate(found.sheets, 1)]
    return file, sheets


def packed(sheet: LedgerSheet) -> bytes:
    """A sheet as bytes for sealing."""
    return raw_sheets.pack(asdict(sheet.reading) | {"frame": None, "loaded_on": str(sheet.loaded_on)}, sheet.reading.frame)


def unpacked(sheet_id: str, file: str, content: bytes) -> LedgerSheet:
    """The sheet that `packed` made bytes of."""
    known, frame = raw_sheets.unpack(content)
    loaded_on = dt.date.fromisoformat(known.pop("loaded_on"))
    known["columns"] = [Column(**column) for column in known["columns"]]
    known["totals"] = [Total(**total) for total in known["totals"]]
    reading = SheetReading(**known)
    reading.frame = frame
    return LedgerSheet(sheet_id, sheet_id.split("/")[0], file, reading, loaded_on=loaded_on)


def place(sheets: list[LedgerSheet], known: place_and_date.Register, today: dt.date) -> None:
    """Find village, reporting day and year of every sheet, in place; a day not found is the day the sheet was first loaded."""
    texts = [place_and_date.day_text(sheet.reading.above, sheet.file) for sheet in sheets]
    for sheet, (_, source), day in zip(sheets, texts, place_and_date.days([text for text, _ in texts]), strict=True):
        sheet.village_id = place_and_date.village_of(known, sheet.reading.above, sheet.reading.name, sheet.file)
        sheet.loaded_on = sheet.loaded_on or today
        sheet.ledger_on, sheet.ledger_on_source = (day, source) if day else (sheet.loaded_on, "load")
        sheet.year_hint = place_and_date.year_of(sheet.reading.above, sheet.reading.name) or sheet.ledger_on.year
        sheet.columns = {column.field: (column.at + 1, column.heading) for column in sheet.reading.columns if column.field}


def frame_of(sheets: Iterable[LedgerSheet], ledger: str) -> pl.DataFrame | None:
    """All rows of one ledger kind as text with the places they come from; None when no sheet is of that kind."""
    parts = [_with_place(sheet) for sheet in sheets if sheet.reading.ledger == ledger and sheet.reading.frame is not None]
    return pl.concat(parts, how="diagonal") if parts else None


def _with_place(sheet: LedgerSheet) -> pl.DataFrame:
    """A sheet's text frame with place, day and hints as columns."""
    return sheet.texts.with_columns(  # type: ignore[union-attr]
        pl.lit(sheet.sheet_id).alias("sheet_id"),
        pl.lit(sheet.village_id, pl.String).alias("village_id"),
        pl.lit(sheet.ledger_on, pl.Date).alias("ledger_on"),
        pl.lit(sheet.reading.is_1904).alias("is_1904"),
        pl.lit(str(sheet.year_hint), pl.String).alias("year_hint"),
        pl.lit(sheet.reading.class_hint, pl.Int32).alias("class_hint"),
    )

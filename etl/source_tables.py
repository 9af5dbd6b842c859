"""The tables of what was read: villages, files, sheets with their sums, unknown headings."""

from __future__ import annotations

import polars as pl

from etl import load_report
from etl.cleaning.parse_values import look_up
from etl.records.build_tables import Counts
from etl.sheets.place_and_date import Register
from etl.sheets.sheet_store import LedgerFile, LedgerSheet


def villages(register: Register, boundaries: dict[str, str]) -> pl.DataFrame:
    """Table `villages`."""
    rows = register.villages.with_row_index("sort_no", offset=1)
    shape = look_up(pl.col("village_id"), boundaries)
    columns = ["village_id", "name", "kind", "linked_unit", "is_key_village", "longitude", "latitude"]
    return rows.select(*columns, shape.alias("boundary"), pl.col("sort_no").cast(pl.Int32))


def files(ledger_files: list[LedgerFile], sheets: list[LedgerSheet]) -> pl.DataFrame:
    """Table `ledger_files`."""
    rows = []
    for file in ledger_files:
        village, day = load_report.village_and_day([sheet for sheet in sheets if sheet.file_id == file.file_id])
        rows.append((file.file_id, file.file, file.sha256, file.size, village, day, file.fault, file.fault_detail))
    schema = {"file_id": pl.String, "file": pl.String, "sha256": pl.String, "bytes": pl.Int64, "village_id": pl.String}
    schema |= {"ledger_on": pl.Date, "fault": pl.String, "fault_detail": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def sheets(ledger_sheets: list[LedgerSheet], counts: dict[str, Counts]) -> pl.DataFrame:
    """Table `ledger_sheets`; of several totals the first that does not fit its rows, else the last."""
    rows = []
    for sheet in ledger_sheets:
        line = load_report.sheet_line(sheet, counts.get(sheet.sheet_id, Counts()))
        totals = sheet.reading.totals
        total = next((total for total in totals if total.stated != total.counted), totals[-1] if totals else None)
        reason = "village_unknown" if sheet.reading.ledger and line.rows_set_aside else None
        rows.append(
            {
                "sheet_id": sheet.sheet_id,
                "file_id": sheet.file_id,
                "file": sheet.file,
                "sheet": sheet.reading.name,
                "ledger": sheet.reading.ledger,
                "state": "set_aside" if reason and not line.rows_loaded else sheet.reading.state,
                "set_aside_reason": reason,
                "village_id": sheet.village_id,
                "ledger_on": sheet.ledger_on,
                "ledger_on_source": sheet.ledger_on_source,
                "is_hidden": sheet.reading.is_hidden,
                "rows_seen": line.rows_seen,
                "rows_loaded": line.rows_loaded,
                "rows_set_aside": line.rows_set_aside,
                "rows_not_data": line.rows_not_data,
                "total_stated": total.stated if total else None,
                "total_counted": total.counted if total else None,
                "total_row_no": total.row_no if total else None,
                "total_column": total.heading if total else None,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def unknown_headings(ledger_sheets: list[LedgerSheet]) -> pl.DataFrame:
    """Table `ledger_headings`; an unrecognised sheet has one row with all its headings."""
    rows: list[tuple[str, str | None, str, int | None, str | None]] = []
    for sheet in ledger_sheets:
        unknown = [column for column in sheet.reading.columns if column.field is None]
        if sheet.reading.ledger is None:
            rows.append((sheet.sheet_id, sheet.village_id, " | ".join(column.heading for column in unknown), None, None))
        else:
            near = sheet.reading.suggestions
            rows += [(sheet.sheet_id, sheet.village_id, c.heading, c.at + 1, near.get(c.heading)) for c in unknown]
    schema = {"sheet_id": pl.String, "village_id": pl.String, "heading": pl.String, "column_no": pl.Int32, "suggestion": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")

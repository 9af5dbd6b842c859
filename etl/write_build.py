"""Writes every table of a draft but the figures and findings; names and originals are sealed."""

import datetime as dt
import json
from collections.abc import Sequence

import polars as pl

from etl import load_report
from etl.cleaning.parse_values import look_up
from etl.forms import heading_aliases, layouts
from etl.records import build_tables
from etl.sheets import sheet_store
from etl.sheets.discover import LoadContext
from etl.sheets.place_and_date import Register
from etl.sheets.sheet_store import LedgerFile, LedgerSheet
from warehouse.builds.draft import Draft
from warehouse.settings import settings


def write_build(
    draft: Draft, context: LoadContext, sheets: list[LedgerSheet], register: Register, tables: build_tables.Tables, day: dt.date
) -> None:
    """Write every table of the draft."""
    published, key = context.published, context.key
    for name, frame in tables.frames.items():
        draft.fill(name, frame)
    draft.fill("villages", villages(register, published.boundaries | context.boundaries))
    draft.fill("boundary_faults", _frame("file village_id reason codes", context.boundary_faults))
    draft.fill("ledger_files", _files([*published.files, *context.files], sheets))
    draft.fill("ledger_sheets", _sheets(sheets, tables.counts))
    draft.fill("ledger_headings", _unknown_headings(sheets))
    draft.fill("ledger_columns", sheet_store.headings(sheets))
    identities = [
        (kind, person, key.seal(f"{kind}:{person}", json.dumps(facts, ensure_ascii=False).encode()))
        for kind, person, facts in tables.identities
    ]
    draft.fill("identities", _frame("kind person_id sealed", identities))
    raw = [(sheet.sheet_id, key.seal(sheet.sheet_id, sheet_store.pack(sheet))) for sheet in sheets]
    draft.fill("raw_sheets", _frame("sheet_id sealed", raw))
    draft.fill("raw_files", _originals(context))
    facts = _build_facts(context, day) | {"answers_used": json.dumps(sheet_store.answer_files(sheets, context.layouts), ensure_ascii=False)}
    draft.fill("build_facts", _frame("name value", list(facts.items())))


def _frame(columns: str, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """Return rows as a frame with these columns; a table has its types, whatever those of the frame."""
    return pl.DataFrame(rows, columns.split(), orient="row", infer_schema_length=None)


def _build_facts(context: LoadContext, day: dt.date) -> dict[str, str | None]:
    names = {
        "files_new": [file.file for file in context.files if not file.fault],
        "files_left_out": context.left_out,
        "files_replaced": [pair["file"] for pair in context.replaced],
    }
    return {
        "as_of": day.isoformat(),
        "loaded_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
        "ledgers": str(len(context.published.files) + len(context.files)),
        "aliases": heading_aliases.digest(context.aliases),
        "layouts": layouts.digest(context.layouts),
        "loaded_by": context.loaded_by,
        **{name: json.dumps(files, ensure_ascii=False) for name, files in names.items()},
        "base": context.published.build_id,
        "successors": json.dumps(context.successors),
    }


def _originals(context: LoadContext) -> pl.DataFrame:
    """Return every file's own bytes, sealed: those of this load, and those of earlier ones as the published build keeps them."""
    if not settings.settings(context.home)["keep_originals"]:
        return _frame("file_id sealed", [])
    rows = [(file.file_id, context.key.seal(file.file_id, file.content)) for file in context.files if file.content and not file.fault]
    if context.published.source:
        kept = {file.file_id for file in (*context.published.files, *context.files)}
        earlier = context.published.source.rows("select file_id, sealed from raw_files")
        rows += [(row["file_id"], bytes(row["sealed"])) for row in earlier if row["file_id"] in kept]
    return _frame("file_id sealed", rows)


def villages(register: Register, boundaries: dict[str, str]) -> pl.DataFrame:
    """Table `villages`."""
    rows = register.villages.with_row_index("sort_no", offset=1)
    shape = look_up(pl.col("village_id"), boundaries)
    columns = ["village_id", "name", "kind", "linked_unit", "is_key_village", "longitude", "latitude", "since", "until", "merged_into"]
    return rows.select(*columns, shape.alias("boundary"), pl.col("sort_no").cast(pl.Int32))


def _files(ledger_files: list[LedgerFile], sheets: list[LedgerSheet]) -> pl.DataFrame:
    rows = []
    for file in ledger_files:
        village, day = load_report.village_and_day([sheet for sheet in sheets if sheet.file_id == file.file_id])
        rows.append((file.file_id, file.file, file.sha256, file.size, village, day, file.fault, file.fault_detail))
    return _frame("file_id file sha256 bytes village_id ledger_on fault fault_detail", rows)


def _sheets(ledger_sheets: list[LedgerSheet], counts: dict[str, build_tables.Counts]) -> pl.DataFrame:
    """Table `ledger_sheets`; of several totals the first that does not fit its rows, else the last."""
    rows = []
    for sheet in ledger_sheets:
        line = load_report.sheet_line(sheet, counts.get(sheet.sheet_id, build_tables.Counts()))
        totals = sheet.reading.totals
        total = next((total for total in totals if total.stated != total.counted), totals[-1] if totals else None)
        reason = "village_unknown" if sheet.reading.ledger and line.rows_set_aside else None
        row = {name: getattr(sheet, name) for name in ("sheet_id", "file_id", "file", "village_id", "ledger_on", "ledger_on_source")}
        row |= {name: getattr(line, name) for name in ("sheet", "ledger", "rows_seen", "rows_loaded", "rows_set_aside", "rows_not_data")}
        row |= {"state": "set_aside" if reason and not line.rows_loaded else line.state, "set_aside_reason": reason}
        row |= {f"total_{name}": getattr(total, name, None) for name in ("stated", "counted", "row_no")}
        rows.append(row | {"total_column": total.heading if total else None, "is_hidden": sheet.reading.is_hidden})
    return pl.DataFrame(rows, infer_schema_length=None)


def _unknown_headings(ledger_sheets: list[LedgerSheet]) -> pl.DataFrame:
    """Table `ledger_headings`; an unrecognised sheet has one row with all its headings."""
    rows: list[tuple[str, str | None, str, int | None, str | None]] = []
    for sheet in ledger_sheets:
        unknown = [column for column in sheet.reading.columns if column.field is None]
        if sheet.reading.ledger is None:
            rows.append((sheet.sheet_id, sheet.village_id, " | ".join(column.heading for column in unknown), None, None))
        else:
            near = sheet.reading.suggestions
            rows += [(sheet.sheet_id, sheet.village_id, c.heading, c.at + 1, near.get(c.heading)) for c in unknown]
    return _frame("sheet_id village_id heading column_no suggestion", rows)

"""Writes every table of a draft but the figures and findings; names and originals are sealed."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl

from etl import source_tables
from etl.forms import heading_aliases
from etl.records import build_tables
from etl.sheets import place_and_date, sheet_store
from etl.sheets.discover import LoadContext
from warehouse.builds import repository
from warehouse.builds.draft import Draft
from warehouse.settings import settings


def write_build(
    draft: Draft,
    context: LoadContext,
    sheets: list[sheet_store.LedgerSheet],
    register: place_and_date.Register,
    tables: build_tables.Tables,
    day: dt.date,
) -> None:
    """Write every table of the draft."""
    published, key = context.published, context.key
    for name, frame in tables.frames.items():
        draft.fill(name, frame)
    draft.fill("villages", source_tables.villages(register, published.boundaries | context.boundaries))
    draft.fill("ledger_files", source_tables.files([*published.files, *context.files], sheets))
    draft.fill("ledger_sheets", source_tables.sheets(sheets, tables.counts))
    draft.fill("ledger_headings", source_tables.unknown_headings(sheets))
    draft.fill("ledger_columns", sheet_store.headings(sheets))
    identities = [
        (kind, person, key.seal(f"{kind}:{person}", json.dumps(facts, ensure_ascii=False).encode()))
        for kind, person, facts in tables.identities
    ]
    draft.fill("identities", pl.DataFrame(identities, {"kind": pl.String, "person_id": pl.String, "sealed": pl.Binary}, orient="row"))
    raw = [(sheet.sheet_id, key.seal(sheet.sheet_id, sheet_store.pack(sheet))) for sheet in sheets]
    draft.fill("raw_sheets", pl.DataFrame(raw, {"sheet_id": pl.String, "sealed": pl.Binary}, orient="row"))
    draft.fill("raw_files", _originals(context))
    facts = _build_facts(context, day)
    draft.fill("build_facts", pl.DataFrame({"name": list(facts), "value": list(facts.values())}))


def _build_facts(context: LoadContext, day: dt.date) -> dict[str, str | None]:
    """Return the facts of the build itself (warehouse/sql/tables/build_facts.sql)."""
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
        "loaded_by": context.loaded_by,
        **{name: json.dumps(files, ensure_ascii=False) for name, files in names.items()},
        "base": context.published.build_id,
    }


def _originals(context: LoadContext) -> pl.DataFrame:
    """Return every file's own bytes, sealed: those of this load, and those of earlier ones as the published build keeps them."""
    schema = {"file_id": pl.String, "sealed": pl.Binary}
    if not settings.settings(context.home)["keep_originals"]:
        return pl.DataFrame(schema=schema)
    rows = [(file.file_id, context.key.seal(file.file_id, file.content)) for file in context.files if file.content and not file.fault]
    if context.published.build_id:
        kept = {file.file_id for file in context.published.files}
        build = repository.open_build(context.home)
        has_originals = build.rows("select 1 from duckdb_tables() where table_name = 'raw_files'")  # an older program kept none
        earlier = build.rows("select file_id, sealed from raw_files") if has_originals else []
        rows += [(row["file_id"], bytes(row["sealed"])) for row in earlier if row["file_id"] in kept]
    return pl.DataFrame(rows, schema=schema, orient="row")

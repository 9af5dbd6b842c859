"""Writes every table of a draft but the figures and findings, names and originals sealed."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl

from etl import source_tables
from etl.cleaning import cell_errors
from etl.forms import heading_aliases
from etl.records import build_tables
from etl.sheets import place_and_date, sheet_store
from etl.sheets.discover import LoadContext
from warehouse.builds import draft, repository
from warehouse.settings import settings


def write_build(
    draft: draft.Draft, work: LoadContext, everything: list, register: place_and_date.Register, made: build_tables.Tables, day: dt.date
) -> None:
    """Write every table of the draft."""
    boundaries = work.known.boundaries | work.boundaries
    for name, frame in made.frames.items():
        draft.fill(name, frame)
    draft.fill("villages", source_tables.villages(register, boundaries))
    draft.fill("ledger_files", source_tables.files([*work.known.files, *work.files], everything))
    draft.fill("ledger_sheets", source_tables.sheets(everything, made))
    draft.fill("ledger_headings", source_tables.headings(everything))
    draft.fill("ledger_columns", cell_errors.headings(everything))
    sealed = [
        (kind, person, work.key.seal(f"{kind}:{person}", json.dumps(known, ensure_ascii=False).encode()))
        for kind, person, known in made.identities
    ]
    draft.fill("identities", pl.DataFrame(sealed, schema={"kind": pl.String, "person_id": pl.String, "sealed": pl.Binary}, orient="row"))
    raw = [(sheet.sheet_id, work.key.seal(sheet.sheet_id, sheet_store.packed(sheet))) for sheet in everything]
    draft.fill("raw_sheets", pl.DataFrame(raw, schema={"sheet_id": pl.String, "sealed": pl.Binary}, orient="row"))
    draft.fill("raw_files", _originals(work))
    known = _facts(work, day)
    draft.fill("build_facts", pl.DataFrame({"name": list(known), "value": list(known.values())}))


def _facts(work: LoadContext, day: dt.date) -> dict[str, str | None]:
    """What the build tells of itself (warehouse/sql/tables/build_facts.sql)."""
    told_at = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    known = {"as_of": day.isoformat(), "loaded_at": told_at, "ledgers": str(len(work.known.files) + len(work.files))}
    known |= {"aliases": heading_aliases.digest(work.aliases), "loaded_by": work.by}
    files = {"new": [file.file for file in work.files if not file.fault], "left_out": work.left_out}
    files["replaced"] = [pair["file"] for pair in work.replaced]
    told = {f"files_{what}": json.dumps(names, ensure_ascii=False) for what, names in files.items()}
    return known | told | {"base": work.known.build_id}


def _originals(work: LoadContext) -> pl.DataFrame:
    """Every file's own bytes, sealed: those of this load, and those of earlier ones as the published build keeps them."""
    schema = {"file_id": pl.String, "sealed": pl.Binary}
    if not settings.settings(work.home)["keep_originals"]:
        return pl.DataFrame(schema=schema)
    found = [(file.file_id, work.key.seal(file.file_id, file.content)) for file in work.files if file.content and not file.fault]
    if work.known.build_id:
        kept = {file.file_id for file in work.known.files}
        build = repository.open_build(work.home)
        is_kept = build.rows("select 1 from duckdb_tables() where table_name = 'raw_files'")  # an older program kept none
        earlier = build.rows("select file_id, sealed from raw_files") if is_kept else []
        found += [(row["file_id"], bytes(row["sealed"])) for row in earlier if row["file_id"] in kept]
    return pl.DataFrame(found, schema=schema, orient="row")

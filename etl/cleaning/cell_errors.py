"""The cells that are not right: what the load writes into `ledger_cells`, with values masked so that no name or number shows."""

from __future__ import annotations

import polars as pl

from etl.cleaning.type_columns import REPORTED
from etl.forms.forms import Form
from warehouse.builds.raw_sheets import STAND_IN

SCHEMA = {
    "sheet_id": pl.String,
    "row_no": pl.Int32,
    "ledger": pl.String,
    "village_id": pl.String,
    "ledger_on": pl.Date,
    "field": pl.String,
    "heading": pl.String,
    "state": pl.String,
    "value_masked": pl.String,
    "child_id": pl.String,
}


def faults(rows: pl.DataFrame, known: Form, heading_of: pl.DataFrame) -> pl.DataFrame:
    """One row per faulty or missing required cell of one ledger kind, as table `ledger_cells`."""
    rows = rows if "child_id" in rows.columns else rows.with_columns(pl.lit(None, pl.String).alias("child_id"))
    if known.ledger != "children":
        rows = rows.with_columns(pl.lit(None, pl.String).alias("child_id"))
    rows = rows.unique(["sheet_id", "row_no"], maintain_order=True) if known.ledger == "trainings" else rows
    parts = [_of_field(rows, known, name) for name in known.fields]
    found = pl.concat(parts).unique(["sheet_id", "row_no", "field", "state"], maintain_order=True)
    return found.join(heading_of, on=["sheet_id", "field"], how="left", maintain_order="left").select(
        pl.lit(known.ledger).alias("ledger") if name == "ledger" else pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )


def _of_field(rows: pl.DataFrame, known: Form, name: str) -> pl.DataFrame:
    """Faults of one field; a cell with another fault is not reported as missing too."""
    state = pl.col(f"{name}|state")
    told = pl.when(state == "missing").then(pl.when(_is_required(known, name)).then(pl.lit("missing_required")))
    found = pl.when(state == "missing").then(told).when(state.is_in(REPORTED)).then(state)
    return rows.select(
        "sheet_id",
        "row_no",
        "village_id",
        "ledger_on",
        "child_id",
        pl.lit(name).alias("field"),
        found.alias("state"),
        masked(pl.col(f"{name}|text")).alias("value_masked"),
    ).filter(pl.col("state").is_not_null())


def _is_required(known: Form, name: str) -> pl.Expr:
    """Whether a row asks for this cell: always, for its classes, or from an age on (on the reporting day)."""
    spec = known.fields[name]
    asked = pl.lit(spec.required)
    if spec.required_for:
        asked = pl.any_horizontal(pl.col("class_no").list.contains(number) for number in spec.required_for).fill_null(False)
    if spec.required_from_age is not None:
        asked = (pl.col("ledger_on") > pl.col("known_born_on").dt.offset_by(f"{spec.required_from_age}y")).fill_null(False)
    if name in ("disability_type", "disability_level"):
        asked = asked & ~pl.all_horizontal(pl.col(cell).is_not_null() for cell in ("illness_name", "illness_cost", "illness_year"))
    return asked


def masked(text: pl.Expr) -> pl.Expr:
    """A value that may be shown: short plain dates and numbers as they are, everything else as its first sign and ***."""
    is_plain = text.str.contains(r"^[\d年月日.\-/]{1,11}$") & ~text.str.contains(r"\d{9,}") | text.str.contains(r"^#")
    return pl.when(text.str.starts_with(STAND_IN)).then(pl.lit("***")).when(is_plain).then(text).otherwise(text.str.slice(0, 1) + "***")


def headings(sheets: list) -> pl.DataFrame:
    """Headings as written with their columns from 1: sheet_id, field, heading, column_no."""
    found = [(s.sheet_id, field, heading, number) for s in sheets for field, (number, heading) in s.columns.items()]
    schema = {"sheet_id": pl.String, "field": pl.String, "heading": pl.String, "column_no": pl.Int32}
    return pl.DataFrame(found, schema=schema, orient="row")

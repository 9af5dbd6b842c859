"""The cells that are not right, as the load writes them into `ledger_cells`: values are masked so that no name or number shows."""

import polars as pl

from etl.cleaning.type_columns import REPORTED
from etl.forms.forms import Form
from warehouse.builds.raw_sheets import STAND_IN

_COLUMNS = "sheet_id row_no ledger village_id ledger_on field heading state value_masked child_id".split()
SCHEMA = dict.fromkeys(_COLUMNS, pl.String) | {"row_no": pl.Int32, "ledger_on": pl.Date}


def faults(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Return one row per faulty or missing required cell of one ledger kind: table `ledger_cells` but for the headings."""
    if form.ledger != "children" or "child_id" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias("child_id"))
    rows = rows.unique(["sheet_id", "row_no"], maintain_order=True) if form.ledger == "trainings" else rows
    cells = pl.concat([_of_field(rows.lazy(), form, name) for name in form.fields]).collect()
    cells = cells.with_columns(pl.lit(form.ledger).alias("ledger"), mask(pl.col("value_masked")).alias("value_masked"))
    return cells.unique(["sheet_id", "row_no", "field", "state"], maintain_order=True)


def _of_field(rows: pl.LazyFrame, form: Form, name: str) -> pl.LazyFrame:
    """Return the faults of one field, not masked yet; a cell with another fault is not reported as missing too."""
    state = pl.col(f"{name}|state")
    missing = pl.when(is_required(form, name)).then(pl.lit("missing_required"))
    fault = pl.when(state == "missing").then(missing).when(state.is_in(REPORTED)).then(state)
    facts = {"field": pl.lit(name), "state": fault, "value_masked": pl.col(f"{name}|text")}
    return rows.select("sheet_id", "row_no", "village_id", "ledger_on", "child_id", **facts).drop_nulls("state")


def is_required(form: Form, name: str) -> pl.Expr:
    """Return whether a row requires this cell: always, for its classes, or from an age on (on the reporting day)."""
    spec = form.fields[name]
    required = pl.lit(spec.required)
    if spec.required_for:
        required = pl.any_horizontal(pl.col("class_no").list.contains(number) for number in spec.required_for).fill_null(False)
    if spec.required_from_age is not None:
        required = (pl.col("ledger_on") > pl.col("known_born_on").dt.offset_by(f"{spec.required_from_age}y")).fill_null(False)
    if spec.or_filled:
        required &= ~pl.all_horizontal(pl.col(cell).is_not_null() for cell in spec.or_filled)
    return required


def mask(text: pl.Expr) -> pl.Expr:
    """Return a value that may be shown: short plain dates and numbers as they are, the rest as its first sign and ***."""
    is_plain = text.str.contains(r"^[\d年月日.\-/]{1,11}$") & ~text.str.contains(r"\d{9,}") | text.str.contains(r"^#")
    return pl.when(text.str.starts_with(STAND_IN)).then(pl.lit("***")).when(is_plain).then(text).otherwise(text.str.slice(0, 1) + "***")

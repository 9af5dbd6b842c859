"""Columns that a village's earlier ledgers filled and its newest one lacks or leaves empty throughout (finding `column_gone`)."""

import polars as pl

from etl.cleaning.cell_errors import is_required
from etl.forms.forms import Form
from etl.records.child_facts import PLAIN, is_filled

# Few rows have such a cell, so that a column without any says nothing; one that is absent does.
_OF_SOME_ROWS = (*PLAIN, "mode", "topics", "ended_on", "resolved_on", "due_on", "left_on", "delisted_on")


def gone_columns(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Return the cells (`ledger_cells`, row_no missing) of such columns of one kind of ledger, at its first table of that day.

    `rows` are typed rows. A column that only some children need (of a class, of an age) is gone where the newest ledger has such children.
    """
    required = [name for name, spec in form.fields.items() if spec.required or spec.required_for or spec.required_from_age is not None]
    others = [name for name in form.fields if name in _OF_SOME_ROWS and name not in required]
    is_wanted = {name: is_required(form, name).any() for name in required} | {name: ~pl.col(f"{name}|has").any() for name in others}
    days = rows.group_by("village_id", "ledger_on", maintain_order=True).agg(
        pl.col("sheet_id").min(),
        *(is_filled(name).any().alias(f"filled:{name}") for name in is_wanted),
        *((~is_filled(name).any() & wanted).alias(f"lacking:{name}") for name, wanted in is_wanted.items()),
    )
    is_newest = pl.col("ledger_on") == pl.col("ledger_on").max().over("village_id")
    by_field = [
        of_days.unpivot(pl.selectors.starts_with(part), index=["sheet_id", "village_id", "ledger_on"], variable_name="field")
        for of_days, part in ((days.filter(~is_newest), "filled:"), (days.filter(is_newest), "lacking:"))
    ]
    filled, lacking = (cells.filter("value").with_columns(pl.col("field").str.replace("^.*:", "")) for cells in by_field)
    gone = lacking.join(filled, on=["village_id", "field"], how="semi", maintain_order="left")
    return gone.select("sheet_id", "village_id", "ledger_on", "field", state=pl.lit("column_gone"), ledger=pl.lit(form.ledger))

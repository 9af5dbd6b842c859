"""Days that cannot be: an end before its start, a birth after the ledger's day. They are findings and count for nothing (ledgers.md §5)."""

import polars as pl

from etl.forms.forms import Form


def drop_impossible(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Return typed rows without such days, their cells marked `end_before_start` or `birth_in_future`.

    An end known to the month only that falls into the month of its start is the day of the start.
    """
    columns = []
    for end, start in [(name, spec.after) for name, spec in form.fields.items() if spec.after]:
        is_early = (pl.col(end) < pl.col(start)).fill_null(False)
        is_same_month = (pl.col(f"{end}|precision") == "month") & (pl.col(end).dt.month_end() >= pl.col(start))
        is_wrong = is_early & ~is_same_month.fill_null(False)
        columns += _without(end, is_wrong, "end_before_start", pl.when(is_early).then(start).otherwise(end))
    if form.ledger == "children":
        columns += _without("born_on", (pl.col("born_on") > pl.col("ledger_on")).fill_null(False), "birth_in_future", pl.col("born_on"))
    return rows.with_columns(columns)


def _without(field: str, is_wrong: pl.Expr, state: str, value: pl.Expr) -> list[pl.Expr]:
    return [
        pl.when(~is_wrong).then(value).alias(field),
        pl.when(is_wrong).then(pl.lit(state)).otherwise(f"{field}|state").alias(f"{field}|state"),
        pl.when(~is_wrong).then(f"{field}|precision").alias(f"{field}|precision"),
    ]

"""Days that cannot be: an end before its start, a birth after the ledger's day. They are findings and count for nothing (ledgers.md §5)."""

import polars as pl

START_OF = {  # end → start, by kind of ledger
    "children": {
        "delisted_on": "listed_on",
        "dibao_until": "dibao_from",
        "father_until": "father_since",
        "mother_until": "mother_since",
    },
    "helpers": {"left_on": "joined_on"},
    "pairings": {"ended_on": "started_on"},
    "department_covers": {"ended_on": "started_on"},
    "needs": {"resolved_on": "raised_on"},
    "safety_reports": {"reported_on": "found_on"},
}


def drop_impossible(rows: pl.DataFrame, ledger: str) -> pl.DataFrame:
    """Return typed rows without such days, their cells marked `end_before_start` or `birth_in_future`.

    An end known to the month only that falls into the month of its start is the day of the start.
    """
    columns = []
    for end, start in START_OF.get(ledger, {}).items():
        is_early = (pl.col(end) < pl.col(start)).fill_null(False)
        is_same_month = (pl.col(f"{end}|precision") == "month") & (pl.col(end).dt.month_end() >= pl.col(start))
        is_wrong = is_early & ~is_same_month.fill_null(False)
        columns += _without(end, is_wrong, "end_before_start", pl.when(is_early).then(start).otherwise(end))
    if ledger == "children":
        columns += _without("born_on", (pl.col("born_on") > pl.col("ledger_on")).fill_null(False), "birth_in_future", pl.col("born_on"))
    return rows.with_columns(columns)


def _without(field: str, is_wrong: pl.Expr, state: str, value: pl.Expr) -> list[pl.Expr]:
    return [
        pl.when(~is_wrong).then(value).alias(field),
        pl.when(is_wrong).then(pl.lit(state)).otherwise(f"{field}|state").alias(f"{field}|state"),
        pl.when(~is_wrong).then(f"{field}|precision").alias(f"{field}|precision"),
    ]

"""What children ledgers state about a child: rows of one ledger complete each other, a newer ledger replaces the older."""

import datetime as dt

import polars as pl

from etl.cleaning.parse_values import look_up, pseudonym_in
from etl.cleaning.type_columns import UNUSABLE
from etl.forms import forms
from etl.records.child_identity import NEWEST, PLACE, Pseudonym
from etl.sheets.sheet_store import LedgerSheet

FIRST_DAY, NO_END = dt.date(1, 1, 1), dt.date(9999, 12, 31)
IS_NEWEST = pl.col("ledger_on") == pl.col("ledger_on").max()  # within a group: the rows of the newest ledger that names it
PLAIN = ["hukou_kind", "disability_type", "disability_level", "disability_card_until", "illness_cost", "illness_year"]
PLAIN += ["dibao_from", "dibao_until", "dibao_reviewed_on", "father_status", "father_since", "father_until"]
PLAIN += ["mother_status", "mother_since", "mother_until", "event_kind", "event_on", "reviewed_on"]


def is_filled(name: str) -> pl.Expr:
    """Return whether a cell counts as filled: it is not missing, no error, no impossible date and no word outside the vocabulary."""
    return ~pl.col(f"{name}|state").is_in(list(UNUSABLE)).fill_null(False)


def child_facts(rows: pl.DataFrame, pseudonym: Pseudonym, absent: pl.DataFrame) -> pl.DataFrame:
    """Table `child_facts`: one row per child, village and reporting day, with the days it holds for; `absent` is absent_columns."""
    keyed = rows.with_columns(household(rows, pseudonym))
    ordered = keyed.sort(NEWEST, descending=[False, True, False, False])  # of two ledgers of a day the later to arrive states it
    merged = ordered.group_by("child_id", "village_id", "ledger_on", maintain_order=True).agg(
        pl.col("sheet_id").first(),
        pl.col("row_no").first(),
        *(pl.col(name).drop_nulls().first() for name in ["household_id", *PLAIN]),
        *(is_filled(name).any().alias(f"has_{name}") for name in forms.forms()["children"].recorded()),
    )
    merged = _hold_on(merged, absent)
    days = merged.select("child_id", "ledger_on").unique().sort("child_id", "ledger_on")
    is_first = pl.col("ledger_on").shift(1).over("child_id").is_null()
    bounds = days.with_columns(
        holds_from=pl.when(is_first).then(FIRST_DAY).otherwise("ledger_on"),
        holds_before=pl.col("ledger_on").shift(-1).over("child_id").fill_null(NO_END),
    )
    return merged.join(bounds, on=["child_id", "ledger_on"], maintain_order="left")


def absent_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return per village and reporting day `FIELD|absent`: whether no children sheet has a column for the field."""
    fields = dict.fromkeys([*PLAIN, *forms.forms()["children"].recorded(), "household_no"])
    return rows.group_by("village_id", "ledger_on").agg((~pl.col(f"{name}|has").any()).alias(f"{name}|absent") for name in fields)


def _hold_on(facts: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """Let what a child's earlier ledger stated hold on where a later one has no column for it: it is neither stated again nor missing."""
    joined = facts.join(absent, on=["village_id", "ledger_on"], how="left").sort("child_id", "ledger_on", "village_id")
    held = []
    for name in {"household_id", *PLAIN, *forms.forms()["children"].recorded()}:
        is_absent = pl.col("household_no|absent") & pl.col("household_head|absent") if name == "household_id" else pl.col(f"{name}|absent")
        columns = [column for column in (name, f"has_{name}") if column in facts.columns]
        stated = pl.when(~is_absent).then(pl.struct(columns)).forward_fill().over("child_id")
        held += [
            pl.when(is_absent & stated.is_not_null()).then(stated.struct.field(column)).otherwise(pl.col(column)).alias(column)
            for column in columns
        ]
    return joined.with_columns(held).select(facts.columns).sort("child_id", "village_id", "ledger_on")


def without_held(cells: pl.DataFrame, facts: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """Return `ledger_cells` without the cells said to be missing whose column the day's ledgers lack, where an earlier one filled them."""
    keys = ["child_id", "village_id", "ledger_on"]
    filled, lacking = (
        frame.unpivot(index=index, variable_name="field").filter("value").with_columns(pl.col("field").str.replace(r"^has_|\|absent$", ""))
        for frame, index in ((facts.select(*keys, "^has_.*$"), keys), (absent, keys[1:]))
    )
    held = filled.join(lacking, on=[*keys[1:], "field"], how="semi").select(*keys, "field", is_held=True)
    joined = cells.join(held, on=[*keys, "field"], how="left", maintain_order="left")
    is_gone = (pl.col("state") == "missing_required") & (pl.col("ledger") == "children") & pl.col("is_held").fill_null(False)
    return joined.filter(~is_gone).drop("is_held")


def household(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.Expr:
    """Return the household = village + household number where given, else village + household head (metrics.md, fine print)."""
    by_number = pl.format("{}:no:{}", "village_id", "household_no")
    by_head = pl.format("{}:head:{}", "village_id", "household_head")
    key = pl.coalesce(by_number, by_head)
    keys = rows.select(key.alias("key")).to_series().drop_nulls().unique().to_list()
    ids = {text: pseudonym_in(text) or pseudonym("household", text) for text in keys}
    return look_up(key, ids).alias("household_id")


def child_rows(rows: pl.DataFrame, contradictions: pl.DataFrame) -> pl.DataFrame:
    """Table `child_rows`: one row per class of every loaded row; a row of no known class has class_no null."""
    bad = contradictions.filter(pl.col("state") == "card_contradicts").select("sheet_id", "row_no").unique()
    marked = rows.join(bad.with_columns(pl.lit(True).alias("is_bad")), on=["sheet_id", "row_no"], how="left")
    spread = marked.explode("class_no", empty_as_null=True)
    facts = {"class_no": pl.col("class_no").cast(pl.Int32), "disability_card_is_bad": pl.col("is_bad").fill_null(False)}
    columns = ["sheet_id", "row_no", "child_id", "village_id", "ledger_on", "listed_on", "delisted_on"]
    return spread.select(*columns, **facts).sort("sheet_id", "row_no", "class_no")


def memberships(rows: pl.DataFrame) -> pl.DataFrame:
    """Table `memberships` from `child_rows`: start as the newest ledger that states one says, but never after the first that names it;
    end as the newest says, but never before the start, or the end that a later one implies.

    Rows of one ledger complete each other; where they state two stays, the one that began last counts.
    """
    stated_on = pl.col("ledger_on").filter(pl.col("listed_on").is_not_null()).max()
    listed_on = pl.col("listed_on").filter(pl.col("ledger_on") == stated_on).max()
    is_of_stay = IS_NEWEST & (pl.col("listed_on").is_null() | (pl.col("listed_on") == listed_on))
    classed = rows.filter(pl.col("class_no").is_not_null()).sort(PLACE)
    by = ["child_id", "village_id", "class_no"]
    newest = classed.group_by(by, maintain_order=True).agg(
        listed_on,
        pl.col("delisted_on").filter(is_of_stay).max(),
        pl.col("sheet_id", "row_no").last(),
        pl.col("ledger_on").min().alias("first_named_on"),
        pl.col("ledger_on").max().alias("last_named_on"),
    )
    named = classed.select("child_id", "village_id", pl.col("ledger_on").alias("later_on")).unique()
    later = newest.join(named, on=["child_id", "village_id"]).filter(pl.col("later_on") > pl.col("last_named_on"))
    implied = later.group_by(by).agg(pl.col("later_on").min())
    joined = newest.join(implied, on=by, how="left", maintain_order="left")
    start = pl.min_horizontal(pl.coalesce("listed_on", "first_named_on"), "first_named_on")
    joined = joined.with_columns(pl.when(pl.col("delisted_on") >= start).then("delisted_on"))  # an end before the start is not used
    return joined.select(
        *[*by, "first_named_on", "last_named_on", "sheet_id", "row_no"],
        listed_on=start,
        delisted_on=pl.coalesce("delisted_on", "later_on"),
        is_listed_stated=pl.col("listed_on").is_not_null(),
        is_delisted_stated=pl.col("delisted_on").is_not_null(),
    )


def declarations(sheets: list[LedgerSheet], rows: pl.DataFrame) -> pl.DataFrame:
    """Table `ledger_declarations`: classes that a children ledger declares, by rows or as zero, per village and day."""
    by_rows = rows.drop_nulls("class_no").group_by("village_id", "class_no", "ledger_on").agg(pl.col("sheet_id").min(), is_zero=False)
    zero = [
        (sheet.village_id, number, sheet.ledger_on, sheet.sheet_id, True)
        for sheet in sheets
        if sheet.reading.ledger == "children" and sheet.village_id
        for number in _zero_classes(sheet)
    ]
    schema = {"village_id": pl.String, "class_no": pl.Int32, "ledger_on": pl.Date, "sheet_id": pl.String, "is_zero": pl.Boolean}
    declared = pl.concat([by_rows.select(list(schema)), pl.DataFrame(zero, schema=schema, orient="row")])
    return declared.sort("is_zero", "sheet_id").unique(["village_id", "class_no", "ledger_on"], keep="first", maintain_order=True)


def _zero_classes(sheet: LedgerSheet) -> list[int]:
    """Return the classes a sheet declares as zero: named in a line, its own class, or all six where it has no class of its own."""
    reading = sheet.reading
    of_sheet = [reading.class_hint] if reading.class_hint else range(1, 7)
    return sorted({*reading.zero_classes, *(of_sheet if reading.is_zero else ())})

"""References from pairings, visits, needs … to children and helpers: by number, else by name only where it is unique."""

from __future__ import annotations

import polars as pl

from etl.cleaning.parse_values import look_up
from etl.records.child_facts import IS_NEWEST
from etl.records.child_identity import NEWEST, Pseudonym


def identify_helpers(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Add `helper_id` to rows of helper ledgers: by number and name, else name + unit, else name within the village."""
    numbered = (
        rows.filter(pl.col("helper_no").is_not_null())
        .group_by("helper_name", "unit")
        .agg(pl.col("helper_no").n_unique().alias("|count"), pl.col("helper_no").first().alias("|number"))
    )
    only = numbered.filter((pl.col("|count") == 1) & pl.col("unit").is_not_null()).drop("|count")
    joined = rows.join(only, on=["helper_name", "unit"], how="left", maintain_order="left")
    number = pl.coalesce("helper_no", "|number")
    key = pl.coalesce(
        pl.format("number:{}:{}", number, pl.col("helper_name")),
        pl.format("unit:{}:{}", "helper_name", "unit"),
        pl.format("name:{}:{}", "helper_name", "village_id"),
        pl.format("row:{}:{}", "sheet_id", "row_no"),
    )
    joined = joined.with_columns(key.alias("|key"))
    ids = {text: pseudonym("helper", text) for text in joined["|key"].unique().to_list()}
    return joined.with_columns(look_up(pl.col("|key"), ids).alias("helper_id")).drop("|key", "|number")


def _unique(rows: pl.DataFrame, by: list[str], person: str, name: str) -> pl.DataFrame:
    """Return the person, as `name`, that all rows with the same `by` name; `name|count` says how many there are."""
    whole = rows.filter(pl.all_horizontal(pl.col(column).is_not_null() for column in by))
    return whole.group_by(by).agg(pl.col(person).n_unique().alias(f"{name}|count"), pl.col(person).first().alias(name))


def _only(name: str) -> pl.Expr:
    """Return the person where there is exactly one."""
    return pl.when(pl.col(f"{name}|count") == 1).then(pl.col(name))


def resolve_children(refs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `child_id` and `child_why` (null, unknown, several) to rows that refer to a child."""
    valid = _unique(rows.filter(pl.col("id_state") == "valid"), ["id_number"], "child_id", "|by_number")
    named = _unique(rows, ["village_id", "child_name"], "child_id", "|by_name")
    joined = refs.join(valid, on="id_number", how="left", maintain_order="left")
    joined = joined.join(named, on=["village_id", "child_name"], how="left", maintain_order="left")
    by_number = pl.when(pl.col("id_state") == "valid").then(_only("|by_number"))
    child = pl.coalesce(by_number, _only("|by_name"))
    why = pl.when(child.is_null()).then(pl.when(pl.col("|by_name|count") > 1).then(pl.lit("several")).otherwise(pl.lit("unknown")))
    return joined.with_columns(child.alias("child_id"), why.alias("child_why")).drop(
        [column for column in joined.columns if column.startswith("|")]
    )


def resolve_helpers(refs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `helper_id` and `helper_why` to rows that refer to a helper (columns helper_no and unit may be absent)."""
    for name in ("helper_no", "unit"):
        if name not in refs.columns:
            refs = refs.with_columns(pl.lit(None, pl.String).alias(name))
    steps = [["helper_no"], ["helper_no", "helper_name"], ["helper_name", "unit"], ["village_id", "helper_name"], ["helper_name"]]
    joined, candidates = refs, []
    for number, by in enumerate(steps):
        index = _unique(rows, by, "helper_id", f"|step{number}")
        joined = joined.join(index, on=by, how="left", maintain_order="left")
        candidates.append(_only(f"|step{number}"))
    helper = pl.coalesce(candidates)
    is_several = pl.any_horizontal(pl.col(f"|step{number}|count").fill_null(0) > 1 for number in range(len(steps)))
    why = pl.when(helper.is_null()).then(pl.when(is_several).then(pl.lit("several")).otherwise(pl.lit("unknown")))
    return joined.with_columns(helper.alias("helper_id"), why.alias("helper_why")).drop(
        [column for column in joined.columns if column.startswith("|")]
    )


def helpers(rows: pl.DataFrame, village_of: dict[str, str]) -> pl.DataFrame:
    """Table `helpers`: facts of the newest ledger, whose rows complete each other; `village_of`: a linked village's text → its code."""
    facts = ["sex", "unit", "category", "party_member", "linked_village", "joined_on", "left_on"]
    newest = (
        rows.sort(NEWEST)
        .group_by("helper_id", maintain_order=True)
        .agg(
            pl.col("village_id", *NEWEST).last(),
            pl.col("ledger_on").min().alias("first_on"),
            *(pl.col(name).filter(IS_NEWEST).drop_nulls().last() for name in facts),
        )
    )
    return newest.select(
        "helper_id",
        "village_id",
        "sex",
        "unit",
        "category",
        (pl.col("party_member") == "yes").alias("is_party_member"),
        look_up(pl.col("linked_village"), village_of).alias("linked_village_id"),
        pl.coalesce("joined_on", "first_on").alias("joined_on"),
        "left_on",
        pl.col("joined_on").is_not_null().alias("is_joined_stated"),
        "ledger_on",
        "sheet_id",
        "row_no",
    )


def unresolved_references(rows: pl.DataFrame, ledger: str, role: str, heading_of: pl.DataFrame) -> pl.DataFrame:
    """Table `ledger_references`: rows of an unknown child or helper, each ledger row once."""
    lost = rows.filter(pl.col(f"{role}_why").is_not_null()).unique(["sheet_id", "row_no"], maintain_order=True)
    lost = lost.with_columns(pl.lit(f"{role}_name").alias("field"))
    lost = lost.join(heading_of, on=["sheet_id", "field"], how="left", maintain_order="left")
    return lost.select(
        "sheet_id",
        "row_no",
        pl.lit(ledger).alias("ledger"),
        "village_id",
        pl.lit(role).alias("role"),
        "heading",
        pl.col(f"{role}_why").alias("why"),
    )

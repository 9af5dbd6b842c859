"""References from pairings, visits, needs … to children and helpers: by number, else by name only where it is unique."""

import polars as pl

from etl.cleaning.parse_values import look_up
from etl.records.child_facts import IS_NEWEST
from etl.records.child_identity import NEWEST, PLACE, Pseudonym, only


def identify_helpers(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Add `helper_id` to rows of helper ledgers: by number and name, else name + unit, else name within the village."""
    number = pl.coalesce("helper_no", only(pl.col("helper_no"), ["helper_name", "unit"]))
    key = pl.coalesce(
        pl.format("number:{}:{}", number, pl.col("helper_name")),
        pl.format("unit:{}:{}", "helper_name", "unit"),
        pl.format("name:{}:{}", "helper_name", "village_id"),
        pl.format("row:{}:{}", "sheet_id", "row_no"),
    )
    keyed = rows.with_columns(key.alias("|key"))
    ids = {text: pseudonym("helper", text) for text in keyed["|key"].unique().to_list()}
    return keyed.with_columns(look_up(pl.col("|key"), ids).alias("helper_id")).drop("|key")


def resolve_children(refs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `child_id` and `child_why` (null, unknown, several) to rows that refer to a child."""
    number = pl.when(pl.col("id_state") == "valid").then("id_number").alias("|number")
    return _resolve(refs.with_columns(number), rows.with_columns(number), "child", [["|number"], ["village_id", "child_name"]])


def resolve_helpers(refs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `helper_id` and `helper_why` to rows that refer to a helper (columns helper_no and unit may be absent)."""
    refs = refs.with_columns(pl.lit(None, pl.String).alias(name) for name in ("helper_no", "unit") if name not in refs.columns)
    steps = [["helper_no"], ["helper_no", "helper_name"], ["helper_name", "unit"], ["village_id", "helper_name"], ["helper_name"]]
    return _resolve(refs, rows, "helper", steps)


def _resolve(refs: pl.DataFrame, rows: pl.DataFrame, role: str, steps: list[list[str]]) -> pl.DataFrame:
    """Add the person of the first step by whose columns the rows name one alone, else why there is none."""
    person = pl.col(f"{role}_id")
    for step, by in enumerate(steps):
        index = rows.drop_nulls(by).group_by(by).agg(person.n_unique().alias(f"|count{step}"), person.first().alias(f"|person{step}"))
        refs = refs.join(index, on=by, how="left", maintain_order="left")
    counts = [pl.col(f"|count{step}").fill_null(0) for step in range(len(steps))]
    only_person = pl.coalesce(pl.when(count == 1).then(f"|person{step}") for step, count in enumerate(counts))
    why = pl.when(pl.any_horizontal(count > 1 for count in counts)).then(pl.lit("several")).otherwise(pl.lit("unknown"))
    resolved = refs.with_columns(only_person.alias(f"{role}_id"), pl.when(only_person.is_null()).then(why).alias(f"{role}_why"))
    return resolved.select(pl.exclude(r"^\|.*$"))


def helpers(rows: pl.DataFrame, village_of: dict[str, str]) -> pl.DataFrame:
    """Table `helpers`: facts of the newest ledger, whose rows complete each other; `village_of`: a linked village's text → its code."""
    facts = ["sex", "unit", "category", "party_member", "linked_village", "joined_on", "left_on"]
    newest = rows.sort(NEWEST).group_by("helper_id", maintain_order=True)
    stated = newest.agg(
        pl.col("village_id", *PLACE).last(),
        pl.col("ledger_on").min().alias("first_on"),
        *(pl.col(name).filter(IS_NEWEST).drop_nulls().last() for name in facts),
    )
    return stated.select(
        *["helper_id", "village_id", "sex", "unit", "category", "left_on", *PLACE],
        is_party_member=pl.col("party_member") == "yes",
        linked_village_id=look_up(pl.col("linked_village"), village_of),
        joined_on=pl.coalesce("joined_on", "first_on"),
        is_joined_stated=pl.col("joined_on").is_not_null(),
    )


def unresolved_references(rows: pl.DataFrame, ledger: str, role: str, heading_of: pl.DataFrame) -> pl.DataFrame:
    """Table `ledger_references`: rows of an unknown child or helper, each ledger row once."""
    lost = rows.filter(pl.col(f"{role}_why").is_not_null()).unique(["sheet_id", "row_no"], maintain_order=True)
    lost = lost.with_columns(pl.lit(f"{role}_name").alias("field"))
    lost = lost.join(heading_of, on=["sheet_id", "field"], how="left", maintain_order="left")
    facts = {"ledger": pl.lit(ledger), "role": pl.lit(role), "why": pl.col(f"{role}_why")}
    return lost.select("sheet_id", "row_no", "village_id", "heading", **facts)

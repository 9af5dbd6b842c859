"""Who is who among children (ledgers.md §5): by valid ID number, else by village + name + birth date, else (etl/records/children_by_name.py)."""

from collections.abc import Callable

import polars as pl

from etl.cleaning import parse_values
from etl.cleaning.parse_values import OWNER, WRONG, pseudonym_in
from etl.records import children_by_name
from warehouse.builds.raw_sheets import STAND_IN

Pseudonym = Callable[..., str]
PLACE = ["ledger_on", "sheet_id", "row_no"]
NEWEST = ["ledger_on", "arrival", "sheet_id", "row_no"]  # of two ledgers of a day the one that arrived later is the newer


def identify(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Add `child_id`, `id_state` (valid, shared, damaged, invalid, null), `known_born_on` and `is_by_name` to rows of children ledgers.

    A number whose birth date lies after the ledger's day tells no birth date.
    """
    if OWNER not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias(OWNER))
    is_valid = pl.col("id_state") == "valid"
    names = pl.when(is_valid).then("child_name").drop_nulls().n_unique().over("id_number")
    state = pl.when(names > 1).then(pl.lit("shared")).otherwise("id_state")  # a number under two names identifies nobody
    number_born = number_birth()
    born_on = pl.when(pl.col("id_state") == "damaged").then(pl.coalesce("born_on", number_born)).otherwise("born_on")
    rows = rows.with_columns(state.alias("id_state")).with_columns(
        pl.when(is_valid).then(number_born).otherwise(born_on).alias("known_born_on")
    )
    number = pl.when(is_valid).then("id_number")
    only_number = only(number, ["village_id", "child_name", "known_born_on"])
    by_number = pl.format("number:{}", pl.coalesce(number, only_number))
    keyed = children_by_name.add_keys(rows.with_columns(pl.coalesce(by_number, name_key()).alias("|key")), NEWEST)
    keys = keyed["|key"].unique().to_list()
    ids = {key: (pseudonym_in(key) if key.startswith("number:") else None) or pseudonym("child", key) for key in keys}
    child_id = parse_values.look_up(pl.col("|key"), ids)
    is_by_token = ~pl.col("|key").str.starts_with("number:") & pl.col("|key").str.contains(STAND_IN, literal=True)
    child_id = pl.when(is_by_token).then(pl.coalesce(OWNER, child_id)).otherwise(child_id)
    return keyed.with_columns(child_id.alias("child_id")).drop("|key")


def number_birth() -> pl.Expr:
    """Return the birth date in a row's number; null where it lies after the ledger's day."""
    born_on = parse_values.id_born_on(pl.col("id_number"))
    return pl.when(born_on <= pl.col("ledger_on")).then(born_on)


def only(values: pl.Expr, by: list[str]) -> pl.Expr:
    """Return the value that all rows share which are the same in `by`, nothing of it null; null where there are several or none."""
    of_group = values.drop_nulls()
    is_one = pl.all_horizontal(pl.col(by).is_not_null()) & (of_group.n_unique().over(by) == 1)
    return pl.when(is_one).then(of_group.first().over(by))


def name_key() -> pl.Expr:
    """Return the key of a row that has no valid number of its own; null where name or birth date is missing."""
    return pl.format("name:{}:{}:{}", "village_id", "child_name", pl.col("known_born_on").dt.to_string("%Y-%m-%d"))


def contradictions(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the cells against a valid number, and card numbers against number, type or level: sheet_id, row_no, field, state."""
    is_valid = pl.col("id_state").is_in(["valid", "shared"])
    born = parse_values.id_born_on(pl.col("id_number"))
    is_month = pl.col("born_on|precision") == "month"
    same_day = pl.when(is_month).then(pl.col("born_on") == born.dt.truncate("1mo")).otherwise(pl.col("born_on") == born)
    other_sex = pl.col("sex") != parse_values.id_sex(pl.col("id_number"))
    wrong = {
        "birth_contradicts_id": ("born_on", is_valid & ~same_day),
        "sex_contradicts_id": ("sex", is_valid & other_sex),
        "id_number_shared": ("id_number", pl.col("id_state") == "shared"),
        "card_contradicts": ("disability_card_no", _card_is_wrong(is_valid)),
        "known_by_name_only": ("child_name", pl.col("is_by_name")),
        "birth_in_future": ("id_number", (is_valid | (pl.col("id_state") == "damaged")) & (born > pl.col("ledger_on"))),
    }
    columns = ["sheet_id", "row_no", "village_id", "ledger_on", "child_id"]
    return pl.concat(
        rows.filter(is_wrong).select(*columns, field=pl.lit(field), state=pl.lit(state)) for state, (field, is_wrong) in wrong.items()
    )


def _card_is_wrong(is_valid: pl.Expr) -> pl.Expr:
    """Return whether a card number is wrong; it is 18 signs of the ID number, one digit of type, one of level (the Federation's card of 2009 on)."""
    types = {"1": "vision", "2": "hearing", "3": "speech", "4": "physical", "5": "intellectual", "6": "mental", "7": "multiple"}
    card = parse_values.id_number(pl.col("disability_card_no"))
    is_card, is_coded = card.str.contains(r"^\d{17}[\dX]"), card.str.contains(r"^.{18}[1-7][1-4]")
    kind = parse_values.look_up(card.str.slice(18, 1), types)
    several = pl.col("disability_type").str.contains(" ") & (kind == "multiple")
    other_number = is_valid & (card.str.slice(0, 18) != pl.col("id_number"))
    other_kind = ~(pl.col("disability_type").str.contains(kind) | several)
    other_level = card.str.slice(19, 1).cast(pl.Int32, strict=False) != pl.col("disability_level")
    is_known_wrong = pl.col("disability_card_no").eq(WRONG).fill_null(False)
    return is_known_wrong | is_card & (
        other_number.fill_null(False) | is_coded & (other_kind.fill_null(False) | other_level.fill_null(False))
    )


def children(rows: pl.DataFrame) -> pl.DataFrame:
    """Table `children`: one row per child with the identity facts of the newest ledger that states them."""
    ordered = rows.sort(NEWEST)
    number = pl.col("id_number").filter(pl.col("id_state") == "valid").last()
    cell = pl.col("born_on").is_not_null()
    damaged = number_birth().filter(pl.col("id_state") == "damaged").drop_nulls().last()
    grouped = ordered.group_by("child_id", maintain_order=True).agg(
        pl.col("village_id", *PLACE).last(),
        number=number,
        number_born_on=number_birth().filter(pl.col("id_state") == "valid").last(),
        cell_born_on=pl.col("born_on").filter(cell).last(),
        cell_precision=pl.col("born_on|precision").filter(cell).last(),
        damaged_born_on=damaged,
        cell_sex=pl.col("sex").drop_nulls().last(),
        last_state=pl.col("id_state").last().fill_null("missing"),
    )
    precision = pl.when(pl.col("cell_born_on").is_not_null()).then(pl.col("cell_precision"))
    by_number, by_tail = (pl.when(pl.col(name).is_not_null()).then(pl.lit("day")) for name in ("number_born_on", "damaged_born_on"))
    return grouped.select(
        *["child_id", "village_id", *PLACE],
        born_on=pl.coalesce("number_born_on", "cell_born_on", "damaged_born_on"),
        born_precision=pl.coalesce(by_number, precision, by_tail),
        sex=pl.coalesce(parse_values.id_sex(pl.col("number")), "cell_sex"),
        id_state=pl.when(pl.col("number").is_not_null()).then(pl.lit("valid")).otherwise("last_state"),
    )


def names(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what is sealed of a child: child_id, name, number, address, guardian, phone, parents, newest first stated; no tokens."""
    fields = ["child_name", "id_number", "address", "school", "household_head", "guardian_name", "guardian_relation"]
    fields += ["guardian_phone", "father_name", "mother_name", "ethnicity"]
    open_rows = rows.filter(pl.col(OWNER).is_null()).sort(NEWEST)
    return open_rows.group_by("child_id", maintain_order=True).agg(pl.col(name).drop_nulls().last() for name in fields)

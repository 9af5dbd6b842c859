"""Rows of events joined over all ledgers, each once; of what differs (an end, a resolution) the newest statement counts."""

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from etl.cleaning.parse_values import look_up
from etl.forms import forms
from etl.records.child_facts import IS_NEWEST
from etl.records.child_identity import NEWEST, PLACE, Pseudonym

TOPICS = ("health", "schooling", "parents", "wishes", "family", "policy", "guardianship", "safety")
MODES = ("unknown", "video", "phone", "at_school", "in_person")  # of two on one day the later in this order is kept


def _once(
    rows: pl.DataFrame,
    pseudonym: Pseudonym,
    name: str,
    by: list[str],
    people: Sequence[str],
    newest: Sequence[str] = (),
    kept: Sequence[str] = (),
    apart: pl.Expr | None = None,
    more: Sequence[pl.Expr] = (),
) -> pl.DataFrame:
    """Return one row per `by`, with a stable id `name`, its place, columns `newest` as the newest ledger says, `kept` from its last row.

    Rows of one ledger complete each other in `newest`; of two values the greater counts (the later day, yes before no), of two
    notes the last.
    Rows of an unknown one of `people` (child, helper) are kept apart by names and village, or by the text in `apart`.
    """
    place = ["village_id", *PLACE]
    texts = [pl.col(part).fill_null("") for part in ("village_id", *(f"{person}_name" for person in people))]
    is_unknown = pl.any_horizontal(pl.col(f"{person}_id").is_null() for person in people)
    names = pl.when(is_unknown).then(pl.concat_str(texts, separator="\x1f"))
    loose = names if apart is None else pl.coalesce(apart, names)
    joined = (
        rows.select(*by, *newest, *kept, *place, "arrival", loose.alias("|loose"))
        .sort(NEWEST)
        .group_by(*by, "|loose", maintain_order=True)
        .agg(pl.col(*kept, *place).last(), *map(_newest, newest), *more)
    )
    key = pl.concat_str((pl.col(column).cast(pl.String).fill_null("") for column in [*by, "|loose"]), separator="\x1f")
    loose_keys = joined.filter(pl.col("|loose").is_not_null()).select(key).to_series()
    hashed = look_up(key, {text: pseudonym(name, text) for text in loose_keys})  # no text of a cell leaves this process unhashed
    number = pl.when(pl.col("|loose").is_null()).then(key.hash(seed=2023).cast(pl.String)).otherwise(hashed)
    return joined.with_columns(number.alias(name)).drop("|loose")


def _newest(column: str) -> pl.Expr:
    """Return what the newest ledger says; a note's keyed hash has no order of its own."""
    values = pl.col(column).filter(IS_NEWEST)
    return values.drop_nulls().last() if column == "note_key" else values.max()


def pairings(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `pairings`: by child + helper + start; one without a stated start is in force from its first ledger on."""
    by, first_on = ["child_id", "helper_id", "started_on"], pl.col("ledger_on").min().alias("first_on")
    joined = _once(rows, pseudonym, "pairing_id", by, ["child", "helper"], ["ended_on"], more=[first_on])
    is_stated = pl.col("started_on").is_not_null().alias("is_started_stated")
    return joined.with_columns(is_stated, pl.coalesce("started_on", "first_on")).drop("first_on")


def department_covers(rows: pl.DataFrame) -> pl.DataFrame:
    """Table `department_covers`: one row per class named, by department + village + start; classes as the newest ledger names them."""
    by = ["village_id", "department", "started_on"]
    covers = rows.filter(pl.col("village_id").is_not_null() & pl.col("department").is_not_null()).sort(NEWEST)
    spread = covers.explode("class_nos", empty_as_null=True).filter(pl.col("class_nos").is_not_null())
    dated = spread.with_columns(pl.col("ledger_on").min().over(by).alias("first_on"))
    newest = dated.filter(pl.col("ledger_on") == pl.col("ledger_on").max().over(by))
    of_class = newest.group_by(*by, pl.col("class_nos").cast(pl.Int32).alias("class_no"), maintain_order=True)
    joined = of_class.agg(pl.col("first_on").first(), pl.col("ended_on").max(), pl.col(*PLACE).last())
    return joined.with_columns(pl.coalesce("started_on", "first_on")).drop("first_on")


def note_key(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.Expr:
    """Return the keyed hash of a note without names, digits, punctuation and blanks; null where under 8 characters are left."""
    without_signs = pl.col("note").str.replace_all(r"[\p{P}\p{S}\p{N}\p{Z}\s一二三四五六七八九十〇]", "")
    plain = rows.select("child_name", "helper_name", without_signs)
    for name in ("child_name", "helper_name"):
        without_name = pl.col("note").str.split(pl.col(name)).list.join("")
        plain = plain.with_columns(note=pl.when(pl.col(name).is_not_null()).then(without_name).otherwise("note"))
    texts = plain["note"]
    keys = {text: pseudonym("note", text) for text in texts.drop_nulls().unique().to_list() if len(text) >= 8}
    kept = rows["note"].str.extract(r"^⟦K([0-9a-f]{20})⟧$", 1)  # of a note that was removed
    return pl.lit(pl.Series("note_key", [key or keys.get(text) for key, text in zip(kept, texts, strict=True)], dtype=pl.String))


def _has_topic(topic: str) -> pl.Expr:
    """Return whether a row has a topic: its tick column, else the word in the topics text; null where the ledger has neither."""
    word = next(word for word, code in forms.vocabulary("topic").items() if code == topic)
    tick, text = pl.col(f"topic_{topic}"), pl.col("topics").str.contains(word, literal=True)
    return pl.when(pl.col(f"topic_{topic}|has")).then(tick.fill_null(False)).when(pl.col("topics|has")).then(text.fill_null(False))


def visits(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `visits`: by child + helper + day; ticked months have month precision and an unknown mode.

    A call on the day of a visit by the same helper is one row with it: what was said on the telephone was no topic of the visit.
    """
    ticked = pl.col("is_ticked")
    is_met = pl.col("mode").is_in(["at_school", "in_person"])
    is_call = ~is_met & is_met.any().over("child_id", "helper_id", "visited_on", "ledger_on")
    marked = rows.with_columns(
        pl.when(ticked).then(pl.lit("month")).otherwise(pl.col("visited_on|precision")).alias("visited_precision"),
        pl.when(ticked).then(pl.lit("unknown")).otherwise("mode").cast(pl.Enum(MODES)).alias("mode"),
        *(pl.when(~is_call.fill_null(False)).then(_has_topic(topic)).alias(f"has_topic_{topic}") for topic in TOPICS),
        note_key(rows, pseudonym),
        (pl.col("problem").is_not_null() | _has_topic("wishes").fill_null(False)).alias("has_problem"),
    )
    by = ["child_id", "helper_id", "visited_on"]
    newest = ["mode", "recorded_on", "note_key", "has_problem", *(f"has_topic_{topic}" for topic in TOPICS)]
    unplaced = pl.when(pl.col("visited_on").is_null()).then(pl.format("{}:{}", "sheet_id", "row_no"))
    joined = _once(marked, pseudonym, "visit_id", by, ["child", "helper"], newest, ["visited_precision"], unplaced)
    return joined.with_columns(pl.col("mode").cast(pl.String))


def needs(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `needs`: by child + category + day raised; without a day the reporting day stands."""
    marked = rows.with_columns(
        pl.col("raised_on").is_not_null().alias("is_raised_stated"),
        pl.coalesce("raised_on", "ledger_on").alias("raised_on"),
        pl.col("joint_meeting").alias("is_joint_meeting"),
    )
    kept = ["is_raised_stated", "department", "is_joint_meeting"]
    return _once(marked, pseudonym, "need_id", ["child_id", "category", "raised_on"], ["child"], ["due_on", "resolved_on"], kept)


def safety_reports(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `safety_reports`: by child + day found."""
    marked = rows.with_columns(pl.col("fed_back").alias("is_fed_back"))
    return _once(marked, pseudonym, "report_id", ["child_id", "found_on"], ["child"], ["reported_on", "is_fed_back"])


TABLES: dict[str, Callable[[pl.DataFrame, Pseudonym], pl.DataFrame]] = {
    "pairings": pairings,
    "visits": visits,
    "needs": needs,
    "trainings": partial(_once, name="training_id", by=["helper_id", "held_on"], people=["helper"]),
    "policy_cards": partial(_once, name="card_id", by=["helper_id", "issued_on"], people=["helper"]),
    "safety_reports": safety_reports,
    "care_events": partial(_once, name="care_id", by=["child_id", "occasion", "held_on"], people=["child"]),
}

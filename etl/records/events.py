"""Rows of events joined over all ledgers, each once; of what differs (an end, a resolution) the newest statement counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from etl.forms import forms
from etl.records.child_facts import IS_NEWEST
from etl.records.child_identity import NEWEST, Pseudonym

TOPICS = ("health", "schooling", "parents", "wishes", "family", "policy", "guardianship", "safety")
MODES = ("unknown", "video", "phone", "at_school", "in_person")  # of two on one day the later in this order is kept


def _once(rows: pl.DataFrame, by: list[str], newest: list[str], loose: str) -> pl.DataFrame:
    """Return one row per `by`: columns `newest` as the newest ledger says, the rest from its last row, `first_on` the first reporting day.

    Rows of one ledger complete each other in `newest`; of two values the greater counts (the later day, yes before no).
    Rows of an unknown person are kept apart by the text in `loose`.
    """
    ordered = rows.sort(NEWEST)
    keys = [pl.col(name) for name in by] + [pl.col(loose).alias("|loose")]
    rest = [name for name in ordered.columns if name not in by and name not in newest and name != loose]
    return ordered.group_by(keys, maintain_order=True).agg(
        *(pl.col(name).last() for name in rest),
        *(pl.col(name).filter(IS_NEWEST).max() for name in newest),
        pl.col("ledger_on").min().alias("first_on"),
    )


def _loose(*parts: str) -> pl.Expr:
    """Return text that keeps apart rows of an unknown child or helper; null where both are known."""
    words = [pl.col(part).cast(pl.String).fill_null("") for part in parts]
    unknown = pl.any_horizontal(pl.col(name).is_null() for name in ("child_id", "helper_id") if f"{name[:-3]}_name" in parts)
    text = pl.concat_str([pl.col("village_id").fill_null(""), *words], separator="\x1f")
    return pl.when(unknown).then(text).alias("loose")


def _numbered(frame: pl.DataFrame, name: str, by: list[str], pseudonym: Pseudonym) -> pl.DataFrame:
    """Add a stable id, hashed from the row's key (no text of a cell leaves this process unhashed)."""
    parts = [pl.col(column).cast(pl.String).fill_null("") for column in [*by, "|loose"]]
    keys = frame.select(pl.concat_str(parts, separator="\x1f").alias("key")).to_series()
    plain = frame["|loose"].is_null()
    cheap = keys.hash(seed=2023).cast(pl.String)
    ids = [cheap[at] if plain[at] else pseudonym(name, keys[at]) for at in range(len(keys))] if not plain.all() else cheap
    return frame.with_columns(pl.Series(name, ids, dtype=pl.String))


def pairings(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `pairings`: by child + helper + start; one without a stated start is in force from its first ledger on."""
    by = ["child_id", "helper_id", "started_on"]
    joined = _once(rows.with_columns(_loose("child_name", "helper_name")), by, ["ended_on"], "loose")
    return _numbered(joined, "pairing_id", by, pseudonym).select(
        "pairing_id",
        "child_id",
        "helper_id",
        "village_id",
        pl.coalesce("started_on", "first_on").alias("started_on"),
        pl.col("started_on").is_not_null().alias("is_started_stated"),
        "ended_on",
        *NEWEST,
    )


def department_covers(rows: pl.DataFrame) -> pl.DataFrame:
    """Table `department_covers`: one row per class named, by department + village + start; classes as the newest ledger names them."""
    by = ["village_id", "department", "started_on"]
    covers = rows.filter(pl.col("village_id").is_not_null() & pl.col("department").is_not_null()).sort(NEWEST)
    spread = covers.explode("class_nos", empty_as_null=True).filter(pl.col("class_nos").is_not_null())
    dated = spread.with_columns(pl.col("ledger_on").min().over(by).alias("first_on"))
    newest = dated.filter(pl.col("ledger_on") == pl.col("ledger_on").max().over(by))
    return (
        newest.group_by(*by, pl.col("class_nos").cast(pl.Int32).alias("class_no"), maintain_order=True)
        .agg(pl.col("first_on").first(), pl.col("ended_on").max(), pl.col(*NEWEST).last())
        .select(
            "village_id",
            "department",
            "class_no",
            pl.coalesce("started_on", "first_on").alias("started_on"),
            "ended_on",
            *NEWEST,
        )
    )


def note_key(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.Expr:
    """Return the keyed hash of a note without names, digits, punctuation and blanks; null where under 8 characters are left."""
    plain = rows.select(
        pl.col("note").str.replace_all(r"[\p{P}\p{S}\p{N}\p{Z}\s一二三四五六七八九十〇]", "").alias("note"), "child_name", "helper_name"
    )
    for name in ("child_name", "helper_name"):
        is_named = pl.col(name).is_not_null()
        plain = plain.with_columns(
            pl.when(is_named).then(pl.col("note").str.split(pl.col(name)).list.join("")).otherwise("note").alias("note")
        )
    texts = plain["note"]
    keys = {text: pseudonym("note", text) for text in texts.drop_nulls().unique().to_list() if len(text) >= 8}
    kept = rows["note"].str.extract(r"^⟦K([0-9a-f]{20})⟧$", 1)  # of a note that was removed
    return pl.lit(pl.Series("note_key", [key or keys.get(text) for key, text in zip(kept, texts, strict=True)], dtype=pl.String))


def _topics() -> list[pl.Expr]:
    """Return eight booleans: a tick column, else the word in the topics text; null where the ledger has neither."""
    words = {code: word for word, code in forms.vocabulary("topic").items()}
    text = pl.col("topics")
    has = pl.col("topics|has")
    return [
        pl.when(pl.col(f"topic_{topic}|has"))
        .then(pl.col(f"topic_{topic}").fill_null(False))
        .when(has)
        .then(text.str.contains(words[topic], literal=True).fill_null(False))
        .alias(f"has_topic_{topic}")
        for topic in TOPICS
    ]


def visits(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `visits`: by child + helper + day; ticked months have month precision and an unknown mode."""
    ticked = pl.col("is_ticked")
    marked = rows.with_columns(
        pl.when(ticked).then(pl.lit("month")).otherwise(pl.col("visited_on|precision")).alias("visited_precision"),
        pl.when(ticked).then(pl.lit("unknown")).otherwise("mode").cast(pl.Enum(MODES)).alias("mode"),
        *_topics(),
        note_key(rows, pseudonym),
        pl.col("problem").is_not_null().alias("has_problem"),
        _loose("child_name", "helper_name"),
    )
    by = ["child_id", "helper_id", "visited_on"]
    newest = ["mode", "recorded_on", "note_key", "has_problem", *(f"has_topic_{t}" for t in TOPICS)]
    keep = ["visited_precision", "village_id", *newest]
    unplaced = pl.when(pl.col("visited_on").is_null()).then(pl.format("{}:{}", "sheet_id", "row_no"))
    marked = marked.select(*by, *keep, *NEWEST, pl.coalesce(unplaced, "loose").alias("loose"))
    joined = _once(marked, by, newest, "loose").with_columns(pl.col("mode").cast(pl.String))
    return _numbered(joined, "visit_id", by, pseudonym).select("visit_id", *by, *keep, *NEWEST)


def needs(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `needs`: by child + category + day raised; without a day the reporting day stands."""
    by = ["child_id", "category", "raised_on"]
    marked = rows.with_columns(
        pl.col("raised_on").is_not_null().alias("is_raised_stated"),
        pl.coalesce("raised_on", "ledger_on").alias("raised_on"),
        pl.col("joint_meeting").alias("is_joint_meeting"),
        _loose("child_name"),
    )
    joined = _once(marked, by, ["due_on", "resolved_on"], "loose")
    columns = ["village_id", "is_raised_stated", "due_on", "resolved_on", "department", "is_joint_meeting"]
    return _numbered(joined, "need_id", by, pseudonym).select("need_id", *by, *columns, *NEWEST)


def _simple(rows: pl.DataFrame, pseudonym: Pseudonym, name: str, by: list[str], person: str, newest: Sequence[str] = ()) -> pl.DataFrame:
    """Return a table with nothing beyond its key, its place and a few newest statements."""
    joined = _once(rows.with_columns(_loose(person)), by, list(newest), "loose")
    return _numbered(joined, name, by, pseudonym).select(name, *by, "village_id", *newest, *NEWEST)


def safety_reports(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `safety_reports`: by child + day found."""
    marked = rows.with_columns(pl.col("fed_back").alias("is_fed_back"))
    return _simple(marked, pseudonym, "report_id", ["child_id", "found_on"], "child_name", ["reported_on", "is_fed_back"])


TABLES: dict[str, Callable[[pl.DataFrame, Pseudonym], pl.DataFrame]] = {
    "pairings": pairings,
    "visits": visits,
    "needs": needs,
    "trainings": partial(_simple, name="training_id", by=["helper_id", "held_on"], person="helper_name"),
    "policy_cards": partial(_simple, name="card_id", by=["helper_id", "issued_on"], person="helper_name"),
    "safety_reports": safety_reports,
    "care_events": partial(_simple, name="care_id", by=["child_id", "occasion", "held_on"], person="child_name"),
}

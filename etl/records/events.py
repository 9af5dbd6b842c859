"""Rows of events joined over all ledgers, each once; of what differs (an end, a resolution) the newest statement counts."""

from __future__ import annotations

import polars as pl

from etl.forms import forms
from etl.records.child_facts import IS_NEWEST
from etl.records.child_identity import Pseudonym

TOPICS = ("health", "schooling", "parents", "wishes", "family", "policy", "guardianship", "safety")
MODES = ("unknown", "video", "phone", "at_school", "in_person")  # of two on one day the later in this order is kept
_PLACE = ["ledger_on", "sheet_id", "row_no"]


def _once(rows: pl.DataFrame, by: list[str], newest: list[str], loose: str) -> pl.DataFrame:
    """One row per `by`: columns `newest` as the newest ledger says, the rest from its last row, `first_on` the first reporting day.

    Rows of one ledger complete each other in `newest`; of two values the greater counts (the later day, yes before no).
    Rows whose person cannot be told are told apart by the text in `loose`.
    """
    ordered = rows.sort(_PLACE)
    keys = [pl.col(name) for name in by] + [pl.col(loose).alias("|loose")]
    rest = [name for name in ordered.columns if name not in by and name not in newest and name != loose]
    return ordered.group_by(keys, maintain_order=True).agg(
        *(pl.col(name).last() for name in rest),
        *(pl.col(name).filter(IS_NEWEST).max() for name in newest),
        pl.col("ledger_on").min().alias("first_on"),
    )


def _loose(*parts: str) -> pl.Expr:
    """Text that tells apart rows whose child or helper cannot be told; null where both can."""
    given = [pl.col(part).cast(pl.String).fill_null("") for part in parts]
    unknown = pl.any_horizontal(pl.col(name).is_null() for name in ("child_id", "helper_id") if f"{name[:-3]}_name" in parts)
    text = pl.concat_str([pl.col("village_id").fill_null(""), *given], separator="\x1f")
    return pl.when(unknown).then(text).alias("loose")


def _numbered(frame: pl.DataFrame, name: str, by: list[str], pseudonym: Pseudonym) -> pl.DataFrame:
    """Add a stable id, hashed from what makes the row one (no text of a cell leaves this process unhashed)."""
    parts = [pl.col(column).cast(pl.String).fill_null("") for column in [*by, "|loose"]]
    keys = frame.select(pl.concat_str(parts, separator="\x1f").alias("key")).to_series()
    plain = frame["|loose"].is_null()
    cheap = keys.hash(seed=2023).cast(pl.String)
    ids = [cheap[at] if plain[at] else pseudonym(name, keys[at]) for at in range(len(keys))] if not plain.all() else cheap
    return frame.with_columns(pl.Series(name, ids, dtype=pl.String))


def pairings(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `pairings`: by child + helper + start; one without a stated start is in force from its first ledger on."""
    by = ["child_id", "helper_id", "started_on"]
    found = _once(rows.with_columns(_loose("child_name", "helper_name")), by, ["ended_on"], "loose")
    return _numbered(found, "pairing_id", by, pseudonym).select(
        "pairing_id",
        "child_id",
        "helper_id",
        "village_id",
        pl.coalesce("started_on", "first_on").alias("started_on"),
        pl.col("started_on").is_not_null().alias("is_started_stated"),
        "ended_on",
        *_PLACE,
    )


def department_covers(rows: pl.DataFrame) -> pl.DataFrame:
    """Table `department_covers`: one row per class named, by department + village + start; classes as the newest ledger names them."""
    by = ["village_id", "department", "started_on"]
    known = rows.filter(pl.col("village_id").is_not_null() & pl.col("department").is_not_null()).sort(_PLACE)
    spread = known.explode("class_nos", empty_as_null=True).filter(pl.col("class_nos").is_not_null())
    dated = spread.with_columns(pl.col("ledger_on").min().over(by).alias("first_on"))
    newest = dated.filter(pl.col("ledger_on") == pl.col("ledger_on").max().over(by))
    return (
        newest.group_by(*by, pl.col("class_nos").cast(pl.Int32).alias("class_no"), maintain_order=True)
        .agg(pl.col("first_on").first(), pl.col("ended_on").max(), pl.col(*_PLACE).last())
        .select(
            "village_id",
            "department",
            "class_no",
            pl.coalesce("started_on", "first_on").alias("started_on"),
            "ended_on",
            *_PLACE,
        )
    )


def note_key(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.Expr:
    """Keyed hash of a note without names, digits, punctuation and blanks; null where under 8 characters are left."""
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
    found = zip(rows["note"].str.extract(r"^⟦K([0-9a-f]{20})⟧$", 1), texts, strict=True)  # kept of a note that was taken away
    return pl.lit(pl.Series("note_key", [kept or keys.get(text) for kept, text in found], dtype=pl.String))


def _topics() -> list[pl.Expr]:
    """Eight booleans: a tick column, else the word in the topics text; null where the ledger has neither."""
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
    told = ["mode", "recorded_on", "note_key", "has_problem", *(f"has_topic_{t}" for t in TOPICS)]
    keep = ["visited_precision", "village_id", *told]
    unplaced = pl.when(pl.col("visited_on").is_null()).then(pl.format("{}:{}", "sheet_id", "row_no"))
    marked = marked.select(*by, *keep, *_PLACE, pl.coalesce(unplaced, "loose").alias("loose"))
    found = _once(marked, by, told, "loose").with_columns(pl.col("mode").cast(pl.String))
    return _numbered(found, "visit_id", by, pseudonym).select("visit_id", *by, *keep, *_PLACE)


def needs(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `needs`: by child + category + day raised; without a day the reporting day stands."""
    by = ["child_id", "category", "raised_on"]
    marked = rows.with_columns(
        pl.col("raised_on").is_not_null().alias("is_raised_stated"),
        pl.coalesce("raised_on", "ledger_on").alias("raised_on"),
        pl.col("joint_meeting").alias("is_joint_meeting"),
        _loose("child_name"),
    )
    found = _once(marked, by, ["due_on", "resolved_on"], "loose")
    columns = ["village_id", "is_raised_stated", "due_on", "resolved_on", "department", "is_joint_meeting"]
    return _numbered(found, "need_id", by, pseudonym).select("need_id", *by, *columns, *_PLACE)


def trainings(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `trainings`: by helper + day."""
    return _simple(rows, "training_id", ["helper_id", "held_on"], "helper_name", [], pseudonym)


def policy_cards(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `policy_cards`: by helper + day."""
    return _simple(rows, "card_id", ["helper_id", "issued_on"], "helper_name", [], pseudonym)


def safety_reports(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `safety_reports`: by child + day found."""
    marked = rows.with_columns(pl.col("fed_back").alias("is_fed_back"))
    return _simple(marked, "report_id", ["child_id", "found_on"], "child_name", ["reported_on", "is_fed_back"], pseudonym)


def care_events(rows: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Table `care_events`: by child + occasion + day."""
    return _simple(rows, "care_id", ["child_id", "occasion", "held_on"], "child_name", [], pseudonym)


def _simple(rows: pl.DataFrame, name: str, by: list[str], person: str, newest: list[str], pseudonym: Pseudonym) -> pl.DataFrame:
    """A table with nothing beyond its key, its place and a few newest statements."""
    found = _once(rows.with_columns(_loose(person)), by, newest, "loose")
    return _numbered(found, name, by, pseudonym).select(name, *by, "village_id", *newest, *_PLACE)

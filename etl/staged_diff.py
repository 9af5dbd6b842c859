"""What a person sees before a build is published: the checked draft against the published build.

Figures of both are those of one day that both know (compare.day_of_both), so that a difference comes neither from the calendar nor from
records that only one of them can have. Who is registered is compared on the draft's own day. A load has the key, which names of children need.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from etl import staged_questions
from etl.forms import forms
from warehouse.builds.repository import Build
from warehouse.metrics import compare, finding_age, query
from warehouse.sql import compose
from warehouse.storage.keys import Key

Row = dict[str, Any]
# Rows of children with their classes; those of any other kind are the table of its name.
_CHILDREN = """(
    select f.*, r.classes
    from child_facts as f
    left join (
        select child_id, village_id, ledger_on,
            string_agg(coalesce(cast(class_no as string), '-') || ' ' || coalesce(cast(listed_on as string), '-') || ' '
                || coalesce(cast(delisted_on as string), '-'), ',' order by class_no, listed_on, delisted_on) as classes
        from child_rows group by child_id, village_id, ledger_on
    ) as r on r.child_id = f.child_id and r.village_id = f.village_id and r.ledger_on = f.ledger_on
)"""
_ORDER = "villages children helpers pairings department_covers visits needs trainings policy_cards safety_reports care_events".split()
_VANISHED = "select child_id, village_id from findings where code = 'vanished' and child_id is not null"
_PLACES = "select c.child_id, s.file, s.sheet, c.row_no from children as c left join ledger_sheets as s on s.sheet_id = c.sheet_id"
# Each child with its place, household and sealed facts; whether a newer children ledger of the village no longer names it.
_KNOWN_CHILDREN = """
select c.child_id, c.village_id, c.born_on, f.household_id, i.sealed, c.ledger_on < n.ledger_on as is_passed_over
from children as c
inner join identities as i on i.kind = 'child' and i.person_id = c.child_id
left join child_facts as f on f.child_id = c.child_id and f.village_id = c.village_id and f.ledger_on = c.ledger_on
left join (select village_id, max(ledger_on) as ledger_on from child_facts group by village_id) as n on n.village_id = c.village_id
where list_contains($villages, c.village_id)"""
# The place of a row, and what follows from other rows: a change of these is no change of the row.
_PLACE = {"sheet_id", "row_no", "ledger_on", "sort_no", "holds_from", "holds_before"}


def preview(
    before: Build | None, after: Build, day: dt.date, key: Key, questions: list[Row], losses: staged_questions.Losses
) -> dict[str, Any]:
    """Return the preview of contract.md: `base`, `day`, `questions`, `rows`, `children`, `findings`, `figures` of `day`, `own_figures` of
    the draft's `own_day`, the town's first; without a build before all is new.

    `questions` and `losses` are those of the ledgers (staged_questions.questions).
    """
    same_child, doubled = _renumbered(before, after, key) if before else ({}, set[str]())
    same_rows = {old: new for old, new in same_child.items() if new not in doubled}
    compared_on = compare.day_of_both(before, day)
    moves = {on: {by: compare.headlines(before, after, on, by) for by in ("town", "village")} for on in sorted({compared_on, day})}
    children = _children(before, after, day, same_child)
    if before:
        questions = [*questions, *_double_numbers(after, day, children, doubled)]
    return {
        "base": before.id if before else None,
        "day": compared_on.isoformat(),
        "questions": _with_effects(questions, moves, compare.past_goals(before, after, compared_on)) if before else [],
        "rows": [{"ledger": ledger, **_counts(before, after, forms.forms()[ledger], same_rows)} for ledger in _ORDER],
        "children": children,
        "findings": _findings(before, after, same_rows, losses),
        "figures": moves[compared_on]["village"],
        "own_day": day.isoformat(),
        "own_figures": [*moves[day]["town"], *moves[day]["village"]],
    }


def _renumbered(before: Build, after: Build, key: Key) -> tuple[dict[str, str], set[str]]:
    """Return the pseudonym of each renumbered child of the build before → its new one, and the new ones of those that still stand under both.

    A pseudonym is made of the number. It is the same child where one of the village comes and one that the newest ledger no longer names, both of the same name, share birth date,
    household or guardian, and nobody else does.
    """
    known_ids = {row["child_id"] for row in before.rows("select child_id from children")}
    new_rows = [row for row in after.rows("select child_id, village_id from children") if row["child_id"] not in known_ids]
    villages = {"villages": sorted({row["village_id"] for row in new_rows})}
    then, now = ({row["child_id"]: row for row in build.rows(_KNOWN_CHILDREN, villages)} for build in (before, after))
    coming = [row for child, row in now.items() if child not in known_ids]
    going = [row for child, row in then.items() if child not in now or now[child]["is_passed_over"]]
    by_name: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _opened(going, key):
        by_name[row["village_id"], row["child_name"]].append(row)
    pairs = [
        (other["child_id"], row["child_id"])
        for row in _opened(coming, key)
        for other in by_name[row["village_id"], row["child_name"]]
        if any(row[fact] and row[fact] == other[fact] for fact in ("born_on", "household_id", "guardian_name"))
    ]
    olds, news = [old for old, _new in pairs], [new for _old, new in pairs]
    same = {old: new for old, new in pairs if olds.count(old) == news.count(new) == 1}
    return same, {new for old, new in same.items() if old in now}


def _opened(rows: list[Row], key: Key) -> Iterator[Row]:
    """Yield the rows of children whose name is not removed with the names of child and guardian."""
    for row in rows:
        facts = json.loads(key.unseal(f"child:{row['child_id']}", bytes(row["sealed"])))
        if facts.get("child_name"):
            yield row | {name: facts.get(name) for name in ("child_name", "guardian_name")}


def _with_effects(questions: list[Row], moves: dict[dt.date, dict[str, list[Row]]], past: list[Row]) -> list[Row]:
    """Return the questions, first whether the past shall move, each with what the load moves in its village, else in the town."""
    if any(row["village_id"] is None for row in past):
        questions = [staged_questions.question("past_moves"), *questions]
    moved = [
        {"day": str(on), "village_id": row.get("village_id"), **{name: row[name] for name in ("figure", "before", "after")}}
        for on, groups in moves.items()
        for rows in groups.values()
        for row in rows
        if row["before"] != row["after"]
    ]
    effects = {"effects": moved, "past": past}
    return [
        row | {name: [moved for moved in of_all if moved["village_id"] == row["village_id"]] for name, of_all in effects.items()}
        for row in questions
    ]


def _double_numbers(after: Build, day: dt.date, children: list[Row], doubled: set[str]) -> list[Row]:
    """Return a question for each village where a renumbered child is registered under both numbers."""
    villages: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in children:
        if row["change"] == "renumbered" and row["child_id"] in doubled:
            villages[row["village_id"], row["village"]].append(row["child_id"][:8])
    return [
        staged_questions.question("number_differs", village_id=village, village=name, names=ids)
        for (village, name), ids in villages.items()
    ]


def _counts(before: Build | None, after: Build, form: forms.Form, same_child: dict[str, str]) -> dict[str, int]:
    source, key = _CHILDREN if form.ledger == "children" else form.ledger, form.row_key
    now = _read(after, source)
    then = _read(before, source) if before else now.clear()
    if not same_child or "child_id" not in now.columns:
        return compare.count_changes(then, now, key, _PLACE)
    then = then.with_columns(pl.col("child_id").replace(same_child))
    counts: Counter[str] = Counter()
    for is_of_same, of_key in ((False, key), (True, ["child_id", *form.row_key_within_child] if form.row_key_within_child else key)):
        of_them = pl.col("child_id").is_in(list(same_child.values())).fill_null(False) == is_of_same
        counts.update(compare.count_changes(then.filter(of_them), now.filter(of_them), of_key, {*_PLACE, *key}))
    return dict(counts)


def _read(build: Build, source: str) -> pl.DataFrame:
    with build.cursor() as cursor:
        return cursor.execute(f"select * from {source} as r").pl()  # noqa: S608 — our own names


def _children(before: Build | None, after: Build, day: dt.date, same_child: dict[str, str]) -> list[Row]:
    """Return who enters, leaves or moves within the register of the day, who has newly vanished, and whose number was mended.

    One row per child and change with its newest ledger row: change, village_id, village, child_id, file, sheet, row_no.
    """
    registered = f"select child_id, village_id from ({compose.bind_day(query.steps_sql('registered_children'), day)}) as r"  # noqa: S608 — our own SQL
    then, now = (_of_children(build, registered) for build in (before, after))
    vanished_then, vanished_now = (_of_children(build, _VANISHED) for build in (before, after))
    old_places, new_places = (_of_children(build, _PLACES) for build in (before, after))
    names = _villages(before, after)
    renumbered = {*same_child, *same_child.values()}
    changes = [
        ("vanished", [row for child, row in vanished_now.items() if child not in {*vanished_then, *renumbered}], new_places),
        ("leaving", [row for child, row in then.items() if child not in {*now, *renumbered}], old_places),
        ("moving", [row for child, row in now.items() if then.get(child, row)["village_id"] != row["village_id"]], new_places),
        ("entering", [row for child, row in now.items() if child not in {*then, *renumbered}], new_places),
        ("renumbered", [now[child] for child in same_child.values() if child in now], new_places),
    ]
    return [
        {"change": change, "village_id": row["village_id"], "village": names.get(row["village_id"]), "child_id": row["child_id"]}
        | {name: places.get(row["child_id"], {}).get(name) for name in ("file", "sheet", "row_no")}
        for change, children, places in changes
        for row in sorted(children, key=lambda row: (row["village_id"] or "", row["child_id"]))
    ]


def _of_children(build: Build | None, sql: str) -> dict[str, Row]:
    return {row["child_id"]: row for row in build.rows(sql)} if build else {}


def _villages(*builds: Build | None) -> dict[str, str]:
    return {row["village_id"]: row["name"] for build in builds if build for row in build.rows("select village_id, name from villages")}


def _findings(before: Build | None, after: Build, same_child: dict[str, str], losses: staged_questions.Losses) -> list[Row]:
    """Return how many findings are new, mended and lost with their column or table, by code and village.

    warehouse/metrics/finding_age.py matches them.
    """
    names = _villages(before, after)
    if before is None:
        return _by_code("new", after.rows("select * from findings"), names)
    new = finding_age.only_in(after, before, {new: old for old, new in same_child.items()})
    gone = finding_age.only_in(before, after, same_child)
    sql = "select sheet_id, ledger, village_id, ledger_on from ledger_sheets"
    tables, left = ({row.pop("sheet_id"): tuple(row.values()) for row in build.rows(sql)} for build in (before, after))
    subjects = set(left.values())
    vanished_tables = {sheet for sheet, table in tables.items() if sheet not in left and table not in subjects}
    changes: dict[str, list[Row]] = {"new": new, "mended": [], "lost": []}
    for finding in gone:
        changes["lost" if finding["sheet_id"] in vanished_tables or losses.explain(finding) else "mended"].append(finding)
    return [row for change, rows in changes.items() for row in _by_code(change, rows, names)]


_WORDS = ("ledger", "field", "heading", "value_masked", "detail", "class_no")  # what fills the sentence of a finding


def _by_code(change: str, findings: Iterable[Row], names: dict[str, str]) -> list[Row]:
    """Return one row per code and village: change, code, village_id, village, findings, and one finding's words as `example`."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for finding in findings:
        groups[finding["code"], finding["village_id"] or ""].append({name: finding[name] for name in _WORDS})
    return [
        {"change": change, "code": code, "village_id": village or None, "village": names.get(village)}
        | {"findings": len(rows), "example": min(rows, key=str)}
        for (code, village), rows in sorted(groups.items())
    ]

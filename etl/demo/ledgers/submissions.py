"""From the truth to the rows a village hands in on one reporting day, kind by kind; not yet how they are written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from etl.demo.world.chance import DAY, table
from etl.demo.world.model import Record, Truth, Village

YEARLY = ("times", "months", "listed")  # ways of writing visits on one sheet per year
FIELDS: dict[str, dict[str, str]] = table("headings")["headings"]  # by ledger, with one heading or three spellings
_REFERENCES = ("child_name", "id_number", "helper_name", "helper_no")  # cells by which a row names a person


@dataclass
class Entry:
    """One row to be written: values by field, cells that are written as they are, and the faults in it."""

    fields: dict[str, Any]
    cells: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass
class Submission:
    """What one village hands in on one reporting day, the `number`-th of its days (from 1)."""

    village: Village
    number: int
    day: dt.date
    before: dt.date  # the reporting day before; date.min for the first
    is_last: bool  # of the village
    entries: dict[str, list[Entry]] = field(default_factory=lambda: {kind: [] for kind in FIELDS})
    faults: set[str] = field(default_factory=set)  # of whole sheets


def submissions_of(truth: Truth) -> list[Submission]:
    """Return every submission of every village, in the order of villages and days; yearly visit sheets begin in January."""
    for child in truth.children:
        newest = [stay for stay in child.stays if stay.runs(stay.village.days[-1])] or child.stays[-1:]
        max(newest, key=lambda stay: stay.village.days[-1]).faults = child.faults
    stays = sorted((stay for child in truth.children for stay in child.stays), key=lambda stay: (stay.classes, stay.child.household))
    others = sorted(truth.records, key=lambda record: dt.date.min if record.kind in ("helpers", "pairings") else record.since)
    submissions = []
    for village in truth.villages:
        records = [record for record in (*stays, *others) if record.village is village]
        for number, (before, day) in enumerate(zip([dt.date.min, *village.days], village.days, strict=False), 1):
            submission = Submission(village, number, day, before, number == len(village.days))
            new_year = dt.date((before + DAY).year, 1, 1) - DAY if number > 1 and village.visits in YEARLY else before
            for record in records:
                is_over = (record.until or dt.date.max) <= (new_year if record.kind == "visits" else before)
                if record.since <= day < (record.hidden_from or dt.date.max) and not is_over:
                    submission.entries[record.kind].append(_entry(record, day))
            submissions.append(submission)
    return submissions


def _entry(record: Record, day: dt.date) -> Entry:
    """Return the row of a record as a ledger of that day states it: an end once it has come, faults in the newest row."""
    ended = record.until if record.until and record.until <= day else None
    people = [person.facts for person in (record.child, record.helper) if person]
    facts = record.facts | {name: facts[name] for facts in people for name in _REFERENCES if name in facts}
    if record.kind == "children":
        facts |= record.child.facts | {"class_no": record.classes, "delist_reason": record.reason if ended else None}
    fields = {name: fact(day) if callable(fact) else fact for name, fact in facts.items()} | {"village_name": record.village.name}
    fields |= dict(zip(table("headings")["day_fields"][record.kind], (record.since, ended), strict=False))
    is_newest = record.since == record.until or day == record.village.days[-2 if record.hidden_from else -1]
    return Entry(fields, faults=list(record.faults) if is_newest else [])

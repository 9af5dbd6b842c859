"""From the truth to the rows a village hands in on one reporting day, kind by kind; not yet how they are written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from etl.demo.ledgers.spelling import DAY_FIELDS, FIELDS
from etl.demo.world.model import Record, Truth, Village
from etl.demo.world.tables import DAY

YEARLY = ("times", "months", "listed")  # ways of writing visits on one sheet per year
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
    stays = sorted((stay for child in truth.children for stay in child.stays), key=lambda stay: (stay.classes, stay.child.household))
    people = [record for record in truth.records if record.kind in ("helpers", "pairings")]
    deeds = sorted((record for record in truth.records if record.kind not in ("helpers", "pairings")), key=lambda record: record.since)
    submissions = []
    for village in truth.villages:
        records = [record for record in (*stays, *people, *deeds) if record.village is village]
        for number, (before, day) in enumerate(zip([dt.date.min, *village.days], village.days, strict=False), 1):
            submission = Submission(village, number, day, before, number == len(village.days))
            new_year = dt.date((before + DAY).year, 1, 1) - DAY if number > 1 and village.visits in YEARLY else before
            for record in records:
                after = new_year if record.kind == "visits" else before
                is_new = record.since > after or record.kind == "department_covers"
                if (
                    record.since <= day
                    and (is_new or record.until is None or record.until > after)
                    and day < (record.hidden_from or dt.date.max)
                ):
                    submission.entries[record.kind].append(_entry(record, submission))
            submissions.append(submission)
    return submissions


def _entry(record: Record, submission: Submission) -> Entry:
    """Return the row of a record as a ledger of that reporting day states it; an end is written once it has come."""
    day, child, is_stay = submission.day, record.child, record.kind == "children"
    ended = record.until if record.until and record.until <= day else None
    facts = record.facts | (child.facts if is_stay else {})
    fields = {name: fact(day) if callable(fact) else fact for name, fact in facts.items()}
    fields |= dict(zip(DAY_FIELDS[record.kind].split(), (record.since, ended), strict=False))
    people = [person.facts for person in (child, record.helper) if person]
    fields |= {name: facts[name] for facts in people for name in _REFERENCES if name in facts} | {"village_name": submission.village.name}
    if is_stay:
        fields |= {"class_no": record.classes, "delist_reason": record.reason if ended else None}
        return Entry(fields, faults=list(child.faults) if child.newest() == (record, day) else [])
    return Entry(fields, faults=list(record.faults) if submission.is_last or record.kind != "pairings" else [])

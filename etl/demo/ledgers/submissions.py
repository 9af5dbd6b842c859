"""From the truth to the rows a village hands in on one reporting day, kind by kind; not yet how they are written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from etl.demo.ledgers import columns
from etl.demo.ledgers.styles import style_of
from etl.demo.world.chance import DAY
from etl.demo.world.model import Child, Deed, Pairing, Stay, Truth, Village

YEARLY = ("times", "months", "listed")  # ways of writing visits on one sheet per year


@dataclass
class Entry:
    """One row to be written: values by field, cells spoilt on purpose, and the faults in it."""

    fields: dict[str, Any]
    spoilt: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass
class Submission:
    """What one village hands in on one reporting day, the `number`-th of its days (from 1)."""

    village: Village
    number: int
    day: dt.date
    before: dt.date  # the reporting day before; date.min for the first
    entries: dict[str, list[Entry]]

    @property
    def is_last(self) -> bool:
        """Whether it is the village's newest."""
        return self.number == len(self.village.days)


def submissions_of(truth: Truth) -> list[Submission]:
    """Return every submission of every village, in the order of villages and days; yearly visit sheets begin in January."""
    submissions = []
    for village in truth.villages:
        children = [(child, stay) for child in truth.children for stay in child.stays if stay.village is village]
        children.sort(key=lambda pair: (pair[1].classes, pair[0].household))
        helpers = truth.helpers_of(village)
        pairings = [pairing for pairing in truth.pairings if pairing.helper.village is village]
        deeds = sorted((deed for deed in truth.deeds if deed.village is village), key=lambda deed: deed.on)
        for number, (before, day) in enumerate(zip([dt.date.min, *village.days], village.days, strict=False), 1):
            new_year = dt.date((before + DAY).year, 1, 1) - DAY if number > 1 else before
            visited_after = new_year if style_of(village).visits in YEARLY else before
            submission = Submission(village, number, day, before, {kind: [] for kind in columns.FIELDS})
            entries = submission.entries
            entries["children"] = [_child(*pair, submission) for pair in children if _is_named(*pair, day, before)]
            serving = [helper for helper in helpers if helper.joined_on <= day and (helper.left_on or day) > before]
            entries["helpers"] = [Entry(h.facts | {"joined_on": h.joined_on, "left_on": _come(h.left_on, day)}) for h in serving]
            entries["pairings"] = [_pairing(p, submission) for p in pairings if p.since <= day and (p.until or day) > before]
            for deed in deeds:
                if _is_due(deed, day, visited_after if deed.kind == "visits" else before):
                    entries[deed.kind].append(_deed(deed, submission))
            submissions.append(submission)
    return submissions


def _is_named(child: Child, stay: Stay, day: dt.date, before: dt.date) -> bool:
    """Return whether the child is listed on the day, or delisted since the ledger before; not the vanished."""
    if stay.since > day or (child.hidden_from and day >= child.hidden_from):
        return False
    return stay.runs(day) or (stay.until is not None and stay.until > before and not stay.is_closed_silently)


def _is_due(deed: Deed, day: dt.date, before: dt.date) -> bool:
    """Return whether it happened since the submission before; needs and covers are listed as long as they are open."""
    resolved = deed.facts.get("resolved_on")
    is_open = deed.kind == "needs" and (resolved is None or resolved > before)
    return deed.on <= day and (deed.on > before or is_open or deed.kind == "department_covers")


def _come(end: dt.date | None, day: dt.date) -> dt.date | None:
    return end if end and end <= day else None


def _child(child: Child, stay: Stay, submission: Submission) -> Entry:
    ended = None if stay.is_closed_silently else _come(stay.until, submission.day)
    household = f"H{child.household[0] + 1:02d}{child.household[1]:03d}"
    fields = child.facts_on(submission.day) | _reference(child, submission.village)
    fields |= {"sex": child.sex, "born_on": child.born_on, "household_no": household, "class_no": stay.classes}
    fields |= {"listed_on": stay.since, "delisted_on": ended, "delist_reason": stay.reason if ended else None}
    return Entry(fields, faults=list(child.faults) if child.newest() == (stay, submission.day) else [])


def _reference(child: Child, village: Village) -> dict[str, Any]:
    """Return the cells by which a row names a child."""
    return {"child_name": child.name, "id_number": child.id_number, "village_name": village.name}


def _pairing(pairing: Pairing, submission: Submission) -> Entry:
    fields = _reference(pairing.child, submission.village) | {name: pairing.helper.facts[name] for name in ("helper_name", "helper_no")}
    fields |= {"started_on": pairing.since, "ended_on": _come(pairing.until, submission.day)}
    return Entry(fields, faults=list(pairing.faults) if submission.is_last else [])


def _deed(deed: Deed, submission: Submission) -> Entry:
    fields: dict[str, Any] = _reference(deed.child, submission.village) if deed.child else {"village_name": submission.village.name}
    fields |= deed.facts | {columns.DAY_FIELDS[deed.kind]: deed.on}
    if deed.helper:
        fields["helper_name"] = deed.helper.facts["helper_name"]
    if deed.kind == "needs":
        fields["resolved_on"] = _come(deed.facts["resolved_on"], submission.day)
    if deed.kind == "visits" and deed.facts["recorded_on"]:
        fields["recorded_on"] = min(submission.day, deed.facts["recorded_on"])
    return Entry(fields, faults=list(deed.faults))

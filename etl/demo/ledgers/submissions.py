"""From the truth to the rows a village hands in on one reporting day, kind by kind; not yet how they are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from etl.demo.world.model import Child, Deed, Helper, Pairing, Stay, Truth, Village

KINDS = (
    "children", "helpers", "pairings", "department_covers", "visits",
    "needs", "trainings", "policy_cards", "safety_reports", "care_events",
)  # fmt: skip
_DAY_FIELDS = {
    "visits": "visited_on",
    "needs": "raised_on",
    "trainings": "held_on",
    "policy_cards": "issued_on",
    "safety_reports": "found_on",
    "care_events": "held_on",
    "department_covers": "started_on",
}


@dataclass
class Entry:
    """One row to be written: values by field, cells spoilt on purpose, and the faults that stand in it."""

    fields: dict[str, Any]
    child: Child | None = None
    spoilt: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass
class Return:
    """What one village hands in on one reporting day."""

    village: Village
    day: dt.date
    before: dt.date | None
    is_last: bool
    visits_from: dt.date
    entries: dict[str, list[Entry]] = field(default_factory=dict)


def returns_of(truth: Truth, is_yearly: Callable[[Village], bool]) -> list[Return]:
    """Every return of every village, in the order of villages and days; yearly visit sheets begin in January."""
    found = []
    for village in truth.villages:
        own = _Own.of(truth, village)
        for at, day in enumerate(village.days):
            before = village.days[at - 1] if at else None
            visits_from = (before or dt.date.min) + dt.timedelta(days=1)
            if is_yearly(village):
                visits_from = visits_from.replace(month=1, day=1)
            one = Return(village, day, before, at == len(village.days) - 1, visits_from)
            one.entries = own.entries(one)
            found.append(one)
    return found


@dataclass
class _Own:
    """The part of the truth that one village knows."""

    children: list[tuple[Child, Stay]]
    helpers: list[Helper]
    pairings: list[Pairing]
    deeds: dict[str, list[Deed]]

    @classmethod
    def of(cls, truth: Truth, village: Village) -> _Own:
        """Children listed in the village, its helpers, their pairings and its deeds by kind, in order of day."""
        children = [(child, stay) for child in truth.children for stay in child.stays if stay.village is village]
        children.sort(key=lambda pair: (pair[1].classes, pair[0].household))
        deeds: dict[str, list[Deed]] = {kind: [] for kind in KINDS}
        for deed in truth.deeds:
            if deed.village is village:
                deeds[deed.kind].append(deed)
        for found in deeds.values():
            found.sort(key=lambda deed: deed.on)
        helpers = [helper for helper in truth.helpers if helper.village is village]
        return cls(children, helpers, [p for p in truth.pairings if p.helper.village is village], deeds)

    def entries(self, one: Return) -> dict[str, list[Entry]]:
        """All rows of one return."""
        day, before = one.day, one.before or dt.date.min
        found: dict[str, list[Entry]] = {kind: [] for kind in KINDS}
        found["children"] = [_child(child, stay, one) for child, stay in self.children if _is_named(child, stay, day, before)]
        found["helpers"] = [_helper(helper, one) for helper in self.helpers if helper.joined_on <= day and (helper.left_on or day) > before]
        found["pairings"] = [
            _pairing(pairing, one) for pairing in self.pairings if pairing.started_on <= day and (pairing.ended_on or day) > before
        ]
        for kind, deeds in self.deeds.items():
            if deeds:
                since = one.visits_from - dt.timedelta(days=1) if kind == "visits" and before > dt.date.min else before
                found[kind] = [_deed(deed, one) for deed in deeds if _is_due(deed, day, since)]
        return found


def _is_named(child: Child, stay: Stay, day: dt.date, before: dt.date) -> bool:
    """Listed on the day, or delisted since the ledger before; not the vanished."""
    if stay.since > day or (child.hidden_from and day >= child.hidden_from):
        return False
    return stay.runs(day) or (stay.until is not None and stay.until > before and not stay.is_closed_silently)


def _is_due(deed: Deed, day: dt.date, before: dt.date) -> bool:
    """Happened since the return before; needs and covers are listed as long as they are open."""
    if deed.on > day:
        return False
    resolved = deed.facts.get("resolved_on")
    is_open = deed.kind == "needs" and (resolved is None or resolved > before)
    return deed.on > before or is_open or deed.kind == "department_covers"


def _known(day: dt.date) -> Callable[[dt.date | None], dt.date | None]:
    """An end is written only once it has come."""
    return lambda end: end if end and end <= day else None


def _child(child: Child, stay: Stay, one: Return) -> Entry:
    """A row of a children ledger."""
    ended = _known(one.day)(stay.until) if not stay.is_closed_silently else None
    fields = child.facts_on(one.day) | {
        "village_name": one.village.name,
        "child_name": child.name,
        "id_number": child.id_number,
        "sex": child.sex,
        "born_on": child.born_on,
        "household_no": f"H{child.household[0] + 1:02d}{child.household[1]:03d}",
        "class_no": stay.classes,
        "listed_on": stay.since,
        "delisted_on": ended,
        "delist_reason": stay.reason if ended else None,
    }
    return Entry(fields, child, faults=list(child.faults) if child.newest() == (stay, one.day) else [])


def _helper(helper: Helper, one: Return) -> Entry:
    """A row of the ledger of helper families."""
    fields = {
        "helper_name": helper.name,
        "helper_no": helper.number,
        "sex": helper.sex,
        "unit": helper.unit,
        "post": helper.post,
        "category": helper.category,
        "party_member": helper.party,
        "phone": helper.phone,
        "linked_village": helper.village.name,
        "joined_on": helper.joined_on,
        "left_on": _known(one.day)(helper.left_on),
    }
    return Entry(fields)


def _reference(child: Child, one: Return) -> dict[str, Any]:
    """The cells by which a row names a child."""
    return {"child_name": child.name, "id_number": child.id_number, "village_name": one.village.name}


def _pairing(pairing: Pairing, one: Return) -> Entry:
    """A row of the ledger of pairings."""
    fields = _reference(pairing.child, one) | {
        "helper_name": pairing.helper.name,
        "helper_no": pairing.helper.number,
        "started_on": pairing.started_on,
        "ended_on": _known(one.day)(pairing.ended_on),
    }
    return Entry(fields, pairing.child, faults=list(pairing.faults) if one.is_last else [])


def _deed(deed: Deed, one: Return) -> Entry:
    """A row of any ledger of things done."""
    fields: dict[str, Any] = {"village_name": one.village.name}
    if deed.child:
        fields |= _reference(deed.child, one)
    if deed.helper:
        fields["helper_name"] = deed.helper.name
    fields |= deed.facts | {_DAY_FIELDS[deed.kind]: deed.on}
    if deed.kind == "needs":
        fields["resolved_on"] = _known(one.day)(deed.facts["resolved_on"])
    if deed.kind == "visits":
        fields["recorded_on"] = min(one.day, deed.facts["recorded_on"]) if deed.facts["recorded_on"] else None
    return Entry(fields, deed.child, faults=list(deed.faults))

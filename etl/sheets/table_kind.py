"""Which kind of ledger a table is: by the fields found and by the words of title, sheet and file, which must agree."""

import re
from dataclasses import dataclass
from functools import cache

from etl.cleaning import row_kinds
from etl.forms import forms, heading_words
from etl.forms.layouts import Parts
from etl.sheets.columns import Mapping, resolve

_SUBSTANCE = {*"born_on class_no guardian_name address school listed_on household_head health father_name mother_name".split()}
_OF_CIRCLE = {"category", "helper_no", "joined_on", "left_on", "linked_village"}
_VISIT = re.compile("[访视次月季]|入户|上门|慰问")
_EVENTS = ("visits", "needs", "safety_reports", "care_events")


@dataclass
class Verdict:
    """What a table is (question "day": no column has the day it needs): `mapping` where its kind is known or likely; `question` where that is not certain; `reason` why it is no ledger."""

    mapping: Mapping | None = None
    question: str = ""
    reason: str = ""


@cache
def _plain_words(kind: str) -> frozenset[str]:
    return frozenset(map(forms.plain, heading_words.words()["not_ledgers"][kind]))


def judge(headings: list[tuple[int, Parts]], titles: list[str], nearest: str = "", samples: dict[int, list[str]] | None = None) -> Verdict:
    """Return the kind of a table with these headings under these titles; `nearest` is the line right above it."""
    plain = {forms.plain(parts[-1]) for _at, parts in headings}
    title = forms.plain("".join(titles))
    words = heading_words.words()["not_ledgers"]
    paid = len(plain & _plain_words("pay_headings"))
    if paid >= 2 or (paid and "发放" in title) or any(word in title for word in words["pay_titles"]):
        return Verdict(reason="payroll")
    if any(word in title for word in words["contact_titles"]):
        return Verdict(reason="contacts")
    is_of_kin, plain_nearest = bool(plain & _plain_words("kin_headings")), forms.plain(nearest)
    if any(word in plain_nearest or (is_of_kin and word in title) for word in words["family_titles"]):
        return Verdict(reason="household")
    mappings = {form.ledger: resolve(headings, form, samples) for form in forms.forms().values()}
    named = [kind for kind, spelled in heading_words.words()["kinds"].items() if any(word in title for word in spelled)]
    is_of_care = "care_events" in named or any("慰问" in heading for heading in plain)  # 签收时间 alone stands in many a list
    fitting = {ledger: mapping for ledger, mapping in mappings.items() if _fits(mapping) and (ledger != "care_events" or is_of_care)}
    if "policy_cards" not in named and not any(heading_words.read(parts).person == "helper" for _at, parts in headings):
        fitting.pop("policy_cards", None)
    verdict = _choose(fitting, mappings, named, bool(row_kinds.classes_in(title)))
    if verdict.mapping and verdict.mapping.form.ledger == "children" and not verdict.question:
        return _certain_children(verdict.mapping, mappings, plain, title)
    return verdict


def _fits(mapping: Mapping) -> bool:
    if mapping.form.ledger == "pairings":
        return {"child_name", "helper_name"} <= mapping.names
    return mapping.form.fits(mapping.names)


def _choose(fitting: dict[str, Mapping], mappings: dict[str, Mapping], named: list[str], is_of_class: bool) -> Verdict:
    events = [kind for kind in _EVENTS if kind in fitting]
    care, has_helper = mappings["care_events"], "helper_name" in mappings["pairings"].names
    if "care_events" in named and "child_name" in care.names and not events and not has_helper:
        return Verdict(care, "day" if "held_on" not in care.names else "")
    if not fitting:
        return _likely(mappings, named)
    best = max(fitting.values(), key=lambda mapping: len(mapping.names))
    kind = best.form.ledger
    spoken = next((word for word in ("policy_cards", "trainings") if word in named), None)
    if events and kind == "children" and not set(events) & set(named) and len(best.names & _SUBSTANCE) >= 3:
        return Verdict(best, "kind")  # a children ledger that also says when a child was visited, or a list of visits
    if events and kind not in events:
        best = max((fitting[event] for event in events), key=lambda mapping: len(mapping.names))
    elif kind == "children" and "pairings" in named and "pairings" not in fitting and "started_on" in mappings["pairings"].names:
        return Verdict(best, "kind")  # 结对时间 of a helper who stands in no column
    elif kind == "children" and "pairings" in fitting:
        signs = ("pairings" in named) + ("started_on" in fitting["pairings"].names)
        if signs == 2 or (signs and len(best.names & _SUBSTANCE) <= 3):
            best = fitting["pairings"]
        elif signs or len(best.names & _SUBSTANCE) + is_of_class <= 1:
            return Verdict(best if signs else fitting["pairings"], "kind")
    elif spoken and (kind == "helpers" or (kind == "pairings" and not {"pairings", "started_on"} & {*named, *best.names})):
        best = mappings[spoken]
        if spoken not in fitting:
            return Verdict(best, "day")
    days = [column.heading for column in best.columns if (column.field or "").startswith(("visited_on", "wide:"))]
    if best.form.ledger == "visits" and "visits" not in named and not any(map(_VISIT.search, days)):
        return Verdict(best, "kind")  # 日期 may be any day
    if best.form.ledger == "pairings" and "visits" in named and "pairings" not in named and "started_on" not in best.names:
        return Verdict(mappings["visits"], "kind")
    return Verdict(best, _contradiction(best, named))


def _contradiction(best: Mapping, named: list[str]) -> str:
    """Return "kind" where the words speak of another kind than the fields: a list of helpers called 走访 and the like."""
    kind = best.form.ledger
    if kind == "helpers" and not {"helpers", "pairings"} & set(named) and not best.names & _OF_CIRCLE:
        return "kind"  # any list of officials
    is_other = kind == "children" and any(word in named for word in ("visits", "trainings", "policy_cards", "care_events"))
    return "kind" if is_other and len(best.names & _SUBSTANCE) < 2 else ""


def _certain_children(best: Mapping, mappings: dict[str, Mapping], headings: set[str], title: str) -> Verdict:
    """Ask where a list of names and numbers may be of grown-ups: no word of children, no circumstance of a child, or their posts."""
    words = heading_words.words()["grown_ups"]
    is_of_children = any(word in title for word in words["children"])
    circumstances = best.names & (_SUBSTANCE - {"born_on", "address", "health"}) or any(name.startswith("class:") for name in best.names)
    is_of_grown_ups = any(word in title for word in words["titles"]) or headings & set(map(forms.plain, words["headings"]))
    if is_of_grown_ups and not is_of_children:
        helpers = mappings["helpers"]
        return Verdict(helpers if "helper_name" in helpers.names and not circumstances else best, "" if circumstances else "kind")
    return Verdict(best, "" if is_of_children or circumstances else "kind")


def _likely(mappings: dict[str, Mapping], named: list[str]) -> Verdict:
    """Return the kind that the words name where the fields alone do not make it: what is missing is asked about."""
    for kind in named:
        mapping = mappings[kind]
        person = {"child_name", "helper_name"} & mapping.names
        if person and len(mapping.names) >= 2:
            return Verdict(mapping, "day" if mapping.form.day else "kind")
    return Verdict()

"""Which kind of ledger a table is: by the fields found and by the words of title, sheet and file, which must agree."""

from dataclasses import dataclass

from etl.forms import forms, heading_words
from etl.forms.layouts import Parts
from etl.sheets.columns import Mapping, resolve

_SUBSTANCE = {
    "born_on",
    "class_no",
    "guardian_name",
    "address",
    "school",
    "listed_on",
    "household_head",
    "health",
    "father_name",
    "mother_name",
}
_EVENTS = ("visits", "needs", "safety_reports", "care_events")


@dataclass
class Verdict:
    """What a table is (question "day": no column has the day it needs): `mapping` where its kind is known or likely; `question` where that is not certain; `reason` why it is no ledger."""

    mapping: Mapping | None = None
    question: str = ""
    reason: str = ""


def judge(headings: list[tuple[int, Parts]], titles: list[str], nearest: str = "", samples: dict[int, list[str]] | None = None) -> Verdict:
    """Return the kind of a table with these headings under these titles; `nearest` is the line right above it."""
    plain = {forms.plain(parts[-1]) for _at, parts in headings}
    title = forms.plain("".join(titles))
    words = heading_words.words()["not_ledgers"]
    if len(plain & {forms.plain(word) for word in words["pay_headings"]}) >= 2 or any(word in title for word in words["pay_titles"]):
        return Verdict(reason="payroll")
    if any(word in title for word in words["contact_titles"]):
        return Verdict(reason="contacts")
    if any(word in forms.plain(nearest) for word in words["family_titles"]):
        return Verdict(reason="household")
    mappings = {form.ledger: resolve(headings, form, samples) for form in forms.forms().values()}
    fitting = {ledger: mapping for ledger, mapping in mappings.items() if _fits(mapping)}
    named = [kind for kind, spelled in heading_words.words()["kinds"].items() if any(word in title for word in spelled)]
    return _choose(fitting, mappings, named)


def _fits(mapping: Mapping) -> bool:
    if mapping.form.ledger == "pairings":
        return {"child_name", "helper_name"} <= mapping.names
    return mapping.form.fits(mapping.names)


def _choose(fitting: dict[str, Mapping], mappings: dict[str, Mapping], named: list[str]) -> Verdict:
    events = [kind for kind in _EVENTS if kind in fitting]
    if (
        "care_events" in named
        and "child_name" in mappings["care_events"].names
        and not events
        and "helper_name" not in mappings["pairings"].names
    ):
        return Verdict(mappings["care_events"], "day" if "held_on" not in mappings["care_events"].names else "")
    if not fitting:
        return _likely(mappings, named)
    best = max(fitting.values(), key=lambda mapping: len(mapping.names))
    kind = best.form.ledger
    if events and kind not in events:
        best = max((fitting[event] for event in events), key=lambda mapping: len(mapping.names))
    elif kind == "children" and "pairings" in fitting:
        signs = ("pairings" in named) + ("started_on" in fitting["pairings"].names)
        if signs == 2 or (signs and len(best.names & _SUBSTANCE) <= 3):
            best = fitting["pairings"]
        elif signs:
            return Verdict(best, "kind")
    elif kind == "helpers" and (spoken := next((word for word in ("policy_cards", "trainings") if word in named), None)):
        best = mappings[spoken]
        if spoken not in fitting:
            return Verdict(best, "day")
    if best.form.ledger == "pairings" and "started_on" not in best.names:
        return Verdict(best, "day")
    return Verdict(best, _contradiction(best, named))


def _contradiction(best: Mapping, named: list[str]) -> str:
    """Return "kind" where the words speak of another kind than the fields: a list of helpers called 走访 and the like."""
    kind = best.form.ledger
    if (
        kind == "children"
        and any(word in named for word in ("visits", "trainings", "policy_cards", "care_events"))
        and "children" not in named
    ):
        return "kind" if len(best.names & _SUBSTANCE) < 2 else ""
    return ""


def _likely(mappings: dict[str, Mapping], named: list[str]) -> Verdict:
    """Return the kind that the words name where the fields alone do not make it: what is missing is asked about."""
    for kind in named:
        mapping = mappings[kind]
        person = {"child_name", "helper_name"} & mapping.names
        if person and len(mapping.names) >= 2:
            return Verdict(mapping, "day" if kind in ("trainings", "policy_cards", "care_events") else "kind")
    return Verdict()

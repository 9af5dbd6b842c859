"""What a figure would be if it were counted otherwise: another rule (alternative_counts.toml), measure, class, day or load."""

import datetime as dt
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.builds.repository import Build
from warehouse.metrics import drilldown, query, registry
from warehouse.review import exclusions, figure_changes
from warehouse.review.counting_rules import CountingRule
from warehouse.review.exclusions import Question
from warehouse.sql import compose, snapshots

_FILE = Path(__file__).with_name("alternative_counts.toml")
_MONTHS = 12
_MARKING = (compose.POPULATION, "required_cells")  # steps whose text holds the marks of what is left out
_Part = tuple[str, str]  # the condition under which a row counts, and what it adds
_Parts = tuple[_Part, _Part]  # numerator and denominator
_Rule = tuple[str, str, _Part, _Part]  # code and detail of a rule, then its parts


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def follows() -> tuple[str, ...]:
    """Return the codes of findings that follow from what was counted."""
    return tuple(_file()["follows"].split())


def rules() -> dict[str, dict[str, Any]]:
    """Return every other rule of counting by its code."""
    return {code: rule for code, rule in _file().items() if code != "follows"}


def title(code: str) -> str:
    """Return a rule as a clause in the reader's language."""
    return str(registry.Text(**rules()[code]["title"]))


def counted(question: Question) -> CountingRule:
    """Return the figure as it is. Raises CannotAsk."""
    return _added_up(question, [("as_it_is", "", *_plain(question.measure))])[0]


def on_this_day(question: Question) -> list[CountingRule]:
    """Return the figure by every other rule, every other measure of the same rows, and by class, all on one day. Raises CannotAsk."""
    inspected = question.measure
    variants = [(code, "", *parts) for code, rule in rules().items() if (parts := _under_rule(inspected, rule, question.source))]
    others = [other for other in exclusions.measures() if (other.rows, other.is_share) == (inspected.rows, inspected.is_share)]
    variants += [("measure", other.code, *_plain(other)) for other in others if _plain(other) != _plain(inspected)]
    return _added_up(question, variants) + _by_class(question)


def _by_class(question: Question) -> list[CountingRule]:
    """The figure of each class and of all classes together, a child once in each of its own; of a class, that of all children."""
    inspected, of_all = question.measure, replace(question, class_no=None)
    if not exclusions.has_classes(inspected):
        return []
    variants: list[_Rule] = [("memberships", "", *_plain(inspected))]
    others = (number for number in drilldown.CLASS_NUMBERS if number != question.class_no)
    narrowed = {number: [(f"class_no = {number} and {test}", added) for test, added in _plain(inspected)] for number in others}
    variants += [("class", str(number), numerator, denominator) for number, (numerator, denominator) in narrowed.items()]
    results = _added_up(of_all, variants, f"class_{inspected.rows}{compose.POPULATION}")
    return results + (_added_up(of_all, [("all_classes", "", *_plain(inspected))]) if question.class_no else [])


def on_other_days(question: Question) -> list[CountingRule]:
    """Return the figure at the month ends of the year before the day, at the next one, and on the day of the checks."""
    as_of, facts = question.as_of, question.build.facts
    newest = dt.date.fromisoformat(facts["as_of"]) if "as_of" in facts else as_of
    days = {snapshots.month_end(as_of, back) for back in range(-1, _MONTHS + 1)} | {newest}
    return [CountingRule("day", str(day), *_on(replace(question, as_of=day))) for day in sorted(days - {as_of}, reverse=True)]


def _on(question: Question) -> tuple[int, int]:
    """The figure on another day: the metric's own answer, which may be laid down, where it has both columns."""
    inspected, village_id = question.measure, question.village_id
    if not {inspected.numerator, inspected.denominator} <= set(registry.metrics()[inspected.metric].columns):
        result = counted(question)
        return result.numerator, result.denominator
    by = "_".join(name for name, value in (("village", village_id), ("class", question.class_no)) if value) or "town"
    rows = query.ask(question.build, inspected.metric, question.as_of, by, {village_id} if village_id else None)
    row = next((row for row in rows if row.get("class_no") == question.class_no), {})
    return row.get(inspected.numerator, 0), row.get(inspected.denominator, 0)


def in_load(question: Question, earlier: Build) -> list[CountingRule]:
    """Return the figure by an earlier load, on the same day and on the load's own. Raises CannotAsk where the tables differ."""
    figure_changes.check(earlier, question.build)
    days = dict.fromkeys([question.as_of, min(question.as_of, dt.date.fromisoformat(earlier.facts["as_of"]))])
    results = [(day, counted(replace(question, build=earlier, as_of=day))) for day in days]
    return [CountingRule("load", f"{earlier.id} {day}", result.numerator, result.denominator) for day, result in results]


def _plain(inspected: registry.Share) -> _Parts:
    numerator, denominator = (_part(figure.conditions, "left_out is null", figure.adds or "1") for figure in inspected.figures)
    return numerator, denominator


def _part(tests: list[str], presence: str, added: str) -> _Part:
    return " and ".join([presence, *(f"coalesce({test}, false)" for test in tests)]), added


def _under_rule(inspected: registry.Share, rule: dict[str, Any], source: str) -> _Parts | None:
    """Both parts by another rule; None where it changes nothing of the figure."""
    if inspected.rows not in rule["kinds"].split():
        return None
    body = "".join(compose.body(name) for name in (*compose.dependencies(source), source) if name.endswith(_MARKING))
    kept = [name for name in rule.get("keep", []) if f"'{name}'" in body]
    numerator, denominator = (_alternative_part(figure, rule, kept) for figure in inspected.figures)
    return (numerator, denominator) if (numerator, denominator) != _plain(inspected) else None


def _alternative_part(figure: registry.Figure, rule: dict[str, Any], kept: list[str]) -> _Part:
    swap = rule.get("swap", {})
    tests = [swap.get(test, test) for test in figure.conditions if test not in rule.get("drop", [])]
    tests += [*rule.get("add", []), *(rule.get("add_kept", []) if kept else [])]
    names = ", ".join(f"'{name}'" for name in kept)
    presence = f"(left_out is null or left_out in ({names}))" if kept else "left_out is null"
    return _part(tests, presence, swap.get(figure.adds or "", figure.adds or "1"))


def _added_up(question: Question, variants: list[_Rule], source: str = "") -> list[CountingRule]:
    """Many rules over the same rows at once; `source` is another file of sql/population than the question's own."""
    if not variants:
        return []
    sums = [
        f"cast(coalesce(sum(case when {test} then {added} else 0 end), 0) as bigint) as {name}{at}"
        for at, (_code, _detail, *parts) in enumerate(variants)
        for name, (test, added) in zip("nd", parts, strict=True)
    ]
    place = source or question.source, question.village_id, question.class_no
    sql = f"select {', '.join(sums)} from ({{}}) as w"  # noqa: S608 — our own files
    (row,) = question.build.rows_on(question.as_of, lambda ready: sql.format(drilldown.select_of(*place, ready)))
    results = [CountingRule(code, detail, row[f"n{at}"], row[f"d{at}"]) for at, (code, detail, *_parts) in enumerate(variants)]
    return [result for result in results if result.numerator <= result.denominator]  # else a rule makes no share

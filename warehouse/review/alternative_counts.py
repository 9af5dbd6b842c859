"""What a figure would be if it were counted otherwise: another way (alternative_counts.toml), measure, class, day, load.

Each answer is a Way, to be held against a declared figure (warehouse/review/counting_rules.py).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path

from warehouse.builds.repository import Build
from warehouse.metrics import query
from warehouse.metrics.drilldown import Drilldown
from warehouse.review import exclusions, figure_changes
from warehouse.review.counting_rules import CountingRule
from warehouse.review.exclusions import Measure
from warehouse.sql import compose

_FILE = Path(__file__).with_name("alternative_counts.toml")
_CLASSES = range(1, 7)
_MONTHS = 12
BY_CLASS = ("children", "visits", "needs")  # kinds of rows that a child's classes are told of
_Part = tuple[str, str]  # the condition under which a row counts, and what it adds
_Told = tuple[str, str, _Part, _Part]  # code and detail of a way, numerator, denominator


@cache
def _told() -> dict:
    return tomllib.loads(_FILE.read_text("utf-8"))


def follows() -> tuple[str, ...]:
    """Codes of findings that follow from what was counted."""
    return tuple(_told()["follows"].split())


def ways() -> dict[str, dict]:
    """Every other way to count by its code."""
    return {code: told for code, told in _told().items() if code != "follows"}


def counted(build: Build, code: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None) -> CountingRule:
    """The figure as it is. Raises CannotAsk."""
    asked = exclusions.measure(code)
    return _added_up(build, _kind(asked, village_id, class_no), [("as_it_is", "", *_plain(asked))], as_of, village_id, class_no)[0]


def on_this_day(build: Build, code: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None) -> list[CountingRule]:
    """The figure in every other way, every other measure of the same rows, and by class, all on one day. Raises CannotAsk."""
    asked = exclusions.measure(code)
    kind = _kind(asked, village_id, class_no)
    told = [(way, "", *parts) for way, rule in ways().items() if (parts := _otherwise(asked, rule, kind))]
    others = [other for other in exclusions.measures() if (other.rows, other.is_share) == (asked.rows, asked.is_share)]
    told += [("measure", other.code, *_plain(other)) for other in others if _plain(other) != _plain(asked)]
    return _added_up(build, kind, told, as_of, village_id, class_no) + _by_class(build, asked, as_of, village_id, class_no)


def _by_class(build: Build, asked: Measure, as_of: dt.date, village_id: str | None, class_no: int | None) -> list[CountingRule]:
    """The figure of each class and of all classes together, a child once in each of its own; of a class, that of all children."""
    if asked.rows not in BY_CLASS:
        return []
    whole: _Told = ("memberships", "", *_plain(asked))
    classes = [(f"class_no = {number}", number) for number in _CLASSES if number != class_no]
    told = [whole, *(("class", str(number), *_under(one, _plain(asked))) for one, number in classes)]
    found = _added_up(build, f"class_{asked.rows}{compose.WHOLE}", told, as_of, village_id, None)
    if class_no:
        found += _added_up(build, _kind(asked, village_id, None), [("all_classes", "", *_plain(asked))], as_of, village_id, None)
    return found


def on_other_days(
    build: Build, code: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None
) -> list[CountingRule]:
    """The figure at the month ends of the year before the day, at the next one, and on the day the checks speak of."""
    newest = dt.date.fromisoformat(build.facts["as_of"]) if "as_of" in build.facts else as_of
    days = {_month_end(as_of, back) for back in range(-1, _MONTHS + 1)} | {newest}
    return [CountingRule("day", str(day), *_on(build, code, day, village_id, class_no)) for day in sorted(days - {as_of}, reverse=True)]


def _on(build: Build, code: str, day: dt.date, village_id: str | None, class_no: int | None) -> tuple[int, int]:
    """The figure on another day: the metric's own answer, which may be laid down, where it has both columns."""
    asked = exclusions.measure(code)
    if not {asked.numerator, asked.denominator} <= set(query.COLUMNS[asked.metric].split()):
        way = counted(build, code, day, village_id, class_no)
        return way.numerator, way.denominator
    by = "_".join(name for name, told in (("village", village_id), ("class", class_no)) if told) or "town"
    within = {village_id} if village_id else None
    rows = query.ask(build, asked.metric, day, by, within)
    row = next((row for row in rows if row.get("class_no") == class_no), {})
    return row.get(asked.numerator, 0), row.get(asked.denominator, 0)


def in_load(
    build: Build, earlier: Build, code: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None
) -> list[CountingRule]:
    """The figure as an earlier load told it, on the same day and on the load's own. Raises CannotAsk where the tables differ."""
    figure_changes.check(earlier, build)
    days = dict.fromkeys([as_of, min(as_of, dt.date.fromisoformat(earlier.facts["as_of"]))])
    found = [(day, counted(earlier, code, day, village_id, class_no)) for day in days]
    return [CountingRule("load", f"{earlier.id} {day}", way.numerator, way.denominator) for day, way in found]


def _kind(asked: Measure, village_id: str | None, class_no: int | None) -> str:
    """The file of sql/whole that a figure of a place and class is counted on."""
    return exclusions.kind_of(asked.rows, village_id, class_no)


def _month_end(day: dt.date, back: int) -> dt.date:
    """The last day of a month so many months before that of `day`."""
    months = day.year * 12 + day.month - back  # of the month after, which begins the day after
    return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


def _plain(asked: Measure) -> tuple[_Part, _Part]:
    """Numerator and denominator as they are."""
    numerator, denominator = (_part(exclusions.conditions(told), "left_out is null", told.added or "1") for told in asked.parts)
    return numerator, denominator


def _part(tests: list[str], there: str, added: str) -> _Part:
    """When a row counts and what it adds."""
    return " and ".join([there, *(f"coalesce({test}, false)" for test in tests)]), added


def _under(test: str, parts: tuple[_Part, _Part]) -> tuple[_Part, _Part]:
    """Both parts under one more condition."""
    (numerator, of_it), (denominator, of_all) = parts
    return (f"{test} and {numerator}", of_it), (f"{test} and {denominator}", of_all)


def _otherwise(asked: Measure, rule: dict, kind: str) -> tuple[_Part, _Part] | None:
    """Both parts in another way; None where it says nothing of the figure."""
    if asked.rows not in rule["kinds"].split():
        return None
    body = "".join(compose.body(name) for name in (*compose.dependencies(kind), kind) if name.endswith(compose.WHOLE))
    kept = [name for name in rule.get("keep", []) if f"'{name}'" in body]
    numerator, denominator = (_alternative_part(told, rule, kept) for told in asked.parts)
    return (numerator, denominator) if (numerator, denominator) != _plain(asked) else None


def _alternative_part(told: Drilldown, rule: dict, kept: list[str]) -> _Part:
    """One part in another way."""
    swap = rule.get("swap", {})
    tests = [swap.get(test, test) for test in exclusions.conditions(told) if test not in rule.get("drop", [])]
    tests += [*rule.get("add", []), *(rule.get("add_kept", []) if kept else [])]
    names = ", ".join(f"'{name}'" for name in kept)
    there = f"(left_out is null or left_out in ({names}))" if kept else "left_out is null"
    return _part(tests, there, swap.get(told.added or "", told.added or "1"))


def _added_up(
    build: Build, kind: str, told: list[_Told], as_of: dt.date, village_id: str | None, class_no: int | None
) -> list[CountingRule]:
    """Many ways over the same rows at once."""
    if not told:
        return []
    sums = [
        f"cast(coalesce(sum(case when {test} then {added} else 0 end), 0) as bigint) as {name}{at}"
        for at, (_code, _detail, *parts) in enumerate(told)
        for name, (test, added) in zip("nd", parts, strict=True)
    ]
    sql = f"select {', '.join(sums)} from ({{}}) as w"  # noqa: S608 — our own files
    (row,) = build.rows_on(as_of, lambda ready: sql.format(exclusions.population_of(kind, village_id, class_no, ready)))
    found = [CountingRule(code, detail, row[f"n{at}"], row[f"d{at}"]) for at, (code, detail, *_parts) in enumerate(told)]
    return [way for way in found if way.numerator <= way.denominator]  # else a way is none for this share

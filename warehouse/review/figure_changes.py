"""The figures of an earlier build beside a later one's for the same day, and the rows that explain why they moved.

A figure moves because what it counts is in one build only. The rows behind the figure (drilldown.py) are compared by child, need,
helper …, and each that differs gets its reasons from the columns that differ (build_diff.py, figure_changes.toml).
"""

import datetime as dt
import re
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from locales import _
from warehouse.builds.repository import Build
from warehouse.metrics import compare, drilldown, query, registry
from warehouse.review.build_diff import IDENTITY, UNEXPLAINED, Change, Comparison, Rows, rules, settings_changed
from warehouse.sql import compose

_WORD = re.compile(r"\w+")
_OF_SIBLINGS = ("pairing", "paired_helper", "membership", "birth")


def changes(earlier: Build, later: Build, as_of: dt.date, village_id: str | None = None) -> list[dict[str, Any]]:
    """Return the figures of the history in both builds on one day: `metric, figure, then, now, difference` each.

    The town's, or a village's; a village that a build does not know counts 0.
    """
    check(earlier, later)
    rows = compare.figures(earlier, later, registry.listed("history"), as_of, "village" if village_id else "town")
    figures = {(row["metric"], row["figure"]): (row["then"] or 0, row["now"] or 0) for row in rows if row.get("village_id") == village_id}
    listed = [(figure.metric, figure.name, *figures.get((figure.metric, figure.name), (0, 0))) for figure in registry.listed("history")]
    return [{"metric": metric, "figure": name, "then": then, "now": now, "difference": now - then} for metric, name, then, now in listed]


def explained(
    earlier: Build, later: Build, metric: str, figure: str, as_of: dt.date, village_id: str | None = None
) -> list[dict[str, Any]]:
    """Return what a figure counts in one build and not (or not as often) in the other, by village, each with `reasons`.

    One dict a child, need, helper …: the columns of its row (sql/rows) in the later build, else in the earlier one, with `then` and
    `now`, what it adds to the figure in each build, and `reasons`, at least one Change. The sum of `now - then` is the figure's
    difference. Raises CannotAsk for a figure without rows, for leads, and as `changes` does.
    """
    counted = drilldown.drilldown_of(metric, figure)
    check(earlier, later, counted.rows)
    return _FigureChange(Comparison(earlier, later, as_of), counted, village_id).explained()


def check(earlier: Build, later: Build, rows: str = "") -> None:
    """Refuse leads, and a build whose tables an older program made otherwise."""
    if rows == "leads":
        raise query.CannotAsk(_("线索不作前后对照，因为它只提示去核实，不是数字。"))
    sql = "select table_name, column_name from duckdb_columns() where not internal and table_name not like 'mart_%'"
    then, now = ({(row["table_name"], row["column_name"]) for row in build.rows(sql)} for build in (earlier, later))
    if now - then:
        raise query.CannotAsk(_("那次载入是较早版本的程序做的，表的结构不同，不能对照。请选较近的一次。"))


class _FigureChange:
    def __init__(self, comparison: Comparison, counted: registry.Figure, village_id: str | None) -> None:
        self.comparison, self.counted, self.village_id = comparison, counted, village_id
        self.kind = drilldown.source_of(counted.rows, village_id, None).removesuffix(compose.ROWS)
        self.unit = rules()["units"][self.kind]
        names = set(_WORD.findall(f"{counted.where} {counted.adds or ''}"))
        self.columns = [name for name in rules()["columns"] if name in names]
        self.builds = comparison.earlier, comparison.later
        self.then, self.now = map(self._rows, self.builds)
        self.children = self._children() if "gate" in self.unit else ({}, {})

    def _rows(self, build: Build) -> Rows:
        """Every row of the figure's kind in one build by its key, `counted` saying what it adds to the figure."""
        kind = replace(self.counted, rows=self.kind, where="true", adds=None)
        rows: Rows = {}
        for row in build.rows_on(self.comparison.as_of, lambda ready: drilldown.rows_sql(kind, None, None, self.counted, ready)):
            row["counted"] = row["counted"] if self.village_id in (None, row["village_id"]) else 0
            key = self._key(row)
            row["counted"] += rows[key]["counted"] if key in rows else 0
            rows[key] = row
        return rows

    def _key(self, row: dict[str, Any]) -> tuple[Any, ...]:
        without_child = self.unit.get("without_child")
        return (row[without_child],) if without_child and row["child_id"] is None else tuple(row[name] for name in self.unit["key"])

    def _children(self) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
        if self.kind == "children":
            then, now = ({key[0]: row for key, row in side.items()} for side in (self.then, self.now))
            return then, now
        sql = partial(compose.compose, "children" + compose.ROWS)
        then, now = ({row["child_id"]: row for row in build.rows_on(self.comparison.as_of, sql)} for build in self.builds)
        return then, now

    def explained(self) -> list[dict[str, Any]]:
        rows = []
        for _key, then, now in compare.paired(self.then, self.now):
            counts = {"then": then["counted"] if then else 0, "now": now["counted"] if now else 0}
            if counts["then"] != counts["now"]:
                rows.append({**(now or then or {}), **counts, "reasons": self._reasons(then, now)})
        return sorted(rows, key=lambda row: (row["sort_no"] or 0, row["now"] >= row["then"], str(self._key(row))))

    @cached_property
    def settings(self) -> list[str]:
        return settings_changed(*self.builds)

    def _reasons(self, then: dict[str, Any] | None, now: dict[str, Any] | None) -> tuple[Change, ...]:
        """Why one row counts differently; where nothing in the ledgers differs, the settings do, by name, or the program does."""
        child_id = (now or then or {}).get("child_id")
        of_child = self._of_whole_child(child_id) if child_id else []
        if of_child and ("gate" in self.unit or of_child[0].kind == IDENTITY):
            return tuple(of_child)
        reasons = [change for kind in self._kinds(then, now) for change in self._changes(kind, child_id, then, now)]
        return tuple(dict.fromkeys(reasons)) or (Change(UNEXPLAINED, child_id=child_id, field=" ".join(self.settings)),)

    def _of_whole_child(self, child_id: str) -> list[Change]:
        """The one reason of a child that only one build knows: new, gone, or the same ledger row under another identity.

        An ID number that a village adds makes its child another one: `then` and `now` are the ids, `verb` stays.
        """
        reasons = self.comparison.changes("child", ("child_id", child_id))[:1]
        is_gone = any(change.verb == "removed" for change in reasons)
        twin = self.comparison.twin(child_id, is_gone) if reasons else None
        then, now = (child_id, twin) if is_gone else (twin, child_id)
        return [replace(change, kind=IDENTITY, then=then, now=now) for change in reasons] if twin else reasons

    def _kinds(self, then: dict[str, Any] | None, now: dict[str, Any] | None) -> list[str]:
        """The kinds of rows that may explain it: by the columns that differ, by the child's, or as a whole."""
        absent: list[str] = self.unit.get("absent", [])
        if then and now:
            moved = self.village_id is not None and then["village_id"] != now["village_id"]
            return [*self._kinds_of(self.columns, then, now), *(("membership", "naming", *absent) if moved else ())]
        if "gate" not in self.unit:
            return absent
        child_then, child_now = (children.get((now or then or {})["child_id"]) for children in self.children)
        if child_then is None or child_now is None:
            return ["membership"]
        return self._kinds_of([self.unit["gate"]], child_then, child_now) if self.unit["gate"] else absent

    def _kinds_of(self, columns: list[str], then: dict[str, Any], now: dict[str, Any]) -> list[str]:
        """The kinds that explain the columns that differ, or else what explains the row as a whole."""
        kinds = []
        for name in (name for name in columns if then[name] != now[name]):
            lower = [other for other in rules()["rest_on"].get(name, ()) if then[other] != now[other]]
            kinds += [kind for other in lower or [name] for kind in rules()["columns"][other]]
        moved = kinds and then["village_id"] != now["village_id"]
        return [*dict.fromkeys(kinds), *(("naming",) if moved else ())] or self.unit.get("absent", [])

    def _changes(self, kind: str, child_id: str | None, then: dict[str, Any] | None, now: dict[str, Any] | None) -> list[Change]:
        if kind == "sibling":
            siblings = self.comparison.siblings(child_id or "")
            return [change for sibling in siblings for of in _OF_SIBLINGS for change in self.comparison.changes(of, ("child_id", sibling))]
        row = now or then or {}
        key = {name: row[name] for name in self.unit["key"]}
        changes = [change for link in self._links(child_id, then, now) for change in self.comparison.changes(kind, link, key)]
        if kind == "fact":  # only those that the child's classes rest on, by the beginnings of their names
            classes = self.comparison.classes.get(child_id or "", ())
            starts = tuple(start for number in classes for start in rules()["facts_of_class"][str(number)])
            changes = [change for change in changes if change.field.startswith(starts)]
        return sorted(changes, key=lambda change: (str(change.on or ""), change.verb, change.field))

    def _links(self, child_id: str | None, then: dict[str, Any] | None, now: dict[str, Any] | None) -> list[tuple[str, object]]:
        """(column, value) by which changes are tied to a row: its ids, and its villages with the classes of the child."""
        rows = [row for row in (then, now) if row]
        links = [(name, row[name]) for row in rows for name in ("child_id", "helper_id", "need_id", "report_id") if row.get(name)]
        if child_id:
            links += [("place", f"{row['village_id']}/{number}") for row in rows for number in self.comparison.classes.get(child_id, ())]
        elif self.kind == "declarations":
            links += [("place", f"{row['village_id']}/{row['class_no']}") for row in rows]
        elif self.kind == "villages":
            links += [("village_id", row["village_id"]) for row in rows]
        return list(dict.fromkeys(links))

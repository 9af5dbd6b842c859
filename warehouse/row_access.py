"""What a reader may see of a build: the whole town, or the villages under some codes. The one place where this is applied.

A scope is a tuple of codes: "all", or a county (6 digits), a town (9) or a village (12 digits), which stands for every village whose
code begins with it. What is empty, malformed or matches no village shows nothing; a query that does not tell which village a row
belongs to is refused rather than answered in part.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from locales import N_
from warehouse.builds import repository
from warehouse.metrics import drilldown, finding_age, query
from warehouse.review import alternative_counts, build_diff, exclusions, figure_changes, sensitivity
from warehouse.review.counting_rules import CountingRule
from warehouse.sql import compose

WHOLE = ("all",)
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}", re.ASCII)
# Tables that say nothing of any village.
COMMON = frozenset("goals mart_days rules_run care_days settings_in_force".split())
_INSPECTED: dict[str, Callable[..., Any]] = {
    "accounted": exclusions.counted_and_excluded,
    "touched": sensitivity.affecting_findings,
    "counted": alternative_counts.counted,
    "on_this_day": alternative_counts.on_this_day,
    "on_other_days": alternative_counts.on_other_days,
    "left_out": exclusions.left_out,
}
# What a build tells of itself to everyone; file names and figures of other villages are not among it.
_COMMON_FACTS = ("loaded_at", "as_of", "base", "before", "ledgers")


class OutOfScope(query.CannotAsk):
    """More was asked for than the reader may see."""

    says = N_("您的账号只能查看自己范围内的村（社区）。")


def is_code(code: str) -> bool:
    """Whether a text can be part of a scope: "all", or 6, 9 or 12 digits."""
    return code in WHOLE or bool(_CODE.fullmatch(code))


def is_whole(scope: Sequence[str]) -> bool:
    """Whether a scope is the whole town."""
    return tuple(scope) == WHOLE


class Scope:
    """Which villages of a build a reader may see."""

    def __init__(self, build: repository.Build, scope: tuple[str, ...]) -> None:
        self.build, self.scope = build, scope

    @cached_property
    def within(self) -> frozenset[str] | None:
        """The villages that may be seen; None: all, and what belongs to no village too."""
        if is_whole(self.scope):
            return None
        if not all(isinstance(code, str) and _CODE.fullmatch(code) for code in self.scope):
            return frozenset()  # one malformed code spoils the whole rule
        villages = (row["village_id"] for row in self.build.rows("select village_id from villages"))
        return frozenset(village_id for village_id in villages if village_id.startswith(tuple(self.scope)))

    def restrict(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows of villages that may be seen."""
        return [row for row in rows if self.within is None or row["village_id"] in self.within]

    def restrict_telling(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows that may be seen. Raises OutOfScope where they do not say their village."""
        if self.within is not None and rows and "village_id" not in rows[0]:
            raise OutOfScope
        return self.restrict(rows)

    def require(self, village_id: str | None) -> None:
        """Raise OutOfScope for a village (None: the town) whose figures cannot be restricted row by row and that may not be seen as a whole."""
        if self.within is not None and village_id not in self.within:
            raise OutOfScope


class ScopedBuild(Scope):
    """The answers of one build to a reader of a scope; everything that pages and exports read comes through here."""

    def rows(self, name: str, **params: Any) -> list[dict[str, Any]]:
        """Return the rows of a list of warehouse/sql/lists that may be seen, `as_of` a day where it has one."""
        day = params.pop("as_of", None)
        if day is None:
            return self.restrict_telling(self.build.rows(compose.list_sql(name), params))
        return self.restrict_telling(self.build.rows_on(day, lambda ready: compose.list_sql(name, tuple(ready)), params))

    def common(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a list over tables that say nothing of any village. Raises OutOfScope for any other."""
        sql = compose.list_sql(name)
        with self.build.cursor() as cursor:
            if not cursor.get_table_names(sql) <= COMMON:
                raise OutOfScope
        return self.build.rows(sql)

    def mended(self, before: str) -> list[dict[str, Any]]:
        """Return the findings of the build `before` that this one no longer has. Raises UnknownBuild where it is not kept."""
        return self.restrict(finding_age.only_in(self._earlier(before), self.build))

    def settings(self, *names: str) -> list[dict[str, Any]]:
        """Return the settings that metrics read, of the build, beside the program's own."""
        return repository.settings_read_by(self.build, *names)

    def villages(self) -> list[dict[str, Any]]:
        """Return the register's villages in its order."""
        return self.rows("villages")

    def village_names(self) -> dict[str, str]:
        """Return the names of the register's villages by code, those that begin later or have ended among them."""
        return {row["village_id"]: row["name"] for row in self.rows("villages")}

    def facts(self) -> dict[str, str]:
        """Return what the build says of itself, without what it leaves open."""
        facts = {name: value for name, value in self.build.facts.items() if value is not None}
        return facts if self.within is None else {name: facts[name] for name in _COMMON_FACTS if name in facts}

    def loads_before(self) -> list[dict[str, Any]]:
        """Return the builds kept from before this one, newest first: `build` and its facts (as_of, loaded_at, ledgers)."""
        older = [row["build"] for row in repository.history(self.build.home) if row["build"] < self.build.id]
        return [{"build": build_id, **ScopedBuild(self._earlier(build_id), self.scope).facts()} for build_id in older]

    def _earlier(self, build_id: str) -> repository.Build:
        return repository.open_build(self.build.home, build_id)


class ScopedDay(ScopedBuild):
    """The answers of one build as of one day to a reader of a scope."""

    def __init__(self, build: repository.Build, scope: tuple[str, ...], day: dt.date) -> None:
        super().__init__(build, scope)
        self.day = day

    def villages(self) -> list[dict[str, Any]]:
        """Return the villages that exist on the day, in the register's order."""
        return [row for row in super().villages() if (row["since"] or self.day) <= self.day < (row["until"] or dt.date.max)]

    def ask(self, metric: str, by: str = "town", day: dt.date | None = None) -> list[dict[str, Any]]:
        """Return a metric by group, by default of the day."""
        if self.within is not None and not by.startswith("village"):
            raise OutOfScope
        return query.ask(self.build, metric, day or self.day, by, self.within)

    def step(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a step, which say their village, with `file` and `sheet`. Raises OutOfScope, query.CannotAsk."""
        placed = "select s.file, s.sheet, c.* from ({}) as c left join ledger_sheets as s on s.sheet_id = c.sheet_id"
        return self.restrict_telling(self.build.rows_on(self.day, lambda ready: placed.format(query.steps_sql(name, ready))))

    def rows_behind(self, metric: str, name: str, village_id: str | None = None, class_no: int | None = None) -> list[dict[str, Any]]:
        """Return the rows that a figure counts. Raises OutOfScope, and query.CannotAsk where none do."""
        if village_id is not None:  # without one, rows are restricted by their own village
            self.require(village_id)
        return self.restrict(drilldown.rows(self.build, metric, name, self.day, village_id, class_no))

    def share_rows(self, share: str, village_id: str | None = None, class_no: int | None = None) -> list[dict[str, Any]]:
        """Return the rows behind a share, those of the numerator marked. Raises OutOfScope, and query.CannotAsk where none are."""
        if village_id is not None:
            self.require(village_id)
        return self.restrict(drilldown.share_rows(self.build, share, self.day, village_id, class_no))

    def counts(self, metric: str, names: tuple[str, ...], *by: str) -> list[dict[str, Any]]:
        """Return several figures at once by columns of their rows, the village among them. Raises OutOfScope, query.CannotAsk."""
        if self.within is not None and "village_id" not in by:
            raise OutOfScope
        return self.restrict(drilldown.counts(self.build, metric, names, self.day, by))

    def class_counts(self, metric: str, base: str, names: tuple[str, ...], group: str) -> list[dict[str, Any]]:
        """Return a figure and parts of it by village for a group of drilldown.CLASS_GROUPS. Raises query.CannotAsk."""
        return self.restrict(drilldown.class_counts(self.build, metric, base, names, self.day, group))

    def of_group(self, metric: str, name: str, group: str) -> list[dict[str, Any]]:
        """Return village and key of a figure's rows for a group of drilldown.CLASS_GROUPS. Raises query.CannotAsk."""
        return self.restrict(drilldown.of_group(self.build, metric, name, self.day, group))

    def inspected(self, what: str, code: str, village_id: str | None, class_no: int | None = None, **options: Any) -> Any:
        """Return what a figure counts, leaves out (by `line`, `most` rows), what findings affect it, and other ways of counting."""
        self.require(village_id)
        if what == "touched":
            options["within"] = self.within  # a child's findings may be in the ledgers it came from
        return _INSPECTED[what](exclusions.Question(self.build, code, self.day, village_id, class_no), **options)

    def in_load(self, before: str, code: str, village_id: str | None, class_no: int | None = None) -> list[CountingRule]:
        """Return a figure as an earlier build has it. Raises OutOfScope, UnknownBuild, query.CannotAsk."""
        self.require(village_id)
        return alternative_counts.in_load(exclusions.Question(self.build, code, self.day, village_id, class_no), self._earlier(before))

    def trail(self, child_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return what the ledgers of the villages that may be seen say of one child; all lists empty for a child of none of them."""
        lists = {name: self.restrict(rows) for name, rows in drilldown.trail(self.build, child_id, self.day).items()}
        return lists if lists["memberships"] else {name: [] for name in lists}

    def changes(self, before: str, village_id: str | None = None) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the headline figures in the build `before` and in this one, and the settings that differ."""
        self.require(village_id)
        earlier = self._earlier(before)
        return figure_changes.changes(earlier, self.build, self.day, village_id), build_diff.settings_changed(earlier, self.build)

    def explained(self, before: str, metric: str, name: str, village_id: str | None = None) -> list[dict[str, Any]]:
        """Return the rows that count in one of both builds only, with reasons. Raises OutOfScope, UnknownBuild, query.CannotAsk."""
        self.require(village_id)
        return figure_changes.explained(self._earlier(before), self.build, metric, name, self.day, village_id)

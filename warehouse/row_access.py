"""What a reader may see of a build: the whole town, or the villages under some codes. The one place where this is applied.

A scope is a tuple of codes: "all", or a county (6 digits), a town (9) or a village (12 digits), which stands for every village whose
code begins with it. What is empty, malformed or matches no village shows nothing; a query that does not tell which village a row
belongs to is refused rather than answered in part.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from warehouse.builds import build_settings
from warehouse.builds.repository import Build
from warehouse.metrics import child_record, drilldown, finding_age, query
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
}
# What a build tells of itself to everyone; file names and figures of other villages are not among it.
_COMMON_FACTS = ("loaded_at", "as_of", "base", "before", "ledgers")


class OutOfScope(query.CannotAsk):
    """More was asked for than the reader may see."""

    def __init__(self) -> None:
        from locales import _

        super().__init__(_("您的账号只能查看自己范围内的村（社区）。"))


def is_code(code: str) -> bool:
    """Whether a text can stand in a scope: "all", or 6, 9 or 12 digits."""
    return code in WHOLE or bool(_CODE.fullmatch(code))


def is_whole(scope: Sequence[str]) -> bool:
    """Whether a scope is the whole town."""
    return tuple(scope) == WHOLE


class ScopedBuild:
    """The answers of one build to a reader of a scope; everything that pages and exports read comes through here."""

    def __init__(self, build: Build, scope: tuple[str, ...]) -> None:
        self.build, self.scope = build, scope

    @cached_property
    def within(self) -> frozenset[str] | None:
        """The villages that may be seen; None: all, and what belongs to no village too."""
        if is_whole(self.scope):
            return None
        if not all(isinstance(code, str) and _CODE.fullmatch(code) for code in self.scope):
            return frozenset()  # one malformed code spoils the whole rule
        known = (row["village_id"] for row in self.build.rows("select village_id from villages"))
        return frozenset(village_id for village_id in known if village_id.startswith(tuple(self.scope)))

    def admits(self, village_id: str | None) -> bool:
        """Whether a village (None: the town as a whole) may be seen."""
        return self.within is None or village_id in self.within

    def restrict(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows of villages that may be seen."""
        return [row for row in rows if self.within is None or row["village_id"] in self.within]

    def ask(self, metric: str, day: dt.date, by: str) -> list[dict[str, Any]]:
        """A metric by group. Raises OutOfScope for a town or class of a reader who may not see all of it, else metrics.CannotAsk."""
        if self.within is not None and not by.startswith("village"):
            raise OutOfScope
        return query.ask(self.build, metric, day, by, self.within)

    def rows(self, name: str, params: tuple[tuple[str, object], ...] = ()) -> list[dict[str, Any]]:
        """Return the rows of a list of warehouse/sql/lists that may be seen. Raises OutOfScope where they do not tell their village_id."""
        return self._of_villages(self.build.rows(finding_age.with_ages(self.build, compose.list_sql(name)), dict(params)))

    def _of_villages(self, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that may be seen. Raises OutOfScope where they do not tell their village."""
        if self.within is not None and found and "village_id" not in found[0]:
            raise OutOfScope
        return self.restrict(found)

    def step(self, name: str, day: dt.date) -> list[dict[str, Any]]:
        """Rows of a step, which tell their village_id, with `file` and `sheet`. Raises OutOfScope, metrics.CannotAsk."""
        placed = "select s.file, s.sheet, c.* from ({}) as c left join ledger_sheets as s on s.sheet_id = c.sheet_id"
        return self._of_villages(self.build.rows_on(day, lambda ready: placed.format(query.steps_sql(name, ready))))

    def common(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a list over tables that say nothing of any village. Raises OutOfScope for any other."""
        sql = compose.list_sql(name)
        with self.build.cursor() as cursor:
            if not cursor.get_table_names(sql) <= COMMON:
                raise OutOfScope
        return self.build.rows(sql)

    def rows_behind(self, metric: str, name: str, day: dt.date, village_id: str | None, class_no: int | None) -> list[dict[str, Any]]:
        """The rows that a figure counts. Raises OutOfScope, metrics.CannotAsk."""
        self._check(village_id)
        return self.restrict(drilldown.rows(self.build, metric, name, day, village_id, class_no))

    def share_rows(self, share: str, day: dt.date, village_id: str | None, class_no: int | None) -> list[dict[str, Any]]:
        """The rows behind a share. Raises OutOfScope, metrics.CannotAsk."""
        self._check(village_id)
        return self.restrict(drilldown.share_rows(self.build, share, day, village_id, class_no))

    def counts(self, metric: str, names: tuple[str, ...], day: dt.date, by: tuple[str, ...]) -> list[dict[str, Any]]:
        """Several figures at once by columns of their rows, the village among them. Raises OutOfScope, metrics.CannotAsk."""
        if self.within is not None and "village_id" not in by:
            raise OutOfScope
        return self.restrict(drilldown.counts(self.build, metric, names, day, by))

    def class_parts(self, share: str, day: dt.date, group: str) -> list[dict[str, Any]]:
        """The parts of a share by village for some classes. Raises metrics.CannotAsk."""
        return self.restrict(drilldown.class_parts(self.build, share, day, group))

    def inspected(self, what: str, code: str, day: dt.date, village_id: str | None, class_no: int | None) -> Any:
        """What was counted, left out and touched by findings, and what other ways give. Raises OutOfScope, metrics.CannotAsk."""
        self._check_place(village_id)
        own = {"within": self.within} if what == "touched" else {}  # a child's findings may stand in the ledgers it came from
        return _INSPECTED[what](self.build, code, day, village_id, class_no, **own)

    def left_out(
        self, code: str, line: tuple[str, str | None] | None, most: int, day: dt.date, village_id: str | None, class_no: int | None
    ) -> list[dict[str, Any]]:
        """The first rows that a figure leaves out. Raises OutOfScope, metrics.CannotAsk."""
        self._check_place(village_id)
        return exclusions.left_out(self.build, code, line, most, day, village_id, class_no)

    def in_load(self, earlier: Build, code: str, day: dt.date, village_id: str | None, class_no: int | None) -> list[CountingRule]:
        """A figure as an earlier build told it. Raises OutOfScope, metrics.CannotAsk."""
        self._check_place(village_id)
        return alternative_counts.in_load(self.build, earlier, code, day, village_id, class_no)

    def trail(self, child_id: str, day: dt.date) -> dict[str, list[dict[str, Any]]]:
        """What the ledgers of the villages that may be seen say of one child; all lists empty for a child of none of them."""
        told = {name: self.restrict(rows) for name, rows in child_record.trail(self.build, child_id, day).items()}
        return told if told["memberships"] else {name: [] for name in told}

    def changes(self, before: Build, day: dt.date, village_id: str | None) -> tuple[list[dict[str, Any]], list[str]]:
        """The headline figures in an earlier build and in this one. Raises OutOfScope, metrics.CannotAsk."""
        self._check_place(village_id)
        return figure_changes.changes(before, self.build, day, village_id), build_diff.settings_changed(before, self.build)

    def explained(self, before: Build, metric: str, name: str, day: dt.date, village_id: str | None) -> list[dict[str, Any]]:
        """The rows that count in one of both builds only. Raises OutOfScope, metrics.CannotAsk."""
        self._check_place(village_id)
        return figure_changes.explained(before, self.build, metric, name, day, village_id)

    def mended(self, before: Build) -> list[dict[str, Any]]:
        """Findings of the build before that this one no longer has."""
        return self.restrict(finding_age.only_in(before, self.build))

    def settings(self, names: tuple[str, ...]) -> list[dict[str, Any]]:
        """The settings that metrics read."""
        return build_settings.settings_read_by(self.build, *names)

    def villages(self) -> list[dict[str, Any]]:
        """The register's villages in its order."""
        return self.rows("villages")

    def facts(self) -> dict[str, str]:
        """What the build tells of itself, without what it leaves open."""
        told = {name: value for name, value in self.build.facts.items() if value is not None}
        return told if self.within is None else {name: told[name] for name in _COMMON_FACTS if name in told}

    def _check(self, village_id: str | None) -> None:
        """A village out of scope is refused; without one, rows are kept by their own village."""
        if village_id is not None:
            self._check_place(village_id)

    def _check_place(self, village_id: str | None) -> None:
        """What cannot be kept row by row is answered for a place that may be seen as a whole."""
        if not self.admits(village_id):
            raise OutOfScope

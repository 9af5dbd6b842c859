"""A figure inspected: all that could have been counted (sql/whole), what was, and why each of the rest was left out.

The reasons are the conditions of warehouse/metrics/drilldown.toml themselves: a row is left out by the first that it does not meet, so that
whole = counted + left out, reason by reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from warehouse.builds.repository import Build
from warehouse.metrics import drilldown
from warehouse.metrics.drilldown import Drilldown
from warehouse.sql import compose

# The counts that can be inspected beside the shares of drilldown.toml.
COUNTS = (
    *("eligibility.registered", "eligibility.eligible", "eligibility.expired", "eligibility.unverified", "eligibility.in_scope"),
    *("coverage.covered", "coverage.family_paired", "coverage.department_covered", "coverage.conforming"),
    *("visits.due_children", "visits.on_pace", "visits.visit_days", "visits.never_visited", "visits.over_60_days"),
    *("cascade.no_overdue_need", "needs.raised", "needs.open", "needs.overdue", "needs.resolved"),
    *("duties.helpers", "duties.care_due", "duties.care_held", "duties.reports", "duties.fields_required"),
)
# What leaves a row out before any condition of a figure is asked; the first speak of what is not there on the day at all.
NOT_THERE = ("child_unlisted", "child_not_yet", "child_left", "helper_not_yet", "helper_left", "need_not_yet", "report_not_yet")
_WITH_REASON = ("is_in_scope", "state = 'eligible'", "child_expired", "visit_mode")  # left out by these, `reason` says more
NUMBERS = "cast(coalesce(sum({0}), 0) as bigint) as {0}"


@dataclass(frozen=True)
class Measure:
    """A share with its two parts, or a count, whose numerator is the count itself."""

    code: str
    metric: str
    numerator: str
    denominator: str

    @property
    def is_share(self) -> bool:
        """Whether it has two parts."""
        return self.numerator != self.denominator

    @property
    def parts(self) -> tuple[Drilldown, Drilldown]:
        """What stands behind numerator and denominator."""
        return drilldown.drilldown_of(self.metric, self.numerator), drilldown.drilldown_of(self.metric, self.denominator)

    @property
    def rows(self) -> str:
        """The kind of rows it counts."""
        return self.parts[1].rows


def measure(code: str) -> Measure:
    """A share or `metric.figure`. Raises CannotAsk for what has no rows."""
    if code in drilldown.share_parts():
        return Measure(code, *drilldown.share_parts()[code])
    metric, _dot, name = code.partition(".")
    drilldown.drilldown_of(metric, name)
    return Measure(code, metric, name, name)


def measures() -> list[Measure]:
    """Everything that can be inspected: shares, then counts."""
    return [measure(code) for code in (*drilldown.share_parts(), *COUNTS)]


def kind_of(rows: str, village_id: str | None, class_no: int | None) -> str:
    """The file of sql/whole for the town, one village or one class."""
    wanted = (f"class_{rows}" if class_no else "", f"village_{rows}" if village_id else "", rows)
    return next(name + compose.WHOLE for name in wanted if name + compose.WHOLE in compose.step_files())


def conditions(told: Drilldown) -> list[str]:
    """The conditions of a figure, each of which a row counted meets."""
    return [] if told.where == "true" else told.where.split(" and ")


def population_sql(asked: Measure, village_id: str | None, class_no: int | None, ready: Collection[str] = ()) -> str:
    """One statement for all rows that could have been counted, `$as_of` its only parameter, with what each adds.

    Steps that are `ready` stand as tables.

    Columns besides those of the file: `counts` and `counted` (to denominator and numerator), `most` (what it could add), `why`
    (null where it counts, else what leaves it out) and `detail`. Raises ValueError for a village that is no code.
    """
    numerator, denominator = asked.parts
    tests = "".join(f" when not coalesce({one}, false) then '{quoted(one)}'" for one in conditions(denominator))
    why = f"case when left_out is not null then left_out{tests} end"
    told = ", ".join("'" + quoted(one) + "'" for one in _WITH_REASON)
    added = {"counts": denominator, "counted": numerator}
    sums = ", ".join(
        f"case when left_out is null and coalesce({part.where}, false) then {part.added or 1} else 0 end as {name}"
        for name, part in added.items()
    )
    most = "cells" if asked.rows == "fields" else "1"
    source = population_of(kind_of(asked.rows, village_id, class_no), village_id, class_no, ready)
    given = f"select *, {why} as why, {most} as most, {sums} from ({source}) as w"  # noqa: S608 — our own files
    return f"select *, case when why in ({told}) then reason end as detail from ({given}) as w"  # noqa: S608 — our own words


def population_of(kind: str, village_id: str | None, class_no: int | None, ready: Collection[str] = ()) -> str:
    """The statement of a file of sql/whole for one place and class. Raises ValueError for a village that is no code."""
    where = [f"village_id = '{int(village_id):012}'"] if village_id is not None else []
    where += [f"class_no = {int(class_no)}"] if class_no is not None else []
    told = compose.compose(kind, ready)
    return f"select * from ({told}) as r where {' and '.join(where)}" if where else told  # noqa: S608 — our own files


def rows_over(
    build: Build,
    sql: str,
    asked: Measure,
    as_of: dt.date,
    village_id: str | None,
    class_no: int | None,
    params: Mapping[str, object] | None = None,
) -> list[dict]:
    """The rows of a question that is written with `{}` in place of `whole_sql`, which stands for all questions of the day."""
    name = f"whole_{asked.code.replace('.', '_')}_{village_id or 'town'}_{class_no or 0}"
    made = partial(population_sql, asked, village_id, class_no)
    return build.rows_on(
        as_of,
        lambda ready: sql.format(f"select * from {name}" if name in ready else made(ready)),  # noqa: S608 — our own words
        params,
        {name: made},
    )


def quoted(text: str) -> str:
    """A condition inside a literal of SQL."""
    return text.replace("'", "''")


def counted_and_excluded(build: Build, code: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None) -> list[dict]:
    """What was counted and what was left out: `why, detail, most, counts, counted`, a line a reason, the counted (why None) first.

    The sum of `most` is all that could have been counted; of each line left out nothing counts. Raises CannotAsk.
    """
    asked = measure(code)
    sums = ", ".join(NUMBERS.format(name) for name in ("most", "counts", "counted"))
    sql = f"select why, detail, {sums} from ({{}}) as w group by why, detail"  # noqa: S608 — our own names
    order = [None, *NOT_THERE]
    tests = conditions(asked.parts[1])
    rows = rows_over(build, sql, asked, as_of, village_id, class_no)
    place = {why: at for at, why in enumerate([*order, *({row["why"] for row in rows} - {*order, *tests}), *tests])}
    return sorted(rows, key=lambda row: (place[row["why"]], -row["most"], row["detail"] or "", row["why"] or ""))


def left_out(
    build: Build,
    code: str,
    line: tuple[str, str | None] | None,
    most: int,
    as_of: dt.date,
    village_id: str | None = None,
    class_no: int | None = None,
) -> list[dict]:
    """The first `most` rows of one line (why, detail) of `accounted` or of all left out, by village and place in the ledgers.

    Raises CannotAsk.
    """
    of_line = "w.why = $why and w.detail is not distinct from cast($detail as string)" if line else "w.why is not null"
    sql = (
        "select v.sort_no, s.file, s.sheet, w.row_no, v.name as village, w.* exclude (row_no) from ({}) as w"  # noqa: S608 — our own words
        " left join villages as v on v.village_id = w.village_id left join ledger_sheets as s on s.sheet_id = w.sheet_id"
        f" where {of_line} order by all limit {int(most)}"
    )
    told = dict(zip(("why", "detail"), line, strict=True)) if line else {}
    return rows_over(build, sql, measure(code), as_of, village_id, class_no, told)

"""A figure inspected: all that could have been counted (sql/population), what was, and by which condition each of the rest was left out."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.builds.repository import Build
from warehouse.metrics import drilldown, registry
from warehouse.metrics.registry import Share
from warehouse.sql import compose

# What leaves a row out before any condition of a figure is asked; the first speak of what does not exist on the day at all.
NOT_THERE = ("child_unlisted", "child_not_yet", "child_left", "helper_not_yet", "helper_left", "need_not_yet", "report_not_yet")
_WITH_REASON = ("is_in_scope", "state = 'eligible'", "child_expired", "visit_mode")  # left out by these, `reason` says more
NUMBERS = "cast(coalesce(sum({0}), 0) as bigint) as {0}"


def measure(code: str) -> Share:
    """Return a share, or a count `metric.figure` as one of the same figure twice. Raises CannotAsk for what has no rows."""
    if code in registry.shares():
        return registry.shares()[code]
    metric, _dot, name = code.partition(".")
    return Share(code, metric, drilldown.drilldown_of(metric, name).title, (name, name))


def has_classes(inspected: Share) -> bool:
    """Whether a measure can be inspected for one class."""
    return registry.row_kinds()[inspected.rows].has_classes


def measures() -> list[Share]:
    """Return everything that can be inspected: shares, then counts; of two shares of the same parts the goal's, by which it is declared."""
    twins = {share.same_as for share in registry.shares().values()}
    shares = (code for code in registry.shares() if code not in twins)
    return [measure(code) for code in (*shares, *(figure.code for figure in registry.listed("review")))]


@dataclass(frozen=True)
class Question:
    """A measure, by its code, as a build has it on a day: of the town, one village or one class."""

    build: Build
    code: str
    as_of: dt.date
    village_id: str | None = None
    class_no: int | None = None

    @property
    def measure(self) -> Share:
        """The measure. Raises CannotAsk for what has no rows."""
        return measure(self.code)

    @property
    def source(self) -> str:
        """The file of sql/population that it is counted on."""
        return drilldown.source_of(self.measure.rows, self.village_id, self.class_no, compose.POPULATION)

    def population_sql(self, ready: Collection[str] = ()) -> str:
        """Return one statement for all rows that could have been counted, `$as_of` its only parameter, with what each adds.

        Columns besides those of the file: `counts` and `counted` (to denominator and numerator), `most` (what it could add), `why`
        (null where it counts, else what leaves it out) and `detail`. `ready` steps exist as tables.
        """
        numerator, denominator = self.measure.figures
        tests = "".join(f" when not coalesce({test}, false) then '{quoted(test)}'" for test in denominator.conditions)
        why = f"case when left_out is not null then left_out{tests} end"
        with_reason = ", ".join("'" + quoted(test) + "'" for test in _WITH_REASON)
        sums = ", ".join(
            f"case when left_out is null and coalesce({part.where}, false) then {part.adds or 1} else 0 end as {name}"
            for name, part in (("counts", denominator), ("counted", numerator))
        )
        most = "cells" if self.measure.rows == "fields" else "1"
        source = drilldown.select_of(self.source, self.village_id, self.class_no, ready)
        added = f"select *, {why} as why, {most} as most, {sums} from ({source}) as w"  # noqa: S608 — our own files
        return f"select *, case when why in ({with_reason}) then reason end as detail from ({added}) as w"  # noqa: S608 — our own words

    def rows(self, sql: str, params: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query written with `{}` in place of `population_sql`, which is kept for all queries of the day."""
        name = f"whole_{self.code.replace('.', '_')}_{self.village_id or 'town'}_{self.class_no or 0}"
        return self.build.rows_on(
            self.as_of,
            lambda ready: sql.format(f"select * from {name}" if name in ready else self.population_sql(ready)),  # noqa: S608 — our own words
            params,
            {name: self.population_sql},
        )


def quoted(text: str) -> str:
    """Return a condition inside a literal of SQL."""
    return text.replace("'", "''")


def counted_and_excluded(question: Question) -> list[dict[str, Any]]:
    """Return what was counted and what was left out: `why, detail, most, counts, counted`, a line a reason, the counted (why None) first.

    The sum of `most` is all that could have been counted; of each line left out nothing counts. Raises CannotAsk.
    """
    sums = ", ".join(NUMBERS.format(name) for name in ("most", "counts", "counted"))
    rows = question.rows(f"select why, detail, {sums} from ({{}}) as w group by why, detail")  # noqa: S608 — our own names
    first, last = [None, *NOT_THERE], question.measure.figures[1].conditions
    place = {why: at for at, why in enumerate(first)} | {why: len(first) + 1 + at for at, why in enumerate(last)}
    return sorted(rows, key=lambda row: (place.get(row["why"], len(first)), -row["most"], row["detail"] or "", row["why"] or ""))


def left_out(question: Question, line: tuple[str, str | None] | None, most: int) -> list[dict[str, Any]]:
    """Return the first `most` rows left out, by village and place, of one line (why, detail) of `counted_and_excluded` or of all."""
    of_line = "why = $why and detail is not distinct from cast($detail as string)" if line else "why is not null"
    sql = drilldown.with_place(f"select * from ({{}}) as w where {of_line}") + f" order by all limit {int(most)}"  # noqa: S608 — our own words
    return question.rows(sql, dict(zip(("why", "detail"), line, strict=True)) if line else {})

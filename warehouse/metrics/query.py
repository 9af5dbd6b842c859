"""Answers a metric, a day, a group: from `mart_<metric>` where the day was laid down (snapshots.py), else live by the same SQL."""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Any

import duckdb

from locales import Refusal, _
from warehouse.builds.repository import Build, rows_of
from warehouse.metrics import registry
from warehouse.sql import compose

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class CannotAsk(Refusal, ValueError):
    """The metric, the group or the day asked for does not exist."""

    exit_status = 2


def ask(build: Build, metric: str, as_of: dt.date, by: str = "town", within: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Return a metric at the end of day `as_of` by group: one dict per row, the group's columns first, shares 0-1 or None.

    `within` keeps the rows of these village ids alone (None: all) and wants a group by village, because the figures of
    a town or class do not come apart. Goals are answered for their own days, whatever `as_of` is.
    """
    check(metric, by, within)
    days = [row["as_of"] for row in build.rows("select distinct as_of from goals order by 1")] if is_on_goal_days(metric) else [as_of]
    rows = [row for day in days for row in _on_day(build, metric, day, by, within)]
    return sorted(rows, key=lambda row: row["village_id"]) if len(days) > 1 and by == "village" else rows


def ask_all(build: Build, metrics: Sequence[str], as_of: dt.date, by: str = "town") -> dict[str, list[dict[str, Any]]]:
    """Return what `ask` gives for several metrics of one day, the steps they share worked out once."""
    for metric in metrics:
        check(metric, by)
    if build.days.is_kept or _has_mart(build, as_of) or len(metrics) < 2:
        return {metric: ask(build, metric, as_of, by) for metric in metrics}
    with build.days.with_steps(as_of) as cursor:
        return {
            metric: ask(build, metric, as_of, by)
            if is_on_goal_days(metric)
            else rows_of(cursor, compose.bind_day(_group_query(metric, by, live_sql(metric, compose.SHARED)), as_of))
            for metric in metrics
        }


def check(metric: str, by: str, within: Collection[str] | None = None) -> None:
    """Refuse what does not exist, naming what does."""
    if metric not in registry.metrics():
        says = _("没有名为“{metric}”的指标，可用的有：{known}。")
        raise CannotAsk(says.format(metric=metric, known="、".join(registry.metrics())))
    groups = registry.metrics()[metric].groups
    if by not in groups:
        says = _("指标“{metric}”不能按“{group}”分组，可用的有：{known}。")
        raise CannotAsk(says.format(metric=metric, group=by, known="、".join(groups)))
    if within is not None and "village_id" not in registry.GROUPS[by]:
        raise CannotAsk(_("只有按村分组时才能限定村（社区），不能按“{group}”。").format(group=by))


def is_on_goal_days(metric: str) -> bool:
    """Return whether a metric is answered for the goals' own days, whatever day is asked for."""
    return registry.metrics()[metric].days == "goals"


def parse_day(text: str) -> dt.date:
    """A day written YYYY-MM-DD. Raises CannotAsk for anything else."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CannotAsk(_("“{day}”不是日期，请写成 2025-12-31 这样的形式。").format(day=text)) from error


def _on_day(build: Build, metric: str, day: dt.date, by: str, within: Collection[str] | None) -> list[dict[str, Any]]:
    """Rows of one day, from the mart where the day has one, else live."""
    if f"mart_{metric}" in build.tables and _has_mart(build, day):  # a build made before the metric was added has none
        mart = f"select * from mart_{metric} where as_of = $as_of"  # noqa: S608 — a name of the registry
        return build.rows(compose.bind_day(_group_query(metric, by, mart, within), day))
    figures = f"live_{metric}"

    def sql(ready: Collection[str]) -> str:
        return _group_query(metric, by, f"select * from {figures}" if figures in ready else live_sql(metric, ready), within)  # noqa: S608 — our own names

    return build.rows_on(day, sql, wanted={figures: partial(live_sql, metric)})


def ask_anew(build: Build, metric: str, day: dt.date, by: str = "town") -> list[dict[str, Any]]:
    """Return what `ask` does, worked out by this program although the build holds the answer of the one that made it."""
    return build.rows(compose.bind_day(_group_query(metric, by, live_sql(metric)), day))


def _has_mart(build: Build, day: dt.date) -> bool:
    return bool(build.rows(compose.bind_day("select 1 from mart_days where as_of = $as_of", day)))


def live_sql(metric: str, ready: Collection[str] = ()) -> str:
    """One statement for all groups of a metric with `$as_of` as its only parameter; adds the column as_of."""
    return compose.compose(metric + compose.FIGURES, ready, "*, cast($as_of as date) as as_of")


def _group_query(metric: str, by: str, source: str, within: Collection[str] | None = None) -> str:
    """The rows of one group, of all villages or some, in the contract's columns and order."""
    entry = registry.metrics()[metric]
    names = dict.fromkeys((*registry.GROUPS[by], *entry.columns))
    columns = ", ".join("v.name as village" if name == "village" else f"m.{name}" for name in names)
    order = ", ".join(f"m.{name}" for name in entry.order.split(", "))
    place = "m.village_id, " if by.startswith("village") else ""
    return (
        f"select {columns} from ({source}) as m"  # noqa: S608 — our own names
        f" left join villages as v on v.village_id = m.village_id and {_one_of('v.village_id', within)}"
        f" where m.grp = '{by}' and {_one_of('m.village_id', within)} order by {place}{order}"
    )


def _one_of(column: str, within: Collection[str] | None) -> str:
    """The condition that a village is one of some. A list alone is met by reading all rows; its ends let duckdb skip most."""
    if within is None:
        return "true"
    ids = ["'" + village_id.replace("'", "''") + "'" for village_id in sorted(within)]
    return f"{column} between {ids[0]} and {ids[-1]} and {column} in ({', '.join(ids)})" if ids else "false"


@cache
def definition(metric: str, language: str = "zh") -> str:
    """What a metric counts, its grain, unit and plan section, in Chinese or (`en…`) English: the opening of its file."""
    check(metric, "town")
    mark = f"-- {'en' if language.lower().startswith('en') else 'zh'}: "
    lines = [line.removeprefix(mark) for line in compose.text(metric + compose.FIGURES).splitlines() if line.startswith(mark)]
    return (" " if mark == "-- en: " else "").join(lines)


def steps_sql(name: str, ready: Collection[str] = ()) -> str:
    """`with … select * from name` for a step or `<metric>_figures`, `$as_of` its only parameter; `ready` steps stand as tables."""
    if name not in compose.step_files():
        raise CannotAsk(_("没有名为“{step}”的计算步骤。").format(step=name))
    return compose.compose(name, ready)


def children_at(build: Build, as_of: dt.date) -> list[dict[str, Any]]:
    """Every registered child at the end of `as_of` with its state, coverage, visits and needs: one dict each."""
    return build.rows(compose.bind_day(steps_sql("children_rows") + " order by village_id, child_id", as_of))


def make_marts(connection: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Lay down the metrics for `as_of`, the month ends up to its month and the goal days (warehouse/sql/snapshots.py)."""
    from warehouse.sql import snapshots

    snapshots.make_marts(connection, as_of, tuple(metric.name for metric in registry.metrics().values() if metric.days != "live"))

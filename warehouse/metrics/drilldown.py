"""From a number to its rows: what a figure counts (sql/rows), by the figure's own steps, so that their number is the figure."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from locales import _
from warehouse.builds.repository import Build
from warehouse.metrics import registry
from warehouse.metrics.query import CannotAsk
from warehouse.metrics.registry import Figure
from warehouse.sql import compose

CLASS_NUMBERS = tuple(range(1, 7))
# Groups of classes: which, and those whose children are of another group already (as in_scope_4_6 leaves out who needs a family).
CLASS_GROUPS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "1_3": ((1, 2, 3), (0,)),
    "4_6": ((4, 5, 6), (1, 2, 3)),
    **{str(number): ((number,), (0,)) for number in CLASS_NUMBERS},
}

# Tables of a child's trail and the column that orders their rows.
TRAIL = {
    "memberships": "listed_on",
    "child_facts": "ledger_on",
    "pairings": "started_on",
    "visits": "visited_on",
    "needs": "raised_on",
    "care_events": "held_on",
    "safety_reports": "found_on",
    "findings": "severity",
}


def drilldown_of(metric: str, name: str) -> Figure:
    """Return a figure that has rows. Raises CannotAsk for any other."""
    entry = registry.metrics().get(metric)
    figure = entry.figures.get(name) if entry else None
    if figure is None or not figure.rows:
        raise CannotAsk(_("“{metric}”的“{figure}”没有可以展开的名单。").format(metric=metric, figure=name))
    return figure


def _parts_of(share: str) -> tuple[Figure, Figure]:
    """The figures of a share's numerator and denominator. Raises CannotAsk for an unknown share."""
    entry = registry.shares().get(share)
    metric, numerator, denominator = (entry.metric, *entry.parts) if entry else ("", share, share)
    return drilldown_of(metric, numerator), drilldown_of(metric, denominator)


def source_of(rows: str, village_id: str | None, class_no: int | None, ending: str = compose.ROWS) -> str:
    """Return the file of sql/rows (or, by its ending, of sql/population) for rows of a kind of the town, one village or one class.

    Rows of a class come from class_<rows>, those of a village from village_<rows>, where such a file exists.
    """
    wanted = (f"class_{rows}" if class_no else "", f"village_{rows}" if village_id else "")
    return next((name + ending for name in wanted if name + ending in compose.step_files()), rows + ending)


def rows(
    build: Build, metric: str, figure: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None
) -> list[dict[str, Any]]:
    """Return the rows that a figure of the town, a village or a class counts on a day, by village and place in the ledgers.

    Every row has `counts`, what it adds to the figure (mostly 1), and `file, sheet, row_no` where it comes from a ledger.
    """
    return build.rows_on(as_of, lambda ready: rows_sql(drilldown_of(metric, figure), village_id, class_no, ready=ready))


def share_rows(
    build: Build, share: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None
) -> list[dict[str, Any]]:
    """Return the rows behind a share: `counts` adds up to the denominator, `counted` (0 for what falls short) to the numerator."""
    numerator, denominator = _parts_of(share)
    return build.rows_on(as_of, lambda ready: rows_sql(denominator, village_id, class_no, numerator, ready))


def counts(build: Build, metric: str, figures: Sequence[str], as_of: dt.date, by: Sequence[str]) -> list[dict[str, Any]]:
    """Return several figures of one kind of rows at once by columns of the rows: these, then what each figure counts there."""
    entries = [drilldown_of(metric, name) for name in figures]
    (kind,) = {figure.rows for figure in entries}
    sums = [f"cast(sum(case when {each.where} then {each.adds or 1} else 0 end) as bigint) as {each.name}" for each in entries]
    columns = ", ".join(by)

    def sql(ready: Collection[str]) -> str:
        grouped = compose.compose(kind + compose.ROWS, ready, ", ".join([columns, *sums]))
        return f"{grouped} group by {columns} order by {columns}"

    return build.rows_on(as_of, sql)


def has_classes(share: str) -> bool:
    """Return whether a share can be asked for the children of some classes."""
    return bool(registry.row_kinds()[_parts_of(share)[1].rows].key)


def class_counts(build: Build, metric: str, base: str, names: Sequence[str], as_of: dt.date, group: str) -> list[dict[str, Any]]:
    """Return `village_id`, the figure `base` and its rows that other figures count, of a group of CLASS_GROUPS, a child once."""
    rows = drilldown_of(metric, base)
    sums = "".join(f", cast(sum(has_{name}) as bigint) as {name}" for name in names)
    marks = "".join(f", max(case when is_of and ({drilldown_of(metric, name).where}) then 1 else 0 end) as has_{name}" for name in names)
    return build.rows_on(
        as_of,
        lambda ready: (
            f"select village_id, count(*) as {base}{sums} from ("  # noqa: S608 — our own files
            f"select village_id{marks} {_of_group(rows, group, ready)}) as c group by village_id order by village_id"
        ),
    )


def of_group(build: Build, metric: str, figure: str, as_of: dt.date, group: str) -> list[dict[str, Any]]:
    """Return `village_id` and the key of every row of a figure for the children of a group. Raises what `class_counts` does."""
    entry = drilldown_of(metric, figure)
    key = registry.row_kinds()[entry.rows].key
    return build.rows_on(as_of, lambda ready: f"select village_id, {key} {_of_group(entry, group, ready)}")


def _of_group(figure: Figure, group: str, ready: Collection[str]) -> str:
    """Return the end of a statement over a figure's rows by class: a group for each key and village that belongs to a group of classes."""
    key = registry.row_kinds()[figure.rows].key
    if not key:
        raise CannotAsk(_("“{share}”不按儿童类别计算。").format(share=figure.name))
    included, others = (", ".join(map(str, classes)) for classes in CLASS_GROUPS[group])
    rows = compose.compose("class_" + figure.rows + compose.ROWS, ready)
    return (
        f"from (select *, class_no in ({included}) as is_of from ({rows}) as r where {figure.where}) as m"  # noqa: S608 — our own files
        f" group by village_id, {key} having bool_or(is_of) and not bool_or(class_no in ({others}))"
    )


def rows_sql(
    figure: Figure, village_id: str | None, class_no: int | None, numerator: Figure | None = None, ready: Collection[str] = ()
) -> str:
    """Return the statement for the rows of a figure at `$as_of` (`counted`: a numerator's), over steps that are `ready` tables."""
    added = f"{figure.adds or 1} as counts"
    if numerator:
        added += f", case when {numerator.where} then {numerator.adds or 1} else 0 end as counted"
    rows = select_of(source_of(figure.rows, village_id, class_no), village_id, class_no, ready)
    return with_place(f"select *, {added} from ({rows}) as r where {figure.where}") + " order by all"  # noqa: S608 — our own files


def select_of(source: str, village_id: str | None, class_no: int | None, ready: Collection[str] = ()) -> str:
    """Return the statement of a file of sql/rows or sql/population for one place and class. Raises ValueError for a village that is no code."""
    where = [f"village_id = '{int(village_id):012}'"] if village_id is not None else []
    where += [f"class_no = {int(class_no)}"] if class_no is not None else []
    return f"select * from ({compose.compose(source, ready)}) as r where {' and '.join(where) or 'true'}"  # noqa: S608 — our own files


def with_place(select: str) -> str:
    """Return a select of rows of ledgers with where each stands: first village and place, by which `order by all` puts them in order."""
    return (
        f"select v.sort_no, s.file, s.sheet, c.row_no, v.name as village, c.* exclude (row_no) from ({select}) as c"  # noqa: S608 — our own names
        " left join villages as v on v.village_id = c.village_id left join ledger_sheets as s on s.sheet_id = c.sheet_id"
    )


def trail(build: Build, child_id: str, as_of: dt.date) -> dict[str, list[dict[str, Any]]]:
    """All that the ledgers say of one child: rows by table of TRAIL, oldest first, with `village, in_file, in_sheet, row_no`.

    `state` holds the child as it is counted at the end of `as_of` (no row: not registered that day), `classes` its
    eligibility in each class. Every list is empty for a child that the build does not know.
    """
    params = {"child_id": child_id}

    def at_day(rows: str) -> list[dict[str, Any]]:
        return build.rows_on(as_of, lambda ready: _of_child(f"({compose.compose(rows + compose.ROWS, ready)})", "class_no"), params)

    of_day = {"state": at_day("children"), "classes": at_day("memberships")}
    return of_day | {table: build.rows(_of_child(table, order), params) for table, order in TRAIL.items()}


def _of_child(source: str, order: str) -> str:
    return (
        f"select c.*, v.name as village, s.file as in_file, s.sheet as in_sheet from {source} as c"  # noqa: S608 — our own names
        " left join villages as v on v.village_id = c.village_id left join ledger_sheets as s on s.sheet_id = c.sheet_id"
        f" where c.child_id = $child_id order by c.{order}, s.file, s.sheet, c.row_no"
    )

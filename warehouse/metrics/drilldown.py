"""From a number to its rows: the children, helpers, visits … that a figure counts (drilldown.toml, sql/rows).

The rows come from the same steps as the figure, so that their number is the figure; a test holds it for every figure.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.builds.repository import Build
from warehouse.metrics.query import CannotAsk
from warehouse.sql import compose

_FILE = Path(__file__).with_name("drilldown.toml")
_KEYS = {"children": "child_id", "needs": "need_id"}  # of the rows that are told by class: what is counted once
# Groups of classes: which, and those whose children are of another group already (as in_scope_4_6 leaves out who needs a family).
CLASS_GROUPS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "1_3": ((1, 2, 3), (0,)),
    "4_6": ((4, 5, 6), (1, 2, 3)),
    **{str(number): ((number,), (0,)) for number in range(1, 7)},
}


@dataclass(frozen=True)
class Drilldown:
    """Rows of one kind, which of them count, and the column that is added up (None: their number)."""

    rows: str
    where: str
    added: str | None = None

    def kind(self, village_id: str | None, class_no: int | None) -> str:
        """The file of sql/rows that tells them for the town, one village or one class."""
        known = compose.step_files()
        wanted = (f"class_{self.rows}" if class_no else "", f"village_{self.rows}" if village_id else "")
        return next((name for name in wanted if name + compose.ROWS in known), self.rows)


@cache
def catalogue() -> dict[str, dict[str, Drilldown]]:
    """Every figure that has rows, by metric."""
    told = tomllib.loads(_FILE.read_text("utf-8"))
    return {metric: {name: Drilldown(*parts) for name, parts in figures.items()} for metric, figures in told.items() if metric != "parts"}


@cache
def share_parts() -> dict[str, tuple[str, str, str]]:
    """(metric, numerator, denominator) of every share."""
    return {share: tuple(told) for share, told in tomllib.loads(_FILE.read_text("utf-8"))["parts"].items()}


def drilldown_of(metric: str, figure: str) -> Drilldown:
    """What stands behind a figure. Raises CannotAsk where no rows do."""
    from locales import _

    found = catalogue().get(metric, {}).get(figure)
    if found is None:
        raise CannotAsk(_("“{metric}”的“{figure}”没有可以展开的名单。").format(metric=metric, figure=figure))
    return found


def rows(build: Build, metric: str, figure: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None) -> list[dict]:
    """The rows that a figure of the town, a village or a class counts on a day, by village and place in the ledgers.

    Every row tells `counts`, what it adds to the figure (mostly 1), and `file, sheet, row_no` where a ledger tells it.
    Raises CannotAsk where no rows stand behind the figure.
    """
    return build.rows_on(as_of, lambda ready: rows_sql(drilldown_of(metric, figure), village_id, class_no, ready=ready))


def share_rows(build: Build, share: str, as_of: dt.date, village_id: str | None = None, class_no: int | None = None) -> list[dict]:
    """The rows behind a share: `counts` adds up to the denominator, `counted` (0 for what falls short) to the numerator.

    Raises CannotAsk where no rows stand behind the share.
    """
    metric, numerator, denominator = share_parts().get(share, ("", share, share))
    return build.rows_on(
        as_of, lambda ready: rows_sql(drilldown_of(metric, denominator), village_id, class_no, drilldown_of(metric, numerator), ready)
    )


def counts(build: Build, metric: str, figures: Sequence[str], as_of: dt.date, by: Sequence[str]) -> list[dict]:
    """Several figures at once by columns of their rows: these columns, then what `rows` of each figure counts there.

    The figures count one kind of rows. Raises CannotAsk where no rows stand behind one of them.
    """
    told = {name: drilldown_of(metric, name) for name in figures}
    (kind,) = {each.rows for each in told.values()}
    counted = [f"cast(sum(case when {each.where} then {each.added or 1} else 0 end) as bigint) as {name}" for name, each in told.items()]
    columns = ", ".join(by)

    def sql(ready: Collection[str]) -> str:
        told = compose.compose(kind + compose.ROWS, ready, ", ".join([columns, *counted]))
        return f"{told} group by {columns} order by {columns}"

    return build.rows_on(as_of, sql)


def has_classes(share: str) -> bool:
    """Whether a share can be told for the children of some classes."""
    metric, _numerator, denominator = share_parts()[share]
    return drilldown_of(metric, denominator).rows in _KEYS


def class_parts(build: Build, share: str, as_of: dt.date, group: str) -> list[dict]:
    """`village_id, numerator, denominator` of a share for the children of a group of CLASS_GROUPS, each counted once in it.

    Raises CannotAsk for a share that has no classes, KeyError for a group that is none.
    """
    from locales import _

    if not has_classes(share):
        raise CannotAsk(_("“{share}”不按儿童类别计算。").format(share=share))
    metric, numerator, denominator = share_parts()[share]
    whole, part = drilldown_of(metric, denominator), drilldown_of(metric, numerator)
    own, others = (", ".join(map(str, classes)) for classes in CLASS_GROUPS[group])

    def sql(ready: Collection[str]) -> str:
        return f"""
        select village_id, cast(sum(is_counted) as bigint) as numerator, count(*) as denominator
        from (
            select
                village_id,
                max(case when class_no in ({own}) then 1 else 0 end) as is_of,
                max(case when class_no in ({others}) then 1 else 0 end) as is_others,
                max(case when class_no in ({own}) and ({part.where}) then 1 else 0 end) as is_counted
            from ({compose.compose("class_" + whole.rows + compose.ROWS, ready)}) as r
            where {whole.where}
            group by village_id, {_KEYS[whole.rows]}
        ) as c
        where is_of = 1 and is_others = 0
        group by village_id order by village_id
        """  # noqa: S608 — our own files

    return build.rows_on(as_of, sql)


def rows_sql(
    told: Drilldown, village_id: str | None, class_no: int | None, of_them: Drilldown | None = None, ready: Collection[str] = ()
) -> str:
    """One statement for the rows, `$as_of` its only parameter; with `of_them` the column `counted` says which of them that is.

    `ready` names steps that stand as tables.

    Raises ValueError for a village that is no code.
    """
    where = [told.where]
    if village_id is not None:
        where.append(f"village_id = '{int(village_id):012}'")
    if class_no is not None:
        where.append(f"class_no = {int(class_no)}")
    added = f"{told.added or 1} as counts"
    if of_them:
        added += f", case when {of_them.where} then {of_them.added or 1} else 0 end as counted"
    source = compose.compose(told.kind(village_id, class_no) + compose.ROWS, ready)
    chosen = f"select *, {added} from ({source}) as r where {' and '.join(f'({part})' for part in where)}"  # noqa: S608 — our own files
    return (
        f"select v.sort_no, s.file, s.sheet, c.row_no, v.name as village, c.* exclude (row_no) from ({chosen}) as c"  # noqa: S608 — our own names
        " left join villages as v on v.village_id = c.village_id left join ledger_sheets as s on s.sheet_id = c.sheet_id order by all"
    )

"""How far a figure could move: the findings on rows counted or left out, and the bound if all these rows were otherwise."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from warehouse.metrics.registry import Share
from warehouse.review import alternative_counts
from warehouse.review.exclusions import NUMBERS, Question, quoted
from warehouse.sql import compose

_OF_PLACES = ("declarations", "villages")  # rows that no ledger row tells: findings on whole sheets and files touch them
_HITS = "select f.finding_id, f.code, f.severity, w.unit from findings as f inner join w on {on}{within}"
_TOUCHED = """
with w as materialized (select row_number() over () as unit, t.* from ({whole}) as t),
hits as ({on}),
lines as (
    select code, severity, finding_id, unit from hits
    union all
    select null as code, 'all' as severity, finding_id, unit from hits
    union all
    select null as code, 'ledgers' as severity, finding_id, unit from hits where code not in ({follows})
),
found as (select code, severity, count(distinct finding_id) as findings from lines group by code, severity),
units as (select distinct code, severity, unit from lines)
select f.code, f.severity, f.findings, {children} as children, {sums}
from units as u
inner join w on w.unit = u.unit
inner join found as f on f.code is not distinct from u.code and f.severity = u.severity
group by f.code, f.severity, f.findings
order by f.code nulls last, f.severity
"""


@dataclass(frozen=True)
class Bound:
    """How far a figure could move at most: (numerator, denominator) at its lowest and at its highest."""

    low: tuple[int, int]
    high: tuple[int, int]


def bound(counts: int, counted: int, touched: dict[str, Any]) -> Bound:
    """The bound of a figure whose touched rows might be left out, fall short (lowest) or count in full (highest); all else stays."""
    rest, reached = counts - touched["counts"], counted - touched["counted"]
    return Bound((reached, rest + touched["most"]), (reached + touched["most"], rest + touched["most"]))


def affecting_findings(question: Question, within: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Findings on rows counted or left out: a line a code, then one for all codes and one for those that may mean a wrong cell.

    One dict each with `code, severity, findings, children, most, counts, counted`; the last two have no code, and severity
    `all` or `ledgers`; findings in the ledgers of villages `within` (None: all). A row that several findings of a line touch counts once; `children` is None for rows of none.
    """
    codes = ", ".join(f"'{int(code):012}'" for code in sorted(within or ()))
    place = "" if within is None else f" where f.village_id in ({codes or 'null'})"  # in whose ledgers a finding must stand
    parts = {
        "on": " union ".join(_HITS.format(on=on, within=place) for on in _touching(question.measure)),
        "follows": ", ".join("'" + quoted(code) + "'" for code in alternative_counts.follows()),
        "children": "count(distinct w.child_id)" if "child_id" in compose.body(question.source) else "cast(null as bigint)",
        "sums": ", ".join(NUMBERS.format(name) for name in ("most", "counts", "counted")),
    }
    return question.rows(_TOUCHED.format(whole="{}", **parts))


def _touching(measure: Share) -> list[str]:
    """When a finding touches a row: it names the row's child, or stands at the row, or (of villages) at a whole sheet of theirs."""
    if measure.rows in _OF_PLACES:
        return ["w.village_id = f.village_id and f.row_no is null"]
    of_child = ["w.child_id = f.child_id"] if measure.rows != "helpers" else []
    return [*of_child, "w.sheet_id = f.sheet_id and w.row_no = f.row_no"]

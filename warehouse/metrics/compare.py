"""Two builds side by side: the rows that one has alone, those that differ, and every figure in both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from warehouse.builds.repository import Build
from warehouse.metrics import query, registry

if TYPE_CHECKING:
    import polars as pl

Key = TypeVar("Key")
Row = TypeVar("Row")


def paired(then: Mapping[Key, Row], now: Mapping[Key, Row]) -> Iterator[tuple[Key, Row | None, Row | None]]:
    """Yield every key with its row in the earlier and the later build; None where a build lacks it."""
    return ((key, then.get(key), now.get(key)) for key in dict.fromkeys((*then, *now)))


def rows_alone(rows: pl.DataFrame, others: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return the rows whose key the others lack; nulls are equal."""
    return rows.join(others, on=list(key), how="anti", nulls_equal=True)


def count_changes(then: pl.DataFrame, now: pl.DataFrame, key: Sequence[str], ignored: Collection[str]) -> dict[str, int]:
    """Return how many rows are new, changed and gone; columns that are ignored, or that one build lacks, change no row."""
    import polars as pl

    content = sorted({*then.columns} & {*now.columns} - {*key, *ignored})
    then, now = (frame.unique(key).select(*key, pl.struct(content).hash().alias("content")) for frame in (then, now))
    gone, new = rows_alone(then, now, key).height, rows_alone(now, then, key).height
    return {"new": new, "changed": rows_alone(now, then, [*key, "content"]).height - new, "gone": gone}


def figures(earlier: Build | None, later: Build, listed: Sequence[registry.Figure], day: dt.date, by: str) -> list[dict[str, Any]]:
    """Return each figure of the town or of every village in both builds: the group's columns, `metric, figure, then, now`.

    A value is None where a build does not know the village, or there is no earlier build.
    """
    metrics = list(dict.fromkeys(figure.metric for figure in listed))
    answers = [query.ask_all(build, metrics, day, by) if build else {} for build in (earlier, later)]
    then, now = ({(metric, row.get("village_id")): row for metric, rows in answer.items() for row in rows} for answer in answers)
    places = {place: {name: row[name] for name in registry.GROUPS[by]} for (_metric, place), row in {**then, **now}.items()}
    order = dict.fromkeys(place for _metric, place in (*now, *then))
    return [
        places[place]
        | {"metric": figure.metric, "figure": figure.name}
        | {name: rows.get((figure.metric, place), {}).get(figure.name) for name, rows in (("then", then), ("now", now))}
        for place in order
        for figure in listed
    ]


def day_of_both(before: Build | None, day: dt.date) -> dt.date:
    """Return the day on which figures are compared: the draft's, but none that the published build does not reach."""
    return min(day, dt.date.fromisoformat(before.facts["as_of"])) if before else day


def headlines(before: Build | None, after: Build, day: dt.date, by: str = "town") -> list[dict[str, Any]]:
    """Return each headline figure before and after, for the town or per village (`village_id`, `village` in front)."""
    rows = figures(before, after, registry.listed("load"), day, by)
    place = registry.GROUPS[by]
    return [{name: row[name] for name in (*place, "figure")} | {"before": row["then"], "after": row["now"]} for row in rows]


def past_goals(before: Build | None, after: Build, day: dt.date) -> list[dict[str, Any]]:
    """Return the goals whose day has gone by and whose account moves, of the town (`village_id` None) and of villages."""
    rows = []
    for by in ("town", "village"):
        answers = [query.ask(build, "goals", day, by) if build else [] for build in (before, after)]
        then, now = (
            {(row.get("village_id"), row["goal_year"], row["indicator"]): row for row in answer if row["as_of"] <= day}
            for answer in answers
        )
        for (village, year, indicator), *of_builds in paired(then, now):
            parts = [[row["numerator"], row["denominator"]] if row else [0, 0] for row in of_builds]
            if parts[0] != parts[1]:
                rows.append({"village_id": village, "goal_year": year, "indicator": indicator, "before": parts[0], "after": parts[1]})
    return rows

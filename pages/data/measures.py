"""Any share (warehouse/metrics/registry.py) of the town and its villages, for all children or those of some classes. No streamlit."""

from typing import Any

from locales import _
from pages.data.indicator_status import Standings
from pages.data.queries import Figures
from pages.text import formatting, labels, masked_count
from pages.text.statuses import Status
from warehouse.metrics import drilldown, registry

FIRST = "coverage_share"
GROUPS = tuple(drilldown.CLASS_GROUPS)
Parts = tuple[Any, Any]  # numerator, denominator: counts, or hidden (pages/text/masked_count.py)


def shares() -> list[str]:
    """Return the shares offered on the map: of those with the same parts one, and none for some classes, because 1—3 and 4—6 are groups here."""
    return [FIRST, *(code for code, share in registry.shares().items() if code != FIRST and share.on_map and not share.same_as)]


def group_name(group: str) -> str:
    """The name of a group of classes."""
    return {"1_3": _("1—3类"), "4_6": _("4—6类")}.get(group) or formatting.class_short(int(group))


def name(share: str, group: str) -> str:
    """The name of a share for a group ("": all)."""
    text = labels.share_name(share)
    return _("{measure}（{group}）").format(measure=text, group=group_name(group)) if group else text


def statuses_of(now: Standings, share: str, group: str) -> dict[str, Status]:
    """Return the status of every village in a measure that is judged; nothing where no goal in force speaks of it."""
    indicator = registry.indicator(f"{share}_{group}" if group else share)
    return {code: each.status for code, indicators in now.items() for each in indicators if each.indicator == indicator}


def group_of(share: str, group: str) -> str:
    """Return the group of classes that a share can be counted for; "" (all) where its rows have no classes."""
    return group if group and drilldown.has_classes(share) else ""


def parts(figures: Figures, share: str, group: str = "") -> dict[str, Parts]:
    """Return (numerator, denominator) of a share for a group ("": all) by every village; 0, 0 where it has no such child."""
    entry = registry.shares()[share]
    if not group and _is_answered(entry):
        rows = figures.ask(entry.metric, "village")
    else:
        rows = counts(figures, entry.metric, entry.denominator, (entry.numerator,), group)
    by_village = {row["village_id"]: _parts_in({name: 0 if value is None else value for name, value in row.items()}, entry) for row in rows}
    return {village["village_id"]: by_village.get(village["village_id"], (0, 0)) for village in figures.villages()}


def parts_of(figures: Figures, share: str, village_id: str | None, group: str = "") -> Parts:
    """Return (numerator, denominator) of a share of a village, or of the town (None), for a group; 0, 0 where there is none."""
    entry = registry.shares()[share]
    if village_id:
        return parts(figures, share, group).get(village_id, (0, 0))
    if not group and _is_answered(entry):
        row = figures.of(entry.metric, None)
    else:
        row = whole(figures, entry.metric, entry.denominator, (entry.numerator,), group, None)
    return _parts_in(row, entry)


def rows(figures: Figures, metric: str, base: str, names: tuple[str, ...], group: str) -> list[dict]:
    """Return a metric by village; for a group only its figure `base` and those of its rows that `names` count."""
    return counts(figures, metric, base, names, group) if group else figures.ask(metric, "village")


def counts(figures: Figures, metric: str, base: str, names: tuple[str, ...], group: str) -> list[dict]:
    """Return by village a figure and others, counted from rows of one kind, for a group ("": all); zeros where there are none."""
    of_village = {row["village_id"]: row for row in _counted(figures, metric, base, names, group)}
    nothing = dict.fromkeys((base, *names), 0)
    places = [{"village_id": row["village_id"], "village": row["name"]} for row in figures.villages()]
    return [_masked(figures, metric, place | nothing | of_village.get(place["village_id"], {})) for place in places]


def whole(figures: Figures, metric: str, base: str, names: tuple[str, ...], group: str, village_id: str | None) -> dict:
    """Return the counts of a village, or of the town (None), as `counts` does."""
    if village_id:
        return next(row for row in counts(figures, metric, base, names, group) if row["village_id"] == village_id)
    counted = _counted(figures, metric, base, names, group)
    return _masked(figures, metric, {name: sum(row[name] for row in counted) for name in (base, *names)})


def _counted(figures: Figures, metric: str, base: str, names: tuple[str, ...], group: str) -> list[dict]:
    """Return by village a figure and others as they are counted from their rows."""
    return figures.class_counts(metric, base, names, group) if group else figures.counts(metric, (base, *names), "village_id")


def _masked(figures: Figures, metric: str, row: dict) -> dict:
    """Return counts as pages show them: hidden where nobody reported."""
    return masked_count.row(figures.reported(metric, row, figures.day))


def _is_answered(share: registry.Share) -> bool:
    """Whether the columns of its metric tell both parts of a share, also as the difference of two."""
    return all(figure.name in registry.metrics()[share.metric].columns or figure.difference for figure in share.figures)


def _parts_in(row: dict, share: registry.Share) -> Parts:
    """Return the parts of a share in a row that has them or the columns whose difference they are."""
    counts = [row[each.name] if each.name in row else row[each.difference[0]] - row[each.difference[1]] for each in share.figures]
    return counts[0], counts[1]

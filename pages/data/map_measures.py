"""What a map can show: any share of the town's (warehouse/metrics/registry.py), for all children or those of some classes. No streamlit."""

from locales import _
from pages.data.indicator_status import Standings
from pages.data.queries import Figures
from pages.text import formatting, labels
from pages.text.statuses import Status
from warehouse.metrics import drilldown, registry

FIRST = "coverage_share"
GROUPS = tuple(drilldown.CLASS_GROUPS)


def shares() -> list[str]:
    """Return the shares offered: of those with the same parts one, and none for some classes, because 1—3 and 4—6 are groups here."""
    return [FIRST, *(code for code, share in registry.shares().items() if code != FIRST and share.on_map and not share.same_as)]


def group_name(group: str) -> str:
    """The name of a group of classes."""
    return {"1_3": _("1—3类"), "4_6": _("4—6类")}.get(group) or formatting.class_short(int(group))


def name(share: str, group: str) -> str:
    """The name of a share for a group ("": all)."""
    text = labels.share_name(share)
    return _("{measure}（{group}）").format(measure=text, group=group_name(group)) if group else text


def listed_as(share: str, group: str) -> tuple[str, int | None] | None:
    """(share, class) that the list behind a share of a group is asked by; None where there is no such list."""
    if group in ("1_3", "4_6"):
        return (f"{FIRST}_{group}", None) if share == FIRST else None
    return share, int(group) if group else None


def statuses_of(now: Standings, share: str, group: str) -> dict[str, Status]:
    """Return the status of every village in a measure that is judged; nothing where no goal in force speaks of it."""
    indicator = registry.indicator(f"{share}_{group}" if group else share)
    return {code: each.status for code, indicators in now.items() for each in indicators if each.indicator == indicator}


def parts(figures: Figures, share: str, group: str) -> dict[str, tuple[int, int]]:
    """Return (numerator, denominator) of a share for a group ("": all) by every village; 0, 0 where it has no such child."""
    entry = registry.shares()[share]
    numerator, denominator = ("numerator", "denominator") if group else entry.parts
    if group:
        rows = figures.class_parts(share, group)
    elif set(entry.parts) <= set(registry.metrics()[entry.metric].columns):
        rows = figures.ask(entry.metric, "village")
    else:
        rows = figures.counts(entry.metric, (numerator, denominator), "village_id")
    counts = [{name: 0 if value is None else value for name, value in row.items()} for row in rows]  # a hidden count is false, and no 0
    by_village = {row["village_id"]: (row[numerator], row[denominator]) for row in counts}
    return {village["village_id"]: by_village.get(village["village_id"], (0, 0)) for village in figures.villages()}

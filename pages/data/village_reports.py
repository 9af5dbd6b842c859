"""How far the villages' ledgers reach; figures of a year of which they say nothing are not reported, neither 0 nor behind. No streamlit.

The list `last_reports` says which villages' ledgers speak of a year, the registry's lists `of_year_…` which columns rest on them. A
figure of the town or a class is not reported where most of its villages are not.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from locales import _, language
from pages.text import formatting
from warehouse.disclosure.cell_display import Shown
from warehouse.metrics import registry

OLD = 92  # days after its newest ledger from which a village is behind with its data: a quarter
KINDS = ("visits", "care_events", "trainings")
Missing = Mapping[str, Collection[str]]  # villages by the kind of ledger


def missing(reports: Iterable[dict], villages: Collection[str]) -> Missing:
    """Return the villages, among those given, whose ledgers say nothing of the year, by the kind of ledger; of rows of `last_reports`."""
    return {kind: set(villages) - {row["village_id"] for row in reports if row[f"has_{kind}"]} for kind in KINDS}


def has_figures_of_a_year(metric: str) -> bool:
    """Whether some of a metric's columns rest on ledgers of the year; those of goals may."""
    return metric in ("goals", "indicators") or any(registry.metrics()[metric].listed(f"of_year_{kind}") for kind in KINDS)


def masked(metric: str, row: dict, lacking: Missing, villages: int) -> dict:
    """Return a row with Shown.NOT_REPORTED in place of what nobody reported."""
    cells: set[str] = set()
    for kind, codes in lacking.items():
        if row["village_id"] in codes if row.get("village_id") else 2 * len(codes) > villages:
            cells.update(_columns(metric, row, kind))
    judged = {name: value for name, value in (("status", "no_figure"), ("actual", Shown.NOT_REPORTED)) if cells and name in row}
    return row | dict.fromkeys(cells & row.keys(), Shown.NOT_REPORTED) | judged


def _columns(metric: str, row: dict, kind: str) -> tuple[str, ...]:
    """Return the columns of a row that rest on a kind of ledger; those of a goal where its indicator does."""
    if "indicator" not in row:
        return registry.metrics()[metric].listed(f"of_year_{kind}")
    share = registry.shares()[row["indicator"]]
    is_of_year = share.numerator in registry.metrics()[share.metric].listed(f"of_year_{kind}")
    return ("numerator", "denominator") if is_of_year else ()


def score(goals: Iterable[dict]) -> float | None:
    """Return the score of a place's goals of a year, of those that have a figure, as warehouse/sql/metrics/goal_scores.sql counts it."""
    counted = [(goal["weight"], min(goal["actual"] / goal["target"], 1)) for goal in goals if isinstance(goal["actual"], float)]
    return sum(weight * part for weight, part in counted) / sum(weight for weight, _part in counted) if counted else None


def notices(reports: Iterable[dict], names: Mapping[str, str], day: dt.date, is_town: bool) -> str:
    """Say where the data end before the day, which of the villages named are behind, and of what year's ledgers nothing is there."""
    rows = {row["village_id"]: row for row in reports if row["newest_on"]}
    sentences = []
    newest = max((row["newest_on"] for row in rows.values()), default=day)
    if not rows or day < min(row["first_on"] for row in rows.values()):
        sentences.append(_("这一天以前还没有任何台账，下面只有后来的台账里写到的更早的事。"))
    elif day > newest:
        sentences.append(_("台账只到 {newest}，{day} 的数是照那时的台账算的，之后的变动还没有报来。").format(newest=newest, day=day))
    ends = {code: rows[code]["newest_on"] if code in rows else None for code in names}
    never = _("没有报过")
    old = [f"{names[code]} {end or never}" for code, end in ends.items() if end is None or (min(day, newest) - end).days > OLD]
    if old:
        sentences.append(_("最近一次台账已超过 {days} 天的：{names}。").format(days=OLD, names=formatting.list_villages(old)))
    kinds = {"visits": _("走访"), "care_events": _("慰问"), "trainings": _("培训")}
    for codes, lacking in _alike(missing(rows.values(), names)).items():
        sentence = _("{year} 年的{kinds}，{count}/{all} 个村（社区）还没有报来，显示“尚无数据”：{names}。")
        if len(codes) == len(names):
            sentence = _("{year} 年的{kinds}都还没有报来，显示“尚无数据”。")
        of_year = {"year": day.year, "kinds": formatting.join_names([kinds[kind] for kind in lacking]).capitalize()}
        villages = formatting.list_villages([names[code] for code in names if code in codes])
        sentences.append(sentence.format(**of_year, count=len(codes), all=len(names), names=villages))
        if is_town and 2 * len(codes) <= len(names):
            sentences.append(_("全镇的这些数来自其余 {count} 个，没有报来的按没有做算。").format(count=len(names) - len(codes)))
    return (" " if language() == "en" else "").join(sentences)


def _alike(lacking: Missing) -> dict[frozenset[str], list[str]]:
    """Return the kinds of ledgers by the villages that lack them."""
    kinds: dict[frozenset[str], list[str]] = {}
    for kind, codes in lacking.items():
        if codes:
            kinds.setdefault(frozenset(codes), []).append(kind)
    return kinds

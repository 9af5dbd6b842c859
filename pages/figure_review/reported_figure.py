"""A declared figure, typed in and kept, beside the computed one: the same, or which other way of counting gives it."""

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from locales import _
from pages.components import actor, chart_blocks, drilldown_links, page_frame, tables
from pages.figure_review import figure_text
from pages.text import formatting, labels
from warehouse.metrics import query
from warehouse.metrics.registry import Share
from warehouse.review import counting_rules, declared_figures
from warehouse.review.counting_rules import CountingRule, Declared
from warehouse.review.declared_figures import Entry
from warehouse.storage import build_files

LOADS = 12  # earlier loads that are tried
_TYPED = "declared_typed"  # keys of figures that were typed and are not kept yet


@dataclass(frozen=True)
class Comparison:
    """A figure of the day and place of `view`: as computed, and as declared."""

    view: page_frame.View
    measure: Share
    class_no: int | None
    computed: CountingRule
    entry: Entry
    other_days: tuple[str, ...]  # of its year, on which something was declared too

    @property
    def declared(self) -> Declared:
        """What was declared."""
        return self.entry.figure

    @cached_property
    def tries(self) -> tuple[list[CountingRule], int]:
        """Other ways of counting, earlier loads where none of this one gives what was declared, and how many of these could not be asked."""
        figures, place, failed = self.view.figures, (self.measure.code, self.view.village_id, self.class_no), 0
        ways = [rule for what in ("on_this_day", "on_other_days") for rule in figures.inspected(what, *place)]
        if not counting_rules.explained(self.declared, self.computed, ways).exact:
            for load in figures.loads_before()[:LOADS]:
                try:
                    ways += figures.in_load(load["build"], *place)
                except (build_files.UnknownBuild, query.CannotAsk):
                    failed += 1
        return ways, failed

    def text(self, way: CountingRule) -> str:
        """A figure of this kind as text: a share with its parts, or the count."""
        return formatting.share(way.numerator, way.denominator) if self.measure.is_share else str(way.numerator)


def read(view: page_frame.View, measure: Share, class_no: int | None, parts: tuple[int, int]) -> Comparison:
    """Return the comparison of a figure with what is kept of it."""
    empty, kept = Entry(measure.code, view.village_id or "", class_no or 0, str(view.day)), declared_figures.entries(build_files.home())
    days = [entry.day for entry in kept.values() if entry.day[:4] == empty.day[:4] and replace(empty, day=entry.day).key == entry.key]
    entry, computed = kept.get(empty.key, empty), CountingRule("as_it_is", "", *parts)
    return Comparison(view, measure, class_no, computed, entry, tuple(day for day in days if day != empty.day))


def typed(comparison: Comparison, columns: Sequence[DeltaGenerator], has_labels: bool = True) -> Comparison:
    """Show the places to type what was declared, and keep what is typed at once; what cannot be kept stays where it was typed."""
    entry, view = comparison.entry, comparison.view
    if not view.may("actions", "declare"):
        return comparison
    waiting: set[str] = st.session_state.setdefault(_TYPED, set())
    parts = {
        "numerator": (_("申报的分子"), _("分子")),
        "denominator": (_("申报的分母"), _("分母")),
        "percent": (_("或申报的百分比"), "96.4%"),
    }
    values: dict[str, Any] = {}
    for column, (part, (label, hint)) in zip(
        columns, parts.items() if comparison.measure.is_share else [("numerator", (_("申报的数"), ""))], strict=False
    ):
        key = f"declared_{part}_{entry.key}"
        if entry.key not in waiting:
            st.session_state[key] = getattr(entry, part)
        options: dict[str, Any] = {"key": key, "on_change": waiting.add, "args": (entry.key,), "placeholder": hint}
        if not has_labels:
            label, options["label_visibility"] = f"{labels.name(entry.code)} {entry.day} {label}", "collapsed"
        if part == "percent":
            values[part] = column.text_input(label, autocomplete="off", max_chars=12, **options).strip()
        else:
            values[part] = column.number_input(label, min_value=0, max_value=99_999_999, value=None, step=1, **options)
    if entry.key not in waiting:
        return comparison
    try:
        counting_rules.percent(values.get("percent", ""))
    except ValueError:
        st.error(_("“或申报的百分比”里的不是 0 到 100 的百分比，请写成 96.4 或 96.4% 这样的形式；还没有保存。"))
        return comparison
    with page_frame.refusals():
        declared_figures.keep(build_files.home(), [replace(entry, **values, by=view.user.name)], actor.recorder(view.user))
        waiting.discard(entry.key)
    return read(view, comparison.measure, comparison.class_no, (comparison.computed.numerator, comparison.computed.denominator))


def section(view: page_frame.View, measure: Share, class_no: int | None, parts: tuple[int, int]) -> None:
    """What was declared is typed in, kept, and held against the figure; all other ways that were tried can be seen."""
    subtitle = _("填入村（社区）或部门申报的数，填完一格就保存；不一致时逐一试算可能的原因")
    chart_blocks.section_heading(_("申报数与计算数"), subtitle)
    comparison = typed(read(view, measure, class_no, parts), st.columns(3))
    is_same, says = verdict(comparison)
    st.html(says)
    if is_same is not False:
        return
    ways, failed = comparison.tries
    if failed:
        st.caption(_("有 {count} 次较早的载入不能对照（已不保留，或由较早版本的程序载入）。").format(count=failed))
    with st.expander(_("试过的 {count} 种算法各得到多少").format(count=len(ways))):
        lines = [[_opening(comparison, way), comparison.text(way), html.escape(_differs(comparison.declared, way))] for way in ways]
        tables.table([_("算法"), _("得到"), _("申报数与它比")], lines, right=(1,))


def verdict(comparison: Comparison) -> tuple[bool | None, str]:
    """Return whether what was declared agrees (None: nothing was), and that as markup with the known difference, who entered it and when."""
    declared, computed, entry = comparison.declared, comparison.computed, comparison.entry
    if not declared.is_given:
        other = _("；另存有 {days} 的申报数").format(days=formatting.join_names([*comparison.other_days])) if comparison.other_days else ""
        return None, _("没有填") + other
    is_same = not declared.gap(computed)
    says = "<b>● {}</b>".format(_("一致")) if is_same else "<b>■ {}</b>".format(_("不一致"))
    lines = [_("申报的数自相矛盾：分子大于分母，或百分比与分子、分母对不上。")] if declared.is_odd else []
    if not is_same:
        says += formatting.mark("：") + html.escape(_differs(declared, computed))
        explained = counting_rules.explained(declared, computed, comparison.tries[0])
        ways = [
            _("{way}：{figure}").format(way=_opening(comparison, way), figure=comparison.text(way))
            for way in explained.exact or explained.near[:1]
        ]
        template = _("试过的 {count} 种算法都不能解释，请向申报的人要名单，逐一核对。")
        if explained.exact:
            template = _("恰好得到申报数的算法：{ways}。数字相同不等于原因就是它，请向申报的人核实。")
        elif ways:
            template = _("没有一种算法恰好得到申报数；最接近的仍有差额，不能算作解释：{ways}。")
        lines.append(template.format(ways=formatting.mark("；").join(ways), count=len(comparison.tries[0])))
    lines.append(html.escape(_("{by} 填于 {at}").format(by=entry.by, at=formatting.moment(entry.at))))
    return is_same, says + "".join(f'<div class="quiet">{line}</div>' for line in lines)


def _differs(reported: Declared, way: CountingRule) -> str:
    points = _("差 {points} 个百分点").format(points=f"{float(reported.points(way)):.2f}")
    if reported.numerator is None and reported.denominator is None:
        return points
    pairs = [(_("分子"), reported.numerator, way.numerator), (_("分母"), reported.denominator, way.denominator)]
    if way.denominator == way.numerator and reported.denominator is None:
        pairs = [(_("申报"), reported.numerator, way.numerator)]
    parts = [
        _("{part}多 {count}").format(part=part, count=value - counted)
        if value > counted
        else _("{part}少 {count}").format(part=part, count=counted - value)
        if value < counted
        else _("{part}相同").format(part=part)
        for part, value, counted in pairs
        if value is not None
    ]
    if reported.points(way) and None in (reported.numerator, reported.denominator):
        parts.append(points)
    return formatting.mark("，").join(parts)


def _opening(comparison: Comparison, way: CountingRule) -> str:
    """A way in words, as markup; where a page shows the figure so, it opens that page."""
    text, code, class_no = figure_text.rule_clause(way), comparison.measure.code, comparison.class_no
    links: dict[str, dict[str, Any]] = {
        "day": {"day": dt.date.fromisoformat(way.detail), "measured": code, "class_no": class_no} if way.code == "day" else {},
        "measure": {"measured": way.detail, "class_no": class_no},
        "class": {"measured": code, "class_no": way.detail},
        "all_classes": {"measured": code},
    }
    if way.code not in links:
        return html.escape(text)
    return drilldown_links.anchor(drilldown_links.to("metric", comparison.view, **links[way.code]), text, _("打开这样算的一页"))

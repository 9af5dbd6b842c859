"""A declared figure beside the computed one: same, or differs by so much and which other way of counting gives it (warehouse/review/counting_rules.py)."""

import datetime as dt
import html
from typing import Any

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, tables
from pages.figure_review import figure_text
from pages.figure_review.figure_audit import FigureAudit
from pages.text import formatting
from warehouse.metrics import query
from warehouse.review import counting_rules as declaring
from warehouse.review.counting_rules import CountingRule, Declared
from warehouse.storage import build_files

LOADS = 12  # earlier loads that are tried


def section(audit: FigureAudit) -> None:
    """What was declared is typed in and held against the figure."""
    chart_blocks.section_heading(_("申报数与计算数"), _("填入村（社区）或部门申报的数，看是否一致；不一致时逐一试算可能的原因"))
    reported = _read_input(audit)
    if reported is None or not reported.is_given:
        return
    numerator, denominator = audit.parts
    computed = CountingRule("as_it_is", "", numerator, denominator)
    if reported.is_odd:
        st.warning(_("申报的数自相矛盾：分子大于分母，或百分比与分子、分母对不上。下面按分子和分母比对。"))
    if not reported.gap(computed):
        st.success(
            _("一致：申报 {declared}，计算 {computed}。").format(declared=_as_text(reported), computed=audit.text(numerator, denominator))
        )
        return
    st.warning(_("不一致：申报 {declared}，计算 {computed}；{gap}。").format(
        declared=_as_text(reported), computed=audit.text(numerator, denominator), gap=_differs(reported, computed)
    ))  # fmt: skip
    with st.spinner(_("正在逐一试算其他算法……")):
        ways, failed = _ways(audit)
    _explain(audit, reported, computed, ways)
    if not audit.view.figures.loads_before():
        st.caption(_("没有更早的载入可以对照，所以没有试算“当时的台账”。"))
    if failed:
        st.caption(_("有 {count} 次较早的载入不能对照（已不保留，或由较早版本的程序载入）。").format(count=failed))


def _read_input(audit: FigureAudit) -> Declared | None:
    """What was typed; None where a percent is none."""
    columns = st.columns(3)
    if not audit.measure.is_share:
        with columns[0]:
            return Declared(_number(audit, "n", _("申报的数")))
    with columns[0]:
        numerator = _number(audit, "n", _("申报的分子"))
    with columns[1]:
        denominator = _number(audit, "d", _("申报的分母"))
    with columns[2]:
        text = st.text_input(
            _("或申报的百分比"),
            key=f"declared_p_{audit.measure.code}",
            bind="query-params",
            placeholder="96.4",
            autocomplete="off",
            max_chars=12,
        )
    try:
        return Declared(numerator, denominator, declaring.percent(text or ""))
    except ValueError:
        st.error(_("“或申报的百分比”里的不是 0 到 100 的百分比，请写成 96.4 或 96.4% 这样的形式。"))
        return None


def _number(audit: FigureAudit, part: str, label: str) -> int | None:
    key = f"declared_{part}_{audit.measure.code}"
    return st.number_input(label, min_value=0, max_value=99_999_999, value=None, step=1, key=key, bind="query-params")


def _as_text(reported: Declared) -> str:
    numbers = [str(part) for part in (reported.numerator, reported.denominator) if part is not None]
    parts = (
        "/".join(numbers) if len(numbers) == 2 else numbers[0] if reported.numerator is not None else f"—/{numbers[0]}" if numbers else ""
    )
    percent = f"{float(reported.percent.value):.{reported.percent.decimals}f}%" if reported.percent else ""
    return " · ".join(text for text in (percent, parts) if text)


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


def _ways(audit: FigureAudit) -> tuple[list[CountingRule], int]:
    """Every other way of counting, and how many earlier loads could not be asked."""
    figures, place = audit.view.figures, (audit.measure.code, audit.view.village_id, audit.class_no)
    ways = [*figures.inspected("on_this_day", *place), *figures.inspected("on_other_days", *place)]
    failed = 0
    for load in figures.loads_before()[:LOADS]:
        try:
            ways += figures.in_load(load["build"], *place)
        except (build_files.UnknownBuild, query.CannotAsk):
            failed += 1
    return ways, failed


def _explain(audit: FigureAudit, reported: Declared, computed: CountingRule, ways: list[CountingRule]) -> None:
    """The ways that give what was declared, or the nearest with what is left; all that were tried can be seen."""

    def figure(way: CountingRule) -> str:
        return audit.text(way.numerator, way.denominator)

    explanation = declaring.explained(reported, computed, ways)
    if explanation.exact:
        st.markdown(_("**有 {count} 种算法恰好得到申报数。这可能是因为：**").format(count=len(explanation.exact)))
        tables.bullets([_("{way}：{figure}").format(way=_opening(audit, way), figure=figure(way)) for way in explanation.exact])
        if len(explanation.exact) > 1:
            st.caption(_("几种算法得到同一个数，单凭数字分不出是哪一种，请向申报的人问清。"))
        else:
            st.caption(_("数字相同不等于原因就是它，请向申报的人核实。"))
    elif explanation.near:
        st.markdown(_("**没有一种算法恰好得到申报数。下面几种比计算数更接近，但仍有差额，不能算作解释：**"))
        says = _("{way}：{figure}，与它比{gap}")
        tables.bullets([says.format(way=_opening(audit, way), figure=figure(way), gap=_differs(reported, way)) for way in explanation.near])
    else:
        st.markdown(_("**试过的算法都不能解释这个差额，也没有一种比计算数更接近。请向申报的人要名单，与上面的名单逐一核对。**"))
    with st.expander(_("试过的 {count} 种算法各得到多少").format(count=len(ways))):
        lines = [[_opening(audit, way), figure(way), html.escape(_differs(reported, way))] for way in ways]
        tables.table([_("算法"), _("得到"), _("申报数与它比")], lines, right=(1,))


def _opening(audit: FigureAudit, way: CountingRule) -> str:
    """A way in words, as markup; where a page shows the figure so, it opens that page."""
    text, code, class_no = figure_text.rule_clause(way), audit.measure.code, audit.class_no
    links: dict[str, dict[str, Any]] = {
        "day": {"day": dt.date.fromisoformat(way.detail), "measured": code, "class_no": class_no} if way.code == "day" else {},
        "measure": {"measured": way.detail, "class_no": class_no},
        "class": {"measured": code, "class_no": way.detail},
        "all_classes": {"measured": code},
    }
    if way.code not in links:
        return html.escape(text)
    return drilldown_links.anchor(drilldown_links.to("metric", audit.view, **links[way.code]), text, _("打开这样算的一页"))

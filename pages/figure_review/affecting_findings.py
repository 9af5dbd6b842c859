"""Findings that touch a figure's rows, and how far they could move it (warehouse/review/sensitivity.py)."""

from __future__ import annotations

import html

import streamlit as st

from checks.catalogue import SEVERITIES, severity_name
from locales import _
from pages.components import chart_blocks, drilldown_links, tables
from pages.data_quality import findings
from pages.figure_review import figure_text
from pages.figure_review.figure_audit import FigureAudit
from warehouse.review import alternative_counts, sensitivity


def section(audit: FigureAudit) -> None:
    """Findings on rows counted or left out, by code, with how far each could move the figure at most."""
    chart_blocks.section_heading(
        _("触及这个数的问题，最多能让它变多少"), _("问题按 {day} 的检查").format(day=audit.view.figures.facts()["as_of"])
    )
    if not audit.touched:
        st.info(_("没有查出触及这些行的问题。"))
        return
    follows = alternative_counts.follows()
    lines = sorted((line for line in audit.touched if line["code"]), key=lambda line: (SEVERITIES.index(line["severity"]), -line["most"]))
    may_err, stating = ([line for line in lines if (line["code"] in follows) is is_it] for is_it in (False, True))
    for level, says in (("ledgers", _("台账可能写错或缺写的问题")), ("all", _("连同下面由计算得出的提醒在内的全部问题"))):
        st.html(f"<p>{html.escape(_says(audit, audit.touching(level), says))}</p>")
    st.caption(
        _(
            "这是界限，不是估计：假定被触及的每一行都可能改为不计入、计入而未达到或已达到，其余各行不变。一个问题未必影响这个数；台账里根本没有写的儿童和事情不在其中。"
        )
    )
    _findings_table(audit, may_err)
    if stating:
        with st.expander(_("由计算本身得出的提醒 {count} 种（例如没有覆盖、走访没有跟上）").format(count=len(stating))):
            _findings_table(audit, stating)


def _says(audit: FigureAudit, line: dict | None, says: str) -> str:
    if line is None:
        return _("{says}：没有。").format(says=says)
    bound = sensitivity.bound(audit.parts[1], audit.parts[0], line)
    sentence = _("{says} {findings} 条，触及 {most} {unit}（其中计入的 {counts}）；这个数最低 {low}，最高 {high}。")
    bounds = {"low": audit.text(*bound.low), "high": audit.text(*bound.high)}
    return sentence.format(**line | bounds, says=says, unit=figure_text.unit(audit.measure))


def _findings_table(audit: FigureAudit, lines: list[dict]) -> None:
    if not lines:
        return
    cells = []
    for line in lines:
        bound = sensitivity.bound(audit.parts[1], audit.parts[0], line)
        address = drilldown_links.to("quality", audit.view, severity=line["severity"], code=line["code"])
        rule = drilldown_links.anchor(address, findings.sentence_of_rule(line["code"]), _("只看这些"))
        numbers = [str(line["findings"]), str(line["most"]), str(line["counts"]), audit.text(*bound.low), audit.text(*bound.high)]
        cells.append([severity_name(line["severity"]), rule, *numbers])
    unit = _("触及（{unit}）").format(unit=figure_text.unit(audit.measure))
    tables.table([_("程度"), _("问题"), _("条数"), unit, _("其中计入"), _("最低可到"), _("最高可到")], cells, right=(2, 3, 4, 5, 6))

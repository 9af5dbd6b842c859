"""The list of findings: filters that the link holds by their codes, then each finding with its place and remedy."""

from __future__ import annotations

import streamlit as st

from checks.catalogue import SEVERITIES, catalogue, sentence, severity_name
from locales import _
from pages.components import chart_blocks, url_state
from pages.data_quality.findings import MOST, Findings, sentence_of_rule, since
from pages.text import formatting

FILTERS = ("severity", "code", "age")


def comes_first() -> bool:
    """Tell whether the link that opened the page has filters; it stays so, lest the list moves at the next choice."""
    return st.session_state.setdefault("list_first", any(st.query_params.get(name) for name in FILTERS))


def findings_list(findings: Findings) -> None:
    """Show the filters and the list."""
    chart_blocks.section_heading(_("逐条清单"), _("每条都有文件、工作表、行和列；姓名、号码不在这里显示"))
    filters = _filters(findings)
    values: dict[str, object] = {name: filters[name] for name in ("severity", "code") if filters[name]}
    values |= {"loads": int(filters["age"])} if filters["age"] else {}
    count = findings.count(**values)
    caption = _("符合条件 {count} 条").format(count=count)
    if count > MOST:
        caption += _("，下面显示前 {most} 条；用村（社区）、程度或问题缩小范围").format(most=MOST)
    st.caption(caption)
    if filters["code"] in findings.not_checked:
        st.warning(_("这条规则没有检查成，不能当作没有问题；请重新载入一次，仍不行请联系维护人员。"))
    elif count:
        view = findings.view
        rows = view.figures.rows("findings", village=view.village_id or "", most=MOST, **filters)
        st.dataframe([_line(row) for row in rows], hide_index=True, key="list")
    elif values:
        st.info(_("没有符合条件的问题：把程度、问题、时间改回“全部”，或在左边换一个村（社区）。"))
    else:
        st.success(_("没有发现问题。"))


def _filters(findings: Findings) -> dict[str, str]:
    """Offer severity, code and age, and return their codes, '' for all."""
    at_severity, at_code, at_age = st.columns([1, 2, 1])
    by_loads = {str(row["loads"]): row for row in findings.counts if row["loads"]}
    codes = {*findings.not_checked, *(row["code"] for row in findings.counts)}
    with at_severity:
        severity = url_state.url_select("severity", _("程度"), list(SEVERITIES), severity_name)
    with at_code:
        options = [code for code in catalogue() if code in codes]
        code = url_state.url_select("code", _("问题"), options, lambda code: _code_name(findings, code))
    with at_age:
        age = url_state.url_select("age", _("从哪次载入起"), sorted(by_loads, key=int), lambda loads: since(by_loads[loads]))
    return {"severity": severity, "code": code, "age": age}


def _code_name(findings: Findings, code: str) -> str:
    if code in findings.not_checked:
        return _("{rule}（未检查）").format(rule=sentence_of_rule(code))
    example = next((row for (_severity, other), row in findings.examples.items() if other == code), {"code": code})
    return _("{rule}（{count}）").format(rule=sentence(example, formatting.catalogue_language())[0], count=findings.count(code=code))


def _line(row: dict) -> dict:
    problem, remedy = sentence(row, formatting.catalogue_language())
    return {
        _("程度"): severity_name(row["severity"]),
        _("村（社区）"): row["village"] or "—",
        _("问题"): problem,
        _("文件"): row["file"] or "—",
        _("工作表"): row["sheet"] or "",
        _("行"): str(row["row_no"] or "—"),
        _("列"): row["heading"] or "",
        _("怎么办"): remedy,
        _("从哪次载入起"): since(row),
    }

"""The list of findings: filters that stand in the link by their codes, then each finding with its place and remedy."""

from __future__ import annotations

import streamlit as st

from checks.catalogue import SEVERITIES, catalogue, sentence, severity_name
from locales import _
from pages.components import chart_blocks, url_state
from pages.data_quality import findings as findings
from pages.data_quality.findings import Found
from pages.text import formatting

FILTERS = ("severity", "code", "age")


def is_asked_for() -> bool:
    """Whether the link that opened the page asked for some findings; it stays so, lest the list moves at the next choice."""
    return st.session_state.setdefault("list_first", any(st.query_params.get(name) for name in FILTERS))


def listed(found: Found) -> None:
    """The filters and the list."""
    chart_blocks.section_heading(_("逐条清单"), _("每条都有文件、工作表、行和列；姓名、号码不在这里显示"))
    asked = _filters(found)
    given = {name: value for name, value in asked.items() if value}
    wanted = {"loads" if name == "age" else name: int(value) if name == "age" else value for name, value in given.items()}
    count = found.count(**wanted)
    told = _("符合条件 {count} 条").format(count=count)
    st.caption(
        told + (_("，下面显示前 {most} 条；用村（社区）、程度或问题缩小范围").format(most=findings.MOST) if count > findings.MOST else "")
    )
    if asked["code"] in found.not_checked:
        st.warning(_("这条规则没有检查成，不能当作没有问题；请重新载入一次，仍不行请联系维护人员。"))
    elif count:
        rows = found.view.figures.rows(
            "findings",
            village=found.view.village_id or "",
            most=findings.MOST,
            **asked,
        )
        st.dataframe([_line(row) for row in rows], hide_index=True, key="list")
    elif given:
        st.info(_("没有符合条件的问题：把程度、问题、时间改回“全部”，或在左边换一个村（社区）。"))
    else:
        st.success(_("没有发现问题。"))


def _filters(found: Found) -> dict[str, str]:
    """Severity, code and age as codes, '' for all."""
    at_level, of_code, of_age = st.columns([1, 2, 1])
    loads = sorted({row["loads"] for row in found.counts if row["loads"]})
    known = {str(row["loads"]): row for row in found.counts if row["loads"]}
    codes = list(dict.fromkeys((*found.not_checked, *(row["code"] for row in sorted(found.counts, key=lambda row: -row["found"])))))
    with at_level:
        severity = url_state.url_select("severity", _("程度"), list(SEVERITIES), severity_name)
    with of_code:
        code = url_state.url_select(
            "code", _("问题"), [code for code in catalogue() if code in codes], lambda code: _code_name(found, code)
        )
    with of_age:
        age = url_state.url_select(
            "age", _("从哪次载入起"), [str(number) for number in loads], lambda number: findings.since(known[number])
        )
    return {"severity": severity, "code": code, "age": age}


def _code_name(found: Found, code: str) -> str:
    """A code by an example of its sentence, with the number of findings or that it was not checked."""
    if code in found.not_checked:
        return _("{rule}（未检查）").format(rule=findings.sentence_of_rule(code))
    example = next((row for (_level, known), row in found.examples.items() if known == code), {"code": code})
    return _("{rule}（{count}）").format(rule=sentence(example, formatting.catalogue_language())[0], count=found.count(code=code))


def _line(row: dict) -> dict:
    """One finding as the table shows it."""
    says, remedy = sentence(row, formatting.catalogue_language())
    return {
        _("程度"): severity_name(row["severity"]),
        _("村（社区）"): row["village"] or "—",
        _("问题"): says,
        _("文件"): row["file"] or "—",
        _("工作表"): row["sheet"] or "",
        _("行"): str(row["row_no"] or "—"),
        _("列"): row["heading"] or "",
        _("怎么办"): remedy,
        _("从哪次载入起"): findings.since(row),
    }

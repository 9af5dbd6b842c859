"""Data quality: how complete and valid the ledgers are, what is wrong where and since when, which eligibility ends."""

import streamlit as st

from checks import catalogue
from locales import _
from pages.components import drilldown_links, metric_cards, page_frame
from pages.data_quality import completeness, eligibility_expiry, findings

view = page_frame.open_view("quality")
figures = view.figures
build_findings = findings.read(view)
facts = figures.facts()
sentence = _("检查按 {day} 的情况进行，{village}共发现 {count} 条：严重 {critical} 条，需改正 {warning} 条，提示 {info} 条。")
counts = {level: build_findings.count(severity=level) for level in findings.SEVERITIES}
page_frame.heading(_("数据质量"), view, sentence.format(day=facts["as_of"], village=view.village, count=build_findings.count(), **counts))
if build_findings.not_checked:
    sentence = _("有 {count} 条规则未检查：{rules}。这些方面不能当作没有问题。")
    rules = "；".join(catalogue.fault(code) for code in build_findings.not_checked)
    st.warning(sentence.format(count=len(build_findings.not_checked), rules=rules))

eligibility = figures.of("eligibility", view.village_id)
expired, unverified = (drilldown_links.figure_of(view, "eligibility", name, eligibility) for name in ("expired", "unverified"))
duties = figures.of("duties", view.village_id)
lacking = drilldown_links.figure(view, "duties", "missing", duties["fields_required"] - duties["fields_filled"])
metric_cards.show(
    [
        metric_cards.share_card(view, "field_complete_share", _("还缺 {count} 项").format(count=lacking)),
        metric_cards.share_card(
            view,
            "eligibility_valid_share",
            _("已不符合 {expired} 人，待核实 {unverified} 人").format(expired=expired, unverified=unverified),
        ),
        metric_cards.share_card(view, "ledgers_complete_share"),
    ]
)
page_frame.definition(view, "duties", "eligibility", "coverage")

if findings.list_comes_first():
    findings.findings_list(build_findings)
completeness.over_time(view)
findings.changes(build_findings)
findings.by_code(build_findings)
findings.by_village(build_findings)
if not findings.list_comes_first():
    findings.findings_list(build_findings)
eligibility_expiry.endings(view)
completeness.missing_cells(view)

SUMS = {"seen": "rows_seen", "loaded": "rows_loaded", "aside": "rows_set_aside", "other": "rows_not_data"}
sheets = figures.rows("sheet_rows")
sums = {name: sum(row[column] for row in sheets) for name, column in SUMS.items()}
st.caption(_("载入的台账共 {seen} 行 = 载入 {loaded} 行 + 搁置 {aside} 行 + 非数据行 {other} 行（标题、合计、说明等）").format(**sums))

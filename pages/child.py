"""One child, by its pseudonym: how it is counted and why, and all that the ledgers say of it, each with its place."""

import html

import streamlit as st

from checks.catalogue import sentence, severity_name
from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, page_frame, record_columns, tables
from pages.summaries import child_timeline, unmask_panel
from pages.text import formatting, labels

view = page_frame.open_view("child")
child_id = st.query_params.get("child", "")
trail = {part: record_columns.without_birthdays(view, rows) for part, rows in view.figures.trail(child_id).items()}
if not trail["memberships"]:
    page_frame.heading(_("儿童记录"), view, _("没有这个代号的儿童。请从名单里点一个代号打开。"))
    st.stop()

state = trail["state"][0] if trail["state"] else None
page_frame.heading(_("儿童 {code}").format(code=child_id[:8]), view, child_timeline.sentence(view.day, state, trail))
unmask_panel.names(view, child_id)
closed = [part for part in child_timeline.PARTS if not view.may("record", part)]
is_open_once = bool(closed) and unmask_panel.is_record_open(view, child_id, closed)
closed = [] if is_open_once else closed
page_frame.definition(view, "eligibility", "coverage", "visits")

chart_blocks.section_heading(_("资格，按类别"), _("截至 {day}；最后符合日之后即过期").format(day=view.day))
columns = [*record_columns.listed("rows", "memberships"), record_columns.place_column()]
tables.rows_table(trail["classes"], columns, nothing=_("这一天不在册。"))

chart_blocks.chart(
    plotly_charts.timeline(child_timeline.lanes(trail | {part: [] for part in closed}, view.day), view.day),
    _("时间线"),
    _("在册、家庭情况、结对为线段，走访、慰问、困难为点；竖线是 {day}").format(day=view.day),
    child_timeline.alternative_text(trail),
    key="life",
)

for part, rows, columns in child_timeline.tables(trail):
    chart_blocks.section_heading(labels.word("record", part), _("{count} 行").format(count=len(rows)))
    if part in closed:
        st.caption(_("在上面写明原因后可以查看。"))
    elif not rows:
        st.caption(_("台账里没有。"))
    elif len(rows) <= child_timeline.FOLDED:
        tables.rows_table(rows, columns)
    else:
        with st.expander(_("展开 {count} 行").format(count=len(rows))):
            tables.rows_table(rows, columns)

if view.may("actions", "read_findings"):
    chart_blocks.section_heading(_("检查发现的问题"), _("{count} 条").format(count=len(trail["findings"])))
    lines = [[severity_name(row["severity"]), *map(html.escape, sentence(row)), drilldown_links.place(row)] for row in trail["findings"]]
    if lines:
        tables.table([_("程度"), _("问题"), _("怎么办"), _("台账位置")], lines)

hidden = () if view.may("record", "birthday") else ("born_on",)
raw_text = _("显示台账原文（姓名、号码已遮盖，住址、备注等不显示）")
may_read_rows = not closed and view.may("actions", "read_ledger_rows")
if may_read_rows and is_open_once:  # a switch would run the page again, and ask for the reason again
    st.caption(raw_text)
if may_read_rows and (is_open_once or st.toggle(raw_text, key="raw")):
    for title, cells in child_timeline.ledger_rows(view.figures.build_id, trail):
        with st.expander(formatting.escape_markdown(title)):
            lines = [[html.escape(cell.heading), "***" if cell.field in hidden else html.escape(cell.text) or "—"] for cell in cells]
            tables.table([_("列"), _("原文")], lines)

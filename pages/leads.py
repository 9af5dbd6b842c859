"""Leads: signs of going through the motions, each to be checked with its rows, never a verdict or a score."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame
from pages.text import formatting, labels

view = page_frame.open_view("leads")
figures = view.figures
rows = view.chosen(figures.ask("leads", "village"))
known = {row["lead"] for row in rows}
told = _("截至{day}，{village}今年有 {kinds} 种线索待核实，涉及 {rows} 条记录。线索只提示去看一看，不说明谁做得不好。")
page_frame.heading(
    _("待核实线索"),
    view,
    told.format(day=formatting.day(view.day), village=view.village, kinds=len(known), rows=sum(row["rows"] for row in rows)),
)
page_frame.definition(view, "leads")
if not rows:
    st.info(_("今年到这一天没有线索。"))
for lead in sorted(known, key=lambda code: -sum(row["rows"] for row in rows if row["lead"] == code)):
    own = sorted((row for row in rows if row["lead"] == lead), key=lambda row: (-row["rows"], row["village_id"]))
    chart_blocks.section_heading(labels.lead_name(lead), labels.lead_rule(lead))
    lines = [
        [
            html.escape(row["village"]),
            drilldown_links.figure(view, "leads", lead, row["rows"], village=row["village"]),
            str(row["since"]),
            str(row["until"]),
        ]
        for row in own
    ]
    page_frame.table([_("村（社区）"), _("记录数"), _("最早"), _("最晚")], lines, right=(1,))

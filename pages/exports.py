"""Exports: choose tables or a chart, see them exactly as they will be released, fetch the file. The link holds each choice."""

from functools import partial

import streamlit as st

from locales import _
from pages.assessment_pack import export_jobs, pack_section
from pages.components import page_frame, url_state
from pages.downloads import export_page
from pages.text import labels
from pages.word_report import report, report_section

view = page_frame.open_view("exports")
sentence = _("选好表或图，下面先看到与文件一模一样的内容，再下载。少于规定人数的数不公布，也不会从合计、其他表或以前的导出里推算出来。")
page_frame.heading(_("导出"), view, sentence)

PARTS = {"tables": export_page.tables_section, "chart": export_page.chart_section, "report": report_section.draw, "pack": pack_section.draw}
RIGHT = {"tables": "table_csv", "chart": "chart_svg", "report": report.FORM, "pack": export_jobs.FORM}


pack_section.waiting_list(view.user)
offered = [part for part in PARTS if view.may("exports", RIGHT[part])]
what = url_state.url_select("what", _("取什么"), offered, partial(labels.word, "export_part"), offered[0])
with st.spinner(_("正在核对哪些数可以公布……")):
    PARTS[what](view)

"""Exports: choose an edition, tables or a chart, see them exactly as they will leave, fetch the file. The link holds each choice."""

import html
from functools import partial

import streamlit as st

from locales import _
from pages.assessment_pack import pack_section
from pages.components import chart_blocks, drilldown_links, page_frame, url_state
from pages.downloads import export_page
from pages.jobs import export_jobs, job_list
from pages.text import labels
from pages.word_report import report, report_section
from warehouse.storage import cleanup

view = page_frame.open_view("exports")
sentence = _("选好表或图，下面先看到与文件一模一样的内容，再下载。每份文件都先登记，有收据编号，可以核对。")
page_frame.heading(_("导出"), view, sentence)

if view.may("pages", "verify"):
    name, whether = labels.word("pages", "verify"), _("收到的文件是不是原样：")
    st.html(f'<p class="quiet">{html.escape(whether)}{drilldown_links.anchor(drilldown_links.to("verify", view), name, name)}</p>')

PARTS = {"tables": export_page.tables_section, "chart": export_page.chart_section, "report": report_section.draw, "pack": pack_section.draw}
RIGHT = {"tables": "table_csv", "chart": "chart_svg", "report": report.FORM, "pack": export_jobs.PACK}


if job_list.own_files(view.user):
    subtitle = _("可以离开本页，以后再来取；只有您的账号能取，满 {days} 天自动删除").format(days=cleanup.EXPORT_DAYS)
    chart_blocks.section_heading(_("做好待取的文件"), subtitle)
job_list.draw(view.user, job_list.own_files)
edition = export_page.choose_edition(view)
offered = [part for part in PARTS if view.may("exports", RIGHT[part])]
what = url_state.url_select("what", _("取什么"), offered, partial(labels.word, "export_part"), offered[0])
with st.spinner(_("正在准备要导出的内容；公开件要核对哪些数可以公布，按月的走势图得等几秒……")):
    PARTS[what](view, edition)

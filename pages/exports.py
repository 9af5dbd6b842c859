"""Exports: choose tables or a chart, see them exactly as they will leave the house, fetch the file. Each choice stands in the link."""

import streamlit as st

from locales import _
from pages.parts import choices, frame, report_section, taking

view = frame.stand("exports")
told = _("选好表或图，下面先看到与文件一模一样的内容，再下载。少于规定人数的数不公布，也不会从合计、其他表或以前的导出里推算出来。")
frame.heading(_("导出"), view, told)
report_section.draw(view)

what = choices.kept("what", _("取什么"), ["tables", "chart"], lambda code: {"tables": _("表"), "chart": _("图")}[code], "tables")
with st.spinner(_("正在核对哪些数可以公布……")):
    (taking.chart if what == "chart" else taking.tables)(view)

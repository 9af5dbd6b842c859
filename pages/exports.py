"""Exports: choose tables, see each cell as it will leave the house, fetch the file."""

import html

import streamlit as st

from locales import _
from pages.parts import exported, frame, handing, recorded, show
from warehouse import leaving, settings, withholding

view = frame.stand("exports")
told = _("选好指标和分组，下面先看到与文件一模一样的表，再下载。少于规定人数的数不公布，也不会从合计、其他表或以前的导出里推算出来。")
frame.heading(_("导出"), view, told)

names = st.pills(
    _("哪些指标"), list(handing.CHOICES), selection_mode="multi", default=["coverage"], key="metrics", format_func=exported.metric_name
)
left, right = st.columns([3, 2])
with left:
    groups = st.pills(
        _("怎样分组"), list(leaving.OFFERED), selection_mode="multi", default=["village"], key="groups", format_func=exported.group_name
    )
with right:
    forms = [form for form in exported.KINDS if view.may("exports", f"table_{form}")]
    form = st.segmented_control(_("文件格式"), forms, default=forms[-1], required=True, key="form")

tables = handing.wanted(names, groups)
if not tables:
    st.info(_("请至少选一个指标和一种分组；有的指标没有按类别的数。"))
    st.stop()
try:
    with st.spinner(_("正在决定哪些数不能公布……")):
        made = handing.preview(view.figures, tables, view.day)
    threshold = handing.threshold()
except (withholding.CannotProtect, settings.WrongSetting, ValueError) as refused:
    st.warning(str(refused))
    st.stop()

whole = exported.edition(made, view.figures.build_id, threshold)
if made.plan.out or made.plan.loose:
    note = _("以前的导出已经公布过一些数：有 {out} 个少于规定人数的数早已公布，另有 {loose} 个只能保证推算不出准数。")
    st.warning(note.format(out=len(made.plan.out), loose=len(made.plan.loose)))
st.download_button(
    _("下载"),
    recorded.while_allowed(view.user, f"table_{form}", handing.giving(view.figures, tables, view.day, str(form), recorded.by(view.user))),
    exported.file_name(made, str(form)),
    exported.KINDS[str(form)],
    key="get",
    type="primary",
    on_click="ignore",
)
st.html('<p class="quiet">' + "<br>".join(html.escape(line) for line in whole.block) + "</p>")
for sheet in whole.sheets:
    show.titled(sheet.name, _("{count} 行").format(count=len(sheet.rows)))
    rows = [[html.escape(text) for text in row] for row in exported.texts(sheet)]
    figures = tuple(at for at in range(len(sheet.headings)) if sheet.rows and not isinstance(sheet.rows[0][at], str))
    frame.table(sheet.headings, rows, figures)

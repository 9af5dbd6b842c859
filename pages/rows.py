"""The list behind a figure: as many rows as the figure says, each with its place in the ledgers."""

import html

import streamlit as st

from locales import _
from pages.components import page_frame, record_columns, tables
from pages.data import measures
from pages.text import formatting, labels, pairing_faults
from warehouse.metrics import drilldown, query, registry

MOST = 200
view = page_frame.open_view("rows", has_classes=True)
share, figure = st.query_params.get("share", ""), st.query_params.get("figure", "")
class_text = st.query_params.get("class_no", "")
class_no = int(class_text) if class_text in map(str, drilldown.CLASS_NUMBERS) else None
try:
    metric, _dot, name = figure.partition(".")
    if share in registry.shares():
        metric, name = registry.shares()[share].metric, registry.shares()[share].denominator
    kind = drilldown.drilldown_of(metric, name).rows
    is_of_all = class_no is not None and registry.row_kinds()[kind].is_without_class
    class_no = None if is_of_all else class_no
    if share:
        rows, title = view.figures.share_rows(share, view.village_id, class_no), labels.share_name(share)
    else:
        rows, title = view.figures.rows_behind(metric, name, view.village_id, class_no), labels.figure_name(figure)
    if view.group and not class_no and (key := registry.row_kinds()[kind].key):
        of_group = {row[key] for row in view.figures.of_group(metric, name, view.group)}
        rows = [row for row in rows if row[key] in of_group]
        title = f"{title} · {measures.group_name(view.group)}"
except query.CannotAsk:
    page_frame.heading(_("名单"), view, _("请从其他页面点一个带下划线的数字，这里会列出它背后的每一行。"))
    st.stop()

if class_no:
    title = f"{title} · {formatting.class_short(class_no)}"
whole, counted = sum(row["counts"] for row in rows), sum(row.get("counted", 0) for row in rows)
if share:
    sentence = _("截至{day}，{village}：{share}，还差 {short}。").format(
        day=formatting.day(view.day), village=view.village, share=formatting.share(counted, whole), short=whole - counted
    )
else:
    sentence = _("截至{day}，{village}：{count}。").format(day=formatting.day(view.day), village=view.village, count=whole)
sentence = _("这个数不分儿童类别，下面是全部。") + sentence if is_of_all else sentence
page_frame.heading(title, view, sentence)
page_frame.definition(view, metric)

if share and rows:
    parts = {
        "short": [row for row in rows if row["counted"] < row["counts"]],
        "full": [row for row in rows if row["counted"] == row["counts"]],
        "all": rows,
    }
    sentences = {"short": _("还差的 {count}"), "full": _("已达到的 {count}"), "all": _("全部 {count}")}
    part = st.segmented_control(
        _("看哪些"),
        list(parts),
        key="part",
        default="short" if parts["short"] else "all",
        required=True,
        format_func=lambda part: sentences[part].format(count=len(parts[part])),
    )
    rows = parts[part]

rows = record_columns.without_birthdays(view, rows)
if remedies := pairing_faults.remedies(rows) if rows and "is_conforming" in rows[0] else []:
    tables.bullets(list(map(html.escape, remedies)))
tables.rows_table(rows, record_columns.columns(kind, view), MOST, toggle="whole", nothing=_("没有这样的记录。"))
codes = _("代号由程序生成，不含姓名和号码；") if record_columns.subject(kind, view) else ""
st.caption(codes + _("位置是台账文件、工作表和行号，按表格软件的行号计。"))

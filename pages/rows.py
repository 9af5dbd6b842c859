"""The list behind a figure: as many rows as the figure says, each with its place in the ledgers."""

import streamlit as st

from locales import _
from pages.components import page_frame, record_columns, tables
from pages.text import formatting, labels
from warehouse.metrics import drilldown, query

SHOWN = 200
view = page_frame.open_view("rows")
asked = st.query_params
share, figure = asked.get("share", ""), asked.get("figure", "")
class_no = int(asked["class_no"]) if asked.get("class_no", "") in tuple("123456") else None
try:
    if share:
        metric, _numerator, name = drilldown.share_parts().get(share, ("", "", share))
        rows = view.figures.share_rows(share, view.village_id, class_no)
        title = labels.share_name(share)
    else:
        metric, _dot, name = figure.partition(".")
        rows = view.figures.rows_behind(metric, name, view.village_id, class_no)
        title = labels.figure_name(figure)
except query.CannotAsk:
    page_frame.heading(_("名单"), view, _("请从其他页面点一个带下划线的数字，这里会列出它背后的每一行。"))
    st.stop()

if class_no:
    title = f"{title} · {formatting.class_short(class_no)}"
whole, counted = sum(row["counts"] for row in rows), sum(row.get("counted", 0) for row in rows)
if share:
    told = _("截至{day}，{village}：{share}，还差 {short}。").format(
        day=formatting.day(view.day), village=view.village, share=formatting.share(counted, whole), short=whole - counted
    )
else:
    told = _("截至{day}，{village}：{count}。").format(day=formatting.day(view.day), village=view.village, count=whole)
page_frame.heading(title, view, told)
page_frame.definition(view, metric)

chosen = rows
if share and rows:
    short = [row for row in rows if row["counted"] < row["counts"]]
    full = [row for row in rows if row["counted"] == row["counts"]]
    sets = {"short": short, "full": full, "all": rows}
    names = {
        "short": _("还差的 {count}").format(count=len(short)),
        "full": _("已达到的 {count}").format(count=len(full)),
        "all": _("全部 {count}").format(count=len(rows)),
    }
    part = st.segmented_control(
        _("看哪些"), list(sets), key="part", default="short" if short else "all", required=True, format_func=names.__getitem__
    )
    chosen = sets[part]

kind = drilldown.drilldown_of(metric, name).rows
if not chosen:
    st.info(_("没有这样的记录。"))
else:
    is_whole = len(chosen) <= SHOWN or st.toggle(_("显示全部 {count} 行").format(count=len(chosen)), key="whole")
    shown = chosen if is_whole else chosen[:SHOWN]
    columns = record_columns.columns(kind, view)
    right = tuple(at for at, column in enumerate(columns) if column[2])
    tables.table([heading for heading, _cell, _is in columns], [[cell(row) for _heading, cell, _is in columns] for row in shown], right)
    if not is_whole:
        st.caption(_("共 {count} 行，上面是前 {most} 行").format(count=len(chosen), most=SHOWN))
st.caption(_("代号由程序生成，不含姓名和号码；位置是台账文件、工作表和行号，按表格软件的行号计。"))

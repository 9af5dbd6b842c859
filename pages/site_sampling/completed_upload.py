"""The place to drop a filled checklist, and what it says: how many were seen, what is true within which bounds, what is not true."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, record_columns, tables
from pages.components.page_frame import View
from pages.jobs import job_folder, sheet_reader
from pages.site_sampling import completed_checklist
from pages.text import formatting, labels


def result(view: View) -> None:
    """The form, and once a file is dropped its count or why it is none of ours."""
    with st.container(key="drop"), st.form("filled_form", clear_on_submit=True):
        chart_blocks.section_heading(_("核查结果"), _("放入填好的清单，当场统计；文件和结果都不保存"))
        file = st.file_uploader(_("填好的核查清单（.xlsx）"), type=["xlsx"], max_upload_size=sheet_reader.MOST_MB, key="filled")
        is_pressed = st.form_submit_button(_("统计"))
    if not is_pressed:
        return
    if file is None:
        st.info(_("请先选择填好的清单。"))
        return
    try:
        with st.spinner(_("正在读清单…")):
            counted = completed_checklist.count(sheet_reader.read(file.name, file.getvalue(), (".xlsx",)), view.figures.reader)
    except job_folder.Refused as refused:
        st.warning(formatting.escape_markdown(str(refused)))
        return
    _show(view, counted)


def _show(view: View, result: completed_checklist.Result) -> None:
    seen, count, request = result.items[0], len(result.checklist.lines), result.checklist.request
    sentence = _("种子 {seed}、{day} 的清单：抽查 {count} 名儿童，见到 {seen} 名，未见到 {no} 名，没有填的 {open} 名。")
    st.html(
        f'<p class="lead">{html.escape(sentence.format(seed=request.seed, day=request.day, count=count, seen=seen.yes, no=seen.no, open=seen.open))}</p>'
    )
    headings = [_("项目"), _("是"), _("否"), _("未见到"), _("没有填"), _("是的比例（95% 区间）")]
    tables.table(headings, [_line(item) for item in result.items], (1, 2, 3, 4, 5))
    st.caption(
        _("比例按填了“是”“否”的算。区间是精确二项区间（Clopper-Pearson）：把抽到的儿童看作逐个随机抽取，只对这次抽样的范围说话。")
        + _("每层或每类至少一人时，小层、小类的儿童抽到的机会大一些，比例不能直接当作全部儿童的比例。")
    )
    chart_blocks.section_heading(_("有一项不属实的儿童"), _("{count} 名；照清单上填的列出，请核查人复核").format(count=len(result.untrue)))
    names = {"visits": _("走访"), "pairing": _("结对"), "eligibility": _("资格")}
    cells = {
        "at": lambda row: str(row["number"]),
        "child": lambda row: drilldown_links.child(view, row["child_id"]),
        "items": lambda row: "<br>".join(names[item] for item in row["items"]),
    }
    rows = [vars(line) | {"items": items} for line, items in result.untrue]
    tables.rows_table(rows, record_columns.listed("lists", "untrue", **cells), nothing=_("没有。"))


def _line(item: completed_checklist.Counted) -> list[str]:
    name = html.escape(labels.word("checklist_column", item.item))
    unseen = "—" if item.item == "seen" else str(item.unseen)
    bounds = item.interval
    share = formatting.share(item.yes, item.yes + item.no)
    if bounds:
        share = _("{share}（{low}–{high}）").format(share=share, low=formatting.percent(bounds[0]), high=formatting.percent(bounds[1]))
    return [name, str(item.yes), str(item.no), unseen, str(item.open), share]

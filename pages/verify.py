"""Check an export: whether a file is as it was released, or what the register says under a receipt's number."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, page_frame, record_columns, tables
from pages.text import labels, receipt_text
from warehouse.disclosure import receipts, release
from warehouse.storage import build_files

MOST_MB = 64
RECENT = 10
STATES = {
    "genuine": (st.success, "●", _("是本系统导出的，一个字节也没有改过")),
    "part": (st.success, "●", _("是本系统导出的考核资料包里的文件 {part}，一个字节也没有改过")),
    "number": (st.success, "●", _("登记册里有这个编号。请把手里的文件与下面逐项比对，最好放入文件核对")),
    "altered": (st.error, "■", _("文件里有本系统的收据编号，但内容与登记的不一样：导出以后改过，或在办公软件里另存过")),
    "exhausting": (
        st.warning,
        "○",
        _("文件内容太多，找不完里面的收据编号，不能说它是不是本系统导出的。请放入导出的原文件，或输入编号核对"),
    ),
    "unknown": (st.warning, "○", _("登记册里没有：不是本系统导出的，或是启用收据以前导出的")),
}
view = page_frame.open_view("verify")
sentence = _(
    "放入从本系统导出的文件，或输入文件里的收据编号：看它是不是原样、有没有改过、数据是不是已有更新的版本。文件只在本机核对，不保存。"
)
page_frame.heading(_("核对导出文件"), view, sentence)


def show_verdict(verdict: receipts.Verdict, state: str) -> None:
    """Show the verdict, then whether the figures are still the same, then the receipt."""
    show, sign, text = STATES[state]
    show(f"{sign} {text.format(part=verdict.part)}")
    if verdict.edition is None:
        return
    receipt = verdict.receipt
    if receipt.build != view.figures.build_id:
        st.warning(superseded(verdict.edition))
    else:
        st.info(_("用的就是现在发布的数据版本。"))
    lines = []
    for name, value in receipt_text.table(receipt):  # a long hash may break, so that a phone shows all of it
        lines.append([html.escape(name), "<wbr>".join(html.escape(value[at : at + 16]) for at in range(0, len(value), 16))])
    tables.table([_("项目"), _("登记的内容")], lines)
    names = [f"{labels.metric_name(metric)} · {labels.word('table_group', by)} {day}" for metric, by, day in verdict.edition["tables"]]
    if names:
        chart_blocks.section_heading(_("里面的表"), _("{count} 张").format(count=len(names)))
        tables.bullets(list(map(html.escape, names)))


def superseded(edition: dict) -> str:
    """Say that other data is published now, and to readers of every count how many of a file's figures moved."""
    sentence = _("之后发布过别的数据版本（现在是 {build}）。").format(build=view.figures.build_id)
    if view.figures.reader.suppression_threshold or not edition["tables"]:
        return sentence
    if "figures" not in edition:
        return sentence + _("这份文件登记得早，没有逐数登记，不能说哪些数变了；请改用新的导出。")
    count = release.changed(view.figures.unsuppressed, edition)
    if not count:
        return sentence + _("其中的数都没有变。")
    return sentence + _("其中 {count} 个数现在不同了，请改用新的导出。").format(count=count)


number = st.text_input(_("收据编号"), key="no", bind="query-params", placeholder="20260105-0001-0A1B", max_chars=40)
file = st.file_uploader(_("或放入文件"), key="file", max_upload_size=MOST_MB) if view.may("actions", "check_files") else None
home = build_files.home()
try:
    if file is not None:
        verdict = receipts.by_content(home, file.getvalue())
        show_verdict(verdict, verdict.state)
    elif number.strip():
        verdict = receipts.by_number(home, number)
        show_verdict(verdict, "number" if verdict.edition else "unknown")
    recent = receipts.receipts(home, view.user.name)[:RECENT]
except ValueError as damaged:
    st.error(str(damaged))
    st.stop()

subtitle = _("最新的 {count} 份").format(count=len(recent)) if recent else _("还没有。在“导出”页取过的文件会列在这里。")
chart_blocks.section_heading(_("您最近的导出"), subtitle)
if recent:
    links = record_columns.listed(
        "lists", "receipts", link=lambda each: f'<a class="fig" href="verify?no={each.no}" target="_self">{each.no}</a>'
    )
    tables.rows_table(recent, links)

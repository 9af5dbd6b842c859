"""Sample: children drawn by a seed for a visit on site, as a checklist to print or to fill."""

import html
from functools import partial

import streamlit as st

from locales import _
from pages.components import actor, chart_blocks, page_frame, tables
from pages.data.queries import Figures
from pages.downloads import table_files
from pages.site_sampling import checklist_html, checklist_xlsx, sample, sample_form
from pages.text import formatting, labels

view = page_frame.open_view("sample")
top = st.container()
request = sample_form.chosen(view)
if request is None:
    with top:
        page_frame.heading(_("现场抽样"), view, _("请先写一个能用的种子。"))
    st.stop()
selection = sample.draw(Figures(request.build, view.figures.reader, request.day), request)
sentence = _("截至{day}，从{village}{who} {of} 人中，按村（社区）和类别分层抽取 {count} 人；种子 {seed}。")
place = view.village if view.village_id or not request.villages else _("{count} 个村（社区）").format(count=len(request.villages))
with top:
    facts = {"day": formatting.day(request.day), "village": place, "who": labels.word("sampled_from", request.who), "seed": request.seed}
    page_frame.heading(_("现场抽样"), view, sentence.format(**facts, of=selection.of, count=len(selection.lines)))

if selection.lines:
    chart_blocks.section_heading(_("各层抽了多少"), _("抽出/共有，人；每名儿童按最低的类别算一次"))
    headings, rows = checklist_html.allocation(selection)
    tables.table(headings, rows, tuple(range(1, len(headings))))

    with st.container(key="list"):
        chart_blocks.section_heading(_("现场核查清单"), _("只有代号，没有姓名；用浏览器打印（Ctrl+P）后用笔勾，或下载表格填写"))
        if view.may("exports", sample.FORM):
            order, recorder = sample.order(selection, view.user.name, view.user.role), actor.recorder(view.user)
            make = partial(checklist_xlsx.file, view.figures, selection, order, recorder)
            name = formatting.file_name(_("现场抽样"), request.day, request.seed, ending="xlsx")
            actor.download(view.user, sample.FORM, _("下载核查清单"), make, name, table_files.KINDS["xlsx"], "get")
        block = "<br>".join(html.escape(line) for line in sample.block(selection))
        st.html(f'{checklist_html.style(selection)}<p class="quiet">{block}</p>')
        st.html(checklist_html.markup(view, selection))
else:
    st.info(_("这一天没有这样的儿童可抽：请换一天、换一个村（社区），或在上面改抽别的儿童。"))

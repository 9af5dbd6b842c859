"""Sample: children drawn by a seed for a visit on site, as a checklist to print or to fill; the filled list comes back and is counted."""

import html
from functools import partial

import streamlit as st

from locales import _
from pages.components import actor, chart_blocks, page_frame, tables
from pages.data.queries import Figures
from pages.downloads import table_files
from pages.site_sampling import checklist_html, completed_upload, sample, sample_form
from pages.text import formatting

view = page_frame.open_view("sample")
top = st.container()
asked = sample_form.chosen(view)
if asked is None:
    with top:
        page_frame.heading(_("现场抽样"), view, _("请先写一个能用的种子。"))
    st.stop()
drawn = sample.draw(Figures(asked.build, view.figures.reader, asked.day), asked)
told = _("截至{day}，从{village}{who} {of} 人中，按村（社区）和类别分层抽取 {count} 人；种子 {seed}。")
place = view.village if view.village_id or not asked.villages else _("{count} 个村（社区）").format(count=len(asked.villages))
with top:
    page_frame.heading(
        _("现场抽样"),
        view,
        told.format(
            day=formatting.day(asked.day),
            village=place,
            who=sample.who_name(asked.who),
            of=drawn.of,
            count=len(drawn.lines),
            seed=asked.seed,
        ),
    )


def listed() -> None:
    """The strata and the list itself, to print or to take away."""
    chart_blocks.section_heading(_("各层抽了多少"), _("抽出/共有，人；每名儿童按最低的类别算一次"))
    headings, rows = checklist_html.allocation(drawn)
    tables.table(headings, rows, tuple(range(1, len(headings))))

    with st.container(key="list"):
        chart_blocks.section_heading(_("现场核查清单"), _("只有代号，没有姓名；用浏览器打印（Ctrl+P）后用笔勾，或下载表格填写"))
        if view.may("exports", sample.FORM):
            order, by = sample.order(drawn, view.user.name, view.user.role), actor.recorder(view.user)
            st.download_button(
                _("下载核查清单"),
                actor.require_right(view.user, sample.FORM, partial(sample.file, view.figures, drawn, order, by)),
                f"sample.{drawn.asked.day}.{drawn.asked.seed}.xlsx",
                table_files.KINDS["xlsx"],
                key="get",
                type="primary",
                on_click="ignore",
            )
        st.html(checklist_html.style(drawn) + '<p class="quiet">' + "<br>".join(html.escape(line) for line in sample.block(drawn)) + "</p>")
        st.html(checklist_html.markup(view, drawn))


if drawn.lines:
    listed()
else:
    st.info(_("这一天没有这样的儿童可抽：请换一天、换一个村（社区），或在上面改抽别的儿童。"))

if view.may("actions", "count_filled"):
    completed_upload.result(view)

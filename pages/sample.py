"""Sample: children drawn by a seed for a visit on site, as a checklist to print or to fill; the filled list comes back and is counted."""

import html

import streamlit as st

from locales import _
from pages.parts import checklist, exported, filled_list, frame, handing, recorded, sample_choices, sampled, show, words
from pages.parts.figures import Figures

view = frame.stand("sample")
top = st.container()
asked = sample_choices.chosen(view)
if asked is None:
    with top:
        frame.heading(_("现场抽样"), view, _("请先写一个能用的种子。"))
    st.stop()
drawn = sampled.draw(Figures(asked.build, view.figures.reader, asked.day), asked)
told = _("截至{day}，从{village}{who} {of} 人中，按村（社区）和类别分层抽取 {count} 人；种子 {seed}。")
place = view.village if view.village_id or not asked.villages else _("{count} 个村（社区）").format(count=len(asked.villages))
with top:
    frame.heading(
        _("现场抽样"),
        view,
        told.format(
            day=words.day(asked.day), village=place, who=sampled.who_name(asked.who), of=drawn.of, count=len(drawn.lines), seed=asked.seed
        ),
    )


def listed() -> None:
    """The strata and the list itself, to print or to take away."""
    show.titled(_("各层抽了多少"), _("抽出/共有，人；每名儿童按最低的类别算一次"))
    headings, rows = checklist.allocation(drawn)
    frame.table(headings, rows, tuple(range(1, len(headings))))

    with st.container(key="list"):
        show.titled(_("现场核查清单"), _("只有代号，没有姓名；用浏览器打印（Ctrl+P）后用笔勾，或下载表格填写"))
        if view.may("exports", sampled.FORM):
            order, by = sampled.order(drawn, view.user.name, view.user.role), recorded.by(view.user)
            st.download_button(
                _("下载核查清单"),
                recorded.while_allowed(view.user, sampled.FORM, handing.giving(view.figures, [], order, sampled.writer(drawn), by)),
                f"sample.{drawn.asked.day}.{drawn.asked.seed}.xlsx",
                exported.KINDS["xlsx"],
                key="get",
                type="primary",
                on_click="ignore",
            )
        st.html(checklist.style(drawn) + '<p class="quiet">' + "<br>".join(html.escape(line) for line in sampled.block(drawn)) + "</p>")
        st.html(checklist.markup(view, drawn))


if drawn.lines:
    listed()
else:
    st.info(_("这一天没有这样的儿童可抽：请换一天、换一个村（社区），或在上面改抽别的儿童。"))

if view.may("actions", "count_filled"):
    filled_list.result(view)

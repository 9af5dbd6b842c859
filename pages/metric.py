"""One figure for who checks it: its parts, definition, rows, what is left out and why, findings that touch it, SQL, a declared figure."""

import streamlit as st

from locales import _, language
from pages.components import chart_blocks, page_frame, url_state
from pages.figure_review import affecting_findings, figure_audit, figure_text, reported_figure
from pages.text import formatting, settings_text
from warehouse.metrics import query
from warehouse.review import exclusions
from warehouse.sql import compose

view = page_frame.open_view("metric")
top = st.container()  # the sentence comes first and speaks of what is chosen below it
at_measure, at_class = st.columns([2, 1])
with at_measure:
    measured = [one.code for one in exclusions.measures()]
    code = url_state.url_select("measured", _("核对哪个指标"), measured, figure_text.name, measured[0])
asked = exclusions.measure(code)
class_no = None
if asked.has_classes:
    with at_class:
        class_no = (
            int(url_state.url_select("class_no", _("类别"), list("123456"), lambda number: formatting.class_short(int(number))) or 0)
            or None
        )
one = figure_audit.read(view, asked, class_no)
with top:
    page_frame.heading(_("指标核对"), view, figure_audit.sentence(one))
    figure_audit.card(one)

chart_blocks.section_heading(_("定义"), _("“{name}”算的是什么，用了哪些设定").format(name=one.name))
st.text(query.definition(asked.metric, language()))
settings = view.figures.settings(asked.metric)
own = settings_text.differing(settings)
st.caption(" ".join(told for told in (settings_text.read(settings), own or _("没有本镇另定的设定，都是程序默认值。")) if told))

figure_audit.rows(one)
figure_audit.left_out(one)
affecting_findings.section(one)

chart_blocks.section_heading(_("计算用的 SQL"), _("指标本身、它所依据的步骤，以及本页“没有计入”的清单"))
if st.toggle(_("看计算用的 SQL"), key="sql"):
    page_frame.sql(asked.metric + compose.FIGURES)
    with st.expander(_("本页“没有计入”的清单")):
        st.code(compose.text(exclusions.source_of(asked, view.village_id, class_no)), language="sql", height=360)

reported_figure.declared(one)
st.caption(_("代号由程序生成，不含姓名和号码；位置是台账文件、工作表和行号，按表格软件的行号计。"))

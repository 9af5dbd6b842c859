"""One figure for those who check it: parts, a declared figure, definition, rows, what it leaves out and why, findings that affect it, SQL."""

import streamlit as st

from locales import _
from pages.components import chart_blocks, page_frame, url_state
from pages.figure_review import figure_audit, reported_figure
from pages.text import formatting, labels, settings_text
from warehouse.metrics import drilldown
from warehouse.review import exclusions
from warehouse.sql import compose

view = page_frame.open_view("metric")
top = st.container()  # the sentence comes first and speaks of the choices below it
at_measure, at_class = st.columns([2, 1])
with at_measure:
    codes = [measure.code for measure in exclusions.measures()]
    measure = exclusions.measure(url_state.url_select("measured", _("核对哪个指标"), codes, labels.name, codes[0]))
class_no = None
if exclusions.has_classes(measure):
    with at_class:
        classes = {str(number): formatting.class_short(number) for number in drilldown.CLASS_NUMBERS}
        class_no = int(url_state.url_select("class_no", _("类别"), list(classes), classes.__getitem__) or 0) or None
audit = figure_audit.read(view, measure, class_no)
with top:
    page_frame.heading(_("指标核对"), view, figure_audit.sentence(audit))
    figure_audit.card(audit)

reported_figure.section(view, measure, class_no, audit.parts)
chart_blocks.section_heading(_("定义"), _("“{name}”算的是什么，用了哪些设定").format(name=audit.name))
st.text(labels.definition(measure.metric))
settings = view.figures.settings(measure.metric)
town_settings = settings_text.town_settings(settings) or _("没有本镇另定的设定，都是程序默认值。")
st.caption(f"{settings_text.used_settings(settings)}  \n{town_settings}".strip())

figure_audit.rows(audit)
figure_audit.left_out(audit)
with st.expander(_("查到的问题能把这个数动多少")):
    figure_audit.affecting_findings(audit)

chart_blocks.section_heading(_("计算用的 SQL"), _("指标本身、它所依据的步骤，以及本页“没有计入”的清单"))
if st.toggle(_("看计算用的 SQL"), key="sql"):
    page_frame.sql(measure.metric + compose.FIGURES)
    with st.expander(_("本页“没有计入”的清单")):
        st.code(compose.text(drilldown.source_of(measure.rows, view.village_id, class_no, compose.POPULATION)), language="sql", height=360)

st.caption(_("代号由程序生成，不含姓名和号码；位置是台账文件、工作表和行号，按表格软件的行号计。"))

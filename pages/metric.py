"""One figure for who checks it: its parts, definition, rows, what is left out and why, findings that touch it, SQL, a declared figure."""

import streamlit as st

from locales import _, language
from pages.parts import choices, comparing, counted_words, frame, inspecting, setting_words, show, touching, words
from warehouse import inspected, metrics, otherwise, steps

view = frame.stand("metric")
top = st.container()  # the sentence comes first and speaks of what is chosen below it
at_measure, at_class = st.columns([2, 1])
with at_measure:
    measured = [one.code for one in inspected.measures()]
    code = choices.kept("measured", _("核对哪个指标"), measured, counted_words.name, measured[0])
asked = inspected.measure(code)
class_no = None
if asked.rows in otherwise.BY_CLASS:
    with at_class:
        class_no = int(choices.kept("class_no", _("类别"), list("123456"), lambda number: words.class_short(int(number))) or 0) or None
one = inspecting.read(view, asked, class_no)
with top:
    frame.heading(_("指标核对"), view, inspecting.sentence(one))
    inspecting.card(one)

show.titled(_("定义"), _("“{name}”算的是什么，用了哪些设定").format(name=one.name))
st.text(metrics.definition(asked.metric, language()))
settings = view.figures.settings(asked.metric)
own = setting_words.differing(settings)
st.caption(" ".join(told for told in (setting_words.read(settings), own or _("没有本镇另定的设定，都是程序默认值。")) if told))

inspecting.rows(one)
inspecting.left_out(one)
touching.section(one)

show.titled(_("计算用的 SQL"), _("指标本身、它所依据的步骤，以及本页“没有计入”的清单"))
if st.toggle(_("看计算用的 SQL"), key="sql"):
    frame.sql(asked.metric + steps.FIGURES)
    with st.expander(_("本页“没有计入”的清单")):
        st.code(steps.text(inspected.kind_of(asked.rows, view.village_id, class_no)), language="sql", height=360)

comparing.declared(one)
st.caption(_("代号由程序生成，不含姓名和号码；位置是台账文件、工作表和行号，按表格软件的行号计。"))

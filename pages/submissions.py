"""A village's own page: fetch its ledgers with the faults marked, hand in new or corrected ones, see what became of them."""

import dataclasses
import html

import streamlit as st

from etl.forms import layouts
from locales import _, language
from pages.components import actor, chart_blocks, page_frame, record_columns, tables
from pages.jobs import job_folder
from pages.ledger_intake import layout_questions, returned_copies, staged_load, submissions
from pages.summaries import first_steps
from pages.text import formatting
from warehouse.storage import build_files

MOST = 20
view = page_frame.open_view("submissions")
home, village_id = build_files.home(), str(view.village_id)
handed_in = submissions.of_village(home, village_id)
counts = {row["severity"]: row["found"] for row in view.chosen(view.figures.rows("findings_by_severity"))}

sentence = _("{village}的台账现有 {count} 条问题，其中严重 {critical} 条、需改正 {warning} 条；已报送、等待中心处理的有 {waiting} 份。")
page_frame.heading(
    _("报送台账"),
    view,
    sentence.format(
        village=view.village,
        count=sum(counts.values()),
        critical=counts.get("critical", 0),
        warning=counts.get("warning", 0),
        waiting=sum(submission.state in (submissions.WAITING, submissions.RETURNED) for submission in handed_in),
    ),
)
page_frame.flash_message()
st.caption(_("第一步：取回标好问题的原表，照批注改好。第二步：把改好的表放到下面报上来。中心检查、发布之后，“数据质量”页会更新。"))
returned_copies.section(view, home, _("取回标好问题的原表"), _("每处问题都标了颜色、写了怎么改；含姓名，请妥善保管"))


def answer(layout: layouts.Layout) -> None:
    """Keep the village's answer for its own tables, or say why not."""
    with page_frame.refusals(layouts.WrongLayout):
        layouts.require_readable(layout)
        actor.recorder(view.user)(home, "layout_kept", {"layout": layout.fingerprint, "form": layout.ledger, "village": village_id})
        layouts.keep(home, dataclasses.replace(layout, village=village_id))
        page_frame.flash_and_rerun(_("已记住，中心载入时按它读本村（社区）的台账；中心确认之后各村（社区）都按它读。"))


if view.may("actions", "submit"):
    if open_tables := submissions.questions(home, village_id):
        layout_questions.section(open_tables, view.user.name, answer)
    chart_blocks.section_heading(_("报送新的或改好的台账"), _("只放本村（社区）的；文件先由保护中心检查，不会直接改变数据"))
    files = staged_load.uploaded_files(_("报送"))
    first_steps.blank_ledgers()
    if files is not None:
        with page_frame.refusals(job_folder.Refused):
            submission = submissions.submit(home, village_id, files, view.user.name, actor.recorder(view.user))
            with st.spinner(_("正在看表里有没有拿不准的地方……")):
                submissions.look_for_questions(home, submission, language())
            page_frame.flash_and_rerun(_("已报送 {count} 个文件，等待保护中心处理。").format(count=len(submission.files)))


chart_blocks.section_heading(_("报送记录"), _("新的在上面；时间为{clock}").format(clock=formatting.whose_clock()))
columns = record_columns.listed("lists", "submissions", outcome=lambda each: html.escape(submissions.outcome(each)))
tables.rows_table(handed_in[:MOST], columns, nothing=_("还没有报送过。"))

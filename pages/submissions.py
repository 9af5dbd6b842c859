"""A village's own page: fetch its ledgers with the faults marked, hand in new or corrected ones, see what became of them."""

import dataclasses
import html

import streamlit as st

from checks.catalogue import word
from etl.forms import layouts
from locales import _, language
from pages.components import actor, chart_blocks, page_frame, record_columns, tables
from pages.jobs import job_folder
from pages.ledger_intake import layout_questions, report_board, returned_copies, staged_load, submissions
from pages.summaries import first_steps
from pages.text import formatting
from warehouse.settings import local_time, settings
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
today = local_time.today(home)
period = report_board.period(today, settings.kept(home))
(lacking,) = report_board.missing(view.figures.rows("reports_by_ledger", as_of=today), [village_id], period).values()
if lacking:
    text = _("{period}的台账应在 {due} 前报齐，还差：{ledgers}。没有儿童或没有发生的，报一张空表也算报过。")
    ledgers = formatting.join_names(list(map(word, lacking)))
    (st.warning if today > period.due else st.info)(text.format(period=period.name, due=period.due, ledgers=ledgers))
else:
    st.success(_("{period}的台账已报齐。").format(period=period.name))
st.caption(_("第一步：取回标好问题的原表，照批注改好。第二步：把改好的表放到下面报上来。中心检查、发布之后，“数据质量”页会更新。"))
returned_copies.section(view, _("取回标好问题的原表"), _("每处问题都标了颜色、写了怎么改；含姓名，请妥善保管"))


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
for each in handed_in if view.may("actions", "submit") else []:
    if each.state == submissions.WAITING and st.button(
        _("收回 {at} 报送的 {count} 个文件").format(at=formatting.moment(each.at), count=len(each.files)), key=f"withdraw_{each.id}"
    ):
        with page_frame.refusals(job_folder.Refused):
            submissions.withdraw(home, village_id, each.id, actor.recorder(view.user))
            page_frame.flash_and_rerun(_("已收回。"))

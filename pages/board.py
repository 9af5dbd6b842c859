"""Who has handed in what: villages by ledgers of the last period, what waits or was sent back, and the text that reminds the others."""

import html
from collections import Counter
from functools import partial

import streamlit as st

from checks.catalogue import word
from locales import _
from pages.components import actor, chart_blocks, drilldown_links, page_frame, tables
from pages.ledger_intake import report_board, submissions
from pages.text import formatting, labels
from pages.word_report import report
from warehouse.settings import local_time, settings
from warehouse.storage import build_files

view = page_frame.open_view("board")
home = build_files.home()
today, period = local_time.today(home), report_board.period(local_time.today(home), settings.kept(home))
reports = view.figures.rows("reports_by_ledger", as_of=today)
names = {row["village_id"]: row["name"] for row in view.chosen(view.figures.villages())}
lacking = report_board.missing(reports, names, period)
late_days = (today - period.due).days
newest: dict[str, str] = {}
for row in reports:
    newest[row["village_id"]] = max(newest.get(row["village_id"], ""), str(row["last_on"]))
handed_in = Counter((each.village_id, each.state) for each in submissions.every(home, view.figures.build_id))

complete = sum(not ledgers for ledgers in lacking.values())
sentence = _("{period}的台账应在 {due} 前报齐：{complete}/{all} 个村（社区）已报齐，{late}。")
late = _("其余已逾期 {days} 天") if late_days > 0 else _("其余还有 {left} 天")
if complete == len(lacking):
    late = _("没有要催的")
late = late.format(days=late_days, left=-late_days)
page_frame.heading(
    labels.word("pages", "board"), view, sentence.format(period=period.name, due=period.due, complete=complete, all=len(lacking), late=late)
)
subtitle = _("✓ 已发布，○ 还没有报；按今天 {today} 算，{day} 及以后填报的算这一期")
chart_blocks.section_heading(_("哪个村报了哪些"), subtitle.format(today=today, day=period.counts_from))


def at_work(village_id: str) -> str:
    """Return what a village has handed in that is not published."""
    states = {
        submissions.WAITING: _("等待处理 {count}"),
        submissions.RETURNED: _("等待重新载入 {count}"),
        submissions.SENT_BACK: _("退回过 {count}"),
    }
    counts = {text: handed_in[village_id, state] for state, text in states.items()}
    return html.escape(formatting.join_names([text.format(count=count) for text, count in counts.items() if count])) or "—"


lines = [
    [
        drilldown_links.village(view, names[code]),
        _("已报齐") if not lacking[code] else _("差 {count} 种").format(count=len(lacking[code])),
        at_work(code),
        newest.get(code, _("没有报过")),
        *("○" if ledger in lacking[code] else "✓" for ledger in report_board.LEDGERS),
    ]
    for code in sorted(names, key=lambda code: (-len(lacking[code]), code))
]
tables.table([_("村（社区）"), _("情况"), _("报来还没有发布的"), _("最近填报日"), *map(word, report_board.LEDGERS)], lines)
if complete < len(lacking):
    chart_blocks.section_heading(_("提醒"), _("复制到工作群，或下载 Word 打印；没有儿童的姓名和数字。程序自己不发送任何消息"))
    st.code(report_board.reminder(lacking, names, period, today), language=None, wrap_lines=True)
    if view.may("exports", "reminder_docx"):
        signed = settings.kept(home)["document_from"]
        make, name = (
            partial(report_board.notice, lacking, names, period, today, signed),
            formatting.file_name(_("台账报送提醒"), period.last, ending="docx"),
        )
        actor.download(
            view.user, "reminder_docx", _("下载提醒（Word）"), make, name, report.KINDS[report.FORM], "reminder_docx", is_first=False
        )

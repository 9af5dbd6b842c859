"""What villages handed in and nobody has settled yet, as the centre sees it: take some into a load, or send them back with a reason."""

import html
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from locales import _
from pages.components import chart_blocks, page_frame, record_columns, tables
from pages.ledger_intake import submissions
from pages.text import formatting
from warehouse.audit import trail

LONGEST_REASON = 200


def section(home: Path, villages: dict[str, str], start: Callable[[list[submissions.Submission]], None], recorder: trail.Recorder) -> None:
    """Show the submissions and both ways on; `villages` are names by code, `start` begins a staged load of some of them.

    Sending back removes files, so `recorder` writes it down first.
    """
    waiting = {submission.id: submission for submission in submissions.waiting(home)}
    if not waiting:
        return
    chart_blocks.section_heading(
        _("村（社区）报来的台账：{count} 份待处理").format(count=len(waiting)),
        _("先报的在上面；时间为{clock}").format(clock=formatting.whose_clock()),
    )

    def village(submission: submissions.Submission) -> str:
        return villages.get(submission.village_id, submission.village_id)

    cells = {"village": lambda each: html.escape(village(each)), "outcome": lambda each: html.escape(submissions.outcome(each))}
    tables.rows_table([*waiting.values()], record_columns.listed("lists", "inbox", **cells))
    chosen = st.multiselect(
        _("处理哪几份"),
        list(waiting),
        default=list(waiting),
        key="received",
        format_func=lambda code: f"{village(waiting[code])} · {formatting.moment(waiting[code].at)}",
    )
    if st.button(_("一并检查（{count} 份）").format(count=len(chosen)), key="take_in", type="primary", disabled=not chosen):
        start([waiting[code] for code in chosen])
    with st.expander(_("退回，请村（社区）重报")):
        reason = st.text_input(_("退回的原因（村里会看到，请不要写姓名和号码）"), key="why_back", max_chars=LONGEST_REASON).strip()
        if st.button(_("退回选中的 {count} 份").format(count=len(chosen)), key="send_back", disabled=not (chosen and reason)):
            with page_frame.refusals():
                recorder(home, "send_back", {"count": str(len(chosen)), "reason": reason})
                submissions.send_back(home, chosen, reason)
                page_frame.flash_and_rerun(_("已退回，村（社区）会看到原因；文件已删除。"))


def warnings(report: dict, home: Path, ids: list[str], villages: dict[str, str]) -> list[str]:
    """Return a sentence each where a staged load of these submissions concerns villages that handed none of them in."""
    senders = {villages.get(submission.village_id) for submission in submissions.every(home) if submission.id in ids}
    files = sorted(file["file"] for file in report["files"] if file["village"] and file["village"] not in senders)
    preview = report["preview"]
    moved = [row for row in (*preview["figures"], *preview.get("own_figures", [])) if row["before"] != row["after"]]
    changed = {row.get("village") for row in (*moved, *preview["children"])}
    texts = {
        _("下列文件写的不是报送它的村（社区），请核对后再发布：{names}"): files,
        _("这些报送还会改动别的村（社区）的数据，请核对后再发布：{names}"): sorted(
            name for name in changed if name and name not in senders
        ),
    }
    return [text.format(names=formatting.escape_markdown(formatting.join_names(names))) for text, names in texts.items() if names]

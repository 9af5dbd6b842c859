"""What villages handed in and nobody has settled yet, as the centre sees it: take some into a load, or send one back with a reason."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from locales import _
from pages.components import chart_blocks, tables
from pages.ledger_intake import submissions
from pages.text import formatting
from warehouse.audit import trail

LONGEST_REASON = 200


def received(home: Path, villages: dict[str, str], start: Callable[[list[submissions.Submission]], None], recorder: trail.Recorder) -> None:
    """The table and both ways on; `villages` are names by code, `start` begins a staged load of some submissions.

    Sending back removes files, so `recorder` writes it down first.
    """
    waiting = submissions.waiting(home)
    if not waiting:
        return
    chart_blocks.section_heading(
        _("村（社区）报来的台账：{count} 份待处理").format(count=len(waiting)),
        _("先报的在上面；时间为{clock}").format(clock=formatting.whose_clock()),
    )
    tables.table([_("村（社区）"), _("报送时间"), _("报送人"), _("文件")], [_line(one, villages) for one in waiting])
    known = {one.id: one for one in waiting}

    def name(code: str) -> str:
        return f"{villages.get(known[code].village_id, known[code].village_id)} · {formatting.moment(known[code].at)}"

    chosen = st.multiselect(_("处理哪几份"), list(known), default=list(known), key="received", format_func=name)
    if st.button(_("一并检查（{count} 份）").format(count=len(chosen)), key="take_in", type="primary", disabled=not chosen):
        start([known[code] for code in chosen])
    with st.expander(_("退回，请村（社区）重报")):
        why = st.text_input(_("退回的原因（村里会看到，请不要写姓名和号码）"), key="why_back", max_chars=LONGEST_REASON)
        if st.button(_("退回选中的 {count} 份").format(count=len(chosen)), key="send_back", disabled=not (chosen and why.strip())):
            try:
                recorder(home, "send_back", {"count": str(len(chosen)), "reason": why.strip()})
            except trail.NotRecorded as error:
                st.error(str(error))
                return
            submissions.settle(home, chosen, submissions.SENT_BACK, why.strip())
            st.session_state["flash"] = _("已退回，村（社区）会看到原因；文件已删除。")
            st.rerun()


def _line(one: submissions.Submission, villages: dict[str, str]) -> list[str]:
    """One submission as markup."""
    village = villages.get(one.village_id, one.village_id)
    return [*map(html.escape, (village, formatting.moment(one.at), one.by)), "<br>".join(map(html.escape, one.files))]


def strangers(report: dict, home: Path, ids: list[str], villages: dict[str, str]) -> list[str]:
    """Files of a staged load of submissions that name another village than the one that handed them in."""
    named = {one.village_id for one in submissions.every(home) if one.id in ids}
    own = {villages.get(code) for code in named}
    return sorted(file["file"] for file in report["files"] if file["village"] and file["village"] not in own)


def elsewhere(report: dict, home: Path, ids: list[str], villages: dict[str, str]) -> list[str]:
    """Villages that handed in none of these submissions and whose figures or children a load of them would change all the same."""
    own = {villages.get(one.village_id) for one in submissions.every(home) if one.id in ids}
    moved = {row["village"] for row in report["preview"]["figures"] if row["before"] != row["after"]}
    return sorted(name for name in moved | {row["village"] for row in report["preview"]["children"]} if name and name not in own)

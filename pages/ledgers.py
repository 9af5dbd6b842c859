"""Load ledgers: drop files, watch them being checked, look at what would change, publish or leave it; go back to a build."""

import streamlit as st

from locales import Refusal, _, language
from pages.access import rights
from pages.components import actor, page_frame
from pages.jobs import job_folder, loads
from pages.ledger_intake import build_history, open_questions, returned_copies, staged_load, submission_inbox, submissions
from pages.summaries import first_steps
from warehouse.storage import build_files

user = page_frame.require_page("ledgers")
home = build_files.home()
view = page_frame.open_view("ledgers") if build_files.published(home) else None
job = loads.current(home)


def may(action: str) -> bool:
    """Tell whether the reader may do this."""
    return rights.may(user, "actions", action)


def start(files: list[tuple[str, bytes]], without: tuple[str, ...] = (), submission_ids: tuple[str, ...] = ()) -> None:
    """Start a job and show it, or say why not."""
    with page_frame.refusals(job_folder.Refused):
        loads.start(home, files, user.name, language(), without, actor.recorder(user), submission_ids)
        st.rerun()


def start_with(chosen: list[submissions.Submission]) -> None:
    """Start a job with what villages handed in."""
    ids = {each.id for each in chosen}
    with page_frame.refusals(Refusal, job_folder.Refused), submissions.held(home):  # what waits again comes out of a build, by the key
        waiting = [each for each in submissions.waiting(home) if each.id in ids]  # not what was taken back meanwhile
        start([file for each in waiting for file in each.content()], submission_ids=tuple(each.id for each in waiting))


if view:
    page_frame.heading(_("载入台账"), view, staged_load.sentence(job, may("load")))
else:
    st.title(_("载入台账"), anchor=False)
    page_frame.lead(staged_load.sentence(job, may("load")))
page_frame.flash_message()

if job is None:
    if may("load"):
        submission_inbox.section(home, view.figures.village_names() if view else {}, start_with, actor.recorder(user))
        files = staged_load.uploaded_files(_("开始检查"))
        first_steps.blank_ledgers()
        if files is not None:
            start(files)
elif job.is_at_work:
    staged_load.progress(home)
elif not may("publish"):
    st.info(_("保护中心正在处理一次载入；发布或放弃之后，下面的版本会更新。"))
elif job.state == "ready":
    open_questions.section(home, user, job)
    staged_load.decision(home, job, view, actor.recorder(user))
else:
    staged_load.end_without_candidate(home, job)

if view:
    if job is None and may("load"):
        open_questions.section(home, user, job)
    build_history.table(view)
    if may("undo"):
        build_history.rollback_form(view)
    if job is None and may("load"):
        build_history.leave_out_form(view, lambda file_id: start([], (file_id,)))
    if view.may("exports", "returned_copies"):
        subtitle = _("标好问题的原表，改好后直接报回来；左边选了村（社区）就只做它的。含姓名，请妥善保管")
        returned_copies.section(view, _("退回各村（社区）的台账"), subtitle)

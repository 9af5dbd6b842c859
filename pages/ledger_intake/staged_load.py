"""The staged load as the ledgers page shows it: where ledgers are dropped (for villages too), its progress, the decision to publish or
leave it, an end without a candidate."""

import html
from functools import partial
from pathlib import Path

import streamlit as st

from checks.catalogue import sentence as finding_sentence
from locales import _, use_language
from pages.access import rights
from pages.components import drilldown_links, page_frame, tables
from pages.jobs import job_list, loads
from pages.ledger_intake import staged_changes, submission_inbox, submissions
from pages.text import formatting
from warehouse.audit import trail
from warehouse.settings import validation
from warehouse.storage import build_files

EVERY = 1.0  # seconds between two looks at a running job


def uploaded_files(button: str) -> list[tuple[str, bytes]] | None:
    """Return the files once the button is pressed (an empty list without a file); None before."""
    with st.form("upload", clear_on_submit=True):
        files = st.file_uploader(
            _("台账文件（.xlsx、.xls、.csv）、村居名册、村界（.geojson），可一次放多个，每个不超过 {most} MB").format(most=loads.MOST_MB),
            type=[ending[1:] for ending in loads.ENDINGS],
            accept_multiple_files=True,
            max_upload_size=loads.MOST_MB,
            key="files",
        )
        is_pressed = st.form_submit_button(button, type="primary")
    return [(file.name, file.getvalue()) for file in files or []] if is_pressed else None


def sentence(job: loads.Load | None, may_load: bool) -> str:
    """Return the sentence that answers first."""
    if job is None:
        if not may_load:
            return _("各次载入的版本在下面；台账由保护中心载入。")
        return _("把各村（社区）报来的台账放到这里：先检查、与现有数据比较，看过再决定是否发布。")
    if job.is_at_work:
        return _("{by} 的载入正在进行；可以离开本页，回来接着看。").format(by=job.request["by"])
    if job.state == "ready":
        return _("{by} 载入的文件已检查完，还没有发布：请看下面的变化，再决定。").format(by=job.request["by"])
    return _("这次载入已结束，没有要发布的。")


@st.fragment(run_every=EVERY)
def progress(home: Path) -> None:
    """Show how far the job is; once it has ended the whole page runs again."""
    use_language(st.session_state["lang"])  # a fragment runs alone, without main.py
    user, job = page_frame.require_page("ledgers"), loads.current(home)
    if job is None or not job.is_at_work:
        st.rerun()
    st.progress(job_list.share(job), text=job_list.doing(job))
    lines = [[html.escape(row["file"]), _outcome(row["outcome"])] for row in job.progress.get("files", [])]
    if waiting := job.request["files"] - len(lines):
        lines.append([_("另外 {count} 个").format(count=waiting), _outcome(None)])
    if lines:
        tables.table([_("文件"), _("情况")], lines)
    if job.state == "running" and rights.may(user, "actions", "load"):
        job_list.cancel_button(st.container(), job)


def _outcome(code: str | None) -> str:
    names = {None: _("等待"), "read": _("已读"), "again": _("以前已载入，内容相同")}
    return names[code] if code in names else html.escape("：".join(finding_sentence({"code": code})))


def decision(home: Path, job: loads.Load, view: page_frame.View | None, recorder: trail.Recorder) -> None:
    """Show the warnings, what to check first, the two buttons and the changes of a job that is ready."""
    report = job.report
    says = {"settings": _("按新的设定试算，发布后生效：{changes}"), "register": _("按改过的名册试算，发布后生效：{changes}")}
    for what, text in says.items():
        if changes := job.request.get(what):
            st.info(formatting.escape_markdown(text.format(changes=formatting.mark("；").join(changes))))
    if job.submissions:
        for warning in submission_inbox.warnings(report, home, job.submissions, view.figures.village_names() if view else {}):
            st.warning(warning)
    is_checked = not staged_changes.questions(report) or st.checkbox(_("以上变化我已核对"), key=f"checked_{job.folder.name}")
    publish_place, leave_place = st.columns([1, 4])
    is_seen = st.session_state.get("looked_at", job.folder.name) == job.folder.name  # the job may have changed since the page was drawn
    st.session_state["looked_at"] = job.folder.name
    is_publish = publish_place.button(_("发布"), key="publish", type="primary", disabled=not is_checked)
    is_leave = leave_place.button(_("不发布，放弃"), key="leave")
    if not is_seen and (is_publish or is_leave):
        st.error(_("这期间换成了另一次载入，什么也没有做：请先看下面的变化，再决定。"))
    elif is_publish:
        with page_frame.refusals(build_files.MovedOn, build_files.UnknownCandidate, build_files.LoadRunning, validation.WrongSetting):
            with st.spinner(_("正在发布……")):
                build_id = loads.publish(home, job, recorder, partial(submissions.settle, home, job.submissions, report))
            page_frame.flash_and_rerun(_("已发布：版本 {build}。").format(build=build_id[-8:]))
    elif is_leave:
        with page_frame.refusals(build_files.UnknownCandidate):
            loads.leave(home, job, recorder)
            page_frame.flash_and_rerun(_("已放弃，数据没有变动；上传的文件已删除。"))
    children = {row["child_id"] for row in view.figures.rows("child_villages")} if view else set()
    staged_changes.preview(report, lambda child: drilldown_links.child(view, child) if view and child in children else child[:8])


def end_without_candidate(home: Path, job: loads.Load) -> None:
    """Show what a job without a candidate has to say, and the button that ends it."""
    if job.state == "unchanged" and (job.report["problems"] or job.report["set_aside"]):
        staged_changes.problems(job.report)
        staged_changes.set_aside(job.report)
    elif job.state == "unchanged":
        st.info(_("这些文件以前都已载入，内容相同，没有要发布的。"))
    else:
        st.error(formatting.escape_markdown(job.progress.get("says") or "") or _("载入意外中断，已发布的数据没有变动；请重新开始。"))
    if st.button(_("知道了"), key="close"):
        if job.state == "unchanged":
            submissions.settle(home, job.submissions, job.report)
        loads.leave(home, job)
        st.rerun()

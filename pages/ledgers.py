"""Load ledgers: drop files, watch them being checked, look at what would change, publish or leave it; go back to a build."""

import html

import streamlit as st

from checks.catalogue import sentence
from locales import _, language, use_language
from pages.access import rights
from pages.components import actor, drilldown_links, page_frame, tables
from pages.jobs import jobs as work
from pages.ledger_intake import build_history, returned_copies, staged_changes, submission_inbox, submissions, uploader
from pages.text import formatting
from warehouse.audit import trail
from warehouse.storage import build_files, file_lock

EVERY = 1.0  # seconds between two looks at a running job
STEPS = ("read", "people", "figures", "checks", "compare")
user = page_frame.require_page("ledgers")
home = build_files.home()
view = page_frame.open_view("ledgers") if build_files.published(home) else None
job = work.current(home)


def may(action: str) -> bool:
    """Whether the reader may do this."""
    return rights.may(user, "actions", action)


def says(job: work.Job | None) -> str:
    """The sentence that answers first."""
    if job is None and not may("load"):
        return _("各次载入的版本在下面；台账由保护中心载入。")
    if job is None:
        return _("把各村（社区）报来的台账放到这里：先检查、与现有数据比较，看过再决定是否发布。")
    if job.is_at_work:
        return _("{by} 的载入正在进行；可以离开本页，回来接着看。").format(by=job.asked["by"])
    if job.state == "ready":
        return _("{by} 载入的文件已检查完，还没有发布：请看下面的变化，再决定。").format(by=job.asked["by"])
    return _("这次载入已结束，没有要发布的。")


def start(files: list[tuple[str, bytes]], without: tuple[str, ...] = (), submission_ids: tuple[str, ...] = ()) -> None:
    """Start a job and show it, or say why not."""
    try:
        work.start(home, files, user.name, language(), without, actor.recorder(user), submission_ids)
    except (work.Refused, trail.NotRecorded) as error:
        st.error(formatting.escape_markdown(str(error)))
        return
    st.rerun()


def offer() -> None:
    """What villages handed in, and the place to drop files."""
    submission_inbox.received(home, village_names(), take_in, actor.recorder(user))
    files = uploader.dropped(_("开始检查"))
    if files is not None:
        start(files)


def take_in(chosen: list[submissions.Submission]) -> None:
    """Start a job with what villages handed in."""
    start([file for one in chosen for file in one.content()], submission_ids=tuple(one.id for one in chosen))


def village_names() -> dict[str, str]:
    """Names by code; none before the first build."""
    return {row["village_id"]: row["name"] for row in view.figures.villages()} if view else {}


@st.fragment(run_every=EVERY)
def watch() -> None:
    """How far the job has come; once it has ended the whole page runs again."""
    use_language(st.session_state["lang"])  # a fragment runs alone, without main.py
    page_frame.require_page("ledgers")
    found = work.current(home)
    if found is None or not found.is_at_work:
        st.rerun()
    names = {"read": _("读取文件"), "people": _("识别人员"), "figures": _("计算指标"), "checks": _("检查")}
    names["compare"] = _("与已发布的版本比较")
    step = found.told.get("step", "read")
    part = found.told.get("done", 0) / max(found.told.get("all", 0), 1)
    st.progress((STEPS.index(step) + part) / len(STEPS), text=names[step])
    outcomes = {row["file"]: row["outcome"] for row in found.told.get("files", [])}
    lines = [[html.escape(name), outcome(outcomes.get(name))] for name in found.asked["files"]]
    if lines:
        tables.table([_("文件"), _("情况")], lines)


def outcome(code: str | None) -> str:
    """What has become of a file so far, as markup."""
    known = {None: _("等待"), "read": _("已读"), "again": _("以前已载入，内容相同")}
    return known[code] if code in known else html.escape("：".join(sentence({"code": code}, formatting.catalogue_language())))


def known_children() -> set[str]:
    """Children that the published build has a trail of."""
    return {row["child_id"] for row in view.figures.rows("child_villages")} if view else set()


def decide(job: work.Job) -> None:
    """The preview of what waits, and the two buttons."""
    published = known_children()
    report = job.report
    foreign = submission_inbox.strangers(report, home, job.submissions, village_names()) if job.submissions else []
    if foreign:
        st.warning(
            _("下列文件写的不是报送它的村（社区），请核对后再发布：{files}").format(
                files=formatting.escape_markdown(formatting.joined(foreign))
            )
        )
    others = submission_inbox.elsewhere(report, home, job.submissions, village_names()) if job.submissions else []
    if others:
        st.warning(
            _("这些报送还会改动别的村（社区）的数据，请核对后再发布：{names}").format(
                names=formatting.escape_markdown(formatting.joined(others))
            )
        )
    put, leave = st.columns([1, 4])
    is_seen = st.session_state.get("looked_at", job.folder.name) == job.folder.name  # another may stand here since the page was drawn
    st.session_state["looked_at"] = job.folder.name
    is_put = put.button(_("发布"), key="publish", type="primary")
    is_left = leave.button(_("不发布，放弃"), key="leave")
    if not is_seen and (is_put or is_left):
        st.error(_("这期间换成了另一次载入，什么也没有做：请先看下面的变化，再决定。"))
    elif is_put:
        try:
            with st.spinner(_("正在发布……")):
                build_id = work.publish(home, job, actor.recorder(user))
            submissions.settle(home, job.submissions, submissions.PUBLISHED)
            end(_("已发布：版本 {build}。").format(build=build_id[-8:]))
        except (build_files.MovedOn, build_files.UnknownCandidate, file_lock.LoadRunning, trail.NotRecorded) as error:
            st.error(formatting.escape_markdown(str(error)))
    elif is_left:
        try:
            work.leave(home, job, actor.recorder(user))
            end(_("已放弃，数据没有变动；上传的文件已删除。"))
        except trail.NotRecorded as error:
            st.error(formatting.escape_markdown(str(error)))
    staged_changes.preview(report, lambda child: drilldown_links.child(view, child) if view and child in published else child[:8])


def end(told: str) -> None:
    """Say what was done on the page as it is now."""
    st.session_state["flash"] = told
    st.rerun()


def close(job: work.Job) -> None:
    """What a job without a candidate says, and the way to be done with it."""
    if job.state == "unchanged":
        st.info(_("这些文件以前都已载入，内容相同，没有要发布的。"))
    else:
        st.error(formatting.escape_markdown(job.told.get("says") or "") or _("载入意外中断，已发布的数据没有变动；请重新开始。"))
    if st.button(_("知道了"), key="close"):
        if job.state == "unchanged":
            submissions.settle(home, job.submissions, submissions.PUBLISHED)
        work.leave(home, job)
        st.rerun()


if view:
    page_frame.heading(_("载入台账"), view, says(job))
else:
    st.title(_("载入台账"), anchor=False)
    st.html(f'<p class="lead">{html.escape(says(job))}</p>')
page_frame.flash_message()
if job is None:
    if may("load"):
        offer()
elif job.is_at_work:
    watch()
elif not may("publish"):
    st.info(_("保护中心正在处理一次载入；发布或放弃之后，下面的版本会更新。"))
elif job.state == "ready":
    decide(job)
else:
    close(job)
if view:
    build_history.kept(view)
    if may("undo"):
        build_history.way_back(view)
    if job is None and may("load"):
        build_history.take_out(view, lambda file_id: start([], (file_id,)))
    if view.may("exports", "returned_copies"):
        told = _("标好问题的原表，改好后直接报回来；左边选了村（社区）就只做它的。含姓名，请妥善保管")
        returned_copies.returned(view, home, _("退回各村（社区）的台账"), told)

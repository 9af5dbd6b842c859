"""Exports that take long, as their reader sees them: how far each has come, and what waits to be fetched."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from locales import _, use_language
from pages.access import User
from pages.assessment_pack import export_jobs
from pages.components import actor, chart_blocks, page_frame
from pages.jobs.job_folder import Job
from pages.text import formatting, labels
from warehouse.storage import cleanup


def waiting_list(user: User) -> None:
    """Draw all that the reader may still fetch; nothing where there is none."""
    every = export_jobs.own(user)
    if says := st.session_state.pop("exports_say", ""):
        st.warning(formatting.escape_markdown(says))
    if not every:
        return
    chart_blocks.section_heading(
        _("做好待取的文件"),
        _("可以离开本页，以后再来取；只有您的账号能取，满 {days} 天自动删除").format(days=cleanup.EXPORT_DAYS),
    )
    if at_work := frozenset(job.folder.name for job in every if job.is_at_work):
        _watched(at_work)
    for job in every:
        if not job.is_at_work:
            _ended(user, job)


@st.fragment(run_every=1.0)
def _watched(names: frozenset[str]) -> None:
    """Draw those in the making; the whole page is drawn again once one of `names` has ended, if only just now."""
    use_language(st.session_state["lang"])
    user = page_frame.require_user()
    at_work = [job for job in export_jobs.own(user) if job.is_at_work]
    if names - {job.folder.name for job in at_work}:
        st.rerun()
    for job in at_work:
        st.progress(share(job), text=formatting.escape_markdown(_doing(job)))


def share(job: Job) -> float:
    """How far it has come, 0-1, by its steps."""
    return (job.progress["done"] + 0.5) / job.progress["all"] if "all" in job.progress else 0.0


def _doing(job: Job) -> str:
    """What is being done now, in a line."""
    if "all" not in job.progress:
        return _("{title}：正在准备").format(title=_title(job))
    says = _("{title}：正在{step}（第 {done} 步，共 {all} 步）")
    return says.format(title=_title(job), step=step_name(job.progress["step"]), done=job.progress["done"] + 1, all=job.progress["all"])


def step_name(step: str) -> str:
    """What is being done."""
    return {
        "gather": _("收集定义、设定、载入和检查结果、抽样"),
        "plan": _("确定哪些数不公布"),
        "figures": _("写统计表"),
        "pack": _("打包"),
    }[step]


def _title(job: Job) -> str:
    """What it is: form, day, and when it was asked for."""
    name, about = labels.word("form", job.request["form"]), job.request["about"]
    return _("{name}截至 {day}").format(name=name, day=about["as_of"])


def _ended(user: User, job: Job) -> None:
    """One that is ready, or that came to nothing."""
    name = job.folder.name
    again = False
    says, first, second = st.columns([6, 1.4, 1.4], vertical_alignment="center")
    with says:
        if job.state == "ready":
            st.markdown(formatting.escape_markdown(_ready(job)))
        else:
            st.warning(formatting.escape_markdown(_("{name}：{value}").format(name=_title(job), value=_why(job))))
    with first:
        if job.state == "ready":
            _fetch(user, job)
        else:
            again = st.button(_("重新制作"), key=f"again_{name}")
    with second:
        is_to_go = st.button(_("删除"), key=f"remove_{name}")
    if again or is_to_go:
        done(partial(export_jobs.again if again else export_jobs.remove, user, name))


def _ready(job: Job) -> str:
    """Day, number, size, and when it was made, in a line."""
    sentence = _("{title} · 收据编号 {no} · {size} · {at} 制作")
    size = f"{job.progress['size'] / 1000:,.0f} kB"
    return sentence.format(title=_title(job), no=job.progress["no"], size=size, at=formatting.moment(job.request["at"]))


def _why(job: Job) -> str:
    """Why it came to nothing."""
    return job.progress["says"] if job.state == "refused" else _("制作中断了（程序被结束或机器重启），没有做成，可以重新制作。")


def _fetch(user: User, job: Job) -> None:
    """Draw the button that fetches; right, account and session are checked again at the click, and every fetch is recorded."""
    name, recorder = job.folder.name, actor.recorder(user)
    take = actor.require_right(user, job.request["form"], lambda: export_jobs.content(user, name, recorder))
    st.download_button(_("取走"), take, job.progress["file"], job.progress["kind"], key=f"fetch_{name}", type="primary", on_click="ignore")


def done(act: Callable[[], object]) -> None:
    """Do what a button asks and draw the page again, which says why where it cannot be done."""
    try:
        act()
    except (export_jobs.Gone, export_jobs.TooMany) as refused:
        st.session_state["exports_say"] = str(refused)
    st.rerun()

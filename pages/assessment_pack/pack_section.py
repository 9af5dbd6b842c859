"""The assessment pack among the exports: a button that has one made, how far each has come, and what waits to be fetched."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from locales import _, language, use_language
from pages.access import User
from pages.assessment_pack import export_jobs
from pages.components import actor, chart_blocks, page_frame
from pages.jobs.job_folder import Job
from pages.site_sampling import sample, sample_form
from pages.text import formatting, labels
from warehouse.disclosure import release_log
from warehouse.storage import cleanup


def draw(view: page_frame.View, edition: str) -> None:
    """What it holds, the seed of its sample, and the button."""
    sentence = _(
        "全部统计表（截至所选的一天）、每个指标的定义和 SQL、所用设定、载入情况、每份台账的校验码、检查结果、现场抽样、收据，"
        "附一张不用联网就能看的目录页。没有儿童姓名和证件号码。"
    )
    if edition == release_log.PUBLIC:
        sentence = _("公布的统计表（截至所选的一天，少于规定人数的数隐去）、每个指标的定义和 SQL、所用设定、收据，附一张目录页。")
    st.markdown(sentence)
    st.session_state.setdefault("pack_seed", sample_form.new_seed())
    seed = st.text_input(_("抽样的种子"), key="pack_seed", max_chars=32, help=_("数字或字母。事先约定好种子，别人用它能抽出同样的儿童"))
    if not sample.SEED.fullmatch(seed):
        st.warning(formatting.escape_markdown(_("种子“{seed}”不能用：请写 1 到 32 个数字、英文字母或短横线。").format(seed=seed)))
        return
    if st.button(_("制作考核资料包"), key="pack_make", type="primary"):
        about = {"build": view.figures.build_id, "as_of": str(view.day), "edition": edition}
        _do(lambda: export_jobs.start(view.user, about, language(), actor.address(), seed))


def waiting_list(user: User) -> None:
    """Draw all that the reader may still fetch; nothing where there is none."""
    every = export_jobs.jobs_of(user)
    if says := st.session_state.pop("exports_say", ""):
        st.warning(formatting.escape_markdown(says))
    if not every:
        return
    chart_blocks.section_heading(
        _("做好待取的文件"), _("可以离开本页，以后再来取；只有您的账号能取，满 {days} 天自动删除").format(days=cleanup.EXPORT_DAYS)
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
    at_work = [job for job in export_jobs.jobs_of(user) if job.is_at_work]
    if names - {job.folder.name for job in at_work}:
        st.rerun()
    for job in at_work:
        st.progress(share(job), text=formatting.escape_markdown(_doing(job)))


def share(job: Job) -> float:
    """How far it has come, 0-1, by its steps."""
    return (job.progress["done"] + 0.5) / job.progress["all"] if "all" in job.progress else 0.0


def _doing(job: Job) -> str:
    if "all" not in job.progress:
        return _("{title}：正在准备").format(title=_title(job))
    step = labels.word("pack_step", job.progress["step"])
    says = _("{title}：正在{step}（第 {done} 步，共 {all} 步）")
    return says.format(title=_title(job), step=step, done=job.progress["done"] + 1, all=job.progress["all"])


def _title(job: Job) -> str:
    about = job.request["about"]
    words = labels.word("form", export_jobs.FORM), labels.word("edition", about.get("edition", release_log.PUBLIC))
    return _("{name}截至 {day}").format(name=" · ".join(words), day=about["as_of"])


def _ended(user: User, job: Job) -> None:
    """One that is ready, or that came to nothing. Right, account and session are checked again at the click, and every fetch is recorded."""
    name, is_ready, again = job.folder.name, job.state == "ready", False
    says, first, second = st.columns([6, 1.4, 1.4], vertical_alignment="center")
    with says:
        if is_ready:
            sentence = _("{title} · 收据编号 {no} · {size} · {at} 制作")
            size, at = f"{job.progress['size'] / 1000:,.0f} kB", formatting.moment(job.request["at"])
            st.markdown(formatting.escape_markdown(sentence.format(title=_title(job), no=job.progress["no"], size=size, at=at)))
        else:
            st.warning(formatting.escape_markdown(_("{name}：{value}").format(name=_title(job), value=_why(job))))
    with first:
        if is_ready:
            take = partial(export_jobs.content, user, name, actor.recorder(user))
            actor.download(user, export_jobs.FORM, _("取走"), take, job.progress["file"], "application/zip", f"fetch_{name}")
        else:
            again = st.button(_("重新制作"), key=f"again_{name}")
    with second:
        is_to_go = st.button(_("删除"), key=f"remove_{name}")
    if again or is_to_go:
        _do(partial(export_jobs.again if again else export_jobs.remove, user, name))


def _why(job: Job) -> str:
    return job.progress["says"] if job.state == "refused" else _("制作中断了（程序被结束或机器重启），没有做成，可以重新制作。")


def _do(act: Callable[[], object]) -> None:
    """Do what a button asks and draw the page again, which says why where it cannot be done."""
    try:
        act()
    except (export_jobs.Gone, export_jobs.TooMany) as refused:
        st.session_state["exports_say"] = str(refused)
    st.rerun()

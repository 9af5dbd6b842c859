"""Work in processes of its own, as its readers see it: what, whose, how far; fetched, broken off, begun again or removed here.

Everybody sees their own; those of others whose right covers it too, without what was made. No title tells of a child.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from locales import Refusal, _, language, use_language
from pages import access
from pages.access import User, rights
from pages.components import actor, drilldown_links, page_frame
from pages.jobs import export_jobs, job_folder, loads
from pages.jobs.job_folder import Job
from pages.text import formatting, labels
from warehouse import row_access
from warehouse.storage import build_files, format_versions

LOAD_STEPS = ("read", "people", "figures", "checks", "compare")
MEDIA = {"zip": "application/zip", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
MEDIA["pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class Entry:
    """A job as one reader may know of it: `kind` is load, settings, backup, test, restore or the form of a file; it goes on at `page`."""

    job: Job
    kind: str
    is_own: bool = False
    may_cancel: bool = False
    page: str = ""


Find = Callable[[User], list[Entry]]


def entries(user: User) -> list[Entry]:
    """Return all that a reader may know of, loads first."""
    home, every = build_files.home(), []
    if rights.may(user, "pages", "ledgers") and (load := loads.current(home)):
        kind = "settings" if load.request.get("settings") else "load"
        every.append(Entry(load, kind, may_cancel=rights.may(user, "actions", "load"), page="ledgers"))
    if rights.may(user, "pages", "backup"):
        for job in job_folder.every(home / format_versions.BACKUPS, "job-*"):
            words = job.request.get("words") or ["backup"]
            kind = "test" if "--test" in words else words[0]
            every.append(Entry(job, kind, may_cancel=kind != "restore" and rights.may(user, "actions", "back_up"), page="backup"))
    return every + files(user)


def files(user: User) -> list[Entry]:
    """Return the files in the making or waiting, the reader's own first."""
    every = export_jobs.every(build_files.home())
    of_user = export_jobs.theirs(every, user)
    others = [job for job in every if job not in of_user and rights.may(user, "exports", export_jobs.form_of(job.request))]
    if not row_access.is_whole(user.scope):
        others = []
    return [Entry(job, export_jobs.form_of(job.request), is_own=job in of_user, may_cancel=job in of_user) for job in of_user + others]


def own_files(user: User, are_copies: bool = False) -> list[Entry]:
    """Return a reader's own exports, or returned copies."""
    return [entry for entry in files(user) if entry.is_own and (entry.kind == export_jobs.COPIES) == are_copies]


def draw(user: User, find: Find) -> bool:
    """Draw what `find` returns, those at work again each second; False where there is none."""
    every = find(user)
    if at_work := frozenset(entry.job.folder.name for entry in every if entry.job.is_at_work):
        _watched(at_work, find)
    for entry in every:
        if not entry.job.is_at_work:
            _ended(user, entry)
    return bool(every)


@st.fragment(run_every=1.0)
def _watched(names: frozenset[str], find: Find) -> None:
    """Draw those at work; the whole page is drawn again once one of `names` has ended, if only just now."""
    use_language(st.session_state["lang"])
    at_work = [entry for entry in find(page_frame.require_user()) if entry.job.is_at_work]
    if names - {entry.job.folder.name for entry in at_work}:
        st.rerun()
    for entry in at_work:
        says, button = st.columns([6, 1.4], vertical_alignment="center")
        says.progress(
            share(entry.job), text=formatting.escape_markdown(_("{name}：{value}").format(name=_title(entry), value=doing(entry.job)))
        )
        if entry.may_cancel and entry.job.state == "running":
            cancel_button(button, entry.job, find)


def cancel_button(place: DeltaGenerator, job: Job, find: Find = entries) -> None:
    """Offer to break a job off; what is done at a press needs no job that is still there."""
    place.button(_("取消"), key=f"cancel_{job.folder.name}", on_click=_cancel, args=(job.folder.name, find))


def _cancel(name: str, find: Find) -> None:
    use_language(st.session_state["lang"])
    user = access.current_user(st.context.cookies)
    entry = next((entry for entry in find(user) if entry.job.folder.name == name and entry.may_cancel), None) if user else None
    says = _("它在您点之前已经结束了，没有取消。")
    if user and entry:
        try:
            actor.recorder(user)(build_files.home(), "cancel", {"job": name, "form": entry.kind})
            if job_folder.cancel(entry.job, _("{who} 取消了它，没有做成。").format(who=user.name)):
                says = _("已取消：{name}").format(name=_title(entry))
        except Refusal as refused:
            says = str(refused)
    st.session_state[page_frame.NOTICE] = says


def share(job: Job) -> float:
    """How far it has come, 0-1: by its steps, or by the percent that a backup has printed."""
    step = job.progress
    if "files" in step:
        return (LOAD_STEPS.index(step["step"]) + step["done"] / max(step["all"], 1)) / len(LOAD_STEPS)
    if "all" in step:
        return float((step["done"] + 0.5) / step["all"])
    percent = _last_word(job.folder).rstrip("%")
    return int(percent) / 100 if percent.isdecimal() and int(percent) <= 100 else 0.0


def _last_word(folder: Path) -> str:
    try:
        return (folder / "log.txt").read_text(encoding="utf-8", errors="replace").split()[-1]
    except (OSError, IndexError):
        return ""


def doing(job: Job) -> str:
    """Return what it does just now."""
    if "step" not in job.progress:
        return _("正在准备") if job.state == "waiting" else _("正在进行")
    kind = "load_step" if "files" in job.progress else "pack_step"
    step = labels.word(kind, job.progress["step"])
    if kind == "load_step":
        return step
    return _("正在{step}（第 {done} 步，共 {all} 步）").format(step=step, done=job.progress["done"] + 1, all=job.progress["all"])


def _title(entry: Entry) -> str:
    request = entry.job.request
    about = request.get("about", {})
    if "about" not in request:
        words = [labels.word("job", entry.kind), entry.job.by]
    elif entry.kind == export_jobs.COPIES:
        words = [labels.word("exports", entry.kind), request["options"].get("place") or _("全镇")]
    else:
        place, day = request["options"].get("place", ""), _("截至 {day}").format(day=about["as_of"])
        words = [labels.word("form", entry.kind), labels.word("edition", about.get("edition", "public")), place, day]
    return " · ".join(word for word in [*words, "" if entry.is_own or "about" not in request else str(request.get("who", ""))] if word)


def _ended(user: User, entry: Entry) -> None:
    """One that has ended. Right, account and session are checked again at the click, and every fetch is recorded."""
    job, name, again = entry.job, entry.job.folder.name, False
    says, first, second = st.columns([6, 1.4, 1.4], vertical_alignment="center")
    with says:
        if job.state in ("refused", "lost"):
            st.warning(formatting.escape_markdown(_("{name}：{value}").format(name=_title(entry), value=why(job))))
        else:
            st.markdown(formatting.escape_markdown(" · ".join([_title(entry), *_result(entry)])))
    with first:
        if entry.page:
            address = f"{entry.page}?lang={language()}"
            st.html(drilldown_links.anchor(address, _("打开"), labels.word("pages", entry.page)))
        elif entry.is_own and job.state == "ready":
            take, file = partial(export_jobs.content, user, name, actor.recorder(user)), job.progress["file"]
            actor.download(user, entry.kind, _("取走"), take, file, MEDIA[file.rpartition(".")[2]], f"fetch_{name}")
        elif entry.is_own:
            again = st.button(_("重新制作"), key=f"again_{name}")
    with second:
        is_to_go = entry.is_own and st.button(_("删除"), key=f"remove_{name}")
    if again or is_to_go:
        do(partial(export_jobs.again if again else export_jobs.remove, user, name))


def _result(entry: Entry) -> list[str]:
    """What a reader sees of one that has not failed."""
    result, at = entry.job.progress, formatting.moment(entry.job.at)
    if entry.is_own:
        size = _("{size}，{at} 要的").format(size=f"{result['size'] / 1000:,.0f} kB", at=at)
        return [_("收据编号 {no}").format(no=result["no"]), size] if "no" in result else [size]
    state = _("做好了")
    if entry.page == "ledgers":
        state = _("检查完了，还没有发布") if entry.job.state == "ready" else _("没有要发布的")
    return [state, at]


def why(job: Job) -> str:
    """Return why nothing came of a job, and what to do."""
    broken = _("中断了（程序被结束或机器重启），没有做成，请重新开始。")
    return str(job.progress.get("says") or broken) if job.state == "refused" else broken


def do(act: Callable[[], object]) -> None:
    """Do what a button asks and draw the page again, which says why where it cannot be done."""
    try:
        act()
    except (export_jobs.Gone, export_jobs.TooMany) as refused:
        st.session_state[page_frame.NOTICE] = str(refused)
    st.rerun()

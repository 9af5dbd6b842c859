"""Ledgers returned to their villages with faults marked: a ZIP that a process of its own writes, fetched once and removed.

How many may be written at once and wait in `loads/` is limited: one reader with many tabs fills neither disk nor processor.
"""

import shutil
from functools import partial
from pathlib import Path

import streamlit as st

from locales import N_, Refusal, _, language, use_language
from pages.components import actor, chart_blocks, page_frame
from pages.jobs import job_folder
from pages.text import formatting
from warehouse.audit import trail
from warehouse.settings import local_time
from warehouse.storage import build_files, cleanup

MOST, MOST_AT_WORK = 20, 2
_FILE = "copies.zip"


class TooMany(Refusal):
    """More copies are being written, or wait to be fetched, than may be."""

    says = N_("正在制作的副本太多，请过几分钟再试；已做好的请先下载。")


def make_room(home: Path, village: str | None = None) -> None:
    """Remove what nobody fetched within an hour, and the village's copies made before. Raises TooMany where one more may not be written."""
    cleanup.remove_unfetched(home)
    place, names = home / "loads", f"{cleanup.RETURNED}*"
    jobs = list(job_folder.every(place, names))
    for job in jobs:
        if not job.is_at_work and job.request.get("village") == village:
            remove(job.folder)
    at_work = sum(job.is_at_work for job in jobs)
    if at_work >= MOST_AT_WORK or len(list(place.glob(names))) >= MOST:
        raise TooMany


def start(home: Path, village_id: str | None, language: str, recorder: trail.Recorder | None = None) -> job_folder.Job:
    """Start writing the copies of a village or the town; copies that nobody fetches within an hour are removed.

    The act is recorded first, because the copies hold names; `recorder` as in `loads.start`. Raises TooMany,
    trail.NotRecorded.
    """
    make_room(home, village_id or "")
    folder = job_folder.new_folder(home / "loads", cleanup.RETURNED.rstrip("-"))
    job_folder.record(recorder, home, "return_copies", folder, {"village": village_id or ""})
    village = ["--village", village_id] if village_id else []
    command = ("pages.jobs.run_command", str(folder), "checks", "return", str(folder / _FILE), *village)
    return job_folder.start(home, folder, {"village": village_id or ""}, language, *command)


def remove(folder: Path) -> None:
    """Remove the copies: they hold names."""
    shutil.rmtree(folder, ignore_errors=True)


def take(job: job_folder.Job) -> bytes:
    """Return the ZIP of a job that is ready, once: its folder is removed. Raises FileNotFoundError where it was removed before."""
    content = (job.folder / _FILE).read_bytes()
    remove(job.folder)
    return content


def section(view: page_frame.View, home: Path, title: str, subtitle: str) -> None:
    """Offer the copies of the village chosen, or of the town."""
    chart_blocks.section_heading(title, subtitle)
    cleanup.remove_unfetched(home)
    if st.session_state.get("pack_for", view.user) != view.user:  # another role or other villages since: that right has ended
        _forget()
    if "pack" in st.session_state:
        _download()
    elif st.button(_("制作标好问题的台账（{village}）").format(village=formatting.escape_markdown(view.village)), key="pack_start"):
        with page_frame.refusals(TooMany):
            st.session_state["pack"] = start(home, view.village_id, language(), actor.recorder(view.user)).folder
            st.session_state["pack_for"] = view.user
            st.rerun()


@st.fragment(run_every=1.0)
def _download() -> None:
    """Offer the download once the ZIP is written, once; the copies do not stay on the server."""
    use_language(st.session_state["lang"])
    folder = st.session_state.get("pack")
    if folder is None or page_frame.require_user() != st.session_state["pack_for"]:
        st.rerun()
    try:
        job = job_folder.read(folder)
        if job.is_at_work:
            st.caption(_("正在制作……"))
            return
        name = _("退回台账_{day}.zip").format(day=local_time.today(build_files.home()))
        if job.state != "ready":
            _forget()
            st.error(formatting.escape_markdown(job.progress.get("says") or _("没有做成，请重试；仍不行请联系维护人员")))
            return
        user, make = st.session_state["pack_for"], partial(take, job)
        actor.download(user, "returned_copies", _("下载"), make, name, "application/zip", "pack_get", is_first=False)
    except FileNotFoundError:  # taken, or too late
        _forget()
        st.rerun()


def _forget() -> None:
    st.session_state.pop("pack_for", None)
    if "pack" in st.session_state:
        remove(st.session_state.pop("pack"))

"""Ledgers returned to their villages with faults marked: a ZIP that a process of its own writes, fetched once and removed.

How many may be written at once and wait in `loads/` is limited: one reader with many tabs fills neither disk nor processor.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from locales import _, language, use_language
from pages.components import actor, chart_blocks, page_frame
from pages.components.page_frame import View
from pages.jobs import jobs
from pages.text import formatting
from warehouse.audit import trail
from warehouse.storage import upload_cleanup

MOST, MOST_AT_WORK = 20, 2
_at_work: list[subprocess.Popen] = []


class TooMany(RuntimeError):
    """More copies are being written, or wait to be fetched, than may be."""

    def __init__(self) -> None:
        super().__init__(_("正在制作的副本太多，请过几分钟再试；已做好的请先下载。"))


@dataclass(frozen=True)
class Copies:
    """A ZIP of returned copies, written or still being written; the session of the reader who asked for it holds it."""

    folder: Path
    process: subprocess.Popen

    @property
    def is_at_work(self) -> bool:
        """Whether the process still writes."""
        return self.process.poll() is None

    def content(self) -> bytes:
        """Return the ZIP. Raises jobs.Refused with what the command said."""
        if self.process.poll() != 0:
            lines = (self.folder / "says.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise jobs.Refused(lines[-1] if self.process.returncode == 1 and lines else _failure())
        return (self.folder / "copies.zip").read_bytes()

    def remove(self) -> None:
        """Remove the copies: they hold names."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _failure() -> str:
    return _("没有做成，请重试；仍不行请联系维护人员")


def make_room(home: Path) -> None:
    """Remove what nobody fetched within an hour. Raises TooMany where one more may not be written."""
    upload_cleanup.remove_unfetched(home)
    _at_work[:] = [process for process in _at_work if process.poll() is None]
    if len(_at_work) >= MOST_AT_WORK or len(list((home / "loads").glob(f"{upload_cleanup.RETURNED}*"))) >= MOST:
        raise TooMany


def start(home: Path, village_id: str | None, language: str, recorder: trail.Recorder | None = None) -> Copies:
    """Start writing the copies of a village or the town; copies that nobody fetches within an hour are removed.

    The act is recorded first, because the copies hold names; `recorder` as in `jobs.start`. Raises TooMany,
    trail.NotRecorded.
    """
    make_room(home)
    folder = jobs.new_folder(home, upload_cleanup.RETURNED.rstrip("-"))
    jobs.record(recorder, home, "return_copies", folder, {"village": village_id or ""})
    village = ["--village", village_id] if village_id else []
    process = jobs.run(home, language, "checks", "return", str(folder / "copies.zip"), *village, says=folder / "says.txt")
    _at_work.append(process)
    return Copies(folder, process)


def section(view: View, home: Path, title: str, subtitle: str) -> None:
    """Offer the copies of the village chosen, or of the town."""
    chart_blocks.section_heading(title, subtitle)
    upload_cleanup.remove_unfetched(home)
    if st.session_state.get("pack_for", view.user) != view.user:  # another role or other villages since: that right has ended
        _forget()
    if "pack" in st.session_state:
        _download()
    elif st.button(_("制作标好问题的台账（{village}）").format(village=formatting.escape_markdown(view.village)), key="pack_start"):
        try:
            st.session_state["pack"] = start(home, view.village_id, language(), actor.recorder(view.user))
            st.session_state["pack_for"] = view.user
        except (trail.NotRecorded, TooMany) as error:
            page_frame.refusal(error)
            return
        st.rerun()


@st.fragment(run_every=1.0)
def _download() -> None:
    """Offer the download once the ZIP is written, once; the copies do not stay on the server."""
    use_language(st.session_state["lang"])
    copies = st.session_state.get("pack")
    if copies is None or page_frame.require_user() != st.session_state["pack_for"]:
        st.rerun()
    if copies.is_at_work:
        st.caption(_("正在制作……"))
        return
    try:
        name = _("退回台账_{day}.zip").format(day=dt.date.today().isoformat())
        st.download_button(_("下载"), copies.content(), name, "application/zip", key="pack_get", on_click=_forget)
    except (jobs.Refused, FileNotFoundError) as error:
        _forget()
        st.error(formatting.escape_markdown(str(error)) if isinstance(error, jobs.Refused) else _failure())


def _forget() -> None:
    """Remove the copies."""
    st.session_state.pop("pack_for", None)
    if "pack" in st.session_state:
        st.session_state.pop("pack").remove()

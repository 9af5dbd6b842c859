"""Ledgers returned to their villages, faults marked: a ZIP made by a process of its own, fetched once and removed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import streamlit as st

from locales import _, language, use_language
from pages.components import actor, chart_blocks, page_frame
from pages.components.page_frame import View
from pages.jobs import jobs, limits
from pages.ledger_intake import returned_copies_job
from pages.text import formatting
from warehouse.audit import trail
from warehouse.storage import upload_cleanup


def returned(view: View, home: Path, title: str, subtitle: str) -> None:
    """The copies of the village chosen, or of the town, with their faults marked, as a ZIP made by a process of its own."""
    chart_blocks.section_heading(title, subtitle)
    upload_cleanup.remove_unfetched(home)
    if st.session_state.get("pack_for", view.user) != view.user:  # another role or other villages since: made for a right that ended
        _forget()
    if "pack" not in st.session_state:
        if st.button(_("制作标好问题的台账（{village}）").format(village=formatting.escape_markdown(view.village)), key="pack_start"):
            try:
                st.session_state["pack"] = returned_copies_job.pack(home, view.village_id, language(), actor.recorder(view.user))
                st.session_state["pack_for"] = view.user
            except (trail.NotRecorded, limits.TooMany) as error:
                st.error(formatting.escape_markdown(str(error)))
                return
            st.rerun()
        return
    _packing()


@st.fragment(run_every=1.0)
def _packing() -> None:
    """The ZIP in the making, then the download, once; the copies do not stay on the server."""
    use_language(st.session_state["lang"])
    made = st.session_state.get("pack")
    if made is None or page_frame.require_user() != st.session_state["pack_for"]:
        st.rerun()
    if made.is_at_work:
        st.caption(_("正在制作……"))
        return
    try:
        name = _("退回台账_{day}.zip").format(day=dt.date.today().isoformat())
        st.download_button(_("下载"), made.content(), name, "application/zip", key="pack_get", on_click=_forget)
    except (jobs.Refused, FileNotFoundError) as error:
        _forget()
        st.error(formatting.escape_markdown(str(error)) if isinstance(error, jobs.Refused) else _("没有做成，请重试；仍不行请联系维护人员"))


def _forget() -> None:
    """Remove the copies."""
    st.session_state.pop("pack_for", None)
    if "pack" in st.session_state:
        st.session_state.pop("pack").remove()

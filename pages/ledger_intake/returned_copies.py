"""Ledgers returned to their villages with faults marked: a ZIP that a process of its own writes, sealed until it is fetched, once."""

import streamlit as st

from locales import _, language
from pages.components import actor, chart_blocks, page_frame
from pages.jobs import export_jobs, job_list
from pages.text import formatting


def section(view: page_frame.View, title: str, subtitle: str) -> None:
    """Offer the copies of the village chosen, or of the town, and those that wait to be fetched."""
    chart_blocks.section_heading(title, subtitle)
    if st.button(_("制作标好问题的台账（{village}）").format(village=formatting.escape_markdown(view.village)), key="pack_start"):
        about = {"build": view.figures.build_id, "as_of": str(view.day), "village": view.village_id or ""}
        place = {"place": view.village if view.village_id else ""}
        job_list.do(lambda: export_jobs.start(view.user, export_jobs.COPIES, about, language(), actor.address(), place))
    job_list.draw(view.user, lambda user: job_list.own_files(user, are_copies=True))
    if view.village_id:
        st.caption(_("里面另有一份照上次报的填好的儿童台账：下一期在它上面改动、增减就行。"))
    st.caption(_("制作时可以离开，做好后在这里或“正在进行的工作”页取；加密存放，取走即删，最多留一天。"))

"""The report among the exports: which place, who signs, a button that has it written."""

from functools import partial

import streamlit as st

from locales import _, language
from pages.components import actor, chart_blocks, choices, page_frame, url_state
from pages.jobs import export_jobs, job_list
from pages.text import labels
from pages.word_report import report, slides
from warehouse.disclosure import release_log
from warehouse.settings import local_time, settings, validation
from warehouse.storage import build_files

_LONGEST = validation.LONGEST_LINE


def draw(view: page_frame.View, edition: str) -> None:
    """The whole section."""
    allowed = [form for form in report.KINDS if view.may("exports", form)]
    form = url_state.url_select("report_form", _("什么文件"), allowed, partial(labels.word, "form"), allowed[0])
    subtitle = _("公文格式，文字、图、表都由 {day} 的数写成").format(day=view.day)
    if edition == release_log.PUBLIC:
        subtitle = _("公文格式，写公布的数，没有需要拍板的事项和下一步；文字、图、表都由 {day} 的数写成").format(day=view.day)
    if form == slides.FORM:
        subtitle = _("会议用的演示文稿，图和表可以在 PowerPoint 里改，都由 {day} 的数写成").format(day=view.day)
    chart_blocks.section_heading(labels.word("form", form), subtitle)
    options = _options(view, form)
    if st.button(_("写报告"), key="report_write", type="primary"):
        about = {"build": view.figures.build_id, "as_of": str(view.day), "edition": edition}
        job_list.do(lambda: export_jobs.start(view.user, form, about, language(), actor.address(), options))
    st.caption(_("语言和日期按页面上选的；写一份约需几秒，可以离开本页，写好后在上面取。"))


def _options(view: page_frame.View, form: str) -> dict[str, str]:
    names = {"": _("全镇")} | {row["village_id"]: row["name"] for row in view.figures.villages()}
    now = settings.kept(build_files.home())
    left, middle, right = st.columns(3)
    with left:
        key = f"report_place_{view.village_id or 'town'}"
        chosen = choices.pick(_("报告范围"), names, names.__getitem__, key, view.village_id or "")
    with middle:
        label = _("标题里的镇（街道）名，可不填")
        town = st.text_input(label, now["town_name"], key="report_town", max_chars=_LONGEST, disabled=bool(chosen))
    with right:
        signed = st.text_input(_("落款单位，可不填"), now["document_from"], key="report_signed", max_chars=_LONGEST)
    number = addressee = ""
    if form == report.FORM:
        left, right = st.columns(2)
        usual = now["document_number"].replace("{year}", str(local_time.today(build_files.home()).year))
        number = left.text_input(_("发文字号，可不填"), usual, key="report_number", max_chars=_LONGEST)
        addressee = right.text_input(_("主送机关，可不填"), now["document_to"], key="report_to", max_chars=_LONGEST)
    signature = {"signed": signed or "", "number": number or "", "addressee": addressee or ""}
    return {"village_id": chosen or "", "place": names[chosen] if chosen else "", "town": town or ""} | signature

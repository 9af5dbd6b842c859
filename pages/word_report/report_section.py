"""The report among the exports; written in the run of the page, because what cannot be written is then said in a sentence."""

from functools import partial

import streamlit as st

from locales import _, language
from pages.components import actor, chart_blocks, choices, page_frame, url_state
from pages.text import labels
from pages.word_report import report, report_data, slides
from warehouse.disclosure import release_log, suppression
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
    choices = _choices(view, form)
    request = (choices, edition, form, view.figures.build_id, language(), view.user)
    if st.button(_("写报告"), key="report_write", type="primary"):
        st.session_state["report_made"] = (request, _written(view, choices, edition, form))
    st.caption(_("语言和日期按页面上选的；写一份约需几秒，写好后在这里下载。"))
    kept, content = st.session_state.get("report_made", (None, None))
    if content and kept == request:
        name, media = report.file_name(choices, edition, form), report.KINDS[form]
        actor.download(view.user, form, _("下载报告"), lambda: content, name, media, "report_get", is_first=False)


def _choices(view: page_frame.View, form: str) -> report_data.Choices:
    villages = tuple(view.figures.villages())
    names = {"": _("全镇")} | {row["village_id"]: row["name"] for row in villages}
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
    place = (chosen or None, names[chosen] if chosen else "", town or "")
    return report_data.Choices(view.day, *place, signed or "", number or "", addressee or "", villages)


def _written(view: page_frame.View, choices: report_data.Choices, edition: str, form: str) -> bytes | None:
    """The file, planned, written and recorded; None, and a sentence on the page, where it cannot be."""
    place = choices.village or _("全镇")
    about = (view.user.name, view.user.role, {_("范围"): place}, edition, choices.village_id)
    order = release_log.Order(view.figures.build_id, view.day, form, *about)
    make = partial(report.file, view.figures, choices, order, actor.recorder(view.user))
    try:
        with st.spinner(_("正在写报告：写文字、画图、排表……")):
            return actor.require_right(view.user, form, make)()
    except (suppression.CannotProtect, validation.WrongSetting, release_log.RegisterBusy, ValueError) as refused:
        st.warning(str(refused))
        return None

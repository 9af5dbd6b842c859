"""The name of one child or helper for readers who may see it: they give a reason, it is recorded, the name is shown once and kept nowhere."""

import html

import streamlit as st

from locales import _
from pages.access import rights
from pages.components import actor, page_frame, tables
from pages.text import formatting, labels
from warehouse.builds import repository
from warehouse.identity import unmask
from warehouse.storage import build_files, keys


def names(view: page_frame.View, person_id: str, kind: str = "child") -> None:
    """Show the form, folded, to readers who may see names. The child or helper must be one that the reader may see."""
    fields = rights.allowed(view.user, "unmask")
    if not fields:
        return
    with st.expander(_("查看姓名和联系方式（会留下记录）")):
        reason = _reason(f"unmask_{person_id}")
        if reason is None:
            return
        with page_frame.refusals(unmask.NoReason, keys.KeyMissing, keys.KeyMalformed, keys.WrongKey):
            build = repository.open_build(build_files.home(), view.figures.build_id)  # the one in which the child is in scope
            with st.spinner(_("正在记录并解密……")):
                texts = unmask.unmask(build_files.home(), build, person_id, fields, reason, actor.recorder(view.user), kind)
            if texts:
                lines = [[html.escape(labels.field_name(field)), html.escape(text)] for field, text in texts.items()]
                tables.table([_("项目"), _("内容")], lines)
            else:
                st.info(_("台账里没有写。"))


def is_record_open(view: page_frame.View, child_id: str, parts: list[str]) -> bool:
    """Show the form for the parts of a record that a role is not shown at once; return whether they may be shown in this run."""
    with st.expander(_("查看{parts}（会留下记录）").format(parts=formatting.join_names([labels.word("record", part) for part in parts]))):
        if (reason := _reason(f"record_{child_id}")) is None:
            return False
        with page_frame.refusals(unmask.NoReason):
            about = {"child": child_id, "fields": " ".join(parts), "reason": unmask.stated(reason)}
            actor.recorder(view.user)(build_files.home(), "open_record", about)
            return True
    return False


def _reason(key: str) -> str | None:
    """Ask for a reason; return it in the run in which it was given."""
    with st.form(key, clear_on_submit=True, border=False):
        reason = st.text_input(
            _("查看的原因"),
            max_chars=unmask.LONGEST_REASON,
            placeholder=_("例如：入户走访前联系监护人；请不要在这里写姓名"),
            key=f"{key}_reason",
        )
        is_pressed = st.form_submit_button(_("记录并显示"))
    st.caption(_("谁、什么时候、为什么看了谁，都记入操作记录。换页或刷新后不再显示。"))
    return reason if is_pressed else None

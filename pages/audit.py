"""The audit trail: whether it is whole, and who did what, when and from where; for administrators alone."""

import html

import streamlit as st

from locales import _
from pages.access import rights
from pages.admin_panel import audit_log
from pages.components import actor, page_frame, tables, url_state
from pages.components.tables import Column
from pages.text import formatting
from pages.text.labels import role_name
from warehouse.audit import actions, anchors, hash_chain
from warehouse.settings import local_time
from warehouse.storage import build_files
from warehouse.storage.csv_injection import as_csv

MOST = 200  # entries before all of them are asked for
MOST_FAULTS = 20

user = page_frame.require_page("audit")
with st.spinner(_("正在逐条核对操作记录……")):
    log = audit_log.read(build_files.home())


def sentence() -> str:
    """Return the sentence that answers first."""
    if log.faults:
        return _("操作记录有 {count} 处不对或核对不了，见下。").format(count=len(log.faults))
    if not log.entries:
        return _("还没有记录。登录、载入、发布、导出等都会先记在这里，再去做。")
    day = formatting.moment(log.entries[-1]["at"])[:10]
    says = _("自 {day} 起共 {count} 条，前后相接，没有被改动、删去或调换。现在的记录锚 {anchor}，可抄在纸上，日后核对。")
    return says.format(day=day, count=len(log.entries), anchor=hash_chain.anchor(build_files.home()))


def filtered_entries() -> list[dict]:
    """Show the filters and return the entries that they leave."""
    at_act, at_person, at_period = st.columns([2, 2, 1])
    acts = {entry["act"] for entry in log.entries}
    people = sorted({entry["who"] for entry in log.entries})
    with at_act:
        act = url_state.url_select("act", _("做了什么"), [code for code in actions.ACTS if code in acts], actions.name)
    with at_person:
        who = url_state.url_select("who", _("谁"), people, str)
    periods = {"0": _("今天"), "6": _("近 7 天"), "29": _("近 30 天"), "364": _("近一年")}  # by the days before today that still count
    with at_period:
        days = url_state.url_select("period", _("什么时候"), list(periods), periods.__getitem__)
    since = local_time.day_begins(build_files.home(), int(days)) if days else ""
    return [entry for entry in log.entries if act in ("", entry["act"]) and who in ("", entry["who"]) and entry["at"] >= since]


def entries_table(entries: list[dict]) -> None:
    """Show the newest entries, or all of them after the button."""
    is_all = len(entries) <= MOST or st.session_state.get("audit_all", False)
    count = _("符合条件的记录 {count} 条").format(count=len(entries))
    st.caption(count if is_all else count + _("，下面显示最新 {most} 条").format(most=MOST))
    time = _("时间（{clock}）").format(clock=formatting.whose_clock())
    tables.rows_table(
        entries if is_all else entries[:MOST],
        [
            Column(_("序号"), lambda entry: str(entry["no"]), is_figure=True),
            Column(time, lambda entry: html.escape(formatting.moment(entry["at"], has_seconds=True))),
            Column(_("谁"), lambda entry: html.escape(entry["who"])),
            Column(_("角色"), lambda entry: html.escape(role_name(entry["role"]) or "—")),
            Column(_("从哪里"), lambda entry: _("命令行") if entry["source"] == "command" else html.escape(entry["source"])),
            Column(_("做了什么"), lambda entry: html.escape(actions.name(entry["act"]))),
            Column(_("关于"), lambda entry: html.escape(actions.describe(entry["about"], role_name) or "—")),
        ],
    )
    if not is_all and st.button(_("全部显示"), key="audit_show_all"):
        st.session_state["audit_all"] = True
        st.rerun()


def export(entries: list[dict]) -> bytes:
    """Return the entries as a file, after this export is recorded."""
    actor.recorder(user)(build_files.home(), "export", {"form": "audit_csv", "count": str(len(entries))})
    return as_csv([entry | {"about": actions.describe(entry["about"], role_name)} for entry in entries])


st.title(_("操作记录"), anchor=False)
page_frame.lead(sentence())
if log.faults:
    more = len(log.faults) - MOST_FAULTS
    faults = "\n".join(f"- {formatting.escape_markdown(fault)}" for fault in log.faults[:MOST_FAULTS])
    st.error(faults + (_("\n- 还有 {count} 处").format(count=more) if more > 0 else ""))
    st.caption(_("请保留现状，不要自行修改，把这些话告诉维护人员；备份里有改动之前的记录。"))
if not anchors.write_daily(build_files.home()):
    st.warning(_("今天的记录锚没有写到另一处（settings.toml 的 anchor_folder）：请看那个文件夹在不在、能不能写，然后按“重新核对”。"))
if st.button(_("重新核对"), key="audit_again"):
    audit_log.forget()
    st.rerun()
if log.entries:
    entries = filtered_entries()
    if entries:
        entries_table(entries)
        if rights.may(user, "exports", "audit_csv"):
            make = actor.require_right(user, "audit_csv", lambda: export(entries))
            st.download_button(_("下载这些记录"), make, _("操作记录.csv"), "text/csv", key="audit_csv")
    else:
        st.info(_("没有符合条件的记录：把条件改回“全部”。"))

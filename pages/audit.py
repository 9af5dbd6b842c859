"""The audit trail: whether it is whole, and who did what, when and from where; for administrators alone."""

import html

import streamlit as st

from locales import _
from pages.access import rights
from pages.components import actor, page_frame, tables, url_state
from pages.data import audit_log
from pages.text import formatting
from pages.text.account_text import role_name
from warehouse.audit import actions
from warehouse.settings import local_time
from warehouse.storage import build_files
from warehouse.storage.csv_injection import as_csv

MOST = 200  # entries shown before all of them are asked for
FEW = 20  # faults shown
PERIODS = ("0", "6", "29", "364")  # days before today that still count

user = page_frame.require_page("audit")
with st.spinner(_("正在逐条核对操作记录……")):
    trail = audit_log.read(build_files.home())


def says() -> str:
    """The sentence that answers first."""
    if trail.faults:
        return _("记录被改动过：有 {count} 处不对，见下。").format(count=len(trail.faults))
    if not trail.entries:
        return _("还没有记录。登录、载入、发布、导出等都会先记在这里，再去做。")
    told = _("自 {day} 起共 {count} 条，前后相接，没有被改动、删去或调换。")
    return told.format(day=formatting.moment(trail.entries[-1]["at"])[:10], count=len(trail.entries))


def period_name(code: str) -> str:
    """A period in words."""
    return {"0": _("今天"), "6": _("近 7 天"), "29": _("近 30 天"), "364": _("近一年")}[code]


def chosen() -> list[dict]:
    """The entries that the filters leave."""
    of_act, of_person, of_time = st.columns([2, 2, 1])
    known = {entry["act"] for entry in trail.entries}
    people = sorted({entry["who"] for entry in trail.entries})
    with of_act:
        act = url_state.url_select("act", _("做了什么"), [code for code in actions.ACTS if code in known], actions.name)
    with of_person:
        who = url_state.url_select("who", _("谁"), people, str)
    with of_time:
        days = url_state.url_select("period", _("什么时候"), list(PERIODS), period_name)
    since = local_time.day_begins(build_files.home(), int(days)) if days else ""
    return [entry for entry in trail.entries if act in ("", entry["act"]) and who in ("", entry["who"]) and entry["at"] >= since]


def line(entry: dict) -> list[str]:
    """One entry as the table shows it."""
    told = [formatting.moment(entry["at"], has_seconds=True), entry["who"], role_name(entry["role"]) or "—", source(entry["source"])]
    return [str(entry["no"]), *map(html.escape, [*told, actions.name(entry["act"]), actions.told(entry["about"], role_name) or "—"])]


def source(text: str) -> str:
    """Where an act came from: an address, or the command line."""
    return _("命令行") if text == "command" else text


def listed(entries: list[dict]) -> None:
    """The newest entries, all of them where asked for."""
    is_all = len(entries) <= MOST or st.session_state.get("audit_all", False)
    told = _("符合条件的记录 {count} 条").format(count=len(entries))
    st.caption(told if is_all else told + _("，下面显示最新 {most} 条").format(most=MOST))
    headings = [
        _("序号"),
        _("时间（{clock}）").format(clock=formatting.whose_clock()),
        _("谁"),
        _("角色"),
        _("从哪里"),
        _("做了什么"),
        _("关于"),
    ]
    tables.table(headings, [line(entry) for entry in (entries if is_all else entries[:MOST])], right=(0,))
    if not is_all and st.button(_("全部显示"), key="audit_show_all"):
        st.session_state["audit_all"] = True
        st.rerun()


def taken(entries: list[dict]) -> bytes:
    """The entries as a file, this hand-out recorded first."""
    actor.recorder(user)(build_files.home(), "export", {"form": "audit_csv", "count": str(len(entries))})
    return as_csv([entry | {"about": actions.told(entry["about"], role_name)} for entry in entries])


st.title(_("操作记录"), anchor=False)
st.html(f'<p class="lead">{html.escape(says())}</p>')
if trail.faults:
    more = len(trail.faults) - FEW
    st.error("\n".join(f"- {fault}" for fault in trail.faults[:FEW]) + (_("\n- 还有 {count} 处").format(count=more) if more > 0 else ""))
    st.caption(_("请保留现状，不要自行修改，把这些话告诉维护人员；备份里有改动之前的记录。"))
if st.button(_("重新核对"), key="audit_again"):
    audit_log.look_again()
    st.rerun()
if trail.entries:
    found = chosen()
    if found:
        listed(found)
        if rights.may(user, "exports", "audit_csv"):
            take = actor.require_right(user, "audit_csv", lambda: taken(found))
            st.download_button(_("下载这些记录"), take, _("操作记录.csv"), "text/csv", key="audit_csv")
    else:
        st.info(_("没有符合条件的记录：把条件改回“全部”。"))

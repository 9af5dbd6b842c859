"""The town's villages: names, codes and other names, mergers, directors, places; a change is tried as a load before it holds."""

import html
from functools import partial

import streamlit as st

from etl import register
from locales import _, language
from pages.access import rights
from pages.admin_panel import audit_log, register_forms
from pages.charts import plotly_map
from pages.components import actor, chart_blocks, page_frame, tables
from pages.components.tables import Column
from pages.jobs import job_folder, loads
from pages.text import formatting, labels
from warehouse.builds import raw_sheets, repository
from warehouse.settings import local_time, settings
from warehouse.storage import build_files, keys

MOST = 50  # villages that are shown at once
user, home = page_frame.require_page("register"), build_files.home()
build_id = build_files.published(home) or ""
view = page_frame.open_view("register") if build_id else None
job, today = loads.current(home), local_time.today(home)
rows: list[register.Row] = []
places = view.figures.rows("villages") if view else []
if view:
    with page_frame.refusals(keys.KeyMissing, keys.KeyMalformed, keys.WrongKey):
        rows = register.current(repository.open_build(home, build_id), keys.load_key(home))
    if not rows:  # without the key nobody knows what a change would be of
        st.stop()
names = {row["village_code"]: row["name"] for row in rows}


def propose(outcome: register.Outcome, *files: tuple[str, bytes]) -> None:
    """Start a load of some files, or of the register as changed, to be looked at on the ledgers page; or say why it cannot be."""
    if outcome.faults:
        st.error(formatting.escape_markdown("\n\n".join(outcome.faults)))
    elif not outcome.effects:
        st.info(_("与现在的名册相同，没有要试算的。"))
    else:
        with page_frame.refusals(job_folder.Refused):
            content = [*files] or [register.workbook(outcome.rows, local_time.now(home))]
            loads.start(home, content, user.name, language(), recorder=actor.recorder(user), register=tuple(outcome.effects))
            page_frame.flash_and_rerun(_("正在试算；到“载入台账”页看会改变什么，再决定是否发布。"))


def act_form(act: str) -> None:
    """Show the form of an act: for a village chosen, or a new one."""
    row: register.Row = {}
    if act != "new":
        chosen = st.selectbox(_("哪个村（社区）"), list(names), format_func=names.__getitem__, key=f"of_{act}_{build_id}")
        row = next(row for row in rows if row["village_code"] == chosen)
    if act == "ends":
        st.caption(_("撤并时间写算作新村的第一天。那天以前的数不变；从那天起，儿童、结对和走访都算在并入的村。要恢复，就把两格都清空。"))
    key = f"{act}_{row.get('village_code')}_{build_id}"
    with st.form(key):
        texts = register_forms.inputs(act, row, [name for name in names.values() if name != row.get("name")], key)
        if st.form_submit_button(_("试算，看会改变什么"), type="primary", disabled=job is not None):
            propose(register.changed(rows, [("", {"village_code": row.get("village_code", "")} | texts)], today))
    if act == "place":
        shapes = st.file_uploader(_("村界文件（.geojson，各村写区划代码 village_code）"), ["geojson"], key=f"shapes_{build_id}")
        if shapes and st.button(_("用这个文件试算"), key="try_shapes", disabled=job is not None):
            propose(register.Outcome([], [("", shapes.name, _("村界文件"))], []), (shapes.name, shapes.getvalue()))


def paste() -> None:
    """Show the box for a pasted register, and what is wrong with its rows at once."""
    outcome = register_forms.pasted(rows, today, f"paste_{build_id}")
    if outcome and (st.button(_("试算，看会改变什么"), key="try_pasted", type="primary", disabled=job is not None) or outcome.faults):
        propose(outcome)


def text_of(name: str, row: register.Row) -> str:
    """Return the markup of a column's cell; of a director the first sign, of the beginning also the end."""
    if name == "since":
        says = _("从 {until} 起并入{merged_into}") if row["until"] else _("从 {since} 起") if row["since"] else _("一直")
        return html.escape(says.format_map(row))
    return html.escape(raw_sheets.masked(name, row[name]) if name in register.SECRET else row[name]) or "—"


lead = _("名册里有 {count} 个村（社区）。").format(count=len(rows))
if nowhere := plotly_map.off_map(places)[1]:
    lead += _("地图上没有位置的有：{names}。").format(names=formatting.list_villages(nowhere))
if view:
    page_frame.heading(labels.word("pages", "register"), view, lead)
else:
    st.title(labels.word("pages", "register"), anchor=False)
    page_frame.lead(_("名册里还没有村（社区）：在下面写入或粘贴，试算、发布以后就有了。"))
page_frame.flash_message()
if job:
    st.info(_("有一次载入还没有结束：到“载入台账”页看变化，发布或放弃之后才能再试算。"))
    link = _("到“载入台账”页")
    st.html(f'<a href="ledgers" target="_self">{html.escape(link)}</a>')
town_code = settings.kept(home)["town_code"]
if others := [name for code, name in names.items() if not code.startswith(town_code)]:
    text = _("这些村（社区）的区划代码不以本镇的 {code} 开头，请核对：{names}")
    st.warning(formatting.escape_markdown(text.format(code=town_code, names=formatting.list_villages(others))))

if rows:
    on_map = {row["village_id"]: _("村界") if row["boundary"] else _("没有") if row["longitude"] is None else _("点") for row in places}
    children = {}
    if view and view.may("pages", "village"):
        children = {row["village_id"]: str(row["registered"]) for row in view.figures.ask("cascade", "village")}
    columns = [
        *(Column(register.heading(name), partial(text_of, name)) for name in ("name", "aliases", "village_code", "director")),
        Column(_("计入的时间"), partial(text_of, "since")),
        Column(_("地图上"), lambda row: on_map.get(row["village_code"], "—")),
        Column(_("在册儿童"), lambda row: children.get(row["village_code"], "—"), True),
    ]
    tables.rows_table(rows, columns[: 6 + bool(children)], MOST, "every_village")
if rights.may(user, "actions", "change_register"):
    chart_blocks.section_heading(_("改名册"), _("改了先试算：看过各村的数和主要指标怎么变，发布以后才生效，可以退回"))
    titles = {"names": _("改名和别名"), "ends": _("撤并"), "facts": _("儿童主任等"), "place": _("地图位置")} if rows else {}
    titles |= {"new": _("新增"), "paste": _("粘贴")}
    page_frame.details({act: (title, paste if act == "paste" else partial(act_form, act)) for act, title in titles.items()})
audit_log.changes(home, "register", _("还没有人在页面上改过名册。"))

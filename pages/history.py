"""Then and now: the figures of an earlier load beside today's for the same day, and the rows that explain why they moved."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, tables
from pages.figure_review import change_reasons
from pages.text import formatting, labels
from warehouse.metrics import drilldown, query

SHOWN = 200
view = page_frame.open_view("history")
figures, asked = view.figures, st.query_params
loads = {row["build"]: row for row in figures.loads_before()}
if not loads:
    page_frame.heading(_("当时与现在"), view, _("只有这一次载入，还没有更早的可以对照。下一次载入台账后，这里会说明哪些数字变了、为什么。"))
    st.stop()


def loaded(row: dict) -> str:
    """When a load was, and up to which day its ledgers go; never by its hash."""
    at = formatting.moment(row["loaded_at"])
    return _("{at} 载入，台账数据到 {day}，{count} 个文件").format(at=at, day=row["as_of"], count=row.get("ledgers", "—"))


def why(row: dict, text: str) -> str:
    """A link to the explanation of a figure."""
    figure = f"{row['metric']}.{row['figure']}"
    return drilldown_links.anchor(drilldown_links.to("history", view, figure=figure, before=before), text, _("看这个数为什么变了"))


def lines(rows: list[dict]) -> list[list[str]]:
    """Figure, then, now (open its list), difference (opens the explanation)."""
    return [
        [
            html.escape(labels.figure_name(f"{row['metric']}.{row['figure']}")),
            str(row["then"]),
            drilldown_links.figure(view, row["metric"], row["figure"], row["now"]),
            why(row, f"{row['difference']:+d}") if row["difference"] else "0",
        ]
        for row in rows
    ]


def who(row: dict) -> str:
    """What a row counts: the child, the helper, or a village's class."""
    if "child_id" in row:
        is_gone = any(one.code in ("child_removed", "identity_removed") for one in row["reasons"])
        return row["child_id"][:8] if is_gone else drilldown_links.child(view, row["child_id"])  # a child that is gone has no trail
    if "helper_id" in row:
        return row["helper_id"][:8]
    return formatting.class_short(row["class_no"]) if row.get("class_no") else "—"


def what(row: dict) -> str:
    """The day or occasion that tells apart the rows of one child."""
    known = (row.get("visited_on"), row.get("raised_on"), row.get("found_on"))
    named = labels.word("occasion", row["occasion"]) if row.get("occasion") else ""
    return html.escape(named or str(next((day for day in known if day), "—")))


def compared() -> tuple[list[dict], list[str], str]:
    """The figures, the settings that differ, and the sentence that answers first; no figures where the two cannot be compared."""
    try:
        rows, settings = figures.changes(before, view.village_id)
    except query.CannotAsk as refused:
        return [], [], str(refused)
    registered, visited = (
        next(row for row in rows if (row["metric"], row["figure"]) == name)
        for name in (("eligibility", "registered"), ("visits", "visit_days"))
    )
    told = _(
        "同样截至{day}，{village}：当时的台账算出在册 {listed_then} 人、今年走访 {visits_then} 天，现在的台账算出在册 {listed_now} 人、今年走访 {visits_now} 天；{count} 项数字中 {moved} 项变了。"
    ).format(
        day=formatting.day(view.day),
        village=view.village,
        listed_then=registered["then"],
        listed_now=registered["now"],
        visits_then=visited["then"],
        visits_now=visited["now"],
        count=len(rows),
        moved=sum(1 for row in rows if row["difference"]),
    )
    return rows, settings, told


if st.session_state.setdefault("before", asked.get("before")) not in loads:
    st.session_state["before"] = next(iter(loads))
before = st.session_state["before"]
rows, settings, told = compared()
page_frame.heading(_("当时与现在"), view, told)
st.selectbox(_("与哪一次载入对照"), list(loads), key="before", format_func=lambda build: loaded(loads[build]), placeholder=_("请选择"))
if not rows:
    st.stop()
moved = [row for row in rows if row["difference"]]
by_name = {f"{row['metric']}.{row['figure']}": row for row in rows}
if settings:
    st.info(
        _("两次载入之间设置也改了：{names}").format(names=change_reasons.listed([change_reasons.setting_name(name) for name in settings]))
    )

headings = [_("指标"), _("当时"), _("现在"), _("差")]
chart_blocks.section_heading(_("变了的数字"), _("截至 {day}；点“现在”看名单，点“差”看原因").format(day=view.day))
if moved:
    tables.table(headings, lines(moved), right=(1, 2, 3))
else:
    st.info(_("这一天的数字都没有变。"))
with st.expander(_("没有变的 {count} 项").format(count=len(rows) - len(moved))):
    tables.table(headings, lines([row for row in rows if not row["difference"]]), right=(1, 2, 3))

if asked.get("figure") in by_name:
    st.session_state.setdefault("figure", asked["figure"])
order = [*(name for name, row in by_name.items() if row["difference"]), *(name for name, row in by_name.items() if not row["difference"])]
if st.session_state.get("figure") not in order:
    st.session_state.pop("figure", None)
chosen = st.selectbox(_("说明哪一个数字"), order, key="figure", format_func=labels.figure_name, placeholder=_("请选择"))
metric, _dot, figure = chosen.partition(".")
with st.spinner(_("正在逐行对照两次载入……")):
    found = figures.explained(before, metric, figure, view.village_id)
more, less = (sum(max(sign * (row["now"] - row["then"]), 0) for row in found) for sign in (1, -1))
row = by_name[chosen]
chart_blocks.section_heading(
    _("{figure}：为什么是 {now} 而不是 {then}").format(figure=labels.figure_name(chosen), now=row["now"], then=row["then"])
    if row["difference"]
    else _("{figure}：前后都是 {now}").format(figure=labels.figure_name(chosen), now=row["now"]),
    _("{then} + 多出的 {more} − 少掉的 {less} = {now}").format(then=row["then"], more=more, less=less, now=row["now"]),
)
page_frame.definition(view, metric)
if not found:
    st.info(_("没有这样的记录。"))
else:
    is_whole = len(found) <= SHOWN or st.toggle(_("显示全部 {count} 行").format(count=len(found)), key="whole")
    has_days = drilldown.drilldown_of(metric, figure).rows in ("visits", "needs", "reports", "care")
    told_rows = [
        [
            who(row),
            html.escape(row["village"] or "—"),
            *([what(row)] if has_days else []),
            str(row["then"]),
            str(row["now"]),
            change_reasons.markup(view, row),
        ]
        for row in (found if is_whole else found[:SHOWN])
    ]
    columns = [_("代号"), _("村（社区）"), *([_("哪一次")] if has_days else []), _("当时计"), _("现在计"), _("原因和台账位置")]
    tables.table(columns, told_rows, right=(len(columns) - 3, len(columns) - 2))
    if not is_whole:
        st.caption(_("共 {count} 行，上面是前 {most} 行").format(count=len(found), most=SHOWN))
st.caption(_("代号由程序生成，不含姓名和号码；位置是台账文件、工作表和行号，按表格软件的行号计。"))

"""Then and now: the figures of an earlier load beside today's for the same day, and the rows that explain why they moved."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, record_columns, tables
from pages.components.tables import Column
from pages.figure_review import change_reasons
from pages.text import formatting, labels
from warehouse.metrics import drilldown, query

MOST = 200
view = page_frame.open_view("history")
figures = view.figures
loads = {row["build"]: row for row in figures.loads_before()}
if not loads:
    page_frame.heading(_("当时与现在"), view, _("只有这一次载入，还没有更早的可以对照。下一次载入台账后，这里会说明哪些数字变了、为什么。"))
    st.stop()


def load_name(build: str) -> str:
    """Return when a load was, and up to which day its ledgers go; never its hash."""
    row = loads[build]
    moment, files = formatting.moment(row["loaded_at"]), row.get("ledgers", "—")
    return _("{at} 载入，台账数据到 {day}，{count} 个文件").format(at=moment, day=row["as_of"], count=files)


def code_of(row: dict) -> str:
    """Return metric and figure of a row: coverage.covered."""
    return f"{row['metric']}.{row['figure']}"


def difference(row: dict) -> str:
    """Return how much a figure moved, opening the explanation."""
    if not row["difference"]:
        return "0"
    address = drilldown_links.to("history", view, figure=code_of(row), before=before)
    return drilldown_links.anchor(address, f"{row['difference']:+d}", _("看这个数为什么变了"))


def figures_table(rows: list[dict], nothing: str = "") -> None:
    """Show figures then and now, with their difference, or the text `nothing`."""
    columns = [
        Column(_("指标"), lambda row: html.escape(labels.figure_name(code_of(row)))),
        Column(_("当时"), lambda row: str(row["then"]), is_figure=True),
        Column(_("现在"), lambda row: drilldown_links.figure(view, row["metric"], row["figure"], row["now"]), is_figure=True),
        Column(_("差"), difference, is_figure=True),
    ]
    tables.rows_table(rows, columns, nothing=nothing)


def subject(row: dict) -> str:
    """Return what a row counts: the child, the helper, or a village's class."""
    if "child_id" in row:
        is_removed = any(reason.code in ("child_removed", "identity_removed") for reason in row["reasons"])
        return row["child_id"][:8] if is_removed else drilldown_links.child(view, row["child_id"])  # a removed child has no record
    if "helper_id" in row:
        return row["helper_id"][:8]
    return formatting.class_short(row["class_no"]) if row.get("class_no") else "—"


def occasion(row: dict) -> str:
    """Return the day or occasion by which the rows of one child differ."""
    if row.get("occasion"):
        return html.escape(labels.word("occasion", row["occasion"]))
    return html.escape(str(row.get("visited_on") or row.get("raised_on") or row.get("found_on") or "—"))


def comparison() -> tuple[list[dict], list[str], str]:
    """Return the figures, the settings that differ, and the sentence that answers first; no figures where the two cannot be compared."""
    try:
        rows, settings = figures.changes(before, view.village_id)
    except query.CannotAsk as refused:
        return [], [], str(refused)
    by_code = {code_of(row): row for row in rows}
    sentence = _(
        "同样截至{day}，{village}：当时的台账算出在册 {registered[then]} 人、今年走访 {visits[then]} 天，现在的台账算出在册 {registered[now]} 人、今年走访 {visits[now]} 天；{count} 项数字中 {moved} 项变了。"
    ).format(
        day=formatting.day(view.day),
        village=view.village,
        registered=by_code["eligibility.registered"],
        visits=by_code["visits.visit_days"],
        count=len(rows),
        moved=sum(1 for row in rows if row["difference"]),
    )
    return rows, settings, sentence


if st.session_state.setdefault("before", st.query_params.get("before")) not in loads:
    st.session_state["before"] = next(iter(loads))
before = st.session_state["before"]
rows, settings, sentence = comparison()
page_frame.heading(_("当时与现在"), view, sentence)
st.selectbox(_("与哪一次载入对照"), list(loads), key="before", format_func=load_name, placeholder=_("请选择"))
if not rows:
    st.stop()
if settings:
    names = formatting.join_names([change_reasons.setting_name(name) for name in settings], change_reasons.MOST)
    st.info(_("两次载入之间设置也改了：{names}").format(names=names))

changed = [row for row in rows if row["difference"]]
unchanged = [row for row in rows if not row["difference"]]
chart_blocks.section_heading(_("变了的数字"), _("截至 {day}；点“现在”看名单，点“差”看原因").format(day=view.day))
figures_table(changed, _("这一天的数字都没有变。"))
with st.expander(_("没有变的 {count} 项").format(count=len(unchanged))):
    figures_table(unchanged)

by_code = {code_of(row): row for row in [*changed, *unchanged]}
if st.query_params.get("figure") in by_code:
    st.session_state.setdefault("figure", st.query_params["figure"])
if st.session_state.get("figure") not in by_code:
    st.session_state.pop("figure", None)
code = st.selectbox(_("说明哪一个数字"), list(by_code), key="figure", format_func=labels.figure_name, placeholder=_("请选择"))
metric, _dot, figure = code.partition(".")
with st.spinner(_("正在逐行对照两次载入……")):
    explanation = figures.explained(before, metric, figure, view.village_id)
then, now = by_code[code]["then"], by_code[code]["now"]
more, less = (sum(max(sign * (row["now"] - row["then"]), 0) for row in explanation) for sign in (1, -1))
title = _("{figure}：为什么是 {now} 而不是 {then}") if by_code[code]["difference"] else _("{figure}：前后都是 {now}")
chart_blocks.section_heading(
    title.format(figure=labels.figure_name(code), now=now, then=then),
    _("{then} + 多出的 {more} − 少掉的 {less} = {now}").format(then=then, more=more, less=less, now=now),
)
page_frame.definition(view, metric)
has_days = drilldown.drilldown_of(metric, figure).rows in ("visits", "needs", "reports", "care")
columns = [
    Column(_("代号"), subject),
    record_columns.village_column(),
    *([Column(_("哪一次"), occasion)] if has_days else []),
    record_columns.column("number", "then", _("当时计")),
    record_columns.column("number", "now", _("现在计")),
    Column(_("原因和台账位置"), lambda row: change_reasons.markup(view, row)),
]
tables.rows_table(explanation, columns, MOST, toggle="whole", nothing=_("没有这样的记录。"))
st.caption(_("代号由程序生成，不含姓名和号码；位置是台账文件、工作表和行号，按表格软件的行号计。"))

"""The builds that are kept: when, by whom, which files, what moved; the way back to one; a file left out."""

import datetime as dt
import html
import json
from collections.abc import Callable

import streamlit as st

from locales import _
from pages.components import actor, chart_blocks, choices, page_frame, tables
from pages.data.queries import Figures
from pages.ledger_intake import staged_changes, submissions
from pages.text import formatting
from warehouse.builds import repository
from warehouse.metrics import compare, query, registry
from warehouse.review import figure_changes, load_questions
from warehouse.storage import build_files

FEW = 3


def table(view: page_frame.View) -> None:
    """Show the builds, newest first."""
    chart_blocks.section_heading(_("各个版本"), _("新的在前；时间为{clock}").format(clock=formatting.whose_clock()))
    lines = []
    for row in repository.history(build_files.home()):
        facts = Figures(row["build"], view.figures.reader, view.day).facts()
        loaded, state = formatting.moment(facts.get("loaded_at", row["published_at"])), _("● 正在使用") if row["is_published"] else ""
        lines.append([row["build"][-8:], loaded, html.escape(facts.get("loaded_by", "—")), _files(facts), _changes(facts), state])
    headings = [_("版本"), _("载入"), _("谁载入的"), _("文件"), _("主要指标的变化"), _("状态")]
    tables.table(headings, lines)


def _files(facts: dict[str, str]) -> str:
    sentences = {"files_new": _("载入 {count} 个：{names}"), "files_replaced": _("替换 {count} 个：{names}")}
    sentences |= {"files_left_out": _("去掉 {count} 个：{names}")}
    lines = []
    for fact, sentence in sentences.items():
        files = json.loads(facts.get(fact, "[]"))
        lines += [sentence.format(count=len(files), names=formatting.join_names(files, FEW))] if files else []
    return "<br>".join(map(html.escape, lines)) or "—"


def _changes(facts: dict[str, str]) -> str:
    names = registry.load_titles()
    rows = json.loads(facts.get("changes", "[]"))
    lines = [f"{names[row['figure']]} {staged_changes.delta(row['before'], row['after'])}" for row in rows if row["before"] != row["after"]]
    return "".join(f'<div style="white-space:nowrap">{html.escape(line)}</div>' for line in lines) or "—"


def rollback_form(view: page_frame.View) -> None:
    """Offer to roll back to a build, after what that would change and a confirmation."""
    others = {row["build"]: row for row in repository.history(build_files.home()) if not row["is_published"]}
    if not others:
        return
    chart_blocks.section_heading(_("回到以前的一个版本"), _("只换所用的版本，什么都不删；之后还能再换回来"))
    titles = {build: f"{formatting.moment(row['published_at'])} {build[-8:]}" for build, row in others.items()}
    chosen = choices.pick(_("版本"), titles, titles.__getitem__, "back_to")
    if chosen is None:
        return
    _what_changes(view, chosen)
    is_sure = st.checkbox(_("确认：所有人看到的数字都将是这个版本的"), key=f"back_sure_{chosen}")
    if st.button(_("回到这个版本"), key="back", disabled=not is_sure):
        with page_frame.refusals(build_files.LoadRunning, build_files.UnknownBuild):
            with st.spinner(_("正在换用这个版本……")):
                repository.rollback(build_files.home(), chosen, actor.recorder(view.user))
            page_frame.flash_and_rerun(_("已回到版本 {build}。").format(build=chosen[-8:]))


def _what_changes(view: page_frame.View, build_id: str) -> None:
    """Show what going back would change: headline figures, goals gone by, and what villages handed in."""
    home = build_files.home()
    now, then = repository.open_build(home), repository.open_build(home, build_id)
    day = compare.day_of_both(now, dt.date.fromisoformat(then.facts["as_of"]))
    with page_frame.refusals(query.CannotAsk):
        figure_changes.check(then, now)
        changes = {"day": day, "own_day": day, "figures": compare.headlines(now, then, day, "village")}
        staged_changes.figures(compare.headlines(now, then, day), changes)
        if past := [row for row in compare.past_goals(now, then, day) if row["village_id"] is None]:
            st.warning(formatting.escape_markdown(load_questions.effect({"code": "past_moves", "effects": [], "past": past})))
    states, villages = {each.id: each.state for each in submissions.every(home)}, view.figures.village_names()
    moved = [each for each in submissions.every(home, build_id) if each.state != states[each.id]]
    if moved:
        chart_blocks.section_heading(_("村（社区）的报送：{count} 份会变").format(count=len(moved)), _("换用之后的情况"))
        texts = [(villages.get(each.village_id, each.village_id), formatting.moment(each.at), submissions.outcome(each)) for each in moved]
        tables.table([_("村（社区）"), _("报送时间"), _("情况")], [[*map(html.escape, line)] for line in texts])


def leave_out_form(view: page_frame.View, start: Callable[[str], None]) -> None:
    """Offer to leave out a file of the published build; `start` begins the staged load without it."""
    chart_blocks.section_heading(_("去掉一个文件"), _("载错的文件可以去掉：先算出去掉后的结果，看过再发布；以后再载入同一文件即可恢复"))
    names = ("file", "village", "ledger_on")
    files = {row["file_id"]: " · ".join(str(row[name]) for name in names if row[name]) for row in view.figures.rows("readable_files")}
    chosen = choices.pick(_("文件"), files, files.__getitem__, "out", placeholder=_("选一个文件"))
    if st.button(_("去掉它，先看结果"), key="take_out", disabled=chosen is None):
        start(str(chosen))

"""Layouts and words: what was asked about ledgers and what was answered, by whom; looked at, changed, confirmed and taken back."""

import json

import streamlit as st

from etl.forms import layouts
from locales import _, language
from pages.components import actor, drilldown_links, page_frame
from pages.jobs import job_folder, loads
from pages.ledger_intake import open_questions, remembered_answers
from warehouse import row_access
from warehouse.storage import build_files

view = page_frame.open_view("layouts")
home, may_change = build_files.home(), view.may("actions", "load")
entries = layouts.entries(home)
is_whole = row_access.is_whole(view.user.scope)
villages = view.figures.village_names()
remembered = sorted(entries.values(), key=lambda entry: entry.at, reverse=True)
known_layouts = [entry for entry in remembered if isinstance(entry, layouts.Layout) and (is_whole or entry.village in ("", *villages))]
words = [entry for entry in remembered if not isinstance(entry, layouts.Layout)]
facts, job = view.figures.facts(), loads.current(home)
used = json.loads(facts.get("answers_used", "{}"))
record = actor.recorder(view.user)


def files(key: str) -> str:
    """Return in how many files of the build an answer is used; — where the reader sees only part of the town."""
    return str(used.get(key, 0)) if "answers_used" in facts else "—"


page_frame.heading(
    _("表样与词语"),
    view,
    _("记住了 {layouts} 种表样、{words} 个词语；以后的台账照此读，不再问。").format(layouts=len(known_layouts), words=len(words))
    if remembered
    else _("还没有记住任何表样和词语。"),
)
page_frame.flash_message()
if job is None or job.state == "ready":
    if may_change:
        open_questions.section(home, view.user, job)
else:
    st.info(_("另一次载入还没有结束，结束之后再回答。"))
if may_change and job is None and is_whole and layouts.digest(entries) != facts.get("layouts", layouts.digest({})):
    st.info(_("回答有改动，还没有用到数据里：下一次载入起生效，也可以现在就重新计算，看过再发布。"))
    if st.button(_("现在就重新计算"), key="read_again"):
        with page_frame.refusals(job_folder.Refused):
            loads.read_again(home, None, view.user.name, language(), record)
            st.rerun()
if job and may_change:
    st.html(drilldown_links.anchor(drilldown_links.to("ledgers", view), _("到“载入台账”页看变化，决定是否发布"), _("打开“载入台账”页")))
if known_layouts:
    may_record = may_change or view.may("actions", "submit")
    remembered_answers.layout_section(home, known_layouts, files, villages, view.user.name, record if may_record else None, may_change)
if words:
    remembered_answers.word_section(home, words, files, view.user.name, record if may_change else None)
if not known_layouts and not words:
    st.info(
        _(
            "各村（社区）的台账写法不一。程序拿不准一列是什么、或不认识一种写法时会问，不会猜；回答一次就记在这里，"
            "以后同样的表头和写法不再问。谁、什么时候回答的都有记录，答错了可以更改或撤回。"
        )
    )

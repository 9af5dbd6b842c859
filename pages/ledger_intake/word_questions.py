"""Words that nobody knows: what one in coded cells means, of the codes of its column or none; which field the heading of a loaded column is."""

import html
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from checks.catalogue import word as name_of
from etl.forms import forms, layouts, unknown_words
from locales import _
from pages.components import chart_blocks
from pages.ledger_intake.layout_questions import build_asking, choice
from pages.text import formatting, labels
from warehouse.sql import compose
from warehouse.storage import build_files, keys

MOST = 30  # words that are asked about at a time, and headings
EMPTY = "empty"  # the choice that a word is none of its column


def meaning(vocabulary: str, code: str | None) -> str:
    """Return what a code of a vocabulary means in the reader's language."""
    return _("不是这一项的词，按没有填") if code in (None, EMPTY) else labels.word(vocabulary, code)


@st.cache_data(max_entries=20, show_spinner=False)
def _unknown(home: Path, candidate: str | None, _build_id: str, answers: tuple[str, ...]) -> tuple[list[unknown_words.UnknownWord], int]:
    with build_asking(home, candidate) as build:
        return unknown_words.unknown_words(build, lambda: keys.load_key(home), answers)


def questions(home: Path, candidate: str | None = None) -> tuple[list[unknown_words.UnknownWord], int]:
    """Return the words that are open in the candidate, else in the published build, and how many are not shown."""
    answers = tuple(key.removeprefix("word:") for key, entry in layouts.entries(home).items() if isinstance(entry, layouts.Word))
    return _unknown(home, candidate, candidate or build_files.published(home) or "", answers)


def section(words: list[unknown_words.UnknownWord], hidden: int, by: str, answer: Callable[[list[layouts.Word]], None]) -> None:
    """Show a line for each word with its likely code chosen; `answer` keeps what was chosen."""
    chart_blocks.section_heading(
        _("请回答：{count} 种写法不认识").format(count=len(words) + hidden),
        _("选好每种写法的意思，程序就记住，所有台账重新按它计算；没有选的，人员类别按不在范围内算，其余按没有填算。"),
    )
    if hidden:
        st.caption(
            _("另有 {count} 种写法可能是姓名、号码或说明，不在这里显示：请在“数据质量”页找到这些格，请村（社区）改正。").format(
                count=hidden
            )
        )
    if not words:
        return
    with st.form("unknown_words"):
        answers = [(word, _line(word)) for word in words[:MOST]]
        if len(words) > MOST:
            st.caption(_("先列出最多的 {most} 种，回答之后再列其余的。").format(most=MOST))
        is_sent = st.form_submit_button(_("记住，并重新计算"), key="answer_words", type="primary")
    if is_sent:
        answer([layouts.Word(word.vocabulary, word.word, None if code == EMPTY else code, by) for word, code in answers if code])


def _line(word: unknown_words.UnknownWord) -> str | None:
    """Show one word with the choice of its meaning, the likely one first; return the code."""
    where = _("{headings}：{cells} 格，{villages} 个村（社区）").format(
        headings=formatting.join_names(word.headings, 3), cells=word.cells, villages=word.villages
    )
    key = f"word-{word.vocabulary}-{word.word}"
    codes = [*sorted(forms.codes(word.vocabulary), key=lambda code: code != word.likely), EMPTY]
    return choice(word.word, html.escape(where), codes, word.likely, partial(meaning, word.vocabulary), key, _("先不回答"))


def open_headings(home: Path, candidate: str | None = None) -> list[dict]:
    """Return the headings that are open in the candidate, else in the published build, and not answered since."""
    answered = layouts.entries(home)
    with build_asking(home, candidate) as build:
        rows = build.rows(compose.list_sql("open_headings"))
    return [row for row in rows if layouts.Heading(row["ledger"], "", row["heading"]).key not in answered]


def heading_section(headings: list[dict], by: str, answer: Callable[[list[layouts.Heading]], None]) -> None:
    """Show a line for each heading, its nearest field first; `answer` keeps what was chosen."""
    with st.expander(_("没有认出的表头：{count} 个").format(count=len(headings))):
        st.caption(_("这些列没有存入。是系统里的某一项的，选好就记住；不需要的不必选。"))
        with st.form("open_headings"):
            answers = [(row, _heading_line(row)) for row in headings[:MOST]]
            is_sent = st.form_submit_button(_("记住，并重新读"), key="answer_headings", type="primary")
    if is_sent:
        answer([layouts.Heading(row["ledger"], field, row["heading"], by) for row, field in answers if field])


def _heading_line(row: dict) -> str | None:
    form = forms.forms()[row["ledger"]]
    where = _("{ledger}，{files} 个文件").format(ledger=name_of(row["ledger"]), files=row["files"])
    near = form.aliases.get(forms.plain(row["suggestion"] or ""))
    fields = sorted(form.fields, key=lambda name: name != near)
    key = f"heading-{row['ledger']}-{row['heading']}"
    return choice(row["heading"], html.escape(where), fields, None, lambda name: layouts.heading_of(form, name), key, _("不需要"))

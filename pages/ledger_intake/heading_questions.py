"""Columns of loaded tables whose heading nobody knows: which field each is, or that it is not needed."""

import html
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from checks.catalogue import word
from etl.forms import forms, layouts
from locales import _
from pages.ledger_intake.layout_questions import build_asking, choice
from warehouse.sql import compose

MOST = 30  # headings that are asked about at a time


def questions(home: Path, candidate: str | None = None) -> list[dict]:
    """Return the headings that are open in the candidate, else in the published build, and not answered since."""
    answered = layouts.entries(home)
    with build_asking(home, candidate) as build:
        rows = build.rows(compose.list_sql("open_headings"))
    return [row for row in rows if layouts.Heading(row["ledger"], "", row["heading"]).key not in answered]


def section(headings: list[dict], by: str, answer: Callable[[list[layouts.Heading]], None]) -> None:
    """Show a line for each heading, its nearest field first; `answer` keeps what was chosen."""
    with st.expander(_("没有认出的表头：{count} 个").format(count=len(headings))):
        st.caption(_("这些列没有存入。是系统里的某一项的，选好就记住；不需要的不必选。"))
        with st.form("open_headings"):
            answers = [(row, _line(row)) for row in headings[:MOST]]
            is_sent = st.form_submit_button(_("记住，并重新读"), key="answer_headings", type="primary")
    if is_sent:
        answer([layouts.Heading(row["ledger"], field, row["heading"], by) for row, field in answers if field])


def _line(row: dict) -> str | None:
    form = forms.forms()[row["ledger"]]
    where = _("{ledger}，{files} 个文件").format(ledger=word(row["ledger"]), files=row["files"])
    near = form.aliases.get(forms.plain(row["suggestion"] or ""))
    fields = sorted(form.fields, key=lambda name: name != near)
    key = f"heading-{row['ledger']}-{row['heading']}"
    return choice(row["heading"], html.escape(where), fields, None, lambda name: layouts.heading_of(form, name), key, _("不需要"))

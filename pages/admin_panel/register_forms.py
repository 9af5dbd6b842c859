"""The register of villages as forms: an input for each column, and a table that is pasted; nothing is kept here."""

import datetime as dt
import html
from collections.abc import Sequence

import streamlit as st

from etl import register
from locales import N_, _
from pages.components import tables

ACTS: dict[str, tuple[str, ...]] = {  # the columns that each form shows
    "names": ("name", "aliases"),
    "ends": ("until", "merged_into"),
    "facts": ("director", "director_phone", "kind", "linked_unit", "is_key_village", "since"),
    "place": ("longitude", "latitude"),
}
ACTS["new"] = ("village_code", *ACTS["names"], *ACTS["facts"], *ACTS["place"])
_CHOICES = {"kind": ("", "村", "社区"), "is_key_village": ("", "是", "否")}
_HINTS = {"aliases": N_("几个用顿号隔开"), "village_code": N_("12 位数字"), "longitude": "105.12", "latitude": "29.34"}


def inputs(act: str, row: register.Row, others: Sequence[str], key: str) -> register.Row:
    """Show the inputs of a form, which begin with a village's texts; return them as they stand. What is a person's is not shown and stays."""
    columns, texts = st.columns(3), {}
    for at, name in enumerate(ACTS[act]):
        with columns[at % 3]:
            texts[name] = _input(name, row.get(name, ""), others, f"{key}_{name}")
    return {name: text for name, text in texts.items() if text or name not in register.SECRET}


def _input(name: str, text: str, others: Sequence[str], key: str) -> str:
    label = register.heading(name)
    if name in ("since", "until"):
        day = dt.date.fromisoformat(text) if text else None
        return str(st.date_input(label, day, dt.date(1949, 1, 1), dt.date(2099, 12, 31), key=key, format="YYYY-MM-DD") or "")
    if name in (*_CHOICES, "merged_into"):
        choices = list(dict.fromkeys([*_CHOICES.get(name, ("", *others)), text]))
        return st.selectbox(label, choices, choices.index(text), lambda word: word or _("没有"), key=key)
    is_secret = name in register.SECRET
    hint = (_("已有，不显示；不改就空着，去掉就写“无”") if text else "") if is_secret else _(_HINTS.get(name, " "))
    return st.text_input(label, "" if is_secret else text, key=key, placeholder=hint, max_chars=200).strip()


def pasted(rows: list[register.Row], today: dt.date, key: str) -> register.Outcome | None:
    """Show the box for a table and what each of its rows would do; return that, None while the box is empty."""
    st.caption(
        _("在 Excel 里选中名册（连表头最好）复制，粘到下面。列的先后不论；没有表头就按空白名册的列序。空格子不改原来的，要去掉写“无”。")
    )
    text = st.text_area(_("粘贴名册"), key=key, placeholder="510123101201\t柳溪村", height=200, max_chars=register.MOST * 200)
    st.button(_("看每一行会怎样"), key=f"{key}_look")
    if not text.strip():
        return None
    changes, faults = register.pasted(text)
    outcome = register.changed(rows, changes, today)
    headings = [_("行"), _("村（社区）"), _("会怎样")]
    tables.table(headings, [[html.escape(part) for part in (place, name, says or _("不变"))] for place, name, says in outcome.lines])
    return register.Outcome(outcome.rows, outcome.lines, [*faults, *outcome.faults])

"""Which children all pages count and what day they compare with: chosen once, beside day and village, and kept in the link."""

import datetime as dt

import streamlit as st

from locales import _
from pages.components import url_state
from pages.data import measures
from pages.data.queries import months_before
from pages.text import formatting

_MONTHS = {"month": 1, "year": 12}  # before the day looked at
ANSWERED = "is_answered"  # of the session: what was pressed has been done before the page is drawn, which has the button no more
_CHOICES = ("class", "compare", "compare_on")


def draw(day: dt.date, first_day: dt.date, last_day: dt.date) -> None:
    """Draw the choices of a reader who looks at a day."""
    url_state.url_select("class", _("哪类儿童"), list(measures.GROUPS), measures.group_name)
    names = {"month": _("上月同日"), "year": _("去年同日"), "day": _("另选一天")}
    if url_state.url_select("compare", _("与哪天比"), [*names], names.__getitem__, "month") == "day":
        st.date_input(
            _("比较的日期"),
            months_before(day, 12),
            key="compare_on",
            min_value=first_day,
            max_value=last_day,
            format="YYYY-MM-DD",
            bind="query-params",
        )


def forget() -> None:
    """Forget what was chosen, of a reader who may no longer choose."""
    for name in _CHOICES:
        st.session_state.pop(name, None)


def group() -> str:
    """Return the group of classes chosen; "": all children."""
    return str(st.session_state.get("class", ""))


def day_before(day: dt.date) -> dt.date:
    """Return the day that a day is compared with."""
    compare = st.session_state.get("compare", "month")
    chosen = st.session_state.get("compare_on") if compare == "day" else None
    return chosen or months_before(day, _MONTHS.get(compare, 12))


def link() -> dict[str, object]:
    """Return the choices as links carry them."""
    first = {"compare": "month"}
    chosen = {name: st.session_state.get(name) for name in _CHOICES}
    return {name: value for name, value in chosen.items() if value and value != first.get(name)}


def chips(filters: dict[str, str]) -> None:
    """Show what a page is narrowed to, by the keys of the choices, each removed by a press."""
    for key, name in filters.items():
        label, emptied = f"{formatting.escape_markdown(name)} ✕", ({key: "", ANSWERED: True},)
        st.button(label, key=f"chip_{key}", on_click=st.session_state.update, args=emptied, help=_("去掉这个筛选"))


def points(now: float, before: float, day: dt.date) -> str:
    """Say by how many points a share has changed since the day compared with."""
    sentences = {"month": _("较上月 {points} 个百分点"), "year": _("较去年同日 {points} 个百分点")}
    sentence = sentences.get(st.session_state.get("compare", "month")) or _("较 {before} {points} 个百分点")
    return sentence.format(points=formatting.points(now, before), before=day)

"""A choice that stands in the link by its code, so that a filtered page can be passed on in either language."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from locales import _


def one_of(key: str, label: str, options: list[str], name: Callable[[str], str]) -> str:
    """A choice that is always made, the first at the beginning, kept in the link by its code."""
    if st.session_state.get(key) not in options:
        asked = st.query_params.get(key, "")
        st.session_state[key] = asked if asked in options else options[0]
    chosen = st.selectbox(label, options, key=key, format_func=name, placeholder=_("请选择"))
    st.query_params[key] = chosen
    return chosen


def kept(key: str, label: str, options: list[str], name: Callable[[str], str]) -> str:
    """A choice kept in the link by its code (a bound widget would keep its words, which change with the language)."""
    if key not in st.session_state:
        asked = st.query_params.get(key, "")
        st.session_state[key] = asked if asked in options else ""
    elif st.session_state[key] not in options:
        st.session_state[key] = ""
    chosen = st.selectbox(
        label, ["", *options], key=key, format_func=lambda code: name(code) if code else _("全部"), placeholder=_("请选择")
    )
    if chosen:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)
    return chosen

"""A choice that stands in the link by its code, so that a filtered page can be passed on in either language."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from locales import _


def url_select(key: str, label: str, options: list[str], name: Callable[[str], str], first: str = "", none: str = "") -> str:
    """A choice kept in the link by its code (a bound widget would keep its words, which change with the language).

    `first` is what is chosen where nothing was; without one there is also "all", which is "" and reads `none`.
    """
    if key not in st.session_state:
        asked = st.query_params.get(key, "")
        st.session_state[key] = asked if asked in options else first
    elif st.session_state[key] not in options:
        st.session_state[key] = first
    chosen = st.selectbox(
        label,
        options if first else ["", *options],
        key=key,
        format_func=lambda code: name(code) if code else none or _("全部"),
        placeholder=_("请选择"),
    )
    if chosen != first:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)
    return chosen


def url_multiselect(key: str, label: str, options: list[str], name: Callable[[str], str], first: list[str]) -> list[str]:
    """Several choices kept in the link by their codes, with commas between; `first` are chosen where nothing was."""
    if key not in st.session_state:
        asked = [code for code in st.query_params.get(key, "").split(",") if code in options]
        st.session_state[key] = asked or first
    chosen = st.pills(label, options, selection_mode="multi", key=key, format_func=name)
    if chosen != first:
        st.query_params[key] = ",".join(chosen)
    else:
        st.query_params.pop(key, None)
    return chosen

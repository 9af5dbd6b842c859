"""Choices kept in the link by their codes: a bound widget would keep its words, which change with the language."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from locales import _, language

_MOST_BUTTONS = 20  # several of more options are chosen in a box


def url_select(
    key: str,
    label: str,
    options: list[str],
    name: Callable[[str], str],
    first: str = "",
    none: str = "",
    captions: Sequence[str] | None = None,
) -> str:
    """Offer one of `options`, named by `name`, and return its code.

    `first` is chosen at the start; without it there is also "all", which is "" and reads `none`. With `captions`, a sentence for each
    option, all of them stand side by side.
    """
    if key not in st.session_state:
        code = st.query_params.get(key, "")
        st.session_state[key] = code if code in options else first
    elif st.session_state[key] not in options:
        st.session_state[key] = first
    if captions:
        chosen = st.radio(label, options, key=key, format_func=name, captions=captions, horizontal=True)
    else:
        chosen = st.selectbox(
            label,
            options if first else ["", *options],
            key=key,
            format_func=lambda code: name(code) if code else none or _("全部"),
            placeholder=_("请选择"),
        )
    _keep(key, None if chosen == first else chosen)
    return chosen


def url_multiselect(
    key: str, label: str, options: list[str], name: Callable[[str], str], first: Sequence[str] = (), most: int | None = None
) -> list[str]:
    """Offer several of `options`, `most` of them where that is given, and return their codes; `first` are chosen at the start.

    The link has commas between them.
    """
    if key not in st.session_state:
        codes = [code for code in st.query_params.get(key, "").split(",") if code in options]
        st.session_state[key] = codes[:most] or list(first)
    if most and len(options) > _MOST_BUTTONS:
        chosen = st.multiselect(label, options, key=key, format_func=name, max_selections=most, placeholder=_("请选择"))
    else:
        pressed = st.pills(label, options, selection_mode="multi", key=key, format_func=name)
        chosen = pressed[:most]
        if len(pressed) > len(chosen):
            st.caption(_("最多 {most} 个；后面选的没有算进来，先去掉一个。").format(most=most))
    _keep(key, None if chosen == list(first) else ",".join(chosen))
    return chosen


def url_choice(key: str, options: Sequence[str]) -> str:
    """Return one of `options` by which a page is narrowed without a widget (a press on a chart, a link), "" for none."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, "")
    chosen = st.session_state[key] if st.session_state[key] in options else ""
    _keep(key, chosen or None)
    return chosen


def url_tabs(names: dict[str, str]) -> tuple[str, DeltaGenerator]:
    """Show tabs by their codes and return the code of the open one, the first at the start, and its place: no other is filled."""
    chosen, state = st.query_params.get("part", ""), f"part_{language()}"  # tabs keep their words, which change with the language
    first = next(iter(names))
    if st.session_state.get(state) not in names.values():
        st.session_state[state] = names.get(chosen, names[first])
    places = st.tabs(list(names.values()), key=state, on_change="rerun")
    code, place = next((code, place) for (code, name), place in zip(names.items(), places, strict=True) if name == st.session_state[state])
    _keep("part", None if code == first else code)
    return code, place


def _keep(key: str, code: str | None) -> None:
    """Write a choice into the link, or remove it where it is the one at the start."""
    if code is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = code

"""One of several to choose, by the names that the reader knows."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import streamlit as st

from locales import _

Option = TypeVar("Option")


def pick(
    label: str,
    options: Iterable[Option],
    name_of: Callable[[Option], str],
    key: str,
    likely: Any = None,
    placeholder: str = "",
    **look: Any,
) -> Option | None:
    """Show a list to choose from, with the likely option chosen where it is among them; return what is chosen."""
    listed = [*options]
    index = listed.index(likely) if likely in listed else None
    chosen: Option | None = st.selectbox(
        label, listed, index=index, format_func=name_of, key=key, placeholder=placeholder or _("请选择"), **look
    )
    return chosen

"""The person behind an act on a page: the reader as the audit trail names them, and their right at the moment of a click."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from locales import language, use_language
from pages import access
from pages.access import User, rights
from warehouse.audit import trail


def recorder(user: User) -> trail.Recorder:
    """Return what records acts of this reader. It raises trail.NotRecorded where it cannot, and then the act must not be done."""
    return trail.recorder_for(user.name, user.role, address())


class RightEnded(PermissionError):
    """Between the drawing of a page and the click on it the reader lost the session, the role or the villages."""


def require_right(user: User, form: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return `make` for a download button, in the language of now; at the click the right is checked again (RightEnded)."""
    cookies, spoken = dict(st.context.cookies), language()

    def make_with_right() -> bytes:
        if access.current_user(cookies) != user or not rights.may(user, "exports", form):
            raise RightEnded
        use_language(spoken)
        content = make()
        if access.current_user(cookies) != user:  # what was made while the right ended goes to nobody
            raise RightEnded
        return content

    return make_with_right


def download(user: User, form: str, label: str, make: Callable[[], bytes], name: str, media: str, key: str, is_first: bool = True) -> None:
    """Show a button that makes a file at the click, for who has the right to it then; the page is not run again."""
    look: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
    st.download_button(label, require_right(user, form, make), name, media, key=key, type=look, on_click="ignore")


def address() -> str:
    """Return where the page was opened from. Streamlit has none for the machine itself, and the test runner no text."""
    address = st.context.ip_address
    return address if isinstance(address, str) else trail.NOBODY

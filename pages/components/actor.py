"""Who is written to the audit trail for an act on a page: the reader, with the address the page was opened from."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages import access
from pages.access import User, rights
from warehouse.audit import trail


def recorder(user: User) -> trail.Recorder:
    """Records acts of this reader; what it records raises audit.NotRecorded where it cannot, and then the act must not be done."""
    return trail.recorder_for(user.name, user.role, address())


class RightEnded(PermissionError):
    """Between the drawing of a page and the click on it the reader lost the session, the role or the villages."""


def require_right(user: User, form: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """`make` for a download button: the file is made at the click, without the page, so the right to it is asked for anew.

    What it returns raises RightEnded.
    """
    cookies = dict(st.context.cookies)

    def made() -> bytes:
        if access.current_user(cookies) != user or not rights.may(user, "exports", form):
            raise RightEnded
        return make()

    return made


def address() -> str:
    """Where the page was opened from; streamlit tells none for the machine itself, and the test runner no text."""
    told = st.context.ip_address
    return told if isinstance(told, str) else trail.NOBODY

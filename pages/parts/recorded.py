"""Who is written to the audit trail for an act on a page: the reader, with the address the page was opened from."""

from __future__ import annotations

import streamlit as st

from pages.access import User
from warehouse import audit


def by(user: User) -> audit.Recorder:
    """Records acts of this reader; what it records raises audit.NotRecorded where it cannot, and then the act must not be done."""
    return audit.by(user.name, user.role, address())


def address() -> str:
    """Where the page was opened from; streamlit tells none for the machine itself, and the test runner no text."""
    told = st.context.ip_address
    return told if isinstance(told, str) else audit.NOBODY

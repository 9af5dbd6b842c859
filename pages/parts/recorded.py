"""Who is written to the audit trail for an act on a page: the reader, with the address the page was opened from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from pages.access import User
from warehouse import audit


def by(user: User) -> audit.Recorder:
    """Records acts of this reader; what it records raises audit.NotRecorded where it cannot, and then the act must not be done."""
    source = address()

    def record(home: Path, act: str, about: Mapping[str, str]) -> int:
        return audit.record(home, act, user.name, user.role, source, about)

    return record


def address() -> str:
    """Where the page was opened from; streamlit tells none for the machine itself."""
    return str(st.context.ip_address or audit.NOBODY)

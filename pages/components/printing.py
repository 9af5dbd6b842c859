"""Printing a page: a button, what it looks like on paper (theme.py puts it into every page), and charts that fit the paper.

`printing.js` lets the sheet scale plotly drawings, whose points are fixed.
"""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

from locales import _

SCRIPT = Path(__file__).with_name("printing.js").read_text(encoding="utf-8")
SHEET = Path(__file__).with_name("printing.css").read_text(encoding="utf-8")


def button() -> None:
    """Show the button that prints the page; its script is the page's (theme.page_script)."""
    label = html.escape(_("打印这一页"))  # outside the f-string, where the extractor of messages sees it
    markup = f'<button class="print off-paper" type="button">{label}</button><script>{SCRIPT}</script>'
    st.html(markup, unsafe_allow_javascript=True)

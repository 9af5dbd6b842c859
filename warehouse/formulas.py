"""Texts that a spreadsheet would run as a formula, made harmless before they go into a CSV or workbook."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a cell begins with that spreadsheets calculate (OWASP, CSV injection)


def defused(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quote in front; everything else stays, numbers too."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

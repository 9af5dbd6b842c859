"""Cells to typed columns."""

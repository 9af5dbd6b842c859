"""Figures, not pass or fail: each script prints what it measured."""

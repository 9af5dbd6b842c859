"""Summaries in sentences: what to decide, a village on one sheet, a child's life line, goals."""

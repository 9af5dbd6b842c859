"""Bytes to cells: guards against hostile files, then the readers."""

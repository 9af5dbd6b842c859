"""Removes the names of children who left years ago."""

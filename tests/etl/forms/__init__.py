"""Tests of forms and headings."""

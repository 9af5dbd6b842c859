"""Tests of the pages that examine a figure."""

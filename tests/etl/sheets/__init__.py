"""Tests of sheets and tables in them."""

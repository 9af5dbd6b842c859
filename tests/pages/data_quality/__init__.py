"""Tests of the page of data quality."""

"""Tests of the rules in SQL."""

"""Tests of the pages that take ledgers in."""

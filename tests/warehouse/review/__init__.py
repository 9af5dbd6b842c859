"""Tests of the review of figures."""

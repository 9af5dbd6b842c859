"""Tests of the sentences of figures."""

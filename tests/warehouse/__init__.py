"""Tests of the builds and the figures."""

"""Tests of a town's settings."""

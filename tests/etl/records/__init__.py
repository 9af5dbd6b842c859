"""Tests of children and events."""

"""Tests of figures as questions."""

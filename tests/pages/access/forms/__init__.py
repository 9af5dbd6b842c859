"""Tests of the forms before the dashboard."""

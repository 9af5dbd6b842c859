"""Tests of suppression and releases."""

"""Tests of files by their bytes."""

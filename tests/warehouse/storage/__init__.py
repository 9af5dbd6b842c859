"""Tests of files and keys."""

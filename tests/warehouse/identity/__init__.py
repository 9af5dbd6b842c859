"""Tests of names behind pseudonyms."""

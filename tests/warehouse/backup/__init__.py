"""Tests of backups and the way back from them."""

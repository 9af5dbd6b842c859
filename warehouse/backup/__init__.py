"""Backups: one encrypted file of a home, and the way back from it."""

"""Rows to records: who is who, facts over time, events joined over ledgers."""

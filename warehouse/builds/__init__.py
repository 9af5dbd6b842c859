"""Builds: drafted, published, rolled back, rewritten."""

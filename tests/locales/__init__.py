"""The catalogues against the code."""

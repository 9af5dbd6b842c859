"""The published builds and the figures told from them."""

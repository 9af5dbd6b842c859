"""The published builds and the figures counted from them."""

"""Local accounts, their passwords, sessions and devices."""

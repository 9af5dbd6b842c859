"""From pseudonym to name, and the keys that seal names."""

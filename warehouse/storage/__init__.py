"""Files of a data home: builds, keys, locks, clean-up."""

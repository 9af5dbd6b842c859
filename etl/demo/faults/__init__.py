"""The faults planted in the invented ledgers."""

"""The catalogue of faults and its engine."""

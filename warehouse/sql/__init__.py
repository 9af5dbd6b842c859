"""The SQL of tables, steps, metrics and rows, and what composes it."""

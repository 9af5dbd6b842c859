"""The invented town: villages, children, helpers, visits and duties."""

"""Charts and maps on pages, as plotly dicts."""

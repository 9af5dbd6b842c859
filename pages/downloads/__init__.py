"""Tables and charts that people export: preview, release, file."""

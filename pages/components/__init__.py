"""The parts that pages are built from: frame, cards, tables, links, theme."""

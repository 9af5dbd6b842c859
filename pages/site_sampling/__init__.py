"""Samples of children for a visit on site, as checklists that come back filled."""

"""Metrics asked of a build, and the rows behind them."""

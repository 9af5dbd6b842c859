"""The invented town's ledgers as villages write them."""

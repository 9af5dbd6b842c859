"""Accounts and the table of rights, as the administrator sees them."""

"""The kinds of ledger as data, their headings, and blank ledgers made from them."""

"""Disclosure control: which cells of a release are suppressed, the register of releases, receipts."""

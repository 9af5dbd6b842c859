"""The audit trail: a hash chain of who did what."""

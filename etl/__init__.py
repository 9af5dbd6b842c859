"""From village ledgers to typed tables: reading, recognising, typing, telling who is who, loading."""

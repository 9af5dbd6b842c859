"""How ledgers come in: uploads, submissions of villages, staged changes, builds, returned copies."""

"""Sign-in by a provider."""

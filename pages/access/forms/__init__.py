"""The server-rendered forms: sign in, own account."""

"""The ASGI middleware in front of every page."""

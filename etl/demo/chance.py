"""Seeded chance: every part of the town draws from its own stream, so that a change in one leaves the others alone."""

from __future__ import annotations

import random


def seeded(*parts: object) -> random.Random:
    """A stream named by its parts; the same parts give the same stream on every machine."""
    return random.Random(" ".join(map(str, parts)))  # noqa: S311 - invents people, guards nothing

"""Seeded chance: every part of the town draws from its own stream, so that a change in one leaves the others alone."""

import random
from datetime import timedelta

DAY = timedelta(days=1)


def seeded(*parts: object) -> random.Random:
    """Return a stream named by its parts; the same parts give the same stream on every machine."""
    return random.Random(" ".join(map(str, parts)))  # noqa: S311 - invents people, guards nothing


def days(rng: random.Random, least: int, most: int) -> timedelta:
    """Return a number of days between the two."""
    return rng.randint(least, most) * DAY

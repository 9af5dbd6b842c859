"""Seeded chance: every part of the town draws from its own stream, so that a change in one leaves the others alone."""

from __future__ import annotations

import random


def seeded(*parts: object) -> random.Random:
    """A stream named by its parts; the same parts give the same stream on every machine."""
    return random.Random(" ".join(map(str, parts)))  # noqa: S311 - invents people, guards nothing


def amount(children: int, per_town: int) -> int:
    """How many of a kind of fault a town of this size gets, of so many in one of 320 children; few in the smallest."""
    return max(int(children >= 120), round(per_town * children / 320))

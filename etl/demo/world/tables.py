"""The invented town's words, headings and habits, which stand as data in the TOML files beside this one, and its seeded chance.

Every part of the town draws from its own stream, so that a change in one leaves the others alone.
"""

import random
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

DAY = timedelta(days=1)


@cache
def table(name: str) -> dict[str, Any]:
    """Return a TOML file's content: words, headings, habits of villages or faults."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def _words(content: Any) -> Any:
    """Return a table with every text as a list of its words."""
    if isinstance(content, dict):
        return {name: _words(part) for name, part in content.items()}
    if isinstance(content, list):
        return [_words(part) for part in content]
    return content.split() if isinstance(content, str) else content


WORDS = SimpleNamespace(**_words(table("words")))


def seeded(*parts: object) -> random.Random:
    """Return a stream named by its parts; the same parts give the same stream on every machine."""
    return random.Random(" ".join(map(str, parts)))  # noqa: S311 - invents people, guards nothing


def days(rng: random.Random, least: int, most: int) -> timedelta:
    """Return a number of days between the two."""
    return rng.randint(least, most) * DAY

"""The invented town's words, headings and habits, which stand as data in the TOML files beside this one."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """Return a TOML file's content: words, headings or villages."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


class Habits(SimpleNamespace):
    """How a village writes, or how well it works: attributes by the names in villages.toml."""

    def but(self, **others: object) -> Habits:
        """Return these habits with some others; raises AttributeError for a name that is none."""
        for name in others:
            getattr(self, name)
        return Habits(**vars(self) | others)


def usual(kind: str) -> Habits:
    """Return the usual style or conduct."""
    return Habits(**table("villages")[f"usual_{kind}"])


def habits(kind: str) -> list[Habits]:
    """Return every village's style or conduct, in turn by village number."""
    return [usual(kind).but(**others) for others in table("villages")[f"{kind}s"]]


def words(section: str, name: str) -> list[str]:
    """Return one list of words.toml."""
    return str(table("words")[section][name]).split()

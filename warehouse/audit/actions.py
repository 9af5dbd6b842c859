"""What the audit trail records: the code of each act, and the words for acts and for what they were about (actions.toml)."""

import tomllib
from collections.abc import Callable
from pathlib import Path

from locales import _, either

BROKEN = "trail_broken"  # the trail's own note where it went on without its head
_WORDS: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
ACTS = tuple(_WORDS["acts"])


def name(act: str) -> str:
    """An act in the reader's language; a code that nobody knows stays as it is."""
    return _word("acts", act)


def describe(about: dict[str, str], role_name: Callable[[str], str]) -> str:
    """What an act was about, as one line: each item with its name where it has one; `role_name` words a role."""
    texts = {key: role_name(value) if key == "role" else _word("values", value) for key, value in about.items()}
    return _("，").join(_("{name}：{value}").format(name=_word("items", key), value=text) for key, text in texts.items())


def _word(kind: str, code: str) -> str:
    return either(*_WORDS[kind].get(code, (code, code)))

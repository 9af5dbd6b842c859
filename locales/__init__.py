"""The words of screens and reports: gettext catalogues and the `_` that reads them.

A message is written in Chinese in the code and that text is its id; the .po files are read directly, so nothing
has to be compiled and an edited catalogue takes effect at the next start.
"""

import os
import re
import string
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, SupportsIndex

LANGUAGES = ("zh_CN", "en")
DEFAULT = "zh_CN"
_HERE = Path(__file__).parent
_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def use_language(name: str) -> None:
    """Speak `name` in this run: a page run and a request each have a context of their own."""
    if name not in LANGUAGES:
        raise ValueError(f"no catalogue for language {name!r}; there are {', '.join(LANGUAGES)}")
    _chosen.set(name)


def language() -> str:
    """Return the language of this run: the one chosen for this run, else that of `TONGXING_LANG` (zh…, en…), else Chinese."""
    return _chosen.get() or nearest(os.environ.get("TONGXING_LANG", ""))


def nearest(tag: str) -> str:
    """The catalogue for a language tag such as `en`, `en-GB`, `en_US.UTF-8`; Chinese for every other."""
    return "en" if tag.lower().startswith("en") else DEFAULT


def translate(message: str, into: str | None = None) -> str:
    """Return `message` in the language of this run (or `into`); the message itself where a catalogue lacks it.

    Named fields stay as they are: `_("共 {count} 人").format(count=3)`. Call it where the text is shown, not where a
    module is loaded: the language is only known then.
    """
    return _with_forms(_messages(into or language()).get(message, message))


def _with_forms(text: str) -> str:
    return _Counted(text) if "|" in text else text


class _Counted(str):
    """A text with forms for one and for more: `{count} {count:row|rows}`; Chinese needs none. A field may be a number within markup."""

    __slots__ = ()

    def format(self, *args: Any, **fields: Any) -> str:
        return _Numbers().vformat(self, args, fields)

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> str:
        """Stay what it is when its signs are escaped before it is filled."""
        return _Counted(super().replace(old, new, count))


class _Numbers(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        singular, bar, plural = format_spec.partition("|")
        return (singular if re.sub(r"<[^>]*>", "", str(value)) == "1" else plural) if bar else str(super().format_field(value, format_spec))


_ = translate


def either(chinese: str, english: str, into: str | None = None) -> str:
    """Return one of two texts that stand together in a file of data, by the language of this run (or `into`)."""
    return _with_forms(english if (into or language()) == "en" else chinese)


def N_(message: str) -> str:
    """Mark a message that stands where no language is known yet, and is translated where it is shown: `_(NAMES[code])`."""
    return message


class Refusal(Exception):
    """What was asked for cannot be done. The text is one sentence for the person: what its class `says`, with the fields filled in."""

    says = ""
    exit_status = 1  # of a command that ends by it; 2 for wrong use

    def __init__(self, text: str = "", **fields: object) -> None:
        super().__init__(text or translate(self.says).format(**fields))


def catalogue_path(name: str) -> Path:
    """Return the path of a language's catalogue."""
    return _HERE / name / "LC_MESSAGES" / "tongxing.po"


@cache
def _messages(name: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # 25 ms, spent only where something is shown

    path = catalogue_path(name)
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        entries = read_po(stream, locale=name, ignore_obsolete=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string and not entry.fuzzy}

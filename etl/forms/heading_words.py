"""Headings by heading_words.toml: whose cell it is (person) and what of the person (attribute); of an unknown person, never the child's."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from etl.forms import forms

UNKNOWN = "unknown"  # a person that no word names


@dataclass(frozen=True)
class Heading:
    """What a heading says: `person` (None: it names none), `attribute` (None: none that persons have)."""

    person: str | None = None
    attribute: str | None = None


@cache
def words() -> dict[str, Any]:
    """Return heading_words.toml."""
    return tomllib.loads((forms.FOLDER / "heading_words.toml").read_text(encoding="utf-8"))


@cache
def _codes(part: str) -> dict[str, str]:
    return {forms.plain(word): code for code, spelled in words()[part].items() for word in spelled}


@cache
def ignored() -> frozenset[str]:
    """Return the headings that are known and never kept."""
    return frozenset(forms.plain(word) for word in words()["ignored"]["words"])


def read(parts: tuple[str, ...]) -> Heading:
    """Return what a heading says, from its parts: groups first, the heading itself last."""
    return _read(parts, forms.known_headings())


@lru_cache(maxsize=5_000)  # a table's headings are asked about by every kind of ledger
def _read(parts: tuple[str, ...], known_headings: frozenset[str]) -> Heading:
    last = forms.plain(parts[-1])
    person, rest = _person_in_front(last)
    attribute = _codes("attributes").get(last) if person is None else _codes("attributes").get(rest, "name" if rest == "" else None)
    if person is None:
        person = next((owner for part in reversed(parts[:-1]) if (owner := person_of_group(forms.plain(part)))), None)
    if person is not None and attribute is None and last in known_headings:
        return Heading()  # a heading of its own: 走访时间, 帮扶措施
    return Heading(person, attribute)


@lru_cache(maxsize=5_000)
def _person_in_front(heading: str) -> tuple[str | None, str]:
    """Return the person that a heading begins with, and the rest of it; (None, heading) where it begins with none."""
    for length in range(min(len(heading), 12), 0, -1):
        rest = heading[length:].removeprefix("的")
        is_class = rest in _codes("attributes") and heading[:length] in forms.vocabulary("class_no") and not heading[:length].isascii()
        person = _codes("persons").get(heading[:length]) or ("child" if is_class else None)  # 孤儿姓名
        if person and (rest == "" or rest in _codes("attributes")):
            return person, rest
    return None, heading


@lru_cache(maxsize=5_000)
def person_of_group(group: str) -> str | None:
    """Return the person of a group heading (监护人情况, 爱心妈妈基本情况); UNKNOWN where it names two, None where it names none."""
    inside = {word: person for word, person in _codes("persons").items() if word in group}
    whole = {word: person for word, person in inside.items() if not any(word != other and word in other for other in inside)}
    persons = set(whole.values())
    persons -= {"carer"} if persons == {"guardian", "carer"} else set()  # 监护人或受委托照护人 is the guardian
    if not persons:
        return None
    return persons.pop() if len(persons) == 1 else UNKNOWN


def is_group(text: str) -> bool:
    """Return whether it is the word for a person and nothing else, as groups of headings have it (父亲, 监护人情况)."""
    plain = forms.plain(text)
    return any(plain.removesuffix(ending) in _codes("persons") for ending in ("", "情况", "信息", "基本情况", "基本信息"))


def is_kept(ledger: str, attribute: str | None) -> bool:
    """Return whether a kind of ledger keeps an attribute of any person."""
    return any(attribute in fields for fields in words()["fields"].get(ledger, {}).values())


def field_of(ledger: str, heading: Heading) -> str | None:
    """Return the field of a kind of ledger that a person's attribute is; None where it has none."""
    fields: dict[str, str] = words()["fields"].get(ledger, {}).get(heading.person, {})
    return fields.get(heading.attribute or "")

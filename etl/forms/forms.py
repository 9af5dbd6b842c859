"""The forms: what each kind of ledger asks for, read from forms/*.toml so that a heading is data and not code."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from etl.forms.equivalent_signs import unified

FOLDER = Path(__file__).parent
KINDED = {"date", "dates", "id_number"}  # kinds of field whose cells are read by what they are (text, number, day)
_NO_FORMS = ("vocabularies", "heading_words", "equivalent_signs", "blank_forms")  # what stands beside the forms
IGNORED = {"序号", "编号", "年龄"}
_BRACKETS = re.compile(r"[(\[【{<《][^)\]】}>》]*[)\]】}>》]")
_AS_COMPARED = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]*")  # most texts, which need no change
_BLANKS = re.compile(r"\s+")
_NUMBERING = re.compile(r"^(?:[①-⑳]|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．)）])(?=[\u4e00-\u9fff])|[:：]+$")
_further: dict[str, dict[str, list[str]]] = {}
_meanings: dict[str, dict[str, str | None]] = {}
_OF_KIND = {"classes": "class_no", "yes_no": "yes_no", "helper_category": "helper_category"}


@dataclass(frozen=True)
class Field:
    """One column a form knows: its kind of value, its vocabulary and when it is required."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    vocabulary: str | None = None
    required: bool = False
    required_for: tuple[int, ...] = ()
    required_from_age: int | None = None
    or_filled: tuple[str, ...] = ()  # fields that, all filled, stand for a required one
    fills_down: bool = False
    after: str | None = None  # the field of the day that its own cannot come before


@dataclass(frozen=True)
class Form:
    """One kind of ledger (ledgers.md §4)."""

    ledger: str
    titles: tuple[str, ...]
    title_en: str
    needs: tuple[tuple[str, ...], ...]
    fields: dict[str, Field]
    aliases: dict[str, str] = field(repr=False)
    groups: dict[str, dict[str, str]] = field(repr=False)
    row_key: list[str]  # what makes rows of two builds the same
    row_key_within_child: list[str] = field(default_factory=list)  # among rows of a child whose number, and so ids, have changed
    wide: str | None = None
    day: str | None = None  # the field of the day that a row cannot be without
    day_above: dict[str, str] = field(default_factory=dict)  # that of a day in the lines above a table, by its labels there

    def fits(self, names: set[str]) -> bool:
        """Return whether every group of needed fields has one among `names`."""
        return all(any(name in names for name in group) for group in self.needs)

    def required(self) -> list[Field]:
        """Return the fields that some row is asked for; python -m tests.etl.forms.required_steps writes the steps for those of a child."""
        return [field for field in self.fields.values() if field.required or field.required_for or field.required_from_age]

    def recorded(self) -> list[str]:
        """Return the fields of which a build records whether they are filled: the required ones and those that may stand for one."""
        return list(dict.fromkeys(name for field in self.required() for name in (field.name, *field.or_filled)))


def plain(heading: str) -> str:
    """Return a heading as aliases are compared: signs unified, no blanks, no brackets with their content, no numbering (3、姓名), no colon."""
    if _AS_COMPARED.fullmatch(heading):
        return heading
    text = _NUMBERING.sub("", unified(_NUMBERING.sub("", _BLANKS.sub("", heading))))
    return _BRACKETS.sub("", text) or text


def _field(name: str, spec: dict[str, Any]) -> Field:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in spec.items()}
    return Field(name, **values)


def _form(path: Path) -> Form:
    spec = tomllib.loads(path.read_text(encoding="utf-8"))
    fields = {name: _field(name, values) for name, values in spec["fields"].items()}
    aliases = {plain(alias): field.name for field in fields.values() for alias in field.aliases}
    aliases |= {plain(word): name for name, words in _further.get(spec["ledger"], {}).items() for word in words}
    groups = {
        plain(group): {plain(sub): name for name, subs in members.items() for sub in subs}
        for group, members in spec.get("groups", {}).items()
    }
    needs = tuple(tuple(group) for group in spec["needs"])
    parts = {"titles": tuple(spec["titles"]), "needs": needs, "fields": fields, "aliases": aliases, "groups": groups}
    return Form(**spec | parts)


@cache
def forms() -> dict[str, Form]:
    """Return every form by its ledger code."""
    read = (_form(path) for path in sorted(FOLDER.glob("*.toml")) if path.stem not in _NO_FORMS)
    return {form.ledger: form for form in read}


def set_aliases(further: dict[str, dict[str, list[str]]]) -> None:
    """Use a town's own words for headings (etl/forms/heading_aliases.py) in this process, in place of those before."""
    _further.clear()
    _further.update(further)
    forms.cache_clear()
    known_headings.cache_clear()


@cache
def vocabularies() -> dict[str, dict[str, list[str]]]:
    """Return what forms/vocabularies.toml holds: code → words, by vocabulary."""
    return tomllib.loads((FOLDER / "vocabularies.toml").read_text(encoding="utf-8"))


@cache
def vocabulary(name: str) -> dict[str, str]:
    """Return word as compared (see `plain`) → code, for one vocabulary."""
    return {plain(word): code for code, words in vocabularies()[name].items() for word in words}


def vocabulary_of(spec: Field) -> str | None:
    """Return the name of the vocabulary that a field's cells are read by; None where they hold no codes."""
    return spec.vocabulary or (spec.name if spec.kind == "disability" else _OF_KIND.get(spec.kind))


def set_meanings(meanings: dict[str, dict[str, str | None]]) -> None:
    """Read cells, not titles, by these words too (vocabulary → word → code, None: no word of it), in place of those before."""
    _meanings.clear()
    _meanings.update(meanings)


def cell_words(name: str) -> dict[str, str]:
    """Return word → code of a vocabulary with the words that a person has explained."""
    return vocabulary(name) | {word: code for word, code in _meanings.get(name, {}).items() if code}


def no_words(name: str) -> list[str]:
    """Return the words that a person has said to be none of a vocabulary: their cells are empty."""
    return [word for word, code in _meanings.get(name, {}).items() if code is None]


def codes(name: str) -> list[str]:
    """Return the codes that a word of a vocabulary can have, in its order."""
    return [*dict.fromkeys(vocabulary(name).values()), *(["outside"] if name == "helper_category" else [])]


@cache
def known_headings() -> frozenset[str]:
    """Return every word of the heading rows of all forms, group headings and sub-headings among them."""
    words = set(IGNORED)
    for form in forms().values():
        words.update(form.aliases)
        words.update(form.groups)
        words.update(sub for members in form.groups.values() for sub in members)
    return frozenset(words)

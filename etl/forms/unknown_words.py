"""Words in coded cells that no vocabulary knows, as they may be shown to who can say what they mean: never a person's name."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import polars as pl

from etl.forms import cell_words, forms
from warehouse.builds import raw_sheets
from warehouse.builds.repository import Build
from warehouse.storage.keys import Key

LONGEST = 12  # signs of a word; what is longer is a sentence
SEVERAL = 3  # cells in which a word must stand that is not made of words the program knows
_JOINTS = "的和或及与等人户类因、"  # signs that may stand between such words
_NUMBER = re.compile(r"\d{4}")
_NEGATIONS = "非不未无"


@dataclass(frozen=True)
class UnknownWord:
    """A word with the columns where it stands, in how many cells and villages, and the code that is likely."""

    vocabulary: str
    word: str
    headings: list[str]
    cells: int
    villages: int
    likely: str | None


def unknown_words(build: Build, load_key: Callable[[], Key], answers: Iterable[str] = ()) -> tuple[list[UnknownWord], int]:
    """Return the words of a build that may be shown and are not among `answers`, the most cells first, and the number of others."""
    cells, names = raw_sheets.unknown_cells(build, load_key)
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for cell in cells:
        spec = forms.forms()[cell["ledger"]].fields[cell["field"]]
        vocabulary = forms.vocabulary_of(spec)
        for word in _words(cell["text"], vocabulary) if vocabulary else []:
            places.setdefault((vocabulary or "", word), []).append((cell["heading"] or spec.aliases[0], cell["village_id"] or ""))
    visible, hidden = [], 0
    for (vocabulary, word), where in places.items():
        headings, villages = dict.fromkeys(heading for heading, _ in where), {village for _, village in where}
        if f"{vocabulary}:{word}" in answers:
            continue
        if may_be_shown(word, len(where), len(villages), names):
            visible.append(UnknownWord(vocabulary, word, [*headings], len(where), len(villages), likely(word, vocabulary)))
        else:
            hidden += 1
    return sorted(visible, key=lambda each: (-each.cells, each.word)), hidden


def _words(text: str, vocabulary: str) -> list[str]:
    """Return the words of a cell that are neither in the vocabulary nor explained as none of it."""
    words = pl.select(cell_words.words(cell_words.clean(pl.lit(text)), vocabulary)).item()
    in_vocabulary = {form for word in forms.vocabulary(vocabulary) for form in (word, word.replace("第", "").replace("类", ""))}
    return [word for word in words if word and word not in in_vocabulary] if words is not None else []


def may_be_shown(word: str, cells: int, villages: int, names: set[str]) -> bool:
    """Return whether a word cannot be a person's name, number or note.

    What begins like a name (two to four signs, the first a family name) must be a word the program knows; a word made of parts of such words is none. Any other must stand in several
    cells, and in two villages where it shares nothing with a known word. Names of these sheets are never shown.
    """
    if len(word) > LONGEST or _NUMBER.search(word) or any(len(name) > 1 and name in word for name in names):
        return False
    if 2 <= len(word) <= 4 and word[0] in forms.vocabulary("surnames"):
        return word in _known_words()
    if _is_made_of_words(word):
        return True
    return cells >= SEVERAL and (villages > 1 or any(word[at : at + 2] in _parts() for at in range(len(word) - 1)))


@cache
def _known_words() -> frozenset[str]:
    names = (
        "class_no hukou_kind disability_type parent_status event_kind helper_category party_member visit_mode need_category occasion topic"
    )
    return frozenset(word for name in [*names.split(), "open_words"] for word in forms.vocabulary(name))


@cache
def _parts() -> frozenset[str]:
    """Return every part of two signs and more of these words."""
    return frozenset(word[at:end] for word in _known_words() for at in range(len(word)) for end in range(at + 2, len(word) + 1))


def _is_made_of_words(word: str) -> bool:
    """Return whether every sign of a word belongs to a part of a known word, or joins two."""
    reached = {0}
    for at in range(len(word)):
        if at in reached:
            reached |= {at + 1} if word[at] in _JOINTS and at else set()
            reached |= {end for end in range(at + 2, len(word) + 1) if word[at:end] in _parts()}
    return len(word) in reached


def likely(word: str, vocabulary: str) -> str | None:
    """Return the code of the nearest word of a vocabulary; None where none is near or the word denies something."""
    if word[0] in _NEGATIONS:
        return None
    scores = {
        other: SequenceMatcher(None, word, other).ratio() + (0.5 if len(other) > 1 and (other in word or word in other) else 0)
        for other in forms.vocabulary(vocabulary)
        if not other.isascii()
    }
    best = max(scores, key=scores.__getitem__, default="")
    return forms.vocabulary(vocabulary)[best] if best and scores[best] >= 0.6 else None

"""Whose children a file speaks of: what is given back to a village holds its own alone."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from openpyxl import Workbook

from locales import _
from warehouse.builds.repository import Build
from warehouse.storage.keys import Key

_FEWEST = 2  # names of others where nobody read them: one alone may be a namesake
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_WORD = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇·]+|[0-9A-Z]{6,}")
_ID_NUMBER = re.compile(r"\d{17}[\dX]|\d{15}")
# The villages for which rows of each file count.
_VILLAGES = """
select distinct s.file_id, r.village_id from (
    select sheet_id, village_id from child_rows union all select sheet_id, village_id from pairings
    union all select sheet_id, village_id from visits union all select sheet_id, village_id from needs
    union all select sheet_id, village_id from care_events union all select sheet_id, village_id from safety_reports
    union all select sheet_id, village_id from ledger_references
) as r
inner join ledger_sheets as s on s.sheet_id = r.sheet_id
where r.village_id is not null
"""


class Foreign(NamedTuple):
    """What tells a child of another village: the villages' names, numbers, and names that no child of the village has."""

    villages: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]


class Owners:
    """The villages of a build with their children's names and numbers, in memory alone."""

    def __init__(self, build: Build, key: Key) -> None:
        self._villages = {row["village_id"]: row["name"] for row in build.rows("select village_id, name from villages")}
        self._of_file: dict[str, set[str]] = defaultdict(set)
        for row in build.rows(_VILLAGES):
            self._of_file[row["file_id"]].add(row["village_id"])
        self._of_child: dict[str, set[str]] = defaultdict(set)
        for row in build.rows("select distinct child_id, village_id from child_rows"):
            self._of_child[row["child_id"]].add(row["village_id"])
        sealed = build.rows("select person_id, sealed from identities where kind = 'child'")
        self._facts = {row["person_id"]: json.loads(key.unseal(f"child:{row['person_id']}", bytes(row["sealed"]))) for row in sealed}

    def has_rows_of_others(self, file_id: str, village_id: str) -> bool:
        """Return whether rows of a file count for other villages than its own."""
        return not self._of_file[file_id] <= {village_id}

    def foreign(self, village_id: str) -> Foreign:
        """Return what tells the children of the other villages."""
        theirs = [facts for child, facts in self._facts.items() if village_id in self._of_child[child]]
        others = [facts for child, facts in self._facts.items() if village_id not in self._of_child[child]]
        numbers, names = (
            {_plain(facts[field] or "") for facts in others} - {_plain(facts[field] or "") for facts in theirs} - {""}
            for field in ("id_number", "child_name")
        )
        villages = {name for code, name in self._villages.items() if code != village_id}
        return Foreign(frozenset(villages), frozenset(numbers), frozenset(names))


def has_children_of_others(book: Workbook, read_sheets: frozenset[str], foreign: Foreign) -> bool:
    """Return whether any text names a child of another village: by its number, or by its name beside a number or another village.

    Two names do where nobody read, in a sheet, a comment or a list to choose from; in a sheet a village's name does as well.
    """
    lengths = {len(number) for number in foreign.numbers if len(number) >= 15}
    for sheet in book.worksheets:
        rows = defaultdict[int, str](str)
        cells, asides = set[str](), {_plain(sheet.title), *(_plain(rule.formula1) for rule in sheet.data_validations.dataValidation)}
        for (row, _column), cell in sorted(sheet._cells.items()):
            if cell.value is not None:
                cells.add(text := _plain(cell.value))
                rows[row] += text
            asides |= {_plain(cell.comment.text)} if cell.comment else set()
        for text in {*rows.values(), *asides}:  # of a row, because a number may have one box for each digit
            digits = re.sub("[^0-9X]", "", text)
            if any(digits[at : at + length] in foreign.numbers for length in lengths for at in range(len(digits) - length + 1)):
                return True
        is_unread, every = sheet.title not in read_sheets, "\n".join(cells | asides)
        if _words(every) & (foreign.numbers | (foreign.villages if is_unread else set())):
            return True
        named = _named(every, foreign.names)
        if len(named if is_unread else _named("\n".join(asides), named)) >= _FEWEST:
            return True
        villages = "|".join(map(re.escape, (village for village in foreign.villages if village in every))) or "$^"
        for text in (cells | asides) if named else ():
            of_others, count = re.subn(villages, " ", text)
            if (count or _ID_NUMBER.search("".join(text.split()))) and _named(of_others, named):
                return True
    return False


def _named(text: str, names: AbstractSet[str]) -> AbstractSet[str]:
    """Return the names in a text; one of two signs only as a word or line of its own, because other words may hold it."""
    words, lengths = _words(text), {len(name) for name in names if len(name) > 2}
    return names & (words | {word[at : at + length] for word in words for length in lengths for at in range(len(word) - length + 1)})


def _plain(value: object) -> str:
    """Return a text in one spelling of its signs, without those that nobody sees."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", str(value).upper()))


def _words(text: str) -> set[str]:
    """Return the whole words of Chinese signs and of digits, and each line as one word (张 三)."""
    return {*_WORD.findall(text), *re.sub(r"[^\S\n]", "", text).split("\n")}


def folder() -> str:
    """Return the name of the folder of files that are the centre's alone."""
    return _("保护中心（含几个村的儿童）")

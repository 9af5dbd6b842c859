"""Whose children a file speaks of: what is given back to a village holds its own alone."""

import json
from collections import defaultdict
from typing import NamedTuple

from openpyxl import Workbook

from locales import _
from warehouse.builds.repository import Build
from warehouse.storage.keys import Key

_FEWEST = 2  # names of others in a table that nobody read: one alone may be a namesake
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
            {facts[field] for facts in others} - {facts[field] for facts in theirs} - {None, ""} for field in ("id_number", "child_name")
        )
        villages = {name for code, name in self._villages.items() if code != village_id}
        return Foreign(frozenset(villages), frozenset(numbers), frozenset(names))


def has_children_of_others(book: Workbook, read_sheets: frozenset[str], foreign: Foreign) -> bool:
    """Return whether a sheet names a child of another village by its number; or one that nobody read, by names or their village."""
    for sheet in book.worksheets:
        texts = {str(cell.value).strip() for cell in sheet._cells.values() if cell.value is not None}
        if texts & foreign.numbers:
            return True
        if sheet.title not in read_sheets and (texts & foreign.villages or len(texts & foreign.names) >= _FEWEST):
            return True
    return False


def folder() -> str:
    """Return the name of the folder of files that are the centre's alone."""
    return _("保护中心（含几个村的儿童）")

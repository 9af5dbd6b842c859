"""Which earlier file a corrected one replaces, so that a fault a village has mended leaves the figures and findings.

A returned copy names the file it corrects, unless only our list is left in it (a .csv holds one sheet). A village's own
file replaces an earlier one of the same name, whatever its ending, when it has the same village, day and kinds of ledger
and most of the same people; anything less certain stays beside it, and the checks report rows that stand twice.
"""

import datetime as dt
from pathlib import Path

from etl.sheets.sheet_store import LedgerFile, LedgerSheet

_PEOPLE = ("child_name", "helper_name", "department")
_SHARED = 0.5  # of the earlier file's people that the later one must name


def find_replaced(earlier: list[LedgerFile], new_files: list[LedgerFile], sheets: list[LedgerSheet]) -> dict[str, str]:
    """Return file_id of each earlier file that a new one replaces → the new one's; sheets are placed already."""
    tables: dict[str, list[LedgerSheet]] = {}
    for sheet in sheets:
        if sheet.reading.frame is not None:
            tables.setdefault(sheet.file_id, []).append(sheet)
    successors: dict[str, str] = {}
    for new in new_files:
        for old in earlier:
            before, after = tables.get(old.file_id, []), tables.get(new.file_id, [])
            is_returned_copy = new.mends == old.file_id and (bool(after) or not before)
            is_namesake = Path(new.file).stem == Path(old.file).stem and _covers(before, after)
            if not new.fault and (is_returned_copy or is_namesake):
                successors[old.file_id] = new.file_id
    return successors


def _covers(old: list[LedgerSheet], new: list[LedgerSheet]) -> bool:
    """Return whether the later sheets cover every village, day and kind of the earlier ones and most of their people."""
    if not old or not _subjects(old) <= _subjects(new):
        return False
    before, after = _people(old), _people(new)
    return not before or len(before & after) >= _SHARED * len(before)


def _subjects(sheets: list[LedgerSheet]) -> set[tuple[str | None, str | None, dt.date | None]]:
    return {(sheet.reading.ledger, sheet.village_id, sheet.ledger_on) for sheet in sheets}


def _people(sheets: list[LedgerSheet]) -> set[str]:
    frames = [frame for sheet in sheets if (frame := sheet.texts) is not None]
    return {name for frame in frames for field in _PEOPLE if field in frame.columns for name in frame[field].drop_nulls() if name}

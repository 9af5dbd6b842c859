"""Which earlier file a corrected one replaces, so that a fault that a village has mended is gone from the figures and findings.

A returned copy says so itself, unless nothing is left in it but our list (a .csv holds one sheet). A village's own file replaces
an earlier one of its name, whatever its ending, when it speaks of the same village, day and kinds of ledger and of most of the
same people; anything less certain stays beside it, and the checks tell of rows twice.
"""

from __future__ import annotations

from pathlib import Path

from etl.sheets.sheet_store import LedgerFile, LedgerSheet

_PEOPLE = ("child_name", "helper_name", "department")
_SHARED = 0.5  # of the earlier file's people that the later one must name


def replaced(earlier: list[LedgerFile], fresh: list[LedgerFile], sheets: list[LedgerSheet]) -> dict[str, str]:
    """file_id of each earlier file that a fresh one replaces → the fresh one's; sheets are placed already."""
    own: dict[str, list[LedgerSheet]] = {}
    for sheet in sheets:
        if sheet.reading.frame is not None:
            own.setdefault(sheet.file_id, []).append(sheet)
    found: dict[str, str] = {}
    for new in fresh:
        for old in earlier:
            before, after = own.get(old.file_id, []), own.get(new.file_id, [])
            if not new.fault and (_is_its_copy(old, new, before, after) or _is_its_namesake(old, new, before, after)):
                found[old.file_id] = new.file_id
    return found


def _is_its_copy(old: LedgerFile, new: LedgerFile, before: list[LedgerSheet], after: list[LedgerSheet]) -> bool:
    """True for a returned copy that holds ledgers where the earlier file does."""
    return new.mends == old.file_id and (bool(after) or not before)


def _is_its_namesake(old: LedgerFile, new: LedgerFile, before: list[LedgerSheet], after: list[LedgerSheet]) -> bool:
    """True for a file of the same name, stored as another kind perhaps, that speaks of the same."""
    return Path(new.file).stem == Path(old.file).stem and _speaks_of_the_same(before, after)


def _speaks_of_the_same(old: list[LedgerSheet], new: list[LedgerSheet]) -> bool:
    """True when the later sheets cover every village, day and kind of the earlier ones and most of their people."""
    if not old or not _kinds(old) <= _kinds(new):
        return False
    before, after = _people(old), _people(new)
    return not before or len(before & after) >= _SHARED * len(before)


def _kinds(sheets: list[LedgerSheet]) -> set[tuple]:
    """What the sheets speak of."""
    return {(sheet.reading.ledger, sheet.village_id, sheet.ledger_on) for sheet in sheets}


def _people(sheets: list[LedgerSheet]) -> set[str]:
    """Names in the sheets."""
    frames = [sheet.texts for sheet in sheets if sheet.texts is not None]
    return {name for frame in frames for field in _PEOPLE if field in frame.columns for name in frame[field].drop_nulls() if name}

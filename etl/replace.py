"""Which earlier file a corrected one replaces, so that a fault that a village has mended is gone from the figures and findings.

A returned copy says so itself. A village's own file replaces an earlier one of its name when it speaks of the same village,
day and kinds of ledger and of most of the same people; anything less certain stays beside it, and the checks tell of rows twice.
"""

from __future__ import annotations

from etl.sheets import LedgerFile, LedgerSheet

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
            is_named = new.mends == old.file_id
            if not new.fault and (
                is_named or (new.file == old.file and _speaks_of_the_same(own.get(old.file_id, []), own.get(new.file_id, [])))
            ):
                found[old.file_id] = new.file_id
    return found


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

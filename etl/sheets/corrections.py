"""Which earlier file a corrected one replaces, so that a fault a village has mended leaves the figures and findings.

A returned copy names the file it corrects, unless only our list is left in it (a .csv holds one sheet). A village's own
file replaces an earlier one of the same name, whatever its ending and but for marks of a copy (修改版, (1)), when it has the
same village, day and kinds of ledger, all its classes and at least half of its people; anything less certain stays beside
it, and the checks report rows that stand twice (ledgers.md §5).
"""

import datetime as dt
import re
from pathlib import Path

import polars as pl

from etl.cleaning import parse_values
from etl.forms.equivalent_signs import unified
from etl.sheets.sheet_store import LedgerFile, LedgerSheet

_PEOPLE = ("child_name", "helper_name", "department")
_SHARED = 0.5  # of the earlier file's people that the later one must name
_MARKS = r"(?:\(\d{1,2}\)|副本|复件|修改版?|修订版?|更正版?|改|最终版?|终版|定稿|v\d{1,2}|copy)"
_MARK_AFTER = re.compile(rf"(?:[\s_-]*{_MARKS})+$", re.IGNORECASE)
_MARK_BEFORE = re.compile(r"^(?:复件|副本|copy of)\s*(?:\(\d{1,2}\))?\s*[-_]?\s*", re.IGNORECASE)


def unmarked(file: str) -> tuple[str, str]:
    """Return a file's name without its ending and the marks of a copy, and those marks ("" for none)."""
    stem = unified(Path(file).stem).strip()
    name = _MARK_AFTER.sub("", _MARK_BEFORE.sub("", stem)).strip()
    return (name, stem.replace(name, "", 1).strip()) if name else (stem, "")


def set_arrivals(files: list[LedgerFile], sheets: list[LedgerSheet], earlier: dict[str, int]) -> None:
    """Number the files of a load after those before it, a marked copy after its original, else as they stand; `earlier` keeps its numbers."""
    after = max(earlier.values(), default=0)
    in_order = sorted(files, key=lambda file: (*unmarked(file.true_file), file.true_file))
    arrivals = {file.file_id: after + number for number, file in enumerate(in_order, 1)} | earlier
    for sheet in sheets:
        sheet.arrival = arrivals[sheet.file_id]


def find_replaced(earlier: list[LedgerFile], new_files: list[LedgerFile], sheets: list[LedgerSheet]) -> dict[str, str]:
    """Return file_id of each file that a new one replaces → the new one's; sheets are placed already."""
    tables: dict[str, list[LedgerSheet]] = {}
    for sheet in sheets:
        if sheet.reading.frame is not None:
            tables.setdefault(sheet.file_id, []).append(sheet)
    files = {file.file_id: file for file in (*earlier, *new_files)}
    alike: dict[str, list[str]] = {}
    for file in files.values():
        for name in _names(file):
            alike.setdefault(name, []).append(file.file_id)
    together, successors = {file.file_id for file in new_files}, dict[str, str]()
    for new in new_files:
        after = tables.get(new.file_id, [])
        named = {file_id for name in _names(new) for file_id in alike[name]} | {new.mends or ""}
        for old in [] if new.fault else [files[file_id] for file_id in sorted(named & files.keys())]:
            before = tables.get(old.file_id, [])
            is_returned_copy = new.mends == old.file_id and (bool(after) or not before)
            if is_returned_copy or (_is_corrected(old, new, old.file_id in together) and _covers(before, after)):
                successors[old.file_id] = new.file_id
    return successors


def _names(file: LedgerFile) -> set[str]:
    """Return a file's names without the marks of a copy: as it is and as it may be seen."""
    return {unmarked(file.true_file)[0], unmarked(file.file)[0]}


def _is_corrected(old: LedgerFile, new: LedgerFile, is_together: bool) -> bool:
    """Return whether the names say that `new` is the later of two copies; of files loaded together only a mark tells."""
    for names in ((old.true_file, new.true_file), (old.file, new.file)):
        (old_name, old_mark), (new_name, new_mark) = map(unmarked, names)
        is_later = (bool(new_mark) or not old_mark) and (not is_together or old_mark < new_mark)
        if is_later and old_name == new_name and old.file_id != new.file_id:
            return True
    return False


def _covers(old: list[LedgerSheet], new: list[LedgerSheet]) -> bool:
    """Return whether the later sheets cover every village, day, kind and class of the earlier ones and half of their people."""
    if not old or not _subjects(old) <= _subjects(new) or not _classes(old) <= _classes(new):
        return False
    before, after = _people(old), _people(new)
    return not before or len(before & after) >= _SHARED * len(before)


def _subjects(sheets: list[LedgerSheet]) -> set[tuple[str | None, str | None, dt.date | None]]:
    return {(sheet.reading.ledger, sheet.village_id, sheet.ledger_on) for sheet in sheets}


def _people(sheets: list[LedgerSheet]) -> set[str]:
    frames = [frame for sheet in sheets if (frame := sheet.texts) is not None]
    columns = [frame.select(text=field) for frame in frames for field in _PEOPLE if field in frame.columns]
    texts = pl.concat(columns).unique() if columns else pl.DataFrame({"text": []}, {"text": pl.String})
    return set(texts.select(parse_values.name(parse_values.clean(pl.col("text")))).to_series().drop_nulls())


def _classes(sheets: list[LedgerSheet]) -> set[int]:
    frames = [frame for sheet in sheets if (frame := sheet.texts) is not None and "class_no" in frame.columns]
    read = [frame.select(parse_values.classes(parse_values.clean(pl.col("class_no"))).alias("class_no")) for frame in frames]
    of_rows = pl.concat(read)["class_no"].explode().drop_nulls().unique().to_list() if read else []
    hints = [sheet.reading.class_hint for sheet in sheets if sheet.reading.ledger == "children" and sheet.reading.class_hint]
    return {*of_rows, *hints}

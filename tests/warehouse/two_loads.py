"""One town loaded twice, for the tests of what was known then and is known now: rows in, reasons out as short text."""

import datetime as dt

from tests.warehouse.town_builder import Town
from warehouse.review import figure_changes

DAY = "2025-12-31"
LATER = {"sheet_id": "g/1", "row_no": 9}


def two_loads(home):
    """Two loads of one town: the first has the file 台账.xlsx, the second 补报.xlsx as well; `now.place = LATER` is a row there."""
    then, now = Town(home), Town(home)
    sheet = {"sheet": "表", "state": "loaded", "ledger_on_source": "sheet", "is_hidden": False}
    sheet |= {"rows_seen": 0, "rows_loaded": 0, "rows_set_aside": 0, "rows_not_data": 0}
    for town, files in ((then, {"f": "台账.xlsx"}), (now, {"f": "台账.xlsx", "g": "补报.xlsx"})):
        for file_id, file in files.items():
            town.add("ledger_files", file_id=file_id, file=file, sha256=file_id, bytes=1)
            town.add("ledger_sheets", sheet_id=f"{file_id}/1", file_id=file_id, file=file, **sheet)
    return then, now


def explained(two, figure, day=DAY, village_id=None):
    """What each row adds then and now, and its reasons: (code, field, then, now, file, row, is_new_file)."""
    then, now = two
    metric, name = figure.split(".")
    rows = figure_changes.explained(then.build, now.build, metric, name, dt.date.fromisoformat(day), village_id)
    return [(row.get("child_id") or row.get("helper_id"), row["then"], row["now"], [told(one) for one in row["reasons"]]) for row in rows]


def told(change):
    """A reason as text, days and places short."""
    values = () if not change.field else (change.field, str(change.then), str(change.now))
    return (change.code, *values, str(change.on), f"{change.file} {change.row_no}", change.is_new_file)


def moved(two, day=DAY, village_id=None):
    """The headline figures that differ: figure → (then, now)."""
    rows = figure_changes.changes(two[0].build, two[1].build, dt.date.fromisoformat(day), village_id)
    assert all(row["difference"] == row["now"] - row["then"] for row in rows)
    return {f"{row['metric']}.{row['figure']}": (row["then"], row["now"]) for row in rows if row["difference"]}


def both(two, tell):
    """Lay the same rows into both loads."""
    for town in two:
        tell(town)

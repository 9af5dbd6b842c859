"""A village's blank children ledger filled with the children that it reported last, so that the next period is only corrected."""

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

from etl.forms import blank_forms
from warehouse.builds import raw_sheets
from warehouse.builds.repository import Build
from warehouse.storage import atomic_write
from warehouse.storage.keys import Key

FILE = "儿童台账.xlsx"
# The newest row of every child that is on the village's ledger on a day, by sheet, and its classes.
QUERY = """
select f.sheet_id, f.row_no, v.name as village, string_agg(distinct cast(m.class_no as string), '、' order by cast(m.class_no as string)) as class_no
from child_facts as f
inner join memberships as m on m.child_id = f.child_id and m.village_id = f.village_id
inner join villages as v on v.village_id = f.village_id
where f.village_id = $village and f.holds_before = date '9999-12-31' and (m.delisted_on is null or m.delisted_on > $day)
group by f.sheet_id, f.row_no, v.name
order by f.sheet_id, f.row_no
"""


def write(folder: Path, build: Build, key: Key, village_id: str, day: dt.date) -> int:
    """Write the workbook into a folder, under its blank's name; returns how many children it holds. Raises WrongKey."""
    content, count = filled(build, key, village_id, day)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    atomic_write.write_bytes(folder / FILE, content)
    return count


def filled(build: Build, key: Key, village_id: str, day: dt.date) -> tuple[bytes, int]:
    """Return the workbook and how many children it holds; a child whose name was taken away is in none. Raises WrongKey."""
    wanted: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for child in build.rows(QUERY, {"village": village_id, "day": day}):
        wanted[child["sheet_id"]][child["row_no"]] = child
    lines = []
    for sheet_id, rows in wanted.items():
        sealed = build.rows("select sealed from raw_sheets where sheet_id = $sheet_id", {"sheet_id": sheet_id})
        frame = raw_sheets.unpack(key.unseal(sheet_id, bytes(sealed[0]["sealed"])))[1]
        for texts in frame.to_dicts() if frame is not None else []:
            row = rows.get(texts["row_no"])
            if row is not None and not (texts.get("child_name") or "").startswith(raw_sheets.STAND_IN):
                lines.append(texts | {"class_no": row["class_no"], "village_name": row["village"]})
    return blank_forms.filled("children", lines), len(lines)

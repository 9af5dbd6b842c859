"""What was declared, in `declared.json` of the data home: numbers of a figure, place, class and day, with who entered them and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from warehouse.audit import trail
from warehouse.review import counting_rules
from warehouse.review.counting_rules import Declared
from warehouse.storage import atomic_write, file_lock

FILE = "declared.json"


@dataclass(frozen=True)
class Entry:
    """Of a measure's code, a village ("": the town), a class (0: all) and a day (ISO); `percent` as it was written."""

    code: str
    village_id: str
    class_no: int
    day: str
    numerator: int | None = None
    denominator: int | None = None
    percent: str = ""
    by: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """What it is about, as one word."""
        return f"{self.code}_{self.village_id}_{self.class_no}_{self.day}"

    @property
    def figure(self) -> Declared:
        """Its numbers. Raises ValueError where `percent` is none."""
        return Declared(self.numerator, self.denominator, counting_rules.percent(self.percent))


def entries(home: Path) -> dict[str, Entry]:
    """Return everything that is kept, by key."""
    rows = (atomic_write.read_json(home / FILE) or {}).get("declared", [])
    return {entry.key: entry for entry in (Entry(**row) for row in rows)}


def keep(home: Path, declared: Sequence[Entry], recorder: trail.Recorder) -> int:
    """Keep what is new, each recorded first, and drop entries without numbers; return how many differ. Raises trail.NotRecorded."""
    since = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    with file_lock.exclusive(home / "declared.lock", seconds=10):
        kept = entries(home)
        fresh = [entry for entry in declared if entry.figure != (kept[entry.key].figure if entry.key in kept else Declared())]
        for entry in fresh:
            about = {"figure": entry.code, "village": entry.village_id, "class": str(entry.class_no or ""), "as_of": entry.day}
            recorder(home, "declare", about | {"declared": str(entry.figure) or trail.NOBODY})
            kept[entry.key] = replace(entry, at=since)
        atomic_write.write_json(home / FILE, {"declared": [asdict(entry) for entry in kept.values() if entry.figure.is_given]}, indent=1)
    return len(fresh)

"""An invented town's ledgers, for the demonstration and for tests: realistic, messy, and the same for the same seed.

Place, people and numbers exist nowhere: the county code is not in use, the telephone block is not given out.
"""

import datetime as dt
import json
from pathlib import Path
from typing import NamedTuple

from etl.demo.faults import Planter
from etl.demo.ledgers.books import Binder, Books, register_book, stray_book
from etl.demo.ledgers.foreign_layouts import LAYOUTS, ForeignBinder, answers
from etl.demo.ledgers.submissions import Submission, submissions_of
from etl.demo.ledgers.writers import write_book
from etl.demo.world import care
from etl.demo.world.children import Nursery
from etl.demo.world.model import Truth, Village
from etl.demo.world.tables import table
from etl.demo.world.villages import HABITS, invent_villages

_LEAST = 14  # villages of a town whose last two write in foreign layouts
_FOREIGN_SHARE = 24 / 344  # of the children of such a town


class PlantedFault(NamedTuple):
    """One planted fault: finding code, file name, sheet ("" for .csv), row from 1 (None: the whole sheet)."""

    code: str
    file: str
    sheet: str
    row: int | None


class Town(NamedTuple):
    """What was written: the files, the faults planted in them, and how many children the ledgers name."""

    files: list[Path]
    faults: list[PlantedFault]
    children: int


def write_town(folder: Path, villages: int = 14, children: int = 344, seed: int = 2023, until: dt.date = dt.date(2025, 12, 31)) -> Town:
    """Write the town's register, map, ledgers and answers about foreign layouts into `folder`, which is made.

    villages 1–200, children 5–5000 (all named by at least one ledger), `until` the last day anything happens. From 14 villages on the
    last two write in the forms of other offices. Raises ValueError (one sentence) outside these. Returns the files written and the
    faults planted in them.
    """
    if not 5 <= children <= 5000:
        raise ValueError(f"{children} 名儿童:只能编写 5 到 5000 名,请改 --children")
    places, rings = invent_villages(villages, seed, until)
    has_foreign = villages >= _LEAST
    at, foreign = (villages - len(LAYOUTS), round(children * _FOREIGN_SHARE)) if has_foreign else (villages, 0)
    truth = Truth(places[:at], Nursery(places[:at], seed).invent(children - foreign), until)
    planter = Planter(truth, seed)
    planter.breach_children()
    care.pair_town(truth, seed)
    planter.breach_pairings()
    planter.mark_uncovered()
    care.visit_town(truth, seed)
    planter.breach_visits()
    care.do_duties(truth, seed)
    submissions = submissions_of(truth)
    planter.spoil(submissions)
    if has_foreign:
        taken = {child.facts["id_number"] for child in truth.children}
        submissions += submissions_of(invent_foreign(places[at:], foreign, seed + 1, until, taken))
    books = register_book(places) | _books(submissions, seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_book(folder / file, sheets) for file, sheets in books.items()]
    features = [
        {
            "type": "Feature",
            "properties": {"village_code": village.code, "name": village.name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for village, ring in zip(places, rings, strict=True)
    ]
    documents = {"villages.geojson": json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)}
    documents |= {"表样与词语.json": json.dumps(answers(), ensure_ascii=False, indent=1)} if has_foreign else {}
    for file, text in documents.items():
        (folder / file).write_text(text, encoding="utf-8")
    planted = [
        PlantedFault(code, file, "" if file.endswith(".csv") else sheet.name, row)
        for file, sheets in books.items()
        for sheet in sheets
        for code, row in sheet.faults
    ]
    return Town(files + [folder / file for file in documents], planted, children)


def invent_foreign(places: list[Village], children: int, seed: int, until: dt.date, taken: set[str]) -> Truth:
    """Return the truth of the villages whose ledgers come in foreign layouts, without a planted breach; `taken`: ID numbers of others."""
    for village, layout in zip(places, LAYOUTS, strict=True):
        vars(village).update(HABITS["usual_style"] | table("foreign")["style"], layout=layout)
    truth = Truth(places, Nursery(places, seed, taken).invent(children), until)
    for provide in (care.pair_town, care.visit_town, care.do_duties):
        provide(truth, seed)
    return truth


def _books(submissions: list[Submission], seed: int) -> Books:
    """Return all files of all submissions, and the file without a reporting day."""
    books: Books = {}
    for submission in submissions:
        binder = ForeignBinder if submission.village.layout else Binder
        books |= binder(submission, submission.village, "books", seed, submission.village.code, submission.day).books()
    first = next((submission for submission in submissions if submission.is_last and submission.entries["helpers"]), None)
    return books | stray_book(first, seed) if first else books

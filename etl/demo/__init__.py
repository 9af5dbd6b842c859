"""An invented town's ledgers: realistic, messy, the same for the same seed; its county code and telephone block are not in use."""

import datetime as dt
import json
from pathlib import Path
from typing import NamedTuple

from etl.demo.faults import Planter
from etl.demo.ledgers.books import Binder, register_book, stray_book
from etl.demo.ledgers.submissions import submissions_of
from etl.demo.ledgers.writers import write_book
from etl.demo.world import care
from etl.demo.world.chance import table
from etl.demo.world.children import Nursery
from etl.demo.world.model import CannotInvent, Truth, Village
from etl.demo.world.villages import HABITS, invent_villages
from locales import _

_LEAST, _LAYOUTS = 14, ("cards", "grids")  # from so many villages on the last two write in foreign layouts
_FOREIGN_SHARE = 24 / 344  # of the children of such a town
_ANSWERS = Path(__file__).parent / "world" / "answers.json"  # of a person about the tables that their headings do not explain


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

    villages 1–200, children 5–5000 (all named by at least one ledger), `until` the last day anything happens; outside these it raises
    ValueError (one sentence). From 14 villages on the last two write in the forms of other offices.
    """
    if not 5 <= children <= 5000:
        raise CannotInvent(_("{children} 名儿童：只能编写 5 到 5000 名，请改 --children").format(children=children))
    places, rings = invent_villages(villages, seed, until)
    has_foreign = villages >= _LEAST
    at, foreign = (villages - len(_LAYOUTS), round(children * _FOREIGN_SHARE)) if has_foreign else (villages, 0)
    truth = Truth(places[:at], Nursery(places[:at], seed).invent(children - foreign), until)
    planter = Planter(truth, seed)
    planter.breach_children()
    care.pair_town(truth, seed)
    planter.breach_pairings()
    care.visit_town(truth, seed)
    planter.breach_visits()
    care.do_duties(truth, seed)
    submissions = submissions_of(truth)
    planter.spoil(submissions)
    if has_foreign:
        taken = {child.facts["id_number"] for child in truth.children}
        submissions += submissions_of(invent_foreign(places[at:], foreign, seed + 1, until, taken))
    books = register_book(places)
    for each in submissions:
        books |= Binder(each, each.village, f"books {seed} {each.village.code} {each.day}").books()
    for each in [each for each in submissions if each.is_last and each.entries["helpers"]][:1]:
        books |= stray_book(each, seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_book(folder / file, sheets) for file, sheets in books.items()]
    features = []
    for village, ring in zip(places, rings, strict=True):
        properties = {"village_code": village.code, "name": village.name}
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    texts = {"villages.geojson": json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)}
    texts |= {"表样与词语.json": _ANSWERS.read_text(encoding="utf-8")} if has_foreign else {}
    for file, text in texts.items():
        files.append(folder / file)
        files[-1].write_text(text, encoding="utf-8")
    sheets = [(file, sheet) for file, book in books.items() for sheet in book]
    places_of_faults = [(code, file, sheet.name, row) for file, sheet in sheets for code, row in sheet.faults]
    planted = [PlantedFault(code, file, "" if file.endswith(".csv") else name, row) for code, file, name, row in places_of_faults]
    return Town(files, planted, children)


def invent_foreign(places: list[Village], children: int, seed: int, until: dt.date, taken: set[str]) -> Truth:
    """Return the truth of the villages whose ledgers come in foreign layouts, without a planted breach; `taken`: ID numbers of others."""
    for village, layout in zip(places, _LAYOUTS, strict=True):
        vars(village).update(HABITS["usual_style"] | table("foreign")["style"], layout=layout)
    truth = Truth(places, Nursery(places, seed, taken).invent(children), until)
    for provide in (care.pair_town, care.visit_town, care.do_duties):
        provide(truth, seed)
    return truth

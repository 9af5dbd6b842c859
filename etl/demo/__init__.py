"""An invented town's ledgers, for the demonstration and for tests: realistic, messy, and the same for the same seed.

Place, people and numbers exist nowhere: the county code is not in use, the telephone block is not given out.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from etl.demo.faults.breaches import breach_children
from etl.demo.faults.faults import listed, spoil, wrong_total
from etl.demo.faults.pairing_breaches import breach_pairings, breach_visits, mark_uncovered
from etl.demo.faults.stray import stray_books
from etl.demo.ledgers.books import YEARLY, Book, books_of
from etl.demo.ledgers.register import write_map, write_register
from etl.demo.ledgers.styles import style_of
from etl.demo.ledgers.submissions import Return, returns_of
from etl.demo.ledgers.writers import write_book
from etl.demo.world.children import Nursery
from etl.demo.world.duties import do_duties
from etl.demo.world.model import PlantedFault, Town, Truth
from etl.demo.world.pairings import pair_town
from etl.demo.world.villages import invent_villages
from etl.demo.world.visits import visit_town

__all__ = ["PlantedFault", "Town", "write_town"]


def write_town(
    folder: Path,
    villages: int = 12,
    children: int = 320,
    seed: int = 2023,
    until: dt.date = dt.date(2025, 12, 31),
) -> Town:
    """Write the town's register, map and ledgers into `folder`, which is made.

    villages 1–40, children 5–5000 (all named by at least one ledger), `until` the last day anything happens.
    Raises ValueError (one sentence) outside these. Returns the files written and the faults planted in them.
    """
    if not 5 <= children <= 5000:
        raise ValueError(f"{children} 名儿童:只能编写 5 到 5000 名,请改 --children")
    places, rings = invent_villages(villages, seed, until)
    truth = Truth(places, Nursery(places, seed).invent(children), until=until)
    _live(truth, seed)
    returns = returns_of(truth, lambda village: style_of(village.number).visits in YEARLY)
    spoil(returns, children, seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_register(folder, places), write_map(folder, places, rings)]
    books = _books(returns, seed)
    for book in books:
        files.append(folder / book.file)
        write_book(files[-1], book.sheets)
    faults = [fault for book in books for sheet in book.sheets for fault in listed(book.file, sheet)]
    return Town(files, faults, len(truth.children))


def _live(truth: Truth, seed: int) -> None:
    """Let the years go by: children, pairings, visits and duties, each with its breaches."""
    breach_children(truth, seed)
    pair_town(truth, seed)
    breach_pairings(truth, seed)
    mark_uncovered(truth)
    visit_town(truth, seed)
    breach_visits(truth, seed)
    do_duties(truth, seed)


def _books(returns: list[Return], seed: int) -> list[Book]:
    """All files of all returns, two totals wrong, and the file that says no day."""
    books, wrong = [], 0
    for one in returns:
        number = one.village.days.index(one.day) + 1
        found = books_of(one, number, seed)
        if one.is_last and wrong < 2 and one.village.number % 5 in (0, 3):
            wrong += any(wrong_total(sheet) for book in found for sheet in book.sheets)
        books += found
    return books + stray_books(returns, seed)

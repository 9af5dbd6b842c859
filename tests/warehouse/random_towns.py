"""Random towns: all their ledgers as cells, who is registered by a model in plain Python, and every answer of their build."""

import datetime as dt
import tempfile
from functools import partial
from itertools import product
from pathlib import Path

import openpyxl

from etl import write_build
from tests.etl import ledger_builder
from tests.warehouse import drafts, random_events
from tests.warehouse.random_people import VILLAGES, Ledger, Stated, Town, children_ledger, next_child
from warehouse.builds import repository
from warehouse.metrics import query, registry

LEDGER_DAYS = [dt.date(2023, 6, 30), dt.date(2023, 12, 20), dt.date(2024, 3, 15), dt.date(2025, 12, 20)]


def random_town(chance) -> Town:
    """A town of three villages, up to fourteen children and up to three reporting days."""
    town, children = Town(), []
    for _ in range(chance.randint(1, 14)):
        children.append(next_child(chance, children))
    days = sorted(chance.sample(LEDGER_DAYS, chance.randint(1, 3)))
    for day, village in product(days, VILLAGES):
        named = [child for child in children if village in child.villages and chance.randint(0, 4)]
        if named:
            children_ledger(chance, town, village, day, named)
    random_events.add(chance, town, children, days)
    town.days = {day for row in town.stated for day in (row.ledger_on, row.listed_on, row.delisted_on) if day}
    return town


def as_of_days(chance, town: Town, count: int) -> list[dt.date]:
    """Days to ask about: one a reporting day, one a day of a goal, the others on, before or after a day that the ledgers state."""
    near = [chance.choice(sorted(town.days)) + dt.timedelta(chance.randint(-1, 1)) for _ in range(count - 2)] if town.days else []
    reported = chance.choice(sorted({ledger.ledger_on for ledger in town.ledgers} or LEDGER_DAYS))
    return [*near, reported, chance.choice([dt.date(2023, 12, 31), dt.date(2025, 12, 31)])]


def shuffled(chance, town: Town) -> list[Ledger]:
    """The ledgers in another order, the rows of each too."""
    ledgers = [Ledger(one.file, one.name, one.head, chance.sample(one.rows, len(one.rows))) for one in town.ledgers]
    return chance.sample(ledgers, len(ledgers))


def answers(ledgers: list[Ledger], days: list[dt.date]) -> dict:
    """Every metric of all groups by (metric, day), and the registered children as ("children_at", day), of the build of the ledgers."""
    sheets = [ledger_builder.sheet([*one.head, *one.rows], one.file, one.name) for one in ledgers]
    everything, register = ledger_builder.placed(*sheets)
    tables = ledger_builder.build_tables.build(everything, register, lambda *parts: "/".join(parts))
    with tempfile.TemporaryDirectory() as home, drafts.begin(Path(home)) as draft:
        for name, frame in tables.frames.items():
            draft.fill(name, frame)
        draft.fill("villages", write_build.villages(register, {}))
        draft.close()
        build = repository.Build(draft.path)
        told = {(metric, day): build.rows_on(day, partial(query.live_sql, metric)) for metric in registry.metrics() for day in days}
        told |= {("children_at", day): query.children_at(build, day) for day in days}
        build.close()
    return told


def registered(stated: list[Stated], day: dt.date) -> set[tuple]:
    """(child, class) of every membership that runs on a day, by ledgers.md §5 and metrics.md, from what the rows say."""
    who = _identities(stated)
    unborn = {child for child in who.values() if (_birth([row for row in stated if who[row.row] == child]) or day) > day}
    standing = set()
    for child, village, class_no in {(who[row.row], row.village, number) for row in stated for number in row.classes}:
        named = [row for row in stated if who[row.row] == child and row.village == village and row.classes]
        own = [row for row in named if class_no in row.classes]
        listed_on, delisted_on = _stay(own, [row.ledger_on for row in named])
        if child not in unborn and listed_on <= day and (delisted_on is None or day < delisted_on):
            standing.add((child, class_no))
    return standing


def _stay(own: list[Stated], named_on: list[dt.date]) -> tuple[dt.date, dt.date | None]:
    """Start and end of a membership from the rows that name it and the days on which the village names the child in any class."""
    newest = max(row.ledger_on for row in own)
    rows = [row for row in own if row.ledger_on == newest]
    listed_on = max((row.listed_on for row in rows if row.listed_on), default=None)
    ends = [
        row.delisted_on
        for row in rows
        if row.delisted_on and row.listed_on in (None, listed_on) and row.delisted_on >= (row.listed_on or row.delisted_on)
    ]
    later = [day for day in named_on if day > newest]
    stating = [row for row in own if row.listed_on]
    stated = [row.listed_on for row in stating if row.ledger_on == max(each.ledger_on for each in stating)]
    first = min(row.ledger_on for row in own)
    start = min(max(stated, default=first), first)
    end = max(ends, default=None)
    return start, (end if end and end >= start else None) or min(later, default=None)


def _identities(stated: list[Stated]) -> dict[int, tuple]:
    """The child that each row names: by its number, else by village, name and birth date, else by its name alone, else a child of its own."""
    names: dict[str, set] = {}
    for row in stated:
        if row.number and row.name:
            names.setdefault(row.number, set()).add(row.name)
    sound = {row.row: row.number for row in stated if row.number and len(names.get(row.number, ())) < 2}
    person = {row.row: (row.village, row.name, _born_on(row, sound)) for row in stated}
    numbers: dict[tuple, set] = {}
    for row, number in sound.items():
        numbers.setdefault(person[row], set()).add(number)
    who: dict[int, tuple] = {}
    for row in stated:
        known = person[row.row]
        alike = numbers.get(known, set()) if None not in known else set()
        found = sound.get(row.row) or (next(iter(alike)) if len(alike) == 1 else None)
        if found or None not in known:
            who[row.row] = (found,) if found else known
    loose = [row for row in stated if row.row not in who]
    keyed = dict(who)
    strangers: dict[tuple, list[Stated]] = {}
    for row in loose:
        alike = [other for other in stated if other.row in keyed and (other.village, other.name) == (row.village, row.name)]
        children = {keyed[other.row] for other in alike}
        if row.name is None:
            who[row.row] = (row.row,)
        elif len(children) == 1 and _may_be(row, alike):
            who[row.row] = children.pop()
        else:
            strangers.setdefault((row.village, row.name), []).append(row)
    for name, rows in strangers.items():
        for row in rows:
            near, grown = {row.row}, True
            while grown:
                tokens = {(at, text) for other in rows if other.row in near for at, text in _tokens(other)}
                reached = {other.row for other in rows if tokens & _tokens(other)} | near
                near, grown = reached, reached != near
            nth = [other.row for other in rows if other.table == row.table and not _tokens(other)]
            who[row.row] = (*name, min(near)) if _tokens(row) else (*name, "", nth.index(row.row))
    return who


def _tokens(row: Stated) -> set[tuple]:
    """What names a row's household: its number, its guardian."""
    return {(at, text) for at, text in (("household", row.household), ("guardian", row.guardian)) if text}


def _may_be(row: Stated, others: list[Stated]) -> bool:
    """Whether a row of a name alone is the child of these rows of that name."""
    sexes, classes = {other.sex for other in others} - {None}, {number for other in others for number in other.classes}
    households = {other.household for other in others} - {None}
    is_other = (row.sex and sexes and row.sex not in sexes) or (row.classes and classes and not classes & {*row.classes})
    if is_other or (row.household and households and row.household not in households):
        return False
    return row.table not in {other.table for other in others} or bool(
        _tokens(row) & {token for other in others for token in _tokens(other)}
    )


def _birth(rows: list[Stated]) -> dt.date | None:
    """The birth date that is used of a child: nobody is born after the ledger's day."""
    newest = sorted(rows, key=lambda row: row.ledger_on)
    names = {(row.number, row.name) for row in rows if row.number and row.name}
    by_number = [row for row in newest if row.number and len({name for number, name in names if number == row.number}) < 2]
    if by_number:
        born_on = _date(by_number[-1].number)
        if born_on <= by_number[-1].ledger_on:
            return born_on
    cells = [row.born_on for row in newest if row.born_on and row.born_on <= row.ledger_on]
    digits = [row.digits_born_on for row in newest if row.digits_born_on and row.digits_born_on <= row.ledger_on]
    return [*digits[-1:], *cells[-1:], None][-2 if digits or cells else -1]


def _date(number: str) -> dt.date:
    return dt.datetime.strptime(number[6:14], "%Y%m%d").date()


def _born_on(row: Stated, sound: dict[int, str]) -> dt.date | None:
    """Birth date by a sound number, else the cell, else the first digits of a damaged number; none after the ledger's day."""
    number = sound.get(row.row)
    days = [_date(number)] if number else [row.born_on, row.digits_born_on]
    return next((day for day in days if day and day <= row.ledger_on), None)


def write(ledgers: list[Ledger], folder: Path) -> Path:
    """The ledgers as workbooks in a folder."""
    folder.mkdir()
    for file in {ledger.file for ledger in ledgers}:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for ledger in (ledger for ledger in ledgers if ledger.file == file):
            page = book.create_sheet(ledger.name)
            for row in [*ledger.head, *ledger.rows]:
                page.append(row)
        book.save(folder / file)
    return folder

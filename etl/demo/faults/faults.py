"""Faults of the pen: what clerks get wrong in single cells and rows. The table says what, how often, where and how.

Only rows without another fault are spoilt, mostly in a village's newest return; each carries its code.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from etl.demo.ledgers.columns import children_fields
from etl.demo.ledgers.sheets import Sheet
from etl.demo.ledgers.styles import style_of
from etl.demo.ledgers.submissions import Entry, Return
from etl.demo.world import names
from etl.demo.world.chance import amount, seeded
from etl.demo.world.model import PlantedFault

Cells = dict[str, object] | None


def _blank(*fields: str) -> Callable[[random.Random, Entry], Cells]:
    """One of the fields, where it is filled, left empty."""

    def spoil(rng: random.Random, entry: Entry) -> Cells:
        filled = [field for field in fields if entry.fields.get(field) not in (None, "—")]
        return {rng.choice(filled): ""} if filled else None

    return spoil


def _blank_of_class(rng: random.Random, entry: Entry) -> Cells:
    """A cell that the row's own class asks for, left empty."""
    wanted = {2: "father_since", 3: "dibao_from", 4: "dibao_from", 6: "hukou_kind"}
    return _blank(*(wanted[number] for number in entry.fields["class_no"] if number in wanted))(rng, entry)


def _put(field: str, *values: object) -> Callable[[random.Random, Entry], Cells]:
    """A field, where it is filled, with one of the values instead."""
    return lambda rng, entry: {field: rng.choice(values)} if entry.fields.get(field) not in (None, "—") else None


def _as_number(rng: random.Random, entry: Entry) -> Cells:
    """The ID number typed as a number: fifteen digits stay."""
    number = str(entry.fields["id_number"])
    return {"id_number": int(number[:15]) * 1000} if "X" not in number else None


def _wrong_check_digit(rng: random.Random, entry: Entry) -> Cells:
    """Another last digit."""
    number = str(entry.fields["id_number"])
    return {"id_number": number[:17] + str((int(number[17].replace("X", "0")) + rng.randint(1, 8)) % 10)} if number[17] != "X" else None


def _another_birthday(rng: random.Random, entry: Entry) -> Cells:
    """A birth date three months off."""
    return {"born_on": entry.fields["born_on"] + dt.timedelta(days=rng.randint(60, 120))}


def _another_sex(rng: random.Random, entry: Entry) -> Cells:
    """The other sex."""
    return {"sex": "女" if entry.fields["sex"] == "男" else "男"}


def _nobody(rng: random.Random, entry: Entry) -> Cells:
    """A name that no ledger has, without a number."""
    return {"child_name": rng.choice(names.SURNAMES) + "未登", "id_number": ""}


def _no_helper(rng: random.Random, entry: Entry) -> Cells:
    """A helper whom no ledger has."""
    return {"helper_name": rng.choice(names.SURNAMES) + "未录", "helper_no": ""}


@dataclass(frozen=True)
class PenFault:
    """A finding's code, the ledger kind, how many per 320 children, and what the cells become."""

    code: str
    ledger: str
    count: int
    spoil: Callable[[random.Random, Entry], Cells]
    is_xlsx_only: bool = False


PEN_FAULTS = (
    PenFault("missing_required", "children", 7, _blank("guardian_phone", "household_head", "address", "guardian_relation")),
    PenFault("missing_required", "children", 2, _blank_of_class),
    PenFault("missing_required", "pairings", 2, _blank("started_on")),
    PenFault("missing_required", "visits", 2, _blank("helper_name")),
    PenFault("id_number_damaged", "children", 3, _as_number, is_xlsx_only=True),
    PenFault("id_number_invalid", "children", 3, _wrong_check_digit),
    PenFault("date_impossible", "children", 2, _put("dibao_reviewed_on", "2025.2.30", "2025/13/1", "2025年6月31日")),
    PenFault("date_impossible", "needs", 2, _put("due_on", "2025.2.30", "2025-13-8")),
    PenFault("date_impossible", "visits", 1, _put("recorded_on", "2025.2.30", "2024-6-31")),
    PenFault("date_ambiguous", "children", 2, _put("mother_since", 2022.1), is_xlsx_only=True),
    PenFault("cell_error", "children", 2, _put("household_head", "#N/A"), is_xlsx_only=True),
    PenFault("cell_error", "helpers", 1, _put("unit", "#REF!"), is_xlsx_only=True),
    PenFault("cell_error", "visits", 2, _put("note", "#N/A"), is_xlsx_only=True),
    PenFault("value_unknown", "children", 2, _put("hukou_kind", "居民户口")),
    PenFault("value_unknown", "visits", 2, _put("mode", "微信群")),
    PenFault("value_unknown", "needs", 2, _put("category", "住房困难", "户籍问题")),
    PenFault("phone_invalid", "children", 3, _put("guardian_phone", "1990000", "199000012345", "同上")),
    PenFault("phone_invalid", "helpers", 1, _put("phone", "19900001")),
    PenFault("birth_contradicts_id", "children", 2, _another_birthday),
    PenFault("sex_contradicts_id", "children", 2, _another_sex),
    PenFault("reference_unresolved", "visits", 3, _nobody),
    PenFault("reference_unresolved", "needs", 1, _nobody),
    PenFault("reference_unresolved", "pairings", 1, _no_helper),
)


def spoil(returns: list[Return], children: int, seed: int) -> None:
    """Plant the faults of the pen in a town's returns."""
    rng = seeded("faults", seed)
    for fault in PEN_FAULTS:
        wanted = amount(children, fault.count)
        for one, entry in _chosen(rng, returns, fault.ledger, fault.is_xlsx_only):
            cells = fault.spoil(rng, entry) if wanted else None
            if cells and _is_shown(one, entry, cells):
                entry.spoilt = {name: _spelt(name, value) for name, value in cells.items()}
                entry.faults.append(fault.code)
                wanted -= 1
    _repeat_rows(rng, returns, amount(children, 2))
    _date_ahead(rng, returns, amount(children, 2))


def _spelt(name: str, value: object) -> object:
    """Spoilt dates are written as text, everything else as it is."""
    return f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else value


def _is_shown(one: Return, entry: Entry, cells: dict[str, object]) -> bool:
    """True when the sheets on which the row stands have a column for what is spoilt."""
    if "class_no" not in entry.fields or style_of(one.village.number).sheets != "class":
        return True
    return all(set(cells) <= set(children_fields(number)) for number in entry.fields["class_no"])


def _chosen(rng: random.Random, returns: list[Return], ledger: str, is_xlsx_only: bool) -> list[tuple[Return, Entry]]:
    """Sound rows of a kind, shuffled, those of newest returns mostly in front; only where rows stand one by one."""
    found = []
    for one in returns:
        style = style_of(one.village.number)
        ending = style.children_ending or style.ending if ledger == "children" else style.ending
        is_apart = ledger != "visits" or (style.visits in ("rows", "topics") and style.has_mode)
        if is_apart and (ending == "xlsx" or not is_xlsx_only):
            found += [(rng.random() + 0.6 * (not one.is_last), one, entry) for entry in one.entries[ledger]]
    found = [triple for triple in found if not triple[2].faults]
    return [(one, entry) for _, one, entry in sorted(found, key=lambda triple: triple[0])]


def _repeat_rows(rng: random.Random, returns: list[Return], count: int) -> None:
    """A child's row copied to the end of the ledger."""
    pool = [one for one in returns if one.is_last and one.entries["children"]]
    for one in rng.sample(pool, min(count, len(pool))):
        sound = [entry for entry in one.entries["children"] if not entry.faults]
        if sound:
            entry = rng.choice(sound)
            one.entries["children"].append(Entry(dict(entry.fields), entry.child, faults=["duplicate_row"]))


def _date_ahead(rng: random.Random, returns: list[Return], count: int) -> None:
    """A visit dated after the day of the return that tells of it."""
    ready = [one for one in returns if one.is_last and one.entries["visits"]]
    ready = [one for one in ready if (style := style_of(one.village.number)).visits == "rows" and style.has_mode]
    for one in rng.sample(ready, min(count, len(ready))):
        sound = [entry for entry in one.entries["visits"] if not entry.faults]
        if sound:
            entry = rng.choice(sound)
            entry.spoilt = {"visited_on": f"{one.day + dt.timedelta(days=rng.randint(9, 30)):%Y-%m-%d}"}
            entry.faults.append("visit_in_future")


def wrong_total(sheet: Sheet) -> bool:
    """Make the number of a sheet's 合计 row one too many; says whether it has one."""
    for at, row in enumerate(sheet.rows):
        if row[0] == "合计" and not sheet.is_hidden:
            row[1] = int(str(row[1]).removesuffix("人")) + 1
            sheet.faults.append(("total_mismatch", at + 1))
            return True
    return False


def listed(file: str, sheet: Sheet) -> list[PlantedFault]:
    """The faults of a sheet as written."""
    name = "" if file.endswith(".csv") else sheet.name
    return [PlantedFault(code, file, name, row) for code, row in sheet.faults]

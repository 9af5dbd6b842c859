"""Clerical faults: what clerks get wrong in single cells and rows. The table says what, how often, where and how.

Only rows without another fault are spoilt, mostly in a village's newest submission; each carries its code.
"""

import random
from collections.abc import Callable
from typing import Any

from etl.demo.ledgers.columns import children_fields
from etl.demo.ledgers.styles import style_of
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world import names
from etl.demo.world.chance import amount, days, seeded

Cells = dict[str, object] | None
Spoil = Callable[[random.Random, dict[str, Any]], Cells]  # of a row's fields the spoilt cells; None where it cannot be


def _blank(*fields: str) -> Spoil:
    def spoil(rng: random.Random, row: dict[str, Any]) -> Cells:
        filled = [field for field in fields if row.get(field) not in (None, "—")]
        return {rng.choice(filled): ""} if filled else None

    return spoil


def _blank_of_class(rng: random.Random, row: dict[str, Any]) -> Cells:
    required = {2: "father_since", 3: "dibao_from", 4: "dibao_from", 6: "hukou_kind"}
    return _blank(*(required[number] for number in row["class_no"] if number in required))(rng, row)


def _put(field: str, *values: object) -> Spoil:
    return lambda rng, row: {field: rng.choice(values)} if row.get(field) not in (None, "—") else None


def _as_number(rng: random.Random, row: dict[str, Any]) -> Cells:
    """Type the ID number as a number: fifteen digits stay."""
    number = row["id_number"]
    return {"id_number": int(number[:15]) * 1000} if "X" not in number else None


def _wrong_check_digit(rng: random.Random, row: dict[str, Any]) -> Cells:
    number = row["id_number"]
    return {"id_number": number[:17] + str((int(number[17]) + rng.randint(1, 8)) % 10)} if number[17] != "X" else None


# code, ledger, how many per 320 children, what the cells become
CLERICAL_FAULTS: tuple[tuple[str, str, int, Spoil], ...] = (
    ("missing_required", "children", 7, _blank("guardian_phone", "household_head", "address", "guardian_relation")),
    ("missing_required", "children", 2, _blank_of_class),
    ("missing_required", "pairings", 2, _blank("started_on")),
    ("missing_required", "visits", 2, _blank("helper_name")),
    ("id_number_damaged", "children", 3, _as_number),
    ("id_number_invalid", "children", 3, _wrong_check_digit),
    ("date_impossible", "children", 2, _put("dibao_reviewed_on", "2025.2.30", "2025/13/1", "2025年6月31日")),
    ("date_impossible", "needs", 2, _put("due_on", "2025.2.30", "2025-13-8")),
    ("date_impossible", "visits", 1, _put("recorded_on", "2025.2.30", "2024-6-31")),
    ("date_ambiguous", "children", 2, _put("mother_since", 2022.1)),
    ("cell_error", "children", 2, _put("household_head", "#N/A")),
    ("cell_error", "helpers", 1, _put("unit", "#REF!")),
    ("cell_error", "visits", 2, _put("note", "#N/A")),
    ("value_unknown", "children", 2, _put("hukou_kind", "居民户口")),
    ("value_unknown", "visits", 2, _put("mode", "微信群")),
    ("value_unknown", "needs", 2, _put("category", "住房困难", "户籍问题")),
    ("phone_invalid", "children", 3, _put("guardian_phone", "1990000", "199000012345", "同左邻")),
    ("phone_invalid", "helpers", 1, _put("phone", "19900001")),
    ("birth_contradicts_id", "children", 2, lambda rng, row: {"born_on": f"{row['born_on'] + days(rng, 60, 120)}"}),
    ("sex_contradicts_id", "children", 2, lambda rng, row: {"sex": "女" if row["sex"] == "男" else "男"}),
    ("reference_unresolved", "visits", 3, lambda rng, row: {"child_name": rng.choice(names.SURNAMES) + "未登", "id_number": ""}),
    ("reference_unresolved", "needs", 1, lambda rng, row: {"child_name": rng.choice(names.SURNAMES) + "未登", "id_number": ""}),
    ("reference_unresolved", "pairings", 1, lambda rng, row: {"helper_name": rng.choice(names.SURNAMES) + "未录", "helper_no": ""}),
)
_XLSX_ONLY = {"id_number_damaged", "date_ambiguous", "cell_error"}


def spoil(submissions: list[Submission], children: int, seed: int) -> None:
    """Plant the clerical faults in a town's submissions."""
    rng = seeded("faults", seed)
    for code, ledger, per_town, spoil_row in CLERICAL_FAULTS:
        count = amount(children, per_town)
        for submission, entry in _sound_rows(rng, submissions, ledger, code in _XLSX_ONLY):
            cells = spoil_row(rng, entry.fields) if count else None
            if cells and _is_shown(submission, entry, cells):
                entry.spoilt = cells
                entry.faults.append(code)
                count -= 1
    newest = [submission for submission in submissions if submission.is_last]
    _repeat_rows(rng, newest, amount(children, 2))
    _date_ahead(rng, newest, amount(children, 2))


def _is_shown(submission: Submission, entry: Entry, cells: dict[str, object]) -> bool:
    """Return whether the sheets on which the row stands have a column for what is spoilt."""
    if "class_no" not in entry.fields or style_of(submission.village).sheets != "class":
        return True
    return all(set(cells) <= set(children_fields(number)) for number in entry.fields["class_no"])


def _sound_rows(rng: random.Random, submissions: list[Submission], ledger: str, is_xlsx_only: bool) -> list[tuple[Submission, Entry]]:
    """Return sound rows of a kind, shuffled, those of newest submissions mostly in front; only where rows stand one by one."""
    rows = []
    for submission in submissions:
        style = style_of(submission.village)
        ending = style.children_ending or style.ending if ledger == "children" else style.ending
        is_apart = ledger != "visits" or (style.visits in ("rows", "topics") and style.has_mode)
        if is_apart and (ending == "xlsx" or not is_xlsx_only):
            rows += [(rng.random() + 0.6 * (not submission.is_last), submission, entry) for entry in submission.entries[ledger]]
    return [(submission, entry) for _, submission, entry in sorted(rows, key=lambda row: row[0]) if not entry.faults]


def _repeat_rows(rng: random.Random, submissions: list[Submission], count: int) -> None:
    pool = [submission for submission in submissions if submission.entries["children"]]
    for submission in rng.sample(pool, min(count, len(pool))):
        if sound := [entry for entry in submission.entries["children"] if not entry.faults]:
            entry = rng.choice(sound)
            submission.entries["children"].append(Entry(dict(entry.fields), faults=["duplicate_row"]))


def _date_ahead(rng: random.Random, submissions: list[Submission], count: int) -> None:
    pool = [submission for submission in submissions if submission.entries["visits"]]
    pool = [submission for submission in pool if (style := style_of(submission.village)).visits == "rows" and style.has_mode]
    for submission in rng.sample(pool, min(count, len(pool))):
        if sound := [entry for entry in submission.entries["visits"] if not entry.faults]:
            entry = rng.choice(sound)
            entry.spoilt = {"visited_on": f"{submission.day + days(rng, 9, 30)}"}
            entry.faults.append("visit_in_future")

"""What is asked about tables that wait for an answer: where they stand, their columns with masked samples, the likely answer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from warehouse.builds import raw_sheets

FEW = 3  # samples of a column
_DAY = re.compile(r"(?:19|20)\d{2}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)?")


@dataclass(frozen=True)
class Question:
    """Tables with the same headings that wait for one answer: where they stand, their columns with samples, the likely answer."""

    fingerprint: str
    headings: list[str]
    samples: list[list[str]]
    likely: list[str | None]
    ledger: str
    about: str
    places: list[str]
    files: list[str]
    rows: int


def question(header: dict[str, Any], row: dict[str, Any]) -> Question:
    """Return the question about a table: `header` is its reading, `row` says file, sheet, sheet_id, rows."""
    grid = header["grid"]
    at_field = {column["at"]: column["field"] for column in header["columns"]}
    samples = [[masked_sample(text[at]) for text in grid["texts"] if at < len(text) and text[at]][:FEW] for at, _parts in grid["headings"]]
    place = row["file"] + (f" · {raw_sheets.sheet_title(row['sheet'])}" if row["sheet"] else "")
    likely = [at_field.get(at) for at, _parts in grid["headings"]]
    ledger, about = header["proposed"] or header["ledger"] or "", header["question"] or header["state"]
    files = [row["sheet_id"].partition("/")[0]]
    return Question(header["layout"], grid["public_headings"], samples, likely, ledger, about, [place], files, row["rows"])


def merged(questions: Iterable[Question]) -> list[Question]:
    """Return one question for each set of headings, the most rows first."""
    by_headings: dict[str, Question] = {}
    for each in questions:
        if earlier := by_headings.get(each.fingerprint):
            places, files = [*earlier.places, *each.places], [*earlier.files, *each.files]
            each = replace(earlier, places=places, files=files, rows=earlier.rows + each.rows)
        by_headings[each.fingerprint] = each
    return sorted(by_headings.values(), key=lambda each: -each.rows)


def masked_sample(text: str) -> str:
    """Return a cell as it may be shown to who must tell what it is: long numbers and words hidden but for their ends."""
    if _DAY.fullmatch(text):
        return text
    digits = sum(sign.isdigit() for sign in text)
    if digits >= 7:
        return raw_sheets.masked_number(text)
    if digits or len(text) < 2:
        return text[:12]
    return text[0] + "*" * min(len(text) - 1, 6)

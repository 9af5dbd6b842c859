"""Rows of children with neither a usable number nor a birth date: joined by village and name where nothing contradicts.

Such a row is the one child of its village that bears the name, unless sex, class or household say otherwise; else a child of
its own, the same one wherever its village, name and household (or guardian) stand again (ledgers.md §5).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

_HOUSEHOLD = ("household_no", "household_head", "guardian_name")


@dataclass
class _Person:
    """What rows of one key say: sexes, classes, and what names a household, by column."""

    key: str
    sexes: set[str] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)
    households: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in _HOUSEHOLD})
    sheets: set[str] = field(default_factory=set)

    def take(self, row: dict[str, Any]) -> None:
        """Add what a row says."""
        self.sexes |= {row["sex"]} - {None}
        self.classes |= set(row["class_no"] or ())
        self.sheets.add(row["sheet_id"])
        for name, texts in self.households.items():
            texts |= {row[name]} - {None}

    def contradicts(self, row: dict[str, Any]) -> bool:
        """Return whether sex, classes or household of a row are others than those said so far."""
        classes = set(row["class_no"] or ())
        is_other_sex = row["sex"] is not None and bool(self.sexes) and row["sex"] not in self.sexes
        is_other_class = bool(classes) and bool(self.classes) and not classes & self.classes
        return is_other_sex or is_other_class or self.is_other_household(row)

    def may_be(self, row: dict[str, Any]) -> bool:
        """Return whether nothing contradicts that this is the row's child; in a table that names both, household or guardian must agree."""
        return not self.contradicts(row) and (row["sheet_id"] not in self.sheets or self.is_same(row))

    def is_other_household(self, row: dict[str, Any]) -> bool:
        """Return whether both name a household by the same column and none agrees; a number decides before a head."""
        for name in _HOUSEHOLD[:2]:
            if row[name] is not None and self.households[name]:
                return row[name] not in self.households[name]
        return False

    def is_same(self, row: dict[str, Any]) -> bool:
        """Return whether household or guardian of a row stand in an earlier one; rows without either are alike in different tables."""
        if any(row[name] is not None for name in _HOUSEHOLD):
            return any(row[name] in texts for name, texts in self.households.items()) and not self.is_other_household(row)
        return not any(self.households.values()) and row["sheet_id"] not in self.sheets


def add_keys(rows: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    """Fill `|key` where it is null and add `is_by_name`: whether the row joined a child by village and name alone.

    `rows` are typed rows of children ledgers in which `|key` holds the number or the name and birth date; `order` sorts them by time.
    """
    absent = [pl.lit(None, pl.String).alias(name) for name in ("sex", *_HOUSEHOLD) if name not in rows.columns]
    loose = rows.with_columns(absent).with_row_index("|at").filter(pl.col("|key").is_null())
    if loose.is_empty():
        return rows.with_columns(is_by_name=False)
    named = rows.with_columns(absent).filter(pl.col("|key").is_not_null())
    bearers = _bearers(named.join(loose.select("village_id", "child_name").unique(), on=["village_id", "child_name"], how="semi"))
    keys: dict[int, tuple[str, bool]] = {}
    strangers: dict[tuple[str, str], list[_Person]] = {}
    for row in loose.sort(order).iter_rows(named=True):
        keys[row["|at"]] = _key(row, bearers.get((row["village_id"], row["child_name"]), []), strangers)
    places = pl.Series("|at", list(keys), dtype=pl.UInt32)
    answers = pl.DataFrame({"|at": places, "|found": [key for key, _ in keys.values()], "is_by_name": [by for _, by in keys.values()]})
    joined = rows.with_row_index("|at").join(answers, on="|at", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("|key", "|found").alias("|key"), pl.col("is_by_name").fill_null(False)).drop("|at", "|found")


def _bearers(rows: pl.DataFrame) -> dict[tuple[str, str], list[_Person]]:
    """Return the children that bear a name, by village and name."""
    persons: dict[tuple[str, str], dict[str, _Person]] = {}
    for row in rows.iter_rows(named=True):
        of_name = persons.setdefault((row["village_id"], row["child_name"]), {})
        of_name.setdefault(row["|key"], _Person(row["|key"])).take(row)
    return {name: list(of_name.values()) for name, of_name in persons.items()}


def _key(row: dict[str, Any], bearers: list[_Person], strangers: dict[tuple[str, str], list[_Person]]) -> tuple[str, bool]:
    """Return the key of a loose row, and whether it joined the only child of that name."""
    if row["child_name"] is None:
        return f"row:{row['sheet_id']}:{row['row_no']}", False
    if len(bearers) == 1 and bearers[0].may_be(row):
        bearers[0].take(row)
        return bearers[0].key, True
    of_name = strangers.setdefault((row["village_id"], row["child_name"]), [])
    same = _first(person for person in of_name if person.is_same(row))
    if same is None:
        household = next((row[name] for name in _HOUSEHOLD if row[name] is not None), "")
        same = _Person(f"loose:{row['village_id']}:{row['child_name']}:{household}:{len(of_name)}")
        of_name.append(same)
    same.take(row)
    return same.key, False


def _first(persons: Iterable[_Person]) -> _Person | None:
    return next(iter(persons), None)

"""Rows of children with neither a usable number nor a birth date: joined by village and name where nothing contradicts.

Such a row is the one child of its village that bears the name, unless sex, class or household say otherwise; else a child of
its own, the same one wherever its village, name and household (or guardian) stand again (ledgers.md §5). The order of rows
decides nothing.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import polars as pl

_HOUSEHOLD = ("household_no", "household_head", "guardian_name")
Name = tuple[str, str]  # village, name


@dataclass
class _Person:
    """What the rows of one child say: sexes, classes, what names a household, by column, and the tables they stand in."""

    key: str
    sexes: set[str] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)
    households: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in _HOUSEHOLD})
    tables: set[str] = field(default_factory=set)

    def take(self, row: dict[str, Any]) -> None:
        """Add what a row says."""
        self.sexes |= {row["sex"]} - {None}
        self.classes |= set(row["class_no"] or ())
        self.tables.add(row["sheet_id"])
        for name, texts in self.households.items():
            texts |= {row[name]} - {None}

    def may_be(self, row: dict[str, Any]) -> bool:
        """Return whether nothing contradicts that this is the row's child; in a table that names both, household or guardian must agree."""
        classes = set(row["class_no"] or ())
        if (row["sex"] and self.sexes and row["sex"] not in self.sexes) or (classes and self.classes and not classes & self.classes):
            return False
        named = next((name for name in _HOUSEHOLD[:2] if row[name] is not None and self.households[name]), None)
        if named and row[named] not in self.households[named]:
            return False
        return row["sheet_id"] not in self.tables or any(row[name] in texts for name, texts in self.households.items())


def add_keys(rows: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    """Fill `|key` where it is null and add `is_by_name`: whether the row joined a child by village and name alone.

    `rows` are typed rows of children ledgers in which `|key` holds the number or the name and birth date; `order` sorts them by time.
    """
    absent = [pl.lit(None, pl.String).alias(name) for name in ("sex", *_HOUSEHOLD) if name not in rows.columns]
    all_rows = rows.with_columns(absent).with_row_index("|at")
    loose = all_rows.filter(pl.col("|key").is_null())
    if loose.is_empty():
        return rows.with_columns(is_by_name=False)
    named = all_rows.filter(pl.col("|key").is_not_null())
    bearers = _bearers(named.join(loose.select("village_id", "child_name").unique(), on=["village_id", "child_name"], how="semi"))
    keys: dict[int, tuple[str, bool]] = {}
    strangers: dict[Name, list[dict[str, Any]]] = defaultdict(list)
    for row in loose.sort(order).iter_rows(named=True):
        name = (row["village_id"], row["child_name"])
        if row["child_name"] is None:
            keys[row["|at"]] = f"row:{row['sheet_id']}:{row['row_no']}", False
        elif len(bearers[name]) == 1 and bearers[name][0].may_be(row):
            keys[row["|at"]] = bearers[name][0].key, True
        else:
            strangers[name].append(row)
    for name, of_name in strangers.items():
        keys |= {at: (f"loose:{':'.join(name)}:{household}", False) for at, household in _households(of_name).items()}
    places = pl.Series("|at", list(keys), dtype=pl.UInt32)
    answers = pl.DataFrame({"|at": places, "|found": [key for key, _ in keys.values()], "is_by_name": [by for _, by in keys.values()]})
    joined = rows.with_row_index("|at").join(answers, on="|at", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("|key", "|found").alias("|key"), pl.col("is_by_name").fill_null(False)).drop("|at", "|found")


def _bearers(rows: pl.DataFrame) -> defaultdict[Name, list[_Person]]:
    persons: defaultdict[Name, dict[str, _Person]] = defaultdict(dict)
    for row in rows.iter_rows(named=True):
        persons[row["village_id"], row["child_name"]].setdefault(row["|key"], _Person(row["|key"])).take(row)
    return defaultdict(list, {name: list(of_name.values()) for name, of_name in persons.items()})


def _households(rows: list[dict[str, Any]]) -> dict[int, str]:
    """Return what tells the children of one name apart: rows that share a household or guardian, through others too, are one.

    Rows without either are one from table to table, and as many as stand in one table.
    """
    groups: list[set[str]] = []
    words = {row["|at"]: {f"{name}={row[name]}" for name in _HOUSEHOLD if row[name] is not None} for row in rows}
    for of_row in words.values():
        joined = [group for group in groups if group & of_row]
        groups = [group for group in groups if not group & of_row] + ([of_row.union(*joined)] if of_row else [])
    counts: Counter[str] = Counter()
    households = {}
    for row in rows:
        group = next((group for group in groups if group & words[row["|at"]]), None)
        households[row["|at"]] = min(group) if group else str(counts[row["sheet_id"]])
        counts[row["sheet_id"]] += group is None
    return households

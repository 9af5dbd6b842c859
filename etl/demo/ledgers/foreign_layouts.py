"""Ledgers of villages that write in the forms of other offices: cards, other words, two tables on a sheet, one that has to be asked about."""

import dataclasses
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from etl.demo.ledgers.books import CLASS_NAMES, Binder, Books, absent_classes
from etl.demo.ledgers.sheets import Row, Sheet
from etl.demo.ledgers.spelling import Column
from etl.demo.ledgers.submissions import Entry
from etl.demo.world import names
from etl.demo.world.tables import table
from etl.forms import layouts

LAYOUTS = ("cards", "grids")  # of the last two villages
_FOREIGN = table("foreign")


def answers() -> dict[str, list[dict[str, Any]]]:
    """Return what a person answered about the tables that their headings do not explain, as `etl layouts import` takes it."""
    columns = [("", "序号", "-"), *_columns("grids", "visits")]
    parts = [tuple(filter(None, column[:2])) for column in columns]
    fields = [None if field == "-" else field for *_, field in columns]
    mark = layouts.fingerprint(parts)
    layout = layouts.Layout(mark, [" ".join(words) for words in parts], "visits", fields, by="demo", at="2024-01-02T09:00:00+00:00")
    return {"layouts": [dataclasses.asdict(layout)], "words": [], "headings": []}


def _pairs(line: str) -> list[tuple[str, str]]:
    words = line.split()
    return list(zip(words[::2], words[1::2], strict=True))


def _columns(layout: str, ledger: str) -> list[Column]:
    """Return every column of a table."""
    lines = [line.rpartition(": ") for line in _FOREIGN["tables"][layout][ledger]]
    return [(group, heading, field) for group, _, line in lines for heading, field in _pairs(line)]


class ForeignBinder(Binder):
    """Puts the sheets of one submission together as no template has them."""

    def books(self) -> Books:
        """Return the files of any village; where cards are kept, needs stand below the pairings on one sheet."""
        books = super().books()
        if self.village.layout == "cards":
            upper, lower = books[self.file("结对")][1], books[self.file("工作")].pop(0)
            below = len(upper.rows) + 1
            upper.rows += [[], *lower.rows]
            upper.merges += [(top + below, left, bottom + below, right) for top, left, bottom, right in lower.merges]
        return books

    def plain(self, kind: str, entries: list[Entry] | None = None, fields: Sequence[str] = ()) -> Sheet:
        """Return a sheet in the words of this layout, where it has such; in visits 同上 stands for the visitor of the row above."""
        if kind not in _FOREIGN["tables"][self.village.layout]:
            return super().plain(kind, entries, fields)
        entries, title = self.submission.entries[kind], _FOREIGN["titles"][kind]
        if kind == "visits":
            entries = sorted(entries, key=lambda entry: (entry.fields["helper_name"], entry.fields["visited_on"]))
            for before, entry in pairwise(entries):
                entry.cells |= {"helper_name": "同上"} if before.fields["helper_name"] == entry.fields["helper_name"] else {}
        lines = absent_classes(entries) if kind == "children" else []
        return self.sheet(kind, title, _columns(self.village.layout, kind), entries, lines)

    def children(self) -> list[Sheet]:
        """Return the children in one table or on a registration card each."""
        entries = self.submission.entries["children"]
        if not entries:
            return super().children()
        return (
            [Sheet(f"{at}", self._child_card(entry)) for at, entry in enumerate(entries, 1)]
            if self.village.layout == "cards"
            else [self.plain("children")]
        )

    def visits(self) -> list[Sheet]:
        """Return the visits in one table or card below card."""
        entries = self.submission.entries["visits"]
        if self.village.layout == "grids" or not entries:
            return [self.plain("visits")]
        cards = [[*self._title("走访记录表"), *self._card("visit", entry), []] for entry in entries]
        return [Sheet("走访", [row for card in cards for row in card])]

    def _title(self, text: str) -> list[Row]:
        day = self.submission.day
        return [[text], [f"乡镇、村：{names.TOWN}{self.village.name}", "", "", f"填表时间：{day.year}年{day.month}月{day.day}日"]]

    def _card(self, name: str, entry: Entry) -> list[Row]:
        """Return the lines of a card: label, value, label, value; a stroke where there is nothing to write."""
        lines = [[(label, self.cell(field, entry)) for label, field in _pairs(line)] for line in _FOREIGN["cards"][name]]
        return [[text for label, value in line for text in (label, "/" if value in ("", None) else value)] for line in lines]

    def _child_card(self, entry: Entry) -> list[Row]:
        """Return a registration card: the classes ticked in a line; the newest form has the household in a table inside."""
        facts = entry.fields
        ticks = " ".join(f"{name}（{'√' if number in facts['class_no'] else ' '}）" for number, name in enumerate(CLASS_NAMES, 1))
        card = [*self._title("困境儿童和留守儿童信息登记表"), [f"儿童类别：{ticks}"], *self._card("child", entry)]
        if self.submission.is_last:
            card += [["家庭成员情况"], _FOREIGN["cards"]["members"].split()]
            for relation, parent in (("父亲", "father_"), ("母亲", "mother_")):
                card.append([facts[f"{parent}name"], relation, *(facts.get(parent + fact) for fact in ("status", "place"))])
        return card

    def cell(self, field: str, entry: Entry) -> object:
        """Return a cell as any village writes it, or what only these forms have: ticked classes, the part of the day, a stranger."""
        if field.startswith("class:"):
            return "√" if int(field[-1]) in entry.fields["class_no"] else ""
        if field == "-":
            return names.adult(self.rng, "男")
        cell = super().cell(field, entry)
        return f"{cell}{self.rng.choice(['上午', '下午', ''])}" if field == "visited_on" else cell

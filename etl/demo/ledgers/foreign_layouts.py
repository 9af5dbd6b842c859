"""Ledgers of villages that write in the forms of other offices: cards, other words, two tables on a sheet, one that has to be asked about."""

import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from etl.demo.ledgers.books import Binder, Books
from etl.demo.ledgers.sheets import Row, Sheet, Table
from etl.demo.ledgers.styles import CLASS_NAMES
from etl.demo.ledgers.submissions import Entry
from etl.demo.world import names
from etl.demo.world.tables import table
from etl.forms import layouts

LAYOUTS = ("cards", "grids")  # of the last two villages
_FOREIGN = table("foreign")


def answers() -> dict[str, list[dict[str, Any]]]:
    """Return what a person answered about the tables that their headings do not explain, as `etl layouts import` takes it."""
    columns = [("", "序号", "-"), *_columns("grids", "visits")]
    parts = [tuple(filter(None, (group, heading))) for group, heading, _field in columns]
    fields = [None if field == "-" else field for _group, _heading, field in columns]
    mark = layouts.fingerprint(parts)
    layout = layouts.Layout(mark, [" ".join(words) for words in parts], "visits", fields, by="demo", at="2024-01-02T09:00:00+00:00")
    return {"layouts": [dataclasses.asdict(layout)], "words": [], "headings": []}


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    words = line.split()
    return zip(words[::2], words[1::2], strict=True)


def _columns(layout: str, ledger: str) -> list[tuple[str, str, str]]:
    """Return (group or "", heading, field) of every column of a table."""
    lines = [line.rpartition(": ") for line in _FOREIGN["tables"][layout][ledger]]
    return [(group, heading, field) for group, _, line in lines for heading, field in _pairs(line)]


class ForeignBinder(Binder):
    """Puts the sheets of one submission together as no template has them."""

    def books(self) -> Books:
        """Return the files of any village; where cards are kept, needs stand below the pairings on one sheet."""
        books = super().books()
        if self.village.layout == "cards":
            upper, lower = books[self._file("结对")][1], books[self._file("工作")].pop(0)
            below = len(upper.rows) + 1
            upper.rows += [[], *lower.rows]
            upper.merges += [(top + below, left, bottom + below, right) for top, left, bottom, right in lower.merges]
        return books

    def _plain(self, kind: str) -> Sheet:
        return self._grid(kind) if kind in _FOREIGN["tables"][self.village.layout] else super()._plain(kind)

    def _children(self) -> list[Sheet]:
        entries = self.submission.entries["children"]
        if not entries:
            return super()._children()
        if self.village.layout == "grids":
            return [self._grid("children")]
        return [Sheet(f"{at}", self._child_card(entry)) for at, entry in enumerate(entries, 1)]

    def _visits(self) -> list[Sheet]:
        entries = self.submission.entries["visits"]
        if self.village.layout == "grids" or not entries:
            return [self._plain("visits")]
        cards = [[*self._title("走访记录表"), *self._card("visit", entry), []] for entry in entries]
        return [Sheet("走访", [row for card in cards for row in card])]

    def _title(self, text: str) -> list[Row]:
        day = self.submission.day
        return [[text], [f"乡镇、村：{names.TOWN}{self.village.name}", "", "", f"填表时间：{day.year}年{day.month}月{day.day}日"]]

    def _card(self, name: str, entry: Entry) -> list[Row]:
        """Return the lines of a card: label, value, label, value; a stroke where there is nothing to write."""
        lines = [[(label, self._cell(field, entry)) for label, field in _pairs(line)] for line in _FOREIGN["cards"][name]]
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

    def _grid(self, kind: str) -> Sheet:
        """Return a table in the words of this layout; in visits 同上 stands for the visitor of the row above."""
        columns = _columns(self.village.layout, kind)
        entries = self.submission.entries[kind]
        if kind == "visits":
            entries = sorted(entries, key=lambda entry: (entry.fields["helper_name"], entry.fields["visited_on"]))
        rows = [[self._cell(field, entry) for _group, _heading, field in columns] for entry in entries]
        if kind == "visits":
            at = [field for _group, _heading, field in columns].index("helper_name")
            for number, (before, entry) in enumerate(pairwise(entries), 1):
                if before.fields["helper_name"] == entry.fields["helper_name"]:
                    rows[number][at] = "同上"
        title = f"{names.TOWN}{self.village.name}{_FOREIGN['titles'][kind]}"
        grid = Table(title, [column[:2] for column in columns], rows, [entry.faults for entry in entries], [])
        if kind == "children":
            present = {number for entry in entries for number in entry.fields["class_no"]}
            grid.zero_lines = tuple(f"{name}:本村无此类儿童" for number, name in enumerate(CLASS_NAMES, 1) if number not in present)
        return self.layout(_FOREIGN["titles"][kind], grid)

    def _cell(self, field: str, entry: Entry) -> object:
        """Return a cell as any village writes it, or what only these forms have: ticked classes, the part of the day, a stranger."""
        if field.startswith("class:"):
            return "√" if int(field[-1]) in entry.fields["class_no"] else ""
        if field == "-":
            return names.adult(self.rng, "男")
        cell = super()._cell(field, entry)
        return f"{cell}{self.rng.choice(['上午', '下午', ''])}" if field == "visited_on" else cell

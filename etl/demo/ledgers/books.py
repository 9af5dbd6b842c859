"""Which workbooks and sheets a return is handed in as: files by subject or one book, sheets by class, group or year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from etl.demo.ledgers import columns
from etl.demo.ledgers.sheets import Layout, Sheet, Table, directory, plain_table, short_day, summary, year_title
from etl.demo.ledgers.styles import CLASS_NAMES, Pen, Style, style_of
from etl.demo.ledgers.submissions import Entry, Return
from etl.demo.world import names
from etl.demo.world.chance import seeded
from etl.demo.world.visits import TOPICS

YEARLY = ("times", "months", "listed")
_WORK = ("needs", "trainings", "policy_cards", "safety_reports", "care_events")
_PAIRING = ("helpers", "pairings", "department_covers")


@dataclass
class Book:
    """One file to be written: its name without folder, its sheets in order."""

    file: str
    sheets: list[Sheet]


def books_of(one: Return, number: int, seed: int) -> list[Book]:
    """The files of one return, the `number`-th of its village (from 1)."""
    return _Binder(one, number, seed).books()


class _Binder:
    """Puts the sheets of one return together."""

    def __init__(self, one: Return, number: int, seed: int) -> None:
        self.one, self.number, self.style = one, number, style_of(one.village.number)
        self.rng = seeded("books", seed, one.village.code, one.day)
        self.pen = Pen(self.style, self.rng, [one.village.name, *one.village.aliases])
        self.layout = Layout(self.style, one, self.rng)

    def books(self) -> list[Book]:
        """Children, pairing, visits and work ledgers, in one book or four."""
        subjects = {
            "儿童台账": self._children(),
            "结对": [self._plain(kind) for kind in _PAIRING if self.one.entries[kind] or kind != "department_covers"],
            "走访": self._visits(),
            "工作": [self._plain(kind) for kind in _WORK],
        }
        if self.one.is_last and self.one.village.number % 7 == 3:
            subjects["结对"].append(directory(self.one, self.rng))
        if self.style.is_one_book:
            return [Book(self._file("台账"), [sheet for sheets in subjects.values() for sheet in sheets])]
        return [Book(self._file(subject), sheets) for subject, sheets in subjects.items()]

    def _file(self, subject: str) -> str:
        """The file's name, with the reporting day or the number of the return."""
        day = self.one.day
        mark = {"20231231": f"_{day:%Y%m%d}", "2023-12-31": f"_{day}", "": f"第{self.number}期"}[self.style.name_day]
        ending = self.style.children_ending if subject == "儿童台账" and self.style.children_ending else self.style.ending
        return f"{self.one.village.name}{subject}{mark}.{ending}"

    def _plain(self, kind: str) -> Sheet:
        """A sheet with one row per entry; trainings of one day share a row where that is the habit."""
        entries = self.one.entries[kind]
        if kind == "trainings" and self.style.joins_trainees:
            entries = _joined(entries)
        fields = [name for name in columns.HEADINGS[kind] if name != "village_name" or self.style.has_village_column]
        table = plain_table(self.one, kind, self.style, self.pen, fields, entries)
        return self.layout.sheet(columns.TITLES[kind], table)

    def _children(self) -> list[Sheet]:
        """The children ledger: one sheet, one per class, or one per villager group."""
        entries, by = self.one.entries["children"], self.style.sheets
        sheets = [self._class_sheet(number) for number in range(1, 7)] if by == "class" else self._open_sheets(entries, by)
        if self.style.has_summary:
            sheets.append(summary(self.one, entries))
        return sheets

    def _open_sheets(self, entries: list[Entry], by: str) -> list[Sheet]:
        """Sheets of several classes; classes without a child are named below the last table."""
        groups: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            groups[str(entry.fields["group_name"]) if by == "group" else "儿童台账"].append(entry)
        present = {number for entry in entries for number in entry.fields["class_no"]}
        is_silent = self.one.village.conduct.omits_zeros and self.number == 1
        lines = tuple(f"{name}:本村无此类儿童" for at, name in enumerate(CLASS_NAMES, 1) if at not in present and not is_silent)
        if not groups:
            return [self._children_sheet("儿童台账", None, [], ())]
        ordered = sorted(groups, key="一二三四五六".find if by == "group" else None)
        last = ordered[-1]
        return [self._children_sheet(name, None, groups[name], lines if name == last else ()) for name in ordered]

    def _class_sheet(self, number: int) -> Sheet:
        """The sheet of one class."""
        entries = [entry for entry in self.one.entries["children"] if number in entry.fields["class_no"]]
        return self._children_sheet(CLASS_NAMES[number - 1], number, entries, ())

    def _children_sheet(self, name: str, class_no: int | None, entries: list[Entry], lines: tuple[str, ...]) -> Sheet:
        """One sheet of the children ledger, with a column too many where one was planted."""
        fields = columns.children_fields(class_no)
        dropped = {"class_no"} if class_no else set()
        if not self.style.has_village_column or class_no:
            dropped.add("village_name")
        if self.one.village.number % 3:
            dropped |= {"grade", "household_no"}
        fields = [field for field in fields if field not in dropped]
        table = plain_table(self.one, "children", self.style, self.pen, fields, entries)
        title = f"{CLASS_NAMES[class_no - 1]}台账" if class_no else columns.TITLES["children"]
        table.title = f"{names.TOWN}{self.one.village.name}{self.one.day.year}年{title}"
        table.zero, table.zero_lines = "本村无此类儿童", lines
        is_extra = self.one.is_last and self.one.village.number % 9 == 3 and bool(entries)
        if is_extra:
            table.headings.append(("", "银行卡号"))
            table.rows = [[*row, f"6200 0000 0000 {self.rng.randrange(10000):04d}"] for row in table.rows]
        sheet = self.layout.sheet(name, table)
        sheet.faults += [("heading_unknown", None)] if is_extra else []
        return sheet

    def _visits(self) -> list[Sheet]:
        """Visits as rows, with topics in a cell or in eight columns; or one sheet per year."""
        habit, entries = self.style.visits, self.one.entries["visits"]
        if habit in YEARLY:
            return self._years([entry for entry in entries if entry.fields.get("mode") not in ("电话", "视频")])
        hidden = {"village_name"} if not self.style.has_village_column else set()
        if not self.style.has_mode:
            hidden.add("mode")
            entries = [entry for entry in entries if entry.fields.get("mode") not in ("电话", "视频")]
        fields = [name for name in columns.HEADINGS["visits"] if name not in hidden]
        if habit == "topics":
            at = fields.index("topics")
            fields[at : at + 1] = TOPICS
        return [self.layout.sheet("走访记录", plain_table(self.one, "visits", self.style, self.pen, fields, entries))]

    def _years(self, entries: list[Entry]) -> list[Sheet]:
        """A sheet per calendar year; ticked months were given up for days in 2025."""
        sheets = []
        for year in range(self.one.visits_from.year if self.one.before else self.one.day.year, self.one.day.year + 1):
            found = [entry for entry in entries if entry.fields["visited_on"].year == year]
            habit = "times" if self.style.visits == "months" and year >= 2025 else self.style.visits
            layout = Layout(replace(self.style, repeats_headings=0), self.one, self.rng)
            sheets.append(layout.sheet(f"{year}年走访", _year_table(self.one, self.style, self.pen, found, year, habit)))
        return sheets


def _joined(entries: list[Entry]) -> list[Entry]:
    """One row per training, its people in one cell."""
    held: dict[object, Entry] = {}
    for entry in entries:
        key = entry.fields["held_on"], entry.fields["topic"]
        if key in held:
            held[key].fields["helper_name"] = f"{held[key].fields['helper_name']}、{entry.fields['helper_name']}"
        else:
            held[key] = Entry(dict(entry.fields))
    return list(held.values())


def _year_table(one: Return, style: Style, pen: Pen, entries: list[Entry], year: int, habit: str) -> Table:
    """A year's visits, one row per child and helper: 第1次 …, 1月 … with √, or the days in one cell."""
    people: dict[tuple, list[Entry]] = defaultdict(list)
    for entry in entries:
        people[(entry.fields["child_name"], entry.fields["id_number"], entry.fields["helper_name"])].append(entry)
    fields = [
        name for name in ("child_name", "id_number", "village_name", "helper_name") if style.has_village_column or name != "village_name"
    ]
    headings = [columns.heading("visits", name, style.aliases, False) for name in fields]
    wide = {"times": [f"第{at}次" for at in range(1, 7)], "months": [f"{at}月" for at in range(1, 13)]}
    wide["listed"] = [columns.heading("visits", "visited_on", style.aliases, False)[1]]
    rows: list[list] = []
    shown: list[Entry | None] = []
    for found in people.values():
        for at in range(0, len(found), 6) if habit == "times" else [0]:
            part = found[at : at + 6] if habit == "times" else found
            rows.append([pen.write(name, found[0].fields[name]) for name in fields] + _wide_cells(pen, part, habit))
            shown.append(Entry({}, faults=[code for entry in part for code in entry.faults]))
    title = [("", text) for text in wide[habit]]
    return Table("visits", year_title(one, year), headings + title, rows, shown, fields=tuple(fields))


def _wide_cells(pen: Pen, found: list[Entry], habit: str) -> list:
    """The wide cells of one row."""
    days = [entry.fields["visited_on"] for entry in found]
    if habit == "listed":
        return [pen.rng.choice(["、", ";", "\n"]).join(short_day(day) for day in days)]
    if habit == "months":
        ticked = {day.month for day in days}
        return ["√" if month in ticked else "" for month in range(1, 13)]
    cells = [pen.day(day) for day in days]
    return cells + [""] * (6 - len(cells))

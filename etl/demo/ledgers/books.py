"""Which workbooks and sheets a submission is handed in as: files by subject or one book, sheets by class, group or year."""

from collections import defaultdict
from collections.abc import Sequence

from etl.demo.ledgers.columns import FIELDS, REGISTER, TITLES, Column, children_fields, column
from etl.demo.ledgers.sheets import Clerk, Row, Sheet
from etl.demo.ledgers.submissions import YEARLY, Entry, Submission
from etl.demo.world import names
from etl.demo.world.model import Village
from etl.demo.world.tables import DAY, WORDS
from etl.demo.world.villages import HABITS

Books = dict[str, list[Sheet]]  # by file name
CLASS_NAMES = WORDS.classes["name"]


def register_book(villages: list[Village]) -> Books:
    """Return 村居名册.xlsx, which the town itself keeps: tidy, one row per village."""
    rows = [[vars(village)[field] for field in REGISTER] for village in villages]
    texts = [["、".join(cell) if isinstance(cell, list) else cell for cell in row] for row in rows]
    return {"村居名册.xlsx": [Sheet("村居名册", [list(REGISTER.values()), *texts])]}


def stray_book(submission: Submission, seed: int) -> Books:
    """Return a file that comes in beside the submissions: the sign-in sheet of a training without a reporting day."""
    village = Village(**vars(submission.village) | HABITS["usual_style"] | {"reporter": "none", "has_note": False})
    trainees = [entry.fields["helper_name"] for entry in submission.entries["helpers"] if entry.fields["left_on"] is None]
    shared = {"held_on": submission.day - 40 * DAY, "topic": "走访记录填写培训", "village_name": village.name}
    clerk = Binder(submission, village, "stray", seed)
    clerk.places = [village.name]
    sheet = clerk.plain("trainings", [Entry(shared | {"helper_name": name}) for name in trainees])
    sheet.name = "培训签到"
    sheet.faults.append(("reporting_day_missing", None))
    return {f"{village.name}培训签到.xlsx": [sheet]}


def absent_classes(entries: list[Entry]) -> list[str]:
    """Return a line for every class without a child."""
    present = {number for entry in entries for number in entry.fields["class_no"]}
    return [f"{name}:本村无此类儿童" for number, name in enumerate(CLASS_NAMES, 1) if number not in present]


class Binder(Clerk):
    """Puts the sheets of one submission together."""

    def books(self) -> Books:
        """Return children, pairing, visits and work ledgers, in one book or four."""
        village, entries = self.village, self.submission.entries
        pairing_kinds = ["helpers", "pairings"] + ["department_covers"] * bool(entries["department_covers"])
        subjects = {"儿童台账": self.children(), "结对": [self.plain(kind) for kind in pairing_kinds], "走访": self.visits()}
        subjects["工作"] = [self.plain(kind) for kind in ("needs", "trainings", "policy_cards", "safety_reports", "care_events")]
        if self.submission.is_last and village.number % 7 == 3:
            subjects["结对"].append(self._directory())
        if village.is_one_book:
            subjects = {"台账": [sheet for sheets in subjects.values() for sheet in sheets]}
        return {self.file(subject): sheets for subject, sheets in subjects.items()}

    def file(self, subject: str) -> str:
        """Return the name of the file of a subject."""
        day, village = self.submission.day, self.village
        mark = {"20231231": f"_{day:%Y%m%d}", "2023-12-31": f"_{day}", "": f"第{self.submission.number}期"}[village.name_day]
        ending = village.children_ending if subject == "儿童台账" and village.children_ending else village.ending
        return f"{village.name}{subject}{mark}.{ending}"

    def columns(self, ledger: str, fields: Sequence[str]) -> list[Column]:
        """Return the columns of a ledger in this village's spelling."""
        return [column(ledger, field, self.village.spelling, self.village.is_two_level) for field in fields]

    def plain(self, kind: str, entries: list[Entry] | None = None) -> Sheet:
        """Return a sheet with one row per entry; trainings of one day share a row where that is the habit."""
        entries = self.submission.entries[kind] if entries is None else entries
        if kind == "trainings" and self.village.joins_trainees:
            entries = _joined(entries)
        return self.sheet(kind, TITLES[kind], TITLES[kind], self.columns(kind, list(FIELDS[kind])), entries)

    def children(self) -> list[Sheet]:
        """Return the children ledger: one sheet, one per class, or one per villager group; classes without a child below the last."""
        entries, by, sheets = self.submission.entries["children"], self.village.sheets, []
        if by == "class":
            for number, name in enumerate(CLASS_NAMES, 1):
                sheets.append(self._children_sheet(name, [entry for entry in entries if number in entry.fields["class_no"]], number))
        else:
            groups: dict[str, list[Entry]] = defaultdict(list)
            for entry in entries:
                groups[entry.fields["group_name"] if by == "group" else "儿童台账"].append(entry)
            is_silent = not entries or (self.village.omits_zeros and self.submission.number == 1)
            *_, last = groups or ["儿童台账"]
            lines = {last: [] if is_silent else absent_classes(entries)}
            sheets = [self._children_sheet(name, groups[name], lines=lines.get(name, [])) for name in list(groups) or [last]]
        return [*sheets, self._summary()] if self.village.has_summary else sheets

    def _children_sheet(self, name: str, entries: list[Entry], class_no: int | None = None, lines: Sequence[str] = ()) -> Sheet:
        """Return one sheet of the children ledger, with a column too many where one was planted."""
        dropped = {"class_no", "village_name"} if class_no else set()
        dropped |= {"grade", "household_no"} if self.village.number % 3 else set()
        columns = self.columns("children", [field for field in children_fields(class_no) if field not in dropped])
        title = f"{self.submission.day.year}年{f'{name}台账' if class_no else TITLES['children']}"
        has_bank_cards = self.submission.is_last and self.village.number % 9 == 3 and bool(entries)
        return self.sheet("children", name, title, columns, entries, lines, has_bank_cards)

    def _summary(self) -> Sheet:
        """Return the hidden sheet of totals by class, with numbered columns."""
        rows: list[Row] = [[f"{names.TOWN}{self.village.name}儿童情况汇总表"], ["儿童类别", "人数", "其中:女童"], [1, 2, 3]]
        for number, name in enumerate(CLASS_NAMES, 1):
            sexes = [entry.fields["sex"] for entry in self.submission.entries["children"] if number in entry.fields["class_no"]]
            rows.append([name, len(sexes), sexes.count("女")])
        rows.append(["合计", *(sum(row[at] for row in rows[3:]) for at in (1, 2))])
        return Sheet("汇总", rows, [(0, 0, 0, 2)], (1, 1), is_hidden=True)

    def _directory(self) -> Sheet:
        """Return a sheet that is no ledger: the office's telephone list."""
        rows = [[unit, "值班", f"0999-{self.rng.randint(2000000, 8999999)}"] for unit in WORDS.town_units]
        rows = [["通讯录"], ["科室", "职责", "座机"], *rows]
        return Sheet("通讯录", rows, [(0, 0, 0, 2)], (1, 1), faults=[("sheet_unrecognised", None)])

    def visits(self) -> list[Sheet]:
        """Return visits as rows, with topics in a cell or in eight columns; or one sheet per year."""
        entries, fields, habit = self.submission.entries["visits"], list(FIELDS["visits"]), self.village.visits
        if habit in YEARLY or not self.village.has_mode:
            entries = [entry for entry in entries if entry.fields.get("mode") not in ("电话", "视频")]
            fields.remove("mode")
        if habit in YEARLY:
            return self._years(entries)
        if habit == "topics":
            at = fields.index("topics")
            fields[at : at + 1] = WORDS.topics
        return [self.sheet("visits", TITLES["visits"], TITLES["visits"], self.columns("visits", fields), entries)]

    def _years(self, entries: list[Entry]) -> list[Sheet]:
        """Return a sheet per calendar year; ticked months were given up for days in 2025."""
        sheets, day = [], self.submission.day
        for year in range((self.submission.before + DAY).year if self.submission.number > 1 else day.year, day.year + 1):
            habit = "times" if self.village.visits == "months" and year >= 2025 else self.village.visits
            wide = {"times": [f"第{at}次" for at in range(1, 7)], "months": [f"{at}月" for at in range(1, 13)], "listed": ["visited_on"]}[
                habit
            ]
            columns = self.columns("visits", ["child_name", "id_number", "village_name", "helper_name", *wide])
            visits = [entry for entry in entries if entry.fields["visited_on"].year == year]
            sheets.append(self.sheet("visits", f"{year}年走访", f"{year}年度走访记录", columns, _of_year(visits, habit, wide)))
        return sheets


def _of_year(visits: list[Entry], habit: str, wide: list[str]) -> list[Entry]:
    """Return a year's visits, one row per child and helper: 第1次 …, 1月 … with √, or the days in one cell."""
    pairs: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in visits:
        pairs[tuple(entry.fields[name] for name in ("child_name", "id_number", "helper_name"))].append(entry)
    rows = []
    for entries in pairs.values():
        size = len(wide) if habit == "times" else len(entries)
        for at in range(0, len(entries), size):
            part = entries[at : at + size]
            days = [entry.fields["visited_on"] for entry in part]
            fields = part[0].fields | ({"visited_on": days} if habit == "listed" else dict(zip(wide, days, strict=False)))
            months = {f"{day.month}月" for day in days} if habit == "months" else set()
            cells = {name: "√" if name in months else "" for name in wide if months or name not in fields}
            rows.append(Entry(fields, cells, [code for entry in part for code in entry.faults]))
    return rows


def _joined(entries: list[Entry]) -> list[Entry]:
    """Return one row per training, its people in one cell."""
    trainings: dict[object, Entry] = {}
    for entry in entries:
        key = entry.fields["held_on"], entry.fields["topic"]
        if key in trainings:
            trainings[key].fields["helper_name"] += f"、{entry.fields['helper_name']}"
        else:
            trainings[key] = Entry(dict(entry.fields))
    return list(trainings.values())

"""Which workbooks and sheets a submission is handed in as: files by subject or one book, sheets by class, group or year."""

from collections import defaultdict
from collections.abc import Sequence

from etl.demo.ledgers.sheets import Clerk, Row, Sheet
from etl.demo.ledgers.spelling import FIELDS, TITLES, children_fields
from etl.demo.ledgers.submissions import YEARLY, Entry, Submission
from etl.demo.world import names
from etl.demo.world.model import Village
from etl.demo.world.tables import DAY, WORDS, table
from etl.demo.world.villages import HABITS

Books = dict[str, list[Sheet]]  # by file name
CLASS_NAMES = WORDS.classes["name"]


def register_book(villages: list[Village]) -> Books:
    """Return 村居名册.xlsx, which the town itself keeps: tidy, one row per village."""
    headings = table("headings")["register"]
    rows = [["、".join(village.aliases) if field == "aliases" else getattr(village, field) for field in headings] for village in villages]
    return {"村居名册.xlsx": [Sheet("村居名册", [list(headings.values()), *rows])]}


def stray_book(submission: Submission, seed: int) -> Books:
    """Return a file that comes in beside the submissions: the sign-in sheet of a training without a reporting day."""
    village = Village(**vars(submission.village) | HABITS["usual_style"] | {"reporter": "none", "has_note": False})
    shared = {"held_on": submission.day - 40 * DAY, "topic": "走访记录填写培训", "village_name": village.name}
    helpers = [entry.fields for entry in submission.entries["helpers"]]
    trainees = [Entry(shared | {"helper_name": helper["helper_name"]}) for helper in helpers if helper["left_on"] is None]
    binder = Binder(submission, village, "stray", seed)
    binder.places = [village.name]
    sheet = binder.plain("trainings", trainees)
    sheet.name = "培训签到"
    sheet.faults.append(("reporting_day_missing", None))
    return {f"{village.name}{sheet.name}.xlsx": [sheet]}


def absent_classes(entries: list[Entry]) -> list[str]:
    """Return a line for every class without a child."""
    present = {number for entry in entries for number in entry.fields["class_no"]}
    return [f"{name}:本村无此类儿童" for number, name in enumerate(CLASS_NAMES, 1) if number not in present]


class Binder(Clerk):
    """Puts the sheets of one submission together."""

    def books(self) -> Books:
        """Return children, pairing, visits and work ledgers, in one book or four."""
        pairing_kinds = ["helpers", "pairings"] + ["department_covers"] * bool(self.submission.entries["department_covers"])
        subjects = {"儿童台账": self.children(), "结对": [self.plain(kind) for kind in pairing_kinds], "走访": self.visits()}
        subjects["工作"] = [self.plain(kind) for kind in ("needs", "trainings", "policy_cards", "safety_reports", "care_events")]
        if self.submission.is_last and self.village.number % 7 == 3:
            subjects["结对"].append(self._directory())
        if self.village.is_one_book:
            subjects = {"台账": [sheet for sheets in subjects.values() for sheet in sheets]}
        return {self.file(subject): sheets for subject, sheets in subjects.items()}

    def file(self, subject: str) -> str:
        """Return the name of the file of a subject."""
        day, village = self.submission.day, self.village
        mark = {"20231231": f"_{day:%Y%m%d}", "2023-12-31": f"_{day}", "": f"第{self.submission.number}期"}[village.name_day]
        return f"{village.name}{subject}{mark}.{village.children_ending if subject == '儿童台账' else village.ending}"

    def plain(self, kind: str, entries: list[Entry] | None = None, fields: Sequence[str] = ()) -> Sheet:
        """Return a sheet with one row per entry; trainings of one day share a row where that is the habit."""
        entries = self.submission.entries[kind] if entries is None else entries
        if kind == "trainings" and self.village.joins_trainees:
            trainings: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
            for entry in entries:
                trainings[entry.fields["held_on"], entry.fields["topic"]].append(entry)
            people = [[entry.fields["helper_name"] for entry in training] for training in trainings.values()]
            entries = [
                Entry(each[0].fields | {"helper_name": "、".join(names)}) for each, names in zip(trainings.values(), people, strict=True)
            ]
        return self.sheet(kind, TITLES[kind], [self.column(kind, field) for field in fields or FIELDS[kind]], entries)

    def children(self) -> list[Sheet]:
        """Return the children ledger: one sheet, one per class, or one per villager group; classes without a child below the last."""
        entries, groups = self.submission.entries["children"], defaultdict[str, list[Entry]](list)
        if self.village.sheets == "class":
            of_class = [[entry for entry in entries if number in entry.fields["class_no"]] for number in range(1, 7)]
            sheets = [self._children_sheet(CLASS_NAMES[at], each, at + 1) for at, each in enumerate(of_class)]
        else:
            for entry in entries:
                groups[entry.fields["group_name"] if self.village.sheets == "group" else "儿童台账"].append(entry)
            is_silent = not entries or (self.village.omits_zeros and self.submission.number == 1)
            lines = [] if is_silent else absent_classes(entries)
            *others, last = groups or {"儿童台账": []}
            sheets = [self._children_sheet(name, groups[name]) for name in others] + [self._children_sheet(last, groups[last], lines=lines)]
        return [*sheets, self._summary()] if self.village.has_summary else sheets

    def _children_sheet(self, name: str, entries: list[Entry], class_no: int | None = None, lines: Sequence[str] = ()) -> Sheet:
        dropped = {"class_no", "village_name"} if class_no else set()
        dropped |= {"grade", "household_no"} if self.village.number % 3 else set()
        columns = [self.column("children", field) for field in children_fields(class_no) if field not in dropped]
        title = f"{self.submission.day.year}年{f'{name}台账' if class_no else TITLES['children']}"
        sheet = self.sheet("children", title, columns, entries, lines)
        sheet.name = name
        return sheet

    def _summary(self) -> Sheet:
        """Return the hidden sheet of totals by class, with numbered columns."""
        rows: list[Row] = []
        for number, name in enumerate(CLASS_NAMES, 1):
            sexes = [entry.fields["sex"] for entry in self.submission.entries["children"] if number in entry.fields["class_no"]]
            rows.append([name, len(sexes), sexes.count("女")])
        total = ["合计", *(sum(row[at] for row in rows) for at in (1, 2))]
        head: list[Row] = [[f"{names.TOWN}{self.village.name}儿童情况汇总表"], ["儿童类别", "人数", "其中:女童"], [1, 2, 3]]
        return Sheet("汇总", [*head, *rows, total], [(0, 0, 0, 2)], (1, 1), is_hidden=True)

    def _directory(self) -> Sheet:
        """Return a sheet that is no ledger: the office's telephone list."""
        rows = [[unit, "值班", f"0999-{self.rng.randint(2000000, 8999999)}"] for unit in WORDS.town_units]
        rows = [["通讯录"], ["科室", "职责", "座机"], *rows]
        return Sheet("通讯录", rows, [(0, 0, 0, 2)], (1, 1), faults=[("sheet_unrecognised", None)])

    def visits(self) -> list[Sheet]:
        """Return visits as rows, with topics in a cell or in eight columns; or one sheet per year."""
        entries, fields, is_yearly = self.submission.entries["visits"], list(FIELDS["visits"]), self.village.visits in YEARLY
        if is_yearly or not self.village.has_mode:
            entries = [entry for entry in entries if entry.fields.get("mode") not in ("电话", "视频")]
            fields.remove("mode")
        if self.village.visits == "topics":
            at = fields.index("topics")
            fields[at : at + 1] = WORDS.topics
        return self._years(entries) if is_yearly else [self.plain("visits", entries, fields)]

    def _years(self, entries: list[Entry]) -> list[Sheet]:
        """Return a sheet per calendar year, one row per child and helper; ticked months were given up for days in 2025."""
        sheets, day = [], self.submission.day
        for year in range((self.submission.before + DAY).year if self.submission.number > 1 else day.year, day.year + 1):
            habit = "times" if self.village.visits == "months" and year >= 2025 else self.village.visits
            wide = {"times": [f"第{at}次" for at in range(1, 7)], "months": [f"{at}月" for at in range(1, 13)], "listed": ["visited_on"]}[
                habit
            ]
            columns = [self.column("visits", field) for field in ("child_name", "id_number", "village_name", "helper_name", *wide)]
            pairs: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
            for entry in entries:
                if entry.fields["visited_on"].year == year:
                    pairs[tuple(entry.fields[name] for name in ("child_name", "id_number", "helper_name"))].append(entry)
            rows = [row for visits in pairs.values() for row in _wide_rows(visits, habit, wide)]
            sheets.append(self.sheet("visits", f"{year}年度走访记录", columns, rows))
            sheets[-1].name = f"{year}年走访"
        return sheets


def _wide_rows(visits: list[Entry], habit: str, wide: list[str]) -> list[Entry]:
    """Return the rows of a child and helper: days as 第1次 …, √ in 1月 …, or the days in one cell."""
    if habit == "times" and len(visits) > len(wide):
        return [*_wide_rows(visits[: len(wide)], habit, wide), *_wide_rows(visits[len(wide) :], habit, wide)]
    days = [entry.fields["visited_on"] for entry in visits]
    months = {f"{day.month}月": "√" for day in days}
    values = {"times": dict(zip(wide, days, strict=False)), "months": {}, "listed": {"visited_on": days}}[habit]
    cells = {name: months.get(name, "") for name in wide if name not in values}
    return [Entry(visits[0].fields | values, cells, [code for entry in visits for code in entry.faults])]

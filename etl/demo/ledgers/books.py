"""Which workbooks and sheets a submission is handed in as: files by subject or one book, sheets by class, group or year."""

from collections import defaultdict

from etl.demo.ledgers import columns
from etl.demo.ledgers.sheets import Clerk, Sheet, Table, directory, summary
from etl.demo.ledgers.styles import CLASS_NAMES, style_of
from etl.demo.ledgers.submissions import YEARLY, Entry, Submission
from etl.demo.world import names
from etl.demo.world.chance import DAY, seeded
from etl.demo.world.deeds import TOPICS
from etl.demo.world.model import Village
from etl.demo.world.tables import usual

Books = dict[str, list[Sheet]]  # by file name


def register_book(villages: list[Village]) -> Books:
    """Return 村居名册.xlsx, which the town itself keeps: tidy, one row per village."""
    headings = "区划代码 村(社区)名称 别名 类型 联系单位 是否重点帮扶村 经度 纬度 儿童主任 儿童主任电话".split()
    rows: list[list[object]] = []
    for village in villages:
        identity = [village.code, village.name, "、".join(village.aliases), village.kind, village.linked_unit]
        place = ["是" if village.is_key else "否", village.longitude, village.latitude]
        rows.append([*identity, *place, village.director, village.director_phone])
    return {"村居名册.xlsx": [Sheet("村居名册", [headings, *rows])]}


def stray_book(submission: Submission, seed: int) -> Books:
    """Return a file that comes in beside the submissions: the sign-in sheet of a training without a reporting day."""
    village = submission.village
    trainees = [entry.fields["helper_name"] for entry in submission.entries["helpers"] if entry.fields["left_on"] is None]
    shared = {"held_on": submission.day - 40 * DAY, "topic": "走访记录填写培训", "village_name": village.name}
    clerk = Clerk(submission, usual("style").but(reporter="none", has_note=False), seeded("stray", seed))
    clerk.places = [village.name]
    fields = ["held_on", "topic", "helper_name", "village_name"]
    sheet = clerk.layout("培训签到", clerk.table("trainings", fields, [Entry(shared | {"helper_name": name}) for name in trainees]))
    sheet.faults.append(("reporting_day_missing", None))
    return {f"{village.name}培训签到.xlsx": [sheet]}


class Binder(Clerk):
    """Puts the sheets of one submission together."""

    def __init__(self, submission: Submission, seed: int) -> None:
        village = submission.village
        super().__init__(submission, style_of(village), seeded("books", seed, village.code, submission.day))

    def books(self) -> Books:
        """Return children, pairing, visits and work ledgers, in one book or four."""
        pairing_kinds = ["helpers", "pairings"] + ["department_covers"] * bool(self.submission.entries["department_covers"])
        subjects = {"儿童台账": self._children(), "结对": [self._plain(kind) for kind in pairing_kinds], "走访": self._visits()}
        subjects["工作"] = [self._plain(kind) for kind in ("needs", "trainings", "policy_cards", "safety_reports", "care_events")]
        if self.submission.is_last and self.village.number % 7 == 3:
            subjects["结对"].append(directory(self.rng))
        if self.style.is_one_book:
            subjects = {"台账": [sheet for sheets in subjects.values() for sheet in sheets]}
        return {self._file(subject): sheets for subject, sheets in subjects.items()}

    def _file(self, subject: str) -> str:
        day = self.submission.day
        mark = {"20231231": f"_{day:%Y%m%d}", "2023-12-31": f"_{day}", "": f"第{self.submission.number}期"}[self.style.name_day]
        ending = self.style.children_ending if subject == "儿童台账" and self.style.children_ending else self.style.ending
        return f"{self.village.name}{subject}{mark}.{ending}"

    def _plain(self, kind: str) -> Sheet:
        """Return a sheet with one row per entry; trainings of one day share a row where that is the habit."""
        entries = self.submission.entries[kind]
        if kind == "trainings" and self.style.joins_trainees:
            entries = _joined(entries)
        return self.layout(columns.TITLES[kind], self.table(kind, list(columns.FIELDS[kind]), entries))

    def _children(self) -> list[Sheet]:
        """Return the children ledger: one sheet, one per class, or one per villager group; classes without a child below the last."""
        entries, by = self.submission.entries["children"], self.style.sheets
        if by == "class":
            of_class = [[entry for entry in entries if number in entry.fields["class_no"]] for number in range(1, 7)]
            sheets = [self._children_sheet(name, number, of_class[number - 1]) for number, name in enumerate(CLASS_NAMES, 1)]
        else:
            groups: dict[str, list[Entry]] = defaultdict(list)
            for entry in entries:
                groups[entry.fields["group_name"] if by == "group" else "儿童台账"].append(entry)
            present = {number for entry in entries for number in entry.fields["class_no"]}
            is_silent = not entries or (self.village.conduct.omits_zeros and self.submission.number == 1)
            lines = tuple(f"{name}:本村无此类儿童" for at, name in enumerate(CLASS_NAMES, 1) if at not in present and not is_silent)
            ordered = sorted(groups, key="一二三四五六".find if by == "group" else None) or ["儿童台账"]
            sheets = [self._children_sheet(name, None, groups[name], lines if name == ordered[-1] else ()) for name in ordered]
        return [*sheets, summary(self.submission)] if self.style.has_summary else sheets

    def _children_sheet(self, name: str, class_no: int | None, entries: list[Entry], lines: tuple[str, ...] = ()) -> Sheet:
        """Return one sheet of the children ledger, with a column too many where one was planted."""
        dropped = {"class_no", "village_name"} if class_no else set()
        if self.village.number % 3:
            dropped |= {"grade", "household_no"}
        table = self.table("children", [field for field in columns.children_fields(class_no) if field not in dropped], entries)
        title = f"{CLASS_NAMES[class_no - 1]}台账" if class_no else columns.TITLES["children"]
        table.title = f"{names.TOWN}{self.village.name}{self.submission.day.year}年{title}"
        table.zero, table.zero_lines = "本村无此类儿童", lines
        has_extra_column = self.submission.is_last and self.village.number % 9 == 3 and bool(entries)
        if has_extra_column:
            table.headings.append(("", "银行卡号"))
            table.rows = [[*row, f"6200 0000 0000 {self.rng.randrange(10000):04d}"] for row in table.rows]
        sheet = self.layout(name, table)
        sheet.faults += [("heading_unknown", None)] if has_extra_column else []
        return sheet

    def _visits(self) -> list[Sheet]:
        """Return visits as rows, with topics in a cell or in eight columns; or one sheet per year."""
        entries, fields = self.submission.entries["visits"], list(columns.FIELDS["visits"])
        is_yearly = self.style.visits in YEARLY
        if is_yearly or not self.style.has_mode:
            entries = [entry for entry in entries if entry.fields.get("mode") not in ("电话", "视频")]
            fields.remove("mode")
        if is_yearly:
            return self._years(entries)
        if self.style.visits == "topics":
            at = fields.index("topics")
            fields[at : at + 1] = TOPICS
        return [self.layout("走访记录", self.table("visits", fields, entries))]

    def _years(self, entries: list[Entry]) -> list[Sheet]:
        """Return a sheet per calendar year; ticked months were given up for days in 2025."""
        sheets, day = [], self.submission.day
        for year in range((self.submission.before + DAY).year if self.submission.number > 1 else day.year, day.year + 1):
            visits = [entry for entry in entries if entry.fields["visited_on"].year == year]
            habit = "times" if self.style.visits == "months" and year >= 2025 else self.style.visits
            sheets.append(self.layout(f"{year}年走访", self._year_table(visits, year, habit)))
        return sheets

    def _year_table(self, entries: list[Entry], year: int, habit: str) -> Table:
        """Return a year's visits, one row per child and helper: 第1次 …, 1月 … with √, or the days in one cell."""
        pairs: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        for entry in entries:
            pairs[tuple(entry.fields[name] for name in ("child_name", "id_number", "helper_name"))].append(entry)
        fields = ["child_name", "id_number", "village_name", "helper_name"]
        listed = columns.heading("visits", "visited_on", self.style.spelling, False)[1]
        wide = {"times": [f"第{at}次" for at in range(1, 7)], "months": [f"{at}月" for at in range(1, 13)], "listed": [listed]}
        headings = [columns.heading("visits", name, self.style.spelling, False) for name in fields]
        table = Table(f"{names.TOWN}{self.village.name}{year}年度走访记录", headings + [("", text) for text in wide[habit]], [], [], fields)
        for visits in pairs.values():
            for at in range(0, len(visits), 6 if habit == "times" else len(visits)):
                part = visits[at : at + 6] if habit == "times" else visits
                cells = [self.write(name, visits[0].fields[name]) for name in fields]
                table.rows.append(cells + self._wide_cells(part, habit))
                table.faults.append([code for entry in part for code in entry.faults])
        return table

    def _wide_cells(self, visits: list[Entry], habit: str) -> list[object]:
        days = [entry.fields["visited_on"] for entry in visits]
        if habit == "listed":
            return [self.rng.choice(["、", ";", "\n"]).join(f"{day.month}月{day.day}日" for day in days)]
        if habit == "months":
            return ["√" if month in {day.month for day in days} else "" for month in range(1, 13)]
        return [self.day(day) for day in days] + [""] * (6 - len(days))


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

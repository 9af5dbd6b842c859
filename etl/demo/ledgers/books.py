"""Which workbooks and sheets a submission is handed in as; two villages write in the forms of other offices (foreign.toml)."""

from collections import defaultdict
from itertools import groupby, pairwise

from etl.demo.ledgers.clerk import CLASS_NAMES, Clerk
from etl.demo.ledgers.submissions import FIELDS, YEARLY, Entry, Submission
from etl.demo.ledgers.writers import Row, Sheet
from etl.demo.world.chance import DAY, TOWN, WORDS, table
from etl.demo.world.model import Village
from etl.demo.world.villages import HABITS

Books = dict[str, list[Sheet]]  # by file name
_HEADINGS, _FOREIGN = table("headings"), table("foreign")


def register_book(villages: list[Village]) -> Books:
    """Return 村居名册.xlsx, which the town itself keeps: tidy, one row per village."""
    headings = _HEADINGS["register"]
    rows = [["、".join(village.aliases) if field == "aliases" else getattr(village, field) for field in headings] for village in villages]
    return {"村居名册.xlsx": [Sheet("村居名册", [list(headings.values()), *rows])]}


def stray_book(submission: Submission, seed: int) -> Books:
    """Return a file that comes in beside the submissions: the sign-in sheet of a training without a reporting day."""
    village = Village(**vars(submission.village) | HABITS["usual_style"] | {"reporter": "none", "has_note": False})
    shared = {"held_on": submission.day - 40 * DAY, "topic": "走访记录填写培训", "village_name": village.name}
    helpers = [entry.fields for entry in submission.entries["helpers"]]
    trainees = [Entry(shared | {"helper_name": helper["helper_name"]}) for helper in helpers if helper["left_on"] is None]
    clerk = Clerk(submission, village, f"stray {seed}")
    clerk.places = [village.name]
    sheet = clerk.sheet("trainings", trainees, name="培训签到")
    sheet.faults.append(("reporting_day_missing", None))
    return {f"{village.name}{sheet.name}.xlsx": [sheet]}


def children_fields(class_no: int) -> list[str]:
    """Return the fields of a children ledger (0), or of one class's sheet."""
    starts = {name: tuple(text.split()) for name, text in _HEADINGS["class_fields"].items()}
    return [name for name in FIELDS["children"] if not name.startswith(starts["all"]) or name.startswith(starts[str(class_no)])]


class Binder(Clerk):
    """Puts the sheets of one submission together."""

    def books(self) -> Books:
        """Return children, pairing, visits and work ledgers, in one book or four."""
        village, submission, subjects = self.village, self.submission, Books()
        for subject, kinds in _HEADINGS["subjects"].items():
            kept = [kind for kind in kinds if kind != "department_covers" or submission.entries[kind]]
            subjects[subject] = [sheet for kind in kept for sheet in self._sheets(kind, submission.entries[kind])]
        if submission.is_last and village.number % 7 == 3:  # a sheet that is no ledger
            rows = [[unit, "值班", f"0999-{self.rng.randint(2000000, 8999999)}"] for unit in WORDS.town_units]
            rows = [["通讯录"], ["科室", "职责", "座机"], *rows]
            subjects["结对"].append(Sheet("通讯录", rows, [(0, 0, 0, 2)], (1, 1), faults=[("sheet_unrecognised", None)]))
        if village.layout == "cards":  # needs stand below the pairings on one sheet
            upper, lower = subjects["结对"][1], subjects["工作"].pop(0)
            below = len(upper.rows) + 1
            upper.rows += [[], *lower.rows]
            upper.merges += [(top + below, left, bottom + below, right) for top, left, bottom, right in lower.merges]
        if village.is_one_book:
            subjects = {"台账": [sheet for sheets in subjects.values() for sheet in sheets]}
        mark = village.file_mark.format(day=submission.day, number=submission.number)
        endings = {subject: village.children_ending if subject == "儿童台账" else village.ending for subject in subjects}
        return {f"{village.name}{subject}{mark}.{endings[subject]}": sheets for subject, sheets in subjects.items()}

    def _sheets(self, kind: str, entries: list[Entry]) -> list[Sheet]:
        """Return the sheets of a ledger, in a foreign layout where the village has one for it."""
        layout, has_cards = self.village.layout, self.village.layout == "cards" and kind in _FOREIGN["cards"]
        if entries and has_cards and kind == "children":
            return [Sheet(f"{at}", self._card(kind, entry)) for at, entry in enumerate(entries, 1)]
        if entries and has_cards:
            return [Sheet("走访", [row for entry in entries for row in [*self._card(kind, entry), []]])]
        if kind in _FOREIGN["tables"].get(layout, {}) and (entries or kind != "children"):
            if kind == "visits":  # 同上 stands for the visitor of the row above
                entries = sorted(entries, key=lambda entry: (entry.fields["helper_name"], entry.fields["visited_on"]))
                for before, entry in pairwise(entries):
                    entry.cells |= {"helper_name": "同上"} if before.fields["helper_name"] == entry.fields["helper_name"] else {}
            columns, title = _FOREIGN["tables"][layout][kind], _FOREIGN["titles"][kind]
            return [self.sheet(kind, entries, columns, title, names_absent=kind == "children")]
        if kind == "children":
            return self._children(entries)
        if kind == "visits":
            return self._visits(entries)
        if kind == "trainings" and self.village.joins_trainees:  # those of one training share a row
            trainings = [list(run) for _, run in groupby(entries, key=lambda entry: (entry.fields["held_on"], entry.fields["topic"]))]
            entries = [Entry(run[0].fields | {"helper_name": [entry.fields["helper_name"] for entry in run]}) for run in trainings]
        return [self.sheet(kind, entries)]

    def _card(self, kind: str, entry: Entry) -> list[Row]:
        """Return a title and lines of label, value, label, value, with a stroke where there is nothing to write.

        For a child the classes are ticked in a line; the newest form has the household in a table inside.
        """
        day, facts = self.submission.day, entry.fields
        card: list[Row] = [[_FOREIGN["card_titles"][kind]]]
        card.append([f"乡镇、村：{TOWN}{self.village.name}", "", "", f"填表时间：{day.year}年{day.month}月{day.day}日"])
        if kind == "children":
            ticks = [f"{name}（{'√' if number in facts['class_no'] else ' '}）" for number, name in enumerate(CLASS_NAMES, 1)]
            card.append([f"儿童类别：{' '.join(ticks)}"])
        for line in _FOREIGN["cards"][kind]:
            cells = [(label, self.cell(field, entry)) for label, field in line]
            card.append([text for label, value in cells for text in (label, "/" if value in ("", None) else value)])
        if kind == "children" and self.submission.is_last:
            card += [["家庭成员情况"], ["姓名", "与儿童关系", "状况", "务工地点"]]
            for relation, parent in (("父亲", "father_"), ("母亲", "mother_")):
                card.append([facts[f"{parent}name"], relation, facts.get(f"{parent}status"), facts.get(f"{parent}place")])
        return card

    def _children(self, entries: list[Entry]) -> list[Sheet]:
        """Return the children ledger: one sheet, one per class, or one per villager group; classes without a child below the last."""
        village, year, is_by_class, sheets = self.village, self.submission.day.year, self.village.sheets == "class", list[Sheet]()
        of_class = {name: [entry for entry in entries if number in entry.fields["class_no"]] for number, name in enumerate(CLASS_NAMES, 1)}
        groups: dict[str, list[Entry]] = of_class if is_by_class else {}
        for entry in [] if is_by_class else entries:
            groups.setdefault(entry.fields["group_name"] if village.sheets == "group" else "儿童台账", []).append(entry)
        groups = groups or {"儿童台账": []}
        is_silent = is_by_class or not entries or (village.omits_zeros and self.submission.number == 1)
        dropped = ["grade", "household_no"] * bool(village.number % 3) + ["class_no", "village_name"] * is_by_class
        for at, (name, group) in enumerate(groups.items(), 1):
            title = f"{year}年{f'{name}台账' if is_by_class else _HEADINGS['titles']['children']}"
            columns = self.columns("children", [field for field in children_fields(at if is_by_class else 0) if field not in dropped])
            sheets.append(self.sheet("children", group, columns, title, name, names_absent=at == len(groups) and not is_silent))
        if village.has_summary:  # hidden, with numbered columns
            counts = [[len(group), sum(entry.fields["sex"] == "女" for entry in group)] for group in of_class.values()]
            rows: list[Row] = [[name, *count] for name, count in zip(of_class, counts, strict=True)]
            head: list[Row] = [[f"{TOWN}{village.name}儿童情况汇总表"], ["儿童类别", "人数", "其中:女童"], [1, 2, 3]]
            total = ["合计", *map(sum, zip(*counts, strict=True))]
            sheets.append(Sheet("汇总", [*head, *rows, total], [(0, 0, 0, 2)], (1, 1), is_hidden=True))
        return sheets

    def _visits(self, entries: list[Entry]) -> list[Sheet]:
        """Return visits as rows, with topics in a cell or in eight columns; or one sheet per year."""
        habit, fields, day, before = self.village.visits, list(FIELDS["visits"]), self.submission.day, self.submission.before
        if habit in YEARLY or not self.village.has_mode:
            entries = [entry for entry in entries if entry.fields.get("mode") not in ("电话", "视频")]
            fields.remove("mode")
        if habit == "topics":
            at = fields.index("topics")
            fields[at : at + 1] = WORDS.topics
        if habit not in YEARLY:
            return [self.sheet("visits", entries, self.columns("visits", fields))]
        years = range((before + DAY).year if self.submission.number > 1 else day.year, day.year + 1)
        return [self._year(year, [entry for entry in entries if entry.fields["visited_on"].year == year]) for year in years]

    def _year(self, year: int, entries: list[Entry]) -> Sheet:
        """Return a sheet of a year's visits, a row per child and helper: days as 第1次 …, √ in 1月 … (given up in 2025), or days in a cell."""
        habit = "times" if self.village.visits == "months" and year >= 2025 else self.village.visits
        wide, rows, pairs = _HEADINGS["wide"][habit], list[Entry](), defaultdict[tuple[str, ...], list[Entry]](list)
        for entry in entries:
            pairs[tuple(entry.fields[name] for name in ("child_name", "id_number", "helper_name"))].append(entry)
        for visits in pairs.values():
            size = len(wide) if habit == "times" else len(visits)
            for part in [visits[at : at + size] for at in range(0, len(visits), size)]:
                days = [entry.fields["visited_on"] for entry in part]
                ticks = {f"{day.month}月": "√" for day in days}
                values = {"times": dict(zip(wide, days, strict=False)), "months": ticks, "listed": {"visited_on": days}}[habit]
                cells = {name: "" for name in wide if name not in values}
                rows.append(Entry(part[0].fields | values, cells, [code for entry in part for code in entry.faults]))
        columns = self.columns("visits", ["child_name", "id_number", "village_name", "helper_name", *wide])
        return self.sheet("visits", rows, columns, f"{year}年度走访记录", f"{year}年走访")

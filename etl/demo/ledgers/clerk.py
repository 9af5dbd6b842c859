"""A village's sheets: the anatomy (title, 填报 line, headings, rows, total, zero lines, notes) and the spelling, never what a value means."""

import datetime as dt
from collections.abc import Iterable, Sequence

from etl.demo.ledgers.submissions import FIELDS, Entry, Submission
from etl.demo.ledgers.writers import Column, Sheet
from etl.demo.world.chance import TOWN, WORDS, Chance, table
from etl.demo.world.model import Village
from etl.demo.world.villages import HABITS

CLASS_NAMES = WORDS.classes["name"]
_HEADINGS = table("headings")
_WIDE = str.maketrans("0123456789X年月日", "０１２３４５６７８９Ｘ年月日")


class Clerk:
    """Fills in the tables of one submission as its village writes; seeded, so that the same ledger looks the same again."""

    def __init__(self, submission: Submission, village: Village, stream: str) -> None:
        self.submission, self.village, self.rng = submission, village, Chance(stream)
        self.places = [village.name, *village.aliases]

    def columns(self, ledger: str, fields: Iterable[str]) -> list[Column]:
        """Return the columns of fields; what is no field of the ledger is a heading itself."""
        columns = []
        for field in fields:
            spellings = FIELDS[ledger].get(field, field).split()
            heading = spellings[self.village.spelling if len(spellings) > 1 else 0]
            group = _HEADINGS["groups"].get(field[: field.find("_") + 1], "") if self.village.is_two_level else ""
            columns.append((group, _HEADINGS["sub_headings"].get(field, heading) if group else heading, field))
        return columns

    def sheet(
        self, ledger: str, entries: list[Entry], columns: Sequence[Column] = (), title: str = "", name: str = "", names_absent: bool = False
    ) -> Sheet:
        """Return a sheet with one row per entry, the classes without a child named below, a column or a child too many where planted."""
        title, columns = title or _HEADINGS["titles"][ledger], columns or self.columns(ledger, FIELDS[ledger])
        village, rng, sheet = self.village, self.rng, Sheet(name or title)
        faults = self.submission.faults if ledger == "children" and entries else set()
        rows = [[self.cell(field, entry) for *_, field in columns] for entry in entries]
        if "heading_unknown" in faults:
            columns = [*columns, ("", "银行卡号", "")]
            rows = [[*row, f"6200 0000 0000 {rng.randrange(10000):04d}"] for row in rows]
        width = len(columns) + 1
        if village.title == "annex":
            sheet.add([f"附件{rng.randint(1, 5)}"])
        if village.title != "none":
            sheet.add([f"{TOWN}{village.name}{title}"], width)
        self._add_reporter(sheet, width)
        sheet.add_headings([("", "序号", ""), *columns])
        if village.has_column_numbers:
            sheet.add(list(range(1, width + 1)))
        first, repeats = len(sheet.rows), village.repeats_headings if ledger != "visits" else 0
        for at, (cells, entry) in enumerate(zip(rows, entries, strict=True)):
            if repeats and at and at % repeats == 0:
                sheet.add(sheet.rows[sheet.head[0]])
            sheet.add([at + 1, *cells])
            sheet.faults += [(code, len(sheet.rows)) for code in entry.faults]
        for at, (*_, field) in enumerate(columns, 1):
            if village.merges_village and field == "village_name" and len(rows) > 1:
                for row in sheet.rows[first:]:
                    row[at] = None
                sheet.rows[first][at] = village.name
                sheet.merges.append((first, at, len(sheet.rows) - 1, at))
        if "heading_unknown" in faults:
            sheet.faults.append(("heading_unknown", None))
        if not rows:
            zero = "本村无此类儿童" if ledger == "children" else "零报告"
            sheet.add([zero] if rng.random() < 0.6 else ["", "无"])
        elif village.has_total and ledger == "children":
            sheet.add(["合计", len(rows) if rng.random() < 0.6 else f"{len(rows)}人"])
            if "total_mismatch" in faults:
                faults.remove("total_mismatch")
                sheet.faults.append(("total_mismatch", len(sheet.rows)))
                sheet.rows[-1][1] = len(rows) + 1
        present = {number for entry in self.submission.entries["children"] for number in entry.fields["class_no"]}
        absent = [name for number, name in enumerate(CLASS_NAMES, 1) if number not in present]
        sheet.rows += [[f"{name}:本村无此类儿童"] for name in absent if names_absent]
        if village.has_note:
            sheet.add(["注:1.本表一式两份。2.如有变动请及时更新。"], width)
            sheet.add(["审核人:", "", "", f"填表人:{village.director}"])
        return sheet

    def _add_reporter(self, sheet: Sheet, width: int) -> None:
        day, village = self.submission.day, self.village
        on = self.rng.choice([f"{day.year}年{day.month}月{day.day}日", f"{day}", f"{day.year}.{day.month}.{day.day}"])
        unit = self.rng.choice([village.name, village.aliases[2 if village.kind == "村" else 1]])
        parts = [f"填报单位(盖章):{unit}", f"填报人:{village.director}", f"电话:{village.director_phone}", f"填报时间:{on}"]
        if village.reporter == "line":
            sheet.add(["  ".join(parts)], width)
        elif village.reporter == "cells":
            row, step = [""] * max(width, 4), max(1, min(3, width // 4))
            row[: 3 * step + 1 : step] = parts
            sheet.add(row)

    def cell(self, field: str, entry: Entry) -> object:
        """Return one cell; what is spoilt stays as it is, a column of a topic or class holds √ or nothing, "-" is a stranger."""
        village, rng = self.village, self.rng
        if field in entry.cells:
            return entry.cells[field]
        match field, entry.fields.get(field):
            case topic, _ if topic in WORDS.topics:
                return "√" if topic in (entry.fields.get("topics") or ()) else ""
            case column, _ if column.startswith("class:"):
                return "√" if int(column[-1]) in entry.fields["class_no"] else ""
            case "-", _:
                return rng.adult("男")
            case _, None | "":
                return rng.choice(village.fills)
            case "sex", sex:
                return WORDS.sexes[village.sexes][sex == "女"]
            case "disability_level", level:
                return WORDS.levels[village.levels][level]
            case "class_no", classes:
                cells = [WORDS.classes[village.classes][number - 1] for number in classes]
                return "、".join(map(str, cells)) if len(cells) > 1 else cells[0]
            case "visited_on", [*days]:
                return rng.choice(["、", ";", "\n"]).join(f"{day.month}月{day.day}日" for day in days)
            case "visited_on", day if village.layout:
                return f"{self._day(day)}{rng.choice(['上午', '下午', ''])}"
            case _, dt.date() as day:
                return self._day(day)
            case _, [*words]:
                return "、".join(words)
            case "village_name", name:
                return name if rng.random() < 0.75 else rng.choice(self.places)
            case "id_number", number:
                spellings = {"lower": number.lower(), "wide": number.translate(_WIDE), "quote": f"'{number}"}
                spellings["blanks"] = f"{number[:6]} {number[6:14]} {number[14:]}"
                share = {"": 0, "lower": 1, "wide": 0.6, "quote": 0.2, "blanks": 0.2}[village.id_mark]
                return spellings[village.id_mark] if share == 1 or (share and rng.random() < share) else number
            case _, str(name) if field.endswith("_name") and village.spaces_names and rng.random() >= 0.5:
                gap = rng.choice([" ", "\u3000"])
                return f"{name[0]}{gap}{name[1:]}" if rng.random() < 0.7 else f"{name} "
            case _, value:
                return value

    def _day(self, day: dt.date) -> object:
        spelling, han = self.rng.choice(self.village.dates), WORDS.han
        year = "".join(han[int(digit)] for digit in f"{day.year}")
        text = HABITS["dates"].get(spelling, "").format(day, han_year=year, han_month=han[day.month], han_day=han[day.day])
        return text.translate(_WIDE) if spelling == "wide" else text or day

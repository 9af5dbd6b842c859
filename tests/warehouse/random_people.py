"""Random children and the ledgers that name them, as cells, with what every row means beside it.

`chance` is a `random.Random`, or hypothesis's own, which shrinks. Rows of one ledger may leave cells out, but contradict
each other only where a rule says which of them counts.
"""

import datetime as dt
from dataclasses import dataclass, field

from tests.etl.ledger_builder import REGISTER

VILLAGES = {row[1]: row[0] for row in REGISTER[1:]}
CLASSES = ["孤儿", "事实无人抚养", "低保重残重病", "其他低保", "其他困境", "留守儿童"]
HEAD = (
    "序号 村(社区) 姓名 身份证号 性别 出生日期 儿童类别 纳入时间 退出时间 户号 户籍性质 残疾类别 残疾等级 残疾证有效期至 自付费用 费用年度"
    " 低保享受起始时间 低保停止时间 父亲情况 父亲情况起始时间 父亲情况结束时间 母亲情况 母亲情况起始时间 母亲情况结束时间 困难类型 最近评估时间 监护人"
).split()
_WORDS = {
    "户号": ["1", "2", "3", ""],
    "户籍性质": ["农村", "农村", "城镇", "某某", ""],
    "残疾类别": ["智力", "精神", "肢体二级", ""],
    "残疾等级": ["一级", "Ⅲ级", "4", ""],
    "自付费用": ["20000", 15000, "14,999元", "#N/A", ""],
    "费用年度": ["2022", 2023.0, "2024年", "2025", ""],
    "困难类型": ["监护缺失", "离异", "某某", ""],
    "监护人": ["甲父", "—", ""],
}
_STATUSES = ["死亡", "失踪", "服刑在押", "失联", "重残", "外出务工", "外出务工", "外出务工", "无监护能力", "在家", "某某", "—", ""]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Child:
    """A child as it is: its name, number and birth date, and the villages whose ledgers name it."""

    name: str
    number: str
    born_on: dt.date
    villages: tuple[str, ...]


@dataclass(frozen=True)
class Stated:
    """What one row of a children ledger says; None, or no class, where a cell tells nothing. `row` tells rows apart."""

    row: int
    village: str
    ledger_on: dt.date
    name: str | None
    number: str | None
    born_on: dt.date | None
    digits_born_on: dt.date | None
    classes: tuple[int, ...]
    listed_on: dt.date | None
    delisted_on: dt.date | None
    sex: str | None
    household: str | None
    guardian: str | None
    table: tuple


@dataclass
class Ledger:
    """One sheet of one file: title and headings, and its rows of cells."""

    file: str
    name: str
    head: list[list]
    rows: list[list]
    ledger_on: dt.date = dt.date(2023, 1, 1)


@dataclass
class Town:
    """All ledgers, what the rows of the children ledgers say, and the days worth asking about."""

    ledgers: list[Ledger] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    days: set[dt.date] = field(default_factory=set)


def any_day(chance, first: int = 2022, last: int = 2026) -> dt.date:
    """A day of some years."""
    return dt.date(chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28))


def maybe_day(chance, *years: int) -> dt.date | None:
    """A day, or none in two cases of three."""
    return any_day(chance, *years) if chance.randint(0, 2) == 0 else None


def spelled(chance, day: dt.date | None):
    """A day as villages write it; one that is missing or cannot be told as they write that."""
    if day is None:
        return chance.choice(["", "", "", "/", "—", "2023.2.30", "#N/A", "某天"])
    return chance.choice([day, f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"])


def seldom(chance, often: int = 8) -> bool:
    """True in one case of `often`."""
    return chance.randint(1, often) == often


def next_child(chance, before: list[Child]) -> Child:
    """One more child: a namesake now and then, one with the number of the child before, one in two villages."""
    at, born_on = len(before), any_day(chance, 2004, 2023)
    places = tuple(chance.sample(list(VILLAGES), chance.choice([1, 1, 1, 2])))
    if before and seldom(chance):
        return Child(f"共{at}号", before[-1].number, born_on, places)
    name = "甲一" if seldom(chance) else "甲乙丙丁"[at % 4] + "子丑寅卯辰巳午未申酉戌亥"[at % 12]
    return Child(name, _number(f"659903{born_on:%Y%m%d}{at:03}"), born_on, places)


def _number(digits: str) -> str:
    """17 digits with their check digit (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def children_ledger(chance, town: Town, village: str, day: dt.date, named: list[Child]) -> None:
    """A village's children ledger of a day: one sheet with a class column, or one sheet for every class."""
    lines = [line for child in named for line in _lines(chance, child)]
    is_split = seldom(chance, 3)
    for class_no in range(1, 7) if is_split else [None]:
        own = [(cells, means) for cells, means in lines if class_no in (None, *means["classes"])]
        head = [name for name in HEAD if class_no is None or name != "儿童类别"]
        rows = []
        for cells, means in own:
            at = len(town.stated)
            if class_no:
                means = means | {"classes": (class_no,)}
            rows.append(
                [(cells | {"序号": len(rows) + 1, "村(社区)": chance.choice([village, village, "", "某村"])})[name] for name in head]
            )
            town.stated.append(Stated(at, village, day, table=(village, day, class_no), **means))
        name = CLASSES[class_no - 1] if class_no else "儿童"
        if rows:
            town.ledgers.append(Ledger(f"{village}儿童台账_{day:%Y%m%d}.xlsx", name, [["台账"], head], rows, day))


def _lines(chance, child: Child) -> list[tuple[dict, dict]]:
    """The rows of one child in one ledger, as cells and as what they mean: one, one for each class, or some twice."""
    facts = _facts(chance)
    classes = sorted(chance.sample(range(1, 7), chance.choice([1, 1, 2, 3])))
    parts = [[number] for number in classes] if seldom(chance, 3) else [classes]
    days = {number: _listing(chance) for number in classes}
    lines = [_line(chance, child, facts, part, *days[part[0]]) for part in parts]
    if seldom(chance, 4):
        lines.append(_line(chance, child, facts, parts[0], *(day if chance.randint(0, 1) else None for day in days[parts[0][0]])))
    if seldom(chance, 10):  # left and came back: two stays of one class in one ledger
        lines.append(_line(chance, child, facts, parts[0], dt.date(2024, 6, 1), None))
    return lines


def _listing(chance) -> tuple[dt.date | None, dt.date | None]:
    """Listed and delisted."""
    listed_on = None if seldom(chance, 5) else any_day(chance, 2022, 2024)
    return listed_on, any_day(chance, 2023, 2026) if seldom(chance, 4) else None


def _facts(chance) -> dict:
    """The cells that tell of a child's circumstances in one ledger."""
    cells = {name: chance.choice(words) for name, words in _WORDS.items()}
    cells |= {name: spelled(chance, maybe_day(chance, 2023, 2026)) for name in ("残疾证有效期至", "低保停止时间", "最近评估时间")}
    cells["低保享受起始时间"] = spelled(chance, None if seldom(chance, 4) else any_day(chance, 2021, 2023))
    for parent in ("父亲情况", "母亲情况"):
        cells[parent] = chance.choice(_STATUSES)
        cells[f"{parent}起始时间"] = spelled(chance, None if seldom(chance, 5) else any_day(chance, 2021, 2024))
        cells[f"{parent}结束时间"] = spelled(chance, maybe_day(chance, 2023, 2026))
    return cells


def _line(chance, child: Child, facts: dict, classes: list[int], listed_on, delisted_on) -> tuple[dict, dict]:
    """One row: some of the facts, and who it is, as far as the cells tell."""
    cells = {name: "" if seldom(chance) else cell for name, cell in facts.items()}
    number, state = _number_cell(chance, child.number)
    born_on = None if seldom(chance) else child.born_on
    name = None if seldom(chance, 20) else child.name
    told = () if seldom(chance, 12) else tuple(classes)
    words = [chance.choice([str(at), CLASSES[at - 1], f"{at}类"]) for at in told] + (["某类"] if not told or seldom(chance) else [])
    cells |= {
        "姓名": name or "/",
        "身份证号": number,
        "性别": chance.choice(["女", "女", ""]) if ord(child.name[0]) % 2 else "男",
        "出生日期": spelled(chance, born_on),
        "儿童类别": chance.choice(["、", ","]).join(words),
        "纳入时间": spelled(chance, listed_on),
        "退出时间": spelled(chance, delisted_on),
    }
    means = {"name": name, "number": child.number if state == "valid" else None, "born_on": born_on, "classes": told}
    means |= {"digits_born_on": _born_in(child.number) if state == "damaged" else None}
    means |= {"sex": cells["性别"] or None, "household": cells["户号"] or None, "guardian": cells["监护人"].strip("—") or None}
    return cells, means | {"listed_on": listed_on, "delisted_on": delisted_on}


def _number_cell(chance, number: str) -> tuple[object, str | None]:
    """A cell for a number and what it is: written in full, with blanks, as a number that lost its tail, wrong, missing."""
    choices = [(number, "valid")] * 5 + [(f"{number[:6]} {number[6:14]} {number[14:]}", "valid"), (number[:-1], None), ("", None)]
    if number.isdigit():
        choices.append((float(number), "damaged"))
    return chance.choice(choices)


def _born_in(number: str) -> dt.date:
    """The birth date inside a number."""
    return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))

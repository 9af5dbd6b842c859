"""Many visits at once, for measuring a load: one register, children ledgers, and as many visit workbooks as asked."""

import datetime as dt
import io
from pathlib import Path

from openpyxl import Workbook

from etl.demo.ledgers.books import register_book
from etl.demo.ledgers.writers import write_book
from etl.demo.world.chance import TOWN, WORDS, Chance
from etl.demo.world.model import Village
from etl.demo.world.villages import invent_villages
from warehouse.storage import xlsx_bytes

DAYS = (dt.date(2023, 12, 29), dt.date(2024, 3, 25), dt.date(2025, 3, 20), dt.date(2025, 12, 30))
VILLAGES = 20
CHILDREN_PER_VILLAGE = 250
_CHILDREN = (
    "序号 村(社区) 姓名 身份证号 性别 出生日期 户主 儿童类别 户籍性质 家庭住址 就读学校 "
    "父亲姓名 父亲情况 父亲情况起始时间 母亲姓名 母亲情况 母亲情况起始时间 监护人 与儿童关系 监护人电话 纳入时间"
).split()
_VISITS = "序号 儿童姓名 身份证号 村(社区) 帮扶人 走访时间 走访方式 走访内容 走访情况 发现问题 登记日期".split()
_PAIRINGS = "序号 儿童姓名 身份证号 村(社区) 帮扶人 家庭编号 结对时间".split()
_HELPERS = "序号 帮扶人 家庭编号 性别 单位 职务 人员类别 政治面貌 联系电话 联系村 加入时间".split()


def write_visit_workbooks(folder: Path, workbooks: int = 100, rows: int = 1000, seed: int = 1) -> list[Path]:
    """Write a register, a children and helper workbook per village and day, and `workbooks` of `rows` visits each.

    20 villages, 250 children each; visits name their child by ID number and name. Returns the files written.
    """
    rng = Chance(f"bulk {seed}")
    folder.mkdir(parents=True, exist_ok=True)
    villages, _ = invent_villages(VILLAGES, seed, DAYS[-1])
    files = [write_book(folder / file, sheets) for file, sheets in register_book(villages).items()]
    numbers: set[str] = set()
    people = [_people(rng, village, numbers) for village in villages]
    for village, (children, helpers) in zip(villages, people, strict=True):
        for day in DAYS:
            sheets = {
                "儿童台账": (_CHILDREN, children),
                "爱心家庭台账": (_HELPERS, helpers),
                "结对帮扶台账": (_PAIRINGS, _pairings(children, helpers)),
            }
            files.append(_write(folder / f"{village.name}儿童台账_{day:%Y%m%d}.xlsx", village.name, day, sheets))
    for number in range(workbooks):
        at = number % len(villages)
        day = DAYS[(number // len(villages)) % len(DAYS)]
        visits = _visits(rng, villages[at].name, *people[at], day, rows)
        file = folder / f"{villages[at].name}走访{number + 1:03d}_{day:%Y%m%d}.xlsx"
        files.append(_write(file, villages[at].name, day, {"走访记录": (_VISITS, visits)}))
    return files


def _people(rng: Chance, village: Village, numbers: set[str]) -> tuple[list[list], list[list]]:
    """(children's rows, helpers' rows) of one village."""
    taken: set[str] = set()
    children = [_child(rng, village, at, numbers, taken) for at in range(CHILDREN_PER_VILLAGE)]
    helpers = []
    for at in range(CHILDREN_PER_VILLAGE // 3):
        sex = "男女"[at % 2]
        name = rng.unused_name(taken, WORDS.adult_names[sex])
        number = f"BX{village.number + 1:02d}{at + 1:03d}"
        unit = village.name + "委会"
        row = [at + 1, name, number, sex, unit, "委员", "村(社区)两委", "中共党员", rng.phone(), village.name]
        helpers.append([*row, dt.date(2023, 2, 1)])
    return children, helpers


def _child(rng: Chance, village: Village, at: int, numbers: set[str], taken: set[str]) -> list:
    """One left-behind child's row."""
    sex, born_on = rng.choice("男女"), dt.date(2010, 6, 1) + dt.timedelta(days=rng.randrange(3000))
    name = rng.unused_name(taken, WORDS.given_names[sex])
    number = rng.id_number(village.number, born_on, sex, numbers)
    guardian, away = rng.adult("女"), dt.date(2022, 3, 1)
    home = f"{TOWN}{village.name}{at + 1}号"
    row = [at + 1, village.name, name, number, sex, born_on, guardian, "农村留守儿童", "农村", home, f"{TOWN}中心小学"]
    row += [rng.adult("男", name[0]), "外出务工", away, rng.adult("女"), "外出务工", away]
    return [*row, guardian, "祖母", rng.phone(), dt.date(2023, 3, 1)]


def _helper_of(child: list, helpers: list[list]) -> list:
    """The child's helper all the years: a woman for a girl, a man for a boy."""
    return helpers[(child[0] * 2 + (child[4] == "女")) % (len(helpers) // 2 * 2)]


def _pairings(children: list[list], helpers: list[list]) -> list[list]:
    """Every child with its helper."""
    paired = [(child, _helper_of(child, helpers)) for child in children]
    return [[c[0], c[2], c[3], c[1], h[1], h[2], dt.date(2023, 4, 1)] for c, h in paired]


def _visits(rng: Chance, village: str, children: list[list], helpers: list[list], day: dt.date, rows: int) -> list[list]:
    """Visits of the year up to the day."""
    span = min((day - dt.date(day.year, 1, 1)).days, 300)
    found = []
    for at in range(rows):
        child = rng.choice(children)
        helper = _helper_of(child, helpers)
        on = day - dt.timedelta(days=rng.randrange(span + 1))
        told = [on, "入户", "学习教育、安全宣传", f"第{at + 1}条:了解近况,叮嘱安全", ""]
        found.append([at + 1, child[2], child[3], village, helper[1], *told, on])
    return found


def _write(path: Path, village: str, day: dt.date, sheets: dict[str, tuple[list[str], list[list]]]) -> Path:
    """One workbook, written row by row."""
    book = Workbook(write_only=True)
    for name, (headings, rows) in sheets.items():
        page = book.create_sheet(name)
        page.append([f"{TOWN}{village}{name}"])
        page.append([f"填报单位:{village}  填报时间:{day.year}年{day.month}月{day.day}日"])
        page.append(headings)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(xlsx_bytes.steady(stream.getvalue(), dt.datetime(2023, 1, 1)))
    return path

"""A small town whose every text holds markup, script, formulas and links: what a ledger may say, but no page may do."""

import itertools
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

from tests.conftest import ROOT

# Whatever of these runs sets window.owned, opens a dialog, asks another host, or stands in a cell as a formula.
MARKUPS = (
    '<img src=x onerror="window.owned=1">',
    "<script>window.owned=1</script>",
    '"><svg onload="window.owned=1">',
    "'--></style></td><script>alert(1)</script>",
    "![x](http://evil.example/a.png)",
    "[x](javascript:window.owned=1)",
    '<a href="javascript:window.owned=1">x</a>',
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "{{7*7}}${7*7}$(window.owned=1)",
    "**b** :red[x] :material/home: `c` $x^2$",
)
SHEET_MARKUPS = ("<img src=x onerror=owned=1>", "=1+1", "<script>owned=1<script>", "`b` $x$ <b>y")
FILE_MARKUPS = ("<img src=x onerror=window.owned=1>", "=HYPERLINK(1)", "**b** ![x](evil.example)", "'\"><svg onload=window.owned=1>")
HEADING = '<img src=x onerror="window.owned=1">{}'
VILLAGES = {
    "659901201201": '<img src=x onerror="window.owned=1">村',
    "659901201202": "=HYPERLINK(1)![x](http://evil.example/a.png)村",
    "659901201203": "../../<script>window.owned=1</script>社区",
}
CHILDREN = 3  # of each village
_RIGHT = {"date": "2025-03-01", "dates": "2025-03-01", "yes_no": "是", "number": "1", "year": "2024", "classes": "孤儿"}
_RIGHT |= {"sex": "男", "visit_mode": "入户", "village_kind": "村", "phone": "19900000001", "topics": "学习教育"}
_RIGHT |= {"helper_category": "县级部门干部职工", "need_category": "安全缺保", "occasion": "春节", "parent_status": "务工"}


def write(folder: Path) -> None:
    """Write the town's files: the register, its map, and a workbook of each kind of ledger for each village."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(folder / "村居名册.xlsx", "村居名册", [["区划代码", "村(社区)名称", "别名", "类型", "联系单位", "儿童主任"], *_register()])
    (folder / "villages.geojson").write_text(json.dumps(_map(), ensure_ascii=False), encoding="utf-8")
    for (at, (code, village)), form in itertools.product(enumerate(VILLAGES.items()), sorted((ROOT / "etl" / "forms").glob("*.toml"))):
        told = tomllib.loads(form.read_text("utf-8"))
        if told.get("ledger") not in (None, "villages"):
            name = f"{FILE_MARKUPS[(at + len(form.stem)) % len(FILE_MARKUPS)]}{form.stem}_{code[-1]}_20251220.xlsx"
            sheet = SHEET_MARKUPS[(at + len(form.stem)) % len(SHEET_MARKUPS)]
            _save(folder / name, sheet, [[f"{village}{told.get('titles', [''])[0]}"], *_rows(told, code, village)])


def number(code: str, at: int) -> str:
    """A valid ID number of an invented child."""
    digits = f"{code[:6]}2015{at % 12 + 1:02d}17{int(code[-1]) * 10 + at:03d}"
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return digits + "10X98765432"[weighed % 11]


def _register() -> list[list[str]]:
    """The villages, every other text of theirs hostile."""
    return [
        [code, name, f"{MARKUPS[at]}、{MARKUPS[at + 4]}", "村", MARKUPS[7], MARKUPS[0]] for at, (code, name) in enumerate(VILLAGES.items())
    ]


def _map() -> dict:
    """A square for each village, with hostile properties besides."""
    return {"type": "FeatureCollection", "features": [_square(at, code) for at, code in enumerate(VILLAGES)], "name": MARKUPS[1]}


def _square(at: int, code: str) -> dict:
    corners = [[87 + at, 44], [88 + at, 44], [88 + at, 45], [87 + at, 45], [87 + at, 44]]
    properties = {"village_code": code, "name": VILLAGES[code], "note": MARKUPS[0], MARKUPS[1]: MARKUPS[2]}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [corners]}}


def _rows(told: dict, code: str, village: str) -> Iterator[list[str]]:
    """Headings, rows whose free texts are hostile, then rows whose every cell is."""
    fields, hostile = told["fields"], itertools.cycle(MARKUPS)
    headings = [field["aliases"][0] for field in fields.values()]
    unknown = [HEADING.format(told["ledger"]), MARKUPS[7], MARKUPS[5]]
    yield [*headings, *unknown]
    for at in range(CHILDREN):
        yield [*(_right(name, field, code, village, at, hostile) for name, field in fields.items()), *(next(hostile) for _each in unknown)]
    for _row in MARKUPS:
        spoilt = [village if field["kind"] == "village" else next(hostile) for field in fields.values()]
        yield [*spoilt, *(next(hostile) for _each in unknown)]


def _right(name: str, field: dict, code: str, village: str, at: int, hostile: Iterator[str]) -> str:
    """A cell that a load takes: what it must understand as it should be, all else hostile."""
    if name == "child_name":
        return MARKUPS[at]
    if name == "id_number":
        return number(code, at)
    if name in ("helper_name", "helper_no"):
        return MARKUPS[at + 3]
    if name in ("delisted_on", "ended_on", "left_on"):
        return ""
    right = {"village": village, "born_on": f"2015-{at + 1:02d}-17"}
    return (
        right.get(name) or right.get(field["kind"]) or _RIGHT.get(field.get("vocabulary", "")) or _RIGHT.get(field["kind"]) or next(hostile)
    )


def _save(path: Path, sheet: str, rows: list[list[str]]) -> None:
    """A workbook of texts, so that "=…" is what somebody typed and no formula."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for row_no, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = page.cell(row_no, column, text)
            cell.data_type = "s"
    book.save(path)

"""A small town whose every text field, heading, sheet and file name holds markup, script and formulas; everybody is invented."""

import csv
import itertools
from pathlib import Path

from openpyxl import Workbook

from etl import form
from tests.etl.test_staged import number

MARKS = (
    '<img src=x onerror="window.__owned=1">',
    '"><svg onload=window.__owned=1>',
    "'><script>window.__owned=1</script>",
    "[读](javascript:window.__owned=1)",
    '=HYPERLINK("http://203.0.113.9","点")',
    "{{7*7}}${window.__owned=1}",
)
VILLAGE, CODE = "柳溪村", "659903201001"
OTHER = "石桥村<img src=x onerror=window.__owned=1>"
DAY = "2025-12-20"
_GIVEN = {"date": "2025-06-01", "dates": "2025-06-01", "village": VILLAGE, "classes": "1", "number": "1", "year": "2025", "yes_no": "是"}
_GIVEN |= {"phone": "13900000000", "visit_mode": "入户", "helper_category": "镇干部职工", "disability": "一级", "topics": "学习教育"}
_ENUMS = {"sex": "女", "class_no": "1", "need_category": "经济困难", "occasion": "儿童节"}


def write_town(folder: Path) -> None:
    """A register and a ledger of every kind: one good row, then rows with a mark in every cell."""
    folder.mkdir(parents=True)
    marks = itertools.cycle(MARKS)
    with (folder / "村居名册.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [["区划代码", "村(社区)名称", "别名", "联系单位"], [CODE, VILLAGE, "", next(marks)], ["659903201002", OTHER, "", next(marks)]]
        )
    for kind, spec in form.forms().items():
        if kind != "villages":
            _write_ledger(folder / f"{VILLAGE}{kind}<img src=x onerror=window.__owned=1>_20251220.xlsx", spec, marks)


def _write_ledger(path: Path, spec: form.Form, marks: itertools.cycle) -> None:
    """One workbook of one kind, with a heading that nobody knows and a sheet that nobody recognises."""
    book = Workbook()
    sheet = book.active
    sheet.title = "<b onclick=x>表1"
    fields = [field for field in spec.fields.values() if field.aliases]
    sheet.append([f"{VILLAGE}{spec.titles[0]}" if spec.titles else VILLAGE])
    sheet.append([f"填报单位：{VILLAGE}", f"填报时间：{DAY}"])
    sheet.append([*(field.aliases[0] for field in fields), next(marks), '=1+"x"'])
    sheet.append([*(_good(field, marks) for field in fields), "x", "y"])
    for _row in range(3):
        sheet.append([VILLAGE if field.kind == "village" else next(marks) for field in fields])
    other = book.create_sheet("<script>window.__owned=1<")
    other.append([*MARKS[:3], "姓名"])
    for row in book:
        for cell in itertools.chain(*row.iter_rows()):
            cell.data_type = "s" if cell.value is not None else cell.data_type  # text, not a formula
    book.save(path)


def _good(field: form.Field, marks: itertools.cycle) -> str:
    """A cell that is read, with a mark wherever text is taken as it stands."""
    if field.name in ("delisted_on", "ended_on", "left_on") or field.name.endswith("_until"):
        return ""
    if field.kind == "id_number":
        return number("65990120150101006")
    if field.kind == "enum":
        return _ENUMS.get(str(field.vocabulary), next(marks))
    return _GIVEN.get(field.kind) or next(marks)

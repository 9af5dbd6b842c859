"""What changes of the register would do: each act in words, what cannot be named, and the workbook read back as a load reads it."""

import datetime as dt
import io

import openpyxl
import pytest

from etl import register
from etl.files import workbook
from etl.sheets import place_and_date
from etl.sheets.parse_sheet import read_tables

TODAY = dt.date(2026, 1, 31)
LIU, SHI, DONG, NEW = "659903201001", "659903201002", "659903201003", "659903201009"


def row(code, name, **more):
    """A row of the register."""
    return dict.fromkeys(register.FIELDS, "") | {"village_code": code, "name": name} | more


def rows():
    """Three villages."""
    return [
        row(LIU, "柳溪村", aliases="柳溪", director="张甲"),
        row(SHI, "石桥村", longitude="105.2", latitude="29.3"),
        row(DONG, "东街社区"),
    ]


def tried(*changes):
    """What changes would do to them."""
    return register.changed(rows(), [("", change) for change in changes], TODAY)


def test_a_rename_keeps_the_former_name_as_another_name_and_the_place_in_the_register():
    outcome = tried({"village_code": LIU, "name": "柳溪新村"})
    assert (outcome.faults, outcome.effects) == ([], ["柳溪新村：名称：柳溪村 → 柳溪新村；别名：柳溪 → 柳溪、柳溪村"])
    assert [one["village_code"] for one in outcome.rows] == [LIU, SHI, DONG]
    back = register.changed(outcome.rows, [("", {"village_code": LIU, "name": "柳溪村"})], TODAY)
    assert back.rows[0]["aliases"] == "柳溪、柳溪新村"


def test_a_village_that_comes_counts_from_today_or_from_the_merger_that_makes_it():
    merged = {"village_code": SHI, "until": "2026-01-01", "merged_into": "双河村"}
    assert tried({"village_code": NEW, "name": "双河村"}).effects == ["双河村：新增，从 2026-01-31 起计入"]
    outcome = tried(merged, {"village_code": NEW, "name": "双河村"})
    assert outcome.faults == [] and outcome.effects == ["石桥村：从 2026-01-01 起并入双河村", "双河村：新增，从 2026-01-01 起计入"]
    assert register.changed([], [("", {"village_code": NEW, "name": "双河村"})], TODAY).effects == ["双河村：新增，从一开始计入"]


def test_a_director_and_a_telephone_are_told_by_nobody():
    outcome = tried({"village_code": LIU, "director": "王乙", "director_phone": "13800001234"})
    assert outcome.effects == ["柳溪村：儿童主任有改动；儿童主任电话有改动"]


def test_opening_again_takes_day_and_village_away():
    merged = tried({"village_code": SHI, "until": "2026-01-01", "merged_into": "柳溪村"}).rows
    outcome = register.changed(merged, [("", {"village_code": SHI, "until": "", "merged_into": ""})], TODAY)
    assert (outcome.rows, outcome.effects) == (rows(), ["石桥村：撤并时间：2026-01-01 → 无；并入：柳溪村 → 无"])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([{"name": "双河村"}], "没有区划代码"),
        ([{"village_code": "5.10123E+11", "name": "双河村"}], "应是 12 位数字"),
        ([{"village_code": NEW}], "没有名称"),
        ([{"village_code": NEW, "name": "石桥村"}], "有两个村（社区）都叫“石桥村”"),
        ([{"village_code": NEW, "name": "双河村"}, {"village_code": NEW, "name": "双河村"}], "是同一个村"),
        ([{"village_code": LIU, "aliases": "石桥村"}], "别名“石桥村”是另一个村的名字"),
        ([{"village_code": SHI, "aliases": "柳溪"}], "别名“柳溪”也是另一个村的别名"),
        ([{"village_code": SHI, "aliases": "=cmd|calc"}], "不能有符号"),
        ([{"village_code": SHI, "name": "<b>石桥</b>"}], "不能有符号"),
        ([{"village_code": SHI, "linked_unit": "=1+1"}], "不能用的符号"),
        ([{"village_code": SHI, "linked_unit": "\x1b[31m"}], "不能用的符号"),
        ([{"village_code": SHI, "name": ""}], "没有名称"),
        ([{"village_code": SHI, "until": "2026-01-01"}], "没有写并入哪个村"),
        ([{"village_code": SHI, "merged_into": "柳溪村"}], "没有写撤并时间"),
        ([{"village_code": SHI, "until": "2026-01-01", "merged_into": "石桥村"}], "没有写并入哪个村"),
        ([{"village_code": SHI, "since": "2026-01-01", "until": "2025-01-01", "merged_into": "柳溪村"}], "不晚于启用时间"),
        ([{"village_code": SHI, "until": "2026-13-01", "merged_into": "柳溪村"}], "“撤并时间”看不懂"),
        ([{"village_code": LIU, "longitude": "29.3", "latitude": "105.2"}], "写反了"),
        ([{"village_code": LIU, "longitude": "105.2"}], "少写了一个"),
        ([{"village_code": LIU, "longitude": "东经"}], "“经度”看不懂"),
    ],
)
def test_what_cannot_be_is_named(changes, says):
    assert says in "\n".join(tried(*changes).faults)


def test_villages_that_go_into_each_other_are_named_and_an_old_fault_stops_nobody():
    circle = [
        {"village_code": SHI, "until": "2026-01-01", "merged_into": "柳溪村"},
        {"village_code": LIU, "until": "2026-01-15", "merged_into": "石桥村"},
    ]
    outcome = tried(*circle)
    assert [fault.count("又并回它自己") for fault in outcome.faults] == [1, 1]
    assert register.changed(outcome.rows, [("", {"village_code": DONG, "linked_unit": "镇民政办"})], TODAY).faults == []


def test_a_pasted_table_is_read_by_its_headings_in_any_order_or_by_the_registers_own():
    with_headings = "村居名册\n序号\t村名\t经度\t区划代码\n1\t柳溪村\t\t659903201001\n\n2\t双河村\t105.4\t659903201009"
    plain = [
        ("第 3 行", {"name": "柳溪村", "village_code": LIU}),
        ("第 5 行", {"name": "双河村", "longitude": "105.4", "village_code": NEW}),
    ]
    assert register.pasted(with_headings) == (plain, [])
    typed = [("第 1 行", {"village_code": NEW, "name": "双河村", "aliases": "双河、河边"})]
    assert register.pasted("659903201009 双河村 双河、河边") == register.pasted("659903201009\t双河村\t双河、河边") == (typed, [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("区划代码\t名称\t人口\n659903201009\t双河村\t12", "“人口”这一列不认识"),
        ("区划代码\t名称\t村名\n659903201009\t双河村\t河村", "“村名”这一列"),
        ("\t".join(["659903201009", "双河村", *"一二三四五六七八九十甲乙"]), "格子比列多"),
        ("\n".join(f"{at:012}\t第{at}村" for at in range(5000)), "一次最多 1000 行，这里有 5000 行"),
    ],
)
def test_what_is_not_clear_of_a_pasted_table_is_said(text, says):
    assert says in register.pasted(text)[1][0]


def test_the_workbook_is_read_back_as_it_was_written_and_none_of_its_cells_is_a_formula():
    changed = [*rows(), row(NEW, "=1+1", since="2026-01-31", kind="村", is_key_village="是")]
    name, content = register.workbook(changed, dt.datetime(2026, 1, 31, 10, 11, 12))
    assert name == "村居名册 2026-01-31 101112.xlsx"
    cells = [cell for line in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in line if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    (reading,) = read_tables(workbook.read(content)[0])
    assert (reading.ledger, reading.rows_loaded, reading.columns and [c.field for c in reading.columns]) == (
        "villages",
        4,
        [*register.FIELDS],
    )
    known = place_and_date.register([reading.frame.with_columns(is_1904=False, is_alone=True)])
    assert known.villages.select("village_id", "name", "kind", "since", "longitude").rows() == [
        (LIU, "柳溪村", None, None, None),
        (SHI, "石桥村", None, None, 105.2),
        (DONG, "东街社区", None, None, None),
        (NEW, "=1+1", "village", dt.date(2026, 1, 31), None),
    ]

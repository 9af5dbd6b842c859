"""Which village and which day a sheet speaks of: ledgers.md §1, each place in its turn, never by similarity."""

import datetime as dt

import pytest

from etl.sheets import sheet_store
from tests.etl.ledger_builder import DONG, LIU, REGISTER, SHI, build, frame, placed, sheet

HEAD = ["帮扶人", "单位", "人员类别"]
ROW = ["乙一", "镇政府", "镇干部职工"]


def of(*above, file="台账.xlsx", name="表1"):
    """(village, day, where the day was found) of a helpers ledger with lines above its table."""
    found = placed(sheet([*([line] if isinstance(line, str) else line for line in above), HEAD, ROW], file, name))[0][1]
    return found.village_id, found.ledger_on, found.ledger_on_source


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：柳溪村　填报人：丙一　填报时间：2025年12月20日",
        "填报单位(盖章):柳溪村委会 电话:010-1 填报时间:2025.12.20",
        "填报单位:柳溪  报送日期:2025-12-20",
    ],
)
def test_village_and_day_stand_in_the_line_above_the_table(line):
    assert of("爱心家庭台账", line) == (LIU, dt.date(2025, 12, 20), "sheet")


def test_label_and_value_may_stand_in_cells_of_their_own():
    assert of(["填报单位：", "石桥村", "填报时间：", "2025-12-20"]) == (SHI, dt.date(2025, 12, 20), "sheet")


@pytest.mark.parametrize("written", ["2025 年 12 月 20 日", "二〇二五年十二月二十日", "20251220", "2025/12/20"])
def test_the_day_is_read_in_every_shape(written):
    assert of(f"填报单位:柳溪村 填报时间:{written}")[1] == dt.date(2025, 12, 20)


def test_the_title_names_the_village_where_no_line_does():
    assert of("东街社区爱心家庭台账", "填报时间:2025-12-20")[0] == DONG


def test_the_files_name_is_asked_last():
    assert of("爱心家庭台账", file="石桥村爱心家庭_20251220.xlsx") == (SHI, dt.date(2025, 12, 20), "file")


def test_without_any_day_it_is_the_day_of_the_first_load():
    assert of("爱心家庭台账", file="石桥村.xlsx") == (SHI, dt.date(2026, 1, 31), "load")


@pytest.mark.parametrize("name", ["柳西村", "柳溪新村委", "大石桥镇", ""])
def test_a_name_that_is_only_similar_is_no_village(name):
    assert of(f"填报单位:{name} 填报时间:2025-12-20", file="某.xlsx")[0] in (
        None,
        LIU if "柳溪" in name else None,
        SHI if "石桥" in name else None,
    )


def test_two_villages_in_a_title_name_none():
    assert of("柳溪村、石桥村爱心家庭台账")[0] is None


def test_the_villages_column_goes_before_the_title_and_names_aliases_too():
    head = ["儿童姓名", "村(社区)", "帮扶人", "结对时间"]
    rows = [["柳溪村结对帮扶台账"], head, ["甲一", "石桥", "乙一", "2025-1-1"], ["甲二", "", "乙一", "2025-1-1"]]
    assert frame(build(sheet(rows)), "pairings", "village_id") == [(LIU,), (SHI,)]


def test_rows_of_an_unknown_village_are_set_aside_and_counted():
    head = ["儿童姓名", "村(社区)", "帮扶人", "结对时间"]
    made = build(sheet([head, ["甲一", "北山村", "乙一", "2025-1-1"], ["甲二", "石桥", "乙一", "2025-1-1"]], file="某.xlsx"))
    assert (made.counts["某.xlsx/表1"].loaded, made.counts["某.xlsx/表1"].set_aside) == (1, 1)


def test_several_kinds_and_sheets_in_one_workbook_are_each_what_their_headings_say():
    one = sheet([["柳溪村"], HEAD, ROW], name="结对台账")  # a name that promises something else
    two = sheet([["柳溪村"], ["包片部门", "村(社区)", "包片类别", "开始时间"], ["妇联", "柳溪村", "4-6", "2025-1-1"]], name="Sheet2")
    assert [found.reading.ledger for found in placed(one, two)[0][1:]] == ["helpers", "department_covers"]


VISITS = [["儿童姓名", "走访人", "走访时间"], ["甲一", "乙一", "2025-1-1"]]


def beside(*above):
    """The village of a second sheet in a workbook whose first is of 柳溪村."""
    second = sheet([*([line] for line in above), *VISITS], "台账.xlsx", "表2")
    return placed(sheet([["填报单位:柳溪村"], HEAD, ROW]), second)[0][2].village_id


def test_a_sheet_that_names_no_village_is_of_that_of_its_workbook():
    assert beside("走访记录") == LIU


@pytest.mark.parametrize("line", ["填报单位:柳西村", "柳西村走访记录", "填报单位:望山社区居委会"])
def test_a_sheet_that_names_a_village_nobody_knows_is_not_given_to_that_of_its_workbook(line):
    assert beside(line) is None


def test_a_day_to_come_is_no_reporting_day_and_a_month_that_has_not_ended_is_the_day_of_the_load():
    assert of("填报单位:柳溪村 填报时间:2099-01-01")[1:] == (dt.date(2026, 1, 31), "load")
    assert of("填报单位:柳溪村 填报时间:2026年3月")[2] == "load"
    assert of("填报单位:柳溪村 填报时间:2026年1月")[1] == dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("cell", "village"),
    [
        ("石桥村3组", SHI),
        ("石桥村 五组", SHI),
        ("某省-某市-某镇-石桥村", SHI),
        ("某镇石桥村1组", SHI),
        ("石桥村委会", SHI),
        ("石桥村村委会", SHI),
        ("石桥村村民委员会", SHI),
        ("东街社区居委会", DONG),
        ("石桥村八", None),
        ("石桥村三", None),
        ("石桥村支部", None),
    ],
)
def test_a_cell_names_a_village_with_its_group_its_committee_or_its_path_and_nothing_else(cell, village):
    register = placed()[1]
    register.names = {name: code for name, code in register.names.items() if name not in ("石桥", "石桥村委会")}
    assert register.find(cell) == village


def village_days(*registers):
    """village → (since, until, merged into) and the notes, of registers by file name."""
    sheets = [sheet(rows, file=file) for file, rows in registers]
    for at, one in enumerate(sheets):
        one.arrival = at
    known = sheet_store.village_register(sheets)
    sheet_store.place(sheets, known, dt.date(2026, 1, 31))
    notes = sheet_store.set_village_days(known, sheets, {one.file_id for one in sheets})
    return {row["name"]: (row["since"], row["until"], row["merged_into"]) for row in known.villages.to_dicts()}, notes


HEADS = ["区划代码", "村(社区)名称", "启用时间", "撤并时间", "并入"]
FIRST = ("村居名册_20231201.xlsx", [HEADS[:2], ["659903201001", "柳溪村"], ["659903201002", "石桥村"]])


def test_a_village_of_a_later_register_counts_from_its_day_and_says_so():
    days, notes = village_days(FIRST, ("村居名册_20250301.xlsx", [HEADS[:2], *FIRST[1][1:], ["659903201003", "新村"]]))
    assert days == {"柳溪村": (None,) * 3, "石桥村": (None,) * 3, "新村": (dt.date(2025, 3, 1), None, None)}
    assert len(notes) == 1 and "新村" in notes[0] and "2025-03-01" in notes[0]


def test_a_beginning_that_is_written_counts_and_a_merger_begins_the_village_it_makes():
    rows = [
        HEADS,
        ["659903201001", "柳溪村", "", "2025-01-01", "柳桥村"],
        ["659903201002", "石桥村", "2020-01-01", "2025-01-01", "柳桥村"],
        ["659903201004", "柳桥村", "", "", ""],
    ]
    days, _notes = village_days(FIRST, ("村居名册_20250301.xlsx", rows))
    code = "659903201004"
    assert days == {
        "柳溪村": (None, dt.date(2025, 1, 1), code),
        "石桥村": (dt.date(2020, 1, 1), dt.date(2025, 1, 1), code),
        "柳桥村": (dt.date(2025, 1, 1), None, None),
    }


@pytest.mark.parametrize("into", ["", "无此村", "柳溪村"])
def test_an_end_without_a_village_it_went_into_does_not_count_and_is_said(into):
    days, notes = village_days(("村居名册_20231201.xlsx", [HEADS, ["659903201001", "柳溪村", "", "2025-01-01", into]]))
    assert days == {"柳溪村": (None, None, None)}
    assert len(notes) == 1 and "柳溪村" in notes[0]


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_register_in_a_villages_ledger_takes_no_name_and_no_village_from_another(is_hidden):
    taking = [
        ["区划代码", "村(社区)名称", "别名"],
        [SHI, "石桥村", "石桥、柳溪、柳溪村委会"],
        [LIU, "柳溪村", ""],
        ["659903201009", "新村", "东街社区居委会"],
        ["659903201010", "柳溪村", ""],
    ]
    hidden = sheet(taking, "石桥村台账.xlsx", "参考")
    hidden.reading.is_hidden = is_hidden
    ledger = sheet(
        [["姓名", "身份证号", "类别"], ["张甲", "659903201501010016", "1"]], "石桥村台账.xlsx" if not is_hidden else "另一份.xlsx"
    )
    register = sheet_store.village_register([sheet(REGISTER, "村居名册.xlsx"), hidden, ledger])
    assert {name: register.find(name) for name in ("柳溪", "柳溪村委会", "柳溪村", "柳溪村张家湾", "石桥", "新村", "东街社区居委会")} == {
        "柳溪": LIU,
        "柳溪村委会": LIU,
        "柳溪村": LIU,
        "柳溪村张家湾": LIU,
        "石桥": SHI,
        "新村": "659903201009",
        "东街社区居委会": DONG,
    }
    assert len(register.notes) == 3


def test_a_workbook_with_register_and_ledgers_is_a_register_where_there_is_no_other():
    ledger = sheet([["姓名", "身份证号", "类别"], ["张甲", "659903201501010016", "1"]], "全镇.xlsx")
    register = sheet_store.village_register([sheet(REGISTER, "全镇.xlsx", "村居名册"), ledger])
    assert (register.find("柳溪"), register.notes) == (LIU, [])


def test_a_hamlet_is_of_the_village_whose_name_it_begins_with():
    register = placed()[1]
    assert [register.find(text) for text in ("柳溪村张家湾", "青禾镇石桥村上湾自然村", "柳溪村社区", "柳溪湾")] == [LIU, SHI, None, None]


@pytest.mark.parametrize(
    ("title", "file", "village"),
    [("柳溪村儿童台账", "台账.xlsx", None), ("儿童台账", "柳溪村台账.xlsx", None), ("柳溪镇台账", "表.xlsx", SHI)],
)
def test_a_line_left_over_from_another_villages_form_decides_nothing(title, file, village):
    assert of(title, "填报单位：石桥村", file=file)[0] == village

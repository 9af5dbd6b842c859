"""Names taken out of the sealed text: every table comes out as before, later ledgers find the child again, no mention is left."""

import polars as pl
import pytest

from etl.deidentification import redact, tokens
from etl.deidentification.deidentify import _same
from etl.records import build_tables
from etl.sheets import sheet_store
from tests.conftest import part_of
from tests.etl.ledger_builder import LIU, placed, sheet
from tests.etl.test_staged_load import number
from warehouse.storage.keys import Key

KEY = Key(bytes(range(32)))
CHILD = [
    "姓名",
    "身份证号",
    "出生日期",
    "村(社区)",
    "儿童类别",
    "户主",
    "残疾证号",
    "残疾类别",
    "残疾等级",
    "监护人电话",
    "备注",
    "纳入时间",
    "退出时间",
]
NUMBER, OTHER = number("65990120060101001"), number("65990120070101002")


def child(name, id_number=NUMBER, born="2006-01-01", head="王一", card="", phone="13900000000", remark="", until="2015-01-01"):
    """A row of a children ledger in the order of CHILD."""
    return [name, id_number, born, "柳溪村", "1", head, card, "肢体", "二级", phone, remark, "2013-01-01", until]


def children(*rows, file="柳溪村儿童台账_20140320.xlsx"):
    """A children ledger."""
    return sheet([["柳溪村儿童台账"], CHILD, *rows], file)


def visits(*rows, file="柳溪村走访_20140620.xlsx"):
    """A visits ledger: child, number, helper, day, note, problem."""
    return sheet([["儿童姓名", "身份证号", "帮扶人", "走访时间", "走访情况", "发现问题"], *rows], file)


def made(found):
    """Tables and typed rows of sheets, as a load makes them."""
    everything, known = placed(*found)
    for each in everything:
        each.resolved = {}
    tokens.restore_known(everything, KEY.pseudonym)
    rows, counts = build_tables.resolve_people(everything, known, KEY.pseudonym)
    return build_tables.assemble(everything, known, KEY.pseudonym, rows, counts), rows, everything


def blanked(name, *found, later=()):
    """(tables as they were, tables after the name is taken away, texts left) with sheets that come later on both sides."""
    before, rows, everything = made(found)
    ids = set(rows["children"].filter(pl.col("child_name") == name)["child_id"])
    assert ids
    gone = redact.redact(everything, rows, ids, KEY)
    kept = [gone.sheets.get(each.sheet_id, each) for each in everything if each.reading.ledger != "villages"]
    texts = " ".join(f"{vars(each.reading)} {each.reading.frame.rows() if each.reading.frame is not None else ''}" for each in kept)
    return made([*found, *later])[0] if later else before, made([*kept, *later])[0], texts


def different(before, after):
    """Names of the tables that are not the same; the counts too."""
    found = [name for name in before.frames if not _same(before.frames[name], after.frames[name])]
    return found + (["counts"] if before.counts != after.counts else [])


def needs(*rows, file="柳溪村困难问题台账_20140620.xlsx"):
    """A ledger of needs: child, number, kind, day, department, day of the solution, what it is."""
    head = ["儿童姓名", "身份证号", "问题类别", "提出时间", "责任部门", "办结时间", "问题描述"]
    return sheet([["柳溪村困难问题台账"], head, *rows], file)


ASKED = sheet(
    [
        ["柳溪村结对帮扶台账"],
        ["序号", "儿童姓名", "身份证号", "村居", "爱心家庭姓名", "单位", "联系电话", "结对时间", "帮扶类别", "甲一备注"],
        ["1", "甲一", NUMBER, "柳溪村", "张帮", "县局", "19900012345", "2014-01-01", "其他", "甲一好"],
    ],
    "柳溪村结对_20140620.xlsx",
)
CASES = {
    "a valid number": [children(child("甲一"), child("乙二", OTHER))],
    "a number of too few digits": [children(child("甲一", "65990120060101"), child("乙二", OTHER))],
    "a damaged number": [children(child("甲一", "6.59901200601E+17"))],
    "no number": [children(child("甲一", ""), child("乙二", OTHER))],
    "neither number nor birth date": [children(child("甲一", "", ""), child("乙二", OTHER))],
    "a number under two names": [children(child("甲一"), child("乙二"))],
    "a birth date against the number": [children(child("甲一", born="2006-02-01"))],
    "a card against the number": [children(child("甲一", card=OTHER + "42"), child("乙二", OTHER, card=OTHER + "42"))],
    "a telephone that is none": [
        children(child("甲一", phone="139")),
        children(child("甲一", phone="无"), file="柳溪村儿童台账_20150320.xlsx"),
    ],
    "a sibling who stays": [children(child("甲一"), child("乙二", OTHER, "2007-01-01", remark="甲一的弟弟", until=""))],
    "two ledgers, one without the number": [children(child("甲一")), children(child("甲一", ""), file="柳溪村儿童台账_20150320.xlsx")],
    "visits by number, by name, with notes": [
        children(child("甲一"), child("乙二", OTHER)),
        visits(
            ["甲一", NUMBER, "李四", "2014-05-01", "和甲一谈了学习情况，作业按时完成", ""],
            ["甲一", "", "李四", "2014-06-01", "和甲一谈了学习情况，作业按时完成", "缺书本"],
            ["乙二", OTHER, "李四", "2014-06-01", "乙二与甲一同班，作业按时完成，成绩好", "甲一也缺书本"],
            ["甲一", "", "王五", "2014-06-02", "好", ""],
        ),
    ],
    "a table that waits for an answer": [children(child("甲一"), child("乙二", OTHER)), ASKED],
    "a heading, a line and a remark of a table without its row": [
        children(child("甲一")),
        sheet(
            [["柳溪村甲一等儿童台账"], [*CHILD, "甲一的情况"], [*child("乙二", OTHER, remark="甲 一的弟弟"), "好"]], "柳溪村_20150320.xlsx"
        ),
    ],
    "a department that names the child, in its row and in another's": [
        children(child("甲一"), child("乙二", OTHER, until="")),
        needs(
            ["甲一", NUMBER, "资金", "2014-05-01", "民政局（甲一专办）", "", "学费"],
            ["乙二", OTHER, "资金", "2014-05-02", "民政局与甲 一家", "2014-06-01", "与甲一同校"],
        ),
        sheet(
            [["柳溪村部门包片台账"], ["包片部门", "儿童类别", "包片时间"], ["教育局（甲一）", "1", "2014-01-01"]],
            "柳溪村包片_20140620.xlsx",
        ),
    ],
    "a helper's unit, an authority and a word of a code": [
        children(child("甲一"), child("乙二", OTHER, until="")),
        sheet(
            [["柳溪村爱心家庭台账"], ["爱心家庭姓名", "工作单位", "职务", "联系电话"], ["李四", "甲一家隔壁", "甲一的老师", "13911112222"]],
            "柳溪村爱心家庭_20140620.xlsx",
        ),
        sheet(
            [
                ["柳溪村强制报告台账"],
                ["儿童姓名", "身份证号", "发现时间", "报告时间", "报告对象", "情况"],
                ["甲一", NUMBER, "2014-05-01", "2014-05-01", "派出所（甲一案）", "好"],
                ["乙二", OTHER, "2014-05-01", "2014-05-01", "甲一的派出所", "好"],
            ],
            "柳溪村强制报告_20140620.xlsx",
        ),
        needs(["乙二", OTHER, "甲一上学的事", "2014-05-02", "教育局", "", "好"]),
    ],
    "a remark in a table of several villages": [
        children(child("甲一")),
        sheet(
            [CHILD, ["石桥村" if cell == "柳溪村" else cell for cell in child("乙二", OTHER, remark="甲一的表弟")]], "全镇_20150320.xlsx"
        ),
    ],
}


@pytest.mark.parametrize(("cell", "name"), [("甲一、甲二", "甲一、甲二"), ("张甲一 李甲二", "张甲一李甲二")])
@pytest.mark.parametrize("id_number", [NUMBER, ""])
def test_a_cell_that_names_several_children_stays_a_finding_without_its_names(cell, name, id_number):
    visit = visits([cell, NUMBER, "李四", "2014-05-01", "", ""])
    before, after, texts = blanked(name, children(child(cell, id_number), child("乙二", OTHER)), *([visit] if id_number else []))
    assert different(before, after) == []
    assert "甲一" not in texts
    assert "value_unknown" in after.frames["ledger_cells"].filter(field="child_name")["state"].to_list()


@pytest.mark.parametrize("case", CASES)
def test_every_table_comes_out_as_before_and_no_name_or_number_is_left(case):
    before, after, texts = blanked("甲一", *CASES[case])
    assert different(before, after) == []
    assert "甲一" not in texts
    assert (NUMBER in texts) == (case == "a number under two names")  # that number is another child's as well
    children_known = {person for kind, person, _known in after.identities if kind == "child"}
    assert len(children_known) == len({person for kind, person, _known in before.identities if kind == "child"}) - 1


LATER = {
    "listed again by number": [children(child("甲一", until=""), file="柳溪村儿童台账_20250320.xlsx")],
    "listed again without a number": [children(child("甲一", "", until=""), file="柳溪村儿童台账_20250320.xlsx")],
    "a number under another name": [children(child("丙三", until=""), file="柳溪村儿童台账_20250320.xlsx")],
    "another child of the same name": [children(child("甲一", OTHER, "2007-01-01"), file="柳溪村儿童台账_20250320.xlsx")],
    "a late visit by number": [
        visits(["甲一", NUMBER, "李四", "2014-07-01", "谈了暑假的安排，一切都好", ""], file="柳溪村走访_20140920.xlsx")
    ],
    "a late visit by name": [visits(["甲一", "", "李四", "2014-07-01", "谈了暑假的安排，一切都好", ""], file="柳溪村走访_20140920.xlsx")],
    "another child": [children(child("丙三", OTHER, "2007-01-01"), file="柳溪村儿童台账_20250320.xlsx")],
}


# Each case with a number and without; in the suite by turns.
BY_TURNS = [(case, first) for at, case in enumerate(LATER) for first in ((NUMBER, "") if at % 2 else ("", NUMBER))]


@pytest.mark.parametrize(("case", "first"), part_of(BY_TURNS, 2))
def test_a_later_ledger_gives_the_figures_it_would_have_given(case, first):
    known = [children(child("甲一", first)), visits(["甲一", first, "李四", "2014-05-01", "谈了学习情况，作业按时完成", ""])]
    before, after, _texts = blanked("甲一", *known, later=LATER[case])
    assert different(before, after) == []


def test_a_name_that_another_child_of_the_village_bears_is_left_to_that_one():
    found = [children(child("甲一"), child("甲一", OTHER, "2007-01-01", until=""))]
    _made, rows, everything = made(found)
    first = rows["children"].filter(pl.col("id_number") == NUMBER)["child_id"][0]
    gone = redact.redact(everything, rows, {first}, KEY)
    (texts,) = (each.reading.frame for each in gone.sheets.values())
    assert [text.startswith("⟦") for text in texts["child_name"]] == [True, False]
    after = made([*gone.sheets.values()])[0]
    assert different(made(found)[0], after) == []


def test_a_row_that_was_set_aside_loses_its_number_too():
    lost = sheet([["姓名", "身份证号", "儿童类别", "备注"], ["甲一", NUMBER, "1", "甲一的备注"]], "不知哪里_20140320.xlsx")
    before, after, texts = blanked("甲一", children(child("甲一")), lost)
    assert (different(before, after), NUMBER in texts, "甲一" in texts) == ([], False, False)


def test_blanking_twice_changes_nothing_more():
    _made, rows, everything = made([children(child("甲一"))])
    ids = set(rows["children"]["child_id"])
    gone = redact.redact(everything, rows, ids, KEY)
    _made, rows, everything = made(list(gone.sheets.values()))
    assert (set(rows["children"]["child_id"]), redact.redact(everything, rows, ids, KEY).sheets) == (ids, {})
    assert rows["children"]["village_id"].to_list() == [LIU]


def test_a_sheet_and_a_file_called_after_the_child_lose_its_name():
    rows = [["甲一走访情况"], ["儿童姓名", "身份证号", "帮扶人", "走访时间", "走访情况"], ["甲一", NUMBER, "李四", "2014-05-05", "好"]]
    called = sheet(rows, "柳溪村甲一走访_20140620.xlsx", "甲一2014")
    called.file, called.reading.sheet_no = "柳溪村＊＊走访_20140620(abcdef).xlsx", 1
    _tables, typed, everything = made([children(child("甲一")), called])
    assert everything[-1].sheet == "第1张表"
    gone = redact.redact(everything, typed, set(typed["children"]["child_id"]), KEY).sheets[called.sheet_id]
    assert (gone.true_file, gone.reading.name, gone.reading.above) == ("柳溪村＊＊走访_20140620(abcdef).xlsx", "***2014", ["***走访情况"])
    after = sheet_store.unpack("00/1", gone.file, sheet_store.pack(gone))
    placed(after)
    assert (after.true_file, after.sheet, after.year_hint) == (gone.file, "第1张表", 2014)


def test_a_place_that_still_has_the_name_for_it_may_be_another_persons_is_reported():
    first = children(child("甲一"), child("乙二", OTHER, head="甲一", until=""))
    other_village = sheet(
        [CHILD, ["石桥村" if cell == "柳溪村" else cell for cell in child("丙三", number("65990120070101003"), remark="甲一的表弟")]],
        "石桥村儿童台账_20140320.xlsx",
    )
    _made, rows, everything = made([first, other_village])
    ids = set(rows["children"].filter(pl.col("child_name") == "甲一")["child_id"])
    left = redact.redact(everything, rows, ids, KEY).left
    assert left == ["柳溪村儿童台账_20140320.xlsx 表1：第 6 列，第 4 行", "石桥村儿童台账_20140320.xlsx 表1：第 11 列，第 2 行"]

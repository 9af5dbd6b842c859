"""Layouts that villages, schools and offices make themselves: read with the right people, or asked about, never wrong in silence."""

import datetime as dt

import polars as pl
import pytest

from etl.cleaning import expand_rows
from etl.files.workbook import RawSheet
from etl.forms import forms
from etl.sheets import place_and_date, sheet_store
from etl.sheets.parse_sheet import SheetReading, read_tables

NUMBERS = {name: f"65990120140506{at:04}" for at, name in enumerate(("丁一", "丁二", "丁三", "丁四"), 1)}
HEAD = ["姓名", "身份证号", "监护人", "监护人电话"]


def tables(rows: list[list[object]], name: str = "Sheet1") -> list[SheetReading]:
    """The tables of a sheet; "<" merges a cell with the one on its left, "^" with the one above."""
    width = max(map(len, rows))
    cells = [[*row, *[""] * (width - len(row))] for row in rows]
    merges = []
    for top, row in enumerate(cells):
        for left, cell in enumerate(row):
            if cell in ("", "<", "^"):
                continue
            right = next((at for at in range(left + 1, width) if row[at] != "<"), width) - 1
            bottom = next((at for at in range(top + 1, len(cells)) if cells[at][left] != "^"), len(cells)) - 1
            merges += [((top, left), (bottom, right))] if (bottom, right) != (top, left) else []
    return read_tables(RawSheet(name, [["" if cell in ("<", "^") else cell for cell in row] for row in cells], merges=merges))


def child(name: str) -> list[str]:
    """A row under HEAD."""
    return [name, NUMBERS[name], f"{name[0]}大", "13800000000"]


def column(reading: SheetReading, name: str) -> list[str]:
    """The texts of one field."""
    assert reading.frame is not None
    return reading.frame[name].to_list()


@pytest.mark.parametrize(
    "spelled", [["（1）姓名", "(2)身份证号"], ["1.姓名", "2、身份证号"], ["①姓名", "②身份证号"], ["姓    名：", "身份\n证号："]]
)
def test_a_heading_is_the_same_with_a_number_in_front_blanks_and_a_colon(spelled):
    (reading,) = tables([["柳溪村孤儿名单"], [*spelled, "监护人", "监护人电话"], child("丁一")])
    assert (reading.state, column(reading, "child_name"), column(reading, "id_number")) == ("loaded", ["丁一"], [NUMBERS["丁一"]])


@pytest.mark.parametrize("number", [[], ["序号"]])
def test_a_line_between_the_rows_says_the_class_of_those_below_it(number):
    blank = ["" for _heading in number]
    rows = [["柳溪村困境儿童和留守儿童名册"], [*number, *HEAD]]
    for line, names in (("一、孤儿（1人）", ["丁一"]), ("二、留守儿童", ["丁二", "丁三"]), ("三、低保边缘家庭", ["丁四"])):
        rows += [[line, *["<"] * (len(rows[1]) - 1)], *([*blank, *child(name)] for name in names)]
    (reading,) = tables(rows)
    assert column(reading, "child_name") == ["丁一", "丁二", "丁三", "丁四"]
    assert column(reading, "class_no") == ["孤儿", "留守儿童", "留守儿童", "低保边缘家庭"]
    assert reading.class_hint is None  # a title with both says neither


def test_a_line_between_the_rows_says_the_village_of_those_below_it():
    (reading,) = tables([["青禾镇留守儿童名册"], HEAD, ["柳溪村"], child("丁一"), ["禾兴社区（1人）"], child("丁二")])
    assert (column(reading, "child_name"), column(reading, "village_name")) == (["丁一", "丁二"], ["柳溪村", "禾兴社区"])


@pytest.mark.parametrize(
    "row",
    [
        ["示例", "张三", "430101201001011234", "张大", "13800000000"],
        ["", "必填，与户口本一致", "必填，18位", "必填", "手机号码"],
        ["儿童主任：何某", "", "", "联系电话：13300001111", ""],
        ["村支书签字：", "", "", "填表人：何某", ""],
    ],
)
def test_examples_hints_and_signatures_are_no_children(row):
    (reading,) = tables([["柳溪村孤儿名册"], ["序号", *HEAD], row, ["1", *child("丁一")]])
    assert column(reading, "child_name") == ["丁一"]


@pytest.mark.parametrize(
    "word", ["一组：", "备注：新增", "说明:转入", "例", "示例", "户主：张三", "新增（签字）：", "小计", "填表人：王某", "注意"]
)
def test_who_has_an_id_number_in_its_column_is_a_child_whatever_stands_in_front(word):
    (reading,) = tables([["柳溪村孤儿名册"], ["组别", *HEAD], ["一组", *child("丁一")], [word, *child("丁二")], ["", *child("丁三")]])
    assert column(reading, "child_name") == ["丁一", "丁二", "丁三"]


def test_who_has_a_name_among_filled_columns_is_a_child_and_a_line_of_signatures_is_none():
    line = ["审核人：", "何某", "填表人", "蒋某", "13300000001"]
    (reading,) = tables([["柳溪村孤儿名册"], ["组别", *HEAD], ["一组：", "丁一", "6599", "丁大", "13800000000"], line])
    assert column(reading, "child_name") == ["丁一"]


CARD = [
    ["柳溪村孤儿登记表"],
    ["姓名", "丁一", "性别", "女", "身份证号", NUMBERS["丁一"]],
    ["父亲姓名", "丁父", "父亲状况", "死亡", "联系电话", "13700000001"],
    ["母亲", "何母", "务工地点", "东莞", "联系电话", ""],
    ["监护人", "丁大", "与儿童关系", "祖父", "", ""],
    ["联系电话", "13800000000", "家庭住址", "一组", "", ""],
]


@pytest.mark.parametrize("further", [[], [["班主任", "卢某", "电话", "13300000001"]], [["代办员", "钱某", "联系电话", "13300000002"]]])
def test_a_telephone_on_a_card_is_of_the_person_beside_or_above_it(further):
    (reading,) = tables([*CARD, *further])
    assert (column(reading, "child_name"), column(reading, "guardian_phone")) == (["丁一"], ["13800000000"])
    assert (column(reading, "father_name"), column(reading, "mother_name"), column(reading, "mother_place")) == (
        ["丁父"],
        ["何母"],
        ["东莞"],
    )


def test_what_follows_a_group_on_a_card_is_of_that_person_and_the_kind_is_no_childrens():
    rows = [["“爱心妈妈”结对关爱登记表"], ["爱心妈妈基本情况", "<", "<", "<"], ["姓名", "彭某", "联系电话", "13300000001"]]
    rows += [
        ["结对儿童基本情况", "<", "<", "<"],
        ["姓名", "丁一", "身份证号", NUMBERS["丁一"]],
        ["结对时间", "2024年9月1日", "监护人", "丁大"],
    ]
    (reading,) = tables(rows)
    assert (reading.ledger, reading.state) == ("pairings", "loaded")
    assert (column(reading, "child_name"), column(reading, "helper_name")) == (["丁一"], ["彭某"])


def test_an_answer_of_boxes_parts_of_a_day_and_digits_is_put_together():
    rows = [["柳溪村登记表"], ["姓名", "丁一", "性别", "女"], ["出生年月", "2014", "年", "5", "月"], ["身份证号", *NUMBERS["丁一"]]]
    (reading,) = tables([*rows, ["困境类型", "☑孤儿", "□留守儿童"], ["监护人", "丁大", "监护人电话", "13800000000"]])
    assert [column(reading, name) for name in ("id_number", "born_on", "class_no")] == [[NUMBERS["丁一"]], ["2014年5月"], ["孤儿"]]


def inner_card(name: str, day: str) -> list[list[object]]:
    """A card with a table of visits inside."""
    rows = [
        ["姓名", name, "性别", "女"],
        ["身份证号", NUMBERS[name], "儿童类别", "留守儿童"],
        ["监护人", "丁大", "监护人电话", "13800000000"],
    ]
    return [*rows, ["走访记录", "<", "<", "<"], ["走访时间", "走访人", "走访方式", "走访情况"], [day, "蒋某", "入户", "好"], []]


def test_visits_inside_cards_are_of_the_cards_child():
    card, first, second = tables([["柳溪村一人一档"], *inner_card("丁一", "2025-01-02"), *inner_card("丁二", "2025-02-03")])
    assert (card.ledger, column(card, "child_name"), column(card, "class_no")) == ("children", ["丁一", "丁二"], ["留守儿童"] * 2)
    for reading, name, day in ((first, "丁一", "2025-01-02"), (second, "丁二", "2025-02-03")):
        assert (reading.ledger, reading.state, column(reading, "child_name"), column(reading, "visited_on")) == (
            "visits",
            "loaded",
            [name],
            [day],
        )


def test_a_table_inside_a_card_whose_day_may_be_any_is_asked_about():
    card = inner_card("丁一", "2025-01-02")[:3]
    _card, inner = tables([["柳溪村孤儿档案"], *card, ["救助记录"], ["日期", "救助项目", "经办人"], ["2025-01-02", "助学", "何某"]])
    assert (inner.state, inner.question) == ("asked", "kind")


def test_visits_beside_one_another_have_their_own_days_and_people():
    rows = [["柳溪村走访登记表"], ["儿童姓名", "第一次走访", "<", "第二次走访", "<"], ["^", "时间", "走访人", "时间", "走访人"]]
    (reading,) = tables([*rows, ["丁一", "2025-01-02", "蒋某", "2025-05-06", "彭某"], ["丁二", "2025-01-03", "蒋某", "", ""]])
    assert [column(reading, name) for name in ("child_name", "visited_on", "helper_name")] == [
        ["丁一", "丁一", "丁二"],
        ["2025-01-02", "2025-05-06", "2025-01-03"],
        ["蒋某", "彭某", "蒋某"],
    ]
    assert reading.rows_loaded == 2


def test_headings_in_the_first_column_have_a_child_in_each_further_one():
    rows = [
        ["柳溪村困境儿童", "<", "<"],
        ["姓名", "丁一", "丁二"],
        ["身份证号", NUMBERS["丁一"], NUMBERS["丁二"]],
        ["困境类型", "孤儿", "留守儿童"],
    ]
    (reading,) = tables([*rows, ["监护人", "丁大", "丁三"]])
    assert [column(reading, name) for name in ("child_name", "class_no", "guardian_name")] == [
        ["丁一", "丁二"],
        ["孤儿", "留守儿童"],
        ["丁大", "丁三"],
    ]


def test_ticks_may_stand_under_a_heading_for_all_classes():
    rows = [["柳溪村摸底表"], ["姓名", "身份证号", "困境类型", "<", "监护人"], ["^", "^", "孤儿", "留守儿童", "^"]]
    (reading,) = tables([*rows, ["丁一", NUMBERS["丁一"], "√", "", "丁大"], ["丁二", NUMBERS["丁二"], "√", "√", "丁大"]])
    assert column(reading, "class_no") == ["孤儿", "孤儿、留守儿童"]


def test_groups_of_persons_alone_stand_above_headings_and_what_is_a_fathers_is_no_childs():
    rows = [["柳溪村留守儿童台账"], ["儿童信息", "<", "父亲信息", "<", "<", "监护人信息", "<"]]
    rows += [
        ["姓名", "身份证号", "姓名", "健康状况", "民族", "姓名", "电话"],
        ["丁一", NUMBERS["丁一"], "丁父", "肺病", "苗族", "丁大", "13800000000"],
    ]
    (reading,) = tables(rows)
    assert (column(reading, "father_name"), column(reading, "guardian_phone")) == (["丁父"], ["13800000000"])
    assert reading.frame is not None and not {"health", "ethnicity"} & set(reading.frame.columns)


def test_the_places_of_both_parents_under_one_group_are_each_ones_own():
    rows = [
        ["柳溪村留守儿童台账"],
        ["姓名", "父母务工情况", "<", "<", "<", "监护人"],
        ["^", "父亲姓名", "务工地", "母亲姓名", "务工地", "^"],
    ]
    (reading,) = tables([*rows, ["丁一", "丁父", "上海", "何母", "在家", "丁大"]])
    assert (column(reading, "father_place"), column(reading, "mother_status")) == (["上海"], ["在家"])


@pytest.mark.parametrize(
    ("head", "title", "wanted"),
    [
        (["姓名", "家庭住址", "学校", "监护人", "走访时间"], "柳溪村留守儿童台账", ("children", "kind")),
        (["姓名", "班级", "资助项目", "发放时间"], "学生资助公示表", (None, "")),
        (["儿童姓名", "监护人", "签收时间"], "柳溪村明白卡签收表", ("children", "kind")),
        (["帮扶干部", "帮扶对象", "签收人"], "柳溪村政策明白卡签收表", ("policy_cards", "day")),
        (["姓名", "学校", "监护人", "结对时间"], "柳溪村结对关爱留守儿童台账", ("children", "kind")),
        (["干部", "职务", "儿童姓名", "监护人"], "柳溪村责任人一览表", ("pairings", "kind")),
        (["姓名", "性别", "政治面貌", "所在村", "联系电话"], "青禾镇工作人员一览表", ("helpers", "kind")),
        (["姓名", "性别", "政治面貌", "所在村", "联系电话"], "青禾镇儿童主任花名册", (None, "")),
    ],
)
def test_a_list_that_only_looks_like_another_kind_is_asked_about_or_none(head, title, wanted):
    (reading,) = tables([[title], head, ["丁一", *["2025-01-02"] * (len(head) - 1)]])
    assert (reading.ledger or reading.proposed, reading.question) == wanted


def test_of_two_helpers_of_a_visit_the_one_who_walked_counts():
    (reading,) = tables([["柳溪村走访表"], ["儿童姓名", "帮扶责任人", "走访时间", "走访人"], ["丁一", "蒋某", "2025-01-02", "彭某"]])
    assert column(reading, "helper_name") == ["彭某"]


def test_several_children_in_a_cell_are_a_row_each_unless_a_number_says_otherwise():
    frame = pl.DataFrame({"child_name": ["丁一、丁二", "丁三,丁四", "欧阳·丁"], "id_number": ["", "1", ""], "row_no": [1, 2, 3]})
    assert expand_rows.expand(frame, "needs")["child_name"].to_list() == ["丁一", "丁二", "丁三,丁四", "欧阳·丁"]


def test_a_relation_in_brackets_behind_the_guardian_is_the_relation():
    (reading,) = tables([["柳溪村孤儿名册"], ["姓名", "身份证号", "监护人（与儿童关系）"], ["丁一", NUMBERS["丁一"], "丁大（祖父）"]])
    assert (column(reading, "guardian_name"), column(reading, "guardian_relation")) == (["丁大"], ["祖父"])


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("柳溪村留守儿童台账（2025年10月）", "2025年10月"),
        ("截至2025年9月30日", "2025年9月30日"),
        ("村：柳溪村  日期：2025.10.15", "2025.10.15"),
        ("排查时间：2025年8月15日", "2025年8月15日"),
        ("慰问时间：2025年5月30日", None),
        ("2023年6月1日起", None),
    ],
)
def test_a_title_and_a_bare_date_say_the_reporting_day_and_the_day_of_an_event_does_not(line, day):
    assert place_and_date.day_text([line], "台账.xlsx")[0] == day


def test_a_village_may_stand_in_brackets_alone():
    register = place_and_date.Register(pl.DataFrame(), {"柳溪村": "a", "桃坪村": "b"})
    assert [register.find_in(text) for text in ("需求清单（柳溪村）", "柳溪村台账（原桃坪村）")] == ["a", "a"]


def test_a_sheet_without_lines_has_the_class_of_the_first_sheets_title():
    readings = [*tables([["柳溪村留守儿童台账"], HEAD, child("丁一")], "一组"), *tables([HEAD, child("丁二")], "二组")]
    sheets = [sheet_store.LedgerSheet(f"f/{at}", "f", "a.xlsx", reading) for at, reading in enumerate(readings)]
    sheet_store.place(sheets, place_and_date.Register(pl.DataFrame(), {"柳溪村": "a"}), dt.date(2025, 12, 31))
    assert [sheet.reading.class_hint for sheet in sheets] == [6, 6]


def test_the_name_of_a_file_is_no_word_of_the_kind():
    """The reader of tables is not even given it."""
    (reading,) = tables([["龙潭村"], ["姓名", "身份证号", "困境类型", "监护人"], ["丁一", NUMBERS["丁一"], "孤儿", "丁大"]])
    assert (reading.ledger, reading.state) == ("children", "loaded")


def test_no_word_of_headings_means_two_things():
    for form in forms.forms().values():
        words = [forms.plain(alias) for spec in form.fields.values() for alias in dict.fromkeys(map(forms.plain, spec.aliases))]
        assert len(words) == len(set(words)), form.ledger

"""Layouts that were tried after the program was written: each is read as its makers mean it, or asked about."""

import datetime as dt

import polars as pl
import pytest

from etl.cleaning import expand_rows, parse_values
from etl.forms import layouts
from etl.sheets import parse_sheet, place_and_date, sheet_store
from tests.etl.sheets.test_village_layouts import HEAD, NUMBERS, child, column, tables

ROWS = [child("丁一"), child("丁二"), child("丁三")]


@pytest.fixture
def answered():
    """A table as an answer reads it: kind and fields of its headings."""

    def read(reading, ledger, fields):
        layout = layouts.Layout(reading.layout, reading.grid["public_headings"], ledger, fields)
        layouts.require_readable(layout)
        layouts.use({layout.key: layout})
        return parse_sheet.answered(reading, "file", None)

    yield read
    layouts.use({})


@pytest.mark.parametrize(
    ("codes", "legend", "classes"),
    [
        (["1", "2", "1、3"], "说明：1.留守儿童 2.孤儿 3.事实无人抚养儿童", ["留守儿童", "孤儿", "留守儿童、事实无人抚养儿童"]),
        (["A", "B", "B"], "注：A孤儿 B留守儿童", ["孤儿", "留守儿童", "留守儿童"]),
        (
            ["1", "2", "3"],
            "注：1.孤儿，2.事实无人抚养儿童，3.重病重残儿童",
            ["孤儿", "事实无人抚养", "低保重残重病"],
        ),  # as the plan numbers them
        (["1", "2", "9"], "注：共2名孤儿、3名留守儿童", ["1", "2", "9"]),
    ],
)
def test_codes_of_classes_are_those_of_the_tables_own_legend(codes, legend, classes):
    rows = [[*row, code] for row, code in zip(ROWS, codes, strict=True)]
    (reading,) = tables([["柳溪村困境儿童台账"], [*HEAD, "类别"], *rows, [legend, *["<"] * 4]])
    assert column(reading, "class_no") == classes


def test_ticks_stand_under_the_codes_of_a_legend():
    rows = [["柳溪村摸排表"], ["注：①孤儿 ②留守儿童"], ["姓名", "身份证号", "类别", "<", "监护人"], ["^", "^", "①", "②", "^"]]
    (reading,) = tables([*rows, ["丁一", NUMBERS["丁一"], "√", "", "丁大"], ["丁二", NUMBERS["丁二"], "", "√", "丁大"]])
    assert column(reading, "class_no") == ["孤儿", "留守儿童"]


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        ([["二、本月减少儿童", *["<"] * 3], ROWS[0]], "leaving"),
        ([ROWS[0], ["二、退出儿童", *["<"] * 3], ROWS[1]], "leaving"),
        ([[*ROWS[0], "退出"], [*ROWS[1], ""]], "leaving"),
        ([["注：退出的不填", *["<"] * 3], ROWS[0]], ""),
        ([[*ROWS[0][:2], "13800000001", "丁大"], [*ROWS[1][:2], "13800000002", "丁大"]], "columns"),  # 监护人 and 监护人电话 changed places
        ([["13800000001", *ROWS[0][1:]], ["13800000002", *ROWS[1][1:]]], "columns"),
        ([["丁一", "659901********0033", "丁大", ""]], ""),
    ],
)
def test_cells_that_contradict_their_headings_are_asked_about(rows, question):
    lines, below = ([["柳溪村孤儿名册"], rows[0]], rows[1:]) if len(rows) == 2 and rows[0][1] == "<" else ([["柳溪村孤儿名册"]], rows)
    (reading,) = tables([*lines, [*HEAD, *["动态"] * (max(map(len, below)) - 4)], *below])
    assert (reading.question, reading.state) == (question, "asked" if question else "loaded")


@pytest.mark.parametrize(
    "title", ["柳溪村2025年退出儿童台账", "柳溪村不再纳入保障儿童台账", "柳溪村销号台账", "柳溪村儿童台账（本年退出）"]
)
@pytest.mark.parametrize(("days", "question"), [(("2025-06-01", ""), "leaving"), (("2025-06-01", "2025-06-02"), "")])
def test_a_list_of_children_who_left_is_asked_about_unless_each_has_its_day(title, days, question):
    rows = [[*row, day] for row, day in zip(ROWS, days, strict=False)]
    (reading,) = tables([[title], [*HEAD, "退出时间"], *rows])
    assert reading.question == question


@pytest.mark.parametrize("line", ["柳溪村儿童台账", "柳溪村新增和退出儿童台账", "注：退出的儿童请填退出时间", "柳溪村儿童台账（含退出）"])
def test_a_column_for_the_day_of_leaving_is_blank_for_those_who_stay(line):
    (reading,) = tables([[line], [*HEAD, "退出时间"], [*ROWS[0], ""], [*ROWS[1], ""]])
    assert (reading.question, reading.state) == ("", "loaded")


def test_pupils_who_are_said_not_to_be_such_children_are_left_out_once_that_is_confirmed(answered):
    head = ["姓名", "身份证号", "是否留守", "家长姓名"]
    (reading,) = tables([["三年级学生花名册"], head, ["丁一", NUMBERS["丁一"], "是", "丁大"], ["丁二", NUMBERS["丁二"], "否", "丁大"]])
    assert (reading.state, reading.question) == ("asked", "people")
    fresh = answered(reading, "children", ["child_name", "id_number", "class:留守", None])
    assert (column(fresh, "child_name"), column(fresh, "class_no")) == (["丁一"], ["留守"])


def test_members_of_households_with_numbers_of_minors_are_asked_about():
    head = [["户主姓名", "家庭成员", "<", "<"], ["^", "姓名", "与户主关系", "身份证号码"]]
    (reading,) = tables([["柳溪村摸底表"], *head, ["丁大", "丁大", "户主", "659901195605061234"], ["^", "丁一", "孙子", NUMBERS["丁一"]]])
    assert (reading.state, reading.question, reading.proposed) == ("asked", "kind", None)


@pytest.mark.parametrize(
    ("rows", "state", "fields", "names"),
    [
        (
            [["关爱名单"], ["宝贝", "证号码", "家里大人"], ["丁一", "1", "丁大"]],
            "unrecognised",
            ["child_name", None, "guardian_name"],
            ["丁一"],
        ),
        ([["志愿队名单"], ["姓名", "性别", "特长"], ["何某", "女", "美术"]], "unrecognised", None, ["何某"]),
        ([["儿童主任通讯录"], ["姓名", "单位", "电话"], ["何某", "一村", "1"]], "not_a_ledger", ["helper_name", "unit", None], ["何某"]),
        (
            [["柳溪村孤儿名册"], [*HEAD, "梨花地"], [*ROWS[0], "柳溪一组"]],
            "loaded",
            ["child_name", "id_number", "guardian_name", None, "address"],
            ["丁一"],
        ),
    ],
)
def test_a_table_that_nobody_is_asked_about_can_be_explained(answered, rows, state, fields, names):
    (reading,) = tables(rows)
    assert reading.state == state
    ledger = "children" if fields and "child_name" in fields else "helpers"
    fresh = answered(reading, ledger, fields or ["helper_name", "sex", "unit"])
    assert (fresh.state, column(fresh, "child_name" if ledger == "children" else "helper_name")) == ("loaded", names)


def test_days_stand_under_their_months():
    rows = [["柳溪村2025年走访台账"], ["儿童姓名", "走访人", "1月", "<", "3月", "<"], ["^", "^", "日期", "方式", "日期", "方式"]]
    (reading,) = tables([*rows, ["丁一", "蒋某", "5日", "入户", "3、18日", "电话"], ["丁二", "蒋某", "", "", 7, "入户"]])
    assert column(reading, "visited_on") == ["1月5日", "3月3日、3月18日", "3月7日"]
    assert column(reading, "mode") == ["入户", "电话", "入户"]


@pytest.mark.parametrize(
    ("cell", "days"),
    [("5日", ["2025-3-5"]), ("5日、20日（电话）", ["2025-3-5", "2025-3-20"]), ("5,20", ["2025-3-5", "2025-3-20"]), ("√", ["2025-03-15"])],
)
def test_a_column_of_a_month_may_hold_its_days(cell, days):
    frame = pl.DataFrame({"child_name": ["丁一"], "wide:month:3": [cell], "wide:month:3|kind": ["t"], "year_hint": ["2025"]})
    assert expand_rows.expand(frame, "visits")["visited_on"].to_list() == days


def test_two_helpers_in_a_cell_are_a_row_each_unless_a_number_says_otherwise():
    cells = {
        "child_name": ["丁一", "丁二", "丁三"],
        "helper_name": ["蒋某\n彭某", "蒋某、彭某", "蒋某，镇政府干部，女"],
        "helper_no": ["", "7", ""],
    }
    rows = expand_rows.expand(pl.DataFrame(cells), "pairings")
    assert rows["helper_name"].to_list() == ["蒋某", "彭某", "蒋某、彭某", "蒋某，镇政府干部，女"]


@pytest.mark.parametrize("group", ["结对儿童{}", "结对儿童（{}）", "帮扶对象{}"])
def test_children_beside_one_another_are_a_row_each(group):
    rows = [["柳溪村结对一览表"], ["爱心妈妈", group.format("一"), "<", group.format("二"), "<", "结对时间"]]
    rows += [
        ["^", "姓名", "年龄", "姓名", "年龄", "^"],
        ["彭某", "丁一", 9, "丁二", 7, "2024-03-08"],
        ["蒋某", "丁三", 9, "", "", "2024-03-08"],
    ]
    (reading,) = tables(rows)
    assert (column(reading, "child_name"), column(reading, "helper_name")) == (["丁一", "丁二", "丁三"], ["彭某", "彭某", "蒋某"])


def test_a_date_may_have_a_column_each_for_year_month_and_day():
    rows = [["柳溪村孤儿名册"], ["姓名", "出生年月", "<", "<", "监护人"], ["^", "年", "月", "日", "^"]]
    (reading,) = tables([*rows, ["丁一", 2014, 5, 6, "丁大"], ["丁二", 2015, 11, "", "丁大"]])
    assert column(reading, "born_on") == ["2014-5-6", "2015-11"]


def test_columns_that_are_merged_in_every_row_are_one():
    head = ["姓名", "<", "身份证号", "<", "监护人", "监护人电话"]
    (reading,) = tables([["柳溪村孤儿名册"], head, *([row[0], "<", row[1], "<", *row[2:]] for row in ROWS)])
    assert (reading.state, column(reading, "id_number")) == ("loaded", [row[1] for row in ROWS])


def test_titles_blank_cells_and_numbers_do_not_hide_that_a_sheet_is_turned():
    rows = [["柳溪村困境儿童", "<", "<"], ["填报单位：柳溪村", "填报时间：2025年7月", ""], ["序号", 1, 2], ["姓名", "丁一", "丁二"]]
    rows += [
        ["困境类别", "孤儿", "留守儿童"],
        ["身份证号", *map(NUMBERS.get, ("丁一", "丁二"))],
        ["监护人姓名", "丁大", ""],
        ["备注", "", ""],
    ]
    (reading,) = tables(rows)
    assert [column(reading, name) for name in ("child_name", "class_no")] == [["丁一", "丁二"], ["孤儿", "留守儿童"]]
    assert place_and_date.day_text(reading.above, "") == ("2025年7月", "sheet")


def test_three_lists_of_names_side_by_side_are_three_tables():
    head = ["姓名", "单位"]
    readings = tables([["干部培训签到表"], ["时间：2025年4月12日"], head * 3, ["何某", "一", "彭某", "二", "蒋某", "三"]])
    assert [column(reading, "helper_name") for reading in readings] == [["何某"], ["彭某"], ["蒋某"]]


def test_a_village_that_stands_in_the_address_alone_is_the_rows_village():
    (reading,) = tables([["青禾镇留守儿童花名册"], [*HEAD, "家庭住址"], [*ROWS[0], "青禾镇柳溪村三组"], [*ROWS[1], "县城"]])
    villages = pl.DataFrame({"village_id": ["a", "b"], "name": ["柳溪村", "桃坪村"]})
    sheet = sheet_store.LedgerSheet("f/1", "f", "a.xlsx", reading)
    sheet_store.place([sheet], place_and_date.Register(villages, {"柳溪村": "a", "桃坪村": "b"}), dt.date(2025, 12, 31))
    assert sheet.texts is not None and sheet.texts["village_name"].to_list() == ["柳溪村", None]
    assert reading.frame is not None and "village_name" not in reading.frame.columns  # another register may know more


@pytest.mark.parametrize(("text", "day"), [("23年7月5日", "2023-07-05"), ("23.7.5", None), ("23年7月", "2023-07-01"), ("23.7", None)])
def test_a_year_of_two_digits_is_of_this_century_where_the_rest_is_clear(text, day):
    parts = pl.DataFrame({"text": [text]}).select(parse_values.date_parts(pl.col("text"), pl.lit("t"), pl.lit(False)))
    assert str(parts.to_series().struct.field("on")[0]) == str(day)


def test_the_title_says_the_occasion_of_gifts():
    (reading,) = tables(
        [["柳溪村2025年“六一”慰问困境儿童名单"], ["慰问时间：2025年5月30日"], ["序号", "姓名", "慰问品"], [1, "丁一", "书包"]]
    )
    assert column(reading, "occasion") == ["六一"]


def test_a_class_in_front_of_a_name_is_the_child():
    (reading,) = tables([["柳溪村名册"], ["孤儿姓名", "孤儿身份证号", "抚养人", "抚养人电话"], *ROWS])
    assert (column(reading, "child_name"), column(reading, "guardian_name")) == (["丁一", "丁二", "丁三"], ["丁大"] * 3)


@pytest.mark.parametrize(
    "rows",
    [
        [["孤儿信息"], ["姓名 Name", "证 ID", "大人 Tel"], ["丁一", NUMBERS["丁一"], "13800000000"]],
        [["儿童工作队伍名册"], ["姓名", "身份证号", "监护人"], ["何某", "659901198001010221", "何大"]],
    ],
)
def test_children_in_no_known_columns_and_grown_ups_in_those_of_children_are_asked_about(rows):
    (reading,) = tables(rows)
    assert (reading.state, reading.question, reading.rows_loaded) == ("asked", "kind", 1)


def test_a_line_above_visits_says_whose_they_are():
    rows = [["柳溪村走访记录表"], ["儿童姓名：丁一", "<", "帮扶人：蒋某"], ["次数", "走访时间", "走访方式"], [1, "2025-01-05", "入户"]]
    (reading,) = tables(rows)
    assert [column(reading, name) for name in ("child_name", "helper_name", "visited_on")] == [["丁一"], ["蒋某"], ["2025-01-05"]]


FURTHER = [
    ("退出时间", "退出日期", ["", ""], ["2025-06-01", ""], "columns"),  # be it hidden: who is registered hangs on it
    ("退出时间", "退出时间", ["2025-06-01", ""], ["", ""], ""),
    ("纳入时间", "认定时间", ["2023-01-01", "2023-01-01"], ["2024-01-01", "2023-01-01"], "columns"),
    ("纳入时间", "认定时间", ["2023-01-01", "2023-01-01"], ["2023-01-01", "2023-01-01"], ""),
    ("类别", "困境类型", ["1", "1"], ["1", "6"], "columns"),
    ("类别", "孤儿", ["6", "1"], ["√", "√"], "columns"),  # a tick beside a class
    ("类别", "孤儿", ["6、1", "孤儿"], ["√", "√"], ""),
    ("父亲情况", "父亲状况", ["在家", "死亡"], ["外出务工", "死亡"], "columns"),
    ("身份证号", "身份证号码", ["", ""], list(NUMBERS.values())[:2], "columns"),
    ("监护人电话", "监护人联系电话", ["13800000001", "13800000002"], ["13800000003", "13800000002"], "columns"),
    ("户籍地址", "现住址", ["一组", "二组"], ["三组", "二组"], ""),  # of words no figure is made
]


@pytest.mark.parametrize(("first", "second", "cells", "further", "question"), FURTHER)
def test_two_columns_of_one_field_whose_cells_differ_are_asked_about(first, second, cells, further, question):
    rows = [[row[0], cell, "", more, row[2]] for row, cell, more in zip(ROWS, cells, further, strict=False)]
    (reading,) = tables([["柳溪村孤儿台账"], ["姓名", first, "备注", second, "监护人"], *rows])
    assert (reading.question, reading.state) == (question, "asked" if question else "loaded")

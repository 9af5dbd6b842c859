"""Cells to rows: every anatomy of ledgers.md §2 as a case; rows in, rows out."""

import re

from etl.files.workbook import RawSheet
from etl.sheets.parse_sheet import read_tables
from tests.conftest import ROOT

HEAD = ["序号", "儿童姓名", "身份证号", "村(社区)", "帮扶人", "结对时间"]
ROW = [1.0, "甲一", "", "柳溪村", "乙一", "2023-5-1"]


def read(rows, merges=(), name="表1", errors=()):
    """The reading of a sheet given as rows."""
    width = max(map(len, rows))
    (reading,) = read_tables(
        RawSheet(name, [list(row) + [""] * (width - len(row)) for row in rows], merges=list(merges), errors=set(errors))
    )
    return reading


def numbers(reading):
    """Row numbers loaded, as the spreadsheet counts."""
    return reading.frame["row_no"].to_list()


def test_a_bare_table_is_recognised_by_its_headings():
    reading = read([HEAD, ROW])
    assert (reading.ledger, numbers(reading), reading.rows_seen) == ("pairings", [2], 2)


def test_titles_units_numbers_totals_notes_and_signatures_are_not_data():
    rows = [
        ["附件2"],
        ["柳溪村结对帮扶台账"],
        ["填报单位(盖章):柳溪村", "", "填报时间:2023-12-16"],
        HEAD,
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        ROW,
    ]
    rows += [["合计", 1.0], ["注:1.本表一式两份。"], ["审核人:", "", "填表人:丙"]]
    reading = read(rows)
    assert numbers(reading) == [6]
    assert [(total.stated, total.counted) for total in reading.totals] == [(1, 1)]
    assert reading.above[-1] == "填报时间:2023-12-16"


def test_a_total_that_differs_keeps_its_place():
    total = read([HEAD, ROW, ["合计", "3人"]]).totals[0]
    assert (total.row_no, total.stated, total.counted) == (3, 3, 1)


def test_a_telephone_beside_a_total_is_no_count():
    reading = read([HEAD, ROW, ["合计（填报人电话）", "19900006851"], ["合计:19900006851"]])
    assert (reading.totals, numbers(reading)) == ([], [2])


def test_headings_repeated_at_a_page_break_are_not_data():
    assert numbers(read([HEAD, ROW, HEAD, ROW])) == [2, 4]


def test_a_table_may_begin_at_d7():
    rows = [[""] * 9 for _ in range(6)] + [["", "", "", *HEAD], ["", "", "", *ROW]]
    assert numbers(read(rows)) == [8]


def test_a_row_with_nothing_but_its_number_is_blank():
    assert numbers(read([HEAD, ROW, [2.0], ["", "", "", "", "", ""]])) == [2]


def test_two_level_headings_join_group_and_sub_heading():
    rows = [
        ["姓名", "身份证号", "父亲情况", "", "母亲情况", ""],
        ["", "", "姓名", "状况", "姓名", "状况"],
        ["甲一", "", "乙", "死亡", "丙", "失联"],
    ]
    reading = read(rows, merges=[((0, 2), (0, 3)), ((0, 4), (0, 5)), ((0, 0), (1, 0)), ((0, 1), (1, 1))])
    assert {"father_name": "乙", "father_status": "死亡", "mother_name": "丙", "mother_status": "失联"}.items() <= reading.frame.row(
        0, named=True
    ).items()


def test_two_level_headings_join_without_merges_as_in_csv():
    rows = [
        ["姓名", "身份证号", "父亲情况", "", "母亲情况", ""],
        ["", "", "姓名", "状况", "姓名", "状况"],
        ["甲一", "", "乙", "死亡", "丙", "失联"],
    ]
    reading = read(rows)
    assert (reading.frame["mother_status"][0], numbers(reading)) == ("失联", [3])


def test_three_heading_rows_join():
    rows = [
        ["儿童台账", "", "", ""],
        ["姓名", "身份证号", "父亲情况", ""],
        ["", "", "状况", "起始时间"],
        ["", "", "", ""],
        ["甲一", "", "失联", "2022-1-1"],
    ]
    reading = read(rows, merges=[((1, 2), (1, 3)), ((1, 0), (3, 0))])
    assert reading.frame.row(0, named=True)["father_since"] == "2022-1-1"


def test_vertical_merges_fill_down_inside_their_range_only():
    rows = [HEAD, ROW, ["", "甲二", "", "", "乙一", "2023-5-1"], ["", "甲三", "", "", "乙一", "2023-5-1"]]
    reading = read(rows, merges=[((1, 3), (2, 3))])
    assert reading.frame["village_name"].to_list() == ["柳溪村", "柳溪村", ""]


def test_a_heading_nobody_knows_gets_the_nearest_known_one_as_a_suggestion():
    reading = read([[*HEAD, "解除的时间", "一卡通账号"], [*ROW, "x", "y"]])
    assert (reading.suggestions, "y" in str(reading.frame.to_dicts())) == ({"解除的时间": "解除时间"}, False)


def test_what_another_column_means_already_is_not_suggested():
    assert read([[*HEAD, "儿童姓氏名"], [*ROW, "x"]]).suggestions == {}


def test_of_a_sheet_nobody_knows_the_row_with_heading_words_is_told_and_no_row_of_people():
    assert [column.heading for column in read([["联系簿"], ["甲一", "13800000000"], ["姓名", "短号"]]).columns] == ["姓名", "短号"]
    assert read([["甲一", "13800000000"], ["甲二", "13800000001"]]).columns == []


def test_a_subtotal_counts_from_the_one_before_it_and_a_total_all():
    rows = [HEAD, ROW, ROW, ["小计", 2.0], ROW, ["本页小计", 1.0], ["小计", "3人"], ["合计", 3.0]]
    assert [(total.stated, total.counted) for total in read(rows).totals] == [(2, 2), (1, 1), (3, 3), (3, 3)]
    assert [(total.stated, total.counted) for total in read([HEAD, ROW, ["小计", 1.0], ROW, ["小计", 2.0]]).totals] == [(1, 1), (2, 2)]
    assert [(total.stated, total.counted) for total in read([HEAD, ROW, ["小计", 1.0], ROW, ["小计", 3.0]]).totals] == [(1, 1), (3, 1)]


def test_a_zero_report_is_no_row_and_declares():
    reading = read([HEAD, ["零报告"]])
    assert (numbers(reading), reading.is_zero) == ([], True)


def test_a_line_below_the_table_declares_one_class_as_zero():
    rows = [["姓名", "身份证号", "儿童类别"], ["甲一", "", "孤儿"], ["其他困境儿童:本村无此类儿童"]]
    assert (read(rows).zero_classes, read(rows).is_zero) == ([5], False)


def test_the_class_of_a_sheet_comes_from_its_name_or_title():
    rows = [["柳溪村2023年孤儿台账"], ["姓名", "身份证号"], ["甲一", "x"]]
    assert read(rows).class_hint == 1
    assert read(rows[1:], name="农村留守儿童").class_hint == 6


def test_the_usual_title_of_all_classes_names_no_class():
    assert read([["柳溪村困境儿童和农村留守儿童关爱帮扶台账"], ["姓名", "身份证号"], ["甲一", "x"]]).class_hint is None


def test_a_summary_is_told_from_a_sheet_nobody_knows():
    assert read([["儿童情况汇总表"], ["儿童类别", "人数"], ["孤儿", 1.0], ["合计", 1.0]]).state == "summary"
    assert read([["科室", "短号"], ["党政办", "6001"]]).state == "unrecognised"


def test_error_cells_are_kept_as_errors():
    assert read([HEAD, ROW], errors=[(1, 5)]).frame["started_on"][0] == "#ERROR"


def test_an_empty_sheet_is_empty():
    assert read([["", ""]]).state == "empty"


def test_classes_may_be_columns_with_a_tick_for_who_belongs_to_them():
    reading = read(
        [["困境儿童台账"], ["姓名", "身份证号", "孤儿", "留守儿童"], ["甲一", "", "√", ""], ["甲二", "", "", "是"], ["甲三", "", "√", "√"]]
    )
    assert reading.frame["class_no"].to_list() == ["孤儿", "留守儿童", "孤儿、留守儿童"]


def test_a_table_nobody_knows_below_a_ledger_is_reported_and_not_lost():
    rows = [HEAD, ROW, [""], ["二、其他情况"], ["序号", "学校", "年级", "备注"], [1.0, "镇小学", "三", "甲一"]]
    pairings, other = read_tables(RawSheet("表1", [list(row) + [""] * (6 - len(row)) for row in rows]))
    assert (pairings.ledger, pairings.rows_loaded, other.ledger, other.state) == ("pairings", 1, None, "unrecognised")
    assert [column.heading for column in other.columns] == ["序号", "学校", "年级", "备注"]
    assert pairings.rows_seen + other.rows_seen == len(rows)


def test_a_parents_place_of_work_says_that_they_work_away_and_a_word_for_being_at_home_does_not():
    rows = [["柳溪村留守儿童台账"], ["姓名", "身份证号", "父亲务工地点", "母亲务工地点"]]
    rows += [["甲一", "", "广东东莞", "在家"], ["甲二", "", "本村", "死亡"], ["甲三", "", "", "无"]]
    frame = read(rows).frame
    assert frame["father_status"].to_list() == ["外出务工", "", ""]
    assert frame["mother_status"].to_list() == ["在家", "死亡", ""]


def test_same_as_left_takes_the_cell_to_its_left_and_same_as_above_the_one_above():
    rows = [
        ["姓名", "户主", "监护人", "联系电话", "备注"],
        ["甲一", "王大", "同左", "13900000000", ""],
        ["乙二", "同上", "同左", "〃", "同左"],
        ["同左", "丙三", "丁四", "13800000000", ""],
    ]
    (reading,) = read_tables(RawSheet("表1", rows))
    wanted = [("甲一", "王大", "王大"), ("乙二", "王大", "王大"), ("同左", "丙三", "丁四")]
    assert reading.frame.select("child_name", "household_head", "guardian_name").rows() == wanted


CARD = [
    ["困境儿童信息登记表"],
    ["儿童类别：孤儿（ ） 农村留守儿童（√）"],
    ["姓名", "丁一", "身份证号", "659901201301017013"],
    ["监护人", "丁大", "与儿童关系", "祖父", "联系电话", "13800000000"],
]
KIN = [["家庭成员情况"], ["姓名", "与儿童关系", "状况", "务工地点"], ["丁二", "父亲", "外出务工", "外地"], ["戊三", "母亲", "在家", ""]]


def tables(rows):
    """The readings of a sheet with several tables."""
    width = max(map(len, rows))
    return read_tables(RawSheet("1", [list(row) + [""] * (width - len(row)) for row in rows]))


def test_a_table_of_the_household_inside_a_card_does_not_make_the_card_one():
    card, kin = tables([*CARD, *KIN])
    assert (card.ledger, card.state, card.frame["child_name"].to_list()) == ("children", "loaded", ["丁一"])
    assert (kin.state, kin.reason) == ("not_a_ledger", "household")


def test_every_card_of_a_sheet_is_read_where_each_has_a_table_of_its_household():
    second = [
        [cell.replace("丁一", "丁五").replace("孤儿（ ）", "孤儿（√）").replace("留守儿童（√）", "留守儿童（ ）") for cell in row]
        for row in CARD
    ]
    cards, *kin = tables([*CARD, *KIN, ["己四", "户主", "66"], [], *second, *KIN, []])
    assert cards.frame["child_name"].to_list() == ["丁一", "丁五"]
    assert cards.frame["class_no"].to_list() == ["农村留守儿童", "孤儿"]
    assert "household_head" not in cards.frame.columns
    assert [(table.state, table.reason) for table in kin] == [("not_a_ledger", "household")] * 2


def test_a_value_of_a_card_may_be_a_word_that_is_a_heading_elsewhere():
    cards = [
        [["走访记录表"], ["走访时间", "2025.3.4", "走访人", "乙一", "走访方式", mode], ["儿童姓名", "丁一", "走访内容", topic], []]
        for mode, topic in (("入户", "学习教育、安全宣传"), ("电话", "学习教育"), ("家访", "身心健康"))
    ]
    (visits,) = tables([row for card in cards for row in card])
    assert visits.ledger == "visits"
    assert visits.frame["mode"].to_list() == ["入户", "电话", "家访"]
    assert visits.frame["topics"].to_list() == ["学习教育、安全宣传", "学习教育", "身心健康"]


def test_what_is_read_does_not_depend_on_when_it_is_read():
    """Every load reads all ledgers again: a list of 2023 must hold the same children in 2030."""
    folders = [ROOT / "etl" / name for name in ("sheets", "cleaning", "records", "files")]
    asking = [path.name for folder in folders for path in folder.glob("*.py") if re.search(r"\b(now|today)\(", path.read_text("utf-8"))]
    assert asking == []

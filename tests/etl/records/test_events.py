"""Rows of events over all ledgers: spread where one cell holds several, joined where several ledgers tell the same (ledgers.md §3, §5)."""

import datetime as dt

import pytest

from tests.etl.ledger_builder import LIU, build, frame, sheet

D = dt.date
VISITS = ["儿童姓名", "村(社区)", "帮扶人", "走访时间"]


def visits(*rows, head=VISITS, title="柳溪村2024年走访记录", **more):
    """(day, precision, mode) of the visits of one sheet."""
    return frame(build(sheet([[title], head, *rows], **more)), "visits", "visited_on", "visited_precision", "mode")


def test_without_a_column_for_the_way_a_visit_is_in_person_and_an_empty_cell_in_one_is_unknown():
    assert visits(["甲一", "柳溪村", "乙一", "2024-3-1"]) == [(D(2024, 3, 1), "day", "in_person")]
    head = [*VISITS, "走访方式"]
    rows = [["甲一", "柳溪村", "乙一", f"2024-3-{at}", way] for at, way in enumerate(["", "入户", "到校", "电话", "视频"], 1)]
    assert [mode for _, _, mode in visits(*rows, head=head)] == ["unknown", "in_person", "at_school", "phone", "video"]


@pytest.mark.parametrize("cell", ["2月3日、4月5日", "2.3、4.5", "2月3日\n4月5日", "2024-2-3、2024-4-5", "2024年2月3日,2024年4月5日"])
def test_days_listed_in_one_cell_are_a_visit_each_with_the_year_of_the_title(cell):
    assert visits(["甲一", "柳溪村", "乙一", cell]) == [(D(2024, 2, 3), "day", "in_person"), (D(2024, 4, 5), "day", "in_person")]


def test_the_year_is_the_reporting_days_where_the_title_tells_none():
    found = visits(["甲一", "柳溪村", "乙一", "2月3日"], title="柳溪村走访记录", file="柳溪村走访_20231220.xlsx")
    assert found == [(D(2023, 2, 3), "day", "in_person")]


def test_columns_for_each_time_become_a_visit_each():
    head = ["儿童姓名", "村(社区)", "帮扶人", "第1次", "第2次", "第三次走访时间"]
    rows = [["甲一", "柳溪村", "乙一", "2024-1-5", "", D(2024, 6, 7)]]
    assert [day for day, _, _ in visits(*rows, head=head)] == [D(2024, 1, 5), D(2024, 6, 7)]


def test_ticked_months_are_visits_of_month_precision_on_the_15th_in_an_unknown_way():
    head = ["儿童姓名", "村(社区)", "帮扶人", *(f"{month}月" for month in range(1, 13))]
    row = ["甲一", "柳溪村", "乙一", "√", "", "×", "√", *[""] * 8]
    assert visits(row, head=head) == [(D(2024, 1, 15), "month", "unknown"), (D(2024, 4, 15), "month", "unknown")]


def test_a_1904_workbook_counts_its_days_from_1904():
    assert visits(["甲一", "柳溪村", "乙一", 43585.0])[0][0] == D(2019, 4, 30)
    made = build(sheet([["柳溪村走访记录"], VISITS, ["甲一", "柳溪村", "乙一", 43585.0]], is_1904=True))
    assert frame(made, "visits", "visited_on") == [(D(2023, 5, 1),)]


def test_several_people_trained_in_one_cell_are_a_row_each():
    rows = [["柳溪村培训"], ["培训时间", "培训内容", "参训人员"], ["2024-3-1", "政策", "乙一、乙二\n乙三"]]
    made = build(sheet(rows))
    assert len(made.frames["trainings"]) == 3
    assert (made.counts["台账.xlsx/表1"].loaded, made.counts["台账.xlsx/表1"].spread) == (3, 2)


PAIRS = ["儿童姓名", "身份证号", "村(社区)", "帮扶人", "结对时间", "解除时间"]
CHILD = ["甲一", "659901201301017013", "柳溪村"]
CHILDREN = sheet([["柳溪村"], ["姓名", "身份证号", "村(社区)", "儿童类别"], [*CHILD, "6"]], "柳溪村儿童_20230301.xlsx")
HELPERS = sheet([["柳溪村"], ["帮扶人", "单位", "人员类别"], ["乙一", "镇政府", "镇干部职工"]], "柳溪村爱心家庭_20230301.xlsx")


def pairing(day, started, ended=""):
    """A pairing ledger of a day with one row."""
    return sheet([["柳溪村"], PAIRS, [*CHILD, "乙一", started, ended]], f"柳溪村结对_{day}.xlsx")


def test_a_pairing_told_by_two_ledgers_is_one_and_the_newest_end_counts():
    made = build(CHILDREN, HELPERS, pairing("20240301", "2023-5-1"), pairing("20250301", "2023-5-1", "2024-12-31"))
    assert frame(made, "pairings", "started_on", "ended_on") == [(D(2023, 5, 1), D(2024, 12, 31))]


def test_a_pairing_that_a_later_ledger_leaves_out_stays():
    later = sheet([["柳溪村"], PAIRS, ["无", "", "", "", "", ""]], "柳溪村结对_20250301.xlsx")
    assert frame(build(CHILDREN, HELPERS, pairing("20240301", "2023-5-1"), later), "pairings", "ended_on") == [(None,)]


def test_another_start_is_another_pairing_and_a_missing_one_begins_with_the_ledger():
    made = build(CHILDREN, HELPERS, pairing("20240301", "2023-5-1"), pairing("20250301", ""))
    assert frame(made, "pairings", "started_on", "is_started_stated") == [(D(2023, 5, 1), True), (D(2025, 3, 1), False)]


def test_a_list_of_pairings_without_any_day_is_in_force_from_its_first_reporting_day_and_one_pairing_ever_after():
    head = PAIRS[:-2]
    lists = [sheet([head, ["甲一", "", "柳溪村", "乙一"]], file=f"柳溪村结对_{day}.xlsx") for day in ("20231220", "20240320")]
    assert frame(build(*lists), "pairings", "started_on", "is_started_stated") == [(D(2023, 12, 20), False)]


def told_twice(head, row, *, other, kind):
    """Number of events when two ledgers tell the same row, and when one cell differs."""
    first = sheet([["柳溪村"], head, row], f"柳溪村{kind}_20240301.xlsx")
    same = sheet([["柳溪村"], head, row], f"柳溪村{kind}_20250301.xlsx")
    another = sheet([["柳溪村"], head, [*row[:-1], other]], f"柳溪村{kind}_20250302.xlsx")
    names = {
        "走访": "visits",
        "困难": "needs",
        "培训": "trainings",
        "明白卡": "policy_cards",
        "报告": "safety_reports",
        "慰问": "care_events",
    }
    count = [len(build(CHILDREN, HELPERS, first, sheets).frames[names[kind]]) for sheets in (same, another)]
    return tuple(count)


@pytest.mark.parametrize(
    ("kind", "head", "row", "other"),
    [
        ("走访", ["儿童姓名", "身份证号", "村(社区)", "帮扶人", "走访时间"], [*CHILD, "乙一", "2024-2-1"], "2024-2-2"),
        ("困难", ["儿童姓名", "身份证号", "村(社区)", "问题类别", "提出时间"], [*CHILD, "经济困难", "2024-2-1"], "2024-2-2"),
        ("培训", ["帮扶人", "单位", "培训时间"], ["乙一", "镇政府", "2024-2-1"], "2024-2-2"),
        ("明白卡", ["帮扶人", "单位", "发放时间"], ["乙一", "镇政府", "2024-2-1"], "2024-2-2"),
        (
            "报告",
            ["儿童姓名", "身份证号", "村(社区)", "情形", "接报单位", "报告时间", "发现时间"],
            [*CHILD, "失联", "派出所", "2024-2-3", "2024-2-1"],
            "2024-2-2",
        ),
        ("慰问", ["儿童姓名", "身份证号", "村(社区)", "慰问节点", "慰问时间"], [*CHILD, "春节", "2024-2-1"], "2024-2-2"),
    ],
)
def test_an_event_told_by_two_ledgers_is_one_and_another_day_makes_another(kind, head, row, other):
    assert told_twice(head, row, other=other, kind=kind) == (1, 2)


def test_a_need_is_resolved_as_the_newest_ledger_says():
    head = ["儿童姓名", "身份证号", "村(社区)", "问题类别", "提出时间", "办结时间"]
    old = sheet([["柳溪村"], head, [*CHILD, "经济困难", "2024-2-1", ""]], "柳溪村困难_20240301.xlsx")
    new = sheet([["柳溪村"], head, [*CHILD, "经济困难", "2024-2-1", "2024-5-6"]], "柳溪村困难_20250301.xlsx")
    assert frame(build(CHILDREN, HELPERS, new, old), "needs", "resolved_on") == [(D(2024, 5, 6),)]


def test_a_row_whose_child_cannot_be_told_is_kept_and_counted():
    made = build(CHILDREN, HELPERS, sheet([["柳溪村"], PAIRS, ["甲九", "", "柳溪村", "乙一", "2024-1-1", ""]], "柳溪村结对_20240301.xlsx"))
    assert frame(made, "pairings", "child_id", "village_id") == [(None, LIU)]
    assert frame(made, "ledger_references", "ledger", "role", "why") == [("pairings", "child", "unknown")]


def test_departments_cover_every_class_named_in_one_cell():
    head = ["包片部门", "村(社区)", "包片类别", "开始时间"]
    for cell in ("4-6", "四至六类", "4、5、6"):
        made = build(sheet([["柳溪村"], head, ["妇联", "柳溪村", cell, "2024-1-1"]]))
        assert frame(made, "department_covers", "class_no") == [(4,), (5,), (6,)]


def test_a_department_that_has_a_row_for_each_class_covers_all_of_them_each_until_its_own_end():
    head = ["包片部门", "村(社区)", "包片类别", "开始时间", "结束时间"]
    rows = [["妇联", "柳溪村", "4", "2024-1-1", ""], ["妇联", "柳溪村", "5", "2024-1-1", "2024-6-30"]]
    made = build(sheet([["柳溪村"], head, *rows]))
    assert frame(made, "department_covers", "class_no", "ended_on") == [(4, None), (5, D(2024, 6, 30))]


def test_a_cover_whose_classes_cannot_be_read_stays_as_the_ledger_before_tells_it():
    head = ["包片部门", "村(社区)", "包片类别", "开始时间"]
    told = [("4", "柳溪村包片_20240301.xlsx"), ("某类", "柳溪村包片_20250301.xlsx")]
    made = build(*(sheet([["柳溪村"], head, ["妇联", "柳溪村", cell, "2024-1-1"]], file) for cell, file in told))
    assert frame(made, "department_covers", "class_no", "ledger_on") == [(4, D(2024, 3, 1))]


def either_way(table, column, head, *rows):
    """A column of the one row of a table that two rows of one ledger tell of, the same whichever stands first."""
    orders = (rows, rows[::-1])
    found = {tuple(frame(build(CHILDREN, HELPERS, sheet([["柳溪村"], head, *order])), table, column)) for order in orders}
    ((told,),) = found
    return told[0]


def test_an_end_that_one_of_two_rows_of_a_ledger_tells_counts():
    pair, need = [*CHILD, "乙一", "2023-5-1"], [*CHILD, "经济困难", "2024-2-1"]
    assert either_way("pairings", "ended_on", PAIRS, [*pair, "2024-12-31"], [*pair, ""]) == D(2024, 12, 31)
    head = ["儿童姓名", "身份证号", "村(社区)", "问题类别", "提出时间", "办结时间"]
    assert either_way("needs", "resolved_on", head, [*need, "2024-5-6"], [*need, ""]) == D(2024, 5, 6)


def test_a_visit_at_home_is_not_lost_to_a_call_of_the_same_day():
    head, visit = ["儿童姓名", "身份证号", "村(社区)", "帮扶人", "走访时间", "走访方式", "发现问题"], [*CHILD, "乙一", "2024-2-1"]
    rows = [[*visit, "入户", ""], [*visit, "电话", "缺课本"]]
    assert either_way("visits", "mode", head, *rows) == "in_person"
    assert either_way("visits", "has_problem", head, *rows) is True


def test_what_was_said_in_a_call_is_no_topic_of_the_visit_of_the_same_day_but_a_wish_is_noted():
    head, visit = ["儿童姓名", "身份证号", "村(社区)", "帮扶人", "走访时间", "走访方式", "走访内容"], [*CHILD, "乙一", "2024-2-1"]
    rows = [[*visit, "入户", "安全宣传"], [*visit, "视频", "身心健康、心愿清单"]]
    assert [either_way("visits", name, head, *rows) for name in ("has_topic_safety", "has_topic_health", "has_problem")] == [
        True,
        False,
        True,
    ]
    both = [[*visit, "入户", "安全宣传"], [*visit, "到校", "身心健康"]]
    assert [either_way("visits", name, head, *both) for name in ("has_topic_safety", "has_topic_health")] == [True, True]
    assert either_way("visits", "has_topic_health", head, [*visit, "电话", "身心健康"]) is True


def test_a_helper_named_twice_in_one_ledger_keeps_what_either_row_tells():
    head = ["帮扶人", "单位", "人员类别", "退出时间"]
    rows = [["乙二", "镇政府", "村两委", ""], ["乙二", "镇政府", "", "2024-3-1"]]
    found = {tuple(frame(build(sheet([["柳溪村"], head, *order])), "helpers", "category", "left_on")) for order in (rows, rows[::-1])}
    assert found == {(("village_committee", D(2024, 3, 1)),)}

"""Children ledgers end to end in memory: what a cell becomes, and how several ledgers over time speak of one child (ledgers.md §3, §5)."""

import datetime as dt

import pytest

from tests.etl.ledger_builder import LIU, SHI, build, frame, sheet

D = dt.date
HEAD = [
    "村(社区)",
    "姓名",
    "身份证号",
    "性别",
    "出生日期",
    "儿童类别",
    "残疾类别",
    "残疾等级",
    "低保享受起始时间",
    "监护人",
    "联系电话",
    "纳入时间",
    "退出时间",
]
PLAIN = dict(zip(HEAD, ["柳溪村", "甲一", "", "男", "2013-1-1", "3", "", "", "2022-1-1", "甲父", "", "2022-1-1", ""], strict=True))
EARLY, LATE = "柳溪村儿童台账_20231220.xlsx", "柳溪村儿童台账_20240320.xlsx"


def ledger(*rows, file=EARLY, head=HEAD):
    """One children ledger; each row says what differs from a plain child."""
    return sheet([["困境儿童台账"], head, *([(PLAIN | row)[name] for name in head] for row in rows)], file=file)


def one(table, *columns, **cells):
    """Columns of the only row of a table, for one child that differs in some cells."""
    (row,) = frame(build(ledger(cells)), table, *columns)
    return row if len(columns) > 1 else row[0]


def faults(**cells):
    """(field, state) of the cells found wrong, beside those that are missing, for one child."""
    return [row for row in frame(build(ledger(cells)), "ledger_cells", "field", "state") if row[1] != "missing_required"]


@pytest.mark.parametrize(
    ("cell", "sex"), [("男", "male"), ("1", "male"), (1.0, "male"), ("M", "male"), ("女", "female"), ("2", "female"), ("F", "female")]
)
def test_sex_is_read_in_every_shape(cell, sex):
    assert one("children", "sex", 性别=cell) == sex


@pytest.mark.parametrize("cells", [{"残疾类别": "肢体二级"}, {"残疾等级": "肢体二级"}, {"残疾类别": "肢体", "残疾等级": "Ⅱ级"}])
def test_type_and_level_of_a_disability_may_stand_in_one_cell(cells):
    assert one("child_facts", "disability_type", "disability_level", **cells) == ("physical", 2)


def test_an_error_cell_is_a_finding_and_its_value_missing():
    assert one("child_facts", "dibao_from", "has_dibao_from", 低保享受起始时间="#N/A") == (None, False)
    assert faults(低保享受起始时间="#N/A") == [("dibao_from", "cell_error")]


def test_an_impossible_day_and_an_unknown_word_are_findings_and_missing():
    wrong = {"低保享受起始时间": "2022.2.30", "残疾类别": "某种"}
    assert one("child_facts", "dibao_from", "has_dibao_from", "disability_type", **wrong) == (None, False, None)
    assert faults(**wrong) == [("dibao_from", "date_impossible"), ("disability_type", "value_unknown")]


@pytest.mark.parametrize("name", ["甲一、甲二", "甲一\n甲二", "王甲一 李甲二"])
def test_several_children_in_a_cell_are_a_finding_of_their_row(name):
    assert ("child_name", "value_unknown") in faults(姓名=name)
    assert one("child_facts", "has_child_name", 姓名=name) is False


def test_two_phones_in_one_cell_are_both_looked_at():
    assert faults(联系电话="13800000001、0812-5550001") == []
    assert faults(联系电话="13800000001\n13800000002") == []
    assert faults(联系电话="13800000001;555") == [("guardian_phone", "phone_invalid")]


def test_not_applicable_is_filled_and_a_slash_is_missing():
    assert one("child_facts", "has_guardian_phone", "has_guardian_name", 联系电话="—", 监护人="/") == (True, False)


def facts(*ledgers):
    """(holds from, holds before, start of 低保) in order."""
    return frame(build(*ledgers), "child_facts", "holds_from", "holds_before", "dibao_from")


def test_state_facts_hold_from_their_ledger_to_the_next_and_the_first_ones_before_it():
    newer = ledger({"低保享受起始时间": "2023-1-1"}, file=LATE)
    assert facts(ledger({}), newer) == [(D(1, 1, 1), D(2024, 3, 20), D(2022, 1, 1)), (D(2024, 3, 20), D(9999, 12, 31), D(2023, 1, 1))]


def test_a_newer_row_replaces_the_older_whole_and_carries_nothing_over():
    assert [row[2] for row in facts(ledger({}), ledger({"低保享受起始时间": ""}, file=LATE))] == [D(2022, 1, 1), None]


def test_rows_of_one_child_in_one_ledger_complete_each_other():
    assert [row[2] for row in facts(ledger({"低保享受起始时间": "", "儿童类别": "4"}, {}))] == [D(2022, 1, 1)]


def stay(*rows):
    """Start and end of the one membership that rows of one ledger tell of, the same whichever row stands first."""
    found = {tuple(frame(build(ledger(*order)), "memberships", "listed_on", "delisted_on")) for order in (rows, rows[::-1])}
    ((told,),) = found
    return told


def test_a_second_row_without_the_days_takes_nothing_from_a_stay_that_the_first_tells():
    told, empty = {"纳入时间": "2022-1-1", "退出时间": "2023-6-1"}, {"纳入时间": "", "退出时间": ""}
    assert stay(told, empty) == (D(2022, 1, 1), D(2023, 6, 1))


def test_of_two_stays_in_one_ledger_the_one_that_began_last_counts():
    assert stay({"纳入时间": "2022-1-1", "退出时间": "2023-6-1"}, {"纳入时间": "2023-9-1"}) == (D(2023, 9, 1), None)


NUMBERS = {"身份证号": "659901201301017013"}


def test_a_number_that_lost_its_tail_tells_the_birth_date_of_its_fifteen_digits():
    """As a float 659901202208250000 ends in 249984, which would be the day before."""
    made = build(ledger({"身份证号": 659901202208250000.0, "出生日期": ""}))
    assert frame(made, "children", "born_on", "id_state") == [(D(2022, 8, 25), "damaged")]


def test_identity_facts_are_those_of_the_number_and_the_newest_ledger_for_every_day():
    made = build(ledger(NUMBERS | {"性别": "女"}), ledger(NUMBERS, file=LATE))
    assert frame(made, "children", "sex", "born_on") == [("male", D(2013, 1, 1))]


def test_a_child_of_two_villages_is_one_child_with_a_membership_in_each():
    moved = ledger(NUMBERS | {"村(社区)": "石桥村"}, file="石桥村儿童台账_20240320.xlsx")
    made = build(ledger(NUMBERS), moved)
    assert len(made.frames["children"]) == 1
    assert frame(made, "memberships", "village_id", "delisted_on") == [(LIU, None), (SHI, None)]


def test_a_ledger_that_declares_all_classes_leaves_the_child_it_no_longer_names_registered():
    closing = sheet([["柳溪村困境儿童台账"], HEAD, ["无"]], file=LATE)
    made = build(ledger({}), closing)
    assert frame(made, "memberships", "class_no", "delisted_on", "last_named_on") == [(3, None, D(2023, 12, 20))]
    later = [row for row in frame(made, "ledger_declarations", "class_no", "ledger_on", "is_zero") if row[1] == D(2024, 3, 20)]
    assert later == [(number, D(2024, 3, 20), True) for number in range(1, 7)]


FACTS = ["hukou_kind", "disability_level", "dibao_from", "father_status", "has_guardian_phone", "has_listed_on", "has_sex"]
WHOLE = ["监护人电话" if name == "联系电话" else name for name in HEAD]
PLAIN["监护人电话"] = "13800000000"
COLUMNS = [name for name in WHOLE if name not in ("姓名", "身份证号", "出生日期")]


@pytest.mark.parametrize("dropped", COLUMNS)
def test_what_a_later_ledger_has_no_column_for_holds_on_and_is_not_missing(dropped):
    kept = [name for name in WHOLE if name != dropped]
    both = build(ledger({}, {"姓名": "甲二"}, head=WHOLE), ledger({}, {"姓名": "甲二"}, file=LATE, head=WHOLE))
    less = build(ledger({}, {"姓名": "甲二"}, head=WHOLE), ledger({}, {"姓名": "甲二"}, file=LATE, head=kept))
    for table, columns in (
        ("child_facts", ["child_id", "ledger_on", "village_id", *FACTS]),
        ("memberships", ["child_id", "class_no", "listed_on", "delisted_on"]),
    ):
        if dropped != "儿童类别":
            assert frame(less, table, *columns) == frame(both, table, *columns)
    missing = [row for row in frame(less, "ledger_cells", "sheet_id", "field", "state") if LATE in row[0] and row[2] == "missing_required"]
    before = [row for row in frame(both, "ledger_cells", "sheet_id", "field", "state") if LATE in row[0] and row[2] == "missing_required"]
    assert {row[1] for row in missing} - {row[1] for row in before} <= {"class_no"}


def test_a_cell_left_empty_under_a_column_that_is_there_is_missing():
    tables = build(ledger({}, head=WHOLE), ledger({"监护人电话": "", "低保享受起始时间": ""}, file=LATE, head=WHOLE))
    assert [row[1:] for row in frame(tables, "child_facts", "ledger_on", "has_guardian_phone", "dibao_from")] == [
        (True, D(2022, 1, 1)),
        (False, None),
    ]


def test_a_membership_begins_as_the_newest_row_that_states_a_day_says_and_never_after_it_was_first_named():
    (row,) = frame(build(ledger({}), ledger({"纳入时间": ""}, file=LATE)), "memberships", "listed_on", "is_listed_stated")
    assert row == (D(2022, 1, 1), True)
    ((listed,),) = frame(build(ledger({}), ledger({"纳入时间": "2024-2-1"}, file=LATE)), "memberships", "listed_on")
    assert listed == D(2023, 12, 20)


ENDS = [
    ("delisted_on", {"纳入时间": "2023-5-1", "退出时间": "2023-4-30"}, True),
    ("delisted_on", {"纳入时间": "2023-5-1", "退出时间": "2023-5-1"}, False),
    ("delisted_on", {"纳入时间": "2023-5-20", "退出时间": "2023年5月"}, False),
    ("father_until", {"父亲情况起始时间": "2023-2-1", "父亲情况结束时间": "2022-2-1"}, True),
]


@pytest.mark.parametrize(("field", "cells", "is_wrong"), ENDS)
def test_an_end_before_its_start_is_a_finding_and_is_not_used(field, cells, is_wrong):
    head = [*HEAD, "父亲情况", "父亲情况起始时间", "父亲情况结束时间"]
    row = PLAIN | {"父亲情况": "", "父亲情况起始时间": "", "父亲情况结束时间": ""} | cells
    made = build(sheet([["困境儿童台账"], head, [row[name] for name in head]], file=EARLY))
    assert ((field, "end_before_start") in frame(made, "ledger_cells", "field", "state")) == is_wrong
    table = "memberships" if field == "delisted_on" else "child_facts"
    ((value,),) = frame(made, table, field)
    assert (value is None) == is_wrong


def test_an_end_that_a_later_ledger_states_before_the_start_is_not_used_either():
    first, later = ledger({"纳入时间": "2023-5-1"}), ledger({"纳入时间": "", "退出时间": "2023-4-1"}, file=LATE)
    assert frame(build(first, later), "memberships", "listed_on", "delisted_on") == [(D(2023, 5, 1), None)]


def test_a_birth_after_the_ledgers_day_is_a_finding_and_the_birth_date_missing():
    assert one("children", "born_on", 出生日期="2024-1-1") is None
    assert faults(出生日期="2024-1-1") == [("born_on", "birth_in_future")]


def test_of_two_ledgers_of_a_day_the_one_that_arrived_later_states_what_they_tell_apart():
    first, second = ledger({"残疾等级": "一级", "残疾类别": "肢体"}), ledger({"残疾等级": "二级"}, file="柳溪村儿童台账补_20231220.xlsx")
    for order in ((1, 2), (2, 1)):
        first.arrival, second.arrival = order
        assert frame(build(first, second), "child_facts", "disability_type", "disability_level") == [
            ("physical", 2 if order == (1, 2) else 1)
        ]


def gone(*ledgers):
    """Fields of columns that are gone, with the row where the finding stands."""
    return [
        (field, row) for state, field, row in frame(build(*ledgers), "ledger_cells", "state", "field", "row_no") if state == "column_gone"
    ]


def test_a_column_that_was_filled_and_is_absent_or_empty_throughout_is_gone():
    first = ledger({"监护人": "甲父"}, {"姓名": "甲二", "出生日期": "2014-1-1", "联系电话": "13900000000"})
    without = ledger({}, {"姓名": "甲二", "出生日期": "2014-1-1"}, file=LATE, head=[name for name in HEAD if name != "联系电话"])
    empty = ledger({"监护人": ""}, {"姓名": "甲二", "出生日期": "2014-1-1", "监护人": "", "联系电话": "13900000000"}, file=LATE)
    assert gone(first, without) == [("guardian_phone", 2)]
    assert gone(first, empty) == [("guardian_name", 2)]


def test_a_column_that_nobody_of_the_newest_ledger_needs_is_not_gone():
    first = ledger({"残疾类别": "肢体", "残疾等级": "一级", "退出时间": "2023-12-1"})
    later = ledger({"儿童类别": "1"}, file=LATE, head=[name for name in HEAD if not name.startswith(("残疾", "低保"))])
    assert gone(first, later) == []

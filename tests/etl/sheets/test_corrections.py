"""A corrected ledger replaces the one it mends; what only looks like it stays beside it."""

import datetime as dt

import polars as pl
import pytest

from etl.sheets import corrections
from etl.sheets.sheet_store import LedgerFile
from tests.etl.ledger_builder import placed, sheet
from warehouse.builds.raw_sheets import RETURNED

HEAD = ["村(社区)", "姓名", "身份证号", "出生日期", "儿童类别", "监护人", "纳入时间"]
NAME = "柳溪村儿童台账_20231220.xlsx"


def ledger(*names, village="柳溪村", phone="2022-1-1", file=NAME, file_id="old", title="困境儿童台账", marked=None):
    """A children ledger of some children, as a file and its sheets."""
    rows = [[title], HEAD, *([village, name, "", "2013-1-1", "3", "甲父", phone] for name in names)]
    found = [sheet(rows, file=file)]
    if marked:
        found.append(sheet([[RETURNED + marked], ["以下是问题清单"]], file=file, name="检查结果"))
    for one in found:
        one.file_id = file_id
    return LedgerFile(file_id, file, file_id * 4, 1, mends=found[-1].reading.mends), found


def replaced(old, new):
    """What the new file replaces."""
    everything, _known = placed(*old[1], *new[1])
    return corrections.find_replaced([old[0]], [new[0]], everything)


def test_a_returned_copy_replaces_the_file_it_names_whatever_its_own_name():
    new = ledger("甲一", "甲二", file="改好了.xlsx", file_id="new", marked="old")
    assert replaced(ledger("甲一", "甲二"), new) == {"old": "new"}


def test_a_file_of_the_same_name_village_day_kind_and_people_replaces_the_earlier_one():
    assert replaced(ledger("甲一", "甲二"), ledger("甲一", "甲二", phone="2022-1-2", file_id="new")) == {"old": "new"}
    assert replaced(ledger("甲一", "甲二"), ledger("甲一", "甲三", file_id="new")) == {"old": "new"}


@pytest.mark.parametrize("mark", ["(1)", "（2）", "副本", " - 副本", "复件", "修改版", "最终", "定稿", "v2", "_修改版(1)", "-最终版"])
def test_a_name_that_differs_by_the_mark_of_a_copy_is_the_files_own(mark):
    copy = ledger("甲一", "甲二", phone="2022-1-2", file=f"{NAME[:-5]}{mark}.xlsx", file_id="new")
    assert replaced(ledger("甲一", "甲二"), copy) == {"old": "new"}
    assert replaced(copy, ledger("甲一", "甲二")) == {}  # the original, loaded again, takes nothing back


def test_a_copy_must_name_half_of_the_people_and_all_the_classes():
    copy = f"{NAME[:-5]}(1).xlsx"
    assert replaced(ledger("甲一", "甲二", "甲三"), ledger("甲一", file=copy, file_id="new")) == {}
    assert replaced(ledger("甲一", "甲\u200b二"), ledger("甲一", "甲 二", file=copy, file_id="new")) == {"old": "new"}
    old, new = ledger("甲一", "甲二"), ledger("甲一", "甲二", file=copy, file_id="new")
    old[1][0].reading.frame = old[1][0].reading.frame.with_columns(class_no=pl.Series(["3", "6"]))
    assert replaced(old, new) == {}


def test_of_two_copies_loaded_together_the_marked_one_arrives_later_and_stands():
    old, new = ledger("甲一"), ledger("甲一", file=f"{NAME[:-5]}(1).xlsx", file_id="new")
    everything, _known = placed(*old[1], *new[1])
    corrections.set_arrivals([new[0], old[0]], everything[1:], {})
    assert [sheet.arrival for sheet in everything[1:]] == [1, 2]
    assert corrections.find_replaced([], [new[0], old[0]], everything) == {"old": "new"}


@pytest.mark.parametrize(
    "other",
    [
        {"names": ("乙一", "乙二", "甲一")},
        {"names": ("甲一", "甲二", "甲三"), "village": "石桥村", "file": "柳溪村儿童台账_20231220.xlsx", "title": "石桥村困境儿童台账"},
        {"names": ("甲一", "甲二", "甲三"), "file": "柳溪村儿童台账_20240320.xlsx"},
    ],
)
def test_other_people_another_village_or_another_day_stand_beside_it(other):
    names = other.pop("names")
    assert replaced(ledger("甲一", "甲二", "甲三"), ledger(*names, file_id="new", **other)) == {}


def test_a_ledger_stored_as_another_kind_of_file_is_the_same_ledger():
    assert replaced(ledger("甲一", "甲二", file="柳溪村儿童台账_20231220.xls"), ledger("甲一", "甲二", file_id="new")) == {"old": "new"}
    assert replaced(ledger("甲一", "甲二", file="柳溪村儿童台账_20231220.xls"), ledger("乙一", "乙二", file_id="new")) == {}


def test_a_copy_of_which_only_the_list_is_left_takes_nothing_away():
    new, found = ledger("甲一", file_id="new", marked="old")
    assert replaced(ledger("甲一", "甲二"), (new, found[1:])) == {}


def test_the_list_sheet_of_a_returned_copy_is_no_data_and_no_unknown_sheet():
    _file, found = ledger("甲一", marked="0123456789abcdef")
    assert (found[1].reading.state, found[1].reading.mends, found[1].reading.ledger) == ("returned", "0123456789abcdef", None)
    assert found[0].reading.rows_loaded == 1


def test_a_file_that_could_not_be_read_replaces_nothing():
    old, new = ledger("甲一"), ledger("甲一", file_id="new")
    new[0].fault = "file_unreadable"
    assert replaced(old, new) == {}
    assert dt.date(2023, 12, 20) in {one.ledger_on for one in old[1]}


def test_a_file_is_compared_with_those_of_its_name_alone_so_that_a_large_town_loads(monkeypatch):
    files = [LedgerFile(str(number), f"甲{number}村走访_20231220.xlsx", str(number), 1) for number in range(50)]
    compared = []
    monkeypatch.setattr(corrections, "_is_corrected", lambda old, new, *_is_together: compared.append((old.file_id, new.file_id)))
    assert corrections.find_replaced(files[:25], files[25:], []) == {}
    assert compared == [(file.file_id, file.file_id) for file in files[25:]]

"""A village's children ledger filled with the children it reported last: all of them, as they stood, in a workbook that reads whole."""

import datetime as dt
import io
import json

import openpyxl
import polars as pl
import pytest

from etl.forms import filled_form
from etl.sheets import reader_pool
from warehouse.builds import repository
from warehouse.storage import keys

DAY = dt.date(2026, 1, 5)


@pytest.fixture(scope="module")
def build(town_home):
    """The sample town."""
    return repository.open_build(town_home)


def current(build, village):
    """The children on a village's ledger on the day."""
    sql = (
        "select distinct child_id from memberships where village_id = $village and listed_on <= $day"
        " and (delisted_on is null or delisted_on > $day)"
    )
    return {row["child_id"] for row in build.rows(sql, {"village": village, "day": DAY})}


def test_every_child_of_the_village_stands_in_it_once_and_it_reads_whole(build, town_home):
    key = keys.load_key(town_home)
    for village in build.rows("select village_id, name from villages order by sort_no limit 4"):
        content, count = filled_form.filled(build, key, village["village_id"], DAY)
        (sheet,) = reader_pool.read_content(content).sheets
        assert sheet.rows_loaded == count == len(current(build, village["village_id"])) > 0
        assert set(sheet.frame["village_name"]) == {village["name"]}
        assert [column.heading for column in sheet.columns if column.field is None] == []


def test_a_child_is_as_its_newest_row_said_and_its_classes_as_they_count(build, town_home):
    village = build.rows("select village_id from villages order by sort_no limit 1")[0]["village_id"]
    content, _count = filled_form.filled(build, keys.load_key(town_home), village, DAY)
    (sheet,) = reader_pool.read_content(content).sheets
    classes = [text.split("、") for text in sheet.frame["class_no"]]
    sql = "select count(*) as n from memberships where village_id = $village and (delisted_on is null or delisted_on > $day)"
    assert sum(map(len, classes)) == build.rows(sql, {"village": village, "day": DAY})[0]["n"]
    sealed = {row["person_id"]: bytes(row["sealed"]) for row in build.rows("select person_id, sealed from identities where kind = 'child'")}
    key = keys.load_key(town_home)
    names = [json.loads(key.unseal(f"child:{child}", sealed[child]))["child_name"] for child in current(build, village)]
    assert sorted(names) == sorted(sheet.frame["child_name"])


def test_what_a_spreadsheet_would_calculate_is_text_and_a_name_taken_away_is_left_out(build, town_home, monkeypatch):
    key = keys.load_key(town_home)
    unpack = filled_form.raw_sheets.unpack

    def altered(content):
        header, frame = unpack(content)
        texts = frame["child_name"].to_list()
        return header, frame.with_columns(pl.Series("child_name", ["⟦a⟧", "=HYPERLINK(1)", *texts[2:]][: len(texts)]))

    monkeypatch.setattr(filled_form.raw_sheets, "unpack", altered)
    village = build.rows("select village_id from villages order by sort_no limit 1")[0]["village_id"]
    content, count = filled_form.filled(build, key, village, DAY)
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row if cell.value]
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value).startswith("⟦")]
    assert 0 < count < len(current(build, village))

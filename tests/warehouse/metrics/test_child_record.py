"""A child's trail and the ledger rows it ends in: complete, placed, and masked by default."""

import datetime as dt
import json
import re

import pytest

from etl.forms import forms
from warehouse.builds import raw_sheets, repository
from warehouse.metrics import drilldown
from warehouse.storage import keys

DAY = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def build(town_home):
    """The sample town."""
    return repository.open_build(town_home)


@pytest.fixture(scope="module")
def key(town_home):
    """Its key."""
    return keys.load_key(town_home)


def test_a_trail_holds_every_row_of_the_child_with_its_place(build):
    for row in drilldown.rows(build, "eligibility", "registered", DAY)[::20]:
        found = drilldown.trail(build, row["child_id"], DAY)
        for table in drilldown.TRAIL:
            counted = build.rows(f"select count(*) as n from {table} where child_id = $c", {"c": row["child_id"]})[0]["n"]
            assert (table, len(found[table])) == (table, counted)
            assert all(one["in_file"] and one["row_no"] for one in found[table])
        assert [(one["visit_days"], one["state"]) for one in found["state"]] == [(row["visit_days"], row["state"])]


def test_an_unknown_child_has_an_empty_trail(build):
    assert set(map(len, drilldown.trail(build, "nobody", DAY).values())) == {0}


def test_a_child_not_registered_on_the_day_has_its_rows_but_no_state(build):
    child = drilldown.rows(build, "eligibility", "registered", DAY)[0]["child_id"]
    found = drilldown.trail(build, child, dt.date(2010, 1, 1))
    assert (found["state"], found["classes"]) == ([], [])
    assert found["memberships"]


def test_no_name_number_phone_or_note_comes_out_of_any_row(build, key):
    sealed = build.rows("select kind, person_id, sealed from identities")
    told = [json.loads(key.unseal(f"{row['kind']}:{row['person_id']}", bytes(row["sealed"]))) for row in sealed]
    secret = {str(value) for person in told for value in person.values() if value and len(str(value)) > 1 and str(value) not in ("—", "——")}
    rows = build.rows("select distinct sheet_id, row_no from visits using sample 40 rows (reservoir, 7)")
    rows += build.rows("select distinct sheet_id, row_no from child_facts using sample 60 rows (reservoir, 7)")
    shown = [cell for row in rows for cell in raw_sheets.row(build, key, row["sheet_id"], row["row_no"])]
    assert len(shown) > 1000
    assert {cell.text for cell in shown} & secret == set()
    assert [cell for cell in shown if re.search(r"\d{9,}", cell.text) and cell.field.endswith(("id_number", "phone", "card_no"))] == []


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("child_name", "张小三", "张*"),
        ("id_number", "510101201501010012", "510***********0012"),
        ("guardian_phone", "13812341234", "138****1234"),
        ("phone", "5550", "***"),
        ("note", "家中一切都好", "***"),
        ("address", "一组 3 号", "***"),
        ("born_on", "2015年1月1日", "2015年1月1日"),
        ("wide:3", "2月3日", "2月3日"),
        ("class_no", "510101201501010012", "510***********0012"),
        ("child_name", "", ""),
        ("field_nobody_knows", "张小三", "***"),
    ],
)
def test_a_cell_is_masked_unless_it_is_known_to_be_harmless(field, text, shown):
    assert raw_sheets.masked(field, text) == shown


def test_every_field_shown_in_the_clear_holds_no_text_of_a_villages_own():
    kinds = {name: field.kind for known in forms.forms().values() for name, field in known.fields.items()}
    open_kinds = {"name", "names", "id_number", "phone", "card_number"}
    assert {name for name in raw_sheets.SHOWN if kinds.get(name) in open_kinds} == set()
    assert {name for name in raw_sheets.SHOWN if kinds.get(name) == "text"} <= {"unit", "department", "grade", "party_member"}


def test_a_row_that_is_not_there_is_empty(build, key):
    sheet_id = build.rows("select sheet_id from raw_sheets order by sheet_id")[0]["sheet_id"]
    assert (raw_sheets.row(build, key, sheet_id, 99_999), raw_sheets.row(build, key, "none/1", 5)) == ([], [])

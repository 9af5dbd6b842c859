"""Days of visits and events typed as numbers: month.day, where a zero at the end may be lost."""

import datetime as dt

import pytest

from etl.cleaning import expand_rows
from etl.cleaning.type_columns import type_fields
from etl.forms import forms
from etl.sheets import sheet_store
from tests.etl.ledger_builder import placed, sheet

VISITS = ["儿童姓名", "帮扶人", "走访时间", "走访方式"]
GIFTS = ["儿童姓名", "慰问时间", "慰问金额", "慰问品"]


def typed_day(head, row, field, ledger):
    """(day, precision, state) of one row of a ledger of 2025."""
    rows = [["柳溪村2025年台账"], head, row]
    everything, _register = placed(sheet(rows, "柳溪村_20251220.xlsx"))
    text = expand_rows.expand(sheet_store.ledger_rows(everything, ledger), ledger)
    return type_fields(text, forms.forms()[ledger]).select(field, f"{field}|precision", f"{field}|state").row(0)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (3.12, (dt.date(2025, 3, 12), "day", None)),
        (5.1, (dt.date(2025, 5, 1), "month", "date_ambiguous")),  # or 5.10
        (5.2, (dt.date(2025, 5, 2), "month", "date_ambiguous")),
        (5.3, (dt.date(2025, 5, 3), "month", "date_ambiguous")),
        (2.3, (dt.date(2025, 2, 3), "day", None)),  # February has no 30th
        (5.4, (dt.date(2025, 5, 4), "day", None)),
        ("5.1", (dt.date(2025, 5, 1), "day", None)),  # a text loses no zero
        (13.5, (None, None, "date_impossible")),
        (4.31, (None, None, "date_impossible")),
    ],
)
def test_a_day_typed_as_a_number_is_read_and_known_to_the_month_where_a_zero_may_be_lost(cell, wanted):
    assert typed_day(VISITS, ["甲一", "李四", cell, "入户"], "visited_on", "visits") == wanted


def test_a_day_of_an_event_may_be_typed_as_a_number_too():
    assert typed_day(GIFTS, ["甲一", 6.12, 200, "书包"], "held_on", "care_events") == (dt.date(2025, 6, 12), "day", None)
    assert typed_day(GIFTS, ["甲一", 6.1, 200, "书包"], "held_on", "care_events") == (dt.date(2025, 6, 1), "month", "date_ambiguous")

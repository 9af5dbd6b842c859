"""Which required cells are missing, and when eligibility ends: counts by village, class and field, and the lists behind."""

import datetime as dt

import pytest

from tests.warehouse.sql.test_eligibility import DIBAO, SEVERE
from tests.warehouse.town_builder import BRIDGE, FILLED, WILLOW, figures_with_rows
from warehouse.builds import repository
from warehouse.metrics import drilldown, query

DAY = dt.date(2025, 6, 30)
ALL_CLASSES = (1, 2, 3, 4, 5, 6)


def missing(town):
    """(child, field) of the missing cells."""
    return sorted((row["child_id"], row["field"]) for row in drilldown.rows(town.build, "duties", "missing", DAY))


def lacking(town):
    """Required less filled cells of each village."""
    rows = query.ask(town.build, "duties", DAY, "village")
    return [row["fields_required"] - row["fields_filled"] for row in rows]


def test_a_child_of_every_class_misses_every_cell_that_its_classes_ask(town):
    town.child("a", ALL_CLASSES, empty=FILLED.split())
    optional = {"illness_name", "illness_cost", "illness_year"}
    assert missing(town) == sorted(("a", name) for name in set(FILLED.split()) - optional)
    assert lacking(town) == [24, 0]


def test_cells_that_no_class_of_the_child_asks_are_not_missing(town):
    town.child("a", [1], empty=FILLED.split(), born_on="2021-01-01")
    asked = "village_name child_name id_number sex born_on household_head class_no address guardian_name guardian_relation guardian_phone listed_on"
    assert missing(town) == sorted(("a", name) for name in asked.split())
    assert lacking(town) == [12, 0]


def test_three_illness_cells_meet_both_disability_cells_and_two_of_them_meet_none(town):
    town.child("a", [3], empty=("disability_type", "disability_level"))
    town.child("b", [3], empty=("disability_level", "illness_year"), village=BRIDGE)
    assert missing(town) == [("b", "disability_level")]
    assert lacking(town) == [0, 1]


@pytest.mark.parametrize("day", [dt.date(2024, 8, 20), dt.date(2025, 12, 31)])
def test_the_missing_cells_of_all_fields_are_the_required_less_the_filled(day, town_home):
    build = repository.open_build(town_home)
    fields = [name for name in figures_with_rows()["duties"] if name.startswith("missing_")]
    of_field = {name: drilldown.rows(build, "duties", name, day) for name in fields}
    for row in query.ask(build, "duties", day, "village"):
        counted = sum(1 for rows in of_field.values() for found in rows if found["village_id"] == row["village_id"])
        assert (row["village"], counted) == (row["village"], row["fields_required"] - row["fields_filled"])
    assert sum(map(len, of_field.values())) == len(drilldown.rows(build, "duties", "missing", day)) > 0
    assert all(found["file"] and found["row_no"] for rows in of_field.values() for found in rows)


def ends(town, figure, village_id=None, class_no=None):
    """(child, class) of the memberships that a figure of endings counts."""
    rows = drilldown.rows(town.build, "eligibility", figure, DAY, village_id, class_no)
    return sorted((row["child_id"], row["class_no"]) for row in rows)


def test_eligibility_that_ends_is_counted_within_30_60_and_90_days_up_to_the_last_day(town):
    for child, days in {"a": -1, "b": 0, "c": 30, "d": 31, "e": 60, "f": 61, "g": 90, "h": 91}.items():
        town.child(child, [4], **DIBAO | {"dibao_until": str(DAY + dt.timedelta(days))})
    told = {
        figure: "".join(child for child, _class in ends(town, figure)) for figure in ("ended", "ends_in_30", "ends_in_60", "ends_in_90")
    }
    assert told == {"ended": "a", "ends_in_30": "bc", "ends_in_60": "bcde", "ends_in_90": "bcdefg"}


def test_endings_stand_under_their_village_and_class(town):
    town.child("a", [1, 4], **DIBAO | {"dibao_until": "2025-07-15"})
    town.child("b", [3], village=BRIDGE, **SEVERE | {"disability_card_until": "2025-07-15"})
    town.child("c", [1])
    assert ends(town, "ends_in_30") == [("a", 4), ("b", 3)]
    assert (ends(town, "ends_in_30", WILLOW), ends(town, "ends_in_30", BRIDGE)) == ([("a", 4)], [("b", 3)])
    assert [ends(town, "ends_in_30", class_no=number) for number in (1, 3, 4)] == [[], [("b", 3)], [("a", 4)]]


def test_what_is_not_renewed_leaves_the_scope_with_the_last_class_and_coverage_changes_with_it(town):
    town.helper("h")
    town.child("stays", [1, 4], **DIBAO | {"dibao_until": "2025-07-15"})
    town.child("leaves", [4], **DIBAO | {"dibao_until": "2025-07-15"})
    town.child("changes", [3, 5], **SEVERE | {"disability_card_until": "2025-07-15"}, event_kind="abuse", reviewed_on="2025-06-01")
    town.pair("stays", "h")
    then = DAY + dt.timedelta(30)
    names = ("in_scope", "covered_1_3", "in_scope_1_3", "covered_4_6", "in_scope_4_6")
    told = [tuple(town.figure("coverage", str(day))[name] for name in names) for day in (DAY, then)]
    assert told == [(3, 1, 2, 0, 1), (2, 1, 1, 0, 1)]


def test_figures_counted_at_once_are_the_lengths_of_their_lists(town_home):
    build = repository.open_build(town_home)
    for metric, names in (("eligibility", ("ended", "ends_in_90")), ("duties", ("missing_school", "missing_id_number"))):
        for row in drilldown.counts(build, metric, names, dt.date(2025, 12, 31), ("village_id", "class_no")):
            told = {name: drilldown.rows(build, metric, name, dt.date(2025, 12, 31), row["village_id"]) for name in names}
            own = {name: sum(1 for found in rows if found["class_no"] == row["class_no"]) for name, rows in told.items()}
            assert {name: row[name] for name in names} == own


def test_what_has_no_list_cannot_be_counted(town):
    with pytest.raises(query.CannotAsk):
        drilldown.counts(town.build, "duties", ("missing_nothing",), DAY, ("village_id",))

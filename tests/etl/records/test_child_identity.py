"""Who is who: ledgers.md §5 and the fine print of metrics.md, one trap per case; invented people."""

import datetime as dt

import polars as pl
import pytest

from etl.records import child_facts, child_identity, resolve_references

D = dt.date
ID_A, ID_B = "659901201301017013", "65990120120403142X"
SCHEMA = {
    "sheet_id": pl.String, "row_no": pl.Int32, "arrival": pl.Int32, "village_id": pl.String, "ledger_on": pl.Date, "child_name": pl.String,
    "id_number": pl.String, "id_state": pl.String, "born_on": pl.Date, "class_no": pl.List(pl.Int32),
    "listed_on": pl.Date, "delisted_on": pl.Date, "sex": pl.String, "household_no": pl.String, "household_head": pl.String,
    "guardian_name": pl.String,
}  # fmt: skip


def hashed(*parts):
    """A pseudonym a test can read."""
    return "/".join(parts)


def rows(*given):
    """Rows of children ledgers with defaults: village 甲, first ledger of 2023, class 6."""
    base = {"village_id": "甲", "ledger_on": D(2023, 12, 20), "child_name": "丁一", "id_number": None, "id_state": None, "born_on": None}
    base |= {"arrival": 1, "class_no": [6], "listed_on": None, "delisted_on": None}
    full = [{"sheet_id": f"s{at}", "row_no": at} | base | row for at, row in enumerate(given, 1)]
    full = [row | {"id_state": row["id_state"] or ("valid" if row["id_number"] else None)} for row in full]
    return pl.DataFrame(full, schema=SCHEMA)


def ids(*given):
    """child_id of each row."""
    return child_identity.identify(rows(*given), hashed)["child_id"].to_list()


def test_a_valid_number_is_the_child_in_every_ledger_and_village():
    first, second = ids({"id_number": ID_A}, {"id_number": ID_A, "village_id": "乙", "ledger_on": D(2024, 3, 1)})
    assert first == second


def test_a_row_without_number_joins_the_one_child_of_same_village_name_and_birth_date():
    first, second = ids({"id_number": ID_A}, {"born_on": D(2013, 1, 1)})
    assert first == second


def test_a_damaged_number_joins_by_the_birth_date_its_first_digits_tell():
    first, second = ids({"id_number": ID_A}, {"id_number": "659901201301017000", "id_state": "damaged"})
    assert first == second


LATER = {"ledger_on": D(2024, 3, 20)}


def test_a_row_of_a_name_alone_joins_the_only_child_of_the_village_that_bears_it_and_says_so():
    joined = child_identity.identify(rows({"id_number": ID_A}, LATER), hashed)
    assert joined["child_id"].n_unique() == 1
    assert joined["is_by_name"].to_list() == [False, True]


@pytest.mark.parametrize("other", [{"sex": "female"}, {"class_no": [2]}, {"household_no": "8"}, {"household_head": "丁八"}])
def test_a_name_alone_joins_nobody_whom_sex_class_or_household_contradicts(other):
    child = {"id_number": ID_A, "sex": "male", "household_no": None if "household_head" in other else "7", "household_head": "丁七"}
    first, second = ids(child, LATER | other)
    assert first != second


def test_a_name_that_two_children_bear_joins_neither():
    assert len(set(ids({"id_number": ID_A}, {"id_number": ID_B}, LATER))) == 3


def test_a_second_row_of_the_name_in_one_table_is_a_child_of_its_own_unless_the_household_is_the_same():
    child = {"id_number": ID_A, "sheet_id": "s", "household_head": "丁七"}
    assert len(set(ids(child, {"sheet_id": "s"}))) == 2
    assert len(set(ids(child, {"sheet_id": "s", "household_head": "丁七"}))) == 1


def test_a_child_known_by_name_only_is_the_same_one_in_every_later_ledger():
    newest = {"ledger_on": D(2025, 3, 20)}
    assert len(set(ids({"guardian_name": "丁七"}, LATER | {"guardian_name": "丁七"}, newest | {"guardian_name": "丁七"}))) == 1
    assert len(set(ids({}, LATER, newest))) == 1
    assert len(set(ids({"guardian_name": "丁七"}, LATER | {"guardian_name": "丁八"}))) == 2
    assert len(set(ids({"sheet_id": "s"}, {"sheet_id": "s"}))) == 2  # two nameless households of one table are two


def test_a_number_born_after_the_ledgers_day_tells_no_birth_date():
    typed = rows({"id_number": ID_B, "ledger_on": D(2011, 1, 1)}).with_columns(sex=pl.lit("male"), **{"born_on|precision": pl.lit("day")})
    child = child_identity.children(child_identity.identify(typed, hashed)).row(0, named=True)
    assert (child["born_on"], child["born_precision"]) == (None, None)


def test_a_row_of_another_village_or_birth_date_is_a_child_of_its_own():
    one, two, three = ids({"id_number": ID_A}, {"born_on": D(2013, 1, 2)}, {"born_on": D(2013, 1, 1), "village_id": "乙"})
    assert len({one, two, three}) == 3


def test_two_children_of_same_name_and_birth_date_take_no_numberless_row():
    other = "659901201301017021"
    one, two, three = ids({"id_number": ID_A}, {"id_number": other, "id_state": "valid"}, {"born_on": D(2013, 1, 1)})
    assert len({one, two, three}) == 3


def test_a_number_under_two_names_identifies_nobody():
    one, two = ids({"id_number": ID_A, "born_on": D(2013, 1, 1)}, {"id_number": ID_A, "child_name": "丁二", "born_on": D(2013, 1, 1)})
    assert one != two


def test_birth_date_and_sex_are_those_of_the_number():
    typed = rows({"id_number": ID_B, "born_on": D(2012, 5, 1)}).with_columns(sex=pl.lit("male"), **{"born_on|precision": pl.lit("day")})
    child = child_identity.children(child_identity.identify(typed, hashed)).row(0, named=True)
    assert (child["born_on"], child["sex"], child["id_state"]) == (D(2012, 4, 3), "female", "valid")


def memberships(*given):
    """class → (listed, delisted) of one child."""
    listed = rows(*given).with_columns(child_id=pl.lit("k")).explode("class_no").with_columns(disability_card_is_bad=False)
    return {row["class_no"]: (row["listed_on"], row["delisted_on"]) for row in child_facts.memberships(listed).to_dicts()}


def test_a_membership_without_a_start_begins_with_the_first_ledger_that_names_it():
    found = memberships({}, {"ledger_on": D(2024, 3, 1)})
    assert found == {6: (D(2023, 12, 20), None)}


def test_the_newest_row_tells_start_and_end():
    found = memberships(
        {"listed_on": D(2022, 1, 1)}, {"ledger_on": D(2024, 3, 1), "listed_on": D(2022, 2, 1), "delisted_on": D(2024, 2, 1)}
    )
    assert found == {6: (D(2022, 2, 1), D(2024, 2, 1))}


def test_a_later_ledger_in_other_classes_only_ends_a_membership():
    found = memberships({"class_no": [4, 6]}, {"ledger_on": D(2024, 3, 1), "class_no": [4]})
    assert found == {4: (D(2023, 12, 20), None), 6: (D(2023, 12, 20), D(2024, 3, 1))}


def test_a_child_absent_from_a_later_ledger_stays():
    assert memberships({"listed_on": D(2022, 1, 1)}) == {6: (D(2022, 1, 1), None)}


def resolved(reference, *children):
    """(child, why) of one reference among children rows."""
    known = child_identity.identify(rows(*children), hashed)
    found = resolve_references.resolve_children(rows(reference), known).row(0, named=True)
    return found["child_id"], found["child_why"]


def test_a_reference_goes_by_number_then_by_a_name_unique_in_the_village():
    child = {"id_number": ID_A}
    assert resolved({"id_number": ID_A, "child_name": "写错", "village_id": "乙"}, child) == (f"child/number:{ID_A}", None)
    assert resolved({}, child) == (f"child/number:{ID_A}", None)
    assert resolved({"id_number": ID_B}, child) == (f"child/number:{ID_A}", None)


def test_a_reference_by_a_name_that_two_children_bear_stays_unresolved():
    assert resolved({}, {"id_number": ID_A}, {"id_number": ID_B}) == (None, "several")


def test_a_reference_by_a_name_of_another_village_stays_unresolved():
    assert resolved({"village_id": "乙"}, {"id_number": ID_A}) == (None, "unknown")


def helper_of(reference, *known):
    """(helper, why) of one reference among helper rows."""
    base = {"sheet_id": "s", "row_no": 1, "village_id": "甲", "helper_name": "戊一", "helper_no": None, "unit": None}
    schema = {"sheet_id": pl.String, "row_no": pl.Int32} | dict.fromkeys(("village_id", "helper_name", "helper_no", "unit"), pl.String)
    listed = pl.DataFrame([base | row for row in known], schema=schema)
    listed = resolve_references.identify_helpers(listed, hashed)
    found = resolve_references.resolve_helpers(pl.DataFrame([base | reference], schema=schema), listed).row(0, named=True)
    return found["helper_id"], found["helper_why"]


def test_a_helper_goes_by_number_then_name_and_unit_then_a_unique_name():
    numbered = {"helper_no": "JD1", "unit": "镇政府"}
    assert helper_of({"helper_no": "JD1", "helper_name": "写错"}, numbered)[0] == "helper/number:JD1:戊一"
    assert helper_of({"unit": "镇政府"}, numbered, {"helper_no": "JD2", "unit": "学校"})[0] == "helper/number:JD1:戊一"
    assert helper_of({}, numbered)[0] == "helper/number:JD1:戊一"
    assert helper_of({}, numbered, {"helper_no": "JD2", "unit": "学校"}) == (None, "several")
    assert helper_of({"helper_name": "己"}, numbered) == (None, "unknown")

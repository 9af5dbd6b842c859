"""What was known then against what is known now: one town loaded twice, the rows that explain why a figure moved."""

import datetime as dt
import re

import pytest

from tests.warehouse.kit import BRIDGE, WILLOW, Town
from warehouse import behind, builds, differences, history, metrics

DAY = "2025-12-31"
LATER = {"sheet_id": "g/1", "row_no": 9}


@pytest.fixture
def two(tmp_path):
    """Two loads of one town: the first has the file 台账.xlsx, the second 补报.xlsx as well; `now.place = LATER` is a row there."""
    then, now = Town(tmp_path), Town(tmp_path)
    sheet = {"sheet": "表", "state": "loaded", "ledger_on_source": "sheet", "is_hidden": False}
    sheet |= {"rows_seen": 0, "rows_loaded": 0, "rows_set_aside": 0, "rows_not_data": 0}
    for town, files in ((then, {"f": "台账.xlsx"}), (now, {"f": "台账.xlsx", "g": "补报.xlsx"})):
        for file_id, file in files.items():
            town.add("ledger_files", file_id=file_id, file=file, sha256=file_id, bytes=1)
            town.add("ledger_sheets", sheet_id=f"{file_id}/1", file_id=file_id, file=file, **sheet)
    return then, now


def explained(two, figure, day=DAY, village_id=None):
    """What each row adds then and now, and its reasons: (code, field, then, now, file, row, is_new_file)."""
    then, now = two
    metric, name = figure.split(".")
    rows = history.explained(then.build, now.build, metric, name, dt.date.fromisoformat(day), village_id)
    return [(row.get("child_id") or row.get("helper_id"), row["then"], row["now"], [told(one) for one in row["reasons"]]) for row in rows]


def told(change):
    """A reason as text, days and places short."""
    values = () if not change.field else (change.field, str(change.then), str(change.now))
    return (change.code, *values, str(change.on), f"{change.file} {change.row_no}", change.is_new_file)


def moved(two, day=DAY, village_id=None):
    """The headline figures that differ: figure → (then, now)."""
    rows = history.changes(two[0].build, two[1].build, dt.date.fromisoformat(day), village_id)
    assert all(row["difference"] == row["now"] - row["then"] for row in rows)
    return {f"{row['metric']}.{row['figure']}": (row["then"], row["now"]) for row in rows if row["difference"]}


def both(two, tell):
    """Lay the same rows into both loads."""
    for town in two:
        tell(town)


def test_a_visit_told_late_is_named_with_its_ledger(two):
    both(two, lambda town: town.child("a", delisted_on="2025-05-01"))
    both(two, lambda town: town.visit("a", "2025-01-10"))
    two[1].place = LATER
    two[1].visit("a", "2025-03-01", "2025-07-01")
    late = ("visit_added", "2025-03-01", "补报.xlsx 9", True)
    assert explained(two, "visits.visit_days", "2025-04-10") == [("a", 0, 1, [late])]
    assert moved(two, "2025-02-28") == {}
    assert moved(two, "2025-04-10") == {"visits.visit_days": (1, 2), "visits.over_60_days": (1, 0)}
    recent = ("recent_visit_added", *late[1:])
    assert explained(two, "visits.over_60_days", "2025-04-10") == [("a", 1, 0, [recent])]
    assert moved(two, DAY) == {}  # delisted before


def test_pace_is_explained_by_every_visit_that_came_or_went(two):
    both(two, lambda town: town.child("a"))
    two[0].visit("a", "2025-01-10", "2025-01-20")
    two[1].visit("a", "2025-01-10", mode="phone")
    two[1].place = LATER
    two[1].visit("a", "2025-02-10")
    assert moved(two, "2025-05-10") == {"visits.on_pace": (1, 0), "visits.visit_days": (2, 1)}
    assert explained(two, "visits.on_pace", "2025-05-10") == [
        (
            "a",
            1,
            0,
            [
                ("visit_changed", "mode", "in_person", "phone", "2025-01-10", "台账.xlsx 5", False),
                ("visit_removed", "2025-01-20", "台账.xlsx 5", False),
                ("visit_added", "2025-02-10", "补报.xlsx 9", True),
            ],
        )
    ]


@pytest.mark.parametrize(("class_no", "born", "corrected"), [(1, "2008-02-01", "2007-02-01"), (6, "2010-02-01", "2009-02-01")])
def test_a_corrected_birth_date_that_moves_a_child_over_the_age_limit(class_no, born, corrected, two):
    away = {"father_status": "working_away", "father_since": "2023-01-01", "mother_status": "working_away", "mother_since": "2023-01-01"}
    facts = away if class_no == 6 else {}
    two[0].child("a", [class_no], born_on=born, **facts)
    two[1].place = LATER
    two[1].child("a", [class_no], born_on=corrected, **facts)
    birth = ("birth_changed", "born_on", born, corrected, "None", "补报.xlsx 9", True)
    for figure, then, now in (("eligibility.in_scope", 1, 0), ("eligibility.expired", 0, 1), ("visits.due_children", 1, 0)):
        assert explained(two, figure) == [("a", then, now, [birth])]
    assert explained(two, "eligibility.registered") == []


def test_an_end_of_a_pairing_told_later(two):
    both(two, lambda town: (town.child("a"), town.helper("h")))
    two[0].pair("a", "h")
    two[1].place = LATER
    two[1].pair("a", "h", ended_on="2025-06-01")
    ended = ("pairing_changed", "ended_on", "None", "2025-06-01", "2023-01-01", "补报.xlsx 9", True)
    for figure in ("family_paired", "covered", "covered_1_3", "conforming"):
        assert explained(two, f"coverage.{figure}") == [("a", 1, 0, [ended])]
    assert explained(two, "coverage.covered", "2025-05-31") == []


def test_a_pairing_that_one_load_alone_holds(two):
    both(two, lambda town: (town.child("a"), town.child("b"), town.helper("h")))
    two[0].pair("a", "h")
    two[1].place = LATER
    two[1].pair("b", "h")
    assert explained(two, "coverage.covered") == [
        ("a", 1, 0, [("pairing_removed", "2023-01-01", "台账.xlsx 5", False)]),
        ("b", 0, 1, [("pairing_added", "2023-01-01", "补报.xlsx 9", True)]),
    ]


def test_a_helper_that_left_explains_its_children_and_itself(two):
    both(two, lambda town: (town.child("a"), town.pair("a", "h")))
    two[0].helper("h")
    two[1].helper("h", left_on="2025-06-01")
    left = ("left_on", "None", "2025-06-01")
    assert explained(two, "coverage.covered") == [
        ("a", 1, 0, [("paired_helper_changed", *left, "2025-06-01", "台账.xlsx 5", False)]),
    ]
    assert explained(two, "duties.helpers") == [("h", 1, 0, [("helper_changed", *left, "2023-01-01", "台账.xlsx 5", False)])]


def test_a_helper_outside_the_circle_and_a_siblings_pairing_explain_conformity(two):
    both(two, lambda town: (town.child("a", household_id="x"), town.child("b", household_id="x"), town.child("c")))
    both(two, lambda town: (town.helper("h"), town.pair("a", "h"), town.pair("c", "i")))
    two[0].helper("i")
    two[1].helper("i", category="outside")
    two[1].helper("k")
    two[1].place = LATER
    two[1].pair("b", "k")
    sibling = ("pairing_added", "2023-01-01", "补报.xlsx 9", True)
    outside = ("paired_helper_changed", "category", "town_staff", "outside", "None", "台账.xlsx 5", False)
    assert explained(two, "coverage.conforming") == [("a", 1, 0, [sibling]), ("c", 1, 0, [outside])]
    (row,) = [
        row
        for row in history.explained(two[0].build, two[1].build, "coverage", "conforming", dt.date(2025, 12, 31))
        if row["child_id"] == "a"
    ]
    assert row["reasons"][0].child_id == "b"


def test_a_department_that_ended_its_cover(two):
    facts = {"dibao_from": "2023-01-01"}
    both(two, lambda town: (town.child("a", [4], **facts), town.child("b", [4], village=BRIDGE, **facts), town.cover(4, village=BRIDGE)))
    two[0].cover(4)
    two[1].cover(4, ended_on="2025-06-01")
    ended = ("cover_changed", "ended_on", "None", "2025-06-01", "2023-01-01", "台账.xlsx 5", False)
    assert explained(two, "coverage.covered_4_6") == [("a", 1, 0, [ended])]


def test_a_new_child_and_one_whose_file_was_taken_out(two):
    two[0].child("gone")
    two[0].visit("gone", "2025-03-01")
    two[1].place = LATER
    two[1].child("new")
    two[1].visit("new", "2025-03-01")
    new, gone = ("child_added", "None", "补报.xlsx 9", True), ("child_removed", "None", "台账.xlsx 5", False)
    for figure in ("eligibility.registered", "visits.visit_days", "visits.due_children"):
        assert explained(two, figure) == [("gone", 1, 0, [gone]), ("new", 0, 1, [new])]
    assert moved(two) == {}


def test_an_id_number_added_later_makes_the_child_another_one_and_says_so(two):
    row = {"sheet_id": "f/1", "row_no": 7, "village_id": WILLOW, "ledger_on": "2023-01-10", "class_no": 1}
    for town, child in zip(two, ("x", "y"), strict=True):
        town.child(child)
        town.add("child_rows", child_id=child, **row)
        town.need(child, "2025-03-01")
    rows = history.explained(two[0].build, two[1].build, "eligibility", "registered", dt.date(2025, 12, 31))
    assert [(r["child_id"], r["then"], r["now"], [(c.code, c.then, c.now) for c in r["reasons"]]) for r in rows] == [
        ("x", 1, 0, [("identity_removed", "x", "y")]),
        ("y", 0, 1, [("identity_added", "x", "y")]),
    ]
    needs = history.explained(two[0].build, two[1].build, "needs", "raised", dt.date(2025, 12, 31))
    assert [[c.kind for c in r["reasons"]] for r in needs] == [["identity"], ["identity"]]


def test_a_membership_that_ended_or_began_otherwise(two):
    two[0].child("a")
    two[1].place = LATER
    two[1].child("a", delisted_on="2025-06-01")
    two[0].child("b", listed_on="2025-10-01")
    two[1].child("b", listed_on="2025-01-01")
    ended = ("membership_changed", "delisted_on", "None", "2025-06-01", "2023-01-01", "补报.xlsx 9", True)
    began = ("membership_changed", "listed_on", "2025-10-01", "2025-01-01", "2025-01-01", "补报.xlsx 9", True)
    assert explained(two, "cascade.in_scope") == [("a", 1, 0, [ended])]
    assert explained(two, "visits.due_children", "2025-10-31") == [("a", 1, 0, [ended]), ("b", 0, 1, [began])]


def test_facts_are_named_that_the_childs_classes_rest_on_and_no_others(two):
    two[0].child("a", [4], dibao_from="2023-01-01", father_status="at_home", event_kind="divorce")
    two[1].child("a", [4], dibao_from="2023-01-01", dibao_until="2025-06-30", father_status="deceased", event_kind="widowed")
    until = ("fact_changed", "dibao_until", "None", "2025-06-30", "2023-01-10", "台账.xlsx 5", False)
    assert explained(two, "eligibility.eligible") == [("a", 1, 0, [until])]


def test_a_child_that_another_village_names_later_moves_there(two):
    both(two, lambda town: town.child("a"))
    two[1].place = LATER
    two[1].member("a", 1, BRIDGE)
    two[1].facts("a", "2024-05-01", "2024-05-01", village=BRIDGE)
    added = ("membership_added", "2023-01-01", "补报.xlsx 9", True)
    named = ("naming_added", "2024-05-01", "补报.xlsx 9", True)
    assert explained(two, "eligibility.registered", village_id=WILLOW) == [("a", 1, 0, [added, named])]
    assert explained(two, "eligibility.registered", village_id=BRIDGE) == [("a", 0, 1, [added, named])]
    assert explained(two, "eligibility.registered") == []
    assert moved(two, village_id=BRIDGE)["eligibility.registered"] == (0, 1)


def test_needs_cells_and_reports_are_told_row_by_row(two):
    both(two, lambda town: town.child("b"))
    two[0].child("a", empty=["address"])
    two[1].child("a")
    for town, resolved in zip(two, (None, "2025-06-01"), strict=True):
        town.need("a", "2025-03-01", due_on="2025-05-01", resolved_on=resolved)
        town.need("b", "2025-03-01")
    two[1].place = LATER
    two[1].need(None, "2025-04-01")
    report = {"report_id": "r", "child_id": "a", "village_id": WILLOW, "found_on": "2025-02-01", "reported_on": "2025-02-02"}
    two[1].add("safety_reports", ledger_on="2025-02-02", **report, **LATER)
    resolved = ("need_changed", "resolved_on", "None", "2025-06-01", "2025-03-01", "台账.xlsx 5", False)
    unknown = ("need_added", "2025-04-01", "补报.xlsx 9", True)
    assert explained(two, "needs.resolved") == [("a", 0, 1, [resolved])]
    assert explained(two, "needs.overdue") == [("a", 1, 0, [resolved])]
    assert explained(two, "cascade.no_overdue_need") == []
    assert explained(two, "needs.open") == [("a", 1, 0, [resolved]), (None, 0, 1, [unknown])]
    assert explained(two, "duties.reports") == [("a", 0, 1, [("report_added", "2025-02-01", "补报.xlsx 9", True)])]
    filled = ("cell_changed", "has_address", "False", "True", "2023-01-10", "台账.xlsx 5", False)
    (row,) = explained(two, "duties.fields_filled")
    assert (row[0], row[2] - row[1], row[3]) == ("a", 1, [filled])


def test_trainings_cards_care_and_ledgers_are_told(two):
    both(two, lambda town: (town.child("a"), town.helper("h")))
    now = two[1]
    now.add("trainings", training_id="t", helper_id="h", held_on="2025-02-01", ledger_on=DAY, **LATER)
    now.add("policy_cards", card_id="c", helper_id="h", issued_on="2024-02-01", ledger_on=DAY, **LATER)
    now.add("care_events", care_id="e", child_id="a", occasion="childrens_day", held_on="2025-06-01", ledger_on=DAY, **LATER)
    now.add("ledger_declarations", village_id=WILLOW, class_no=3, ledger_on="2025-02-01", is_zero=True, sheet_id="g/1")
    assert explained(two, "duties.trained") == [("h", 0, 1, [("training_added", "2025-02-01", "补报.xlsx 9", True)])]
    assert explained(two, "duties.carded") == [("h", 0, 1, [("card_added", "2024-02-01", "补报.xlsx 9", True)])]
    assert explained(two, "duties.care_held") == [("a", 0, 1, [("care_added", "2025-06-01", "补报.xlsx 9", True)])]
    assert explained(two, "duties.ledgers_declared") == [(None, 0, 1, [("declaration_added", "2025-02-01", "补报.xlsx None", True)])]
    assert explained(two, "duties.villages_updated") == [(None, 0, 1, [("update_added", "2025-02-01", "补报.xlsx None", True)])]


def test_a_changed_setting_is_the_reason_where_no_row_differs(two):
    both(two, lambda town: (town.child("a"), town.visit("a", "2025-03-01", mode="at_school")))
    assert two[0].build
    two[1].home.joinpath("settings.toml").write_text('[visits]\ncounted_modes = ["in_person"]\n')
    setting = ("rule_or_setting", "counted_mode.at_school", "None", "None", "None", "None None", False)
    assert explained(two, "visits.visit_days") == [("a", 1, 0, [setting])]
    assert differences.settings_changed(two[0].build, two[0].build) == []


def test_the_same_rows_twice_differ_in_nothing(two):
    both(two, lambda town: (town.child("a"), town.helper("h"), town.pair("a", "h"), town.visit("a", "2025-03-01")))
    assert moved(two) == {}
    assert [figure for metric, figure in history.headline()[::4] if explained(two, f"{metric}.{figure}")] == []


def test_figures_without_rows_and_leads_are_refused(two):
    for figure in ("coverage.nothing", "nothing.covered", "leads.no_yield"):
        with pytest.raises(metrics.CannotAsk):
            explained(two, figure)


def test_every_column_that_a_figure_reads_has_its_reasons():
    read = {
        word
        for metric, figures in behind.catalogue().items()
        for counted in figures.values()
        if metric != "leads"
        for word in re.findall(r"\w+", re.sub(r"'\w*'", "", f"{counted.where} {counted.added or ''}"))
        if not word.isdigit() and word not in ("and", "not", "true")
    }
    columns = differences.told()["columns"]
    assert read - columns.keys() == set()
    known = {*differences.kinds(), "sibling"}
    assert {kind for kinds in columns.values() for kind in kinds} - known == set()
    assert {kind for unit in differences.told()["units"].values() for kind in unit.get("absent", ())} - known == set()


@pytest.fixture(scope="module")
def loads(portions_home):
    """The sample town in two loads: (earlier build, later build)."""
    later, earlier = [builds.open_build(portions_home, row["build"]) for row in builds.history(portions_home)]
    return earlier, later


SOME = [(metric, figure) for metric, figures in behind.catalogue().items() if metric != "leads" for figure in figures][::5]


@pytest.mark.parametrize(
    ("day", "place", "figures"),
    [(dt.date(2025, 12, 31), None, history.headline()), (dt.date(2024, 3, 31), None, SOME), (dt.date(2025, 12, 31), WILLOW, SOME)],
)
def test_the_difference_of_every_figure_is_the_rows_of_one_build_less_those_of_the_other(day, place, figures, loads):
    earlier, later = loads
    for metric, figure in figures:
        then, now = (sum(row["counts"] for row in behind.rows(build, metric, figure, day, place)) for build in loads)
        rows = history.explained(earlier, later, metric, figure, day, place)
        assert (metric, figure, sum(row["now"] - row["then"] for row in rows)) == (metric, figure, now - then)
        assert [row for row in rows if not row["reasons"] or any(one.kind == differences.UNEXPLAINED for one in row["reasons"])] == []


def test_the_headline_figures_are_those_of_the_metrics_in_both_builds(loads):
    day = dt.date(2024, 3, 31)
    for row in history.changes(*loads, day):
        told = tuple(metrics.ask(build, row["metric"], day)[0][row["figure"]] for build in loads)
        assert (row["metric"], row["figure"], row["then"], row["now"]) == (row["metric"], row["figure"], *told)


def test_the_sample_towns_ledgers_of_2025_tell_of_visits_before_april_2024(loads):
    """The rows of the later ledgers alone, found by plain SQL, are those that the comparison names."""
    earlier, later = loads
    day = dt.date(2024, 3, 31)
    moved = {(row["metric"], row["figure"]): row["difference"] for row in history.changes(earlier, later, day) if row["difference"]}
    assert moved == {
        ("coverage", "family_paired"): 1,
        ("visits", "on_pace"): 4,
        ("visits", "visit_days"): 22,
        ("visits", "never_visited"): -4,
        ("visits", "over_60_days"): -16,
        ("cascade", "no_overdue_need"): 3,
        ("duties", "reports"): 1,
        ("duties", "reports_same_day"): 1,
    }
    sql = (
        "select distinct child_id, visited_on from visits where child_id is not null and mode in ('in_person', 'at_school')"
        " and visited_on between date '2024-01-01' and date '2024-03-31'"
    )
    before, after = ({(row["child_id"], row["visited_on"]) for row in build.rows(sql)} for build in loads)
    rows = history.explained(earlier, later, "visits", "visit_days", day)
    assert {(row["child_id"], row["visited_on"]) for row in rows} <= after - before
    reasons = [one for row in rows for one in row["reasons"]]
    assert {(one.code, one.is_new_file) for one in reasons} == {("visit_added", True)}
    known = {row["file"] for row in earlier.rows("select file from ledger_files")}
    assert [one for one in reasons if one.file in known or not one.row_no] == []

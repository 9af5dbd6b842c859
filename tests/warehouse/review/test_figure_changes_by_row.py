"""What was known then against what is known now: needs, cells, duties, identities and settings; what nothing explains."""

import datetime as dt
import re

import pytest

from tests.warehouse import drafts
from tests.warehouse.town_builder import WILLOW, figures_with_rows
from tests.warehouse.two_loads import DAY, LATER, both, explained, moved
from warehouse.builds import repository
from warehouse.metrics import query, registry
from warehouse.review import build_diff, figure_changes


def test_an_id_number_added_later_makes_the_child_another_one_and_says_so(two):
    row = {"sheet_id": "f/1", "row_no": 7, "village_id": WILLOW, "ledger_on": "2023-01-10", "class_no": 1}
    for town, child in zip(two, ("x", "y"), strict=True):
        town.child(child)
        town.add("child_rows", child_id=child, **row)
        town.need(child, "2025-03-01")
    rows = figure_changes.explained(two[0].build, two[1].build, "eligibility", "registered", dt.date(2025, 12, 31))
    assert [(r["child_id"], r["then"], r["now"], [(c.code, c.then, c.now) for c in r["reasons"]]) for r in rows] == [
        ("x", 1, 0, [("identity_removed", "x", "y")]),
        ("y", 0, 1, [("identity_added", "x", "y")]),
    ]
    needs = figure_changes.explained(two[0].build, two[1].build, "needs", "raised", dt.date(2025, 12, 31))
    assert [[c.kind for c in r["reasons"]] for r in needs] == [["identity"], ["identity"]]


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
    assert build_diff.settings_changed(two[0].build, two[0].build) == []


def test_the_same_rows_twice_differ_in_nothing(two):
    both(two, lambda town: (town.child("a"), town.helper("h"), town.pair("a", "h"), town.visit("a", "2025-03-01")))
    assert moved(two) == {}
    assert [figure.code for figure in registry.listed("history")[::4] if explained(two, figure.code)] == []


def test_figures_without_rows_and_leads_are_refused(two):
    for figure in ("coverage.nothing", "nothing.covered", "leads.no_yield"):
        with pytest.raises(query.CannotAsk):
            explained(two, figure)


def test_a_build_that_an_older_program_made_otherwise_is_refused_with_one_sentence(two, tmp_path):
    later = two[1].build
    with drafts.begin(tmp_path / "old") as draft:
        draft.connection.execute("alter table visits drop column note_key")
        draft.publish("0" * 8)
    with pytest.raises(query.CannotAsk, match="较早版本的程序"):
        figure_changes.changes(repository.open_build(tmp_path / "old"), later, dt.date(2025, 12, 31))


def test_every_column_that_a_figure_reads_has_its_reasons():
    read = {
        word
        for metric, figures in figures_with_rows().items()
        for counted in figures.values()
        if metric != "leads"
        for word in re.findall(r"\w+", re.sub(r"'[^']*'", "", f"{counted.where} {counted.adds or ''}"))
        if not word.isdigit() and word not in ("and", "not", "true", "like")
    }
    columns = build_diff.rules()["columns"]
    assert read - columns.keys() == set()
    known = {*build_diff.kinds(), "sibling"}
    assert {kind for kinds in columns.values() for kind in kinds} - known == set()
    assert {kind for unit in build_diff.rules()["units"].values() for kind in unit.get("absent", ())} - known == set()

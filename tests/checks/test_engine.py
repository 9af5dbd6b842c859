"""The engine: rules run inside DuckDB through great-expectations, and one that cannot run is never taken as passed."""

import datetime as dt
import json
from collections import Counter

import pytest

from checks.catalogue import Rule, catalogue
from tests.conftest import run
from tests.warehouse import drafts
from warehouse.builds import repository

DAY = dt.date(2025, 12, 31)
WORDS = {"zh": "甲", "en": "a"}


@pytest.fixture
def draft(tmp_path):
    """The path of an empty draft build with two villages, closed so that the engine may open it."""
    with drafts.begin(tmp_path) as made:
        made.connection.execute("insert into villages (village_id, name, sort_no) values ('1', '甲村', 1), ('2', '乙村', 2)")
        made.connection.execute("insert into build_facts values ('as_of', '2025-12-31')")
        made.close()
        yield made.path


def run_rules(*asked):
    """Run the engine, imported by the worker that needs it: great-expectations takes seconds of collecting all tests."""
    from checks import engine

    engine.run(*asked)


def rule(code, source, failing_when):
    """A rule with little more than its SQL."""
    return Rule(code, "warning", "1", source, failing_when, WORDS, WORDS)


def rows(path, query):
    """Rows of a closed draft."""
    build = repository.Build(path)
    try:
        return build.rows(query)
    finally:
        build.close()


def test_failing_rows_become_findings_with_their_place(draft):
    run_rules(draft, DAY, {"named": rule("named", "select village_id, name as detail from villages", "name = '乙村' or detail = '乙村'")})
    assert rows(draft, "select code, severity, village_id, detail from findings") == []
    assert rows(draft, "select state from rules_run") == [{"state": "not_checked"}]


def test_a_rule_that_runs_is_counted(draft):
    run_rules(draft, DAY, {"second": rule("second", "select village_id, name from villages", "name = '乙村'")})
    assert rows(draft, "select code, severity, village_id from findings") == [{"code": "second", "severity": "warning", "village_id": "2"}]
    assert rows(draft, "select code, state, findings from rules_run") == [{"code": "second", "state": "checked", "findings": 1}]


def test_a_rule_with_broken_sql_is_not_checked_and_the_others_run(draft):
    rules = {
        "broken": rule("broken", "select nothing from nowhere", "true"),
        "whole": rule("whole", "select village_id from villages", "false"),
    }
    run_rules(draft, DAY, rules)
    found = rows(draft, "select code, state, findings from rules_run order by code")
    assert found == [{"code": "broken", "state": "not_checked", "findings": None}, {"code": "whole", "state": "checked", "findings": 0}]


def test_a_predicate_that_is_null_does_not_fail(draft):
    run_rules(draft, DAY, {"null": rule("null", "select village_id, linked_unit from villages", "linked_unit = 'x'")})
    assert rows(draft, "select count(*) as found from findings") == [{"found": 0}]


def test_running_twice_leaves_the_findings_once(draft):
    known = {"all": rule("all", "select village_id from villages", "true")}
    run_rules(draft, DAY, known)
    run_rules(draft, DAY, known)
    assert rows(draft, "select count(*) as found from findings") == [{"found": 2}]


def test_every_rule_of_the_catalogue_runs_on_an_empty_town(draft):
    run_rules(draft, DAY)
    states = {row["code"]: row["state"] for row in rows(draft, "select code, state from rules_run")}
    assert states == dict.fromkeys(catalogue(), "checked")
    assert rows(draft, "select distinct code from findings") == [{"code": "annual_update_missing"}]


def test_every_planted_fault_of_the_demo_town_is_found_at_its_place(demo_home, tmp_path):
    from etl.demo import write_town

    planted = write_town(tmp_path / "again").faults
    found = json.loads(run(demo_home, "checks", "findings", "--format", "json"))
    places = {(row["code"], row["file"], row["sheet"] or "", row["row"]) for row in found}
    missing = [fault for fault in planted if (fault.code, fault.file, fault.sheet, fault.row) not in places]
    assert (Counter(fault.code for fault in missing), len(planted) > 50) == (Counter(), True)
    assert len({fault.code for fault in planted}) >= 30


def test_a_finding_stands_in_a_ledger_of_its_own_village_although_the_child_was_in_another_before(demo_home):
    found = repository.open_build(demo_home).rows(
        "select f.code, f.file from findings as f inner join ledger_sheets as s on s.sheet_id = f.sheet_id where f.village_id <> s.village_id"
    )
    assert found == []


def test_a_reason_that_rests_on_the_mother_alone_stands_at_her_cell(demo_home):
    found = repository.open_build(demo_home).rows(
        "select f.field, c.father_status, c.mother_status from findings as f inner join child_facts as c"
        " on c.child_id = f.child_id and c.holds_before = date '9999-12-31' where f.detail = 'parent_at_home'"
    )
    assert {row["field"] for row in found} >= {"mother_status"}
    assert {row[row["field"]] for row in found} == {"at_home"}


def test_findings_come_as_csv_that_no_spreadsheet_takes_for_formulas(demo_home):
    told = run(demo_home, "checks", "findings", "--format", "csv")
    assert told.startswith("\ufeffcode,severity,village_id,village,ledger,file,sheet,row,column,value,says,remedy,plan")

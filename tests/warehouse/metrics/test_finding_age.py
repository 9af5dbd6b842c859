"""Since which load a finding has stood, and which findings a load mended."""

import datetime as dt

import pytest

from tests.warehouse import drafts
from tests.warehouse.town_builder import BRIDGE, WILLOW
from warehouse.builds import repository
from warehouse.metrics import finding_age
from warehouse.storage import build_files

FIRST, SECOND, THIRD = dt.date(2026, 1, 10), dt.date(2026, 2, 10), dt.date(2026, 3, 10)
ADDRESS = {"code": "missing_required", "severity": "warning", "village_id": WILLOW, "child_id": "a", "field": "address"}
HELPER = {"code": "training_missing", "severity": "info", "village_id": None, "ledger": "helpers", "file": "干部.xlsx", "row_no": 7}


def load(home, loaded_on, *found, not_checked=()):
    """A published build with these findings, its ages laid down on the build in force before; (build, ages by place in `found`)."""
    before = repository.open_build(home) if build_files.published(home) else None
    with drafts.begin(home) as draft:
        for at, values in enumerate(found, 1):
            names = ", ".join(("finding_id", *values))
            draft.connection.execute(
                f"insert into findings ({names}) values ({', '.join('?' * (len(values) + 1))})", [at, *values.values()]
            )
        for code in not_checked:
            draft.connection.execute("insert into rules_run values (?, 'not_checked', null, 'Error')", [code])
        draft.connection.execute("insert into build_facts values ('loaded_at', ?)", [f"{loaded_on}T08:00:00+00:00"])
        draft.close()
        finding_age.record_ages(draft.path, before)
        draft.publish("00")
    build = repository.open_build(home)
    rows = build.rows("select first_found_on, loads from finding_ages order by finding_id")
    return build, [(row["first_found_on"], row["loads"]) for row in rows]


def test_in_the_first_load_every_finding_is_new(tmp_path):
    assert load(tmp_path, FIRST, ADDRESS, HELPER)[1] == [(FIRST, 1), (FIRST, 1)]


def test_a_finding_keeps_its_first_day_over_loads_wherever_its_row_moves(tmp_path):
    load(tmp_path, FIRST, ADDRESS | {"file": "一.xlsx", "row_no": 5})
    load(tmp_path, SECOND, ADDRESS | {"file": "二.xlsx", "row_no": 9, "severity": "critical"})
    assert load(tmp_path, THIRD, ADDRESS | {"heading": "住址"})[1] == [(FIRST, 3)]


@pytest.mark.parametrize("other", [{"code": "cell_error"}, {"village_id": BRIDGE}, {"child_id": "b"}, {"field": "school"}, {"class_no": 3}])
def test_another_code_village_child_field_or_class_is_another_finding(other, tmp_path):
    load(tmp_path, FIRST, ADDRESS)
    assert load(tmp_path, SECOND, ADDRESS, ADDRESS | other)[1] == [(FIRST, 2), (SECOND, 1)]


def test_without_a_child_ledger_file_and_row_tell_findings_apart(tmp_path):
    load(tmp_path, FIRST, HELPER)
    same, other = HELPER | {"sheet": "改名"}, [{"ledger": "visits"}, {"file": "又.xlsx"}, {"row_no": 8}]
    assert load(tmp_path, SECOND, same, *(HELPER | one for one in other))[1] == [(FIRST, 2)] + [(SECOND, 1)] * 3


def test_of_several_alike_only_the_one_more_is_new_and_the_one_less_is_mended(tmp_path):
    early, late = ADDRESS | {"file": "2024.xlsx"}, ADDRESS | {"file": "2025.xlsx"}
    one, _ages = load(tmp_path, FIRST, early)
    two, ages_of_two = load(tmp_path, SECOND, early, late)
    assert ages_of_two == [(FIRST, 2), (SECOND, 1)]
    assert [len(finding_age.only_in(one, two)), len(finding_age.only_in(two, one))] == [0, 1]


def test_a_mended_finding_that_comes_back_is_new_again(tmp_path):
    one, _ages = load(tmp_path, FIRST, ADDRESS, HELPER)
    two, _ages = load(tmp_path, SECOND, HELPER)
    (gone,) = finding_age.only_in(one, two)
    assert {name: gone[name] for name in ADDRESS} == ADDRESS
    assert load(tmp_path, THIRD, ADDRESS, HELPER)[1] == [(THIRD, 1), (FIRST, 3)]


def test_what_a_rule_that_could_not_run_found_before_is_not_mended(tmp_path):
    one, _ages = load(tmp_path, FIRST, ADDRESS, HELPER)
    two, _ages = load(tmp_path, SECOND, not_checked=["missing_required"])
    assert [row["code"] for row in finding_age.only_in(one, two)] == ["training_missing"]


def test_a_load_through_the_command_keeps_an_age_for_every_finding_and_names_the_build_before(portions_home):
    build = repository.open_build(portions_home)
    first, second = sorted(row["build"] for row in repository.history(portions_home))
    assert (build.id, build.facts["base"]) == (second, first)
    rows = build.rows("select f.finding_id, a.loads from findings as f full join finding_ages as a on a.finding_id = f.finding_id")
    assert {row["loads"] for row in rows} == {1, 2} and all(row["finding_id"] for row in rows)
    stayed = sum(1 for row in rows if row["loads"] == 2)
    before = repository.open_build(portions_home, first)
    assert len(finding_age.only_in(before, build)) == before.rows("select count(*) as n from findings")[0]["n"] - stayed

"""The villages whose ledgers come in foreign layouts: what is read of them is what was meant, and one kind of table is asked about."""

import datetime as dt
import json
import shutil
from collections import Counter

import pytest

from etl.demo import invent_foreign, write_town
from etl.demo.ledgers.submissions import submissions_of
from etl.demo.world.villages import invent_villages
from tests.conftest import run
from warehouse.builds import repository

UNTIL = dt.date(2025, 12, 31)
OF_THE_TWO = "village_id in (select village_id from villages order by sort_no desc limit 2)"
MODES = {"入户": "in_person", "到校": "at_school", "电话": "phone", "视频": "video"}


@pytest.fixture(scope="module")
def meant():
    """{kind: rows} of the two villages as their clerks mean them, each once over all ledgers."""
    places, _rings = invent_villages(14, 2023, UNTIL)
    entries = {"children": {}, "pairings": {}, "visits": {}, "needs": {}, "care_events": {}}
    for submission in submissions_of(invent_foreign(places[12:], 24, 2024, UNTIL, set())):
        code = submission.village.code
        for kind, rows in entries.items():
            for fields in (entry.fields for entry in submission.entries[kind]):
                child = fields["id_number"]
                if kind == "children":
                    rows |= {(child, code, number): (code, number, fields["listed_on"]) for number in fields["class_no"]}
                elif kind == "pairings":
                    rows[child, code, fields["helper_name"]] = (code, fields["started_on"], fields["ended_on"])
                elif kind == "visits":
                    rows[child, fields["visited_on"], fields["helper_name"]] = (code, fields["visited_on"], MODES[fields["mode"]])
                elif kind == "needs":
                    rows[child, fields["raised_on"]] = (code, fields["raised_on"], fields["due_on"], fields["resolved_on"])
                else:
                    rows[child, fields["held_on"], fields["occasion"]] = (code, fields["held_on"])
    return {kind: Counter(rows.values()) for kind, rows in entries.items()}


def loaded(home):
    """{kind: rows} of the two villages in the published build; children and helpers resolved."""
    build = repository.open_build(home)
    sql = {
        "children": f"select village_id, class_no, listed_on from memberships where {OF_THE_TWO}",
        "pairings": f"select village_id, started_on, ended_on from pairings where {OF_THE_TWO} and child_id <> '' and helper_id <> ''",
        "visits": f"select village_id, visited_on, mode from visits where {OF_THE_TWO} and child_id <> '' and helper_id <> ''",
        "needs": f"select village_id, raised_on, due_on, resolved_on from needs where {OF_THE_TWO} and child_id <> ''",
        "care_events": f"select village_id, held_on from care_events where {OF_THE_TWO} and child_id <> ''",
    }
    return {kind: Counter(tuple(row.values()) for row in build.rows(query)) for kind, query in sql.items()}


def test_cards_other_words_and_stacked_tables_are_read_as_they_were_meant(demo_home, meant):
    assert loaded(demo_home) == meant
    assert min(rows.total() for rows in meant.values()) > 10


def test_with_its_answers_nothing_is_asked_in_the_demo_town_and_no_cell_of_the_two_villages_is_unread(demo_home):
    build = repository.open_build(demo_home)
    assert build.rows("select count(*) as n from findings where code = 'table_asked'") == [{"n": 0}]
    assert build.rows("select count(*) as n from ledger_sheets where state = 'asked'") == [{"n": 0}]
    rules = "code not in ('visits_behind', 'report_late') and severity <> 'info'"
    assert build.rows(f"select code, field from findings where {OF_THE_TWO} and {rules}") == []


def test_without_its_answers_the_town_publishes_and_one_kind_of_table_waits_for_them(demo_home, tmp_path, meant):
    (tmp_path / "ledgers").mkdir()
    for path in (demo_home / "ledgers").iterdir():
        if path.name.startswith(("芦汀", "枣台", "村居名册", "表样")):
            shutil.copy(path, tmp_path / "ledgers")
    home, report = tmp_path / "home", tmp_path / "report.json"
    run(home, "etl", "load", tmp_path / "ledgers", "--report", report)
    sql = "select distinct s.file from findings as f inner join ledger_sheets as s using (sheet_id) where code = 'table_asked'"
    asked = {row["file"] for row in repository.open_build(home).rows(sql)}
    last = max(code for code, *_rest in meant["visits"])
    assert asked == {path.name for path in (tmp_path / "ledgers").glob("枣台村走访*")} and len(asked) == 4
    assert loaded(home) == meant | {"visits": Counter({row: n for row, n in meant["visits"].items() if row[0] != last})}
    assert "表样与词语" not in json.dumps(json.loads(report.read_text(encoding="utf-8")), ensure_ascii=False)
    run(home, "etl", "layouts", "import", tmp_path / "ledgers" / "表样与词语.json")
    run(home, "etl", "load", "--answers")
    assert loaded(home) == meant


def test_the_first_twelve_villages_are_the_same_bytes_with_and_without_the_foreign_ones(demo_home, tmp_path):
    small = {path.name: path.read_bytes() for path in write_town(tmp_path / "small", 12, 320).files}
    whole = {path.name: path.read_bytes() for path in (demo_home / "ledgers").iterdir()}
    assert {name for name, content in small.items() if whole[name] != content} == {"村居名册.xlsx", "villages.geojson"}
    assert {name[:2] for name in whole.keys() - small.keys()} == {"芦汀", "枣台", "表样"}


def test_a_town_of_twenty_villages_has_its_last_two_in_foreign_layouts_also_before_there_is_anybody_to_list(tmp_path):
    town = write_town(tmp_path, 20, 5, 7, dt.date(2023, 5, 1))
    assert (town.children, [path.name for path in town.files if path.suffix == ".json"]) == (5, ["表样与词语.json"])

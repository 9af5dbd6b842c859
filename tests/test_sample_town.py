"""The sample town: what the project answers against answers worked out independently, and the sum of its load report."""

import datetime as dt
import json
import re
from collections import Counter

import pytest

from tests.conftest import TOWN, run
from warehouse.builds import repository
from warehouse.metrics import query, registry
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)
EXPECTED = sorted((TOWN / "expected").glob("*.json"))
FIGURES = [path for path in EXPECTED if not path.name.startswith(("findings", "leads"))]


def same(one, other):
    """Equal, floats to 1e-9."""
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and abs(one - other) <= 1e-9
    return one == other


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_every_figure_equals_the_independent_answer(path, town_home):
    metric, group, day = path.stem.split(".")
    found = query.ask(repository.open_build(town_home), metric, dt.date.fromisoformat(day), group)
    found = json.loads(json.dumps(found, default=str))
    wanted = json.loads(path.read_text())
    assert [list(row) for row in found] == [list(row) for row in wanted]
    wrong = [(at, name) for at, row in enumerate(wanted) for name in row if not same(found[at][name], row[name])]
    assert wrong == []


def test_the_leads_told_without_doubt_are_found(town_home):
    for path in (path for path in EXPECTED if path.name.startswith("leads")):
        day = dt.date.fromisoformat(path.stem.split(".")[2])
        found = {(row["lead"], row["village_id"]) for row in query.ask(repository.open_build(town_home), "leads", day, "town")}
        wanted = {(row["lead"], row["village_id"]) for row in json.loads(path.read_text())}
        told = {lead for lead, _ in wanted}
        assert {pair for pair in found if pair[0] in told} == wanted


def report(town_home):
    """The load report as JSON."""
    return json.loads((town_home / "report.json").read_text())


def test_rows_loaded_per_kind_are_those_the_workbooks_hold(town_home):
    table = dict(re.findall(r"^\| (\w+) \| (\d+) \|$", (TOWN / "README.md").read_text(), re.M))
    loaded = Counter()
    for file in report(town_home)["files"]:
        for sheet in file["sheets"]:
            loaded[sheet["ledger"]] += sheet["rows_loaded"]
    assert {ledger: loaded[ledger] for ledger in table} == {ledger: int(rows) for ledger, rows in table.items()}


def test_the_sum_of_every_sheet_comes_out(town_home):
    sheets = [sheet for file in report(town_home)["files"] for sheet in file["sheets"]]
    parts = ("rows_loaded", "rows_set_aside", "rows_not_data")
    assert len(sheets) > 400
    assert [s for s in sheets if s["rows_seen"] != sum(s[part] for part in parts) or min(s[part] for part in parts) < 0] == []


def test_nothing_is_set_aside_but_the_sheet_nobody_recognises(town_home):
    assert [(found["sheet"], found["reason"]) for found in report(town_home)["set_aside"]] == [("通讯录", "sheet_unrecognised")]


def places(row):
    """Places of an expected finding."""
    return {(place["file"], place["sheet"] or "", place["row"]) for place in row["places"]}


def test_every_finding_that_must_be_there_is_and_none_else(town_home):
    found = json.loads(run(town_home, "checks", "findings", "--format", "json"))
    wanted = json.loads((TOWN / "expected" / "findings.2025-12-31.json").read_text())
    by_code = {}
    for row in found:
        by_code.setdefault(row["code"], set()).add((row["file"], row["sheet"] or "", row["row"]))
    loose = {code: {place[:2] for place in where} for code, where in by_code.items()}
    missing = [(row["code"], row["why"], row["places"][:1]) for row in wanted if row["must"] and not _is_found(row, by_code, loose)]
    allowed = {}
    for row in wanted:
        whole = {place[:2] if row["level"] == "sheet" else place[0] for place in places(row) if place[2] is None}
        allowed.setdefault(row["code"], set()).update(places(row), whole)
    extra = [
        (code, place)
        for code, where in sorted(by_code.items())
        for place in sorted(where, key=str)
        if place[0] and not {place, place[:2], place[0]} & allowed.get(code, set())
    ]
    assert (missing, extra) == ([], [])


def _is_found(row, by_code, loose):
    """True when a finding of the code stands at one of the places (a whole sheet or file has no row)."""
    where = by_code.get(row["code"], set())
    if row["level"] in ("sheet", "file"):
        sheets = {place[:2] for place in places(row)} | {(place[0], "") for place in places(row)}
        return bool(loose.get(row["code"], set()) & sheets) or any(place[0] in {p[0] for p in places(row)} for place in where)
    return bool(where & places(row)) or row["level"] == "village"


def everything_told(build, days):
    """All answers on some days and all findings, without what hangs on a home's own key: pseudonyms, and what is numbered in their order."""
    asked = [(metric, by, day) for metric, entry in registry.metrics().items() for by in entry.groups for day in days]
    told = {question: query.ask(build, question[0], question[2], question[1]) for question in asked}
    rows = {("children_at", day): query.children_at(build, day) for day in days}
    rows["findings"] = build.rows("select * exclude (finding_id) from findings")
    return told | {
        name: sorted(str({key: value for key, value in row.items() if key == "village_id" or not key.endswith("_id")}) for row in of_name)
        for name, of_name in rows.items()
    }


def test_loading_in_portions_is_loading_at_once(town_home, portions_home):
    homes = (town_home, portions_home)
    at_once, in_portions = (everything_told(repository.open_build(home), (DAY, dt.date(2024, 8, 20))) for home in homes)
    assert len(at_once["findings"]) > 20 and len(at_once["children_at", DAY]) > 2
    assert in_portions == at_once


def test_loading_the_same_bytes_twice_changes_nothing(town_home):
    before = build_files.published(town_home)
    told = run(town_home, "etl", "load", TOWN, "--as-of", "2025-12-31")
    assert (build_files.published(town_home), "不再重复" in told) == (before, True)


def test_no_name_number_or_phone_stands_in_a_build_or_a_report(town_home):
    content = repository.open_build(town_home).path.read_bytes() + (town_home / "report.json").read_bytes()
    secrets = ["魏长青", "659901201106217950"[:17], "19900007211", "何志勇", "柳溪村二组20号"]
    assert [word for word in secrets if word.encode() in content] == []

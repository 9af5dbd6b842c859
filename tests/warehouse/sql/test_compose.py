"""The SQL files: a comment with the grain on top, unions that name their columns, no parameter but the day."""

import datetime as dt
import json
import re
from pathlib import Path

import duckdb
import pytest

from warehouse.metrics import registry
from warehouse.sql import compose

ROOT = compose.SQL.parents[1]
FILES = sorted([*compose.SQL.rglob("*.sql"), *(ROOT / "checks").rglob("*.sql")])
SELECTS = [path for path in FILES if path.parent.name != "tables"]


def ids(path: Path) -> str:
    """The path from the root."""
    return path.relative_to(ROOT).as_posix()


def unlike_branches(sql: str) -> list[tuple[list[str], list[str]]]:
    """The columns of both sides of every union that do not have the same names in the same order."""
    with duckdb.connect() as connection:
        ((tree,),) = connection.execute("select json_serialize_sql(?)", [re.sub(r"\$\w+", "null", sql)]).fetchall()
    statement = json.loads(tree)
    assert not statement["error"], statement
    return [sides for node in nodes(statement) if node.get("type") == "SET_OPERATION_NODE" for sides in unlike(node)]


def nodes(value: object) -> list[dict]:
    """Every object of a JSON value."""
    if isinstance(value, list):
        return [node for part in value for node in nodes(part)]
    return [value, *(node for part in value.values() for node in nodes(part))] if isinstance(value, dict) else []


def unlike(union: dict) -> list[tuple[list[str], list[str]]]:
    """The names of a union's first branch beside those of each other branch that differs."""
    branches = union["children"] if "children" in union else [union["left"], union["right"]]
    columns = [names(branch) for branch in branches]
    return [(columns[0], other) for other in columns[1:] if other != columns[0]]


def names(branch: dict) -> list[str]:
    """The names of a select's columns, of a union those of its first branch; `?` for a column without one."""
    if branch["type"] == "SET_OPERATION_NODE":
        return names(branch["children"][0] if "children" in branch else branch["left"])
    return [item.get("alias") or (item.get("column_names") or "?")[-1] for item in branch["select_list"]]


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_file_opens_with_its_grain(path):
    opening = re.match(r"(--.*\n)+", path.read_text(encoding="utf-8"))
    assert opening and re.search(r"\bone row per\b", opening.group().replace("\n-- ", " "), re.IGNORECASE)


@pytest.mark.parametrize("path", SELECTS, ids=ids)
def test_unions_name_their_columns(path):
    assert unlike_branches(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select child_id, 'a' as kind from a union all select child_id, 'b' from b", ["child_id", "?"]),
        ("with c as (select 1 as n union select 2 as m) select n from c", ["m"]),
        ("select n from a union all select * from b", ["?"]),
        ("select n from a union all select n from b union all select m from c", ["m"]),
    ],
)
def test_a_union_with_other_names_is_found(sql, columns):
    assert [other for _first, other in unlike_branches(sql)] == [columns]


@pytest.mark.parametrize("name", compose.step_files())
def test_a_step_has_the_day_as_its_only_parameter(name):
    assert set(re.findall(r"\$\w+", compose.body(name))) <= {"$as_of"}


def test_two_steps_never_have_one_name():
    paths = [path for folder in ("steps", "metrics", "rows", "population") for path in (compose.SQL / folder).rglob("*.sql")]
    assert sorted(compose.step_files().values()) == sorted(paths)


def test_every_step_is_read_by_a_metric_or_by_the_rows_behind_one():
    ends = [name + compose.FIGURES for name in registry.metrics()] + [
        name for name in compose.step_files() if name.endswith((compose.ROWS, compose.POPULATION))
    ]
    assert set(compose.step_files()) == {step for name in ends for step in (*compose.dependencies(name), name)}


def test_a_statement_holds_each_step_once_after_those_it_reads():
    composed = re.findall(r"^(?:with )?(\w+) as \($", compose.compose("coverage_figures"), re.MULTILINE)
    steps = [name for name in composed if name in compose.step_files()]
    assert steps == [*compose.dependencies("coverage_figures"), "coverage_figures"]
    for place, step in enumerate(steps):
        assert set(compose.tables_read(compose.body(step), compose.step_files())) <= set(steps[:place])


def test_a_step_that_is_ready_is_read_and_not_composed():
    sql = compose.compose("cascade_figures", compose.SHARED)
    assert set(re.findall(r"^(?:with )?(\w+) as \($", sql, re.MULTILINE)) & set(compose.SHARED) == set()
    assert "from child_states\n" in sql


def test_a_day_takes_the_place_of_the_parameter():
    assert compose.bind_day("select $as_of", dt.date(25, 1, 2)) == "select date '0025-01-02'"

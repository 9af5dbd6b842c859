"""A town in which one village went into another and one began late: every page opens on every day and shows who is there."""

import datetime as dt
import shutil

import duckdb
import pytest

from tests.pages.test_pages import PAGES
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.storage import build_files

MERGED_ON, BEGUN_ON = "2025-07-01", "2025-05-01"


@pytest.fixture(scope="module")
def merged_home(demo_home, tmp_path_factory):
    """The demo town with its second village gone into the first and its last begun late."""
    home = tmp_path_factory.mktemp("merged")
    (home / "builds").mkdir()
    published = build_files.file_of(demo_home, build_files.published(demo_home))
    changed = shutil.copy(published, home / "builds" / "20260301T000000Z-0000000c.duckdb")  # a build of its own: answers are kept by name
    with duckdb.connect(str(changed)) as connection:
        connection.execute((repository.Path(repository.__file__).parents[1] / "storage/duckdb_prelude.sql").read_text("utf-8"))
        first, second, *_rest, last = (row[0] for row in connection.execute("select village_id from villages order by sort_no").fetchall())
        connection.execute("update villages set until = ?, merged_into = ? where village_id = ?", [MERGED_ON, first, second])
        connection.execute("update villages set since = ? where village_id = ?", [BEGUN_ON, last])
        ((day,),) = connection.execute("select value from build_facts where name = 'as_of'").fetchall()
        for (name,) in connection.execute("select table_name from duckdb_tables() where table_name like 'mart_%'").fetchall():
            connection.execute(f"delete from {name}")
        query.make_marts(connection, dt.date.fromisoformat(day))
    shutil.copytree(demo_home / "keys", home / "keys")
    build_files.point_to(home, changed.stem)
    return home, second, last


@pytest.mark.parametrize("day", ["2025-04-30", "2025-06-15", "2025-12-31"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_every_day(name, day, opened, merged_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(merged_home[0]))
    app = opened(name, as_of=day)
    assert [part.value for part in (*app.exception, *app.error)] == []


def test_the_villages_of_a_day_are_those_that_exist(merged_home):
    home, second, last = merged_home
    build = repository.open_build(home)
    there = {
        day: {row["village_id"] for row in query.ask(build, "coverage", dt.date.fromisoformat(day), "village")}
        for day in ("2025-04-30", "2025-06-30", "2025-07-31")
    }
    assert [second in there[day] for day in sorted(there)] == [True, True, False]
    assert [last in there[day] for day in sorted(there)] == [False, True, True]

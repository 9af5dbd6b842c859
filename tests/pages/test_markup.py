"""Village names that hold markup: no page writes them into its HTML as anything but text."""

import shutil

import duckdb
import pytest

from pages.access import rights
from tests.pages.test_pages import spoken
from warehouse.builds import repository

LIVE = "<img src=x onerror=x>"
NAMELESS = (
    "history",
    "declared",
    "exports",
    "admin",
    "settings",
    "ledgers",
    "verify",
    "layouts",
    "manual",
    "work",
)  # pages that say no village's name as they open
PAGES = {name: "centre" for name in rights.table()["pages"] if "centre" in rights.table()["pages"][name]} | {
    "submissions": "village",
    "admin": "admin",
}


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """The demo town with markup in front of every village's name."""
    made = tmp_path_factory.mktemp("markup")
    build = repository.open_build(demo_home)
    (made / "builds").mkdir()
    shutil.copytree(demo_home / "keys", made / "keys")
    path = made / "builds" / "20260301T000000Z-0000000b.duckdb"
    shutil.copy(build.path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update villages set name = $live || name", {"live": LIVE})
    (made / "builds" / "published").write_text(path.stem)
    return made


@pytest.mark.parametrize(("name", "role"), PAGES.items())
def test_a_villages_name_is_text_on_every_page(name, role, opened, home, monkeypatch):
    scope = (
        ("all",)
        if role != "village"
        else (repository.open_build(home).rows("select village_id from villages order by sort_no")[0]["village_id"],)
    )
    asked = {"share": "coverage_share"} if name == "rows" else {}
    if name == "child":
        asked = {"child": repository.open_build(home).rows("select child_id from memberships order by 1")[0]["child_id"]}
    app = opened(name, role=role, scope=scope)
    monkeypatch.setenv("TONGXING_HOME", str(home))
    for key, value in asked.items():
        app.query_params[key] = value
    app.run()
    bodies = [part.proto.body for part in app.get("html")]
    assert ([part.value for part in (*app.exception, *app.error)], [body for body in bodies if LIVE in body]) == ([], [])
    assert LIVE in spoken(app) or any("&lt;img" in body for body in bodies) or name in NAMELESS

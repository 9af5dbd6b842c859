"""The register's page: each act becomes a load of a whole register, which changes no figure of earlier days; without a build too."""

import datetime as dt
import shutil

import pytest

from etl import register
from pages.jobs import loads
from tests.conftest import TOWN, run
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.settings import settings, validation
from warehouse.storage import build_files, keys

PRESS = "试算，看会改变什么"


@pytest.fixture
def home(demo_home, tmp_path):
    """The demo town with a trail of its own."""
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    shutil.copytree(demo_home / "keys", tmp_path / "keys")
    return tmp_path


@pytest.fixture
def page(opened, monkeypatch):
    """The page on a home."""

    def show(home, part="", role="centre", **asked):
        app = opened("overview", role=role, **asked)
        monkeypatch.setenv("TONGXING_HOME", str(home))
        if part:
            app.query_params["part"] = part
        return app.switch_page("register.py").run()

    return show


@pytest.fixture
def started(monkeypatch):
    """What loads were started: (request, the files)."""
    loads_begun = []

    def start(_home, folder, request, _language, *_command):
        loads_begun.append((request, [path.read_bytes() for path in sorted(folder.glob("files/*/*"))]))

    monkeypatch.setattr(loads.job_folder, "start", start)
    return loads_begun


def press(app, label=PRESS):
    """Press the button of a form."""
    return next(button for button in app.button if button.label == label).click().run()


def field(inputs, name):
    """The input of a column."""
    return next(each for each in inputs if each.key and each.key.endswith(f"_{name}"))


def current(home):
    """The register in force."""
    return register.current(repository.open_build(home), keys.load_key(home))


def test_the_villages_stand_with_names_codes_map_and_children_and_the_director_hidden(page, home):
    villages = current(home)
    app = page(home)
    text = spoken(app)
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert all(row["name"] in text and row["village_code"] in text for row in villages)
    directors = [row["director"] for row in villages if row["director"]]
    assert directors and not any(name in text for name in directors) and f"{directors[0][0]}*" in text
    assert "在册儿童" in text and "在册儿童" not in spoken(page(home, role="admin"))


def test_a_rename_is_tried_as_a_load_of_the_whole_register_and_stands_in_the_trail(page, home, started):
    villages = current(home)
    app = page(home)
    field(app.text_input, "name").set_value("新溪村")
    press(app)
    ((request, (content,)),) = started
    was = villages[0]["name"]
    assert request["files"] == 1 and [was in text and "新溪村" in text for text in request["register"]] == [True]
    (entry,) = trail.entries(home, act="load")
    assert entry["about"]["register"] == request["register"][0] and not any(
        row["director"] in str(entry) for row in villages if row["director"]
    )
    assert content[:2] == b"PK" and build_files.published(home)


def test_what_cannot_be_starts_nothing_and_keeps_what_was_typed(page, home, started):
    app = page(home)
    other = current(home)[1]["name"]
    field(app.text_input, "name").set_value(other)
    app = press(app)
    assert (f"都叫“{other}”" in app.error[0].value, started) == (True, [])
    assert field(app.text_input, "name").value == other


def test_a_pasted_table_shows_what_each_row_would_do(page, home, started):
    first = current(home)[0]
    app = page(home, part="paste")
    app.text_area[0].set_value(
        f"名称\t区划代码\t联系单位\n{first['name']}\t{first['village_code']}\t镇<b>民政</b>办\n双河村\t659901999001\n不知村\t"
    ).run()
    text = spoken(app)
    assert "新增，从" in text and "&lt;b&gt;" in text and "第 4 行" in app.error[0].value and started == []
    app.text_area[0].set_value("双河村").run()
    assert "应是 12 位数字" in app.error[0].value


def test_a_village_goes_into_another_and_earlier_days_stay(tmp_path, villages_home):
    """The one load of this file: a merger and a rename at once, through the command that the page starts."""
    home = tmp_path / "home"
    shutil.copytree(villages_home, home, ignore=shutil.ignore_patterns("ready"))
    before = repository.open_build(home)
    villages, first = current(home), dt.date(2025, 6, 30)
    old, into = villages[0], villages[1]
    changes = [
        ("", {"village_code": old["village_code"], "until": "2025-10-01", "merged_into": "新" + into["name"]}),
        ("", {"village_code": into["village_code"], "name": "新" + into["name"]}),
    ]
    outcome = register.changed(villages, changes, dt.date(2026, 1, 31))
    assert outcome.faults == []
    name, content = register.workbook(outcome.rows, dt.datetime(2026, 1, 31, 10))
    (tmp_path / name).write_bytes(content)
    run(home, "etl", "load", tmp_path / name, "--as-of", "2025-12-31")
    after = repository.open_build(home)

    def counted(build, day):
        return {row["village_id"]: row["registered"] for row in query.ask(build, "cascade", day, "village")}

    assert counted(before, first) == counted(after, first)
    then, now = counted(before, dt.date(2025, 12, 31)), counted(after, dt.date(2025, 12, 31))
    assert old["village_code"] not in now
    assert now[into["village_code"]] == then[old["village_code"]] + then[into["village_code"]] and sum(now.values()) == sum(then.values())
    assert current(home) == outcome.rows
    assert [row["village_id"] for row in after.rows("select village_id from villages order by sort_no")] == [
        row["village_code"] for row in villages
    ]


def test_a_register_alone_is_a_build_whose_pages_say_what_comes_next(page, tmp_path, opened, monkeypatch):
    home = tmp_path / "home"
    register_file = next(path for path in TOWN.iterdir() if path.name.startswith("村居名册") and path.suffix == ".xlsx")
    run(home, "etl", "load", register_file)
    app = page(home)
    assert ([part.value for part in (*app.exception, *app.error)], app.title[0].value) == ([], "村庄与名册")
    assert opened("overview").run().title[0].value == "还没有数据"
    for name, role in (("settings", "admin"), ("submissions", "village"), ("ledgers", "centre")):
        code = current(home)[0]["village_code"]
        app = opened(name, role=role, scope=(code,) if role == "village" else ("all",))
        assert [part.value for part in (*app.exception, *app.error)] == []


def test_an_empty_home_takes_the_register_as_it_is_typed(page, tmp_path, started):
    app = page(tmp_path, part="paste")
    app.text_area[0].set_value("659903201001 柳溪村").run()
    press(app)
    ((request, _files),) = started
    assert request["register"] == ["柳溪村：新增，从一开始计入"]


def test_the_towns_name_stands_before_a_report_is_written_and_codes_that_are_not_the_towns_are_named(page, home):
    town = {"town_name": "霁溪镇", "town_code": "510123101"}
    settings.write(home, settings.program_settings() | town, settings.program_goals())
    assert f"不以本镇的 510123101 开头，请核对：{current(home)[0]['name']}" in " ".join(part.value for part in page(home).warning)
    app = page(home)
    app.query_params["what"] = "report"
    assert app.switch_page("exports.py").run().text_input(key="report_town").value == "霁溪镇"


@pytest.mark.parametrize("code", ["5101231", "51012310x", "510123101201"])
def test_what_is_no_code_of_a_town_is_refused(code, tmp_path):
    (tmp_path / "settings.toml").write_text(f'town_code = "{code}"\n')
    with pytest.raises(validation.WrongSetting, match=r"town_code：.*9 位区划代码"):
        settings.settings(tmp_path)

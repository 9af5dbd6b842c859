"""Homes and builds of every format: an older one opens with the same figures, brought up with a backup; a newer one is refused."""

import datetime as dt
import json
import shutil
import zipfile
from pathlib import Path

import duckdb
import pytest

from warehouse import __main__ as command
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.storage import build_files, format_versions
from warehouse.storage.format_versions import NewerFormat, Step

HOMES = Path(__file__).parents[1] / "homes"  # invented towns, loaded by the program of that version, with its own answers
NEXT_FORMAT = str(format_versions.current() + 1)
NEXT = Step(
    build=lambda connection: connection.execute("create table added as select 1 as no"),
    home=lambda home: (home / "settings.toml").write_text("# rewritten\n"),
    files=("settings.toml",),
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The home that program 1.0.0 made."""
    with zipfile.ZipFile(HOMES / "1.0.0.zip") as packed:
        packed.extractall(tmp_path)
    monkeypatch.setattr(repository, "_builds", type(repository._builds)())
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def next_format(monkeypatch):
    """A program of one format more."""
    monkeypatch.setattr(format_versions, "STEPS", (*format_versions.STEPS, NEXT))


def contents(home):
    """Every file of a home but locks, with its bytes."""
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"}


def answers(home):
    """The answers that the old program gave, by today's program."""
    build, expected = repository.open_build(home), json.loads((HOMES / "1.0.0.json").read_text("utf-8"))
    found = {"facts": {name: build.facts[name] for name in expected["facts"]}}
    for question in expected.keys() - {"facts"}:
        metric, group, day = question.split()
        found[question] = json.loads(json.dumps(query.ask(build, metric, dt.date.fromisoformat(day), group), default=str))
    return found, expected


def test_a_home_of_the_version_before_opens_with_the_same_figures_and_its_build_is_saved_first(home):
    before = contents(home)
    found, expected = answers(home)
    assert len(expected) == 57
    assert {question for question in expected if found[question] != expected[question]} == set()
    after = contents(home)
    build = f"builds/{build_files.published(home)}.duckdb"
    assert {name for name in after if after[name] != before.get(name)} == {build, "format", f"backups/format-1/{build}"}
    assert after[f"backups/format-1/{build}"] == before[build]


def test_an_older_home_is_brought_up_once_and_what_changes_is_saved_first(home, next_format):
    before = contents(home)
    found, expected = answers(home)
    assert {question for question in expected if found[question] != expected[question]} == set()
    build = repository.open_build(home)
    assert (build.rows("select no from added"), build.facts["format"], (home / "format").read_text()) == (
        [{"no": 1}],
        NEXT_FORMAT,
        f"{NEXT_FORMAT}\n",
    )
    after = contents(home)
    saved = {name.removeprefix("backups/format-1/"): content for name, content in after.items() if name.startswith("backups/")}
    assert saved == {name: before[name] for name in ("settings.toml", f"builds/{build.id}.duckdb")}
    assert {name for name in before if after[name] != before[name]} == set(saved)
    repository._builds.clear()
    repository.open_build(home)
    assert contents(home) == after


def test_a_load_brings_an_older_home_up_too_and_a_new_home_says_its_format(home, next_format, tmp_path):
    with build_files.locked(home):
        assert (home / "format").read_text() == f"{NEXT_FORMAT}\n"
    with build_files.locked(tmp_path / "new"):
        assert (tmp_path / "new" / "format").read_text() == f"{NEXT_FORMAT}\n"


def test_an_older_build_that_is_put_back_is_brought_up_when_it_is_opened(home, next_format):
    build = repository.open_build(home)
    older = build.id.replace("2026", "2025", 1)
    shutil.copy(home / "backups" / "format-1" / "builds" / f"{build.id}.duckdb", build_files.file_of(home, older))
    assert repository.open_build(home, older).rows("select no from added") == [{"no": 1}]


def test_a_change_that_breaks_off_goes_on_at_the_next_start(home, next_format, monkeypatch):
    newest = build_files.published(home)
    shutil.copy(build_files.file_of(home, newest), build_files.file_of(home, newest.replace("2026", "2027", 1)))
    with monkeypatch.context() as broken:
        broken.setattr(format_versions, "write_version", lambda _home: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            repository.open_build(home)
    found, expected = answers(home)
    assert (found == expected, (home / "format").read_text()) == (True, f"{NEXT_FORMAT}\n")
    assert len(list((home / "backups").rglob("*.duckdb"))) == 2


@pytest.mark.parametrize("version", [NEXT_FORMAT, "0", "two", ""])
@pytest.mark.parametrize(("language", "says"), [("zh_CN", "是更新的程序写的"), ("en", "was written by a newer program")])
def test_a_newer_home_is_refused_in_one_sentence_and_not_touched(home, version, language, says, monkeypatch, capsys):
    (home / "format").write_text(version)
    before = contents(home)
    monkeypatch.setenv("TONGXING_LANG", language)
    for words in (["ask", "coverage", "--as-of", "2024-12-31"], ["rollback", build_files.published(home)]):
        assert command.main(words) == 1
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n"), says in told.err) == ("", 1, True)
    assert contents(home) == before


def test_a_newer_build_among_ours_is_refused(home):
    build_id = build_files.published(home)
    with duckdb.connect(str(build_files.file_of(home, build_id))) as connection:
        connection.execute("insert into build_facts values ('format', ?)", [NEXT_FORMAT])
    with pytest.raises(NewerFormat, match=build_id):
        repository.open_build(home)

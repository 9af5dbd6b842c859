"""From one program to the next: the home of 1.0.0 is brought up beside itself and put in place whole, or stays as it was to the byte."""

import pytest

from tests.warehouse.storage.test_format_versions import answers, contents, home, next_format  # noqa: F401 — fixtures
from warehouse import __main__ as command
from warehouse.audit import trail, verification
from warehouse.backup import archive, upgrade
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.storage import build_files, cleanup, format_versions, home_switch, keys

WORDS = "春风化雨润物无声细水长流"


def kept(home):  # noqa: F811
    """The files of a home, but those of the trail and of its backups."""
    return {name: content for name, content in contents(home).items() if not name.startswith(("audit/", "keys/audit", "backups/"))}


def test_the_home_of_the_version_before_is_brought_up_checked_and_what_was_replaced_stays(home, capsys):  # noqa: F811
    before, build = kept(home), f"builds/{build_files.published(home)}.duckdb"
    assert command.main(["upgrade"]) == 0
    assert "已升级到" in capsys.readouterr().out
    after = kept(home)
    assert {name for name in after if after[name] != before.get(name)} == {build, "format"}
    (former,) = (home / "backups").glob("before-*")
    assert {path.relative_to(former).as_posix(): path.read_bytes() for path in former.rglob("*") if path.is_file()} == {
        build: before[build]
    }
    assert [former.stat().st_mode & 0o777, *(path.name for path in (home / "backups").glob("restoring-*/"))] == [0o700]
    (entry,) = trail.entries(home, act="upgrade")
    assert (entry["about"]["format"], verification.verify(home)) == (f"1 → {format_versions.current()}", [])
    found, expected = answers(home)
    assert {question for question in expected if found[question] != expected[question]} == set()
    before = contents(home)
    assert (command.main(["upgrade"]), contents(home)) == (0, before)  # nothing is left to do, and nothing is recorded twice


def test_files_that_a_step_names_are_replaced_with_the_builds(home, next_format):  # noqa: F811
    upgrade.upgrade(home)
    assert (home / "settings.toml").read_text() == "# rewritten\n"
    assert repository.open_build(home).rows("select no from added") == [{"no": 1}]
    (former,) = (home / "backups").glob("before-*")
    assert {path.name for path in former.rglob("*") if path.is_file()} == {"settings.toml", f"{build_files.published(home)}.duckdb"}


def test_where_a_published_figure_comes_out_otherwise_all_stays_until_somebody_says_so(home, monkeypatch, capsys):  # noqa: F811
    anew = query.ask_anew

    def one_more(*question):
        return [{name: value + 1 if type(value) is int else value for name, value in row.items()} for row in anew(*question)]

    monkeypatch.setattr(query, "ask_anew", one_more)
    before = kept(home)
    assert command.main(["upgrade"]) == 1
    says = capsys.readouterr().err
    assert ("没有升级，数据目录和原来一样" in says, says.count(" → ") >= 1, "Traceback" in says) == (True, True, False)
    assert (kept(home), trail.entries(home, act="upgrade"), list((home / "backups").glob("*/"))) == (before, [], [])
    assert command.main(["upgrade", "--figures-may-move"]) == 0
    assert (" → " in capsys.readouterr().out, format_versions.version_of_home(home)) == (True, format_versions.current())


@pytest.mark.parametrize("stage", ["before", "between", "after"])
def test_ended_at_any_moment_the_home_is_as_before_or_as_after(home, stage, monkeypatch):  # noqa: F811
    before, moves = kept(home), []

    def ends(*_given):
        raise KeyboardInterrupt

    def moves_one(path, target):
        moves.append(path)
        if len(moves) > 1:
            raise KeyboardInterrupt
        move(path, target)

    move = home_switch._move
    with monkeypatch.context() as broken:
        broken.setattr(
            *{
                "before": (home_switch, "switch", ends),
                "between": (home_switch, "_move", moves_one),
                "after": (home_switch, "remove_older", ends),
            }[stage]
        )
        with pytest.raises(KeyboardInterrupt):
            upgrade.upgrade(home)
    assert build_files.home() == home  # the next process, whatever it does
    changed = {name for name, content in kept(home).items() if before.get(name) != content}
    assert changed == (set() if stage == "before" else {f"builds/{build_files.published(home)}.duckdb", "format"})
    upgrade.upgrade(home)
    cleanup.remove_unfetched(home)  # as the server starts
    assert (format_versions.version_of_home(home), list((home / "backups").glob("restoring-*/"))) == (format_versions.current(), [])


def test_a_sealed_backup_of_the_home_as_it_is_comes_first_where_something_seals_it(home, monkeypatch):  # noqa: F811
    monkeypatch.setenv(archive.PASSPHRASE, WORDS)
    says = upgrade.upgrade(home)
    (row,) = archive.kept(home)
    assert str(row["path"]) in says[0]
    assert archive.contents.read(row["path"], archive.secret_of(WORDS)).head["format"] == 1
    assert keys.secret_of(home) not in row["path"].read_bytes()


def test_a_newer_home_is_refused_and_not_touched(home, capsys):  # noqa: F811
    (home / "format").write_text(str(format_versions.current() + 1))
    before = contents(home)
    assert (command.main(["upgrade"]), contents(home)) == (1, before)
    assert "是更新的程序写的" in capsys.readouterr().err

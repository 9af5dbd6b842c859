"""A backup is one sealed file, read back after writing; it holds all of a home at one moment and nothing in clear."""

import datetime as dt
import json
import threading

import pytest

from locales import Refusal
from pages.access.accounts import sessions
from tests.full_disk import full_after
from tests.warehouse.backup.conftest import LEDGER, SECRET, contents_of, register
from warehouse.audit import anchors, hash_chain, trail
from warehouse.backup import archive, contents, sealed_stream
from warehouse.settings import local_time
from warehouse.storage import atomic_write, build_files, file_lock, format_versions, keys


def listed(path, secret=SECRET):
    """The names of a backup's entries."""
    return {name for name, _size, _sha256 in contents.read(path, secret).entries}


def test_it_holds_the_home_but_no_lock_job_or_key_to_the_names(home, place):
    (home / "loads" / "20250101T000000-00000000").mkdir(parents=True)
    (home / "loads" / "20250101T000000-00000000" / "asked.json").write_text("{}")
    path = archive.make(home, place, SECRET)
    assert [file.name for file in place.iterdir()] == [path.name]
    names = listed(path)
    expected = {name for name in contents_of(home) if not name.startswith("loads/") and name != keys.FILE}
    assert names == expected
    assert names >= {"audit/trail.jsonl", "audit/head", hash_chain.KEY, "accounts.sqlite", "layouts.json", "settings.toml", "format"}
    assert listed(archive.make(home, place, SECRET, has_key=True)) == names | {keys.FILE}


def test_nothing_stands_in_clear_in_it_and_its_first_line_bears_the_trails_anchor(home, place):
    path = archive.make(home, place, SECRET)
    content = path.read_bytes()
    for text in (LEDGER[1], "丙丙丁".encode(), b"trail.jsonl", (home / hash_chain.KEY).read_bytes(), b"DUCK", "柳溪".encode()):
        assert text not in content
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    ((anchor, name),) = anchors.compared(str(path))
    assert (anchor, name) == (hash_chain.anchor(home), path.name)


def test_it_is_recorded_before_it_is_made_and_a_trail_that_cannot_be_written_stops_it(home, place, monkeypatch):
    archive.make(home, place, SECRET)
    assert trail.entries(home, act="backup")[-1]["about"]["with_key"] == "no"
    (home / hash_chain.KEY).unlink()
    with pytest.raises(trail.NotRecorded):
        archive.make(home, place, SECRET)
    assert len(list(place.iterdir())) == 1


def test_an_append_that_is_under_way_is_left_out_and_sessions_are_copied_whole(home, place):
    token = sessions.start("li")
    with (home / "publications" / "editions.jsonl").open("ab") as stream:
        stream.write(b'{"receipt":{"no":"half')
    into = place / "into"
    contents.read(archive.make(home, place, SECRET), SECRET, into)
    assert (into / "publications" / "editions.jsonl").read_bytes().count(b"half") == 0
    assert token and (into / "accounts.sqlite").read_bytes()[:15] == b"SQLite format 3"


def test_while_a_load_holds_the_home_it_says_so_and_readers_and_exports_go_on_while_it_writes(home, place, monkeypatch):
    with build_files.locked(home), pytest.raises(build_files.LoadRunning):
        archive.make(home, place, SECRET)
    assert list(place.iterdir()) == []
    write, done = contents.write, []

    def meanwhile(*given):
        other = threading.Thread(target=lambda: (register(home), trail.by_command(home, "publish", {}), done.append(1)))
        other.start()
        other.join()
        for build_id in build_files.kept(home):
            build_files.file_of(home, build_id).unlink()  # as a load that keeps fewer builds
        return write(*given)

    builds = {f"builds/{build_id}.duckdb" for build_id in build_files.kept(home)}
    monkeypatch.setattr(contents, "write", meanwhile)
    assert builds <= listed(archive.make(home, place, SECRET))
    assert done == [1]


def test_two_at_once_are_one_and_a_sentence(home, place):
    (home / "backups").mkdir()
    with file_lock.exclusive(home / "backups" / "making.lock"), pytest.raises(archive.AtWork):
        archive.make(home, place, SECRET)


def test_a_link_in_the_home_is_refused_by_its_name(home, place):
    (home / "goals.toml").symlink_to("/etc/hostname")
    with pytest.raises(contents.LinkInHome, match=r"goals\.toml"):
        archive.make(home, place, SECRET)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("step", range(0, 10, 3))
def test_on_a_full_disk_nothing_stays_and_the_home_is_as_before(home, place, step, tmp_path):
    archive.make(home, place, SECRET)
    size, before = next(place.iterdir()).stat().st_size, contents_of(home)
    with full_after(size * step // 10), pytest.raises(Refusal):
        archive.make(home, place, SECRET)
    assert len(list(place.iterdir())) == 1
    same = {name: content for name, content in contents_of(home).items() if not name.startswith(("audit/", "accounts"))}
    assert same == {name: content for name, content in before.items() if not name.startswith(("audit/", "accounts"))}


def test_a_folder_that_is_gone_is_said_and_the_administrator_is_warned(home, place):
    assert "还没有做过备份" in archive.warning(home)
    with pytest.raises(archive.NoFolder):
        archive.make(home, place / "gone", SECRET)
    assert "没有这个文件夹" in archive.warning(home)
    archive.make(home, place, SECRET)
    assert archive.warning(home) == ""
    note = home / "backups" / "notes.json"
    old = (dt.datetime.now(dt.UTC) - dt.timedelta(days=9)).isoformat(timespec="seconds")
    noted = json.loads(note.read_text())
    next(iter(noted["files"].values()))["at"] = old
    note.write_text(json.dumps(noted))
    assert "9 天前" in archive.warning(home)


def test_what_was_written_wrong_is_missed_when_it_is_read_back(home, place, monkeypatch):
    class Failing(sealed_stream.Sealer):
        def _seal(self, part, is_last):
            super()._seal(part[:-1] + b"x" if is_last else part, is_last)

    monkeypatch.setattr(contents, "Sealer", Failing)
    with pytest.raises(sealed_stream.Damaged):
        archive.make(home, place, SECRET)
    assert (list(place.iterdir()), "没有做成" in archive.warning(home) or "截短" in archive.warning(home)) == ([], True)


def test_the_newest_of_days_weeks_and_months_stay_and_other_towns_files_are_not_touched(home, place):
    other = place / "tongxing-backup-20200101-0000.tongxing"
    other.write_bytes(b"another town's")
    (home / "settings.toml").write_text("backup_days = 2\nbackup_weeks = 2\nbackup_months = 2\n", "utf-8")
    now = local_time.now(home).replace(hour=12)
    days = [0, 1, 2, 3, 8, 9, 40, 41, 80, 120]
    files = {}
    for day in days:
        path = place / f"tongxing-backup-{now - dt.timedelta(days=day):%Y%m%d}-1200.tongxing"
        path.write_bytes(b"x")
        files[str(path)] = {"at": (now - dt.timedelta(days=day)).astimezone(dt.UTC).isoformat(timespec="seconds"), "is_daily": True}
    (home / "backups").mkdir()
    atomic_write.write_json(home / "backups" / "notes.json", {"last": {}, "files": files})
    archive._thin_out(home, place)
    left = {path.name for path in place.iterdir()} - {other.name}
    weeks = {f"{now - dt.timedelta(days=day):%G-%V}" for day in days}
    assert {f"tongxing-backup-{now - dt.timedelta(days=day):%Y%m%d}-1200.tongxing" for day in (0, 1)} <= left
    assert (other.exists(), 3 <= len(left) <= 6, len(weeks) > 4) == (True, True, True)
    assert {str(path) for path in place.iterdir()} - {str(other)} == {*json.loads((home / "backups" / "notes.json").read_text())["files"]}


def test_the_days_backup_is_due_from_its_hour_once_and_again_an_hour_after_it_failed(home, place, monkeypatch):
    moment = dt.datetime(2026, 12, 1, 1, 30, tzinfo=local_time.zone(home))
    monkeypatch.setattr(local_time, "now", lambda _home: moment)
    monkeypatch.setattr(archive, "_now", lambda: moment.astimezone(dt.UTC).isoformat(timespec="seconds"))
    assert not archive.is_due(home)
    (home / "settings.toml").write_text(f'backup_folder = "{place}"\nbackup_hour = 2\n', "utf-8")
    assert not archive.is_due(home)
    moment = moment.replace(hour=2)
    assert archive.is_due(home)
    archive.make(home, place, SECRET)
    assert not archive.is_due(home)
    moment += dt.timedelta(days=1)
    assert archive.is_due(home)
    with pytest.raises(archive.NoFolder):
        archive.make(home, place / "gone", SECRET)
    assert not archive.is_due(home)
    moment += dt.timedelta(minutes=61)
    assert archive.is_due(home)


def test_a_key_file_opens_it_as_a_passphrase_does_and_too_small_ones_are_refused(home, place, monkeypatch):
    monkeypatch.delenv(archive.PASSPHRASE, raising=False)
    assert archive.secret_in(home) is None
    (place / "small.key").write_bytes(b"x" * 31)
    (place / "good.key").write_bytes(b"x" * 32)
    with pytest.raises(archive.NoSecret):
        archive.secret_in(home, str(place / "small.key"))
    secret = archive.secret_in(home, str(place / "good.key"))
    assert listed(archive.make(home, place, secret), secret)
    monkeypatch.setenv(archive.PASSPHRASE, "短口令")
    with pytest.raises(archive.NoSecret):
        archive.secret_in(home)
    assert archive.secret_of("ＡＢＣ春风化雨润物无声细水") == archive.secret_of(" ABC春风化雨润物无声细水 ")


def test_format_is_that_of_the_program(home, place):
    assert contents.read(archive.make(home, place, SECRET), SECRET).head["format"] == format_versions.current()


def test_a_backup_dated_by_a_clock_that_was_ahead_hides_neither_a_newer_one_nor_that_there_is_none(home, place, monkeypatch):
    right = archive._now
    monkeypatch.setattr(archive, "_now", lambda: "2099-12-01T02:00:00+00:00")
    ahead = archive.make(home, place, SECRET)
    with pytest.raises(archive.NoFolder):
        archive.make(home, place / "gone", SECRET)
    monkeypatch.setattr(archive, "_now", right)
    (home / "settings.toml").write_text(f'backup_folder = "{place}"\nbackup_hour = 0\n', "utf-8")
    assert ("还没有到" in archive.warning(home), archive.is_due(home)) == (True, True)
    newest = archive.make(home, place, SECRET)
    assert ([row["path"] for row in archive.kept(home)], archive.warning(home)) == ([newest, ahead], "")


def test_a_file_of_accounts_that_cannot_be_read_is_said_and_nothing_is_written(home, place):
    (home / "accounts.sqlite").write_bytes(b"not what it was " * 20)
    with pytest.raises(build_files.AccountsDamaged):
        archive.make(home, place, SECRET)
    assert list(place.iterdir()) == []

"""Uploads do not stay: gone once read, with the job when it is published or left, and after some days in any case."""

import json
import os
import time

import pytest

from pages import access
from pages.jobs import job_folder, loads
from tests.etl.test_staged_load import child
from tests.pages.ledger_intake.test_staged_changes import autumn, ended, home, published  # noqa: F401 — fixtures
from warehouse.storage import build_files, cleanup, file_lock


def files(home):  # noqa: F811
    """What stands in the job folders."""
    return sorted(path.name for path in (home / "loads").rglob("*") if path.is_file() and path.suffix != ".json")


@pytest.mark.parametrize("end", ["publish", "leave"])
def test_once_read_the_uploads_are_gone_and_with_the_end_the_folder(home, end):  # noqa: F811
    loads.start(home, [autumn(child("甲一", 1), child("甲九", 9))], "李主任", "zh_CN")
    job = ended(home)
    assert (job.state, files(home)) == ("ready", ["log.txt", "running"])
    getattr(loads, end)(home, job)
    assert list((home / "loads").iterdir()) == []


def test_the_uploads_of_a_refused_job_are_gone_too(home):  # noqa: F811
    (home / "settings.toml").write_text("keep_builds = 0\n")
    loads.start(home, [autumn(child("甲一", 1))], "李主任", "zh_CN")
    assert (ended(home).state, files(home)) == ("refused", ["log.txt", "running"])


def abandoned(home, days, name="20200101T000000-00000000", candidate=None):  # noqa: F811
    """A job folder last touched so many days ago."""
    folder = home / "loads" / name
    (folder / "files" / "0").mkdir(parents=True)
    (folder / "files" / "0" / "台账.csv").write_text("甲一")
    (folder / "running").touch()
    (folder / "report.json").write_text(json.dumps({"candidate": candidate}))
    then = time.time() - days * 86_400
    for path in [*folder.iterdir(), folder]:
        os.utime(path, (then, then))
    return folder


def test_what_was_left_behind_goes_after_the_days_of_the_setting_with_its_candidate(tmp_path):
    (tmp_path / "builds").mkdir()
    candidate = "20200101T000000Z-abcdef01"
    (tmp_path / "builds" / f"{candidate}.candidate").touch()
    old, young = abandoned(tmp_path, 3.1, candidate=candidate), abandoned(tmp_path, 2.9, "20200103T000000-00000000")
    assert cleanup.remove_abandoned(tmp_path, 3) == [old]
    assert (old.exists(), young.exists(), build_files.candidates(tmp_path)) == (False, True, set())


def test_a_job_that_is_at_work_is_never_removed(tmp_path):
    folder = abandoned(tmp_path, 40)
    handle = file_lock.hold(folder / "running")
    assert cleanup.remove_abandoned(tmp_path, 1) == []
    os.close(handle)
    assert cleanup.remove_abandoned(tmp_path, 1) == [folder]


def test_the_next_job_removes_it(home, monkeypatch):  # noqa: F811
    (home / "settings.toml").write_text("keep_upload_days = 2\n")
    abandoned(home, 2.5)
    monkeypatch.setattr(job_folder, "run", lambda *_given, **_more: None)
    loads.start(home, [autumn(child("甲一", 1))], "李主任", "zh_CN")
    assert [path.name for path in (home / "loads").iterdir() if path.name.startswith("2020")] == []


def test_copies_in_clear_that_a_program_of_before_left_go_when_the_server_starts(home, monkeypatch):  # noqa: F811
    monkeypatch.setenv("TONGXING_HOME", str(home))
    (home / "loads" / "returned-old").mkdir(parents=True)
    os.utime(home / "loads" / "returned-old", (time.time() - 61,) * 2)
    monkeypatch.setattr(access.safe_logging, "configure", lambda: None)  # it is for a process of its own
    access.begin()
    assert list((home / "loads").iterdir()) == []


def test_when_the_server_starts_what_a_killed_one_left_in_clear_is_gone_and_what_waits_or_works_stays(tmp_path, monkeypatch):
    def left(place, name, minutes, is_whole):
        folder = tmp_path / place / name
        (folder / "files" / "000").mkdir(parents=True)
        (folder / "files" / "000" / ".12-ab.new").write_text("甲一")
        if is_whole:
            (folder / job_folder.REQUEST).write_text("{}")
        for path in (folder, *folder.iterdir()):
            os.utime(path, (time.time() - 60 * minutes,) * 2)

    for name, minutes, is_whole in (
        ("torn", 2, False),
        ("being-written", 0, False),
        ("dead", 2, True),
        ("beginning", 0, True),
        ("at-work", 2, True),
    ):
        left("loads", name, minutes, is_whole)
    for name, minutes, is_whole in (("torn", 2, False), ("being-written", 0, False), ("waiting", 2, True)):
        left("submissions", name, minutes, is_whole)
    handle = file_lock.hold(tmp_path / "loads" / "at-work" / "running")
    os.utime(tmp_path / "loads" / "at-work", (0, 0))
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    monkeypatch.setattr(access.safe_logging, "configure", lambda: None)  # it is for a process of its own
    access.begin()
    os.close(handle)
    kept = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*/*/files")}
    assert kept == {f"loads/{name}/files" for name in ("being-written", "beginning", "at-work")} | {
        f"submissions/{name}/files" for name in ("being-written", "waiting")
    }
    assert (tmp_path / "loads" / "dead").exists() and not (tmp_path / "submissions" / "torn").exists()

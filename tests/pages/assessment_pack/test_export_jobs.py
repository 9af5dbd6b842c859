"""Exports that take long: whose they are, how many there may be, how long they stay, and what is told of one that broke off."""

import hashlib
import os
import shutil
import time

import pytest

from pages import access
from pages.access import User
from pages.access.accounts import accounts
from pages.assessment_pack import worker
from pages.components import actor
from pages.jobs import export_jobs, job_folder, job_list
from tests.pages.assessment_pack.export_builder import DAY, PASSWORD, REVIEWER, ended, kill, prepare, stand_in, start
from warehouse import row_access
from warehouse.audit import trail
from warehouse.disclosure import release_log
from warehouse.storage import atomic_write, cleanup, file_lock, safe_logging

CONTENT = b"made before"


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """A home with the demo's builds and a reviewer."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    return prepare(demo_home, tmp_path)


def recorder(home):
    """Records what the reviewer does."""
    return trail.recorder_for(REVIEWER.name, REVIEWER.role, "10.0.0.9")


def asked_by(user, at="2026-01-05T08:00:00+00:00"):
    """What stands in asked.json of a reader's export."""
    about = {"build": "b", "as_of": DAY}
    terms = {**export_jobs._terms(user), "at": at, "language": "zh_CN", "source": "10.0.0.9"}
    return terms | {"about": about, "options": {"seed": "1"}}


def ready(home, name="20260105T080000-00000001", user=REVIEWER):
    """An export of a reader that waits to be fetched."""
    told = {"state": "ready", "file": "a.zip", "kind": "application/zip", "no": "20260105-0001-0A1B", "size": len(CONTENT)}
    return stand_in(home, name, asked_by(user), told | {"sha256": hashlib.sha256(CONTENT).hexdigest()}, CONTENT)


def test_a_killed_process_leaves_a_state_that_says_so_no_file_and_another_try_is_made(home, monkeypatch):
    job = start()
    kill(job)
    job = ended(job)
    assert (job.state, (job.folder / export_jobs.FILE).exists(), release_log.editions(home)) == ("lost", False, [])
    assert "中断" in job_list.why(job)
    with pytest.raises(export_jobs.Gone):
        export_jobs.content(REVIEWER, job.folder.name, recorder(home))
    monkeypatch.setattr(job_folder, "run", lambda *told, **more: None)
    fresh = export_jobs.again(REVIEWER, job.folder.name)
    assert ([one.folder for one in export_jobs.jobs_of(REVIEWER)], fresh.request["options"]) == ([fresh.folder], job.request["options"])


def test_what_waits_is_fetched_by_who_asked_and_each_fetch_is_recorded(home):
    folder = ready(home)
    assert [export_jobs.content(REVIEWER, folder.name, recorder(home)) for _ in range(2)] == [CONTENT] * 2
    fetched = trail.entries(home, act="export_fetched")
    assert [(entry["who"], entry["about"]["no"], entry["about"]["as_of"]) for entry in fetched] == [
        (REVIEWER.name, "20260105-0001-0A1B", DAY)
    ] * 2


@pytest.mark.parametrize(
    "other",
    [
        User("别人", "reviewer", row_access.WHOLE),
        User(REVIEWER.name, "centre", row_access.WHOLE),
        User(REVIEWER.name, "reviewer", ("659902103203",)),
        User(REVIEWER.name, "leader", row_access.WHOLE),
        User(REVIEWER.name, "village", ("659902103203",)),
        User(REVIEWER.name, "", ()),
    ],
    ids=str,
)
def test_another_account_and_the_same_one_under_other_terms_get_nothing(other, home):
    folder = ready(home)
    for act in (lambda: export_jobs.content(other, folder.name, recorder(home)), lambda: export_jobs.remove(other, folder.name)):
        with pytest.raises(export_jobs.Gone):
            act()
    assert (export_jobs.jobs_of(other), folder.exists(), trail.entries(home, act="export_fetched")) == ([], True, [])


def test_a_name_that_passed_to_another_person_opens_nothing_of_the_one_before(home):
    folder = ready(home)
    accounts.remove(REVIEWER.name)
    accounts.add(REVIEWER.name, REVIEWER.role, PASSWORD, now=time.time() + 5, must_change=False)
    with pytest.raises(export_jobs.Gone):
        export_jobs.content(REVIEWER, folder.name, recorder(home))


def test_a_role_whose_pages_withhold_by_now_gets_nothing_made_before(home):
    folder = ready(home)
    (home / "settings.toml").write_text('withhold_for = ["reviewer"]\n')
    with pytest.raises(export_jobs.Gone):
        export_jobs.content(REVIEWER, folder.name, recorder(home))


def test_a_session_that_ended_between_the_page_and_the_click_gets_nothing(home, monkeypatch):
    folder = ready(home)
    monkeypatch.setattr(access, "current_user", lambda _cookies: REVIEWER)
    take = actor.require_right(REVIEWER, "pack_zip", lambda: export_jobs.content(REVIEWER, folder.name, recorder(home)))
    assert take() == CONTENT
    monkeypatch.setattr(access, "current_user", lambda _cookies: None)
    with pytest.raises(actor.RightEnded):
        take()
    assert len(trail.entries(home, act="export_fetched")) == 1


def test_without_the_trail_nothing_is_fetched(home):
    folder = ready(home)

    def refuses(*_told):
        raise trail.NotRecorded

    with pytest.raises(trail.NotRecorded):
        export_jobs.content(REVIEWER, folder.name, refuses)


def test_a_file_that_was_changed_where_it_waits_is_not_given_out(home):
    folder = ready(home)
    (folder / export_jobs.FILE).write_bytes(CONTENT + b".")
    with pytest.raises(export_jobs.Gone):
        export_jobs.content(REVIEWER, folder.name, recorder(home))


def test_the_process_asks_for_the_right_anew_and_makes_nothing_without(home):
    folder = stand_in(home, "20260105T080000-00000001", asked_by(REVIEWER))
    (folder / export_jobs.FILE).unlink()
    accounts.change_role(REVIEWER.name, "leader")
    assert worker.make(folder) == 1
    job = job_folder.read(folder)
    assert (job.state, "权限有变动" in job.progress["says"], (folder / export_jobs.FILE).exists()) == ("refused", True, False)


def test_who_has_no_right_starts_nothing(home):
    with pytest.raises(PermissionError):
        start(User("镇长", "leader", row_access.WHOLE))
    assert not (home / cleanup.EXPORTS).exists()


def test_at_most_three_wait_for_an_account_and_two_are_in_the_making(home, monkeypatch):
    monkeypatch.setattr(job_folder, "run", lambda *told, **more: None)
    folders = [ready(home, f"20260105T080000-0000000{at}") for at in range(3)]
    with pytest.raises(export_jobs.TooMany, match="已有 3 份"):
        start()
    centre = User("中心", "centre", row_access.WHOLE)
    handles = []
    for folder in folders[:2]:
        (folder / "progress.json").write_text('{"state": "running", "step": "plan", "done": 1, "all": 4}')
        handles.append(file_lock.hold(folder / "running"))
    with pytest.raises(export_jobs.TooMany, match="2 份文件正在制作"):
        start(centre)
    os.close(handles[0])
    assert start(centre).request["who"] == "中心"


def test_what_nobody_fetched_goes_after_seven_days_but_not_what_is_in_the_making(home):
    old, young, at_work = (ready(home, f"20260105T080000-0000000{at}") for at in range(3))
    handle = file_lock.hold(at_work / "running")
    for folder, days in ((old, 7.1), (young, 6.9), (at_work, 30)):
        then = time.time() - days * 86_400
        for path in [*folder.iterdir(), folder]:
            os.utime(path, (then, then))
    assert (cleanup.remove_exports(home), old.exists(), young.exists(), at_work.exists()) == ([old], False, True, True)
    os.close(handle)


def test_a_disk_that_was_full_as_one_was_asked_for_leaves_nothing_that_closes_the_page_to_all(home, monkeypatch):
    waits = ready(home)

    def full(path, *_told, **_more):
        path.touch()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(atomic_write, "write_bytes", full)
        with pytest.raises(OSError, match="space"):
            start()
    assert [job.folder for job in export_jobs.jobs_of(REVIEWER)] == [waits]


def test_one_that_goes_while_all_are_looked_through_is_left_out(home, monkeypatch):
    gone, waits, looked = ready(home, "20260105T080000-00000002"), ready(home), job_folder.read
    monkeypatch.setattr(job_folder, "read", lambda folder: (shutil.rmtree(gone, ignore_errors=True), looked(folder))[1])
    assert [job.folder for job in export_jobs.jobs_of(REVIEWER)] == [waits]


def test_the_server_sweeps_as_it_starts(home, monkeypatch):
    swept = []
    monkeypatch.setattr(cleanup, "remove_exports", swept.append)
    monkeypatch.setattr(safe_logging, "configure", lambda: None)
    access.begin()
    assert swept == [home]

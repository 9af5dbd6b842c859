"""Work in processes of its own: one list, each reader's part of it; broken off at a press; and a click on what is there no more is answered."""

import hashlib
import json
import os
import subprocess
import sys
import time

import pytest

from pages import access
from pages.access import User
from pages.components import actor
from pages.jobs import export_jobs, job_folder, job_list, loads
from pages.summaries import waiting_work
from tests.pages.ledger_intake.conftest import page as page  # a fixture
from tests.pages.ledger_intake.test_staged_changes import autumn, child, ended, home, published, waiting  # noqa: F401 — fixtures
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.audit import trail
from warehouse.storage import cleanup, file_lock, keys

CENTRE, REVIEWER, ADMIN = (User(name, name, row_access.WHOLE) for name in ("centre", "reviewer", "admin"))
VILLAGE = User("柳溪村", "village", ("659901101201",))
NEIGHBOUR = User("石桥村", "village", ("659901101202",))
HOLDER = """
import subprocess, sys, time
from pathlib import Path
from pages.jobs.job_folder import Notes
notes = Notes(Path(sys.argv[1]))
held = "import sys, time; from pathlib import Path; from warehouse.storage import file_lock; file_lock.hold(Path(sys.argv[1])); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", held, sys.argv[1] + ".child"])
notes.write("running")
time.sleep(600)
"""


@pytest.fixture
def town(home, monkeypatch):  # noqa: F811
    """The home, in force."""
    monkeypatch.setenv("TONGXING_HOME", str(home))
    return home


def a_job(place, request, state="ready", **more):
    """The folder of a job that has come so far."""
    folder = job_folder.new_folder(place, "20260105T080000")
    (folder / job_folder.REQUEST).write_text(json.dumps(request), encoding="utf-8")
    (folder / job_folder.PROGRESS).write_text(json.dumps({"state": state, "size": 1, "file": "a.zip", **more}), encoding="utf-8")
    return folder


def file_of(user, form, about=None, **more):
    """What stands in the request of a reader's file."""
    terms = {**export_jobs._terms(user), "at": "2026-01-05T08:00:00+00:00", "language": "zh_CN", "source": "—", "options": {}}
    return terms | {"form": form, "about": {"build": "b", "as_of": "2025-12-31"} | (about or {})} | more


def kinds(user):
    """What a reader sees: kind, whether it is theirs, whether they may break it off."""
    return sorted((entry.kind, entry.is_own, entry.may_cancel) for entry in job_list.entries(user))


def child_lock(folder):
    """What the process of a job's process holds."""
    return folder.with_name(f"{folder.name}.child")


def begun(folder):
    """A process at work in a folder, with one of its own."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], start_new_session=True)
    until = time.monotonic() + 60
    while job_folder.read(folder).state != "running" or not all(map(file_lock.is_held, (folder / job_folder.LOCK, child_lock(folder)))):
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


def test_each_reader_sees_their_own_and_what_their_right_covers_of_others(town):
    a_job(town / "loads", {"by": "centre"}, "running")
    a_job(town / "exports", file_of(REVIEWER, "pack_zip"))
    a_job(town / "exports", file_of(VILLAGE, "returned_copies", {"village": VILLAGE.scope[0]}))
    a_job(town / "backups", {"by": "admin", "words": ["restore", "x"]}).rename(town / "backups" / "job-1")
    assert kinds(CENTRE) == [("load", False, True), ("pack_zip", False, False), ("returned_copies", False, False)]
    assert kinds(REVIEWER) == [("pack_zip", True, True)]
    assert kinds(VILLAGE) == [("returned_copies", True, True)]
    assert kinds(NEIGHBOUR) == []
    assert kinds(ADMIN) == [("load", False, False), ("restore", False, False)]


def test_a_job_that_is_cancelled_ends_with_all_that_it_began_and_leaves_nothing_but_why(town, monkeypatch):
    folder = a_job(town / "exports", file_of(REVIEWER, "pack_zip"), "waiting")
    (folder / ".1-ab.new").write_text("甲一")
    process = begun(folder)
    monkeypatch.setattr(access, "current_user", lambda _cookies: REVIEWER)
    monkeypatch.setattr(actor, "address", lambda: "10.0.0.9")
    state = {"lang": "zh_CN"}
    monkeypatch.setattr(job_list.st, "session_state", state)
    job_list._cancel(folder.name, job_list.entries)
    assert process.wait(20) == -9
    assert not file_lock.is_held(child_lock(folder))
    job = job_folder.read(folder)
    assert (job.state, job.progress["says"], job_list.why(job)) == (
        "refused",
        "reviewer 取消了它，没有做成。",
        "reviewer 取消了它，没有做成。",
    )
    assert sorted(path.name for path in folder.iterdir()) == ["asked.json", "progress.json", "running"]
    assert [(entry["who"], entry["about"]) for entry in trail.entries(town, act="cancel")] == [
        ("reviewer", {"job": folder.name, "form": "pack_zip"})
    ]
    job_list._cancel(folder.name, job_list.entries)
    assert "已经结束" in state["notice"]


@pytest.mark.parametrize(("role", "is_offered"), [("centre", True), ("admin", False)])
def test_a_load_is_broken_off_on_its_page_by_who_may_load(role, is_offered, page, home):  # noqa: F811
    request = {"by": "centre", "files": 0, "without": [], "submissions": []}
    folder = a_job(home / "loads", request, "running", step="read", done=0, all=1, files=[])
    handle = file_lock.hold(folder / job_folder.LOCK)
    assert any(button.key == f"cancel_{folder.name}" for button in page(role=role).button) is is_offered
    os.close(handle)


def test_one_that_ended_meanwhile_stays_as_it_ended_and_nobody_breaks_off_what_is_not_theirs(town, monkeypatch):
    folder = a_job(town / "exports", file_of(REVIEWER, "pack_zip"), "running", pid=1)
    job = job_folder.read(folder)
    assert (job.state, job_folder.cancel(job, "x")) == ("lost", False)  # its process is gone: another may have its number by now
    monkeypatch.setattr(access, "current_user", lambda _cookies: CENTRE)
    monkeypatch.setattr(job_list.st, "session_state", {"lang": "zh_CN"})
    monkeypatch.setattr(job_folder, "cancel", lambda *_job: pytest.fail("it is another's"))
    job_list._cancel(folder.name, job_list.entries)


def test_returned_copies_are_gone_once_fetched_and_after_a_day(town):
    names = [a_job(town / "exports", file_of(CENTRE, "returned_copies", days=1)) for _time in range(2)]
    sealed = keys.load_key(town).seal(names[0].name, b"PK")
    (names[0] / export_jobs.FILE).write_bytes(sealed)
    note = {"state": "ready", "file": "a.zip", "size": 2, "sha256": hashlib.sha256(sealed).hexdigest()}
    (names[0] / job_folder.PROGRESS).write_text(json.dumps(note))
    fetched = []
    assert export_jobs.content(CENTRE, names[0].name, lambda *told: fetched.append(told[1:])) == b"PK"
    assert ([act for act, _about in fetched], names[0].exists()) == (["export_fetched"], False)
    with pytest.raises(export_jobs.Gone):
        export_jobs.content(CENTRE, names[0].name, lambda *_told: 1)
    for path in [*names[1].iterdir(), names[1]]:
        os.utime(path, (time.time() - 1.1 * 86_400,) * 2)
    assert cleanup.remove_exports(town) == [names[1]]


def test_the_menu_counts_what_waits(home, waiting, monkeypatch):  # noqa: F811
    monkeypatch.setenv("TONGXING_HOME", str(home))
    assert waiting_work.of(CENTRE)["ledgers"] >= 1
    a_job(home / "exports", file_of(REVIEWER, "pack_zip"))
    assert waiting_work.of(REVIEWER) == {"work": 1}
    assert waiting_work.of(VILLAGE) == {"work": 0, "submissions": 0}


def test_the_page_of_work_shows_a_load_that_waits_and_a_file_to_fetch(page, home, waiting, monkeypatch):  # noqa: F811
    monkeypatch.setenv("TONGXING_HOME", str(home))
    a_job(home / "exports", file_of(User("tester", "centre", row_access.WHOLE), "report_docx", {"edition": "internal"}, options={}))
    app = page(name="work")
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    assert [
        word
        for word in ("载入台账 · 李主任", "检查完了，还没有发布", "工作报告（Word） · 内部件 · 截至 2025-12-31")
        if word not in spoken(app)
    ] == []
    assert [part.proto.label for part in app.get("download_button")] == ["取走"]


@pytest.mark.parametrize(("language", "says"), [("zh_CN", "您点的没有执行"), ("en", "was not done")])
def test_a_click_on_what_somebody_else_has_ended_meanwhile_is_answered(page, home, waiting, language, says):  # noqa: F811
    app = page(language=language)
    assert says not in spoken(app)
    loads.leave(home, waiting)  # the other one
    app.button(key="publish").click().run()
    assert ([part.value for part in app.exception], says in spoken(app), app.get("file_uploader") != []) == ([], True, True)
    app.run()
    assert says not in spoken(app)


def test_a_click_on_the_upload_while_another_load_has_begun_is_answered_too(page, home, monkeypatch):  # noqa: F811
    app = page()
    monkeypatch.setattr(job_folder, "run", lambda *_given, **_more: None)
    loads.start(home, [autumn(child("甲一", 1), child("甲九", 9))], "李主任", "zh_CN")
    next(button for button in app.button if button.label == "开始检查").click().run()
    assert ("您点的没有执行" in spoken(app), "李主任 的载入正在进行" in spoken(app)) == (True, True)


def test_a_page_says_once_that_another_build_was_published(page, home, waiting):  # noqa: F811
    app = page()
    loads.publish(home, waiting)
    app.run()
    assert "数据刚换成另一个版本" in spoken(app)
    app.run()
    assert "数据刚换成另一个版本" not in spoken(app)


def test_one_s_own_clicks_are_never_called_lost(page, home, waiting):  # noqa: F811
    app = page()
    app.button(key="publish").click().run()
    assert ("已发布" in spoken(app), "您点的没有执行" in spoken(app), "数据刚换成" in spoken(app)) == (True, False, False)


def test_a_filter_taken_back_and_a_day_taken_are_no_lost_clicks(opened):
    app = opened("coverage", village="石碾村", **{"class": "6"})
    for key in ("chip_class", "chip_village"):
        app.button(key=key).click().run()
        assert "您点的没有执行" not in spoken(app)
    app = opened("rows", role="leader", as_of="2025-12-17", share="coverage_share")
    next(button for button in app.button if (button.key or "").startswith("settled_")).click().run()
    assert "您点的没有执行" not in spoken(app)

"""What pages write to the audit trail: once, by the reader, before it is done; and that without it nothing is done."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from pages.access import User
from pages.components import actor
from pages.jobs import job_folder, loads
from tests.conftest import ROOT, run
from tests.pages.ledger_intake.test_staged_changes import asked_for, autumn, child, copies, ended, home, published, waiting  # noqa: F401 — fixtures
from warehouse.audit import actions, hash_chain, trail
from warehouse.builds import repository
from warehouse.storage import build_files


@pytest.fixture
def from_afar(monkeypatch):
    """The page is opened from an address; the test runner has none of its own."""
    monkeypatch.setattr(actor, "address", lambda: "10.0.0.9")


def told(home):  # noqa: F811
    """The trail without numbers and times."""
    return [(entry["act"], entry["who"], entry["role"], entry["source"], entry["about"]) for entry in trail.entries(home)]


def stopped(home):  # noqa: F811
    """From now on the trail cannot be written."""
    trail.by_command(home, "load", {})
    (home / hash_chain.TRAIL).unlink()
    (home / hash_chain.TRAIL).symlink_to("/dev/full")


def test_a_load_begun_on_the_page_published_and_undone_leaves_one_entry_each(page, home, from_afar):  # noqa: F811
    back = build_files.published(home)
    row = repository.open_build(home).rows("select min(file_id) as file_id from ledger_files where fault is null and file like '%台账%'")[0]
    app = page()
    app.selectbox(key="out").set_value(row["file_id"]).run()
    app.button(key="take_out").click().run()
    job = ended(home)
    candidate = job.report["candidate"]
    app = page()
    app.button(key="publish").click().run()
    app.selectbox(key="back_to").set_value(back).run()
    app.checkbox(key=f"back_sure_{back}").check().run()
    app.button(key="back").click().run()
    who = ("tester", "centre", "10.0.0.9")
    assert told(home) == [
        ("load", *who, {"files": "0", "job": job.folder.name, "then": "stage", "without": row["file_id"]}),
        ("publish", *who, {"build": candidate}),
        ("undo", *who, {"build": back}),
    ]


def test_a_load_that_is_left_is_recorded_by_who_left_it_before_it_goes(page, home, waiting, from_afar):  # noqa: F811
    about = {"build": waiting.report["candidate"], "job": waiting.folder.name}
    page().button(key="leave").click().run()
    assert told(home)[-1] == ("leave", "tester", "centre", "10.0.0.9", about)
    assert actions.name("leave") == "放弃，不发布"


def test_returned_copies_are_recorded_once_by_who_asked_for_them(home):  # noqa: F811
    job = asked_for(home, "659901101201")
    names = zipfile.ZipFile(io.BytesIO(copies(job))).namelist()
    assert names[-1] == "照上次报的填好_儿童台账.xlsx"
    assert told(home)[1:] == [
        ("return_copies", "li", "centre", "10.0.0.9", {"job": job.folder.name, "village": "659901101201"}),
        ("fill_form", "li", "centre", "10.0.0.9", {"village": "659901101201"}),
    ]


def test_commands_record_loads_and_returned_copies_and_no_check(home, tmp_path):  # noqa: F811
    name, content = autumn(child("甲一", 1))
    (tmp_path / name).write_bytes(content)
    run(home, "etl", "check", tmp_path / name)
    assert told(home) == []
    run(home, "etl", "load", tmp_path / name, "--stage", "--by", "李主任")
    run(home, "etl", "load", tmp_path / "nothing", "--job", tmp_path, code=1)
    run(home, "checks", "return", tmp_path / "copies.zip")
    who = (trail.system_user(), "", "command")
    assert told(home) == [
        ("load", *who, {"by": "李主任", "files": "1", "then": "stage"}),
        ("load", *who, {"files": "1", "then": "publish"}),
        ("return_copies", *who, {}),
    ]


def test_commands_do_nothing_while_the_trail_cannot_be_written(home, tmp_path):  # noqa: F811
    stopped(home)
    before = build_files.published(home)
    name, content = autumn(child("甲四", 4))
    (tmp_path / name).write_bytes(content)
    run(home, "etl", "load", tmp_path / name, code=1)
    run(home, "checks", "return", tmp_path / "copies.zip", code=1)
    assert (build_files.published(home), (tmp_path / "copies.zip").exists()) == (before, False)
    (tmp_path / "job").mkdir()
    run(home, "etl", "load", tmp_path / name, "--stage", "--job", tmp_path / "job", code=1)
    noted = json.loads((tmp_path / "job" / "progress.json").read_text(encoding="utf-8"))
    assert (noted["state"], "什么也没有改动" in noted["says"]) == ("refused", True)


def test_the_page_does_nothing_while_the_trail_cannot_be_written(page, home, waiting):  # noqa: F811
    assert waiting.state == "ready"
    stopped(home)
    before = build_files.published(home)
    app = page()
    app.button(key="publish").click().run()
    assert ("什么也没有改动" in app.error[0].value, build_files.published(home), len(build_files.candidates(home))) == (True, before, 1)
    app.button(key="leave").click().run()
    assert ("什么也没有改动" in app.error[0].value, len(build_files.candidates(home))) == (True, 1)
    other = max(build_files.kept(home) - {before})
    app.selectbox(key="back_to").set_value(other).run()
    app.checkbox(key=f"back_sure_{other}").check().run()
    app.button(key="back").click().run()
    assert ("什么也没有改动" in app.error[0].value, build_files.published(home)) == (True, before)
    shutil.rmtree(loads.current(home).folder)
    app = page()
    app.selectbox(key="out").set_value(file_of(home)).run()
    app.button(key="take_out").click().run()
    assert ("什么也没有改动" in app.error[0].value, list((home / "loads").iterdir())) == (True, [])


def file_of(home):  # noqa: F811
    """The id of some ledger file of the build in force."""
    return repository.open_build(home).rows("select min(file_id) as file_id from ledger_files where fault is null")[0]["file_id"]


@pytest.mark.parametrize("now", [None, User("li", "leader", ("all",)), User("li", "admin", ("659901101201",))])
def test_a_file_made_at_the_click_needs_the_right_at_the_click(now, monkeypatch):
    user = User("li", "admin", ("all",))
    monkeypatch.setattr("pages.access.current_user", lambda _cookies: user)
    make = actor.require_right(user, "audit_csv", lambda: b"file")
    assert make() == b"file"
    monkeypatch.setattr("pages.access.current_user", lambda _cookies: now)
    with pytest.raises(actor.RightEnded):
        make()


def test_what_was_made_while_the_right_ended_goes_to_nobody(monkeypatch):
    user = User("li", "admin", ("all",))
    answers = [user, User("li", "village", ("659901101201",))]
    monkeypatch.setattr("pages.access.current_user", lambda _cookies: answers.pop(0))
    with pytest.raises(actor.RightEnded):
        actor.require_right(user, "audit_csv", lambda: b"file")()


@pytest.mark.parametrize(("code", "state"), [("0", "ready"), ("1", "refused"), ("2", "refused")])
def test_a_command_that_knows_nothing_of_job_folders_leaves_its_end_and_its_last_words(code, state, tmp_path):
    (tmp_path / "say.py").write_text(f"import sys\nprint('first\\nwhy', file=sys.stderr)\nsys.exit({code})\n")
    folder = job_folder.new_folder(tmp_path, "returned")
    (folder / job_folder.REQUEST).write_text("{}")
    with (folder / "log.txt").open("wb") as log:
        command = [sys.executable, "-m", "pages.jobs.run_command", str(folder), "say"]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)}, stderr=log, check=False)
    job = job_folder.read(folder)
    assert (job.state, job.progress["says"]) == (state, "why" if code != "0" else "")

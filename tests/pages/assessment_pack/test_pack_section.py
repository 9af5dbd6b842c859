"""Exports that take long, as their reader sees them on the page: how far each has come, what may be fetched, how one is asked for."""

from dataclasses import replace

import pytest

from pages.access import User
from pages.assessment_pack import assemble, worker
from pages.jobs import export_jobs, job_folder, job_list
from tests.pages.assessment_pack.export_builder import DAY, REVIEWER, prepare, stand_in
from tests.pages.assessment_pack.test_export_jobs import asked_by, ready
from tests.pages.test_pages import spoken
from warehouse import row_access


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """A home with the demo's builds and a reviewer."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    return prepare(demo_home, tmp_path)


def test_a_page_tells_each_step_in_words_and_how_far_it_is(home):
    notes, told = job_folder.Notes(ready(home)), []
    for step in assemble.STEPS:
        worker._note_step(notes, step)
        told.append(job_folder.read(notes.folder))
    assert [job_list.share(job) for job in told] == [0.125, 0.375, 0.625, 0.875]
    says = [job_list.doing(job) for job in told]
    assert (len(set(says)), "第 2 步，共 4 步" in says[1]) == (4, True)


def test_the_page_lists_what_waits_offers_to_fetch_it_and_deletes_it_at_a_press(opened, home, monkeypatch):
    tester = User("tester", "reviewer", row_access.WHOLE)
    folder = ready(home, user=tester)
    lost = stand_in(home, "20260105T080000-00000002", asked_by(tester), {"state": "running", "step": "plan", "done": 1, "all": 4})
    stand_in(home, "20260105T080000-00000003", asked_by(REVIEWER), {"state": "running", "step": "plan", "done": 1, "all": 4})
    monkeypatch.setenv("TONGXING_HOME", str(home))
    app = opened("exports", role="reviewer")
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert [part.proto.label for part in app.get("download_button")] == ["取走", "下载"]
    assert ("20260105-0001-0A1B" in spoken(app), [part.value for part in app.warning if "中断" in part.value] != []) == (True, True)
    assert [button.label for button in app.button if button.label in ("删除", "重新制作")] == ["重新制作", "删除", "删除"]
    app.button(key=f"remove_{lost.name}").click().run()
    app.button(key=f"remove_{folder.name}").click().run()
    assert (lost.exists(), folder.exists(), "做好待取的文件" in spoken(app)) == (False, False, False)


def test_one_that_ends_while_the_page_is_drawn_is_offered_all_the_same(opened, home, monkeypatch):
    tester = User("tester", "reviewer", row_access.WHOLE)
    folder = ready(home, user=tester)
    monkeypatch.setenv("TONGXING_HOME", str(home))
    ended = job_folder.read(folder)
    looks = iter([[replace(ended, state="running")]] * 3)  # the menu, whether there is any, those
    monkeypatch.setattr(export_jobs, "every", lambda _home: next(looks, [ended]))
    app = opened("exports", role="reviewer")
    assert [part.proto.label for part in app.get("download_button")] == ["取走", "下载"]


def test_a_press_starts_the_making_with_the_seed_and_the_address_of_the_reader(opened, home, monkeypatch):
    begun = []
    monkeypatch.setattr(job_folder, "run", lambda *told, **more: begun.append(told))
    monkeypatch.setenv("TONGXING_HOME", str(home))
    app = opened("exports", role="reviewer", what="pack")
    app.text_input(key="pack_seed").set_value("=1+1").run()
    assert (app.warning[0].value.startswith("种子“"), begun) == (True, [])
    app.text_input(key="pack_seed").set_value("2025-1").run()
    app.button(key="pack_make").click().run()
    ((_home, language, *command),) = begun
    (job,) = [job_folder.read(path.parent) for path in home.glob("exports/*/asked.json")]
    assert (language, command) == ("zh_CN", ["pages.assessment_pack.worker", str(job.folder)])
    assert (job.request["who"], job.request["role"], job.request["options"], job.request["about"]["as_of"]) == (
        "tester",
        "reviewer",
        {"seed": "2025-1"},
        DAY,
    )
    assert "正在准备" in app.get("progress")[0].proto.text

"""The page that loads ledgers: a job it starts, what it shows before publishing, the way back, and who may come in."""

import csv
import io
import os
import re
import shutil
import time
import zipfile

import pytest

from etl.load import load
from pages.access import User
from pages.access.accounts import accounts
from pages.jobs import export_jobs, job_folder, loads
from tests.conftest import once
from tests.etl.files.test_boundaries import METRES, content, feature
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import REGISTER
from tests.etl.test_staged_load import HEAD, SPRING, SUMMER, child, ledger
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.builds import repository
from warehouse.storage import build_files, file_lock


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A home with two loads of one village, the second with one child more; copied for each test."""

    def make(folder):
        ledgers, home = folder / "ledgers", folder / "home"
        ledgers.mkdir()
        written(ledgers / "村居名册.csv", REGISTER)
        load([ledger(ledgers, SPRING, child("甲一", 1), child("甲二", 2, phone="139"))], home, by="保护中心")
        load([ledger(ledgers, SUMMER, child("甲一", 1), child("甲二", 2), child("甲三", 3))], home, by="李主任")

    return once(tmp_path_factory, "two_loads_of_a_village", make) / "home"


@pytest.fixture
def home(published, tmp_path):
    """A copy of that home, the page's own."""
    shutil.copytree(published, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def waiting(published, home, tmp_path_factory):
    """That home with a staged load of 李主任 which waits, made once; its job."""

    def make(folder):
        shutil.copytree(published, folder / "home")
        loads.start(folder / "home", [autumn(child("甲一", 1), child("甲四", 4))], "李主任", "zh_CN")
        ended(folder / "home")

    shutil.copytree(once(tmp_path_factory, "staged_load_of_a_village", make) / "home", home, dirs_exist_ok=True)
    return loads.current(home)


def autumn(*rows, head=HEAD):
    """A file as the browser gives it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["柳溪村儿童台账"], head, *rows])
    return "柳溪村儿童台账_20250920.csv", text.getvalue().encode()


def ended(home, seconds=120):
    """The job once its process has ended."""
    until = time.monotonic() + seconds
    while (job := loads.current(home)) is None or job.is_at_work or file_lock.is_held(job.folder / job_folder.LOCK):
        assert time.monotonic() < until, "the job did not end"
        time.sleep(0.2)
    return job


def test_a_job_runs_while_nobody_looks_and_is_published_from_the_page(page, home):
    before = build_files.published(home)
    assert "还没有发布" not in spoken(page())
    loads.start(home, [autumn(child("甲一", 1), child("甲四", 4))], "李主任", "zh_CN")
    assert "李主任 的载入正在进行" in spoken(page())
    with pytest.raises(job_folder.Refused, match="还没有结束"):
        loads.start(home, [autumn(child("甲一", 1))], "王主任", "zh_CN")
    job = ended(home)
    app = page()
    told = spoken(app)
    assert ([part.value for part in (*app.exception, *app.error)], job.state) == ([], "ready")
    assert "台账新增 2 行、改动 0 行、不再有 0 行；新进儿童 1 人、退出 0 人、转村 0 人、新发现漏报 0 人" in told
    assert re.search(r"柳溪村</td><td class=\"n\">3 → 4（\+1）", told)
    entering = next(row["child_id"] for row in job.report["preview"]["children"])
    assert (entering[:8] in told, f"child={entering}" in told) == (True, False)  # no trail yet
    app.button(key="publish").click().run()
    now = build_files.published(home)
    assert (now != before, now == job.report["candidate"], build_files.candidates(home)) == (True, True, set())
    assert ("已发布：版本" in app.success[0].value, list((home / "loads").iterdir())) == (True, [])
    assert "载入 1 个：柳溪村儿童台账_20250920.csv" in spoken(app)


def test_what_to_check_first_stands_on_top_and_is_confirmed_before_publishing(page, home):
    before = build_files.published(home)
    head = [heading for heading in HEAD if heading != "纳入时间"]
    loads.start(home, [autumn(*(child(f"甲{at}", at)[:-1] for at in (1, 2, 3)), head=head)], "李主任", "zh_CN")
    ended(home)
    app = page()
    text = spoken(app)
    assert "请先核对：1 处" in text
    assert "柳溪村的儿童台账：2025-06-20 填有“纳入时间”，2025-09-20 的没有这些列。是这样吗？" in text
    assert text.index("请先核对") < text.index("发布后：台账新增")
    assert "主要指标的变化（截至 2025-06-20）" in text
    assert "全镇，发布后截至 2025-09-20" in text
    assert (app.button(key="publish").disabled, app.button(key="leave").disabled) == (True, False)
    app.checkbox(key=f"checked_{loads.current(home).folder.name}").check().run()
    app.button(key="publish").click().run()
    assert (build_files.published(home) != before, loads.current(home)) == (True, None)


def test_left_alone_nothing_changes_and_the_uploads_are_gone(page, home, waiting):
    before = build_files.published(home)
    assert build_files.candidates(home) == {waiting.report["candidate"]}
    app = page()
    app.button(key="leave").click().run()
    assert (build_files.published(home), build_files.candidates(home), list((home / "loads").iterdir())) == (before, set(), [])
    assert "已放弃" in app.success[0].value


def test_a_load_whose_publisher_was_killed_is_ended_by_the_same_button_and_can_no_longer_be_left(page, home, waiting):
    repository.publish_candidate(home, waiting.report["candidate"])  # and no more
    app = page()
    app.button(key="leave").click().run()
    assert ("可能已经发布" in app.error[0].value, loads.current(home)) == (True, waiting)
    app.button(key="publish").click().run()
    assert (build_files.published(home), loads.current(home)) == (waiting.report["candidate"], None)


def test_a_click_meant_for_one_load_does_nothing_to_another_that_has_taken_its_place(page, home, waiting):
    before = build_files.published(home)
    apps = {key: page() for key in ("publish", "leave")}
    loads.leave(home, waiting)
    loads.start(home, [autumn(child("甲一", 1))], "王主任", "zh_CN")
    second = ended(home)
    for key, app in apps.items():
        app.button(key=key).click().run()
        assert ("换成了另一次载入" in app.error[0].value, build_files.published(home), loads.current(home)) == (True, before, second)


@pytest.mark.usefixtures("waiting")
def test_the_page_refuses_to_publish_once_the_data_has_moved_on(page, home):
    app = page()
    back = min(build_files.kept(home))
    repository.rollback(home, back)
    app.button(key="publish").click().run()
    assert ("数据已有变动" in app.error[0].value, build_files.published(home)) == (True, back)


def test_a_file_is_taken_out_from_the_page(page, home):
    row = repository.open_build(home).rows("select file_id from ledger_files where file = $file", {"file": SUMMER})[0]
    app = page()
    app.selectbox(key="out").set_value(row["file_id"]).run()
    app.button(key="take_out").click().run()
    job = ended(home)
    assert (job.report["left_out"], [line["change"] for line in job.report["preview"]["children"]]) == ([SUMMER], ["leaving"])
    left = job.report["preview"]["children"][0]["child_id"]
    assert f"child={left}" in spoken(page())  # the published build has its trail


def test_going_back_shows_what_it_changes_and_asks_first(page, home):
    first, second = sorted(build_files.kept(home))
    app = page()
    app.selectbox(key="back_to").set_value(first).run()
    assert ("在册</th>" in spoken(app), "3 → 2（-1）" in spoken(app)) == (True, True)
    assert (app.button(key="back").disabled, build_files.published(home)) == (True, second)
    app.checkbox(key=f"back_sure_{first}").check().run()
    app.button(key="back").click().run()
    assert (build_files.published(home), "已回到版本" in app.success[0].value) == (first, True)


def test_the_builds_tell_who_loaded_what_and_what_moved(page):
    told = spoken(page())
    assert re.search(rf"李主任</td><td class=\"\">载入 1 个：{SUMMER}</td><td class=\"\"><div [^>]*>在册 2 → 3（\+1）</div>", told)
    assert ("● 正在使用" in told, "保护中心" in told) == (True, True)


def test_a_job_that_was_refused_or_killed_says_so_and_is_closed(page, home):
    loads.start(home, [], "李主任", "zh_CN", ("0123456789abcdef",))
    job = ended(home)
    app = page()
    assert (job.state, "没有编号为 0123456789abcdef 的文件" in app.error[0].value) == ("refused", True)
    (job.folder / "progress.json").write_text('{"state": "running"}')
    app = page()
    assert (loads.current(home).state, "意外中断" in app.error[0].value) == ("lost", True)
    app.button(key="close").click().run()
    assert loads.current(home) is None


@pytest.mark.parametrize(
    "name", ["../a.xlsx", "a/b.xlsx", "C:\\a.xlsx", ".hidden.xlsx", "~$a.xlsx", "a\x00.xlsx", "a?.xlsx", "", "a.exe", "长" * 100 + ".csv"]
)
def test_only_plain_names_of_ledgers_are_taken(name, tmp_path):
    with pytest.raises(job_folder.Refused):
        loads.start(tmp_path, [(name, b"x")], "李主任", "zh_CN")
    assert not (tmp_path / "loads").exists()


def test_a_file_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(loads, "MOST_MB", 0)
    with pytest.raises(job_folder.Refused, match="超过 0 MB"):
        loads.start(tmp_path, [("a.xlsx", b"x")], "李主任", "zh_CN")


@pytest.mark.parametrize("role", ["leader", "reviewer"])
def test_only_the_centre_and_the_administrator_load(role, page):
    with pytest.raises(ValueError, match="ledgers"):
        page(role=role)


@pytest.mark.usefixtures("waiting")
def test_the_page_speaks_english(page):
    app = page(language="en")
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert ("1 entering" in spoken(app), app.button(key="publish").label) == (True, "Publish")


LI = User("li", "centre", row_access.WHOLE)


def asked_for(home, village=""):
    """Returned copies that the centre has asked for."""
    about = {"build": build_files.published(home), "as_of": "2025-12-31", "village": village}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(home))
        accounts.add(LI.name, LI.role, "春风化雨润物无声", must_change=False)
        return export_jobs.start(LI, export_jobs.COPIES, about, "zh_CN", "10.0.0.9")


def copies(job):
    """The bytes of returned copies once their process has ended."""
    until = time.monotonic() + 120
    while (job := job_folder.read(job.folder)).is_at_work:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert (job.state, zipfile.is_zipfile(job.folder / export_jobs.FILE)) == ("ready", False)  # it lies sealed
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(job.folder.parents[1]))
        return export_jobs.content(LI, job.folder.name, lambda *_asked: 1)


def test_returned_copies_are_packed_by_a_process_and_removed_once_fetched(home):
    assert [name for name in zipfile.ZipFile(io.BytesIO(copies(asked_for(home)))).namelist() if not name.startswith("柳溪村/")] == []
    assert (loads.current(home), list((home / "exports").glob("*/"))) == (None, [])


def test_the_first_ledgers_of_a_home_come_in_by_the_page(opened, tmp_path, monkeypatch):
    app = opened("ledgers")
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    app.run()
    assert ([part.value for part in (*app.exception, *app.error)], app.title[0].value) == ([], "载入台账")


@pytest.mark.parametrize("content", [b"", b'{"by": "\xe6', b"[]", b'{"by": "x"}'])
def test_a_job_whose_request_is_torn_is_shown_as_broken_off_and_closed(content, page, home):
    folder = home / "loads" / "20260105T080000-00000001"
    folder.mkdir(parents=True)
    (folder / "asked.json").write_bytes(content)
    os.utime(folder / "asked.json", (0, 0))  # no process can still be starting
    app = page()
    assert "载入意外中断，已发布的数据没有变动" in spoken(app)
    app.button(key="close").click().run()
    assert loads.current(home) is None


@pytest.mark.parametrize("torn", ["progress.json", "report.json"])
def test_a_job_whose_notes_are_torn_is_shown_as_broken_off(torn, page, waiting):
    (waiting.folder / torn).write_bytes(b"")
    os.utime(waiting.folder / "asked.json", (0, 0))
    assert "载入意外中断" in spoken(page())


def test_a_refused_map_says_why_alone_and_above_what_the_ledgers_beside_it_change(page, home):
    in_metres = content(feature({"type": "Polygon", "coordinates": [METRES]}))
    loads.start(home, [("村界.geojson", in_metres)], "保护中心", "zh_CN")
    assert ended(home).state == "unchanged"
    told = page()
    refused = "村界.geojson：村界：坐标不是度，像是以米为单位的投影坐标，没有取用（柳溪村）；请在地图软件里转换"
    assert [part.value[: len(refused)] for part in told.warning][1:] == [refused] and "以前都已载入" not in spoken(told)
    told.button(key="close").click().run()
    assert loads.current(home) is None
    loads.start(home, [("村界.geojson", in_metres), autumn(child("甲一", 1))], "保护中心", "zh_CN")
    assert ended(home).state == "ready"
    assert [part.value[: len(refused)] for part in page().warning][1:] == [refused]

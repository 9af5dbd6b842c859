"""The page of backups: made, tried and restored by a job, with what would be lost shown first; the key on paper; one made each day."""

import time

import pytest

from pages.access.accounts import accounts, sessions
from pages.admin_panel import backup_jobs
from tests.pages.test_pages import spoken
from tests.warehouse.backup.conftest import PASSWORD, SECRET, first  # noqa: F401 — a fixture
from tests.warehouse.backup.conftest import home as home  # a fixture
from warehouse.audit import trail
from warehouse.backup import archive, recovery_code, sealed_stream
from warehouse.storage import keys

WORDS = "春风化雨润物无声细水长流"


@pytest.fixture
def page(opened, home, monkeypatch):
    """The page as an administrator."""
    monkeypatch.setattr(sealed_stream, "_COST", 2)
    app = opened("backup", role="admin")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    return app.run()


@pytest.fixture
def asked(monkeypatch):
    """The jobs that the page asks for, none of which is done."""
    jobs = []
    monkeypatch.setattr(
        backup_jobs, "start", lambda _home, words, _recorder, about, secrets, _by="": jobs.append((words, dict(about), dict(secrets)))
    )
    return jobs


def button(app, label):
    """A button by its label."""
    return next(button for button in app.button if button.label == label)


def ended(home):
    """The job once it has ended."""
    until = time.monotonic() + 120
    while (job := backup_jobs.current(home)).is_at_work and time.monotonic() < until:
        time.sleep(0.1)
    return job


def test_it_warns_until_there_is_a_backup_and_a_recovery_sheet(page, home):
    assert "还没有备份。" in spoken(page)
    assert [line for line in ("还没有做过备份", "同一块盘", "还没有打印过") if line not in spoken(page)] == []
    button(page, "显示恢复码（会留下记录）").click().run()
    assert recovery_code.typed(page.code[0].value) == keys.secret_of(home)
    assert trail.entries(home)[-1]["act"] == "recovery_code"
    archive.make(home, archive.folder_of(home), SECRET)
    page.run()
    assert [line for line in ("还没有做过备份", "还没有打印过") if line in spoken(page)] == []


def test_passphrases_that_differ_or_are_short_start_nothing(page, asked):
    for typed, again, says in ((WORDS, WORDS + "多", "两次输入的口令不同。"), ("短", "短", "备份口令至少 12 个字。")):
        page.text_input(key="make_secret").set_value(typed)
        page.text_input(key="make_again").set_value(again)
        button(page, "开始备份").click().run()
        assert ([part.value for part in page.error], asked) == ([says], [])
    assert (
        page.text_input(key="make_secret").proto.form_id == "make" and not page.get("form")[0].proto.form.clear_on_submit
    )  # what was chosen stays


def test_a_backup_is_made_by_a_job_whose_passphrase_is_nowhere_on_the_disk(page, home, monkeypatch):
    page.text_input(key="make_secret").set_value(WORDS)
    page.text_input(key="make_again").set_value(WORDS)
    button(page, "开始备份").click().run()
    job = ended(home)
    assert (job.state, job.progress["says"]) == ("ready", "")
    page.run()
    assert "已备份，并读回来核对过。" in spoken(page)
    assert [(entry["who"], entry["about"]["job"]) for entry in trail.entries(home, act="backup")] == [("tester", job.folder.name)]
    assert all(WORDS.encode() not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    button(page, "知道了").click().run()
    assert backup_jobs.current(home) is None
    assert archive.kept(home)[0]["path"].parent == home / "backups"


def test_before_a_restore_it_shows_what_would_be_lost_and_wants_a_word_of_it(page, home, asked):
    path = archive.make(home, archive.folder_of(home), archive.secret_of(WORDS))
    accounts.add("zhao", "leader", PASSWORD)
    page.run()
    page.text_input(key="restore_secret").set_value("不是这个口令不是这个口令")
    button(page, "看里面有什么").click().run()
    assert "打不开" in page.error[0].value
    page.text_input(key="restore_secret").set_value(WORDS)
    button(page, "看里面有什么").click().run()
    assert ("儿童：3" in page.text[0].value, "zhao" in spoken(page), button(page, "恢复").disabled) == (True, True, True)
    page.checkbox(key="sure").check().run()
    button(page, "恢复").click().run()
    button(page, "试恢复").click().run()
    secrets = {archive.PASSPHRASE: WORDS}
    assert asked == [(["restore", str(path)], {"file": path.name}, secrets), (["restore", str(path), "--test"], {}, secrets)]


def test_a_backup_that_was_uploaded_stays_looked_into_while_its_restore_is_confirmed(page, home, asked):
    content = archive.make(home, archive.folder_of(home), archive.secret_of(WORDS)).read_bytes()
    page.file_uploader(key="uploaded").upload("town.tongxing", content, "application/octet-stream").run()
    page.text_input(key="restore_secret").set_value(WORDS)
    page.button(key="look_in").click().run()
    time.sleep(0.02)  # a file written once more would have another time
    page.checkbox(key="sure").check().run()
    page.button(key="restore").click().run()
    assert [words[0] for words, _about, _secrets in asked] == ["restore"]


def test_a_restore_ends_every_session_and_the_job_is_recorded_once(home):
    token, recorder = sessions.start("li"), trail.recorder_for("li", "admin", "—")
    path = archive.make(home, archive.folder_of(home), archive.secret_of(WORDS))
    backup_jobs.start(home, ["restore", str(path)], recorder, {"file": path.name}, {archive.PASSPHRASE: WORDS})
    assert (ended(home).state, sessions.find(token)) == ("ready", None)
    assert [entry["who"] for entry in trail.entries(home, act="restore")] == ["li"]


def test_the_day_s_backup_is_started_where_it_is_due_and_by_no_second_one(home, asked, monkeypatch):
    backup_jobs.make_if_due(home)
    assert asked == []
    monkeypatch.setattr(archive, "is_due", lambda _home: True)
    backup_jobs.make_if_due(home)
    assert asked == [(["backup", "--daily"], {}, {})]


@pytest.mark.parametrize(("role", "is_offered"), [("centre", False), ("admin", True)])
def test_where_backups_go_and_what_opens_them_is_for_administrators(role, is_offered, opened):
    app = opened("settings", role=role)
    labels = {field.label for field in (*app.text_input, *app.number_input)}
    assert ({"每天备份到的文件夹", "打开备份的密钥文件"} <= labels, bool({"每天备份到的文件夹"} & labels)) == (is_offered, is_offered)


def test_what_two_tabs_upload_is_one_file_each(page, home, asked, opened):
    path = archive.make(home, archive.folder_of(home), archive.secret_of(WORDS))
    page.file_uploader(key="uploaded").upload("town.tongxing", path.read_bytes(), "application/octet-stream").run()
    seen = page.selectbox(key="chosen").value
    (home / "backups" / "uploaded-other.tongxing").write_bytes(seen.read_bytes())
    assert seen.name.startswith("uploaded-") and seen.read_bytes() == path.read_bytes()
    page.run()
    assert page.selectbox(key="chosen").value == seen

"""Who has handed in what: the last period that has ended, which ledgers of it are there, what reminds the others; taking back."""

import datetime as dt
import io
import shutil

import pytest
from docx import Document

from pages.jobs import job_folder
from pages.ledger_intake import report_board, submissions
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.settings import local_time, settings

QUARTER = {"report_period": "quarter", "report_grace_days": 10}


@pytest.mark.parametrize(
    ("today", "setting", "name", "last", "due", "counts_from"),
    [
        ("2026-01-01", QUARTER, "2025 年第 4 季度", "2025-12-31", "2026-01-10", "2025-12-01"),
        ("2025-12-31", QUARTER, "2025 年第 3 季度", "2025-09-30", "2025-10-10", "2025-09-01"),
        (
            "2026-03-05",
            QUARTER | {"report_period": "month", "report_grace_days": 0},
            "2026 年 2 月",
            "2026-02-28",
            "2026-02-28",
            "2026-02-01",
        ),
    ],
)
def test_the_period_is_the_last_one_that_has_ended(today, setting, name, last, due, counts_from):
    period = report_board.period(dt.date.fromisoformat(today), setting)
    assert [period.name, *map(str, (period.last, period.due, period.counts_from))] == [name, last, due, counts_from]


def test_a_ledger_of_the_last_month_or_later_counts_and_an_older_one_does_not():
    period = report_board.period(dt.date(2026, 1, 5), QUARTER)
    reports = [
        {"village_id": "1", "ledger": "children", "last_on": dt.date(2025, 12, 1)},
        {"village_id": "1", "ledger": "visits", "last_on": dt.date(2025, 11, 30)},
        {"village_id": "2", "ledger": "helpers", "last_on": dt.date(2026, 1, 4)},
    ]
    lacking = report_board.missing(reports, ["1", "2", "3"], period)
    assert "children" not in lacking["1"] and "visits" in lacking["1"]
    assert lacking["2"] == [ledger for ledger in report_board.LEDGERS if ledger != "helpers"] and lacking["3"] == [*report_board.LEDGERS]


def test_the_reminder_names_villages_and_ledgers_alone():
    period = report_board.period(dt.date(2026, 1, 5), QUARTER)
    text = report_board.reminder({"1": ["visits"], "2": []}, {"1": "甲村", "2": "乙村"}, period, dt.date(2026, 1, 5))
    assert "甲村：走访" in text and "乙村" not in text and "2026-01-10" in text


@pytest.mark.parametrize(
    ("role", "today", "says"), [("centre", dt.date(2026, 1, 5), "没有要催的"), ("leader", dt.date(2026, 6, 1), "其余已逾期 52 天")]
)
def test_the_board_speaks_of_today_and_not_of_the_day_looked_at(role, today, says, opened, monkeypatch):
    monkeypatch.setattr(local_time, "today", lambda _home: today)
    app = opened("board", role=role, as_of="2024-05-31").run()
    assert (list(app.exception), says in spoken(app), bool(app.code)) == ([], True, today.month == 6)
    if app.code:
        assert "2026 年第 1 季度" in app.code[0].value and "柳" not in app.code[0].value.partition("：")[0]


@pytest.mark.parametrize(
    ("today", "kind"), [(dt.date(2026, 1, 5), "success"), (dt.date(2026, 4, 2), "info"), (dt.date(2026, 6, 1), "warning")]
)
def test_a_village_sees_what_is_due_and_what_it_lacks(today, kind, opened, demo_home, monkeypatch):
    monkeypatch.setattr(local_time, "today", lambda _home: today)
    code = "659902103203"
    app = opened("submissions", role="village", scope=(code,)).run()
    assert [part.value for part in app.get(kind) if "季度" in part.value]


def test_a_village_takes_back_what_nobody_has_taken_yet(demo_home, tmp_path):
    recorder = trail.recorder_for("li", "village", "here")
    handed_in = submissions.submit(tmp_path, "659902103203", [("儿童台账.csv", b"a,b\n1,2\n")], "li", recorder)
    shutil.copytree(demo_home / "builds", tmp_path / "builds")
    with pytest.raises(job_folder.Refused):
        submissions.withdraw(tmp_path, "659902103201", handed_in.id, recorder)
    submissions.withdraw(tmp_path, "659902103203", handed_in.id, recorder)
    (after,) = submissions.every(tmp_path)
    assert (after.state, (after.folder / "files").exists(), submissions.outcome(after)) == ("withdrawn", False, "已收回")
    assert [entry["act"] for entry in trail.entries(tmp_path)] == ["submit", "withdraw"]
    with pytest.raises(job_folder.Refused, match="收不回来"):
        submissions.withdraw(tmp_path, "659902103203", handed_in.id, recorder)


def test_nothing_is_taken_back_while_the_centre_takes_it(tmp_path, monkeypatch):
    recorder = trail.recorder_for("li", "village", "here")
    handed_in = submissions.submit(tmp_path, "659902103203", [("儿童台账.csv", b"a,b\n1,2\n")], "li", recorder)
    monkeypatch.setattr(submissions, "PATIENCE_OF_LOCK", 0.1)
    with submissions.held(tmp_path), pytest.raises(job_folder.Refused, match="再点一次"):
        submissions.withdraw(tmp_path, "659902103203", handed_in.id, recorder)
    assert [each.state for each in submissions.every(tmp_path)] == ["waiting"]


def test_the_settings_of_the_board_are_checked(tmp_path):
    (tmp_path / "settings.toml").write_text('report_period = "week"\n')
    with pytest.raises(ValueError, match="报送周期"):
        settings.settings(tmp_path)


def test_the_notice_says_the_same_as_the_text_to_copy():
    period = report_board.period(dt.date(2026, 1, 5), QUARTER)
    lacking, names = {"1": ["visits"], "2": [], "3": [*report_board.LEDGERS]}, {"1": "青石村", "2": "柳河村", "3": "=cmd()"}
    doc = Document(io.BytesIO(report_board.notice(lacking, names, period, dt.date(2026, 1, 5), "霁溪镇人民政府")))
    assert [[cell.text for cell in row.cells] for row in doc.tables[0].rows[1:]] == [["青石村", "走访记录"], ["=cmd()", "全部 9 种"]]
    texts = [paragraph.text for paragraph in doc.paragraphs if paragraph.text]
    copied = report_board.reminder(lacking, names, period, dt.date(2026, 1, 5))
    assert texts[1] == "各村（居）民委员会："
    assert ["【台账报送提醒】" + texts[2], texts[-3]] == [copied.splitlines()[0], copied.splitlines()[-1]]
    assert texts[-2:] == ["霁溪镇人民政府", "2026年1月5日"]

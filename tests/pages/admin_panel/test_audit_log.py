"""The page of the audit trail: what it says first, its filters in the link, an altered trail, and who may read it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from pages.admin_panel import audit_log
from tests.pages.test_pages import spoken
from tests.warehouse.audit.test_anchors import register
from warehouse.audit import hash_chain, trail, verification


@pytest.fixture
def home(tmp_path):
    """A home without a build, with a trail of three."""
    trail.record(tmp_path, "sign_in", "li", "leader", "10.0.0.9")
    trail.record(tmp_path, "load", "<b>root</b>", "", "command", {"files": "3", "then": "stage"})
    trail.record(tmp_path, "publish", "li", "leader", "10.0.0.9", {"build": "20251231T000000Z-abcdef01"})
    return tmp_path


@pytest.fixture
def page(opened, home, monkeypatch):
    """The page on that home, with these words in the link."""

    def show(language="zh_CN", **asked):
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return opened("audit", role="admin", language=language, **asked)

    return show


def rows(app):
    """The first cells of the table's rows."""
    return [line.split("</td>")[0] for line in spoken(app).split('<tr><td class="n">')[1:]]


def test_it_says_first_that_the_trail_is_whole_and_lists_the_newest_first(page, home):
    app = page()
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    assert ([part.value for part in (*app.exception, *app.error)], app.title[0].value) == ([], "操作记录")
    assert f"自 {today} 起共 3 条，前后相接，没有被改动、删去或调换。现在的记录锚 {hash_chain.anchor(home)}，" in spoken(app)
    assert rows(app) == ["3", "2", "1"]
    told = spoken(app)
    assert [
        text for text in ("文件数：3，之后：待发布", "版本：20251231T000000Z-abcdef01", "镇领导", "命令行", "10.0.0.9") if text not in told
    ] == []
    assert ("<b>root</b>" in told, "&lt;b&gt;root&lt;/b&gt;" in told) == (False, True)


@pytest.mark.parametrize(
    ("asked", "left"),
    [({"act": "load"}, ["2"]), ({"who": "li"}, ["3", "1"]), ({"who": "li", "act": "publish"}, ["3"]), ({"period": "0"}, ["3", "2", "1"])],
)
def test_filters_stand_in_the_link(page, asked, left):
    app = page(**asked)
    assert (rows(app), {name: app.query_params[name] for name in asked}) == (left, asked)


def test_a_forged_link_filters_nothing(page):
    assert rows(page(act="<script>", who="nobody", period="-1")) == ["3", "2", "1"]


def test_a_filter_that_leaves_nothing_says_what_to_do(page):
    app = page(act="load")
    app.selectbox(key="who").set_value("li").run()
    assert (rows(app), "没有符合条件的记录" in app.info[0].value) == ([], True)


def test_older_entries_fall_out_of_a_period(page, home, monkeypatch):
    monkeypatch.setattr(
        audit_log, "read", lambda _home: audit_log.AuditLog([row | {"at": "2020" + row["at"][4:]} for row in trail.entries(home)], [])
    )
    assert "没有符合条件的记录" in page(period="364").info[0].value


def test_an_altered_trail_is_told_with_its_places_and_seen_again_once_it_is_put_right(page, home):
    kept = (home / hash_chain.TRAIL).read_bytes()
    (home / hash_chain.TRAIL).write_bytes(kept.replace(b"10.0.0.9", b"10.0.0.8", 1))
    app = page()
    assert "操作记录有 1 处不对或核对不了" in spoken(app)
    assert app.error[0].value == "- 第 1 行（第 1 条）：内容被改动过，或不是用本系统的密钥写的。"
    (home / hash_chain.TRAIL).write_bytes(kept)
    app.button(key="audit_again").click().run()
    assert len(app.error) == 0


def test_at_most_two_hundred_are_shown_until_all_are_asked_for(page, home):
    for _ in range(200):
        trail.record(home, "sign_in", "wang", "centre", "10.0.0.9")
    app = page()
    assert (len(rows(app)), rows(app)[0], "下面显示最新 200 条" in spoken(app)) == (200, "203", True)
    app.button(key="audit_show_all").click().run()
    assert len(rows(app)) == 203


def test_an_empty_trail_says_what_will_stand_there(page, home):
    for path in (home / hash_chain.TRAIL, home / hash_chain.HEAD, home / hash_chain.KEY):
        path.unlink()
    app = page()
    assert ([part.value for part in (*app.exception, *app.error)], "还没有记录" in spoken(app), rows(app)) == ([], True, [])


def test_a_trail_taken_away_whole_is_said_by_the_page_with_what_was_kept(page, home):
    register(home)
    for path in (home / hash_chain.TRAIL, home / hash_chain.HEAD, home / hash_chain.KEY):
        path.unlink()
    app = page()
    assert ("不在操作记录里，记录现在到第 0 条" in app.error[0].value, "操作记录有 1 处不对或核对不了" in spoken(app)) == (True, True)
    assert "is not in the audit trail" in page(language="en").error[0].value


def test_a_second_place_that_cannot_be_written_is_said_until_it_can(page, home, tmp_path):
    (home / "settings.toml").write_text(f'anchor_folder = "{tmp_path / "second"}"\n')
    app = page()
    assert "今天的记录锚没有写到另一处" in app.warning[0].value
    (tmp_path / "second").mkdir()
    app.button(key="audit_again").click().run()
    assert (len(app.warning), len(app.error), [path.read_text()[:3] for path in (tmp_path / "second").iterdir()]) == (0, 0, ["A3-"])


def test_a_trail_is_verified_once_for_each_state_of_its_files(home, monkeypatch):
    looked = []
    monkeypatch.setattr(verification, "verify", lambda home: looked.append(home) or [])
    audit_log.forget()
    for _ in range(3):
        audit_log.read(home)
    trail.record(home, "sign_out", "li", "leader", "10.0.0.9")
    assert (len(audit_log.read(home).entries), len(looked)) == (4, 2)


def test_it_speaks_english(page):
    app = page(language="en")
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert [text for text in ("3 entries since", "command line", "Files: 3, Then: wait to be published") if text not in spoken(app)] == []


@pytest.mark.parametrize("role", ["leader", "centre", "reviewer"])
def test_nobody_but_the_administrator_reads_it(role, opened):
    with pytest.raises(ValueError, match="audit"):
        opened("audit", role=role)

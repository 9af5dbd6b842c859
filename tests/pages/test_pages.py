"""Each page through Streamlit's test runner on the demo town: filters change the numbers, nobody unasked gets in."""

import datetime as dt
import html
import re
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from pages.access import User
from pages.components import page_frame
from pages.data.queries import Figures, Reader
from tests.conftest import ROOT
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import query

PAGES = {
    "overview": "总览",
    "map": "地图",
    "coverage": "结对覆盖",
    "helpers": "爱心家庭",
    "visits": "走访",
    "needs": "困难问题",
    "duties": "职责与关爱",
    "goals": "目标进展",
    "leads": "待核实线索",
    "metric": "指标核对",
    "declared": "申报核对",
    "sample": "现场抽样",
    "board": "报送进度",
    "quality": "数据质量",
    "history": "当时与现在",
    "ledgers": "载入台账",
    "layouts": "表样与词语",
    "exports": "导出",
    "verify": "核对导出文件",
    "register": "村庄与名册",
}
DAY = dt.date(2025, 12, 31)


def spoken(app):
    """Everything written on the page."""
    kinds = (app.markdown, app.caption, app.title, app.info, app.success, app.warning, app.error, app.get("html"))
    text = " ".join(str(getattr(part, "value", None) or part.proto.body) for kind in kinds for part in kind)
    return re.sub(r'<span class="whole">(.*?)</span>', r"\1", text)


@pytest.mark.parametrize(("name", "title"), PAGES.items())
def test_every_page_opens_with_its_title_its_stamp_and_no_error(name, title, opened):
    app = opened(name)
    assert ([part.value for part in (*app.exception, *app.error)], app.title[0].value) == ([], title)
    assert re.search(r"截至 2025-12-31 · 台账数据到 2025-12-\d\d · 载入于 \d{4}-\d\d-\d\d", spoken(app))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_english_without_chinese_but_the_names_of_places_and_headings(name, opened):
    app = opened(name, language="en")
    assert [part.value for part in (*app.exception, *app.error)] == []
    plain = re.sub(r"[\u4e00-\u9fff\w]*[村社][^ ,.;(<]*|“[^”]*”", "", app.title[0].value + " ".join(c.value for c in app.caption))
    assert re.findall(r"[\u4e00-\u9fff]+", plain) == []


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_a_page_without_a_session(name, opened):
    app = opened(name, role=None)
    assert (len(app.title), "登录已失效" in spoken(app), '<a href=""' in spoken(app)) == (0, True, True)


def test_a_role_without_pages_sees_nothing(opened):
    app = opened("overview", role="visitor")
    assert (len(app.title), "没有可以查看的页面" in app.error[0].value) == (0, True)


def test_why_a_pairing_does_not_conform_stands_beside_village_list_and_child(opened):
    fault = "同一家庭的儿童没有共同的帮扶家庭"
    shown = {
        name: spoken(opened(name, role="leader", **asked).run())
        for name, asked in {"coverage": {}, "rows": {"share": "conforming_share"}}.items()
    }
    assert re.search(fault + r" \d+ 名（\d+ 户）", shown["coverage"])
    assert "请原则上由同一户爱心家庭帮扶" in shown["rows"]
    child = re.search(r"child=([0-9a-f]+)[^>]*>[^<]*</a>(?:(?!</tr>).)*" + fault, shown["rows"], re.DOTALL)
    assert f"已结对，但不规范（{fault}" in spoken(opened("child", role="leader", child=child[1]).run())


def test_the_findings_that_a_leader_is_told_of_open(opened):
    sheet = opened("village", role="leader", village="石碾村").run()
    (address,) = re.findall(r'href="(quality\?[^"]*)"', "".join(block.value for block in sheet.get("html")))
    assert parse_qs(urlsplit(html.unescape(address)).query)["village"] == ["石碾村"]
    assert not opened("quality", role="leader", village="石碾村").run().exception


def test_the_village_filter_changes_the_numbers_and_stays_from_page_to_page(opened, demo_home):
    build = repository.open_build(demo_home)
    town = query.ask(build, "coverage", DAY)[0]
    village = query.ask(build, "coverage", DAY, "village")[0]
    app = opened("coverage")
    assert f"帮扶范围内 {town['in_scope']} 人" in spoken(app)
    app.selectbox(key="village").set_value(village["village_id"]).run()
    assert f"帮扶范围内 {village['in_scope']} 人" in spoken(app)
    app.switch_page("visits.py").run()
    assert (app.selectbox(key="village").value, village["village"] in spoken(app)) == (village["village_id"], True)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_a_third_of_the_villages_each_for_others_and_for_the_last_two(name, opened, demo_home):
    app = opened(name)
    villages = query.ask(repository.open_build(demo_home), "coverage", DAY, "village")
    for village in [*villages[list(PAGES).index(name) % 3 : -2 : 3], *villages[-2:]]:  # the last two have nothing to look into
        app.selectbox(key="village").set_value(village["village_id"]).run()
        assert ([part.value for part in (*app.exception, *app.error)], village["village"] in spoken(app)) == ([], True)


def test_the_day_changes_the_numbers(opened, demo_home):
    day = dt.date(2024, 6, 30)
    before = query.ask(repository.open_build(demo_home), "visits", day)[0]
    app = opened("visits")
    app.date_input(key="as_of").set_value(day).run()
    assert f"截至2024年6月30日，今年已走访 {before['visit_days']} 人次" in spoken(app)


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [({"as_of": "2019-01-01"}, False), ({"as_of": "x"}, False), ({"village": "无此村"}, False), ({"as_of": "2025-10-15"}, True)],
)
def test_what_a_link_asks_for_and_is_not_there_is_said_and_not_repeated(asked, is_there, opened):
    says = [part.value for part in opened("visits", **asked).warning]
    assert [text.startswith("网址里的日期或村（社区）这里没有") for text in says] == [True] * (not is_there)
    assert not any(value in text for value in asked.values() for text in says)


def test_the_day_follows_the_newest_data_unless_another_was_chosen(opened, monkeypatch):
    follows, stays = opened("visits"), opened("visits", as_of="2025-10-15")
    monkeypatch.setattr(page_frame, "newest_day", lambda _build: dt.date(2026, 1, 31))
    shown = [app.run().date_input(key="as_of").value for app in (follows, stays)]
    assert shown == [dt.date(2026, 1, 31), dt.date(2025, 10, 15)]


def test_a_day_before_all_ledgers_shows_no_rate_and_no_error(opened):
    for name in PAGES:
        app = opened(name)
        app.date_input(key="as_of").set_value(dt.date(2023, 1, 1)).run()
        assert [part.value for part in (*app.exception, *app.error)] == []


def test_findings_are_filtered_by_severity_and_count_what_the_build_holds(opened, demo_home):
    counted = repository.open_build(demo_home).rows("select count(*) as found from findings where severity = 'critical'")[0]["found"]
    app = opened("quality")
    app.selectbox(key="severity").set_value("critical").run()
    assert f"符合条件 {counted} 条" in spoken(app)


def first_page(home, monkeypatch, role="centre"):
    """The page that a reader of a home comes to."""
    monkeypatch.setenv("TONGXING_HOME", str(home))
    with (
        patch("pages.access.current_user", return_value=User("tester", role, row_access.WHOLE)),
        patch("pages.access.language_of", return_value="zh_CN"),
    ):
        return AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60).run()


def test_a_home_that_a_newer_program_wrote_is_refused_in_a_sentence(demo_home, tmp_path, monkeypatch):
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    (tmp_path / "format").write_text("9\n")
    repository._builds.clear()
    page = first_page(tmp_path, monkeypatch)
    assert [says.value.partition("（")[0] for says in page.error] == [f"{tmp_path}：是更新的程序写的"]


@pytest.mark.parametrize(("role", "pages"), [("admin", {"admin", "ledgers"}), ("centre", {"ledgers"}), ("leader", set())])
def test_without_a_build_the_page_says_what_to_do_and_links_what_the_reader_may(role, pages, tmp_path, monkeypatch):
    app = first_page(tmp_path, monkeypatch, role)
    assert app.title[0].value == "还没有数据" and "写入村居名册" in spoken(app)
    assert 'href="manual?page=set-up&amp;' in spoken(app)
    assert {page for page in ("admin", "ledgers") if f'<a href="{page}"' in spoken(app)} == pages


def test_targets_on_pages_are_those_of_the_goal_in_force(demo_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    build = repository.open_build(demo_home)
    told = [Figures(build.id, Reader(row_access.WHOLE, 0), dt.date(year, 6, 1)).target("eligibility_valid_share") for year in (2023, 2027)]
    others = [Figures(build.id, Reader(row_access.WHOLE, 0), DAY).target(name) for name in ("visit_pace_share", "six_reached_share")]
    assert (told, others) == ([None, 0.98], [1.0, None])  # the goal of 2023 does not speak of it


def test_every_headline_figure_says_how_it_is_worked_out(opened):
    told = next(part.proto.body for part in opened("overview").get("html") if 'class="cards"' in part.proto.body)
    assert told.count("<details") == told.count('class="card') - 1 == 5
    assert "走访跟上率 = 走访跟上的儿童 ÷ 应有走访的儿童。走访跟上的儿童：今年走访天数不少于" in told

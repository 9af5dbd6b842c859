"""The page of then and now, on the sample town loaded in two portions and on a demo that was loaded once."""

import datetime as dt
import re

import pytest

from tests.pages.components.test_drilldown_links import links, rows_of
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.review import figure_changes

DAY = dt.date(2024, 3, 31)


@pytest.fixture
def portions(opened, portions_home, monkeypatch):
    """Open the page as of 2024-03-31: portions(role, language, …) → AppTest."""
    monkeypatch.setenv("TONGXING_HOME", str(portions_home))

    def page(role="centre", language="zh_CN", **asked):
        return opened("history", role=role, language=language, **asked).date_input(key="as_of").set_value(DAY).run()

    return page


def loads(home):
    """(earlier, later) build."""
    later, earlier = [repository.open_build(home, row["build"]) for row in repository.history(home)]
    return earlier, later


def spoken(app):
    """Everything in the page's own markup, without tags."""
    return re.sub(r"<[^>]*>", "", " ".join(part.proto.body for part in app.get("html")))


def test_figures_of_then_and_now_stand_side_by_side_with_their_difference(portions, portions_home):
    app = portions()
    assert ([part.value for part in (*app.exception, *app.error)], app.title[0].value) == ([], "当时与现在")
    found = figure_changes.changes(*loads(portions_home), DAY)
    shown = {tuple(cells[1:]) for cells in rows_of(app) if len(cells) == 4}
    told = {(str(row["then"]), str(row["now"]), f"{row['difference']:+d}" if row["difference"] else "0") for row in found}
    assert shown == told
    assert f"{len(found)} 项数字中 {sum(1 for row in found if row['difference'])} 项变了" in spoken(app)


def test_a_load_is_told_by_its_time_and_newest_day_and_never_by_its_hash(portions, portions_home):
    (option,) = portions().selectbox(key="before").options
    earlier, _later = loads(portions_home)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d 载入，台账数据到 2025-12-31，\d+ 个文件", option)
    assert earlier.id[-8:] not in option


def test_a_figure_chosen_lists_the_rows_that_differ_with_reasons_places_and_trails(portions, portions_home):
    app = portions()
    app.selectbox(key="figure").set_value("visits.visit_days").run()
    found = figure_changes.explained(*loads(portions_home), "visits", "visit_days", DAY)
    rows = [cells for cells in rows_of(app) if len(cells) == 6]
    assert len(rows) == len(found) == 22
    assert [(cells[0], cells[2]) for cells in rows] == [(row["child_id"][:8], str(row["visited_on"])) for row in found]
    assert all(re.fullmatch(r"走访：后来报送的台账才有（2024-\d\d-\d\d） .+\.(xlsx|csv|xls) .*第\d+行", cells[5]) for cells in rows)
    assert "212 + 多出的 22 − 少掉的 0 = 234" in spoken(app)
    assert {asked["child"] for page, asked, _text in links(app) if page == "child"} == {row["child_id"] for row in found}


def test_a_difference_is_a_link_to_its_own_explanation(portions):
    app = portions(figure="duties.reports")
    assert app.selectbox(key="figure").value == "duties.reports"
    assert "强制报告：为什么是 3 而不是 2" in spoken(app)
    body = " ".join(part.proto.body for part in app.get("html"))
    assert len(re.findall(r'href="history\?[^"]*figure=', body)) == 8


def test_a_village_and_a_day_change_what_is_compared(portions, portions_home):
    app = portions()
    village = loads(portions_home)[1].rows("select village_id, name from villages order by sort_no")[0]
    app.selectbox(key="village").set_value(village["village_id"]).run()
    found = [row for row in figure_changes.changes(*loads(portions_home), DAY, village["village_id"]) if row["difference"]]
    assert f"{village['name']}：当时的台账" in spoken(app)
    assert f"项数字中 {len(found)} 项变了" in spoken(app)
    app.selectbox(key="village").set_value("").run()
    app.date_input(key="as_of").set_value(dt.date(2025, 12, 31)).run()
    assert ([part.value for part in app.exception], len(app.selectbox(key="figure").options)) == ([], 30)


@pytest.mark.parametrize("figure", ["eligibility.registered", "coverage.covered", "visits.on_pace", "needs.resolved", "duties.helpers"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_kind_of_figure_is_explained_in_both_languages(figure, language, portions):
    app = portions(language=language, figure=figure)
    app.date_input(key="as_of").set_value(dt.date(2025, 12, 31)).run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    reasons = [
        re.sub(r"\S+\.(xlsx|xls|csv).*?(第[\d、]+行|row [\d, ]+…?)|“[^”]*”", "", cells[-1])
        for cells in rows_of(app)
        if len(cells) in (5, 6)
    ]
    assert reasons
    assert language == "zh_CN" or [text for text in reasons if re.search(r"[一-鿿]", text)] == []


def test_only_one_load_is_one_sentence(opened):
    app = opened("history")
    assert ([part.value for part in (*app.exception, *app.error)], "只有这一次载入" in spoken(app)) == ([], True)
    assert {box.key for box in app.selectbox} == {"village", "class", "compare"}


def test_a_leader_has_no_such_page(opened):
    with pytest.raises(ValueError, match="history"):
        opened("history", role="leader")


def test_a_load_that_cannot_be_compared_is_one_sentence(portions, monkeypatch):
    def refuse(*_):
        raise query.CannotAsk("不能对照。")

    app = portions()
    monkeypatch.setattr(figure_changes, "changes", refuse)
    app.date_input(key="as_of").set_value(dt.date(2024, 2, 1)).run()
    assert ([part.value for part in (*app.exception, *app.error)], "不能对照。" in spoken(app)) == ([], True)
    assert {box.key for box in app.selectbox} == {"before", "village", "class", "compare"}

"""The overview in words: what has to be decided, who is behind, what has changed since a month ago, on the demo town."""

import datetime as dt
import re

import pytest

from pages.access import User
from pages.data import indicator_status
from pages.data.queries import Figures, reader_of
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import query, registry

DAY = dt.date(2025, 12, 31)
LEADER = User("x", "leader", row_access.WHOLE)


@pytest.fixture
def figures(demo_home, monkeypatch):
    """What a leader reads of a day."""
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    build = repository.open_build(demo_home)
    return lambda day=DAY: Figures(build.id, reader_of(LEADER), day)


def plain(app):
    """The page's words without markup."""
    return re.sub(r"<[^>]*>", "", spoken(app))


def test_what_has_to_be_decided_stands_with_its_number_and_its_villages(opened, demo_home):
    build = repository.open_build(demo_home)
    town = query.ask(build, "coverage", DAY)[0]
    short = [row["village"] for row in query.ask(build, "coverage", DAY, "village") if row["covered_1_3"] < row["in_scope_1_3"]]
    overdue = query.ask(build, "needs", DAY)[0]["overdue"]
    text = plain(opened("overview", role="leader"))
    (told,) = re.findall(r"1—3类还有 (\d+) 名儿童没有爱心家庭，必须结对（方案 2.3）：([^0-9]+)", text)
    assert int(told[0]) == town["in_scope_1_3"] - town["covered_1_3"] > 0
    assert told[1].strip() in short and f"{overdue} 件困难超期未办结" in text


def test_villages_behind_are_ranked_by_how_many_indicators_are_behind_and_open_their_sheet(opened, figures):
    now = indicator_status.standings(figures())
    ranked = [code for code in indicator_status.by_need(now) if indicator_status.behind(now[code])]
    counts = [len(indicator_status.behind(now[code])) for code in ranked]
    names = {row["village_id"]: row["name"] for row in figures().villages()}
    app = opened("overview", role="leader")
    (listed,) = [part.proto.body for part in app.get("html") if "<ol" in part.proto.body]
    shown = re.findall(r'<li><b><a [^>]*href="village\?[^"]*"[^>]*>([^<]+)</a></b>', listed)
    assert counts == sorted(counts, reverse=True)
    assert shown == [names[code] for code in ranked[:6]]
    assert f"{len(ranked)} 个村（社区）滞后" in plain(app)
    assert listed.count("■ 滞后") == 6


def test_a_share_that_moved_stands_with_both_figures_and_one_that_did_not_stays_away(figures):
    moved = {
        share: (earlier, now / of)
        for share, earlier, now, of in indicator_status.share_changes(indicator_status.both_days(figures(), None))
    }
    then, now = (figures().of("visits", None, day) for day in (figures().before, DAY))
    assert moved["visit_pace_share"] == (then["on_pace"] / then["due_children"], now["on_pace"] / now["due_children"])
    still = [row["village_id"] for row in figures().villages() if all(is_whole(figures(), row["village_id"], on) for on in (DAY, None))]
    assert still and {
        share for code in still for share, *_rest in indicator_status.share_changes(indicator_status.both_days(figures(), code))
    }.isdisjoint({"coverage_share_1_3"})


def is_whole(figures, village_id, day):
    """Whether all children of classes 1-3 are covered on a day (None: a month before)."""
    row = figures.of("coverage", village_id, day or figures.before)
    return row["covered_1_3"] == row["in_scope_1_3"] > 0


def test_a_village_that_crossed_a_status_is_told_with_both_words(opened, figures):
    found = indicator_status.crossings(figures(), indicator_status.standings(figures()))
    before, now = (
        {(code, each.indicator): each.status.code for code, indicators in standings.items() for each in indicators}
        for standings in (indicator_status.standings(figures(), day=figures().before), indicator_status.standings(figures()))
    )
    moved = {key for key in now if key in before and before[key] != now[key] and "no_figure" not in (before[key], now[key])}
    assert found and {(move.village_id, move.now.indicator) for move in found} == moved
    assert [move.is_better for move in found if (move.before.status.code, move.now.status.code) == ("met", "behind")].count(True) == 0
    text = plain(opened("overview", role="leader"))
    assert "● 达标 → ■ 滞后" in text and "▲ 接近 → ■ 滞后" in text


def test_counts_that_grew_are_told_and_those_that_shrank_are_not(figures):
    for code, before, now in indicator_status.count_increases(indicator_status.both_days(figures(), None)):
        metric = registry.calling_for_action()[code].metric
        told = [indicator_status.count(figures().of(metric, None, day), code) for day in (figures().before, DAY)]
        assert (told, before < now) == ([before, now], True)
    assert "uncovered_1_3" not in {code for code, *_rest in indicator_status.count_increases(indicator_status.both_days(figures(), None))}


def test_a_month_without_any_change_is_said_plainly(opened, monkeypatch):
    for name in ("share_changes", "count_increases", "crossings"):
        monkeypatch.setattr(indicator_status, name, lambda *_asked: [])
    assert "没有变动：主要指标、各村（社区）的状态和需要关注的人数都和那一天一样。" in plain(opened("overview", role="leader"))


@pytest.mark.parametrize(("day", "says"), [(dt.date(2023, 1, 1), "那一天还没有在册儿童"), (dt.date(2025, 1, 15), "跨年后从头数起")])
def test_days_with_nothing_before_them_and_months_over_new_year_say_so(day, says, opened):
    app = opened("overview", role="leader")
    app.date_input(key="as_of").set_value(day).run()
    assert ([part.value for part in (*app.exception, *app.error)], says in plain(app)) == ([], True)


def test_before_all_ledgers_nothing_has_to_be_decided_and_nobody_is_behind(opened):
    app = opened("overview", role="leader")
    app.date_input(key="as_of").set_value(dt.date(2023, 1, 1)).run()
    text = plain(app)
    assert [says in text for says in ("目前没有需要拍板的事。", "没有滞后的村（社区）", "还没有可以判断的数。")] == [True] * 3


def test_with_one_village_chosen_only_its_own_matters_are_told(opened, figures):
    code = indicator_status.by_need(indicator_status.standings(figures()))[0]
    names = {row["village_id"]: row["name"] for row in figures().villages()}
    app = opened("overview", role="leader")
    app.selectbox(key="village").set_value(code).run()
    lists = [re.sub(r"<[^>]*>", "", part.proto.body) for part in app.get("html") if 'class="brief"' in part.proto.body]
    assert lists and [name for name in names.values() if name != names[code] and any(name in told for told in lists)] == []

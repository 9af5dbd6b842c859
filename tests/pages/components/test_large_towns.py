"""Pages of a town of many villages: charts show those in need first, tables scroll below their headings, long rests come when asked for."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.chart_files import bar_drawing, map_drawing
from pages.chart_files.canvas import Words
from pages.components import chart_blocks
from tests.pages.test_pages import spoken


def drawn(app, key):
    """The names and shares of a chart's bars, from the top."""
    (trace,) = next(json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart") if chart.proto.id.endswith(f"-{key}"))
    return list(zip(trace["y"], trace["x"], strict=True))[::-1]


def test_bars_are_of_the_villages_in_need_until_all_are_asked_for(opened, monkeypatch):
    every = drawn(opened("coverage"), "bars_coverage")
    assert (len(every), every) == (14, sorted(every, key=lambda bar: (bar[1], bar[0])))
    monkeypatch.setattr(chart_blocks, "MOST", 3)
    app = opened("coverage")
    assert drawn(app, "bars_coverage") == every[:3]
    app.toggle(key="all_bars_coverage").set_value(True).run()
    assert drawn(app, "bars_coverage") == every


@pytest.mark.parametrize(("page", "toggle"), [("visits", "all_months"), ("quality", "all_months"), ("goals", "all_goals")])
def test_fields_of_villages_are_cut_alike(page, toggle, opened, monkeypatch):
    monkeypatch.setattr(chart_blocks, "MOST", 3)
    app = opened(page)
    assert ([part.value for part in (*app.exception, *app.error)], app.toggle(key=toggle).value) == ([], False)
    app.toggle(key=toggle).set_value(True).run()
    assert not app.exception


def listed(count, first):
    from pages.components import tables

    tables.folded_table(["数"], [[str(number)] for number in range(count)], (0,), first, "其余 {count} 行")


@pytest.mark.parametrize(("count", "is_sent"), [(20, True), (60, False)])
def test_the_rest_of_a_long_table_is_sent_once_it_is_opened(count, is_sent):
    app = AppTest.from_function(listed, args=(count, 5)).run()
    assert ("<td" + ' class="n">19</td>' in spoken(app), app.expander[0].label) == (is_sent, f"其余 {count - 5} 行")


def test_a_long_table_scrolls_below_its_headings():
    assert 'class="scroll tall"' in spoken(AppTest.from_function(listed, args=(40, 40)).run())
    assert 'class="scroll tall"' not in spoken(AppTest.from_function(listed, args=(20, 20)).run())


def test_a_page_of_paper_has_the_bars_of_those_in_need_and_says_so():
    rows = [(f"{number}村", number, 100) for number in range(50, 0, -1)]
    (neediest, among), (whole, nothing) = bar_drawing.neediest(rows), bar_drawing.neediest(rows[:30])
    assert ([part for _name, part, _all in neediest], among) == ([*range(1, 31)], "（差得最多的 30 个）")
    assert (sorted(whole), nothing) == (sorted(rows[:30]), "")


def test_a_map_on_paper_lists_no_more_villages_below_than_it_is_told():
    villages = [{"village_id": str(at), "name": f"第{at}村", "longitude": 1 + at % 20, "latitude": 1 + at // 20} for at in range(200)]
    villages = [village | {"boundary": None, "kind": "village"} for village in villages]
    (short, some), (long, every) = (map_drawing.town_map(villages, {}, most)(400) for most in (30, None))
    texts = [[mark.text for mark in marks if isinstance(mark, Words)] for marks in (some, every)]
    assert ("没有标出" in "".join(texts[0]), "没有标出" in "".join(texts[1]), short < long) == (True, False, True)

"""From a number to its rows: every figure that a page links opens a list of as many rows; every child opens its trail."""

import datetime as dt
import html
import json
import re
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest

from pages.components import tables
from tests.bench.one_truth import PARTS
from tests.warehouse.town_builder import figures_with_rows
from warehouse.builds import repository
from warehouse.metrics import drilldown, query, registry

PAGES = ("overview", "map", "coverage", "helpers", "visits", "needs", "duties", "goals", "leads", "quality")
ANCHOR = re.compile(r'<a [^>]*?href="((?:rows|child|quality)\?[^"]*)"[^>]*>([^<]*)</a>')


def links(app):
    """(page, what it asks, text) of every link on a page, those in its charts too."""
    bodies = [part.proto.body for part in app.get("html")]
    bodies += [
        label["text"]
        for part in app.get("plotly_chart")
        for label in json.loads(part.proto.spec or part.proto.figure.spec)["layout"].get("annotations", [])
    ]
    found = [pair for body in bodies for pair in ANCHOR.findall(body)]
    split = [(urlsplit(html.unescape(address)), text) for address, text in found]
    return [(parts.path, {key: value[0] for key, value in parse_qs(parts.query).items()}, text) for parts, text in split]


@cache
def listed(home, share, figure, day, village, class_no, group):
    """What the list that a link opens adds up to, written as the link's text."""
    build = repository.open_build(home)
    codes = {row["name"]: row["village_id"] for row in build.rows("select name, village_id from villages")} | {"全镇": None}
    place = (dt.date.fromisoformat(day), codes[village] if village else None, int(class_no) if class_no else None)
    metric, _dot, name = figure.partition(".") if figure else (registry.shares()[share].metric, "", registry.shares()[share].denominator)
    rows = drilldown.share_rows(build, share, *place) if share else drilldown.rows(build, metric, name, *place)
    if group:
        key = registry.row_kinds()[drilldown.drilldown_of(metric, name).rows].key
        of_group = {row[key] for row in drilldown.of_group(build, metric, name, place[0], group)}
        rows = [row for row in rows if row[key] in of_group]
    if share:
        return f"{sum(row['counted'] for row in rows)}/{sum(row['counts'] for row in rows)}"
    return str(sum(row["counts"] for row in rows))


def check(app, home):
    """Hold every link of a page to a list against the list; return how many there are."""
    found = [(asked, text) for page, asked, text in links(app) if page == "rows"]
    for asked, text in found:
        place = (asked.get(name) for name in ("village", "class_no", "class"))
        told = listed(home, asked.get("share"), asked.get("figure"), asked["as_of"], *place)
        assert (asked, text) == (asked, told)
    return len(found)


# On a day that no build lays down; of two goal days tests/pages/test_one_truth.py shows the same.
@pytest.mark.parametrize("name", PAGES)
def test_every_figure_of_a_page_opens_a_list_of_as_many_rows(name, opened, demo_home):
    day = dt.date(2025, 8, 20)
    app = opened(name, as_of=str(day))
    parts = [opened(name, as_of=str(day), part=part) for part in PARTS.get(name, [])[1:]]
    assert check(app, demo_home) + sum(check(part, demo_home) for part in parts) >= 5
    villages = query.ask(repository.open_build(demo_home), "coverage", day, "village")
    village = villages[-3]["village_id"]  # the last two have nothing to look into
    app.selectbox(key="village").set_value(village).run()
    assert check(app, demo_home) >= 1


@pytest.mark.parametrize(
    ("measure", "group"), [("coverage_share", "1_3"), ("conforming_share", ""), ("visit_pace_share", "3"), ("six_reached_share", "")]
)
def test_every_measure_of_the_map_opens_its_own_lists(measure, group, opened, demo_home):
    app = opened("map", measure=measure, **({"class": group} if group else {}))
    assert check(app, demo_home) >= 8


@pytest.mark.parametrize(("name", "group"), [("coverage", "1_3"), ("coverage", "2"), ("visits", "1_3"), ("needs", "2")])
def test_figures_of_some_classes_open_the_lists_of_these(name, group, opened, demo_home):
    assert check(opened(name, **{"class": group}), demo_home) >= 8


def test_a_count_of_findings_opens_the_findings_of_that_kind(opened, demo_home):
    found = [(asked, text) for page, asked, text in links(opened("quality")) if page == "quality"]
    columns = {"severity": "f.severity", "code": "f.code", "age": "cast(a.loads as varchar)", "village": "v.name"}
    counted = repository.open_build(demo_home).rows(
        f"select {', '.join(f'{sql} as {name}' for name, sql in columns.items())} from findings as f"
        " join finding_ages as a on a.finding_id = f.finding_id left join villages as v on v.village_id = f.village_id"
    )
    for asked, text in found:
        filters = {name: asked[name] for name in columns if name in asked}
        assert (asked, text) == (asked, str(sum(1 for row in counted if filters.items() <= row.items())))
    assert {tuple(sorted(set(asked) & set(columns))) for asked, _text in found} == {
        ("code", "severity"), ("age", "code", "severity"), ("severity", "village"), ("age", "village")
    }  # fmt: skip


def rows_of(app):
    """Cells of the rows of a page's tables."""
    return [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for part in app.get("html")
        for row in re.findall(r"<tr>(.*?)</tr>", part.proto.body)[1:]
    ]


@pytest.mark.parametrize("kind", sorted({told.rows for figures in figures_with_rows().values() for told in figures.values()}))
def test_every_kind_of_list_shows_its_rows(kind, opened, demo_home):
    metric, figure = next((m, f) for m, figures in figures_with_rows().items() for f, told in figures.items() if told.rows == kind)
    app = opened("rows", figure=f"{metric}.{figure}")
    assert [part.value for part in (*app.exception, *app.error)] == []
    count = len(drilldown.rows(repository.open_build(demo_home), metric, figure, dt.date(2025, 12, 31)))
    assert len(rows_of(app)) == min(count, 200)
    if count > 200:
        app.toggle(key="whole").set_value(True).run()
        assert len(rows_of(app)) == min(count, tables.MOST)
    if count > tables.MOST:
        app.selectbox(key="whole_page").set_value(tables.MOST).run()
        assert len(rows_of(app)) == min(count - tables.MOST, tables.MOST)


def test_a_share_shows_what_is_short_first_and_then_all(opened, demo_home):
    whole = query.ask(repository.open_build(demo_home), "visits", dt.date(2025, 12, 31))[0]
    app = opened("rows", share="visit_pace_share")
    assert len(rows_of(app)) == whole["due_children"] - whole["on_pace"]
    next(group for group in app.get("button_group") if group.key == "part").set_value("full").run()
    app.toggle(key="whole").set_value(True).run()
    assert len(rows_of(app)) == whole["on_pace"]


@pytest.mark.parametrize("asked", [{}, {"figure": "coverage.nothing"}, {"share": "x"}, {"figure": "'; drop table visits"}])
def test_a_list_that_does_not_exist_says_where_to_begin(asked, opened):
    app = opened("rows", **asked)
    assert ([part.value for part in app.exception], "带下划线的数字" in " ".join(p.proto.body for p in app.get("html"))) == ([], True)


def test_every_child_of_a_list_opens_its_trail(opened, demo_home):
    app = opened("rows", figure="visits.over_60_days")
    children = {asked["child"] for page, asked, _text in links(app) if page == "child"}
    count = query.ask(repository.open_build(demo_home), "visits", dt.date(2025, 12, 31))[0]["over_60_days"]
    assert len(children) == count
    for child in sorted(children)[:3]:
        page = opened("child", child=child)
        assert ([part.value for part in (*page.exception, *page.error)], page.title[0].value) == ([], f"儿童 {child[:8]}")


def test_ledger_rows_are_shown_masked_to_those_who_may_and_to_nobody_else(opened, demo_home):
    child = repository.open_build(demo_home).rows("select child_id from visits where child_id is not null order by village_id, child_id")[
        0
    ]["child_id"]
    page = opened("child", child=child)
    page.toggle(key="raw").set_value(True).run()
    shown = rows_of(page)
    names = [cells[1] for cells in shown if cells[0] in ("姓名", "儿童姓名", "帮扶人")]
    assert names
    assert all(re.fullmatch(r".\*", name) for name in names)
    assert not any(re.search(r"\d{15}", cell) for cells in shown for cell in cells)
    assert [part.key for part in opened("child", role="leader", child=child).toggle] == []


def test_an_unknown_child_is_one_sentence(opened):
    app = opened("child", child="0000")
    assert ([part.value for part in app.exception], "没有这个代号" in " ".join(p.proto.body for p in app.get("html"))) == ([], True)


@pytest.mark.parametrize("kind", sorted({told.rows for figures in figures_with_rows().values() for told in figures.values()}))
def test_a_list_is_of_a_class_or_says_that_its_figure_has_none(kind, opened, demo_home):
    metric, figure = next((m, f) for m, figures in figures_with_rows().items() for f, told in figures.items() if told.rows == kind)
    build, day = repository.open_build(demo_home), dt.date(2025, 12, 31)
    if registry.row_kinds()[kind].is_without_class:
        app = opened("rows", figure=f"{metric}.{figure}", class_no="2")
        assert "这个数不分儿童类别，下面是全部。" in str([part.proto.body for part in app.get("html")])
        assert len(rows_of(app)) == min(len(drilldown.rows(build, metric, figure, day)), 200)
    else:
        assert {row["class_no"] for row in drilldown.rows(build, metric, figure, day, class_no=2)} <= {2}

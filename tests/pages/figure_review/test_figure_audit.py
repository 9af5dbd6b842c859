"""The page of one figure: every measure opens, its sums come out even, a declared figure is compared and explained."""

import datetime as dt
import html
import re

import pytest

from pages.figure_review import figure_text
from tests.pages.components.test_drilldown_links import check, rows_of
from tests.pages.test_pages import spoken
from warehouse.builds import repository
from warehouse.metrics import query, registry
from warehouse.review import alternative_counts, exclusions, sensitivity
from warehouse.review.counting_rules import CountingRule
from warehouse.sql import compose

DAY = dt.date(2025, 12, 31)
CODES = [one.code for one in exclusions.measures()]


@pytest.fixture(scope="module")
def build(demo_home):
    """The demo town."""
    return repository.open_build(demo_home)


def test_an_earlier_load_is_told_by_the_towns_clock():
    assert figure_text.load_moment("20260104T231500Z-ab12cd34") == "2026-01-05 07:15"


def box(part, code, day=DAY):
    """The key of the place for a declared part of a town's figure."""
    return f"declared_{part}_{code}__0_{day}"


def errors(app):
    """What went wrong on a page."""
    return [part.value for part in (*app.exception, *app.error)]


def numbers(app, *first):
    """The second cells of the rows that begin with one of these."""
    return [int(re.sub(r"\D", "", cells[1])) for cells in rows_of(app) if cells[0] in first]


def test_every_measure_opens_and_what_is_counted_and_left_out_is_all(opened):
    app = opened("metric")
    for code in CODES:
        app.selectbox(key="measured").set_value(code).run()
        assert (code, errors(app)) == (code, [])
        (counted,), total = numbers(app, "计入分母", "计入") or [0], numbers(app, "合计")
        lines = [cells for cells in rows_of(app) if len(cells) == 2 and cells[0] not in ("计入分母", "计入", "合计")]
        assert (code, [counted + sum(int(cells[1]) for cells in lines)] if total else []) == (code, total)


@pytest.mark.parametrize("code", ["coverage_share", "visits.visit_days", "training_share", "field_complete_share", "needs.raised"])
def test_a_village_and_a_class_open_and_every_figure_opens_its_list(code, opened, build, demo_home):
    village = query.ask(build, "coverage", DAY, "village")[-1]["village_id"]
    app = opened("metric", measured=code)
    assert check(app, demo_home) >= 1
    app.selectbox(key="village").set_value(village).run()
    assert check(app, demo_home) >= 1
    classes = [box for box in app.selectbox if box.key == "class_no"]
    assert bool(classes) is exclusions.has_classes(exclusions.measure(code))
    for box in classes:
        box.set_value("6").run()
        assert check(app, demo_home) >= 1
        assert errors(app) == []


def test_the_rows_of_one_reason_are_as_many_as_it_says(opened, build):
    line = next(
        line for line in exclusions.counted_and_excluded(exclusions.Question(build, "coverage_share", DAY)) if line["detail"] == "age_limit"
    )
    app = opened("metric", measured="coverage_share", left_out="is_in_scope~age_limit")
    if line["most"] > 5:
        app.toggle(key="all_left_out").set_value(True).run()
    assert sum(1 for cells in rows_of(app) if "已不符合条件：已超过年龄" in cells[2:]) == line["most"]


def test_findings_say_how_far_they_could_move_the_figure_and_that_it_is_a_bound(opened, build):
    told = spoken(opened("metric", measured="coverage_share"))
    line = next(
        line for line in sensitivity.affecting_findings(exclusions.Question(build, "coverage_share", DAY)) if line["severity"] == "ledgers"
    )
    row = query.ask(build, "coverage", DAY)[0]
    bound = sensitivity.bound(row["in_scope"], row["covered"], line)
    assert all("/".join(map(str, part)) in told for part in (bound.low, bound.high))
    assert "这是界限，不是估计" in told and f"触及 {line['most']} 人" in told


@pytest.mark.parametrize(("more", "says"), [(0, "<b>● 一致</b>"), (1, "<b>■ 不一致</b>：分子少 1")])
def test_a_declared_figure_is_the_same_or_differs_by_so_much(more, says, opened, build, home):
    row = query.ask(build, "coverage", DAY)[0]
    app = opened("metric", measured="coverage_share")
    app.number_input(key=box("numerator", "coverage_share")).set_value(row["covered"] - more)
    app.number_input(key=box("denominator", "coverage_share")).set_value(row["in_scope"]).run()
    assert (errors(app), says in spoken(app)) == ([], True)


def test_the_cause_is_named_where_one_gives_the_declared_figure(opened, build, home):
    row = query.ask(build, "coverage", DAY)[0]
    registered = query.ask(build, "eligibility", DAY)[0]["registered"]
    app = opened("metric", measured="coverage_share")
    app.number_input(key=box("numerator", "coverage_share")).set_value(row["covered"])
    app.number_input(key=box("denominator", "coverage_share")).set_value(registered).run()
    told = html.unescape(spoken(app))
    share = f"{row['covered'] / registered:.1%} · {row['covered']}/{registered}"
    assert "恰好得到申报数的算法：" in told and f"把已不符合条件的儿童也算在分母里：{share}" in told


def test_where_no_cause_gives_it_the_page_says_so(opened, home):
    app = opened("metric", measured="coverage_share")
    app.text_input(key=box("percent", "coverage_share")).set_value("1.23%").run()
    assert "没有一种算法恰好得到申报数" in spoken(app) and "恰好得到申报数的算法" not in spoken(app)
    app.text_input(key=box("percent", "coverage_share")).set_value("很多").run()
    assert "请写成 96.4" in app.error[0].value
    app.selectbox(key="measured").set_value("ledgers_complete_share").run()
    app.number_input(key=box("numerator", "ledgers_complete_share")).set_value(99)
    app.number_input(key=box("denominator", "ledgers_complete_share")).set_value(72).run()
    assert "种算法都不能解释" in spoken(app) and "自相矛盾" in spoken(app)


def test_an_earlier_load_is_tried_and_named(opened, portions_home, tmp_path, monkeypatch):
    _later, earlier = [repository.open_build(portions_home, row["build"]) for row in repository.history(portions_home)]
    then = alternative_counts.counted(exclusions.Question(earlier, "visits.visit_days", dt.date(2024, 3, 31)))
    app = opened("metric", measured="visits.visit_days")
    (tmp_path / "builds").symlink_to(portions_home / "builds")
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    app.run().date_input(key="as_of").set_value(dt.date(2024, 3, 31)).run()
    app.number_input(key=box("numerator", "visits.visit_days", "2024-03-31")).set_value(then.numerator).run()
    assert (errors(app), f"按 {figure_text.load_moment(earlier.id)} 那次载入的台账" in spoken(app).partition("试过的")[0]) == ([], True)


def test_every_reason_and_every_other_way_has_words():
    texts = [path.read_text("utf-8") for path in (compose.SQL / "population").glob("*.sql")]
    marks = {mark for text in texts for mark in re.findall(r"'((?:child|helper|need|report|visit|village|birthday|occasion)_\w+)'", text)}
    marks |= set(re.findall(r"'(cells_\w+)'", compose.text("required_cells")))
    marks -= {"cells_of_all"}
    tests = {test for one in exclusions.measures() for test in one.figures[1].conditions}
    assert marks | tests == set(registry.unmet())
    assert set(exclusions.NOT_THERE) <= marks
    own = {*alternative_counts.rules(), "memberships", "all_classes"}
    assert {code for code in own if not figure_text.rule_clause(CountingRule(code, "", 0, 0))} == set()

"""The page of data quality: what is new and mended, what was not checked, filters in the link, completeness over months, endings."""

import datetime as dt
import json
import shutil
import zlib

import duckdb
import pytest

from pages.text import formatting
from tests.pages.components.test_drilldown_links import links, rows_of
from tests.pages.test_pages import spoken
from warehouse.builds import repository
from warehouse.metrics import query

DAY = dt.date(2025, 12, 31)
OTHER = "20260101T000000Z-0000000a"


@pytest.fixture
def changed(opened, demo_home, tmp_path, monkeypatch):
    """Open the page on a copy of the demo's build after some statements: changed("delete …") → AppTest.

    With `keep_before` the untouched build stands beside it as the one before.
    """

    def page(*statements, keep_before=False, **asked):
        (tmp_path / "builds").mkdir()
        later = f"20260201T000000Z-{zlib.crc32(str(tmp_path).encode()):08x}"  # cached answers go by the build's name
        build = repository.open_build(demo_home)
        shutil.copy(build.path, tmp_path / "builds" / f"{later}.duckdb")
        if keep_before:
            shutil.copy(build.path, tmp_path / "builds" / f"{OTHER}.duckdb")
        with duckdb.connect(str(tmp_path / "builds" / f"{later}.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)
        (tmp_path / "builds" / "published").write_text(later)
        monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
        return opened("quality", **asked)

    return page


def count(demo_home, where="true"):
    """Findings of the demo."""
    return repository.open_build(demo_home).rows(f"select count(*) as n from findings where {where}")[0]["n"]


NOT_CHECKED = (
    "update rules_run set state = 'not_checked', findings = null, why = 'Error' where code = 'visits_behind'",
    "delete from findings where code = 'visits_behind'",
)


def test_a_rule_that_could_not_run_is_shown_as_not_checked_and_never_as_passed_or_mended(changed, demo_home):
    assert count(demo_home, "code = 'visits_behind'") > 0
    app = changed(*NOT_CHECKED, f"insert into build_facts values ('base', '{OTHER}')", keep_before=True)
    assert "有 1 条规则未检查：" in app.warning[0].value
    (line,) = [cells for cells in rows_of(app) if cells[2:3] == ["未检查"]]
    assert line == ["需改正", line[1], "未检查", "—", "—", "—", "3.2.1"]
    assert "已解决 0 条" in spoken(app)


def test_the_list_of_a_rule_that_could_not_run_says_so_instead_of_being_empty(changed):
    app = changed(*NOT_CHECKED, code="visits_behind")
    assert [part.value for part in app.warning][-1].startswith("这条规则没有检查成，不能当作没有问题")
    assert "没有发现问题" not in spoken(app) and len(app.dataframe) == 0


def test_in_a_first_build_the_page_says_that_there_is_nothing_to_compare_with(opened):
    assert "这一版之前没有可以对照的版本" in spoken(opened("quality"))


def test_what_is_new_and_mended_since_the_build_before_is_counted_by_code_and_village(changed, demo_home):
    gone = repository.open_build(demo_home).rows("select * from findings where code = 'eligibility_expired' order by finding_id")[0]
    app = changed(
        f"insert into build_facts values ('base', '{OTHER}')",
        f"delete from findings where finding_id = {gone['finding_id']}",
        "update finding_ages set loads = 2, first_found_on = date '2025-11-03' where finding_id <> 1",
        keep_before=True,
    )
    assert "与上一版（2026-01-01 载入）相比：新出现 1 条，已解决 1 条" in spoken(app)
    rest = count(demo_home, "code = 'eligibility_expired'") - 1
    assert ["严重", str(rest), "1", "2025-11-03 起（上次载入）"] in [
        [row[0], row[2], row[4], row[5]] for row in rows_of(app) if len(row) == 7
    ]
    place = f"{gone['file']} {gone['sheet']}".strip() + f" 第{gone['row_no']}行"
    assert [row for row in rows_of(app) if len(row) == 3 and row[2] == place]
    assert sum(int(row[5]) for row in rows_of(app) if len(row) == 6 and row[0].endswith(("村", "社区"))) == 1
    assert [asked["age"] for page, asked, _text in links(app) if page == "quality" and "age" in asked] == ["1", "1"]


def test_a_build_before_that_is_kept_no_longer_is_told(changed):
    app = changed(f"insert into build_facts values ('base', '{OTHER}')")
    assert "上一版（2026-01-01 载入）已不在保留的版本里" in spoken(app)


def test_a_link_with_filters_shows_just_these_findings_first_and_keeps_its_codes(opened, demo_home):
    wanted = count(demo_home, "severity = 'warning' and code = 'visits_behind'")
    app = opened("quality", severity="warning", code="visits_behind", age="1")
    assert f"符合条件 {wanted} 条" in spoken(app) and len(app.dataframe[0].value) == min(wanted, 200)
    assert {key: app.query_params[key] for key in ("severity", "code", "age")} == {
        "severity": "warning",
        "code": "visits_behind",
        "age": "1",
    }
    assert spoken(app).index("逐条清单") < spoken(app).index("必填项完整率从")
    app.selectbox(key="code").set_value("").run()
    wanted = count(demo_home, "severity = 'warning'")
    assert f"符合条件 {wanted} 条" in spoken(app) and "code" not in app.query_params


@pytest.mark.parametrize("asked", [{"severity": "x"}, {"code": "'; drop table findings"}, {"age": "99"}])
def test_a_filter_that_does_not_exist_is_left_out(asked, opened, demo_home):
    app = opened("quality", **asked)
    assert ([part.value for part in (*app.exception, *app.error)], f"符合条件 {count(demo_home)} 条" in spoken(app)) == ([], True)


def test_filters_that_nothing_fits_say_what_to_do(opened):
    app = opened("quality", severity="info", code="visits_behind")
    assert "没有符合条件的问题：把程度、问题、时间改回“全部”" in spoken(app)


@pytest.mark.parametrize(
    ("at", "metric", "numerator", "denominator"),
    [(0, "duties", "fields_filled", "fields_required"), (1, "eligibility", "eligible", "registered")],
)
def test_the_months_show_the_shares_of_the_town_and_every_village_with_their_parts(at, metric, numerator, denominator, opened, demo_home):
    build = repository.open_build(demo_home)
    chart = json.loads(opened("quality").get("plotly_chart")[at].proto.spec)["data"][0]
    assert (chart["x"][0], chart["x"][-1], len(chart["x"])) == ("2024-01-31", "2025-12-31", 24)
    for column, day in enumerate(chart["x"]):
        told = {None: query.ask(build, metric, dt.date.fromisoformat(day))[0]}
        told |= {row["village"]: row for row in query.ask(build, metric, dt.date.fromisoformat(day), "village")}
        shown = {name.strip(): chart["text"][row][column] for row, name in enumerate(chart["y"])}
        wanted = {name or "全镇": formatting.share(row[numerator], row[denominator]) for name, row in told.items()}
        assert {name: text.split("<br>")[1] for name, text in shown.items()} == wanted


def test_missing_cells_add_up_to_the_required_less_the_filled(opened, demo_home):
    duties = query.ask(repository.open_build(demo_home), "duties", DAY)[0]
    app = opened("quality")
    lacking = duties["fields_required"] - duties["fields_filled"]
    assert f"还缺 {lacking} 项必填内容" in spoken(app)
    whole = [row for row in rows_of(app) if row[0] == "合计"][-1]
    assert [int(whole[1]), sum(map(int, whole[2:]))] == [lacking, lacking]


def test_what_happens_without_renewal_is_the_coverage_of_the_later_day(opened, demo_home):
    build = repository.open_build(demo_home)
    now, then = (query.ask(build, "coverage", day)[0] for day in (DAY, DAY + dt.timedelta(90)))
    shares = [
        [formatting.share(row["covered" + group], row["in_scope" + group]) for row in (now, then)] for group in ("_1_3", "_4_6")
    ]  # fmt: skip
    assert then["in_scope"] < now["in_scope"]
    assert (
        f"如果都不续办，到2026年3月31日，帮扶范围由 {now['in_scope']} 人变为 {then['in_scope']} 人；"
        f"1—3类结对覆盖率由 {shares[0][0]} 变为 {shares[0][1]}；4—6类结对覆盖率由 {shares[1][0]} 变为 {shares[1][1]}。"
    ) in spoken(opened("quality"))


def test_a_day_without_children_says_what_to_do(opened):
    app = opened("quality")
    app.date_input(key="as_of").set_value(dt.date(2023, 1, 1)).run()
    assert spoken(app).count("这一天没有在册儿童：请换一个统计日") == 2

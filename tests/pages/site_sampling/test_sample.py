"""Samples for a visit on site: the link is the sample, the list says what to check, the file is recorded first."""

import datetime as dt
import io
import re

import pytest
from openpyxl import load_workbook

from pages.data.queries import Figures, Reader
from pages.site_sampling import checklist_html, checklist_xlsx, sample
from pages.text import receipt_text
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.disclosure import receipts
from warehouse.metrics import query
from warehouse.review import stratified_sample
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)
READER = Reader(row_access.WHOLE, 0)
CODE = re.compile(r'child=[0-9a-f]{20}[^"]*"[^>]*>([0-9a-f]{8})</a>')


def drawn(home, **other):
    """A checklist of the demo town."""
    build = build_files.published(home)
    asked = {"build": build, "day": DAY, "who": "in_scope", "villages": (), "size": 12, "seed": "s-1"} | other
    return sample.draw(Figures(build, READER, DAY), sample.SampleRequest(**asked))


def taken(told):
    """The workbook as it is given out."""
    figures = Figures(told.request.build, READER, DAY)
    return checklist_xlsx.file(figures, told, sample.order(told, "li", "reviewer"), trail.recorder_for("li", "reviewer", "10.0.0.9"))


def listed(app):
    """The children on the page."""
    return CODE.findall(spoken(app))


def test_a_link_brings_the_same_children_back_and_another_seed_others(opened):
    one, same, other = (opened("sample", role="reviewer", seed=seed, size="15") for seed in ("77", "77", "78"))
    assert (len(listed(one)), listed(same), set(listed(other)) == set(listed(one))) == (15, listed(one), False)
    assert "种子 77" in spoken(one)


@pytest.mark.parametrize("asked", [{"build": "![x](//e.example/a.png)"}, {"seed": "![x](//e.example/a.png)"}])
def test_what_a_link_says_is_text_and_no_picture(opened, asked):
    app = opened("sample", role="reviewer", **asked)
    assert [("![" in part.value, "e.example" in part.value) for part in app.warning] == [(False, True)]


def test_without_a_link_a_seed_is_made_shown_and_written_into_the_link(opened):
    app = opened("sample", role="reviewer")
    seed = app.query_params["seed"]
    assert re.fullmatch(r"\d{6}", seed)
    assert f"种子 {seed}" in spoken(app)
    assert app.query_params["build"] == sampled_build(app)
    before = listed(app)
    app.button[[part.label for part in app.button].index("换一个种子")].click().run()
    assert app.query_params["seed"] != seed
    assert listed(app) != before


def sampled_build(app):
    """The build that the page says it drew from."""
    return re.search(r"数据版本：(\S+?)<", spoken(app)).group(1)


def test_every_class_with_children_is_on_the_list_and_one_that_is_not_is_named(home):
    lists = [drawn(home, size=20, seed=str(seed)) for seed in range(5)]
    assert [{line.class_no for line in one.lines} for one in lists] == [{stratum.class_no for stratum in lists[0].sample.strata}] * 5
    assert [line for line in sample.block(lists[0]) if line.startswith("没有抽到的类别")] == []
    assert [line for line in sample.block(drawn(home, size=1)) if line.startswith("没有抽到的类别")] != []


def test_the_page_draws_what_the_warehouse_draws_of_the_day(opened, demo_home):
    app = opened("sample", role="centre", seed="5", size="30")
    rows = [row for row in query.children_at(repository.open_build(demo_home), DAY) if row["is_in_scope"]]
    wanted = [row["child_id"][:8] for row in stratified_sample.sample(rows, 30, "5").rows]
    assert (sorted(listed(app)), f"儿童 {len(rows)} 人中" in spoken(app)) == (sorted(wanted), True)


def test_whom_and_where_to_draw_from_stand_in_the_link(opened, demo_home):
    rows = [row for row in query.children_at(repository.open_build(demo_home), DAY) if row["is_in_scope"] and row["is_due"]]
    village = rows[0]["village_id"]
    wanted = {row["child_id"][:8] for row in rows if not row["is_on_pace"] and row["village_id"] == village}
    app = opened("sample", role="reviewer", who="short_of_visits", villages=village, seed="1", size="200")
    assert set(listed(app)) == wanted


@pytest.mark.parametrize("asked", [{"size": "9999"}, {"size": "-3"}, {"size": "x"}, {"who": "all"}, {"villages": "1 2"}, {"build": "../x"}])
def test_a_forged_link_draws_what_the_page_offers_and_nothing_else(asked, opened):
    app = opened("sample", role="reviewer", **({"seed": "1"} | asked))
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert 1 <= len(listed(app)) <= sample.MOST


def test_a_seed_that_cannot_be_one_draws_nobody_and_says_why(opened):
    app = opened("sample", role="reviewer", seed="<b>李四</b>")
    assert (listed(app), "1 到 32 个数字" in app.warning[0].value) == ([], True)


def test_a_link_of_an_earlier_build_draws_from_that_build_and_says_so(opened, portions_home, monkeypatch):
    first, second = sorted(row["build"] for row in repository.history(portions_home))
    opened("overview")  # the fixture's home is the demo's
    monkeypatch.setenv("TONGXING_HOME", str(portions_home))
    told = {build: opened_at(opened, portions_home, monkeypatch, build) for build in (first, second)}
    assert [sampled_build(told[build]) for build in (first, second)] == [first, second]
    assert [[first in part.value for part in told[build].warning].count(True) for build in (first, second)] == [1, 0]


def opened_at(opened, home, monkeypatch, build):
    """The page of a home by a link that names a build."""
    app = opened("sample", role="reviewer")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    app.session_state["sample_choices"] = {}
    for key, value in {"build": build, "seed": "3", "as_of": "2025-12-31"}.items():
        app.query_params[key] = value
    return app.run()


def test_the_list_says_what_can_be_checked_and_where_the_ledger_tells_it(home):
    figures, told = Figures(build_files.published(home), READER, DAY), drawn(home, size=sample.MOST)
    rows = {row["child_id"]: row for row in figures.step("children_rows")}
    for line in told.lines:
        row = rows[line.child_id]
        assert line.visits == f"今年 {row['visit_days']} 次，应有 {row['due']} 次；上次 {row['last_visit_on'] or '—'}"
        assert line.pairing.startswith("有爱心家庭" if row["is_family_paired"] else "没有爱心家庭")
        assert f"第{row['row_no']}行" in line.place
    assert {line.needs != "没有" for line in told.lines} == {True, False}


def test_the_table_of_strata_adds_up_to_the_sample(home):
    told = drawn(home)
    headings, rows = checklist_html.allocation(told)
    assert (len(headings), rows[-1][-1]) == (len(rows[0]), f"12/{told.of}")
    assert sum(int(row[-1].split("/")[0]) for row in rows[:-1]) == 12


def test_the_paper_carries_build_day_seed_and_repeats_its_headings(home):
    told = drawn(home)
    style = checklist_html.style(told)
    assert f"{told.request.build} · 2025-12-31 · s-1" in style
    for rule in ("size:A4 landscape", "display:table-header-group", "break-inside:avoid"):
        assert rule in style


def test_the_workbook_is_one_to_print_and_to_fill(home):
    told = drawn(home)
    book = load_workbook(io.BytesIO(taken(told)))
    (receipt,) = receipts.receipts(home)
    page = book.worksheets[0]
    lines = [page.cell(at, 1).value for at in range(1, page.max_row + 1)]
    top = lines.index("序号") + 1
    assert lines[1 : top - 2] == [receipt_text.mark("internal"), *sample.block(told), *receipt_text.lines(receipt)]
    assert [page.cell(at, 2).value for at in range(top + 1, page.max_row + 1)] == [line.code for line in told.lines]
    assert (page.page_setup.orientation, page.print_title_rows, page.oddFooter.left.text) == (
        "landscape",
        f"${top}:${top}",
        f"{receipt_text.stamp('internal', '2025-12-31', told.request.build, receipt)} · s-1",
    )
    assert sorted((str(rule.sqref), rule.formula1) for rule in page.data_validations.dataValidation) == [
        (f"F{top + 1}:F{page.max_row}", '"见到,未见到"'),
        *((f"{letter}{top + 1}:{letter}{page.max_row}", '"属实,不属实,未见到"') for letter in "HJL"),
    ]


def test_a_villages_name_leaves_as_text_and_never_as_a_formula(home):
    told = drawn(home)
    live = sample.Checklist(told.request, told.sample, dict.fromkeys(told.villages, "=1+1"), told.lines)
    page = load_workbook(io.BytesIO(taken(live))).worksheets[1]
    assert {(cell.data_type, cell.value) for cell in page["A"][1:]} == {("s", "'=1+1")}


def test_the_file_is_recorded_before_it_is_given_out(home):
    taken(drawn(home))
    (entry,) = trail.entries(home)
    (receipt,) = receipts.receipts(home)
    about = {
        "form": "sample_xlsx",
        "as_of": "2025-12-31",
        "build": build_files.published(home),
        "种子": "s-1",
        "人数": "12",
        "edition": "internal",
    }
    assert (entry["act"], entry["who"]) == ("export", "li")
    assert entry["about"] == about | {"no": receipt.no, "sha256": receipt.sha256}


def test_what_cannot_be_recorded_is_not_given_out(home):
    (home / "audit").write_text("a file where the folder should be")
    with pytest.raises(trail.NotRecorded):
        taken(drawn(home))

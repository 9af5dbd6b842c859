"""Samples for a visit on site: the link is the sample, the file is recorded first, a filled list is held against its own seed."""

import datetime as dt
import io
import re

import pytest
from openpyxl import load_workbook

from locales import use_language
from pages.parts import checklist, filled, sampled
from pages.parts.figures import Figures
from tests.pages.test_pages import spoken
from warehouse import audit, builds, metrics, sampling, scopes

DAY = dt.date(2025, 12, 31)
READER = ("reviewer", scopes.WHOLE, 0)
CODE = re.compile(r'child=[0-9a-f]{20}[^"]*"[^>]*>([0-9a-f]{8})</a>')


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """The demo town's builds in a home of its own, so that its trail is this test's."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    return tmp_path


def drawn(home, **other):
    """A checklist of the demo town."""
    build = builds.published(home)
    asked = {"build": build, "day": DAY, "who": "in_scope", "villages": (), "size": 12, "seed": "s-1"} | other
    return sampled.draw(Figures(build, READER, DAY), sampled.Asked(**asked))


def taken(told):
    """The workbook as it is given out."""
    return sampled.giving(told, ["编号：TX-1"], audit.by("li", "reviewer", "10.0.0.9"))()


def listed(app):
    """The children on the page."""
    return CODE.findall(spoken(app))


def test_a_link_brings_the_same_children_back_and_another_seed_others(opened):
    one, same, other = (opened("sample", role="reviewer", seed=seed, size="15") for seed in ("77", "77", "78"))
    assert (len(listed(one)), listed(same), set(listed(other)) == set(listed(one))) == (15, listed(one), False)
    assert "种子 77" in spoken(one)


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


def test_the_page_draws_what_the_warehouse_draws_of_the_day(opened, demo_home):
    app = opened("sample", role="centre", seed="5", size="30")
    rows = [
        row | {"class_no": row["primary_class"]} for row in metrics.children_at(builds.open_build(demo_home), DAY) if row["is_in_scope"]
    ]
    wanted = [row["child_id"][:8] for row in sampling.sample(rows, 30, "5").rows]
    assert (sorted(listed(app)), f"儿童 {len(rows)} 人中" in spoken(app)) == (sorted(wanted), True)


def test_whom_and_where_to_draw_from_stand_in_the_link(opened, demo_home):
    rows = [row for row in metrics.children_at(builds.open_build(demo_home), DAY) if row["is_in_scope"] and row["is_due"]]
    village = rows[0]["village_id"]
    wanted = {row["child_id"][:8] for row in rows if not row["is_on_pace"] and row["village_id"] == village}
    app = opened("sample", role="reviewer", who="short_of_visits", villages=village, seed="1", size="200")
    assert set(listed(app)) == wanted


@pytest.mark.parametrize("asked", [{"size": "9999"}, {"size": "-3"}, {"size": "x"}, {"who": "all"}, {"villages": "1 2"}, {"build": "../x"}])
def test_a_forged_link_draws_what_the_page_offers_and_nothing_else(asked, opened):
    app = opened("sample", role="reviewer", **({"seed": "1"} | asked))
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert 1 <= len(listed(app)) <= sampled.MOST


def test_a_seed_that_cannot_be_one_draws_nobody_and_says_why(opened):
    app = opened("sample", role="reviewer", seed="<b>李四</b>")
    assert (listed(app), "1 到 32 个数字" in app.warning[0].value) == ([], True)


def test_a_link_of_an_earlier_build_draws_from_that_build_and_says_so(opened, portions_home, monkeypatch):
    first, second = sorted(row["build"] for row in builds.history(portions_home))
    opened("overview")  # the fixture's home is the demo's
    monkeypatch.setenv("TONGXING_HOME", str(portions_home))
    told = {build: opened_at(opened, portions_home, monkeypatch, build) for build in (first, second)}
    assert [sampled_build(told[build]) for build in (first, second)] == [first, second]
    assert [len(told[build].warning) for build in (first, second)] == [1, 0]
    assert first in told[first].warning[0].value


def opened_at(opened, home, monkeypatch, build):
    """The page of a home by a link that names a build."""
    app = opened("sample", role="reviewer")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    app.session_state["sample_choices"] = {}
    for key, value in {"build": build, "seed": "3", "as_of": "2025-12-31"}.items():
        app.query_params[key] = value
    return app.run()


def test_the_list_says_what_can_be_checked_and_where_the_ledger_tells_it(home):
    figures, told = Figures(builds.published(home), READER, DAY), drawn(home, size=40)
    rows = {row["child_id"]: row for row in figures.step("children_at")}
    for line in told.lines:
        row = rows[line.child_id]
        assert line.visits == f"今年 {row['visit_days']} 次，应有 {row['due']} 次；上次 {row['last_visit_on'] or '—'}"
        assert line.pairing.startswith("有爱心家庭" if row["is_family_paired"] else "没有爱心家庭")
        assert f"第{row['row_no']}行" in line.place
    assert {line.needs != "没有" for line in told.lines} == {True, False}


def test_the_table_of_strata_adds_up_to_the_sample(home):
    told = drawn(home)
    headings, rows = checklist.allocation(told)
    assert (len(headings), rows[-1][-1]) == (len(rows[0]), f"12/{told.of}")
    assert sum(int(row[-1].split("/")[0]) for row in rows[:-1]) == 12


def test_the_paper_carries_build_day_seed_and_repeats_its_headings(home):
    told = drawn(home)
    style = checklist.style(told)
    assert f"{told.asked.build} · 2025-12-31 · s-1" in style
    for rule in ("size:A4 landscape", "display:table-header-group", "break-inside:avoid"):
        assert rule in style


def test_the_workbook_is_one_to_print_and_to_fill(home):
    told = drawn(home)
    book = load_workbook(io.BytesIO(taken(told)))
    page = book.worksheets[0]
    lines = [page.cell(at, 1).value for at in range(1, page.max_row + 1)]
    top = lines.index("序号") + 1
    assert lines[1 : top - 2] == [*sampled.block(told), "编号：TX-1"]
    assert [page.cell(at, 2).value for at in range(top + 1, page.max_row + 1)] == [line.code for line in told.lines]
    assert (page.page_setup.orientation, page.print_title_rows, page.oddFooter.left.text) == (
        "landscape",
        f"${top}:${top}",
        f"{told.asked.build} · 2025-12-31 · s-1",
    )
    assert sorted((str(rule.sqref), rule.formula1) for rule in page.data_validations.dataValidation) == [
        (f"F{top + 1}:F{page.max_row}", '"见到,未见到"'),
        *((f"{letter}{top + 1}:{letter}{page.max_row}", '"属实,不属实,未见到"') for letter in "HJL"),
    ]


def test_a_villages_name_leaves_as_text_and_never_as_a_formula(home):
    told = drawn(home)
    live = sampled.Checklist(told.asked, told.drawn, dict.fromkeys(told.villages, "=1+1"), told.lines)
    page = load_workbook(io.BytesIO(taken(live))).worksheets[1]
    assert {(cell.data_type, cell.value) for cell in page["A"][1:]} == {("s", "'=1+1")}


def test_the_file_is_recorded_before_it_is_given_out(home):
    taken(drawn(home))
    (entry,) = audit.entries(home)
    about = {"form": "sample_xlsx", "as_of": "2025-12-31", "build": builds.published(home), "count": "12", "seed": "s-1"}
    assert (entry["act"], entry["who"], entry["about"]) == ("export", "li", about)


def test_what_cannot_be_recorded_is_not_given_out(home):
    (home / "audit").write_text("a file where the folder should be")
    with pytest.raises(audit.NotRecorded):
        taken(drawn(home))


def filled_in(content, answers, change=lambda book: None):
    """A list with answers by (row from 0, column): texts; then changed by hand."""
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    top = next(at for at in range(1, page.max_row) if page.cell(at, 2).value in ("代号", "Pseudonym"))
    for (row, column), text in answers.items():
        page.cell(top + 1 + row, column).value = text
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def counted(home, content):
    """What the page counts of a file."""
    kept = {row["build"] for row in builds.history(home)}
    return filled.counted(
        filled.opened("a.xlsx", content), kept, lambda asked: sampled.draw(Figures(asked.build, READER, asked.day), asked)
    )


SEEN, VISITS, PAIRING, ELIGIBILITY = 6, 8, 10, 12
ANSWERS = {(at, SEEN): "见到" for at in range(10)} | {(10, SEEN): "未见到"}
ANSWERS |= {(at, VISITS): "属实" for at in range(8)} | {(8, VISITS): "不属实", (9, VISITS): "不属实", (10, VISITS): "未见到"}
ANSWERS |= {(9, ELIGIBILITY): "不属实", (0, ELIGIBILITY): "看不懂"}


def test_a_filled_list_is_counted_with_the_exact_interval_and_tells_what_is_not_true(home):
    told = counted(home, filled_in(taken(drawn(home)), ANSWERS))
    assert [(one.item, one.yes, one.no, one.unseen, one.open) for one in told.items] == [
        ("seen", 10, 1, 0, 1),
        ("visits", 8, 2, 1, 1),
        ("pairing", 0, 0, 0, 12),
        ("eligibility", 0, 1, 0, 11),
    ]
    assert told.items[1].interval == pytest.approx((0.4439, 0.9748), abs=5e-5)
    assert told.items[2].interval is None
    assert [(line.number, items) for line, items in told.untrue] == [(9, ["visits"]), (10, ["visits", "eligibility"])]


def test_a_list_in_english_is_counted_alike(home):
    told = drawn(home)
    use_language("en")
    content = taken(told)
    use_language("zh_CN")
    answers = {(0, SEEN): "Seen", (0, VISITS): "Not true as recorded", (1, PAIRING): "True as recorded"}
    found = counted(home, filled_in(content, answers))
    assert ([(one.yes, one.no) for one in found.items], found.untrue[0][1]) == ([(1, 0), (0, 1), (1, 0), (0, 0)], ["visits"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda book: setattr(book.worksheets[2]["B6"], "value", "s-2"), "种子 s-2 抽不出清单上的这些儿童"),
        (lambda book: setattr(book.worksheets[2]["B2"], "value", "2025-06-30"), "2025-06-30、种子 s-1 抽不出"),
        (
            lambda book: setattr(book.worksheets[2]["B1"], "value", "20200101T000000Z-00000000"),
            "版本 20200101T000000Z-00000000，这个版本已不再保留",
        ),
        (lambda book: setattr(book.worksheets[2]["B5"], "value", "99999"), "改过"),
        (lambda book: setattr(book.worksheets[2]["B2"], "value", "昨天"), "没有完整的“抽样参数”表"),
        (lambda book: book.remove(book.worksheets[2]), "没有完整的“抽样参数”表"),
        (lambda book: book.worksheets[0].delete_rows(book.worksheets[0].max_row), "缺少 "),
        (lambda book: book.worksheets[0].append([13, "0badc0de"]), "多出 0badc0de"),
        (lambda book: book.worksheets[0].append([13, book.worksheets[0].cell(book.worksheets[0].max_row, 2).value]), "出现了两次"),
        (lambda book: book.remove(book.worksheets[0]), "找不到“代号”"),
    ],
)
def test_a_list_whose_parameters_do_not_give_its_children_is_refused_and_says_which(change, says, home):
    with pytest.raises(filled.NotThisList, match=says):
        counted(home, filled_in(taken(drawn(home)), ANSWERS, change))


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"PK\x03\x04"), ("a.xlsx", b""), ("a.csv", b"x"), ("a.xlsx", b"x" * (6 * 2**20))])
def test_a_file_that_is_no_list_is_refused_by_its_name(name, content):
    with pytest.raises(filled.NotThisList, match=name):
        filled.opened(name, content)


def test_nothing_of_a_filled_list_is_kept(home):
    content = filled_in(taken(drawn(home)), ANSWERS)
    before = sorted(path for path in home.rglob("*"))
    counted(home, content)
    assert sorted(path for path in home.rglob("*")) == before

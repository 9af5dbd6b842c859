"""The Word report: its figures are the cells that leave, and nothing withheld is in it; sentences hold for some, none and withheld."""

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from locales import use_language
from pages.data import village_reports
from pages.word_report import clauses, goals_section, next_steps, report_charts, sections
from pages.word_report.report_data import ReportData, parts_text
from tests.pages.word_report.report_builder import BEFORE, BETWEEN, DAYS, YEAR_END, Annex, Grid, Picture, Signed, Text, choices, composed
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.child_cells import Table
from warehouse.metrics import registry

_PART = re.compile(r"(\d+\.\d%)[（ ]\(?(\d+)/(\d+)[）)]")


def texts(made):
    """All paragraphs of a report, one below the other."""
    return "\n".join(block.text for block in made if isinstance(block, Text))


def body(made):
    """The blocks before the first annex."""
    return made[: next(at for at, block in enumerate(made) if isinstance(block, Annex))]


def report_table(name):
    """(metric, its figures) of one wide table of the annex."""
    entries = registry.metrics().items()
    return [(metric, entry.listed("report")) for metric, entry in entries if entry.export and entry.export.report_table == name]


@pytest.mark.parametrize(("day", "at"), [(day, at) for day in DAYS for at in (None, 4)])
def test_the_annex_holds_every_figure_as_it_leaves(leaves, day, at):
    told = ReportData(leaves[1][day], day, choices(leaves, day, at).village_id)
    grids = [block for block in composed(leaves, day, at) if isinstance(block, Grid) and block.is_wide][:2]
    for grid, figures in zip(grids, (report_table("children"), report_table("work")), strict=True):
        wanted = []
        for place in range(len(told.villages("coverage")) + 1):
            rows = {metric: [*told.villages(metric), told.town(metric)][place] for metric, _names in figures}
            wanted.append([cell_display.text(rows[metric][name]) for metric, names in figures for name in names])
        assert [line[1:] for line in grid.rows] == wanted
    assert len(grids[0].rows) == (15 if at is None else 2)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("day", DAYS)
def test_every_share_in_a_sentence_is_the_share_of_two_cells_that_are_shown(leaves, day, language):
    use_language(language)
    found = [part for at in (None, 0, 6) for part in _PART.findall(texts(composed(leaves, day, at)))]
    rows = [row for table in leaves[1][day].tables for row in leaves[1][day].rows(table)]
    values = [{value for value in row.values() if isinstance(value, int)} for row in rows]
    assert len(found) >= 3
    for share, above, below in found:
        assert share == cell_display.text(int(above) / int(below), is_share=True)
        assert any({int(above), int(below)} <= row for row in values)


@pytest.mark.parametrize("at", [None, 4, 6])
@pytest.mark.parametrize("day", [YEAR_END, BETWEEN])
def test_nothing_in_a_report_depends_on_a_withheld_number(leaves, day, at):
    """Text, tables and the bytes of pictures stay when every withheld number is another."""
    villages, made, told = leaves
    moved = replace(made[day], tables=[_moved(made[day], table) for table in made[day].tables])
    assert moved.tables != made[day].tables
    assert composed((villages, made | {day: moved}, told), day, at) == composed(leaves, day, at)


def _moved(made, table):
    """A table in which all that is withheld has another number."""
    pairs = zip(table.rows, made.rows(table), strict=True)
    rows = [{name: _other(value) if told.get(name) is Shown.WITHHELD else value for name, value in row.items()} for row, told in pairs]
    return Table(table.metric, table.by, table.as_of, rows)


def _other(value):
    """Another number of the kind; another word."""
    return value * 3 + 17 if isinstance(value, (int, float)) else "behind" if value == "met" else "met"


def test_the_picture_of_visits_has_the_target_of_the_next_goal_as_the_pages_have(leaves, monkeypatch):
    drawn, told = [], ReportData(leaves[1][YEAR_END], YEAR_END, None)
    goal = next(row for row in told.place_rows("goals") if row["indicator"] == "visit_target_share")
    goals, rows = [goal | {"target": 0.8}, goal | {"goal_year": 2027, "as_of": "2027-12-31", "target": 0.9}], ReportData.rows
    monkeypatch.setattr(ReportData, "rows", lambda data, metric, by: goals if metric == "goals" else rows(data, metric, by))
    monkeypatch.setattr(report_charts.canvas, "font", lambda: "a font")
    monkeypatch.setattr(report_charts.bar_drawing, "share_bars", lambda _rows, target: drawn.append(target))
    monkeypatch.setattr(report_charts, "_picture", lambda *_told: None)
    report_charts.visits(None, told)
    assert drawn == [0.8]


def test_a_report_is_signed_on_the_day_that_the_towns_clock_tells(leaves):
    """A quarter past seven in the morning of the 5th in Beijing is still the 4th in UTC."""
    villages, made, told = leaves
    late = {YEAR_END: replace(told[YEAR_END], at="2026-01-04T23:15:00+00:00")}
    (signed,) = [block for block in composed((villages, made, late), YEAR_END) if isinstance(block, Signed)]
    assert signed.lines[-1] == "2026年1月5日"


def test_a_village_s_report_names_no_other_village(leaves):
    others = [row["name"] for row in leaves[0] if row["name"] != leaves[0][4]["name"]]
    made = composed(leaves, YEAR_END, 4)
    grids = [str(cell) for block in made if isinstance(block, Grid) for row in block.rows for cell in row]
    pictures = [block.described for block in made if isinstance(block, Picture)]
    assert [name for name in others if name in " ".join([texts(made), *grids, *pictures])] == []


def test_a_day_before_all_ledgers_is_told_as_such_without_a_rate_of_nobody(internal_leaves):
    made = composed(internal_leaves, BEFORE)
    first = next(block.text for block in made if isinstance(block, Text))
    assert first == "截至2022年6月30日，全镇的台账里没有在册儿童，与儿童有关的各项没有可以报告的数。"
    assert [block for block in made if isinstance(block, Picture)] == []
    shares = [text for text in texts(made).split("\n") if "结对覆盖率100" in text or "结对覆盖率0" in text]
    assert (shares, "没有在册儿童。请核对台账是否都已报来。" in texts(made)) == ([], True)


def test_a_goal_still_to_come_is_told_by_the_day_of_the_report(leaves):
    told = ReportData(leaves[1][BETWEEN], BETWEEN, None)
    row = next(row for row in goals_section.goal_rows(told) if (row["goal_year"], row["indicator"]) == (2025, "training_share"))
    duties = told.place_row("duties")
    assert (row["numerator"], row["denominator"]) == (duties["trained"], duties["helpers"])
    assert "目标日2025年12月31日还没有到，下表是截至报告日的情况。" in texts(composed(leaves, BETWEEN))


def test_villages_are_reached_or_waiting_or_have_nobody():
    parts = {"甲村": (4, 4), "己村": (3, 4), "乙村": (1, 4), "丁村": (0, 0), "戊村": (Shown.NOT_REPORTED, Shown.NOT_REPORTED)}
    rows = [{"village": name, "covered": part, "in_scope": whole} for name, (part, whole) in parts.items()]

    def said(rows, **more):
        data = SimpleNamespace(**{"village_id": None, "is_plain": True} | more, villages=lambda _metric: rows)
        return clauses.reached(data, "coverage_share", "{count}个都已覆盖", "已覆盖的有{names}", "{names}没有儿童")

    assert said(rows) == "已覆盖的有甲村；待跟进的有乙村（1/4）、己村（3/4）；丁村没有儿童。"
    assert (said(rows[:1]), said(rows[:1], village_id="x"), said(rows, is_plain=False)) == ("1个都已覆盖。", "", "")


def test_without_a_chinese_font_the_report_says_so_and_has_no_picture(leaves, monkeypatch):
    monkeypatch.setattr(report_charts.canvas, "font", lambda: None)
    made = composed(leaves, YEAR_END)
    assert [block for block in made if isinstance(block, Picture)] == []
    assert "没有中文字体，所以没有配图" in texts(made)


@pytest.mark.parametrize("at", [None, 4, 6])
def test_next_steps_stand_in_the_internal_edition_alone_with_every_gap_of_the_figures(leaves, internal_leaves, at):
    public, internal = (texts(body(composed(of, YEAR_END, at))) for of in (leaves, internal_leaves))
    data = ReportData(internal_leaves[1][YEAR_END], YEAR_END, choices(leaves, YEAR_END, at).village_id)
    row = data.place_row("coverage")
    gaps = [row["in_scope_1_3"] - row["covered_1_3"], data.place_row("needs")["overdue"], data.place_row("eligibility")["expired"]]
    sentences = ["1—3类儿童还有{}人没有爱心家庭", "超期未办结的困难{}件", "已不符合条件仍在册的儿童{}人"]
    assert [says for says, gap in zip(sentences, gaps, strict=True) if (says.format(gap) in internal) != (gap > 0)] == []
    assert [words for words in ("拍板", "请", "待跟进", "都已") if words in public] == []


class Nothing:
    """A town in which nothing lacks; what was not reported is as given."""

    day, village_id, is_empty = dt.date(2026, 2, 10), None, False

    def __init__(self, unreported):
        self.unreported = unreported

    def is_due(self, _figure):
        """All is."""
        return True

    def place_row(self, metric):
        """Every count 0; not reported where the metric is."""
        value = Shown.NOT_REPORTED if metric in self.unreported else 0
        return dict.fromkeys(registry.metrics()[metric].columns, value)

    def villages(self, _metric):
        """None is told of alone."""
        return []


@pytest.mark.parametrize("unreported", [set(), {"visits", "duties"}])
def test_what_nobody_reported_is_not_said_to_be_done(unreported):
    written = [line for lines in next_steps.next_steps(Nothing(unreported)).values() for line in lines]
    assert ["各项都已落实，请保持。" in written, any("还没有报来的不在此列" in line for line in written)] == [
        not unreported,
        bool(unreported),
    ]


def give(data, metric, by, rows):
    """Put rows in the place of a table's; `data` has a release of its own."""
    table = next(table for table in data.release.tables if (table.metric, table.by) == (metric, by))
    data.release.replace_rows(table, rows)


def unreported(leaves, without):
    """The demo town in which villages of these places have no ledgers of the year."""
    villages, made, told = leaves
    codes = {villages[at]["village_id"] for at in without}
    lacking = dict.fromkeys(village_reports.KINDS, codes)
    of_day = replace(made[YEAR_END])
    for table in of_day.tables:
        if village_reports.has_figures_of_a_year(table.metric):
            rows = [
                row if row.get("goal_year") == 2023 else village_reports.masked(table.metric, row, lacking, len(villages))
                for row in of_day.rows(table)
            ]
            of_day.replace_rows(table, rows)
    return villages, made | {YEAR_END: of_day}, told


@pytest.mark.parametrize("at", [None, 4])
def test_a_year_of_which_nobody_reported_is_told_once_without_an_empty_table_or_picture(internal_leaves, at):
    made = body(composed(unreported(internal_leaves, range(len(internal_leaves[0]))), YEAR_END, at))
    assert re.findall("尚无数据[（/]|没有数据|尚无数据（", texts(made)) == []
    assert "走访跟上率尚无数据" in texts(made)
    captions = [block.caption for block in made if isinstance(block, Grid | Picture)]
    assert [caption for caption in captions if "走访情况" in caption or "走访跟上率" in caption] == []
    goal = next(block for block in made if isinstance(block, Grid) and block.caption == "2025年目标完成情况")
    assert [row[1:3] for row in goal.rows if row[0] == "走访跟上率"] == [["尚无数据", "尚无数据"]]
    assert "还没有报来的不在此列" in texts(made)


def test_a_village_that_reported_nothing_is_not_among_those_without_an_indicator_behind(internal_leaves):
    """Of a town in which the last village alone is well, and did not report."""
    villages, made, _told = internal_leaves
    data = ReportData(replace(made[YEAR_END]), YEAR_END, None)
    rows = data.villages("goals")
    last = villages[-1]["village_id"]
    kept = [
        row
        | ({"status": "no_figure", "numerator": Shown.NOT_REPORTED, "denominator": Shown.NOT_REPORTED} if row["village_id"] == last else {})
        for row in rows
    ]
    give(data, "goals", "village", kept)
    says = goals_section.villages_behind(data)
    assert f"{villages[-1]['name']}有指标尚无数据" in says
    behind = {row["village_id"] for row in kept if row["status"] == "behind" and row["goal_year"] == 2025}
    clear = len(villages) - 1 - len(behind)
    assert (f"没有滞后指标的村（社区）{clear}个" in says, "0个" in says) == (clear > 0, False)
    assert says.count(f"{len(behind)}个") <= 1


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((Shown.WITHHELD, Shown.WITHHELD), "＊"),
        ((Shown.WITHHELD, 12), "＊/12"),
        ((Shown.WITHHELD, 0), "—"),
        ((Shown.NOT_REPORTED, 37), "尚无数据"),
        ((Shown.NOT_REPORTED, Shown.NOT_REPORTED), "尚无数据"),
        ((3, 4), "3/4"),
    ],
)
def test_parts_of_a_share_say_one_thing_only_where_one_is_all_there_is(parts, text):
    assert parts_text(*parts) == text
    if text in ("—", "尚无数据"):  # as the share beside them
        assert cell_display.text(cell_display.share_of(*parts)) == text


def test_what_a_place_has_none_of_is_said_without_a_second_meaning():
    assert clauses.share("coverage_share_1_3", 0, 0) == "1—3类结对覆盖率没有可算的数（没有这类儿童）"
    assert clauses.share("training_share", Shown.NOT_REPORTED, 37) == "培训参与率尚无数据"
    assert clauses.count("visits.due_children", Shown.NOT_REPORTED) == "应有走访的儿童尚无数据"


class Written:
    """Takes the parts of a report; those of a section in `blocks`."""

    def __init__(self):
        self.blocks = []

    def heading(self, text, level=1):
        """Keep a heading."""
        self.blocks.append(("heading", text))

    def text(self, *texts):
        """Keep paragraphs."""
        self.blocks += [("text", text) for text in texts if text]

    def table(self, caption, *_told, **_more):
        """Keep a table's name."""
        self.blocks.append(("table", caption))


@pytest.mark.parametrize(
    ("needs", "says"),
    [
        ({}, "没有提出的困难。"),
        (dict.fromkeys(("raised", "resolved", "open", "overdue", "median_days_to_resolve"), Shown.WITHHELD), "这一部分的数不公布。"),
    ],
)
def test_difficulties_of_which_there_is_nothing_to_say_have_one_sentence(internal_leaves, needs, says):
    data, doc = ReportData(replace(internal_leaves[1][YEAR_END]), YEAR_END, None), Written()
    row = {"raised": 0, "resolved": 0, "open": 0, "overdue": 0, "median_days_to_resolve": Shown.NO_DATA} | needs
    give(data, "needs", "town", [data.town("needs") | row])
    sections.work(doc, data)
    assert doc.blocks[2] == ("text", says)
    assert all(after[0] != "heading" for before, after in zip(doc.blocks[1:], doc.blocks[2:], strict=False) if before[0] == "heading")


@pytest.mark.parametrize(
    ("in_scope", "first"),
    [(19, "截至2025年12月31日，甲村帮扶范围内的儿童19人。"), (Shown.WITHHELD, "现将甲村截至2025年12月31日的有关情况报告如下。")],
)
def test_a_report_that_may_not_say_how_many_are_registered_begins_with_what_it_may(leaves, in_scope, first):
    data = ReportData(replace(leaves[1][YEAR_END]), YEAR_END, None)
    give(data, "eligibility", "town", [data.town("eligibility") | {"registered": Shown.WITHHELD, "in_scope": in_scope}])
    if in_scope is Shown.WITHHELD:
        for metric in ("coverage", "visits", "needs"):
            give(data, metric, "town", [dict.fromkeys(data.town(metric), Shown.WITHHELD)])
    text = sections.opening(data, "甲村")
    assert (text.startswith(first), text.count("如下")) == (True, 1)


def test_a_public_report_says_at_its_beginning_what_its_stars_are(leaves, internal_leaves):
    beginnings = [[block.text for block in composed(of, YEAR_END) if isinstance(block, Text)][:2] for of in (leaves, internal_leaves)]
    assert ["＊ 不公布" in " ".join(beginning) for beginning in beginnings] == [True, False]


def test_the_key_of_signs_explains_every_sign(internal_leaves):
    keys = "".join(cell_display.key(3))
    assert [sign for sign in map(cell_display.sign, Shown) if sign not in keys] == []


def test_a_rate_whose_day_of_the_year_has_not_come_is_not_told_as_none(internal_leaves):
    _villages, made, _told = internal_leaves
    doc = Written()
    doc.table = lambda _caption, _headings, rows, note="": doc.blocks.extend([*rows, note])
    sections.work(doc, ReportData(made[YEAR_END], dt.date(2026, 1, 20), None))
    assert "年度更新率" not in str(doc.blocks[:-1])
    assert doc.blocks[-1] == "年度更新率从2026年3月31日起才有数。"


def test_english_lists_of_indicators_are_parted_by_semicolons(internal_leaves):
    use_language("en")
    made = texts(composed(internal_leaves, YEAR_END))
    assert not re.search(r"classes \d–\d,", made)
    assert not re.search(r"\d (met|behind|close|no figure)\b", made)


def test_a_village_that_did_not_report_is_named_first_among_those_that_lack_what_the_town_counts_as_not_done(internal_leaves):
    villages, made, _told = unreported(internal_leaves, [3])
    data = ReportData(made[YEAR_END], YEAR_END, None)
    row = data.town("visits") | {"never_visited": 17}
    give(data, "visits", "town", [row])
    says = next_steps._sentence(data, "visits.never_visited", "应访未访的儿童{count}人，请先去看望")
    assert f"应访未访的儿童17人，请先去看望：{villages[3]['name']}尚无数据" in says

"""Sentences say what their figures say, and figures never say more than they know."""

import datetime as dt

import pytest

from locales import use_language
from pages.text import formatting, statuses
from pages.text.masked_count import Hidden
from warehouse.disclosure.cell_display import Shown

DAY = dt.date(2025, 12, 31)
NOBODY = (
    {"registered": 0, "in_scope": 0},
    {"covered": 0, "in_scope": 0, "covered_1_3": 0, "in_scope_1_3": 0, "covered_4_6": 0, "in_scope_4_6": 0},
    {"on_pace": 0, "due_children": 0},
)
SOME = (
    {"registered": 312, "in_scope": 300},
    {"covered": 288, "in_scope": 300, "covered_1_3": 53, "in_scope_1_3": 55, "covered_4_6": 0, "in_scope_4_6": 0},
    {"on_pace": 150, "due_children": 300},
)


def test_a_share_stands_with_its_parts_and_a_missing_one_is_a_dash():
    assert (formatting.share(53, 55), formatting.share(0, 0), formatting.percent(None)) == ("96.4% · 53/55", "—", "—")


def test_almost_all_is_never_shown_as_all():
    assert (formatting.percent(9999 / 10000), formatting.percent(1.0)) == ("99.9%", "100.0%")


@pytest.mark.parametrize(
    ("numerator", "denominator", "code"),
    [(95, 100, "close"), (94, 100, "behind"), (100, 100, "met"), (0, 0, "no_figure"), (0, 5, "behind")],
)
def test_a_status_follows_the_printed_rule(numerator, denominator, code):
    assert statuses.judge(numerator, denominator, 1.0).code == code


def test_the_overview_says_what_the_figures_say():
    assert formatting.overview(DAY, *SOME, ["柳树村", "石桥村"]) == (
        "截至2025年12月31日，在册 312 人，其中帮扶范围内 300 人，结对覆盖 96.0%（288/300），1—3类结对覆盖 96.4%（53/55），4—6类结对覆盖 无此类儿童，走访跟上 50.0%（150/300）"
        "；1—3类还没有全部结对的：柳树村、石桥村。"
    )


def test_the_overview_of_nobody_gives_no_rate():
    assert formatting.overview(DAY, *NOBODY, []) == "截至2025年12月31日，没有在册儿童。"


def test_more_than_three_villages_are_counted_and_not_listed():
    assert formatting.list_villages(["甲村", "乙村", "丙村", "丁村"]) == "甲村、乙村、丙村等4个村（社区）"


def test_a_title_states_the_finding():
    assert (
        formatting.coverage_title("结对覆盖率", [("甲村", 4, 4), ("乙村", 1, 2)])
        == "结对覆盖率：1个村（社区）未到100%，最低的乙村 50.0%（1/2）"
    )
    assert formatting.coverage_title("结对覆盖率", [("甲村", 4, 4), ("乙村", 0, 0)]) == "结对覆盖率：1个村（社区）全部达到100%"
    assert formatting.coverage_title("结对覆盖率", [("甲村", 0, 0)]) == "结对覆盖率：没有可计算的村（社区）"


def test_the_sentence_of_a_goal_year_counts_what_is_met_and_names_what_is_behind():
    rows = [
        {"indicator": "card_share", "status": "met"},
        {"indicator": "care_share", "status": "behind"},
        {"indicator": "training_share", "status": "close"},
    ]
    met, behind = "2025年目标：3 项指标达标 1 项", "滞后的有：慰问落实率。"
    assert formatting.goals_sentence(2025, 0.912, rows) == f"{met}；得分 91.2，没有达标的指标也按完成的比例得分；{behind}"
    assert formatting.goals_sentence(2025, None, rows) == f"{met}；得分到目标日才计算；{behind}"
    assert "4 项指标达标 1 项，1 项没有数据、不计分；" in formatting.goals_sentence(2025, 0.9, [*rows, {"status": "no_figure"}])


def test_change_is_told_in_points_and_not_at_all_without_both_figures():
    assert (formatting.points(0.95, 0.93), formatting.points(0.95, 0.95), formatting.points(None, 0.9)) == ("+2.0", "±0.0", "—")


def test_english_sentences_hold_the_same_figures():
    use_language("en")
    told = formatting.overview(DAY, *SOME, ["柳树村"])
    assert "312 children" in told and "96.4% (53/55)" in told and "150/300" in told


def test_a_text_of_somebody_elses_is_no_markup_for_markdown():
    assert (
        formatting.escape_markdown("[x](http://evil.example) **b** $x$") == "\\[x\\]\\(http:\u2060//evil.example\\) \\*\\*b\\*\\* \\$x\\$"
    )
    assert formatting.escape_markdown("柳溪村儿童台账_20251220.xlsx") == "柳溪村儿童台账_20251220.xlsx"


def test_where_figures_are_withheld_none_is_called_the_lowest_and_not_all_are_whole():
    rows = [("甲村", 3, 20), ("乙村", 5, 5)]
    assert formatting.coverage_title("走访跟上率", rows) == "走访跟上率：1个村（社区）未到100%，最低的甲村 15.0%（3/20）"
    assert formatting.coverage_title("走访跟上率", rows[1:], 7) == "走访跟上率：公布 1 个数，不公布 7 个"
    late = Hidden(Shown.NOT_REPORTED)
    assert (
        formatting.coverage_title("走访跟上率", [("甲村", 4, 4), ("乙村", late, late)])
        == "走访跟上率：1个村（社区）全部达到100%，1个尚无数据"
    )


def test_a_name_that_is_in_a_file_s_name_twice_stands_there_once():
    assert formatting.file_name("从在册到关爱到位", "从在册到关爱到位", "2025-12-31", ending="svg") == "从在册到关爱到位_2025-12-31.svg"


def test_a_class_that_a_place_has_no_children_of_is_no_missing_data():
    nothing = statuses.STATUSES["no_figure"]
    assert statuses.word_of(nothing, "coverage_share_4_6", 0) == "没有这类儿童"
    assert statuses.word_of(nothing, "needs_resolved_share", 0) == statuses.word_of(nothing, "coverage_share_4_6", None) == "无数据"
    assert statuses.word_of(statuses.STATUSES["met"], "coverage_share_4_6", 7) == "达标"

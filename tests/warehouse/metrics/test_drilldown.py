"""From a number to its rows: the list behind a figure holds as many rows as the figure says, for every figure, group and day."""

import datetime as dt
from functools import cache
from itertools import product
from operator import itemgetter

import pytest

from etl.sheets import place_and_date
from tests.warehouse.town_builder import figures_with_rows
from warehouse.builds import raw_sheets, repository
from warehouse.metrics import drilldown, query, registry
from warehouse.sql import compose
from warehouse.storage import keys

DAYS = (dt.date(2024, 8, 20), dt.date(2025, 12, 31))
# Metrics with a row for each word: its column, the figure of each of their columns, and what tells its rows apart in a list of all.
BY_WORD = {
    "leads": ("lead", {"rows": "{}"}, "lead_code"),
    "eligibility_reasons": ("reason", {"children": "children"}, "reason"),
    "topics": ("topic", {"visits": "visits", "with_topic": "with_{}"}, ""),
    "need_kinds": ("category", {n: n + "_{}" for n in ("raised", "open", "overdue", "resolved", "joint_meetings")}, "category"),
}
SHARES = ("share", "low", "high", "median", "child_years", "visits_per", "per_helper")


@pytest.fixture(scope="module")
def build(town_home):
    """The sample town."""
    return repository.open_build(town_home)


@pytest.fixture(scope="module")
def listed(build):
    """The town's list behind a figure on a day, asked for once: of each row what it counts, its village and its place."""
    of = itemgetter("village_id", "counts", "file", "sheet_id", "row_no")

    @cache
    def rows(metric, figure, day):
        return [(*of(row), row.get("kept_by")) for row in drilldown.rows(build, metric, figure, day)]

    return rows


def counted(rows):
    """What rows add up to."""
    return sum(row["counts"] for row in rows)


def counts_of(build, listed, metric, figure, day, by):
    """What the lists of a figure add up to by (village, class): one list a class, one list cut by village where it can be."""
    if by == "class":
        return {(None, number): counted(drilldown.rows(build, metric, figure, day, class_no=number)) for number in range(1, 7)}
    if by == "town":
        return {(None, None): sum(counts for _village, counts, *_place in listed(metric, figure, day))}
    villages = [row["village_id"] for row in build.rows("select village_id from villages")]
    if drilldown.drilldown_of(metric, figure).rows == "helpers":  # a helper may serve in several villages: a list each, of some
        return {(code, None): counted(drilldown.rows(build, metric, figure, day, village_id=code)) for code in villages[::4]}
    sums = {(code, None): 0 for code in villages}
    for village, counts, *_place in listed(metric, figure, day):
        if (village, None) in sums:
            sums[village, None] += counts
    return sums


@pytest.mark.parametrize("metric", [name for name in figures_with_rows() if name not in BY_WORD])
def test_the_list_behind_every_figure_is_as_long_as_the_figure(metric, build, listed):
    groups = [group for group in registry.metrics()[metric].groups if group != "village_class"]
    for day, by in [(day, by) for day, by in product(DAYS, groups) if by != "class" or day == DAYS[-1]]:  # a list for each class
        answers = query.ask(build, metric, day, by)
        for figure in set(answers[0]) & set(figures_with_rows()[metric]):
            told = {(row.get("village_id"), row.get("class_no")): row[figure] for row in answers}
            counts = counts_of(build, listed, metric, figure, day, by)
            assert (day, figure, counts) == (day, figure, {place: told[place] for place in counts})
            assert counts.keys() == told.keys() or (len(counts), drilldown.drilldown_of(metric, figure).rows) == (3, "helpers")


def test_a_villages_list_is_its_part_of_the_towns(build):
    """One figure of every kind of rows: the kind alone says what a village's list is cut from."""
    kinds = {told.rows: (metric, figure) for metric, figures in figures_with_rows().items() for figure, told in figures.items()}
    village = build.rows("select village_id from villages")[0]["village_id"]
    for metric, figure in (asked for kind, asked in kinds.items() if kind != "helpers"):  # a helper may serve in several villages
        whole = drilldown.rows(build, metric, figure, DAYS[-1])
        one = drilldown.rows(build, metric, figure, DAYS[-1], village_id=village)
        assert one == [row for row in whole if row["village_id"] == village]


@pytest.mark.parametrize("metric", BY_WORD)
def test_figures_of_a_row_for_each_word_have_their_rows(metric, build):
    name, figures, column = BY_WORD[metric]
    whole = cache(lambda figure: drilldown.rows(build, metric, figure, DAYS[-1]))
    for answer in query.ask(build, metric, DAYS[-1], "village"):
        for figure, code in figures.items():
            found = [row for row in whole(code.format(answer[name])) if row["village_id"] == answer["village_id"]]
            own = [
                row
                for row in found
                if not column or (row[column] == answer[name] and answer.get("class_no") in (None, row.get("class_no")))
            ]
            own = [row for row in own if answer.get("state") in (None, row.get("state"))]
            assert counted(own) == answer[figure]


def test_every_count_of_every_metric_has_a_list():
    own = {
        metric: set(entry.columns) for metric, entry in registry.metrics().items() if metric not in ("indicators", "goals", "goal_scores")
    }
    whole = {metric: {name for name in names if not any(word in name for word in SHARES)} for metric, names in own.items()}
    whole |= {"leads": set(), "need_kinds": set()} | {"eligibility_reasons": {"children"}, "topics": {"visits"}}
    assert {metric: names - set(figures_with_rows()[metric]) for metric, names in whole.items()} == {metric: set() for metric in whole}


def test_the_parts_of_every_indicator_are_those_of_its_list(build):
    for row in query.ask(build, "indicators", DAYS[-1]):
        metric, (numerator, denominator) = registry.shares()[row["indicator"]].metric, registry.shares()[row["indicator"]].parts
        whole = query.ask(build, metric, DAYS[-1])[0]
        assert (row["numerator"], row["denominator"]) == (whole[numerator], whole[denominator])
        found = drilldown.share_rows(build, row["indicator"], DAYS[-1])
        assert (sum(one["counted"] for one in found), counted(found)) == (row["numerator"], row["denominator"])


def test_every_row_but_a_missing_ledgers_tells_its_place(listed):
    for metric, figures in figures_with_rows().items():
        for figure in figures:
            placeless = [row for row in listed(metric, figure, DAYS[-1]) if not row[2]]
            assert figure in ("ledgers_expected", "villages", "villages_updated") or placeless == []


def villages_of_rows(build):
    """The village of every ledger row as the ledgers have it: by its own cell, else its sheet's; by sheet alone for all else."""
    key, sealed = keys.load_key(build.home), build.rows("select sheet_id, sealed from raw_sheets")
    sheets = {row["sheet_id"]: raw_sheets.unpack(key.unseal(row["sheet_id"], bytes(row["sealed"]))) for row in sealed}
    registers = [frame for header, frame in sheets.values() if header["ledger"] == "villages" and frame is not None]
    find = place_and_date.register([frame.with_columns(is_1904=False, is_alone=True) for frame in registers]).find
    villages = {(row["sheet_id"], None): row["village_id"] for row in build.rows("select sheet_id, village_id from ledger_sheets")}
    for sheet_id, (_header, frame) in sheets.items():
        for row in frame.to_dicts() if frame is not None else []:
            villages[sheet_id, row["row_no"]] = find(row.get("village_name")) or villages[sheet_id, None]
    return villages


def test_every_row_stands_in_a_ledger_of_the_village_that_it_counts_in_or_says_whose_it_is(build, listed):
    places = villages_of_rows(build)
    names = {row["village_id"]: row["name"] for row in build.rows("select village_id, name from villages")}
    elsewhere, others = set(), set()
    for day, (metric, figures) in product(DAYS, figures_with_rows().items()):
        for figure in figures:
            for village_id, _counts, file, sheet_id, row_no, kept_by in listed(metric, figure, day):
                if file and (village := places.get((sheet_id, row_no), places[sheet_id, None])):
                    others |= {(day, figure)} if kept_by else set()
                    if village_id and (kept_by or names[village_id]) != names[village]:
                        elsewhere.add((day, figure, village_id, file, row_no))
    assert elsewhere == set()
    assert {figure for _day, figure in others} == {
        "visit_days",
        "care_due",
        "care_held",
        "visits",
        "with_family",
        "with_policy",
    }  # of a child that has moved since


def test_every_file_of_rows_is_used():
    used = {told.rows for figures in figures_with_rows().values() for told in figures.values()}
    kinds = {path.stem for path in (compose.SQL / "rows").glob("*.sql")}
    assert {kind.removeprefix("class_").removeprefix("village_") for kind in kinds} == used


def test_targets_in_reach_and_out_of_reach_are_all_children_in_scope_who_are_due_a_visit_this_year(build):
    for day in DAYS:
        lists = [drilldown.rows(build, "visits", f"target_{name}", day) for name in ("reached", "in_reach", "out_of_reach")]
        due = [row for row in drilldown.rows(build, "coverage", "in_scope", day) if row["due_year"]]
        assert sum(map(counted, lists)) == len(due)


@pytest.mark.parametrize(("metric", "figure"), [("coverage", "coverage_share"), ("unknown", "covered"), ("coverage", "nothing")])
def test_what_has_no_list_is_refused(metric, figure, build):
    with pytest.raises(query.CannotAsk, match="没有可以展开的名单"):
        drilldown.rows(build, metric, figure, DAYS[0])
    with pytest.raises(query.CannotAsk, match="没有可以展开的名单"):
        drilldown.share_rows(build, figure + "_nowhere", DAYS[0])


@pytest.mark.parametrize("share", registry.shares())
def test_both_parts_of_a_share_are_of_one_kind_of_rows(share, build):
    metric, (numerator, denominator) = registry.shares()[share].metric, registry.shares()[share].parts
    assert drilldown.drilldown_of(metric, numerator).rows == drilldown.drilldown_of(metric, denominator).rows
    found = drilldown.share_rows(build, share, DAYS[-1])
    assert sum(row["counted"] for row in found) == counted(drilldown.rows(build, metric, numerator, DAYS[-1]))
    assert all(0 <= row["counted"] <= row["counts"] for row in found)


def parts_of(build, share, group):
    """What a share's parts count for a group of classes, by village."""
    entry = registry.shares()[share]
    return drilldown.class_counts(build, entry.metric, entry.denominator, [entry.numerator], DAYS[1], group)


@pytest.mark.parametrize("share", [share for share in registry.shares() if drilldown.has_classes(share)])
def test_a_class_of_children_has_the_parts_of_its_list_and_no_class_is_told_for_what_has_none(share, build):
    rows, names = drilldown.share_rows(build, share, DAYS[1], None, 6), registry.shares()[share].parts
    sums = [sum(row[name] for row in parts_of(build, share, "6")) for name in names]
    assert sums == [sum(row["counted"] for row in rows), sum(row["counts"] for row in rows)]
    with pytest.raises(query.CannotAsk, match="不按儿童类别计算"):
        parts_of(build, "training_share", "6")


@pytest.mark.parametrize("share", ["coverage_share", "visit_pace_share", "eligibility_valid_share"])
def test_both_groups_of_classes_together_are_the_whole_each_child_once(share, build):
    entry = registry.shares()[share]
    groups = [parts_of(build, share, group) for group in ("1_3", "4_6")]
    rows = drilldown.share_rows(build, share, DAYS[1])
    keys = [row for group in ("1_3", "4_6") for row in drilldown.of_group(build, entry.metric, entry.denominator, DAYS[1], group)]
    assert {row["child_id"] for row in keys} == {row["child_id"] for row in rows} and len(keys) == len(rows)
    assert sum(row[entry.denominator] for group in groups for row in group) == len(rows)

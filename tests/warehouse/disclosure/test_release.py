"""Tables of the sample town as they leave the house: every column judged, every small count proved open, edition after edition."""

import datetime as dt
import json
from functools import cache
from itertools import combinations, pairwise

import pytest

from tests.warehouse.disclosure import filling_attacker
from tests.warehouse.disclosure.exporting import after_another, exported, planned
from warehouse.builds import repository
from warehouse.disclosure import release, release_log, suppression
from warehouse.disclosure.cell_display import Shown, text
from warehouse.disclosure.child_cells import Table, base_of, columns, key_of, publication_of, relations
from warehouse.metrics import query, registry
from warehouse.settings import validation

DAY = dt.date(2025, 12, 31)
LEAVING = registry.exported()


@pytest.fixture(scope="module")
def ask(town_home):
    """How figures of the sample town are asked for."""
    build = repository.open_build(town_home)
    kept = cache(lambda metric, by, day: query.ask(build, metric, day, by))
    return lambda metric, by, day: [dict(row) for row in kept(metric, by, day)]


def handed(ask, home, tables, day=DAY):
    """What leaves, entered in the register of a home."""
    return exported(ask, tables, release_log.Order("build", day, "csv", "li", "centre"), home)[0]


def test_every_whole_number_of_every_metric_is_judged_a_count_of_children_or_not(ask):
    for metric, entry in registry.metrics().items():
        judged = [name for kind in ("children", "others", "unpublished") for name in entry.listed(kind)]
        judged += [figure.name for figure in entry.figures.values() if figure.sum_over]
        if metric in ("goals", "indicators"):
            judged += ["numerator", "denominator"]  # judged by the indicator they are parts of
        rows = ask(metric, "town" if metric != "leads" else "village", DAY)
        whole = {name for row in rows for name, value in row.items() if isinstance(value, int)} - {"class_no"}
        assert whole <= set(judged), metric
        assert set(judged) <= {*entry.columns}, metric
        assert len(judged) == len(set(judged)), metric


def test_every_part_of_a_goal_is_a_judged_column():
    parts = [(share.metric, *share.parts) for code, share in registry.shares().items() if code in validation.indicators()]
    lacking = [
        (metric, name)
        for metric, *names in parts
        for name in names
        if name not in registry.metrics()[metric].listed("others") and registry.metrics()[metric].cell(name) is None
    ]
    assert lacking == []


@pytest.mark.parametrize("day", [dt.date(2023, 12, 31), dt.date(2024, 8, 20), DAY])
def test_every_relation_written_down_holds_in_the_sample_town(ask, day):
    publication = publication_of([Table(m, by, day, ask(m, by, day)) for m in release.family() for by in registry.metrics()[m].groups])
    names = {frozenset(key[0] for key, _c in relation.terms) for relation in publication.relations}
    written = [frozenset(terms) for terms in relations()["sums"]]
    written += [frozenset([*more, *less]) for more, less in relations()["bounds"]]
    assert [sorted(terms) for terms in written if terms not in names] == []
    assert [r for r in publication.relations if r.is_equal and sum(c * publication.cells[key].value for key, c in r.terms)] == []
    additive = {relation.terms[0][0][0] for relation in publication.relations if len({key[1] for key, _c in relation.terms}) > 2}
    assert additive >= set(relations()["within"])


def judged_open(made, known=frozenset()):
    """Protected counts that a reader with a solver pins down or knows to be small, from the tables and what was told before."""
    cells = made.publication.cells
    shown = {key for key, cell in cells.items() if cell.is_published and key not in made.withheld} | known
    return filling_attacker.never_apart(made.publication, shown | (made.publication.fixed - made.withheld), made.plan.guarded)


def test_of_months_told_one_after_another_none_is_guessed_from_the_one_before(ask, tmp_path):
    """Whoever takes a withheld count for what it was the month before still learns no small one, but those told to be loose."""
    days, tables = [dt.date(2025, month, 28) for month in (6, 7)], [("coverage", "village"), ("visits", "village")]
    made = planned(ask, tables, days[-1], tmp_path, 3, days[:-1])
    alone = {day: planned(ask, tables, day, tmp_path, 3).plan.withheld for day in days}
    assert [sorted(key for key in alone[day] if key not in made.withheld) for day in days] == [[], []]
    cells = publication_of(made.tables).cells
    told = {key: cell.value for key, cell in cells.items() if cell.is_published and key not in made.withheld}
    before = {str(later): str(day) for day, later in pairwise(days)}
    guessed = {key for key, cell in cells.items() if told.get((*key[:3], before.get(key[3]))) == cell.value}
    assert guessed & made.withheld  # there is something to guess
    assert [key for key in judged_open(made, guessed) if key not in made.plan.guessable] == []


def test_no_small_count_of_children_comes_out_of_all_tables_together(ask, tmp_path):
    made = planned(ask, [(m, by) for m in LEAVING for by in release.offered(m)], DAY, tmp_path, 3)
    assert len(made.plan.guarded) > 100
    assert judged_open(made) == []


def test_editions_one_after_another_tell_no_more_than_all_at_once(ask, tmp_path):
    told, sets = (
        {},
        [[("coverage", "village")], [("cascade", "town"), ("eligibility", "class")], [("visits", "village")], [("goals", "village")]],
    )
    for tables in sets:
        made = handed(ask, tmp_path, tables)
        assert not told.keys() & made.withheld
        own = publication_of(made.tables).cells
        told |= {key: cell.value for key, cell in own.items() if cell.is_published and key not in made.withheld}
    assert judged_open(made, frozenset(told)) == []


def test_a_day_is_decided_alike_whatever_is_chosen_beside_it(ask, tmp_path):
    every = planned(ask, [(m, by) for m in LEAVING for by in release.offered(m)], DAY, tmp_path, 3)
    held = {key for key in every.plan.withheld if key[3] == str(DAY)}
    assert held
    for day in (DAY, dt.date(2024, 8, 20)):
        for tables in ([("coverage", "village")], [("goals", "town"), ("visits", "class")], [("eligibility_reasons", "town")]):
            made = planned(ask, tables, day, tmp_path, 3)
            days = {key[3] for key in publication_of(made.tables).cells}
            assert {key for key in made.withheld if key[3] == str(DAY)} == (held if str(DAY) in days else set())


def test_a_day_is_worked_out_once_for_all_that_is_chosen_of_it_and_anew_after_an_export(ask, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(release, "plan", lambda *told: asked.append(told) or suppression.plan(*told))
    release._plan_of.cache_clear()
    for tables in ([("coverage", "village")], [("visits", "class")], [("needs", "town"), ("coverage", "town")]):
        planned(ask, tables, DAY, tmp_path, 3)
    assert len(asked) == 1
    planned(ask, [("coverage", "village")], DAY, tmp_path, 4)
    handed(ask, tmp_path, [("coverage", "village")])
    planned(ask, [("coverage", "village")], DAY, tmp_path, 3)
    assert len(asked) == 3


@pytest.mark.parametrize("by", ["town", "village"])
def test_a_score_that_leaves_alone_is_withheld_as_beside_its_goals(by, ask, tmp_path):
    for day in (DAY, dt.date(2024, 8, 20)):
        alone = planned(ask, [("goal_scores", by)], day, tmp_path, 3)
        beside = planned(ask, [("goal_scores", by), ("goals", by)], day, tmp_path, 3)
        assert alone.rows(alone.tables[0]) == beside.rows(beside.tables[0])
        assert (Shown.WITHHELD in [row["score"] for row in alone.rows(alone.tables[0])]) == (by == "village")


@pytest.mark.parametrize(("day", "most"), [(dt.date(2023, 12, 31), 0.5), (DAY, 0.4)])
def test_the_towns_own_row_is_never_withheld_and_most_headline_shares_of_villages_stay(day, most, ask, tmp_path):
    made = planned(ask, [(m, by) for m in LEAVING if m != "eligibility_reasons" for by in release.offered(m)], day, tmp_path, 3)
    assert judged_open(made) == []
    lines = {table.by: [] for table in made.tables}
    for table in made.tables:
        lines[table.by] += [(table, row, line) for row, line in zip(table.rows, made.rows(table), strict=True)]
    assert [line for _table, _row, line in lines["town"] if Shown.WITHHELD in line.values()] == []
    shares = [
        Shown.WITHHELD in [line[part] for part in share.parts]
        for table, row, line in lines["village"]
        for code, share in registry.shares().items()
        if share.metric == table.metric
        and (share.headline or share.target or code in validation.indicators())
        and row[share.denominator]
        and key_of(table, row, share.denominator)
    ]
    assert sum(shares) / len(shares) < most


def test_a_setting_withholds_small_counts_of_the_towns_own_row(ask, tmp_path):
    """As before the town's row was always shown."""
    day = dt.date(2023, 12, 31)
    request = release.request([("cascade", "town"), ("visits", "town")], day, tmp_path)
    made = release.plan_release(request, {name: ask(*name) for name in request.tables}, 3, 3)
    assert any(key[1:3] == ("", 0) for key in made.plan.withheld)
    assert judged_open(made) == []


def test_a_town_figure_that_an_earlier_edition_withheld_stays_withheld(ask, tmp_path):
    day = dt.date(2023, 12, 31)
    order = release_log.Order("build", day, "csv", "li", "centre")
    with release.open_edition(tmp_path, order) as edition:
        request = release.request([("cascade", "town"), ("needs", "town"), ("visits", "town")], day, tmp_path)
        before = release.plan_release(request, {name: ask(*name) for name in request.tables}, 3, 3)
        edition.register(before, b"", lambda *_entry: 1)
    held = {key for key in before.plan.withheld if key[1:3] == ("", 0)} & publication_of(before.tables).cells.keys()
    made = planned(ask, [("cascade", "town"), ("needs", "village"), ("visits", "town")], day, tmp_path, 3)
    assert held and held <= made.plan.withheld
    assert judged_open(made) == []


def test_two_exports_never_show_the_same_cell_differently(ask, tmp_path):
    sets = [[("coverage", "village")], [("cascade", "village"), ("cascade", "town")], [("coverage", "village"), ("visits", "village")]]
    seen = []
    for tables in sets:
        made = handed(ask, tmp_path, tables)
        rows = [(table, row, line) for table in made.tables for row, line in zip(table.rows, made.rows(table), strict=True)]
        seen.append({key: line[name] for table, row, line in rows for name in line if (key := key_of(table, row, name))})
    for one, other in combinations(seen, 2):
        assert [key for key in one.keys() & other.keys() if one[key] != other[key]] == []


def test_a_share_goes_with_either_of_its_parts_and_a_sum_with_its_children(ask, tmp_path):
    made = planned(ask, [("coverage", "village"), ("visits", "village"), ("duties", "village")], DAY, tmp_path, 3)
    withheld = 0
    for table in made.tables:
        for row, line in zip(table.rows, made.rows(table), strict=True):
            for share, (metric, *parts) in ((code, (share.metric, *share.parts)) for code, share in registry.shares().items()):
                if metric == table.metric and share in line and Shown.WITHHELD in [line[part] for part in parts] and row[parts[1]]:
                    assert line[share] is Shown.WITHHELD
                    withheld += 1
            followers = [name for name in line if base_of(table, row, name) in made.withheld]
            assert [name for name in followers if line[name] is not Shown.WITHHELD] == []
    assert withheld > 3


def test_of_nothing_there_is_no_share_whatever_is_withheld_of_its_numerator(ask):
    places = zip((0, 9), ask("eligibility", "village", DAY), strict=False)
    rows = [row | {"eligible": 0, "registered": whole, "eligibility_valid_share": 0.0 if whole else None} for whole, row in places]
    table = Table("eligibility", "village", DAY, rows)
    withheld = frozenset(key_of(table, row, "eligible") for row in rows)
    assert [row["eligibility_valid_share"] for row in release.shown_rows(table, withheld)] == [Shown.NO_DATA, Shown.WITHHELD]


def test_a_score_is_told_only_where_all_that_it_is_made_of_is_told(ask, tmp_path):
    made = planned(ask, [("goals", "village"), ("goal_scores", "village")], DAY, tmp_path, 3)
    goals, scores = (made.rows(table) for table in made.tables)
    hidden = {(row["village_id"], row["goal_year"]) for row in goals if row["actual"] is Shown.WITHHELD}
    assert hidden
    assert {(row["village_id"], row["goal_year"]) for row in scores if row["score"] is Shown.WITHHELD} >= hidden


def viewed(ask, home, by):
    """Coverage as a reader sees it whose pages withhold small counts too."""
    made = planned(ask, [("coverage", by)], DAY, home, 3)
    return release.shown_rows(made.tables[0], made.withheld, is_whole=True)


def test_withheld_zero_no_figure_and_not_applicable_look_different(ask, tmp_path):
    rows = viewed(ask, tmp_path, "class")
    assert [rows[0][name] for name in ("in_scope_4_6", "coverage_low")] == [Shown.NOT_APPLICABLE, Shown.WITHHELD]
    assert len({text(value) for value in (0, None, *Shown)}) == 5
    assert list(rows[0]) == list(ask("coverage", "class", DAY)[0])


def test_some_villages_are_withheld_and_some_are_not(ask, tmp_path):
    rows = viewed(ask, tmp_path, "village")
    hidden = {row["village_id"] for row in rows if Shown.WITHHELD in (row["covered"], row["in_scope"])}
    assert 0 < len(hidden) < len(rows)


ORDER = release_log.Order("build", DAY, "csv", "li", "centre")


def test_what_is_not_recorded_is_not_given_out(ask, tmp_path):
    def refuse(*_entry):
        raise OSError("no trail")

    with pytest.raises(OSError, match="no trail"):
        exported(ask, [("coverage", "village")], ORDER, tmp_path, recorder=refuse)
    assert release_log.editions(tmp_path) == []


def test_a_file_that_was_not_registered_cannot_be_taken_out_of_its_edition(tmp_path):
    def taken():
        with release.open_edition(tmp_path, ORDER):
            return b"written, neither recorded nor registered"

    with pytest.raises(release.Unregistered):
        taken()
    assert release_log.editions(tmp_path) == []


def test_what_was_planned_before_another_edition_is_neither_recorded_nor_registered(ask, tmp_path):
    recorded = []
    with pytest.raises(release.Unregistered), after_another(ask, ORDER, tmp_path) as (edition, made):
        edition.register(made, b"x", lambda *entry: recorded.append(entry) or 1)
    assert (recorded, len(release_log.editions(tmp_path))) == ([], 1)


def test_one_edition_waits_for_another_to_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(release_log, "_PATIENCE", 0.1)
    with release_log.writing(tmp_path), pytest.raises(release_log.RegisterBusy), release.open_edition(tmp_path, ORDER):
        pass


def test_the_register_holds_no_value_of_a_withheld_cell_and_only_grows(ask, tmp_path):
    made = handed(ask, tmp_path, [("coverage", "village")])
    path = tmp_path / release_log.FOLDER / release_log.FILE
    first = path.read_text()
    handed(ask, tmp_path, [("coverage", "town")])
    assert path.read_text().startswith(first)
    cells = {tuple(key): value for *key, value in json.loads(first)["cells"]}
    assert {key for key, value in cells.items() if value is None} == made.withheld & cells.keys()
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_a_damaged_register_stops_exports_with_a_sentence(ask, tmp_path):
    handed(ask, tmp_path, [("coverage", "town")])
    path = tmp_path / release_log.FOLDER / release_log.FILE
    whole = path.read_text()
    path.write_text(whole + whole[:-20])  # a torn end was never handed out
    planned(ask, [("coverage", "town")], DAY, tmp_path, 3)
    path.write_text(whole[:-20] + "\n" + whole)
    with pytest.raises(ValueError, match=r"editions.jsonl：有一行读不出来"):
        planned(ask, [("coverage", "town")], DAY, tmp_path, 3)


def test_villages_left_out_are_one_rest_beside_the_town(ask):
    rows = ask("coverage", "village", DAY)
    town = Table("coverage", "town", DAY, ask("coverage", "town", DAY))
    publication = publication_of([town, Table("coverage", "village", DAY, rows[:-1])])
    last = rows[-1]
    assert publication.cells["covered", "others", 0, str(DAY)].value == last["covered"]
    assert suppression.plan(publication_of([town, Table("coverage", "village", DAY, rows)]), 3).small == frozenset()


def test_columns_that_rest_on_other_counts_never_leave():
    kept = {metric: columns(metric) for metric in ("coverage", "visits")}
    assert not {"coverage_low", "coverage_high", "child_years", "visits_per_child_year"} & {*kept["coverage"], *kept["visits"]}

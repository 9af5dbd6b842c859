"""Small counts under attack: by sibling, total, two dimensions, complement, two editions; every attack tries all fillings."""

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.disclosure import filling_attacker
from warehouse.disclosure import release_log, suppression
from warehouse.disclosure.disclosure_risk import Cell, Relation
from warehouse.disclosure.suppression import CannotProtect, Publication, plan

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def left(publication, **before):
    """What an attacker gets of a publication that is withheld by plan, and the plan."""
    made = plan(publication, 3, suppression.Before(**before))
    return filling_attacker.given_away(publication, filling_attacker.told(publication, made.withheld)), made


def test_a_small_count_and_a_sibling_are_withheld_and_the_total_stays():
    lost, made = left(filling_attacker.column({"a": 2, "b": 5, "c": 9}))
    assert (lost, made.small, len(made.complement), ("",) in made.withheld) == ([], {("a",)}, 1, False)


def test_without_a_complement_the_attacker_wins():
    publication = filling_attacker.column({"a": 2, "b": 5, "c": 9})
    assert filling_attacker.given_away(publication, filling_attacker.told(publication, {("a",)})) == [("a",)]


def test_two_small_siblings_do_not_protect_each_other():
    publication = filling_attacker.column({"a": 1, "b": 2, "c": 9, "d": 8})
    assert filling_attacker.given_away(publication, filling_attacker.told(publication, {("a",), ("b",)})) == [("a",), ("b",)]
    lost, made = left(publication)
    assert (lost, len(made.complement)) == ([], 1)


def test_ones_hide_among_ones_only_where_no_zero_beside_them_is_shown():
    publication = filling_attacker.column({"a": 1, "b": 1, "c": 1, "d": 1, "e": 0, "f": 8, "g": 0})
    assert len(filling_attacker.given_away(publication, filling_attacker.told(publication, {(name,) for name in "abcd"}))) == 4
    lost, made = left(publication)
    assert (lost, made.complement) == ([], {("e",), ("g",)})


def test_zeros_are_shown_where_they_protect_nothing():
    _lost, made = left(filling_attacker.column({"a": 0, "b": 2, "c": 9, "d": 0}))
    assert made.withheld == {("b",), ("c",)}


def test_where_no_village_is_left_the_total_goes_too():
    lost, made = left(filling_attacker.column({"a": 2, "b": 0}))
    assert (lost, made.withheld) == ([], {("a",), ("",)})


@pytest.mark.parametrize(
    "values", [{"a": 1, "b": 1, "c": 0, "d": 0}, {"a": 2, "b": 0, "c": 0}, {"a": 1, "b": 0}, {"a": 2, "b": 0}, {"a": 2}]
)
def test_a_small_total_that_is_always_shown_leaves_a_village_all_that_it_could_be(values):
    publication = filling_attacker.column(values, is_town_known=True)
    lost, made = left(publication)
    assert (lost, made.small, ("",) in made.withheld) == (
        [],
        {key for key, cell in publication.cells.items() if key[0] and cell.value},
        False,
    )
    if values.get("b") == 1:  # with the zeros shown both would be told
        assert len(filling_attacker.given_away(publication, filling_attacker.told(publication, made.small))) == 2


def test_a_small_rest_takes_the_share_with_it():
    lost, made = left(filling_attacker.shares({"a": (19, 20), "b": (7, 7), "c": (10, 15)}))
    assert (lost, made.small) == ([], frozenset())
    assert {key for key in made.complement if key[1] == "a"} and ("whole", "") not in made.withheld


def test_nothing_is_withheld_where_nothing_is_small():
    assert plan(filling_attacker.shares({"a": (10, 20), "b": (7, 7)}), 3).withheld == frozenset()


@pytest.mark.parametrize("threshold", [0, 1])
def test_a_threshold_that_no_count_is_below_withholds_nothing(threshold):
    assert plan(filling_attacker.column({"a": 1, "b": 5}), threshold).withheld == frozenset()


def test_classes_that_do_not_add_up_still_bound_the_whole():
    cells = {("all",): Cell(9, weight=9.0), ("c1",): Cell(2), ("c2",): Cell(9)}
    bounds = (
        Relation(((("all",), 1), (("c1",), -1)), is_equal=False),
        Relation(((("all",), 1), (("c2",), -1)), is_equal=False),
        Relation(((("c1",), 1), (("c2",), 1), (("all",), -1)), is_equal=False),
    )
    lost, made = left(Publication(cells, bounds))
    assert (lost, made.withheld) == ([], {("c1",)})


def test_what_cannot_be_protected_is_refused_in_a_sentence():
    publication = filling_attacker.column({"a": 2, "b": 4})
    with pytest.raises(CannotProtect, match="没有导出"):
        plan(publication, 3, suppression.Before(disclosed=frozenset({("b",), ("",)})))


@FEW
@given(st.lists(st.integers(0, 7), min_size=2, max_size=5), st.booleans())
def test_no_column_gives_a_small_count_back(values, is_town_known):
    assert left(filling_attacker.column({str(at): value for at, value in enumerate(values)}, is_town_known))[0] == []


@FEW
@given(st.lists(st.integers(0, 6), min_size=9, max_size=9))
def test_no_table_of_two_dimensions_gives_a_small_count_back(values):
    publication = filling_attacker.table({(f"r{at // 3}", f"c{at % 3}"): value for at, value in enumerate(values)})
    made = plan(publication, 3)
    assert filling_attacker.never_apart(publication, filling_attacker.told(publication, made.withheld), made.small) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_no_small_table_withstands_less_than_all_fillings(values):
    publication = filling_attacker.table({(f"r{at // 2}", f"c{at % 2}"): value for at, value in enumerate(values)})
    assert left(publication)[0] == []


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=3), st.booleans())
def test_no_share_gives_its_complement_back(pairs, is_town_known):
    assert left(filling_attacker.shares({str(at): (part, part + rest) for at, (part, rest) in enumerate(pairs)}, is_town_known))[0] == []


def edition(publication, made):
    """What the register holds of an edition."""
    cells = [[*key, None if key in made.withheld else cell.value] for key, cell in publication.cells.items() if cell.is_published]
    return {"cells": cells, "tables": [], "guarded": [list(key) for key in made.guarded]}


def dated(values, day):
    """A column of villages of one day, keys as figures have them: (name, village, class, day)."""
    cells = {("covered", name, 0, day): Cell(value, column="villages") for name, value in values.items()}
    cells["covered", "", 0, day] = Cell(sum(values.values()), weight=1000.0)
    terms = ((("covered", "", 0, day), 1), *((("covered", name, 0, day), -1) for name in values))
    return Publication(cells, (Relation(terms),))


def planned(publication, *earlier):
    """A plan in the light of earlier editions."""
    return plan(publication, 3, release_log.before(release_log._with_editions(release_log.Earlier(), earlier), publication.cells))


VILLAGES = {"a": 2, "b": 6, "c": 6, "d": 9}


def test_an_edition_with_another_complement_is_not_made_of_the_same_figures():
    publication = dated(VILLAGES, "2025-12-31")
    first = plan(publication, 3)
    other = ({"b", "c", "d"} - {key[1] for key in first.complement}).pop()
    naive = (first.withheld | {("covered", other, 0, "2025-12-31")}) - first.complement
    both = filling_attacker.told(publication, first.withheld) | filling_attacker.told(publication, naive)
    assert filling_attacker.given_away(publication, both) == [("covered", "a", 0, "2025-12-31")]
    second = planned(publication, edition(publication, first))
    both = filling_attacker.told(publication, first.withheld) | filling_attacker.told(publication, second.withheld)
    assert (filling_attacker.given_away(publication, both), second.withheld) == ([], first.withheld)


@FEW
@given(st.lists(st.integers(0, 7), min_size=3, max_size=5), st.integers(0, 4), st.integers(-2, 2))
def test_an_edition_after_a_correction_does_not_give_the_one_before_back(values, at, change):
    """What did not change is known from both; whatever is withheld in either stays open together with it."""
    old = {str(place): value for place, value in enumerate(values)}
    new = old | {str(at % len(values)): max(values[at % len(values)] + change, 0)}
    first, second = dated(old, "2025-12-31"), dated(new, "2025-12-31")
    before = plan(first, 3)
    try:
        after = planned(second, edition(first, before))
    except CannotProtect:
        return
    alike = {key: value for key, value in filling_attacker.told(first, before.withheld).items() if second.cells[key].value == value}
    lost = filling_attacker.given_away(second, filling_attacker.told(second, after.withheld) | alike)
    assert [key for key in lost if key not in after.already_published | after.guessable] == []
    assert not {key for key in before.withheld if second.cells[key].value} - after.withheld


def test_a_count_that_grew_stays_withheld_so_that_the_edition_before_keeps_its_secret():
    first, second = dated(VILLAGES, "2025-12-31"), dated(VILLAGES | {"a": 4}, "2025-12-31")
    before = plan(first, 3)
    after = planned(second, edition(first, before))
    told = filling_attacker.told(second, after.withheld)
    alike = {key: value for key, value in told.items() if key[1] and first.cells[key].value == value}
    assert filling_attacker.given_away(first, filling_attacker.told(first, before.withheld) | alike) == []


def test_a_complement_stays_withheld_even_where_another_would_do_by_now():
    first = dated(VILLAGES, "2025-12-31")
    before = plan(first, 3)
    (complement,) = before.complement
    other = next(key for key in first.cells if key[1] and key not in before.withheld)
    cells = dated(VILLAGES | {"a": 4, other[1]: VILLAGES[other[1]] + 1}, "2025-12-31").cells
    second = Publication(cells | {other: Cell(cells[other].value, weight=0.01)}, first.relations)
    after = planned(second, edition(first, before))
    assert complement in after.withheld
    alike = {key: value for key, value in filling_attacker.told(second, after.withheld).items() if first.cells[key].value == value}
    assert filling_attacker.given_away(first, filling_attacker.told(first, before.withheld) | alike) == []


def test_a_small_count_told_before_is_named_as_out():
    publication = dated(VILLAGES, "2025-12-31")
    told_all = edition(publication, plan(publication, 0))
    assert planned(publication, told_all).already_published == {("covered", "a", 0, "2025-12-31")}


def test_two_periods_with_the_same_figures_have_the_same_cells_withheld():
    first, second = dated(VILLAGES, "2025-11-30"), dated(VILLAGES, "2025-12-31")
    before = plan(first, 3)
    after = planned(second, edition(first, before))
    assert ({key[:3] for key in after.withheld}, after.guessable) == ({key[:3] for key in before.withheld}, frozenset())
    guess = {(*key[:3], "2025-12-31"): value for key, value in filling_attacker.told(first, before.withheld).items()}
    assert filling_attacker.given_away(second, filling_attacker.told(second, after.withheld) | guess) == []


def test_a_village_that_fell_below_between_two_periods_takes_the_total_with_it_because_a_guess_would_tell_it():
    first, second = dated(VILLAGES | {"a": 3}, "2025-11-30"), dated(VILLAGES, "2025-12-31")
    alone, after = plan(second, 3).withheld, planned(second, edition(first, plan(first, 3)))
    assert filling_attacker.given_away(second, filling_attacker.told(second, after.withheld)) == []
    assert (after.withheld, after.guessable) == (alone | {("covered", "", 0, "2025-12-31")}, frozenset())


def test_the_same_publication_always_has_the_same_cells_withheld():
    values = {(f"r{at // 4}", f"c{at % 4}"): random.Random(at).randrange(9) for at in range(16)}
    turned = dict(reversed(values.items()))
    assert plan(filling_attacker.table(values), 3) == plan(filling_attacker.table(turned), 3)


def test_thirty_villages_by_six_classes_take_no_longer_than_a_reader_waits():
    chance = random.Random(5)
    cells, relations = {}, []
    for class_no in range(6):
        for measure in ("whole", "part"):
            for village in range(30):
                most = 16 if measure == "whole" else cells["whole", village, class_no].value
                cells[measure, village, class_no] = Cell(chance.choice(range(most + 1)))
            terms = [((measure, village, class_no), -1) for village in range(30)]
            cells[measure, 99, class_no] = Cell(sum(cells[key].value for key, _c in terms), weight=100.0)
            relations.append(Relation((((measure, 99, class_no), 1), *terms)))
        for village in [*range(30), 99]:
            rest = cells["whole", village, class_no].value - cells["part", village, class_no].value
            cells["rest", village, class_no] = Cell(rest, is_published=False)
            relations.append(
                Relation(((("whole", village, class_no), 1), (("part", village, class_no), -1), (("rest", village, class_no), -1)))
            )
    before = time.process_time()
    assert plan(Publication(cells, tuple(relations)), 3).small
    assert time.process_time() - before < 5

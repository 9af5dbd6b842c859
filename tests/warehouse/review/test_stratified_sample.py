"""Samples of children for a visit on site: one seed one sample, in proportion, everybody with the same chance."""

import hashlib
import random
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from warehouse.review import stratified_sample
from warehouse.review.stratified_sample import Stratum, allocation, sample

SIZES = {("1", 1): 1, ("1", 4): 7, ("1", 6): 22, ("2", 1): 2, ("2", 6): 8, ("3", 2): 3, ("3", 6): 17}  # 60 children
CHILDREN = [
    {"child_id": hashlib.sha256(f"{village}{number}{at}".encode()).hexdigest()[:20], "village_id": village, "class_no": number}
    for (village, number), count in SIZES.items()
    for at in range(count)
]
GOLDEN = [
    ("1", 1, "9bdb2af6799204a299c6"),
    ("1", 4, "dbae772db29058a88f9b"),
    ("1", 6, "68722dedde84631c45b4"),
    ("1", 6, "79d6eaa2676189eb927f"),
    ("2", 1, "093434a3ee9e0a010bb2"),
    ("2", 6, "e888a676e1926d0c08b5"),
    ("3", 2, "f10d91a7596bf5a67735"),
    ("3", 6, "8e6aee9efac8086ebac5"),
]


def ids(drawn):
    """The children drawn."""
    return [row["child_id"] for row in drawn.rows]


def given(size, seed):
    """The allocation in the order of SIZES."""
    told = allocation(SIZES, size, seed)
    return [told[place] for place in SIZES]


def test_a_seed_draws_the_children_that_are_written_down_here():
    drawn = sample(CHILDREN, 8, "2026-03-01")
    assert [(row["village_id"], row["class_no"], row["child_id"]) for row in drawn.rows] == GOLDEN
    assert [(one.sampled, one.of) for one in drawn.strata] == [(1, 1), (1, 7), (2, 22), (1, 2), (1, 8), (1, 3), (1, 17)]


def test_the_order_of_rows_and_a_seed_as_number_or_text_change_nothing():
    shuffled = CHILDREN[:]
    random.Random(1).shuffle(shuffled)
    wanted = sample(CHILDREN, 20, "42")
    assert (sample(shuffled, 20, 42), sample(CHILDREN, 20, " 42 ")) == (wanted, wanted)


def test_another_process_with_another_hash_seed_draws_the_same():
    code = "import tests.warehouse.review.test_stratified_sample as t; print(*t.ids(t.sample(t.CHILDREN, 20, 7)))"
    told = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert [line.split() for line in told] == [ids(sample(CHILDREN, 20, 7))] * 2


def test_every_size_is_met_and_no_stratum_gives_more_than_it_has():
    for size in range(1, 70):
        drawn = sample(CHILDREN, size, f"s{size}")
        assert len(set(ids(drawn))) == len(drawn.rows) == min(size, 60) == sum(one.sampled for one in drawn.strata)
        assert [one for one in drawn.strata if not 0 <= one.sampled <= one.of] == []


def test_every_stratum_gives_one_child_at_least_where_the_size_allows_it():
    assert [min(given(size, f"s{size}")) for size in range(7, 61)] == [1] * 54
    assert given(7, "a") == [1] * 7
    assert 0 in given(6, "a")


def test_the_rest_is_given_in_proportion_to_within_one_child():
    for size in range(7, 60):
        small = stratified_sample._below_one(SIZES, list(SIZES), size)
        left, whole = size - len(small), sum(count for place, count in SIZES.items() if place not in small)
        told = allocation(SIZES, size, "x")
        assert [place for place, count in SIZES.items() if place not in small and abs(told[place] - count * left / whole) >= 1] == []
        assert {told[place] for place in small} <= {1}


def test_within_a_stratum_those_with_the_smallest_hash_of_seed_and_pseudonym_are_drawn():
    members = [row["child_id"] for row in CHILDREN if (row["village_id"], row["class_no"]) == ("1", 6)]
    wanted = sorted(members, key=lambda child_id: hashlib.sha256(b"2026-03-01\n" + child_id.encode()).hexdigest())[:2]
    assert sorted(wanted) == [child_id for village, number, child_id in GOLDEN if (village, number) == ("1", 6)]


def test_a_village_gives_its_share_to_within_one_child_where_there_are_more_strata_than_places():
    for seed in range(200):
        drawn = sample(CHILDREN, 6, seed)
        for village in ("1", "2", "3"):
            strata = [stratum for stratum in drawn.strata if stratum.village_id == village]
            assert abs(sum(stratum.sampled for stratum in strata) - sum(stratum.of for stratum in strata) * 6 / 60) < 1


def test_every_class_that_has_children_gives_one_where_the_size_allows_it():
    counts = {(str(village), number): 9 - number for village in range(14) for number in (1, 3, 4, 5, 6)} | {("3", 2): 23}
    for size in (1, 5, 6, 7, 12, 20, 40, 69, 70, 71, 200):
        for seed in map(str, range(20)):
            told = allocation(counts, size, seed)
            reached = {number for (_village, number), count in told.items() if count}
            assert (sum(told.values()), len(reached) >= min(size, 6) or size < 6) == (size, True)
            assert all(0 <= told[place] <= counts[place] for place in counts)


def test_a_class_left_out_comes_in_for_another_child_of_its_village():
    counts = {("1", 1): 1, ("1", 6): 50, ("2", 6): 49}
    assert [allocation(counts, 2, str(seed)) for seed in range(9)] == [{("1", 1): 1, ("1", 6): 0, ("2", 6): 1}] * 9


def test_a_stratum_that_gives_more_keeps_the_children_it_gave():
    small, large = sample(CHILDREN, 12, "k"), sample(CHILDREN, 40, "k")
    for village, number in SIZES:
        told = [
            {row["child_id"] for row in one.rows if (row["village_id"], row["class_no"]) == (village, number)} for one in (small, large)
        ]
        assert told[0] <= told[1]


def test_over_many_seeds_every_child_of_a_stratum_comes_up_equally_often():
    times, count = 3000, dict.fromkeys((row["child_id"] for row in CHILDREN), 0)
    for seed in range(times):
        for child_id in ids(sample(CHILDREN, 3, seed)):
            count[child_id] += 1
    # Fewer places than classes: every child of the town has the chance 3/60. Chi-squared of 60 children, 99.9 %: 99.6.
    wanted = times * 3 / 60
    assert sum((told - wanted) ** 2 / wanted for told in count.values()) < 99.6
    assert min(count.values()) > 0


def test_the_list_is_in_an_order_that_does_not_tell_who_was_drawn_last():
    drawn = sample(CHILDREN, 30, "o")
    keys = [(row["village_id"], row["class_no"], row["child_id"]) for row in drawn.rows]
    assert keys == sorted(keys)


def test_nobody_to_draw_from_gives_an_empty_sample():
    assert sample([], 20, "1") == stratified_sample.Sample([], [])
    assert sample(CHILDREN[:1], 5, "1").strata == [Stratum("1", 1, 1, 1)]


@pytest.mark.parametrize(
    ("size", "seed", "rows"), [(0, "1", CHILDREN), (-3, "1", CHILDREN), (5, "  ", CHILDREN), (5, "1", CHILDREN[:1] * 2)]
)
def test_no_size_no_seed_or_a_child_twice_is_refused(size, seed, rows):
    with pytest.raises(ValueError, match=r"a size of at least 1 and a seed|stands twice"):
        sample(rows, size, seed)

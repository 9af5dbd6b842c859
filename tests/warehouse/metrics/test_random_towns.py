"""No figure loses a child: what holds of every town, whatever stands in its ledgers and whatever day is asked about.

A town follows from its seed, which a failure prints. `TONGXING_TOWNS=500` tries that many towns, other ones in every
run, instead of the few that are always the same.
"""

import os
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import IS_WHOLE
from tests.warehouse.random_towns import answers, as_of_days, random_town, registered, shuffled
from warehouse.metrics import registry

MANY = int(os.environ.get("TONGXING_TOWNS", "0"))
# Share: its numerator and denominator, which stand in the same row.
SHARES = {
    "eligibility_valid_share": ("eligible", "registered"),
    "coverage_share": ("covered", "in_scope"),
    "visit_pace_share": ("on_pace", "due_children"),
    "visits_per_child_year": ("visit_days", "child_years"),
    "needs_resolved_share": ("resolved", "raised"),
    "training_share": ("trained", "helpers"),
    "card_share": ("carded", "helpers"),
    "care_share": ("care_held", "care_due"),
    "report_same_day_share": ("reports_same_day", "reports"),
    "ledgers_complete_share": ("ledgers_declared", "ledgers_expected"),
    "field_complete_share": ("fields_filled", "fields_required"),
    "annual_update_share": ("villages_updated", "villages"),
    "topic_share": ("with_topic", "visits"),
    "actual": ("numerator", "denominator"),
}
PARTS_OF_WHOLES = [
    *((part, whole) for share, (part, whole) in SHARES.items() if share != "visits_per_child_year"),
    *(("covered_1_3", "in_scope_1_3"), ("covered_4_6", "in_scope_4_6"), ("conforming", "covered"), ("overdue", "open")),
    *(("family_paired", "in_scope"), ("department_covered", "in_scope"), ("never_visited", "due_children")),
    *(("in_circle", "helpers"), ("never_visited_helpers", "paired_helpers"), ("joint_meetings", "raised"), ("over_90_days", "children")),
]
KEYS = ("class_no", "state", "reason", "indicator", "goal_year", "as_of", "lead", "topic", "category")
STEPS = ("is_in_scope", "is_covered", "is_conforming", "is_on_pace", "is_all_solved")


def towns(few: int):
    """Run a test on some random towns: always the same few, or as many others as the environment asks for."""
    chosen = settings(
        max_examples=MANY or (2 * few if IS_WHOLE else few),
        derandomize=not MANY,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # a smaller seed is no smaller town
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: chosen(given(st.integers(0, 2**32))(test))


def of_group(rows, group):
    """The rows of one group."""
    return [row for row in rows if row["grp"] == group]


@towns(2)
def test_what_holds_of_every_town(seed):
    chance = random.Random(seed)
    town = random_town(chance)
    days = as_of_days(chance, town, 3)
    told = answers(town.ledgers, days)
    for day in days:
        every_registered_child_is_counted(told, day, registered(town.stated, day))
        every_row_adds_up(told, day)
        every_class_stands_in_its_childs_village(told, day)
        the_steps_of_the_cascade_are_subsets(told, day)
        villages_add_up(told, day)


def every_registered_child_is_counted(told, day, standing):
    """The children and memberships in each figure are those of the model."""
    children = {child for child, _ in standing}
    by_class = Counter(class_no for _, class_no in standing)
    assert len(told["children_at", day]) == len({row["child_id"] for row in told["children_at", day]}) == len(children)
    for metric in ("eligibility", "cascade"):
        (whole,) = of_group(told[metric, day], "town")
        assert whole["registered"] == len(children), metric
        assert {row["class_no"]: row["registered"] for row in of_group(told[metric, day], "class")} == {
            at: by_class[at] for at in range(1, 7)
        }
    in_scope = sum(row["is_in_scope"] for row in told["children_at", day])
    for metric in ("eligibility", "cascade", "coverage"):
        assert [row["in_scope"] for row in of_group(told[metric, day], "town")] == [in_scope], metric
    scopes = [
        {(r["grp"], r["village_id"], r["class_no"]): r["in_scope"] for r in told[m, day]} for m in ("eligibility", "cascade", "coverage")
    ]
    assert scopes[0] == scopes[1] == scopes[2]


def every_class_stands_in_its_childs_village(told, day):
    """A village's children are no fewer than those of any of its classes and no more than those of all its classes together."""
    for metric, name in (("eligibility", "registered"), ("coverage", "in_scope"), ("cascade", "covered")):
        for village in of_group(told[metric, day], "village"):
            classes = [row[name] for row in of_group(told[metric, day], "village_class") if row["village_id"] == village["village_id"]]
            assert max(classes) <= village[name] <= sum(classes), metric


def every_row_adds_up(told, day):
    """States are the registered, families and departments the covered, parts are parts of their wholes, ranges hold."""
    for row in told["eligibility", day]:
        assert row["eligible"] + row["expired"] + row["unverified"] == row["registered"] == row["in_scope"] + row["expired"]
    for row in told["coverage", day]:
        assert row["in_scope_1_3"] + row["in_scope_4_6"] == row["in_scope"]
        assert row["covered_1_3"] + row["covered_4_6"] == row["covered"] <= row["family_paired"] + row["department_covered"]
        bounds = [row[name] for name in ("coverage_low", "coverage_share", "coverage_high") if row[name] is not None]
        assert bounds == sorted(bounds)
    for row in told["needs", day]:
        assert row["open"] + row["resolved"] == row["raised"]
        assert (row["median_days_to_resolve"] is None) == (row["resolved"] == 0)
    reasons = {(row["grp"], row["village_id"], row["class_no"], row["state"]): 0 for row in told["eligibility_reasons", day]}
    for row in told["eligibility_reasons", day]:
        reasons[row["grp"], row["village_id"], row["class_no"], row["state"]] += row["children"]
    for row in (row for row in told["eligibility", day] if row["class_no"]):
        found = [reasons.get((row["grp"], row["village_id"], row["class_no"], state), 0) for state in ("expired", "unverified")]
        assert found == [row["expired"], row["unverified"]]
    for metric in registry.metrics():
        for row in told[metric, day]:
            assert all(row[part] <= row[whole] for part, whole in PARTS_OF_WHOLES if part in row and whole in row), (metric, row)
            shares = {share: parts for share, parts in SHARES.items() if share in row}
            assert {share: (row[a] / row[b] if row[b] else None) for share, (a, b) in shares.items()} == {
                share: row[share] for share in shares
            }


def the_steps_of_the_cascade_are_subsets(told, day):
    """Of the children themselves each step is a part of the one before, and the cascade counts them, in town and villages."""
    children = [row | {"is_all_solved": row["overdue_needs"] == 0} for row in told["children_at", day]]
    assert all(row["is_in_scope"] >= row["is_covered"] >= row["is_conforming"] for row in children)
    names = ("registered", "in_scope", "covered", "conforming", "on_pace", "no_overdue_need")
    for row in told["cascade", day]:
        counted = [row[name] for name in names]
        assert counted == sorted(counted, reverse=True)
        if row["grp"] in ("town", "village"):
            own = [child for child in children if row["village_id"] in ("", child["village_id"])]
            assert counted == [sum(all(child[step] for step in STEPS[:at]) for child in own) for at in range(len(names))]


def villages_add_up(told, day):
    """Sums over villages are the town's, by class too, wherever nothing else is declared."""
    for metric in registry.metrics():
        rows = [row for row in told[metric, day] if "indicator" not in row or is_additive_share(row["indicator"])]
        for whole, part in (("town", "village"), ("class", "village_class")):
            assert sums(metric, of_group(rows, part)) == pytest.approx(sums(metric, of_group(rows, whole))), metric


def is_additive_share(indicator):
    """Whether villages add up to the town in both parts of a share."""
    share = registry.shares()[indicator]
    return all(is_additive(share.metric, part) for part in share.parts)


def is_additive(metric, column):
    """Whether villages add up to the town in a column."""
    return not (column.endswith("_share") or column in registry.metrics()[metric].listed("not_additive"))


def sums(metric, rows):
    """Every additive number of some rows, added up by what the rows speak of."""
    total = Counter()
    for row in rows:
        of = tuple(row.get(key) for key in KEYS)
        total.update({(of, name): value for name, value in row.items() if is_counted(metric, name, value)})
    return {key: float(value) for key, value in total.items()}


def is_counted(metric, name, value):
    """Whether a column holds a number that villages add up in."""
    return isinstance(value, int | float) and name not in {*KEYS, "sort_no"} and is_additive(metric, name)


@towns(1)
def test_the_order_of_rows_and_sheets_changes_no_answer(seed):
    chance = random.Random(seed)
    town = random_town(chance)
    days = as_of_days(chance, town, 2)
    one, other = (answers(ledgers, days) for ledgers in (town.ledgers, shuffled(chance, town)))
    for metric, day in one:
        if metric != "children_at":
            assert in_order(one[metric, day]) == in_order(other[metric, day]), (metric, day)


def in_order(rows):
    """Rows in an order of their own."""
    return sorted(rows, key=str)

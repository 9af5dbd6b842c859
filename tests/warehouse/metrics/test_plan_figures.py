"""The figures of helpers, topics, kinds of difficulties and gaps, counted again in plain Python from the tables of a build.

Who is in scope is taken as it stands: it has tests of its own. `TONGXING_MODEL_HOME` counts the build of another home.
"""

import datetime as dt
import itertools
import os
import statistics
from collections import defaultdict
from pathlib import Path

import pytest

from warehouse.builds import repository
from warehouse.metrics import drilldown, query

TOPICS = ("health", "schooling", "parents", "wishes", "family", "policy", "guardianship", "safety")
KINDS = ("money", "affection", "schooling", "safety", "other")
CIRCLE = ("town_staff", "village_committee", "county_staff")
DAYS = [dt.date(*day) for day in [(2023, 7, 1), (2023, 12, 31), (2024, 3, 1), (2024, 12, 31), (2025, 10, 15), (2025, 12, 31)]]


class Model:
    """A build's tables on a day, and what is counted of a village or, without one, of the town."""

    def __init__(self, build, day):
        self.day, self.begin = day, dt.date(day.year, 1, 1)
        rows = drilldown.rows(build, "visits", "in_scope", day)
        self.scope = {row["child_id"]: row["village_id"] for row in rows}
        self.helpers, self.pairings, self.visits, self.needs = (
            build.rows(f"select * from {name}") for name in ("helpers", "pairings", "visits", "needs")
        )
        self.counted = [
            row
            for row in self.visits
            if row["child_id"] and row["mode"] in ("in_person", "at_school") and self.is_this_year(row["visited_on"])
        ]
        self.registered = defaultdict(list)
        for row in build.rows("select * from memberships"):
            self.registered[row["child_id"]].append((row["listed_on"], row["delisted_on"]))

    def is_this_year(self, day):
        """Whether a day lies in the year up to the day."""
        return day is not None and self.begin <= day <= self.day

    def holds(self, begin, end):
        """Whether a row with a beginning and the first day it no longer holds is in force."""
        return begin is not None and begin <= self.day and (end is None or self.day < end)

    def of(self, village):
        """Return the children in scope of the place."""
        return {child for child, of_village in self.scope.items() if village in (None, of_village)}

    def helper_figures(self, village):
        """Return the columns of `helpers`."""
        serving = {row["helper_id"]: row for row in self.helpers if self.holds(row["joined_on"], row["left_on"])}
        now = [row for row in self.pairings if row["helper_id"] in serving and self.holds(row["started_on"], row["ended_on"])]
        children = self.of(village)
        paired = {(row["child_id"], row["helper_id"]) for row in now if row["child_id"] in children}
        there = {*serving} if village is None else {row["helper_id"] for row in now if row["village_id"] == village}
        visited = {
            helper
            for helper in {helper for _child, helper in paired}
            for row in self.counted
            if row["helper_id"] == helper
            and row["child_id"] in {pairing["child_id"] for pairing in self.pairings if pairing["helper_id"] == helper}
        }
        long = {row["helper_id"] for row in self.pairings if row["child_id"] and self.days_of_year(row) >= 61}
        carers = {helper for _child, helper in paired}
        return {
            "helpers": len(there),
            "in_circle": sum(serving[helper]["category"] in CIRCLE for helper in there),
            "paired_helpers": len(carers),
            "never_visited_helpers": len((carers & long) - visited),
            "paired_children": len({child for child, _helper in paired}),
            "children_per_helper": len(paired) / len(carers) if carers else None,
        }

    def days_of_year(self, row):
        """Return how many days of the year up to the day a pairing was in force."""
        last = min(self.day, row["ended_on"] - dt.timedelta(1)) if row["ended_on"] and row["ended_on"] >= row["started_on"] else self.day
        return (last - max(self.begin, row["started_on"])).days + 1

    def topic_figures(self, village):
        """Return the rows of `topics`."""
        days = defaultdict(set)
        for row in self.counted:
            if row["child_id"] in self.of(village) and any(row[f"has_topic_{topic}"] is not None for topic in TOPICS):
                days[row["child_id"], row["visited_on"]] |= {topic for topic in TOPICS if row[f"has_topic_{topic}"]}
        with_topic = {topic: sum(topic in topics for topics in days.values()) for topic in TOPICS}
        return {topic: (len(days), count, count / len(days) if days else None) for topic, count in with_topic.items()}

    def need_figures(self, village):
        """Return the rows of `need_kinds`."""
        figures = {}
        for kind in KINDS:
            needs = [
                row for row in self.needs if row["raised_on"] and row["raised_on"] <= self.day and village in (None, row["village_id"])
            ]
            needs = [row for row in needs if (row["category"] or "other") == kind]
            left = [row for row in needs if row["resolved_on"] is None or row["resolved_on"] > self.day]
            overdue = [row for row in left if row["due_on"] and row["due_on"] < self.day]
            share = (len(needs) - len(left)) / len(needs) if needs else None
            meetings = sum(bool(row["is_joint_meeting"]) for row in needs)
            figures[kind] = (len(needs), len(left), len(overdue), len(needs) - len(left), meetings, share)
        return figures

    def gap_figures(self, village):
        """Return the columns of `gaps`."""
        gaps = [self.longest_gap(child) for child in self.of(village)]
        return (len(gaps), statistics.median(gaps) if gaps else None, sum(gap > 90 for gap in gaps))

    def longest_gap(self, child):
        """Return a child's longest gap of the year: between its beginning, its visits and the day."""
        chain, begin = sorted(self.registered[child]), min(listed for listed, end in self.registered[child] if self.holds(listed, end))
        is_longer = True
        while is_longer:
            before = [listed for listed, end in chain if listed < begin and end and end >= listed and (begin - end).days <= 31]
            before += [listed for listed, end in chain if listed < begin and end is None]
            is_longer, begin = bool(before), min([begin, *before])
        days = {row["visited_on"] for row in self.counted if row["child_id"] == child}
        marks = sorted(day for day in {max(begin, self.begin), *days, self.day})
        return max([(later - earlier).days for earlier, later in itertools.pairwise(marks)], default=0)


@pytest.mark.parametrize("day", DAYS)
def test_every_cell_is_what_plain_python_counts(day, demo_home):
    build = repository.open_build(Path(os.environ.get("TONGXING_MODEL_HOME") or demo_home))
    model = Model(build, day)
    for by in ("town", "village"):
        for row in query.ask(build, "helpers", day, by):
            assert model.helper_figures(row.get("village_id")).items() <= row.items()
        topics = defaultdict(dict)
        for row in query.ask(build, "topics", day, by):
            topics[row.get("village_id")][row["topic"]] = (row["visits"], row["with_topic"], row["topic_share"])
        assert topics == {village: model.topic_figures(village) for village in topics}
        needs = defaultdict(dict)
        names = ("raised", "open", "overdue", "resolved", "joint_meetings", "needs_resolved_share")
        for row in query.ask(build, "need_kinds", day, by):
            needs[row.get("village_id")][row["category"]] = tuple(row[name] for name in names)
        assert needs == {village: model.need_figures(village) for village in needs}
        gaps = {
            row.get("village_id"): tuple(row[name] for name in ("children", "median_longest_gap_days", "over_90_days"))
            for row in query.ask(build, "gaps", day, by)
        }
        assert gaps == {village: model.gap_figures(village) for village in gaps}

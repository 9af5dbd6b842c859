"""When eligibility ends, and the notes that go with a state (plan 2.1)."""

import pytest

from tests.warehouse.sql.test_eligibility import ABSENT, AWAY, DAY, DIBAO, SEVERE


@pytest.mark.parametrize(
    ("class_no", "facts", "expected"),
    [
        (1, {}, "2033-06-15"),
        (2, ABSENT | {"father_until": "2026-01-01", "mother_until": "2025-12-01"}, "2025-12-01"),
        (3, SEVERE | {"disability_card_until": "2026-01-01", "illness_cost": 20000.0, "illness_year": 2025}, "2026-12-31"),
        (3, SEVERE | {"illness_cost": 20000.0, "illness_year": 2024}, "2033-06-15"),
        (4, DIBAO | {"dibao_until": "2025-07-31"}, "2025-07-31"),
        (5, {"event_kind": "abuse", "reviewed_on": "2025-01-31"}, "2026-01-31"),
        (6, AWAY | {"mother_until": "2025-10-01"}, "2025-10-01"),
    ],
)
def test_the_last_eligible_day_is_the_first_end_that_comes(town, class_no, facts, expected):
    town.child("a", [class_no], **facts)
    assert [str(row["last_eligible_on"]) for row in town.step("membership_states", DAY)] == [expected]


def test_notes_point_to_the_class_a_child_belongs_in(town):
    town.child("a", [2], father_status="deceased", mother_status="missing")
    town.child("b", [4], **SEVERE)
    town.child("c", [3], **DIBAO, disability_type="mental", disability_level=3)
    notes = {row["child_id"]: row["note"] for row in town.step("membership_states", DAY)}
    assert notes == {"a": "belongs_in_class_1", "b": "belongs_in_class_3", "c": "to_be_verified"}

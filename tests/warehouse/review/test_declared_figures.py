"""Declared figures are kept with who and when, each recorded before it is kept, and taken out by clearing them."""

import pytest

from warehouse.audit import trail
from warehouse.review import declared_figures
from warehouse.review.declared_figures import Entry
from warehouse.storage import atomic_write

KEY = "coverage_share__0_2025-12-31"
LI = trail.recorder_for("li", "reviewer", "10.0.0.9")


def entry(numerator=None, denominator=None, percent="", by="li"):
    return Entry("coverage_share", "", 0, "2025-12-31", numerator, denominator, percent, by)


def test_what_is_kept_comes_back_with_who_and_when_and_stands_in_the_trail(tmp_path):
    assert declared_figures.keep(tmp_path, [entry(53, 55, "96.4%")], LI) == 1
    kept = declared_figures.entries(tmp_path)[KEY]
    assert (kept.numerator, kept.denominator, kept.percent, kept.by, kept.at[:2]) == (53, 55, "96.4%", "li", "20")
    (act,) = trail.entries(tmp_path, "declare")
    assert act["about"] == {"figure": "coverage_share", "as_of": "2025-12-31", "declared": "96.4% · 53/55"}
    assert (tmp_path / declared_figures.FILE).stat().st_mode & 0o077 == 0


def test_the_same_again_is_nothing_new_and_keeps_who_said_it_first(tmp_path):
    declared_figures.keep(tmp_path, [entry(53, 55)], LI)
    assert declared_figures.keep(tmp_path, [entry(53, 55, by="wang")], LI) == 0
    assert (declared_figures.entries(tmp_path)[KEY].by, len(trail.entries(tmp_path, "declare"))) == ("li", 1)


def test_a_cleared_figure_is_gone_from_the_file_and_its_end_is_recorded(tmp_path):
    declared_figures.keep(tmp_path, [entry(53)], LI)
    assert declared_figures.keep(tmp_path, [entry()], LI) == 1
    assert declared_figures.entries(tmp_path) == {}
    assert [act["about"]["declared"] for act in trail.entries(tmp_path, "declare")] == ["53", "—"]


def test_what_cannot_be_recorded_is_not_kept(tmp_path):
    def full(*_act):
        raise trail.NotRecorded

    with pytest.raises(trail.NotRecorded):
        declared_figures.keep(tmp_path, [entry(53)], full)
    assert declared_figures.entries(tmp_path) == {}


def test_the_file_holds_numbers_and_codes_alone(tmp_path):
    declared_figures.keep(tmp_path, [entry(1, 2, "50%")], LI)
    (row,) = atomic_write.read_json(tmp_path / declared_figures.FILE)["declared"]
    assert set(row) == {"code", "village_id", "class_no", "day", "numerator", "denominator", "percent", "by", "at"}

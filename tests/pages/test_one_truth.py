"""Pages do not contradict each other: a label has one value, a figure one, a list the length of its count, "behind" is one set."""

from tests.bench import one_truth
from tests.conftest import IS_WHOLE


def test_pages_of_a_reviewer_on_two_days_and_of_a_village_agree(demo_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    walk = one_truth.Walk()
    one_truth.collect(one_truth.Opener(), ["reviewer"], ["zh_CN"], ["2023-12-31", "2025-12-31"], walk)
    one_truth.collect(one_truth.Opener(), ["village"], ["zh_CN"], ["2025-12-31"], walk)
    assert len(walk.figures) > 3500
    assert walk.faults + one_truth.disagreements(walk.figures) + one_truth.behind_sets(walk.figures) == []
    assert one_truth.lists(walk.figures, step=1 if IS_WHOLE else 5) == []


def test_a_contradiction_is_told():
    figures = [one_truth.Figure(f"{page}@leader zh_CN d", "走访跟上率", "town", "d", value) for page, value in (("a", "1/2"), ("b", "1/3"))]
    assert one_truth.disagreements(figures) == ["label with two values: zh_CN “走访跟上率” of town on d: 1/2 (a); 1/3 (b)"]
    figures = [one_truth.Figure("a@leader zh_CN d", "率", "town", "d", "1/2", identity) for identity in ("x", "y")]
    assert one_truth.disagreements(figures) == ["label with two definitions: zh_CN a “率”: x, y"]
    behind = [
        one_truth.Figure(f"{page}@leader zh_CN d", "", "town", "d", "1/2", identity, "behind")
        for page, identity in (("goals", "x"), ("overview", "y"))
    ]
    assert one_truth.behind_sets(behind) == ["behind differs: leader zh_CN d town: goals: x; overview: y"]

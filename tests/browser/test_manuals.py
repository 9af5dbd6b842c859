"""Every task of the manuals can be done as it is written, in a real Chromium; every picture in them is one that a walk takes."""

import re

import pytest

from tests.browser import manual_tasks
from tests.browser.manual_walk import Walk
from tests.browser.server import load_demo, serving
from tests.browser.test_dashboard import browser  # noqa: F401 — a fixture
from tests.conftest import ROOT, once

MANUALS = ROOT / "docs" / "manuals"
TASKS = [(manual, at, task) for manual, tasks in manual_tasks.TASKS.items() for at, task in enumerate(tasks, 1)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """(address, password) of a demo town of these walks' own: they publish and undo."""
    home = once(tmp_path_factory, "walked", lambda folder: load_demo(folder / "demo")) / "demo"
    with serving(home) as (address, password):
        yield address, password


@pytest.fixture(scope="module")
def walked():
    """The pictures that the walks took: manual → names."""
    return {manual: [] for manual in manual_tasks.TASKS}


@pytest.mark.parametrize(("manual", "at", "task"), TASKS, ids=[f"{manual}-{at}-{task.__name__}" for manual, at, task in TASKS])
def test_a_task_can_be_done(manual, at, task, browser, served, walked):  # noqa: F811
    walk = Walk(browser, served, manual)
    task(walk)
    assert (walk.errors, walk.outside()) == ([], [])
    walked[manual] += walk.taken


@pytest.mark.parametrize("manual", manual_tasks.TASKS)
def test_the_manual_has_these_tasks_and_the_pictures_that_their_walks_take(manual, walked):
    text = (MANUALS / f"{manual}.md").read_text(encoding="utf-8")
    assert [int(no) for no in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)] == list(range(1, len(manual_tasks.TASKS[manual]) + 1))
    shown = re.findall(r"\]\(\.\./pictures/(\S+)\.png\)", text)
    assert (sorted(shown), [name for name in shown if not (ROOT / "docs/pictures" / f"{name}.png").exists()]) == (
        sorted(walked[manual]),
        [],
    )

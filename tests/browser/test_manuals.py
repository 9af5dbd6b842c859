"""Every task of the manuals can be done as it is written, in a real Chromium; every picture in them is one that a walk takes."""

import inspect
import re
import shutil

import pytest

from tests.browser import manual_tasks
from tests.browser.manual_walk import Walk
from tests.browser.server import prepare_for_walks, serving
from tests.conftest import ROOT

MANUALS = ROOT / "docs" / "manuals"
TASKS = [(manual, at, task) for manual, tasks in manual_tasks.TASKS.items() for at, task in enumerate(tasks, 1)]


@pytest.fixture(scope="module")
def served(demo_home, tmp_path_factory):
    """(address, password) of a demo town of these walks' own: they publish and undo."""
    home = tmp_path_factory.mktemp("walked") / "demo"
    shutil.copytree(demo_home, home)
    prepare_for_walks(home)
    with serving(home) as (address, password):
        yield address, password


def pictures(manual, task):
    """The names of the pictures that a walk through a task takes, as it is written."""
    return [f"{manual}-{topic}" for topic in re.findall(r'walk\.picture\("(\w+)"', inspect.getsource(task))]


@pytest.mark.parametrize(("manual", "at", "task"), TASKS, ids=[f"{manual}-{at}-{task.__name__}" for manual, at, task in TASKS])
def test_a_task_can_be_done(manual, at, task, browser, served):
    walk = Walk(browser, served, manual)
    task(walk)
    assert (walk.errors, walk.outside()) == ([], [])
    assert walk.taken == pictures(manual, task)


@pytest.mark.parametrize("manual", manual_tasks.TASKS)
def test_the_manual_has_these_tasks_and_the_pictures_that_their_walks_take(manual):
    text = (MANUALS / f"{manual}.md").read_text(encoding="utf-8")
    tasks = manual_tasks.TASKS[manual]
    assert [int(no) for no in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)] == list(range(1, len(tasks) + 1))
    shown = re.findall(r"\]\(\.\./pictures/(\S+)\.png\)", text)
    taken = [name for task in tasks for name in pictures(manual, task)]
    assert (sorted(shown), [name for name in shown if not (ROOT / "docs/pictures" / f"{name}.png").exists()]) == (sorted(taken), [])

"""Every task of the manuals can be done as it is written, in a real Chromium; every picture in them is one that a walk takes."""

import inspect
import re
import shutil

import pytest

from pages.summaries import manuals
from tests.browser import manual_tasks
from tests.browser.manual_walk import Walk
from tests.browser.server import prepare_for_walks, serving

TASKS = [(manual, name, task) for manual, tasks in manual_tasks.TASKS.items() for name, task in tasks.items()]


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


@pytest.mark.parametrize(("manual", "name", "task"), TASKS, ids=[f"{manual}-{name}" for manual, name, _task in TASKS])
def test_a_task_can_be_done(manual, name, task, browser, served):
    walk = Walk(browser, served, manual)
    task(walk)
    assert (walk.errors, walk.outside()) == ([], [])
    assert walk.taken == pictures(manual, task)


@pytest.mark.parametrize("manual", manual_tasks.TASKS)
def test_the_manual_has_these_tasks_with_the_pictures_that_their_walks_take(manual):
    _introduction, sections = manuals.read(manual, "zh_CN")
    shown = {section.names[0]: re.findall(r"/pictures/(\S+)\.png\)", section.text) for section in sections}
    taken = {name: pictures(manual, task) for name, task in manual_tasks.TASKS[manual].items()}
    taken |= {name: [picture] for name, picture in manual_tasks.FIRST_START.get(manual, {}).items()}
    assert {name: names for name, names in shown.items() if names} == {name: names for name, names in taken.items() if names}
    assert taken.keys() <= shown.keys()


def test_the_help_of_a_page_opens_its_section_in_a_tab_of_its_own(browser, served):
    walk = Walk(browser, served, "centre")
    walk.go("导出")
    with walk.page.context.expect_page() as opening:
        walk.page.get_by_role("link", name="帮助", exact=True).click()
    manual = opening.value
    manual.wait_for_function("() => Math.abs(document.getElementById('exports')?.getBoundingClientRect().top) < 60")
    assert manual.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 1000
    assert walk.page.url.partition("?")[0].endswith("/exports")
    manual.close()

"""One Chromium and one served demo town for all browser tests of a worker."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.server import FLAGS, make_accounts, serving
from tests.browser.visit import Visit


@pytest.fixture(scope="package")
def served_home(demo_home, tmp_path_factory):
    """The demo town with its accounts, in a home called demo."""
    home = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(demo_home, home)
    make_accounts(home)
    return home


@pytest.fixture(scope="package")
def served(served_home):
    """(address, password) of the dashboard served on the demo town."""
    with serving(served_home) as (address, password):
        yield address, password


@pytest.fixture(scope="package")
def browser():
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield started
        Visit.forget()
        started.close()

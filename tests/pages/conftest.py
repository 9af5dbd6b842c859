"""Pages through Streamlit's test runner on the demo town."""

from contextlib import ExitStack
from functools import cache
from unittest.mock import patch

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.access import User
from pages.data.queries import Figures, Reader
from pages.word_report import report
from tests.conftest import ROOT
from tests.pages.word_report.report_builder import DAYS, YEAR_END
from tests.warehouse.disclosure.exporting import planned
from warehouse import row_access
from warehouse.disclosure import release_log
from warehouse.disclosure.release import Release
from warehouse.storage import build_files


@pytest.fixture(scope="session", autouse=True)
def components_are_looked_for_once():
    """The runner reads what every installed package says of itself before each page: two thirds of a page's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """The demo town's builds in a home of its own, so that its trail and its register are the test's."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    return tmp_path


@pytest.fixture
def opened(demo_home, monkeypatch):
    """Open a page as a user in a language: opened("coverage") → AppTest."""
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    with ExitStack() as stack:

        def page(name, role="centre", language="zh_CN", scope=row_access.WHOLE, **asked):
            user = User("tester", role, scope) if role else None
            stack.enter_context(patch("pages.access.current_user", return_value=user))
            stack.enter_context(patch("pages.access.language_of", return_value=language))
            monkeypatch.setenv("TONGXING_LANG", language)  # the runner asks widgets for their words outside the run
            app = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60)
            for key, value in asked.items():
                app.query_params[key] = value
            if name == "overview":
                return app.run()
            app.switch_page(f"{name}.py").run()  # as a link opens it: the page alone is drawn
            return app.switch_page(f"{name}.py")  # raises ValueError where the user's menu lacks it

        yield page


@pytest.fixture(scope="session")
def leaves(demo_home):
    """{day: (what leaves, receipt)} of the demo town, in the public edition."""
    build = build_files.published(demo_home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(demo_home))
        reader = Figures(build, Reader(row_access.WHOLE, 0), YEAR_END)
        villages = tuple(reader.villages())
        made = {day: planned(reader.unsuppressed, report.TABLES, day, demo_home) for day in DAYS}
    no = "20260104-0001-0A1B"
    told = {
        day: release_log.Receipt(no, "2026-01-04T08:15:00+00:00", build, "1", str(day), report.FORM, "li", "centre", {}) for day in DAYS
    }
    return villages, made, told


@pytest.fixture(scope="session")
def internal_leaves(leaves):
    """The same in the internal edition: true figures, nothing planned."""
    villages, made, receipts = leaves
    return villages, {day: Release(of_day.tables) for day, of_day in made.items()}, receipts

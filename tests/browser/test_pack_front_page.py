"""The front page of an assessment pack in a real Chromium without a network: wide and narrow, light and dark, and what axe-core says."""

import datetime as dt

import pytest

from pages.assessment_pack import index_page
from pages.data.queries import Figures, Reader
from pages.downloads import export_service
from tests.browser.axe import found
from warehouse import row_access
from warehouse.disclosure import release_log
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def address(demo_home, tmp_path_factory):
    """The page of a pack of the demo, as a file."""
    home = tmp_path_factory.mktemp("front")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(home))
        (home / "builds").symlink_to(demo_home / "builds")
        figures = Figures(str(build_files.published(home)), Reader(row_access.WHOLE, 0), DAY)
        told = figures.release(export_service.all_tables(), DAY, release_log.PUBLIC)
        sizes = {f"figures/{table.metric}.{table.by}.csv": 2000 for table in told.tables} | {"figures.xlsx": 90_000, "sample.csv": 900}
        at = "2026-01-05T08:00:00+00:00"
        receipt = release_log.Receipt("20260105-0001-0A1B", at, figures.build_id, "1", str(DAY), "pack_zip", "li", "reviewer", {})
        (home / "index.html").write_bytes(index_page.page(told, receipt, sizes, "2025-1"))
    return (home / "index.html").as_uri()


@pytest.fixture(scope="module")
def page(browser):
    """A tab without a network."""
    context = browser.new_context(offline=True, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_front_page_of_a_pack_is_clean_asks_for_nothing_and_fits(width, scheme, page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    assert (page.evaluate("document.documentElement.scrollWidth"), found(page), asked) == (width, {}, [address])

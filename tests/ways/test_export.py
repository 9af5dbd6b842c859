"""The way from the click on an export to its file passes at most ten files and has no call back up the direction of imports."""

import pytest

from pages.text import masked_count
from tests.ways import follow
from tests.ways.export import calls_up, clicks, stations
from warehouse.disclosure import cell_display


@pytest.fixture
def export(demo_home, tmp_path, monkeypatch):
    """The clicks on the demo town, in a home of the test's own."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    return clicks()


@pytest.mark.parametrize("kind", ["table", "chart"])
def test_an_export_passes_at_most_ten_files_and_never_calls_up(export, kind):
    export["show"]()
    files = stations(follow(export[kind]))
    assert (len(files) <= 10, files[0]) == (True, "pages/downloads/export_service.py"), files
    assert {"warehouse/audit/trail.py", "warehouse/disclosure/release_log.py"} <= {*files}
    assert calls_up(export[kind]) == {}  # the register has changed, so that figures are planned anew on this one


def test_a_function_of_a_page_that_the_warehouse_calls_is_a_call_up(monkeypatch):
    monkeypatch.setattr(cell_display, "sign", masked_count.Hidden.__bool__)
    up = calls_up(lambda: cell_display.text(cell_display.Shown.WITHHELD))
    assert up == {("warehouse/disclosure/cell_display.py", "pages/text/masked_count.py"): 1}

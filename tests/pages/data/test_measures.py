"""Shares by village: also where a part is no column of the metric's answer."""

import datetime as dt

import pytest

from pages.data import measures
from pages.data.queries import Figures, Reader
from warehouse import row_access
from warehouse.storage import build_files

DAY = dt.date(2025, 8, 17)


@pytest.mark.parametrize("share", ["visiting_share", "circle_share", "report_fed_back_share", "overdue_share"])
def test_the_parts_of_a_share_are_as_many_as_the_rows_behind_them(share, demo_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    figures = Figures(build_files.published(demo_home), Reader(row_access.WHOLE, 0), DAY)
    villages = [None, *(row["village_id"] for row in figures.villages())]
    told = {village: measures.parts_of(figures, share, village) for village in villages}
    rows = {village: figures.share_rows(share, village) for village in villages}
    assert told == {village: (sum(row["counted"] for row in of), len(of)) for village, of in rows.items()}
    assert told[None][1] > 0

"""The page that checks exports: by the file and by the number, and whether the data has moved on."""

import datetime as dt
import json

import pytest

from pages.data.queries import Figures, Reader
from pages.downloads import export_service
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.disclosure import receipts, release_log
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)


@pytest.fixture
def given(demo_home, tmp_path, monkeypatch, opened):
    """(bytes, receipt) of an export of the demo, in a home whose register is this test's."""
    for name in ("builds", "keys"):
        (tmp_path / name).symlink_to(demo_home / name)
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    figures = Figures(build_files.published(demo_home), Reader(row_access.WHOLE, 0), DAY)
    order = release_log.Order(figures.build_id, DAY, "csv", "tester", "centre")
    content = export_service.table_file(figures, [("coverage", "village")], order, {}, lambda *_asked: 1)
    return content, receipts.receipts(tmp_path)[0]


def dropped(app, content):
    """What the page says of a file."""
    app.get("file_uploader")[0].upload("export.csv", content, "text/csv").run()
    return spoken(app)


def test_a_file_is_genuine_or_altered_or_unknown(given, opened):
    content, receipt = given
    assert receipt.no in content.decode("utf-8-sig")
    told = [dropped(opened("verify"), what) for what in (content, content + b"1", b"something else")]
    assert ["一个字节也没有改过" in told[0], "在办公软件里另存过" in told[1], "不是本系统导出的" in told[2]] == [True, True, True]
    assert [receipt.sha256 in says.replace("<wbr>", "") for says in told] == [True, True, False]


def test_a_number_brings_its_receipt_and_own_exports_are_listed(given, opened):
    _content, receipt = given
    app = opened("verify", no=receipt.no)
    assert "登记册里有这个编号" in spoken(app)
    assert "现在发布的数据版本" in spoken(app)
    assert f"verify?no={receipt.no}" in spoken(opened("verify"))
    assert "登记册里没有" in spoken(opened("verify", no="20260101-0001-ABCD"))


def test_an_export_of_other_data_says_how_many_figures_moved(given, opened, tmp_path):
    _content, receipt = given
    path = tmp_path / release_log.FOLDER / release_log.FILE
    edition = json.loads(path.read_text("utf-8"))
    edition["receipt"]["build"] = "20200101T000000Z-00000000"
    names, rows = edition["figures"][0][3:]
    rows[0][names.index("coverage_share")] = 0.123
    path.write_text(json.dumps(edition) + "\n", "utf-8")
    assert "其中 1 个数现在不同了" in spoken(opened("verify", no=receipt.no))


def test_an_edition_from_before_all_figures_were_registered_says_that_it_cannot_be_compared(given, opened, tmp_path):
    _content, receipt = given
    path = tmp_path / release_log.FOLDER / release_log.FILE
    edition = json.loads(path.read_text("utf-8"))
    edition["receipt"]["build"] = "20200101T000000Z-00000000"
    del edition["figures"], edition["receipt"]["edition"]
    path.write_text(json.dumps(edition) + "\n", "utf-8")
    text = spoken(opened("verify", no=receipt.no))
    assert [words for words in ("公开件", "没有逐数登记") if words not in text] == []


def test_of_a_file_without_figures_nothing_is_said_of_what_moved(given, opened, tmp_path):
    _content, receipt = given
    path = tmp_path / release_log.FOLDER / release_log.FILE
    edition = json.loads(path.read_text("utf-8")) | {"tables": [], "cells": [], "figures": []}
    edition["receipt"] |= {"build": "20200101T000000Z-00000000", "form": "sample_xlsx"}
    path.write_text(json.dumps(edition) + "\n", "utf-8")
    told = spoken(opened("verify", no=receipt.no))
    assert ("之后发布过别的数据版本" in told, "都没有变" in told) == (True, False)


def test_a_damaged_register_is_told_in_a_sentence(given, opened, tmp_path):
    (tmp_path / release_log.FOLDER / release_log.FILE).write_text("{broken\n")
    assert "请从备份恢复这个文件" in spoken(opened("verify", no="x"))

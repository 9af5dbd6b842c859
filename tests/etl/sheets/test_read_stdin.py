"""A workbook handed to a page: read in a process of its own, cut to what a list may be, refused by the code of its fault."""

import io
import json
import subprocess
import sys

import openpyxl
import pytest

from etl.sheets import read_stdin
from tests.conftest import ROOT
from tests.etl.files.test_workbook import GOOD, SHEET, with_part, xlsx


def read(content):
    """What the process tells of a file."""
    done = subprocess.run([sys.executable, "-m", "etl.sheets.read_stdin"], input=content, capture_output=True, cwd=ROOT, check=True)
    assert done.stderr == b""
    return json.loads(done.stdout)


def test_the_cells_come_as_texts_by_the_sheets_names():
    book = openpyxl.Workbook()
    book.active.title = "一"
    book.active.append(["代号", 3])
    book.create_sheet("二").append(["x"])
    kept = io.BytesIO()
    book.save(kept)
    assert read(kept.getvalue()) == {"一": [["代号", "3.0"]], "二": [["x"]]}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "file_unreadable"),
        (b"PK\x03\x04 broken", "file_unreadable"),
        (with_part(GOOD, SHEET, lambda body: body.replace(b'r="A1"', b'r="XFD1048576"')), "file_hostile"),
        (with_part(GOOD, SHEET, lambda body: b"<!DOCTYPE x>" + body), "file_hostile"),
    ],
)
def test_a_file_that_is_refused_is_told_by_its_fault(content, fault):
    assert read(content) == {"fault": fault}


def test_a_long_wide_or_wordy_sheet_is_cut():
    told = read_stdin.sheet_texts(xlsx([["字" * 900] * 60, *[["x"] * 60] * 1500]))["Sheet"]
    assert (len(told), len(told[0]), len(told[0][0])) == (read_stdin.MOST_ROWS, read_stdin.MOST_COLUMNS, read_stdin.MOST_LETTERS)

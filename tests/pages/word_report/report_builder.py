"""Reports of the demo town for tests: composed, and as the file that python-docx reads."""

import datetime as dt
import io

from docx import Document

from pages.word_report import report

YEAR_END, BETWEEN, BEFORE = dt.date(2025, 12, 31), dt.date(2025, 8, 17), dt.date(2022, 6, 30)
DAYS = (YEAR_END, BETWEEN, BEFORE)


def choices(leaves, day, at=None, **more):
    """The town's, or the village's at a place in the register."""
    villages = leaves[0]
    if at is None:
        return report.Choices(day, villages=villages, **more)
    return report.Choices(day, villages[at]["village_id"], villages[at]["name"], villages=villages, **more)


def written(leaves, day, at=None, **more):
    """The file."""
    return report.write(leaves[1][day], leaves[2][day], 3, choices(leaves, day, at, **more))


def composed(leaves, day, at=None):
    """The report before it is a file."""
    return report.composed(leaves[1][day], leaves[2][day], 3, choices(leaves, day, at))


def read(content):
    """A file as python-docx reads it."""
    return Document(io.BytesIO(content))

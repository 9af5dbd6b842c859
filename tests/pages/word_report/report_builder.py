"""Reports of the demo town for tests: composed, and as the file that python-docx reads."""

import datetime as dt
import io
from typing import NamedTuple

from docx import Document

from pages.word_report import docx_writer, report, report_data

YEAR_END, BETWEEN, BEFORE = dt.date(2025, 12, 31), dt.date(2025, 8, 17), dt.date(2022, 6, 30)
DAYS = (YEAR_END, BETWEEN, BEFORE)


def choices(leaves, day, at=None, **more):
    """The town's, or the village's at a place in the register."""
    villages = leaves[0]
    if at is None:
        return report_data.Choices(day, villages=villages, **more)
    return report_data.Choices(day, villages[at]["village_id"], villages[at]["name"], villages=villages, **more)


def written(leaves, day, at=None, **more):
    """The file."""
    return report.write(leaves[1][day], leaves[2][day], choices(leaves, day, at, **more))


class Text(NamedTuple):
    """A paragraph."""

    text: str


class Grid(NamedTuple):
    """A table."""

    caption: str
    headings: list
    rows: list
    is_wide: bool


class Picture(NamedTuple):
    """A picture."""

    caption: str
    content: bytes
    described: str


class Annex(NamedTuple):
    """The beginning of an annex."""

    title: str


class Signed(NamedTuple):
    """The end of the body."""

    lines: list


class Recorder:
    """Takes the parts of a report in place of docx_writer.Writer, and keeps them in their order."""

    def __init__(self):
        self.blocks = []

    def text(self, *texts):
        self.blocks += map(Text, filter(None, texts))

    def heading(self, text, level=1):
        self.blocks.append((level, text))

    def table(self, caption, headings, rows, note="", widths=(1.6,), words=(0,), is_wide=False):
        self.blocks.append(Grid(caption, headings, rows, is_wide))
        self.blocks.append((note, widths, words))

    def picture(self, caption, content, described, width=docx_writer.WIDTH):
        self.blocks.append(Picture(caption, content, described))

    def annex(self, title, is_lying=False):
        self.blocks.append(Annex(title))

    def sign(self, annexes, lines):
        self.blocks.append(Signed(lines))


def composed(leaves, day, at=None):
    """The parts of the report before they are a file."""
    recorder = Recorder()
    report.compose(recorder, leaves[1][day], leaves[2][day], choices(leaves, day, at))
    return recorder.blocks


def read(content):
    """A file as python-docx reads it."""
    return Document(io.BytesIO(content))

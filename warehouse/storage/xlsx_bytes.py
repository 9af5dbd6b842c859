"""A workbook of openpyxl as bytes: its own way puts each sheet into a file under /tmp first, in clear, which stays where the process is killed."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

_MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


class _Writer(ExcelWriter):  # type: ignore[misc]
    """As openpyxl's own, with each sheet written into memory."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)


def of(book: Workbook, creator: str | None = None) -> bytes:
    """Return the bytes of the workbook; they do not say who made it, but for a `creator` that is given."""
    book.properties.creator = creator
    stream = io.BytesIO()
    _Writer(book, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)).save()
    return stream.getvalue()


def steady(packed: bytes, moment: dt.datetime) -> bytes:
    """Return the same package with one moment in its properties and in every member."""
    text, stream = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.create_system = 3  # on every system
            target.writestr(entry, _MOMENTS.sub(rb"\g<1>" + text + rb"\2", source.read(name)), zipfile.ZIP_DEFLATED, 4)
    return stream.getvalue()

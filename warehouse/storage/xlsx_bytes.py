"""A workbook of openpyxl as bytes: its own way puts each sheet into a file under /tmp first, in clear, which stays where the process is killed."""

import io
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


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

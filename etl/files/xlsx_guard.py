"""Scans a workbook's bytes before any reader parses them: size when unpacked, XML entities, far cells, passwords.

No reader limits unpacking (a 1.3 MB file took 2.9 GB; one cell at XFD1048576 aborts the process), so this comes first.
The same scan finds error cells (#N/A …) and formulas never calculated, which calamine hands over as empty.
"""

import io
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from etl.files.source_file import Unreadable

MOST_BYTES = 300 * 2**20
MOST_RATIO = 200
MOST_CELLS = 20_000_000
MOST_LETTERS = 50_000_000  # in all cells: a small file may name one long text in many
# A cell so far out that the grid from A1 to it would pass the limit: three letters, or many rows of a wide sheet. A few may be there
# for their colour alone, where somebody painted a whole row or column; one with a value may not.
_FAR = re.compile(rb'r="(?:[A-Z]{3,}\d|[A-Z]{2,}\d{6}|[A-Z]+\d{7})')
_FAR_VALUE = re.compile(rb"<(?:\w+:)?c\b[^>]*\b" + _FAR.pattern + rb"[^>]*(?<!/)>(?!(?:<v></v>|<v/>)?</)")
MOST_PAINTED = 20_000
_TORN = (zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError, KeyError, EOFError, OSError, RuntimeError)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SHOWN_ERROR = re.compile(rb">(?:#[A-Z/0!?]{3,7}|Err:\d{3})<")
_QUOTED = re.compile(rb"=\s*'([^'\"<>]*)'")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_FORMULAS = re.compile(rb"<f[\s/>]"), re.compile(rb":f[\s/>]")  # as one expression it took five times as long
_REFERENCE = re.compile(rb'\br="([A-Z]{1,4})(\d{1,8})"')
_PLACE = re.compile(rb'c r="([A-Z]{1,3}[1-9]\d{0,6})"')  # as nearly every program writes it
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)")
_STATED = re.compile(rb'\br\s*=\s*"\s*([A-Za-z]*)(\d+)')
_DATA = re.compile(rb"sheetData[\s/>]")
_WORKSHEET = re.compile(rb"<(?:\w+:)?worksheet[\s>]")


@dataclass
class Scan:
    """The result of a scan: error cells by sheet name as (row, column) from 0, the date system, how many sheets hold rows."""

    is_1904: bool = False
    sheets: int = 0
    cells: dict[str, set[tuple[int, int]]] = field(default_factory=dict)


def scan_xlsx(content: bytes) -> Scan:
    """Weigh an .xlsx (or .ods) and find its error cells; raises `Unreadable`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())  # as the archive declares and zipfile later enforces
            if unpacked > MOST_BYTES or (unpacked > 20 * 2**20 and unpacked > MOST_RATIO * len(content)):
                raise Unreadable("file_hostile", "unpacks")
            if len(archive.infolist()) > 5000:
                raise Unreadable("file_hostile", "parts")
            if len({name.casefold() for name in archive.namelist()}) < len(archive.namelist()):
                raise Unreadable("file_unreadable", "parts")  # of two by one name the reader takes one
            is_ods = "xl/workbook.xml" not in archive.namelist()
            if is_ods and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Unreadable("file_protected", "password")
            scan, sheets = (Scan(), {"content.xml": [""]}) if is_ods else _sheet_parts(archive)
            parts = [name for name in archive.namelist() if name.lower().endswith((".xml", ".rels", ".vml", ".rdf"))]
            for name in dict.fromkeys([*sheets, *parts]):
                content = archive.read(name)
                _refuse_entities(content)
                if name.startswith("xl/") and b"\0" in content[:4]:
                    raise Unreadable("file_unreadable", "encoding")  # of UTF-16 the reader makes an empty sheet
                if is_ods and name in sheets:
                    scan.cells |= _scan_ods(content)
                elif name in sheets and _WORKSHEET.search(content[:5000]):
                    scan.sheets += len(sheets[name])
                    scan.cells |= dict.fromkeys(sheets[name], _scan_sheet(content))
            return scan
    except _TORN as error:
        raise Unreadable("file_unreadable", type(error).__name__) from error


def _scan_ods(content: bytes) -> dict[str, set[tuple[int, int]]]:
    """Return the error cells of an OpenDocument spreadsheet (.ods) by sheet: formulas that show #N/A, #DIV/0! or Err:502."""
    cells: dict[str, set[tuple[int, int]]] = {}
    if not _SHOWN_ERROR.search(content):
        return cells
    for table in ElementTree.fromstring(content).iter(f"{_TABLE}table"):  # noqa: S314 — without a document type
        places = cells.setdefault(table.get(f"{_TABLE}name", ""), set())
        row_no = 0
        for row in table.iter(f"{_TABLE}table-row"):
            column_no = 0
            for cell in row:
                if cell.get(f"{_TABLE}formula") and _SHOWN_ERROR.fullmatch(b">" + "".join(cell.itertext()).encode() + b"<"):
                    places.add((row_no, column_no))
                column_no += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            row_no += int(row.get(f"{_TABLE}number-rows-repeated", "1"))
    return cells


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[Scan, dict[str, list[str]]]:
    """Return the date system of an .xlsx, and the names of the sheets that each part holds."""
    book, relations = (_QUOTED.sub(rb'="\1"', archive.read(f"xl/{part}")) for part in ("workbook.xml", "_rels/workbook.xml.rels"))
    targets = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _RELATION.findall(relations)}
    scan = Scan(is_1904=bool(re.search(rb'date1904="(1|true)"', book)))
    sheets = defaultdict[str, list[str]](list)
    for tag in _SHEET.findall(book):
        target = targets.get(_attribute(tag, b"r:id") or _attribute(tag, b"id"))
        if target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            sheets[part].append(unescape(_attribute(tag, b"name") or "", {"&quot;": '"', "&apos;": "'"}))
    return scan, sheets


def _attribute(tag: bytes, name: bytes) -> str | None:
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return match.group(1).decode("utf-8") if match else None


def _refuse_entities(xml: bytes) -> None:
    """Refuse a document type in any part and encoding: a workbook never needs one, and one that has it is built to do harm."""
    text = xml.replace(b"\0", b"") if xml[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") else xml
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unreadable("file_hostile", "entities")


def _scan_sheet(xml: bytes) -> set[tuple[int, int]]:
    """Return error cells and formulas without a value of one sheet part; raises `Unreadable` for far cells."""
    xml = _QUOTED.sub(rb'="\1"', xml) if b"='" in xml or b"= '" in xml else xml
    # For a far value a reader would reserve the whole grid; one at XFD1048576 aborts the process.
    far = sum(1 for _cell in islice(_FAR.finditer(xml), MOST_PAINTED + 1))
    if far > MOST_PAINTED or (far and _FAR_VALUE.search(xml)):
        raise Unreadable("file_hostile", "far_cell")
    _refuse_doubled(xml)
    if b't="e"' not in xml and not any(formula.search(xml) for formula in _FORMULAS):
        return set()
    cells = set()
    for attributes, _, inner in _CELL.findall(xml):
        is_error = b't="e"' in attributes
        content = inner.replace(b"<v></v>", b"")  # some programs write the place of a value and nothing in it
        is_uncalculated = any(formula.search(content) for formula in _FORMULAS) and not _VALUE.search(content)
        place = _REFERENCE.search(attributes)
        if place and (is_error or is_uncalculated):
            cells.add((int(place.group(2)) - 1, column_number(place.group(1).decode()) - 1))
    return cells


def _refuse_doubled(xml: bytes) -> None:
    """Refuse two cells in one place and a second block of rows: of either a reader drops one, and whom it names, without a word."""
    body = xml.partition(b"<sheetData")[2].rpartition(b"</sheetData>")[0] or xml
    places: list[Any] = _PLACE.findall(body)
    if len(places) != body.count(b"<c") + body.count(b":c"):
        places, row, column = [], 0, 0
        for tag, attributes in _ROW_OR_CELL.findall(xml):
            stated = _STATED.search(attributes)
            row = int(stated[2]) if stated else row + (tag == b"row")
            column = column_number(stated[1].decode().upper()) if stated else (column + 1) * (tag == b"c")
            places += [(row, column)] if tag == b"c" else []
    if len(set(places)) < len(places) or len(_DATA.findall(xml)) > 2:
        raise Unreadable("file_unreadable", "doubled")


def column_number(letters: str) -> int:
    """Return A → 1, Z → 26, AA → 27."""
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)

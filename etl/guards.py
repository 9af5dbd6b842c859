"""Looks at a workbook's bytes before any reader parses them: size when unpacked, XML entities, far cells, passwords.

No reader limits unpacking (a 1.3 MB file took 2.9 GB; one cell at XFD1048576 aborts the process), so this stands first.
The same look finds error cells (#N/A …) and formulas never calculated, which calamine hands over as empty.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass, field

import msoffcrypto
import olefile

MOST_BYTES = 300 * 2**20
MOST_RATIO = 200
MOST_CELLS = 20_000_000
# A cell so far out that the grid from A1 to it would pass the limit: three letters, or many rows of a wide sheet.
_FAR = re.compile(rb'r="(?:[A-Z]{3,}\d|[A-Z]{2,}\d{6}|[A-Z]+\d{7})')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,4})(\d{1,8})"')


class Hostile(Exception):
    """Unpacks beyond the limits, uses XML entities or claims more cells than the limits."""


class Broken(Exception):
    """Truncated or not what it claims to be."""


class Protected(Exception):
    """Needs a password."""


@dataclass
class Scan:
    """What the look found: error cells by sheet name as (row, column) from 0, and the date system."""

    is_1904: bool = False
    cells: dict[str, set[tuple[int, int]]] = field(default_factory=dict)

    def errors(self, sheet: str) -> set[tuple[int, int]]:
        """Error cells of one sheet."""
        return self.cells.get(sheet, set())


def scan_xlsx(content: bytes) -> Scan:
    """Weigh an .xlsx and find its error cells; raises `Hostile` or `Broken`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _weigh(archive, len(content))
            return _scan_parts(archive)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, struct.error, NotImplementedError, RuntimeError) as error:
        raise Broken(type(error).__name__) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise Broken("zlib") from error


def _weigh(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse what unpacks beyond the limits, by the sizes that the archive declares and zipfile later enforces."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MOST_BYTES or (unpacked > 20 * 2**20 and unpacked > MOST_RATIO * packed):
        raise Hostile("unpacks")
    if len(archive.infolist()) > 5000:
        raise Hostile("parts")


def _scan_parts(archive: zipfile.ZipFile) -> Scan:
    """Read the workbook part and every sheet part once."""
    book = archive.read("xl/workbook.xml")
    _refuse_entities(book)
    relations = archive.read("xl/_rels/workbook.xml.rels")
    targets = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _RELATION.findall(relations)}
    scan = Scan(is_1904=bool(re.search(rb'date1904="(1|true)"', book)))
    for tag in _SHEET.findall(book):
        target = targets.get(_attribute(tag, b"r:id") or _attribute(tag, b"id"))
        if target and "worksheet" in target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            scan.cells[_unescape(_attribute(tag, b"name") or "")] = _scan_sheet(archive.read(part))
    return scan


def _attribute(tag: bytes, name: bytes) -> str | None:
    """The value of one attribute of a tag."""
    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return found.group(1).decode("utf-8") if found else None


def _unescape(text: str) -> str:
    """XML escapes of a sheet's name."""
    for escape, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(escape, sign)
    return text


def _refuse_entities(xml: bytes) -> None:
    """A workbook never needs a document type; one that has it is built to do harm."""
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml[:65536]:
        raise Hostile("entities")


def _scan_sheet(xml: bytes) -> set[tuple[int, int]]:
    """Error cells and formulas without a value of one sheet part; raises `Hostile` for far cells."""
    _refuse_entities(xml)
    _refuse_far_cells(xml)
    if b't="e"' not in xml and b"<f" not in xml and b":f" not in xml:
        return set()
    found = set()
    for attributes, _, inner in _CELL.findall(xml):
        is_error = b't="e"' in attributes
        is_uncalculated = b"<f" in inner and b"<v>" not in inner and b"<is>" not in inner
        place = _REFERENCE.search(attributes)
        if place and (is_error or is_uncalculated):
            found.add((int(place.group(2)) - 1, column_number(place.group(1).decode()) - 1))
    return found


def _refuse_far_cells(xml: bytes) -> None:
    """Refuse the cell that makes a reader reserve the whole grid (one at XFD1048576 aborts the process)."""
    if _FAR.search(xml):
        raise Hostile("far_cell")


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def scan_xls(content: bytes) -> Scan:
    """Find passwords, error cells and the date system of a BIFF workbook; raises `Protected`, `Broken` or `Hostile`."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            if container.exists("EncryptedPackage") or container.exists("EncryptionInfo"):
                raise Protected
            name = next((part for part in ("Workbook", "Book") if container.exists(part)), None)
            if name is None:
                raise Broken("no_workbook")
            stream = container.openstream(name).read()
    except OSError as error:
        raise Broken(type(error).__name__) from error
    if _is_encrypted_xls(content):
        raise Protected
    return _scan_records(stream)


def _is_encrypted_xls(content: bytes) -> bool:
    """True when the BIFF stream carries a FILEPASS record that a password opens."""
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted())
    except Exception:  # any doubt is left to the reader, which refuses in its own words
        return False


def _scan_records(stream: bytes) -> Scan:
    """Walk the BIFF8 records once ([MS-XLS] 2.3): BOUNDSHEET names, DATEMODE, BOOLERR and FORMULA results."""
    scan, names, position, sheet = Scan(), {}, 0, ""
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + length]
        if kind == 0x0085 and length >= 8:
            names[struct.unpack_from("<I", body)[0]] = _short_string(body[6:])
        elif kind == 0x0022 and length >= 2:
            scan.is_1904 = body[0] == 1
        elif kind == 0x0809:
            sheet = names.get(position, "")
        elif kind in (0x0205, 0x0006) and _is_error(kind, body):
            scan.cells.setdefault(sheet, set()).add(struct.unpack_from("<HH", body))
        position += 4 + length
    return scan


def _is_error(kind: int, body: bytes) -> bool:
    """True for a BOOLERR that holds an error, or a FORMULA whose result is one."""
    if kind == 0x0205:
        return len(body) >= 8 and body[7] == 1
    return len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2


def _short_string(body: bytes) -> str:
    """A ShortXLUnicodeString: count, flag, then one or two bytes a character."""
    count, is_wide = body[0], body[1] & 1
    raw = body[2 : 2 + count * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1", errors="replace")

"""Scans an .xls before any reader parses it: passwords, error cells, date system, and damage by its structure, for it has no checksum."""

import io
import struct
from collections.abc import Iterator

import msoffcrypto
import olefile

from etl.files.source_file import Unreadable
from etl.files.xlsx_guard import Scan

_MOST_RECORD = 8224  # bytes of one BIFF8 record's body ([MS-XLS] 2.1.4)
# LABELSST, NUMBER, RK, MULRK, BLANK, MULBLANK, FORMULA, LABEL, BOOLERR, RSTRING
_CELL_RECORDS = {0x00FD, 0x0203, 0x027E, 0x00BD, 0x0201, 0x00BE, 0x0006, 0x0204, 0x0205, 0x00D6}


def scan_xls(content: bytes) -> Scan:
    """Find passwords, error cells and the date system of a BIFF8 workbook ([MS-XLS] 2.3).

    Raises `Unreadable`, also for a record that runs over the end, a sheet that does not begin where it should or does not end, and a
    cell outside of its sheet's DIMENSIONS or in another's place.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            if container.exists("EncryptedPackage") or container.exists("EncryptionInfo"):
                raise Unreadable("file_protected", "password")
            name = next((part for part in ("Workbook", "Book") if container.exists(part)), None)
            if name is None:
                raise Unreadable("file_unreadable", "no_workbook")
            stream = container.openstream(name).read()
    except OSError as error:
        raise Unreadable("file_unreadable", type(error).__name__) from error
    if _is_encrypted_xls(content):
        raise Unreadable("file_protected", "password")
    scan, names, sheet, edge, begun, ended, places = Scan(), {}, "", (0, 0), set(), 0, set()
    for position, kind, body in _records(stream):
        if kind == 0x0085 and len(body) >= 8:
            names[struct.unpack_from("<I", body)[0]] = _short_string(body[6:])
        elif kind == 0x0022 and len(body) >= 2:
            scan.is_1904 = body[0] == 1
        elif kind == 0x0809:
            sheet, edge = names.get(position, ""), (0, 0)
            begun.add(position)
        elif kind == 0x000A:
            ended += 1
        elif kind == 0x0200 and len(body) >= 12:
            edge = struct.unpack_from("<4xI2xH", body)
        elif kind in _CELL_RECORDS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            if (any(edge) and (row >= edge[0] or column >= edge[1])) or (sheet, row, column) in places:
                raise Unreadable("file_unreadable", "cell")
            places.add((sheet, row, column))
            if kind in (0x0205, 0x0006) and _is_error(kind, body):
                scan.cells.setdefault(sheet, set()).add((row, column))
    if not begun or ended < len(begun) or not begun >= set(names):
        raise Unreadable("file_unreadable", "sheets")
    return scan


def _is_encrypted_xls(content: bytes) -> bool:
    """Return whether the BIFF stream carries a FILEPASS record that a password opens."""
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted())
    except Exception:  # any doubt is left to the reader, which refuses in its own words
        return False


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (position, kind, body) of every record; padding after the last one is left out."""
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if kind == 0 and not stream[position:].strip(b"\0"):
            return
        if length > _MOST_RECORD or position + 4 + length > len(stream):
            raise Unreadable("file_unreadable", "record")
        yield position, kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def _is_error(kind: int, body: bytes) -> bool:
    """Return whether it is a BOOLERR that holds an error, or a FORMULA whose result is one."""
    if kind == 0x0205:
        return len(body) >= 8 and body[7] == 1
    return len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2


def _short_string(body: bytes) -> str:
    """Return a ShortXLUnicodeString: count, flag, then one or two bytes a character."""
    count, is_wide = body[0], body[1] & 1
    raw = body[2 : 2 + count * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1", errors="replace")

"""Parts as one ZIP that comes out the same for the same parts and moment: names in order, one time, nothing of the machine."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping

from warehouse.disclosure.release_log import SUMS, hash_of

_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.[A-Za-z0-9_]+)*")
_MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def sums(parts: Mapping[str, bytes]) -> bytes:
    """The hashes of all parts as `sha256sum` writes them and `sha256sum -c` reads them."""
    return "".join(f"{hash_of(content)}  {name}\n" for name, content in sorted(parts.items())).encode()


def packed(parts: Mapping[str, bytes], moment: dt.datetime) -> bytes:
    """The parts with the list of their hashes. Raises ValueError for a name that would not stay inside the folder it is unpacked to."""
    return _zipped({**parts, SUMS: sums(parts)}, moment)


def steady(book: bytes, moment: dt.datetime) -> bytes:
    """A workbook with the moment in place of those of its writing."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        parts = {part.filename: opened.read(part) for part in opened.infolist()}
    return _zipped({name: _MOMENTS.sub(rb"\g<1>" + text + rb"\2", content) for name, content in parts.items()}, moment, is_ours=False)


def _zipped(parts: Mapping[str, bytes], moment: dt.datetime, is_ours: bool = True) -> bytes:
    """The bytes of a ZIP; a workbook names its parts itself and wants them in its own order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in sorted(parts) if is_ours else parts:
            if is_ours and not _NAME.fullmatch(name):
                raise ValueError(f"no name for a part: {name}")
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            opened.writestr(entry, parts[name])
    return stream.getvalue()

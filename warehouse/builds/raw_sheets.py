"""A sheet's text as it is sealed in a build, and one row of it cell by cell: what is not in SHOWN is masked."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from locales import _
from warehouse.builds.repository import Build
from warehouse.storage.keys import Key

SHOWN = frozenset(
    "village_name sex born_on class_no class_nos hukou_kind grade disability_type disability_level disability_card_until"
    " illness_cost illness_year dibao_from dibao_until dibao_reviewed_on father_status father_since father_until mother_status"
    " mother_since mother_until event_kind event_on reviewed_on listed_on delisted_on unit category"
    " party_member joined_on left_on started_on ended_on department visited_on mode recorded_on raised_on due_on"
    " resolved_on joint_meeting held_on issued_on found_on reported_on fed_back occasion topic_health topic_schooling"
    " topic_parents topic_wishes topic_family topic_policy topic_guardianship topic_safety".split()
)
RETURNED = "同行退回："  # opens the list sheet of a returned ledger; the id of the file that it mends follows
STAND_IN = "⟦"  # opens what replaces a text that was taken away (etl/deidentification/tokens.py)
_NAMES = frozenset("child_name household_head helper_name father_name mother_name guardian_name director".split())
_DIGITS = re.compile(r"[0-9Xx]{7,}")


@dataclass(frozen=True)
class Cell:
    """One cell of a ledger row: its heading as written, the field it was read as, its text as it may be shown."""

    heading: str
    field: str
    text: str


def ordinal(number: int) -> str:
    """What stands in a build for the name of a sheet that may name a child: which sheet of its file it is."""
    return f"第{number}张表"


def sheet_title(sheet: str) -> str:
    """The name of a sheet as a build has it, an ordinal in the reader's language."""
    is_ordinal = re.fullmatch(r"第(\d+)张表", sheet)
    return _("第{number}张表").format(number=is_ordinal[1]) if is_ordinal else sheet


def pack(header: dict[str, Any], frame: pl.DataFrame | None) -> bytes:
    """A sheet as bytes for sealing: the JSON header, a line break, and the frame of text as Arrow IPC."""
    body = io.BytesIO()
    if frame is not None:
        frame.write_ipc(body, compression="zstd")
    return json.dumps(header, ensure_ascii=False).encode() + b"\n" + body.getvalue()


def unpack(content: bytes) -> tuple[dict[str, Any], pl.DataFrame | None]:
    """Header and frame of a sheet that `pack` made bytes of."""
    header, body = content.split(b"\n", 1)
    return json.loads(header), pl.read_ipc(io.BytesIO(body)) if body else None


def row(build: Build, key: Key, sheet_id: str, row_no: int) -> list[Cell]:
    """The cells of one ledger row in the order of its columns, masked; empty where the build holds no such row.

    Raises identities.WrongKey where the key is not that of the sealing.
    """
    sealed = build.rows("select sealed from raw_sheets where sheet_id = $sheet_id", {"sheet_id": sheet_id})
    if not sealed:
        return []
    header, frame = unpack(key.unseal(sheet_id, bytes(sealed[0]["sealed"])))
    rows = frame.filter(pl.col("row_no") == row_no) if frame is not None else pl.DataFrame()
    if rows.is_empty():
        return []
    texts = rows.row(0, named=True)
    columns = sorted((column for column in header["columns"] if column["field"] in texts), key=lambda column: column["at"])
    cells = [(column["heading"], column["field"], texts[column["field"]] or "") for column in columns]
    return [Cell(heading, field, masked(field, text)) for heading, field, text in cells]


def sheet_names(build: Build, key: Key, file_id: str) -> dict[str, str]:
    """Return the true name of each sheet of a file, by sheet_id."""
    sql = "select sheet_id, sealed from raw_sheets where sheet_id like $file_id || '/%'"
    sealed = {row["sheet_id"]: bytes(row["sealed"]) for row in build.rows(sql, {"file_id": file_id})}
    return {sheet_id: unpack(key.unseal(sheet_id, content))[0]["name"] for sheet_id, content in sealed.items()}


def files(build: Build) -> dict[str, str]:
    """Return the SHA-256 of every file taken in, with that of the one that stands for it: its own, its corrected copy's, "" (left out)."""
    rows = build.rows("select sha256 from ledger_files where fault is null")
    successors: dict[str, str] = json.loads(build.facts.get("successors") or "{}")
    return successors | {row["sha256"]: row["sha256"] for row in rows}


def kept_originals(build: Build) -> set[str]:
    """Return the ids of the files whose own bytes a build keeps sealed."""
    return {row["file_id"] for row in build.rows("select file_id from raw_files")}


def originals(build: Build, key: Key, digests: list[str]) -> list[tuple[str, bytes]]:
    """Return the true names and own bytes of those files, by their SHA-256, that a build keeps sealed."""
    sql = (
        "select f.file_id, f.sealed, s.sheet_id, s.sealed as sheet from raw_files as f"
        " join raw_sheets as s on s.sheet_id like f.file_id || '/%' where f.file_id = $file_id limit 1"
    )
    rows = [row for digest in digests for row in build.rows(sql, {"file_id": digest[:16]})]
    headers = [unpack(key.unseal(row["sheet_id"], bytes(row["sheet"])))[0] for row in rows]
    return [(header["file"], key.unseal(row["file_id"], bytes(row["sealed"]))) for header, row in zip(headers, rows, strict=True)]


def waiting(build: Build, load_key: Callable[[], Key], sheet_id: str = "") -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the header of each table that waits for an answer, else of the one given, with its row: file, sheet, sheet_id, rows."""
    rows = build.rows(
        "select s.file, s.sheet, s.sheet_id, s.rows_set_aside + s.rows_loaded as rows, r.sealed from ledger_sheets as s"
        " join raw_sheets as r on r.sheet_id = s.sheet_id"
        " where case when $sheet_id = '' then s.state = 'asked' else s.sheet_id = $sheet_id end order by s.file, s.sheet_id",
        {"sheet_id": sheet_id},
    )
    if not rows:  # the key is asked for only where something is sealed that must be shown
        return []
    key = load_key()
    return [(unpack(key.unseal(row["sheet_id"], bytes(row.pop("sealed"))))[0], row) for row in rows]


def unknown_cells(build: Build, load_key: Callable[[], Key]) -> tuple[list[dict[str, Any]], set[str]]:
    """Return the cells whose word no vocabulary knows (ledger, field, heading, village_id, text), and all names of their sheets."""
    rows = build.rows(
        "select sheet_id, row_no, ledger, field, heading, village_id from ledger_cells"
        " where state = 'value_unknown' and field <> 'village_name'"
        " union all select sheet_id, row_no, 'helpers', 'category', null, village_id from helpers where category = 'outside'"
    )
    cells: list[dict[str, Any]] = []
    names: set[str] = set()
    for sheet_id in sorted({row["sheet_id"] for row in rows}):
        sealed = build.rows("select sealed from raw_sheets where sheet_id = $sheet_id", {"sheet_id": sheet_id})[0]["sealed"]
        frame = unpack(load_key().unseal(sheet_id, bytes(sealed)))[1]
        if frame is None:
            continue
        names.update(name for column in _NAMES & {*frame.columns} for name in frame[column].drop_nulls().to_list())
        texts = {row["row_no"]: row for row in frame.to_dicts()}
        of_sheet = [row for row in rows if row["sheet_id"] == sheet_id and row["row_no"] in texts]
        cells += [row | {"text": texts[row["row_no"]].get(row["field"]) or ""} for row in of_sheet]
    return cells, names


def masked(field: str, text: str) -> str:
    """The text of a field as it may be shown: 张*, 510***********0012, 138****1234; notes and addresses not at all."""
    if not text or text in ("—", "——", "/", "无"):
        return text
    if text.startswith(STAND_IN):
        return "***"
    if field in SHOWN or field.startswith("wide:"):
        return _DIGITS.sub(lambda digits: masked_number(digits.group()) if len(digits.group()) > 8 else digits.group(), text)
    if field in _NAMES:
        return text[0] + "*"
    if field.endswith(("id_number", "card_no", "phone")):
        return masked_number(text)
    return "***"


def masked_number(text: str) -> str:
    """A number with its first three and last four signs, everything between hidden; short ones wholly hidden."""
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) > 8 else "***"

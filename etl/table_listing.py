"""What would be read, table by table, without writing anything: `python -m etl read` (contract.md)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from etl.cleaning import expand_rows
from etl.cleaning.type_columns import type_fields
from etl.files.source_file import read_source
from etl.forms import forms, heading_aliases, public_names, table_questions
from etl.sheets import discover, reader_pool, sheet_store
from etl.sheets.place_and_date import Register
from locales import N_, Refusal
from warehouse.builds import raw_sheets
from warehouse.settings import local_time
from warehouse.storage import build_files, keys

_NOT_LEDGERS = {"summary": "summary", "empty": "empty", "returned": "list_alone", "unrecognised": "unknown_headings"}
_FACTS = ("sheet", "range", "state", "question", "ledger", "village", "reporting_day", "layout")  # of a table, besides its file
Table = dict[str, Any]


class NothingToRead(Refusal):
    """A path that is not there."""

    says = N_("没有这个文件或文件夹：{path}")


def tables(
    paths: list[Path], register: Path | None = None, home: Path | None = None, accept_proposals: bool = False, show_names: bool = False
) -> list[Table]:
    """Return every table of the files: `file, sheet, range, state, question, ledger, village, reporting_day, layout, columns, rows`.

    `register` is a 村居名册 to place them by, besides one among the files and that of the build published in `home`. Texts are
    masked as in a trail unless names are asked for. With `accept_proposals` a table that is asked about is read as proposed.
    """
    published = discover.published_state(home, keys.load_key(home)) if home else discover.PublishedState()
    pseudonym = pseudonym_of(home or build_files.home())
    words = heading_aliases.use_words(home)
    all_paths = [*paths, register] if register else paths
    for path in all_paths:
        if not path.exists():
            raise NothingToRead(path=path.name)
    sources = [read_source(path) for path in discover.ledger_paths(all_paths)]
    listed: list[Table] = []
    sheets: list[sheet_store.LedgerSheet] = []
    wanted = {path.resolve() for path in discover.ledger_paths(paths)}
    order = {source.path: at for at, source in enumerate(sources)}
    for source, reading in sorted(reader_pool.read_files(sources, words=words), key=lambda pair: order[pair[0].path]):
        file, file_sheets = sheet_store.ledger_file(source, reading, pseudonym)
        sheets += file_sheets
        if source.path.resolve() in wanted and file.fault:
            listed.append(_line(file.true_file if show_names else file.file, state="refused", question=file.fault))
    villages = sheet_store.village_register([*published.sheets, *sheets])
    sheet_store.place(sheets, villages, local_time.today(home or build_files.home()))
    names = {source.sha256[:16] for source in sources if source.path.resolve() in wanted}
    return listed + [_table(sheet, villages, accept_proposals, show_names) for sheet in sheets if sheet.file_id in names]


def pseudonym_of(home: Path) -> sheet_store.Pseudonym | None:
    """Return what tells files apart by name as a load of this home does; None where there is no key yet."""
    try:
        return keys.load_key(home).pseudonym
    except keys.KeyMissing:
        return None


def questions(paths: list[Path], home: Path) -> list[table_questions.Question]:
    """Return what would be asked about the tables of these files, by what the home remembers."""
    words = heading_aliases.use_words(home)
    asked_about: list[table_questions.Question] = []
    pseudonym = pseudonym_of(home)
    for source, reading in reader_pool.read_files([read_source(path) for path in discover.ledger_paths(paths)], words=words):
        file, sheets = sheet_store.ledger_file(source, reading, pseudonym)
        for sheet in sheets:
            if sheet.reading.state == "asked" and sheet.reading.grid:
                name = public_names.sheet_name(sheet.reading.name, sheet.reading.sheet_no, ())
                row = {"file": file.file, "sheet": name, "sheet_id": sheet.sheet_id, "rows": sheet.reading.rows_loaded}
                asked_about.append(table_questions.question(asdict(replace(sheet.reading, frame=None)), row))
    return table_questions.merged(asked_about)


def _line(file: str, **more: Any) -> Table:
    return {"file": file} | dict.fromkeys(_FACTS) | {"columns": [], "rows": []} | more


def _table(sheet: sheet_store.LedgerSheet, register: Register, accept_proposals: bool, show_names: bool) -> Table:
    reading = sheet.reading
    state, question = reading.state, reading.question or reading.reason
    if state == "asked" and accept_proposals:
        reading.ledger, state, question = reading.proposed, "read", ""
    elif state == "loaded":
        state = "read"
    elif state in _NOT_LEDGERS:
        state, question = "not_a_ledger", _NOT_LEDGERS[reading.state]
    villages = dict(register.villages.select("village_id", "name").iter_rows())
    ledger = reading.ledger or reading.proposed
    rows = _rows(sheet, ledger, register, villages, show_names) if ledger and state in ("read", "asked") else []
    places = {row.get("village_name") for row in rows} & set(villages.values())
    village = villages.get(sheet.village_id or "") or (places.pop() if len(places) == 1 else None)
    day = sheet.ledger_on.isoformat() if sheet.ledger_on and ledger and sheet.ledger_on_source != "load" else None
    file, name = (sheet.true_file, reading.name) if show_names else (sheet.file, sheet.sheet)
    facts = (name, reading.place or None, state, question or None, ledger, village, day, reading.layout)
    return _line(
        file,
        **dict(zip(_FACTS, facts, strict=True)),
        columns=[{"heading": column.heading, "field": column.field} for column in reading.columns],
        rows=rows if state == "read" else [],
    )


def _rows(sheet: sheet_store.LedgerSheet, ledger: str, register: Register, villages: dict[str, str], show_names: bool) -> list[Table]:
    form = forms.forms()[ledger]
    sheet.reading.ledger, kept = ledger, sheet.reading.ledger
    text = sheet_store.ledger_rows([sheet], ledger)
    sheet.reading.ledger = kept
    if text is None:
        return []
    typed = type_fields(expand_rows.expand(text, ledger), form)
    filled = [name for name in form.fields if name in typed.columns]
    return [_row(row, filled, form, register, villages, show_names) for row in typed.iter_rows(named=True)]


def _row(row: Table, fields: Iterable[str], form: forms.Form, register: Register, villages: dict[str, str], show_names: bool) -> Table:
    values: Table = {"row": row["row_no"]}
    for name in fields:
        value, kind = row[name], form.fields[name].kind
        if isinstance(value, dt.date):
            value = value.isoformat()[:7] if row.get(f"{name}|precision") == "month" else value.isoformat()
        elif kind == "classes":
            numbers = value or ([row["class_hint"]] if row.get("class_hint") else [])
            value = numbers[0] if len(numbers) == 1 else ",".join(map(str, numbers)) or None
        elif kind == "village":
            value = villages.get(register.find(value) or "", value)
        elif isinstance(value, str) and not show_names:
            value = raw_sheets.masked(name, value)
        if value not in (None, ""):
            values[name] = value
    return values


def as_text(listed: list[Table]) -> str:
    """Return the tables as a person reads them on the screen."""
    lines = []
    for table in listed:
        facts = table | {"sheet": raw_sheets.sheet_title(table["sheet"] or "")}
        parts = [facts[name] for name in ("file", *_FACTS) if name != "layout"]
        lines.append("  ".join(str(part) for part in parts if part))
        lines += [f"    {column['heading']} → {column['field'] or '?'}" for column in table["columns"]]
        lines += ["    " + "  ".join(f"{name}={value}" for name, value in row.items()) for row in table["rows"]]
    return "\n".join(lines)

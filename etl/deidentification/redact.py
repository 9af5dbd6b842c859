"""Removes children's names from the sealed text: every row that speaks of them gets tokens, and every mention is masked."""

import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl
import polars.selectors as cs

from etl.cleaning import parse_values
from etl.cleaning.parse_values import OTHER, OWNER, WRONG
from etl.deidentification import tokens
from etl.forms import forms
from etl.records import child_facts, child_identity, events
from etl.sheets import sheet_store
from etl.sheets.parse_sheet import SheetReading
from etl.sheets.sheet_store import LedgerSheet
from locales import _
from warehouse.builds import raw_sheets
from warehouse.builds.raw_sheets import SHOWN, STAND_IN
from warehouse.storage.keys import Key

Place = tuple[str, int]  # sheet_id, row_no
Row = dict[str, Any]
Rows = dict[int, Row]  # by row_no
_OF_OTHERS = ("helper_no", "unit", "reported_to")  # texts that are not the child's own
_UNTOUCHED = ("row_no", "helper_name", "village_name", OWNER)
# What tells a person, a household or a village from others: another's keeps the name, and its place is reported.
_TELLING_KINDS, _TELLING = ("name", "names", "id_number", "village"), ("household_no", "helper_no")
_BLANKS = "[ \u3000·•・.]*"  # may stand between the signs of a name or number
GONE = "***"


@dataclass
class Redacted:
    """The sheets that changed by sheet_id, the rows that got tokens, the files whose originals must be removed, what finds mentions by sheet_id.

    `left` are the places where a name still stands, for it may be another person's; `people` the identities of others that named the children.
    """

    sheets: dict[str, LedgerSheet] = field(default_factory=dict)
    rows: set[Place] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    mentions: dict[str, re.Pattern[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class _RedactionTargets:
    """The children whose names are removed: names by village, numbers; by sheet and row what tokens must state, tokens of notes; villages by sheet."""

    names: dict[str, set[str]]
    numbers: set[str]
    rows: defaultdict[str, Rows] = field(default_factory=lambda: defaultdict(dict))
    notes: defaultdict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    villages: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def mention(self, sheet: LedgerSheet, *more: str) -> re.Pattern[str] | None:
        """Return what finds a mention in a sheet: names of two signs and more of its villages (of any where it is of none), whole ID numbers anywhere."""
        villages = {sheet.village_id, *self.villages[sheet.sheet_id], *more}
        words = {name for village in villages for name in self.names.get(village or "", ()) if len(name) > 1}
        words |= {number for number in self.numbers if len(number) > 14}
        spelled = [_BLANKS.join(map(re.escape, word.replace("·", ""))) for word in sorted(words, key=len, reverse=True)]
        return re.compile("|".join(spelled), re.IGNORECASE) if words else None


def redact(sheets: list[LedgerSheet], rows: dict[str, pl.DataFrame], ids: set[str], key: Key) -> Redacted:
    """Return the sheets without the names of the children `ids`; `rows` are their typed rows (build_tables.resolve_people)."""
    targets = _targets(rows, ids, key)
    set_aside = _set_aside(sheets, targets, key)
    redacted = Redacted(mentions={sheet.sheet_id: mention for sheet in sheets if (mention := targets.mention(sheet))})
    for sheet in sheets:
        reading = _reading(sheet, redacted.mentions.get(sheet.sheet_id), targets, set_aside[sheet.sheet_id], key)
        if reading is not sheet.reading:
            redacted.sheets[sheet.sheet_id] = replace(sheet, reading=reading, resolved={})
    changed_files = {sheet.file_id for sheet in redacted.sheets.values()}
    for sheet in sheets:
        if sheet.file_id in changed_files and sheet.true_file != sheet.file:
            redacted.sheets[sheet.sheet_id] = replace(redacted.sheets.get(sheet.sheet_id, sheet), true_file=sheet.file, resolved={})
    redacted.rows = {(sheet_id, row_no) for sheet_id in redacted.sheets for row_no in targets.rows[sheet_id]}
    redacted.files = {sheet.file_id for sheet in redacted.sheets.values()}
    redacted.left = [place for sheet in sheets for place in _left(redacted.sheets.get(sheet.sheet_id, sheet), targets.mention(sheet, ""))]
    return redacted


def _left(sheet: LedgerSheet, mention: re.Pattern[str] | None) -> list[str]:
    """Return where a sheet still names the children, in its village or in another: the column and rows, never the text."""
    frame = sheet.reading.frame
    if frame is None or mention is None or sheet.reading.ledger == "villages":
        return []
    at = {column.field: column.at + 1 for column in sheet.reading.columns}
    texts = frame.select(name for name in frame.columns if name not in ("row_no", "village_name") and not name.endswith("|kind"))
    is_named = texts.select(pl.all().str.contains(f"(?i){mention.pattern}").fill_null(False))
    rows = {column.name: frame["row_no"].filter(column).to_list() for column in is_named}
    says, place = _("{place}：第 {column} 列，第 {rows} 行"), " ".join(filter(None, (sheet.file, raw_sheets.sheet_title(sheet.sheet))))
    named = [(at.get(name, "?"), _("、").join(map(str, of_name))) for name, of_name in rows.items() if of_name]
    return [says.format(place=place, column=column, rows=of_name) for column, of_name in named]


def _targets(rows: dict[str, pl.DataFrame], ids: set[str], key: Key) -> _RedactionTargets:
    """Return everything that identifies these children; a name that another child of the village bears is kept."""
    is_target = pl.col("child_id").is_in(list(ids))
    children, others = rows["children"].filter(is_target), rows["children"].filter(~is_target)
    names_of_others = {*others.select("village_id", "child_name").iter_rows(), *(("", name) for name in others["child_name"])}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for village, name in children.select("village_id", "child_name").drop_nulls().unique().iter_rows():
        for place in (village, ""):  # "": for sheets of no known village
            names[place] |= {name} if (place, name) not in names_of_others and not name.startswith(STAND_IN) else set()
    shared = set(others["id_number"].drop_nulls())
    numbers = {text for text in children["id_number"].drop_nulls().unique() if not text.startswith(STAND_IN) and text not in shared}
    targets = _RedactionTargets(names, numbers)
    for ledger, frame in rows.items():
        for sheet_id, village in frame.select("sheet_id", "village_id").unique().iter_rows():
            targets.villages[sheet_id].add(village)
        if "child_name" in forms.forms()[ledger].fields:
            for row in _rows(frame, ledger, names, ids, key):
                targets.rows[row["sheet_id"]][row["row_no"]] = row
    notes = rows["visits"].select("sheet_id", "row_no", events.note_key(rows["visits"], key.pseudonym)).drop_nulls("note_key")
    for sheet_id, row_no, note_key in notes.iter_rows():
        targets.notes[sheet_id][row_no] = tokens.of_note(note_key)
    return targets


def _rows(rows: pl.DataFrame, ledger: str, names: dict[str, set[str]], ids: set[str], key: Key) -> list[Row]:
    """Return what tokens must state of each row that speaks of these children."""
    pairs = [(village, name, True) for village, of_village in names.items() for name in of_village]
    kinds = {"village_id": pl.String, "child_name": pl.String, "is_named": pl.Boolean}
    named = rows.join(pl.DataFrame(pairs, kinds, orient="row"), on=["village_id", "child_name"], how="left", maintain_order="left")
    if ledger == "children":
        is_wrong = pl.col("state") == "card_contradicts"
        wrong = child_identity.contradictions(rows).filter(is_wrong).select("sheet_id", "row_no", is_wrong_card=True)
        named = named.with_columns(child_facts.household(rows, key.pseudonym)).join(wrong.unique(), on=["sheet_id", "row_no"], how="left")
        named = named.with_columns(pl.col("household_no").is_not_null().alias("has_household_no"))
    is_meant = pl.col("child_id").is_null() & pl.col("is_named").fill_null(False)  # several of one name, all of them of these
    of_targets = named.filter(pl.col("child_id").is_in(list(ids)).fill_null(False) | is_meant)
    numbers = tokens.of_numbers(of_targets, key.pseudonym)
    if ledger == "children":
        of_targets = of_targets.with_columns(_owner(of_targets, key).alias(OWNER))
    more = [name for name in (OWNER, "household_id", "has_household_no", "is_wrong_card") if name in of_targets.columns]
    columns = ["sheet_id", "row_no", "village_id", "child_id", "child_name", "child_name|state", "id_number", "id_state", *more]
    return [row | {"number": numbers.get((row["id_number"], row["id_state"]))} for row in of_targets.select(columns).to_dicts()]


def _owner(rows: pl.DataFrame, key: Key) -> pl.Series:
    """Return the child of each row by its name, should its number count no more; where the name identifies nobody, its child_id."""
    keys = rows.select(child_identity.name_key().alias("key"))["key"]
    children = [key.pseudonym("child", by) if by else child for by, child in zip(keys, rows["child_id"], strict=True)]
    return pl.Series(children, dtype=pl.String)


def _reading(sheet: LedgerSheet, mention: re.Pattern[str] | None, targets: _RedactionTargets, set_aside: Rows, key: Key) -> SheetReading:
    """Return a sheet's reading with its rows and mentions redacted; the same object where nothing had to be."""
    reading, frame = sheet.reading, sheet.reading.frame
    if mention:
        header = json.dumps(asdict(replace(reading, frame=None)), ensure_ascii=False)
        reading = sheet_store.reading_of(json.loads(mention.sub(GONE, header)), frame) if mention.search(header) else reading
    if frame is None:
        return reading
    rows = set_aside | targets.rows[sheet.sheet_id]
    changed = {}
    for name in frame.columns:
        if name not in _UNTOUCHED and not name.endswith("|kind") and reading.ledger != "villages":
            of_child, notes = {} if name in _OF_OTHERS else rows, targets.notes[sheet.sheet_id]
            texts = _column(name, reading.ledger or "", frame, of_child, notes, mention, key)
            if texts != frame[name].to_list():
                changed[name] = texts
    if not changed:
        return reading
    if reading.ledger == "children":
        before = frame[OWNER].to_list() if OWNER in frame.columns else [None] * frame.height
        changed[OWNER] = [owner or rows.get(row_no, {}).get(OWNER) for row_no, owner in zip(frame["row_no"], before, strict=True)]
    frame = frame.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in changed.items())
    return replace(reading, frame=frame, grid=None if reading.ledger else reading.grid)


def _set_aside(sheets: list[LedgerSheet], targets: _RedactionTargets, key: Key) -> defaultdict[str, Rows]:
    """Return by sheet the rows that hold a number of these children even where they were set aside for an unknown village."""
    texts = [
        frame.select("row_no", "id_number|kind", cs.by_name("id_number", "child_name", require_all=False), sheet_id=pl.lit(sheet.sheet_id))
        for sheet in sheets
        if (frame := sheet.reading.frame) is not None and "id_number" in frame.columns
    ]
    set_aside: defaultdict[str, Rows] = defaultdict(dict)
    if not texts or not targets.numbers:
        return set_aside
    number = parse_values.id_number(parse_values.clean(pl.col("id_number")))
    rows = pl.concat(texts, how="diagonal").with_columns(number).filter(pl.col("id_number").is_in(list(targets.numbers)))
    name = parse_values.name(parse_values.clean(pl.col("child_name"))) if "child_name" in rows.columns else pl.lit(None, pl.String)
    state = parse_values.id_state(pl.col("id_number"), pl.col("id_number|kind"))
    of_targets = rows.with_columns(name.alias("child_name"), state.alias("id_state")).filter(pl.col("id_state") == "valid")
    numbers = tokens.of_numbers(of_targets, key.pseudonym)
    for row in of_targets.to_dicts():
        set_aside[row["sheet_id"]][row["row_no"]] = row | {"number": numbers[row["id_number"], "valid"]}
    return set_aside


def _column(
    name: str, ledger: str, frame: pl.DataFrame, rows: Rows, notes: dict[int, str], mention: re.Pattern[str] | None, key: Key
) -> list[str | None]:
    """Return a column's texts: tokens in rows of these children, texts without mentions elsewhere."""
    spec = forms.forms()[ledger].fields.get(name) if ledger else None  # of a table that waits for an answer any column may name anybody
    kind = spec.kind if spec else "text"
    is_shown = name in SHOWN or name.startswith("wide:")
    may_mention = kind not in _TELLING_KINDS and name not in _TELLING
    if not rows and not (mention and may_mention and any(text and mention.search(text) for text in frame[name])):
        return frame[name].to_list()
    plain = parse_values.clean(pl.col(name))
    is_empty = plain.is_null() | parse_values.state(plain).is_not_null() | pl.col(name).str.starts_with(STAND_IN)
    is_phone = parse_values.is_phone(plain).fill_null(False) if kind == "phone" else pl.lit(True)
    texts: list[str | None] = []
    for row_no, text, is_left, is_sound in frame.select("row_no", name, is_empty.alias("|left"), is_phone.alias("|sound")).iter_rows():
        row = rows.get(row_no)
        if is_left:
            texts.append(text)
        elif row and not is_shown:
            is_wrong = row.get("is_wrong_card") if kind == "card_number" else not is_sound
            texts.append(_token(name, text, row, notes.get(row_no), key) or (WRONG if is_wrong else OTHER))
        elif mention and (row or may_mention) and mention.search(text):
            texts.append(notes.get(row_no, OTHER) if name == "note" else mention.sub(GONE, text))
        else:
            texts.append(text)
    return texts


def _token(name: str, text: str, row: Row, note: str | None, key: Key) -> str | None:
    """Return the token of a cell that a load still asks something of; None for any other."""
    if name == "child_name":
        is_faulty = row.get("child_name|state") == "value_unknown"
        return tokens.of_name(row["child_name"], key.pseudonym, is_faulty) if row["child_name"] else None
    if name == "id_number":
        return str(row["number"]) if row["number"] else None
    if name == "note":
        return note
    if name == ("household_no" if row.get("has_household_no") else "household_head"):
        return tokens.of_household(row.get("household_id"))
    if name == "topics":
        return "、".join(word for word in forms.vocabulary("topic") if word in text)
    return None

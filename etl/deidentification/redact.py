"""Takes children's names out of the sealed text: every row that speaks of them gets stand-ins, and so does every mention."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import polars as pl

from etl.cleaning import parse_values
from etl.cleaning.token_format import OTHER, OWNER, WRONG
from etl.deidentification import tokens
from etl.forms import forms
from etl.records import child_facts, child_identity, events
from etl.sheets.parse_sheet import SheetReading
from etl.sheets.sheet_store import LedgerSheet
from warehouse.builds.raw_sheets import SHOWN, STAND_IN
from warehouse.storage.keys import Key

At = tuple[str, int]  # sheet_id, row_no
_OF_OTHERS = ("row_no", "helper_name", "helper_no", "unit", "reported_to", "village_name", OWNER)  # not the child's own
_UNREAD = ("unrecognised", "summary")
_GONE = "***"


@dataclass
class Blanked:
    """The sheets that changed, by sheet_id, the rows that got stand-ins, and the files whose originals must go."""

    sheets: dict[str, LedgerSheet] = field(default_factory=dict)
    rows: set[At] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


@dataclass
class _RedactionTargets:
    """What is known of the children whose names go: names by village, numbers, what stand-ins must tell by row, keys of notes."""

    names: dict[str, set[str]]
    numbers: set[str]
    rows: dict[At, dict] = field(default_factory=dict)
    notes: dict[At, str] = field(default_factory=dict)

    def mention(self, sheet: LedgerSheet) -> re.Pattern | None:
        """What finds a mention in a sheet: names of its villages of two signs and more, whole ID numbers anywhere."""
        villages = {sheet.village_id, *(row["village_id"] for at, row in self.rows.items() if at[0] == sheet.sheet_id)}
        words = {name for village in villages for name in self.names.get(village or "", ()) if len(name) > 1}
        words |= {number for number in self.numbers if len(number) > 14}
        return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE) if words else None


def blank(everything: list[LedgerSheet], rows: dict[str, pl.DataFrame], ids: set[str], key: Key) -> Blanked:
    """The sheets without the names of the children `ids`; `rows` are the typed rows of the sheets (tables.identified)."""
    told = _told(rows, ids, key)
    found = Blanked()
    for sheet in everything:
        reading = _reading(sheet, told, key)
        if reading is not sheet.reading:
            found.sheets[sheet.sheet_id] = replace(sheet, reading=reading, resolved={})
    found.rows = {at for at in told.rows if at[0] in found.sheets}
    unread = {s.file_id for s in everything if _may_name(s) and (s.village_id is None or s.village_id in told.names)}
    found.files = {sheet.file_id for sheet in found.sheets.values()} | unread
    return found


def _may_name(sheet: LedgerSheet) -> bool:
    """Whether a file's original holds what was never read into a sealed sheet, and so could name anybody."""
    return sheet.reading.state in _UNREAD or any(column.field is None for column in sheet.reading.columns)


def _told(rows: dict[str, pl.DataFrame], ids: set[str], key: Key) -> _RedactionTargets:
    """Everything that tells these children; a name that another child of the village bears is left to that one."""
    is_own = pl.col("child_id").is_in(list(ids))
    own, others = rows["children"].filter(is_own), rows["children"].filter(~is_own)
    borne = set(others.select("village_id", "child_name").iter_rows())
    names: dict[str, set[str]] = {}
    for village, name in own.select("village_id", "child_name").drop_nulls().unique().iter_rows():
        names.setdefault(village, set())
        if (village, name) not in borne and not name.startswith(STAND_IN):
            names[village].add(name)
    shared = set(others["id_number"].drop_nulls())
    numbers = {text for text in own["id_number"].drop_nulls().unique() if not text.startswith(STAND_IN) and text not in shared}
    told = _RedactionTargets(names, numbers)
    for ledger, frame in rows.items():
        if "child_name" in forms.forms()[ledger].fields:
            told.rows |= _rows(frame, ledger, names, ids, key)
    notes = rows["visits"].select("sheet_id", "row_no", events.note_key(rows["visits"], key.pseudonym).alias("note_key"))
    told.notes = {(sheet_id, row_no): note for sheet_id, row_no, note in notes.iter_rows() if note}
    return told


def _rows(rows: pl.DataFrame, ledger: str, names: dict[str, set[str]], ids: set[str], key: Key) -> dict[At, dict]:
    """What stand-ins must tell of each row that speaks of these children, by its place."""
    pairs = [(village, name, True) for village, own in names.items() for name in own]
    kinds = {"village_id": pl.String, "child_name": pl.String, "is_named": pl.Boolean}
    named = rows.join(pl.DataFrame(pairs, kinds, orient="row"), on=["village_id", "child_name"], how="left", maintain_order="left")
    if ledger == "children":
        wrong = (
            child_identity.contradictions(rows)
            .filter(pl.col("state") == "card_contradicts")
            .select("sheet_id", "row_no", is_wrong_card=True)
        )
        named = named.with_columns(child_facts.household(rows, key.pseudonym)).join(wrong.unique(), on=["sheet_id", "row_no"], how="left")
        named = named.with_columns(pl.col("household_no").is_not_null().alias("has_household_no"))
    is_meant = pl.col("child_id").is_null() & pl.col("is_named").fill_null(False)  # several of one name, all of them of these
    found = named.filter(pl.col("child_id").is_in(list(ids)).fill_null(False) | is_meant)
    numbers = tokens.of_numbers(found, key.pseudonym)
    if ledger == "children":
        found = found.with_columns(_owner(found, key).alias(OWNER))
    more = [name for name in (OWNER, "household_id", "has_household_no", "is_wrong_card") if name in found.columns]
    columns = ["sheet_id", "row_no", "village_id", "child_id", "child_name", "id_number", "id_state", *more]
    return {
        (row["sheet_id"], row["row_no"]): row | {"number": numbers.get((row["id_number"], row["id_state"]))}
        for row in found.select(columns).to_dicts()
    }


def _owner(rows: pl.DataFrame, key: Key) -> pl.Series:
    """Who each row would be by its name, should its number count no more; where that tells nobody, who it is."""
    keys = rows.select(child_identity.name_key().alias("key"))["key"]
    return pl.Series(
        [key.pseudonym("child", by) if by else child for by, child in zip(keys, rows["child_id"], strict=True)], dtype=pl.String
    )


def _reading(sheet: LedgerSheet, told: _RedactionTargets, key: Key) -> SheetReading:
    """A sheet's reading with its rows and mentions blanked; the same object where nothing had to be."""
    reading, frame = sheet.reading, sheet.reading.frame
    mention = told.mention(sheet)
    if frame is None:
        above = [mention.sub(_GONE, text) for text in reading.above] if mention else reading.above
        return reading if above == reading.above else replace(reading, above=above)
    own = _set_aside(frame, told, key) | {at[1]: row for at, row in told.rows.items() if at[0] == sheet.sheet_id}
    notes = {at[1]: tokens.of_note(note) for at, note in told.notes.items() if at[0] == sheet.sheet_id}
    changed = {}
    for name in frame.columns:
        if name not in _OF_OTHERS and not name.endswith("|kind"):
            texts = _Column(name, reading.ledger or "", frame, own, notes, mention, key).blanked()
            if texts != frame[name].to_list():
                changed[name] = texts
    if not changed:
        return reading
    if reading.ledger == "children":
        before = frame[OWNER].to_list() if OWNER in frame.columns else [None] * frame.height
        changed[OWNER] = [was or (own.get(at) or {}).get(OWNER) for at, was in zip(frame["row_no"], before, strict=True)]
    return replace(reading, frame=frame.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in changed.items()))


def _set_aside(frame: pl.DataFrame, told: _RedactionTargets, key: Key) -> dict[int, dict]:
    """Rows that name a number of these children, whatever became of them: of an unknown village, they were set aside."""
    if "id_number" not in frame.columns or not told.numbers:
        return {}
    number, name = (
        clean(parse_values.clean(pl.col(field))) if field in frame.columns else pl.lit(None, pl.String)
        for field, clean in (("id_number", parse_values.id_number), ("child_name", parse_values.name))
    )
    state = parse_values.id_state(pl.col("id_number"), pl.col("id_number|kind"))
    rows = frame.select("row_no", "id_number|kind", number.alias("id_number"), name.alias("child_name")).with_columns(
        state.alias("id_state")
    )
    found = rows.filter((pl.col("id_state") == "valid") & pl.col("id_number").is_in(list(told.numbers)))
    numbers = tokens.of_numbers(found, key.pseudonym)
    return {row["row_no"]: row | {"number": numbers[row["id_number"], "valid"]} for row in found.to_dicts()}


class _Column:
    """One column of a sheet's text being blanked."""

    def __init__(
        self, name: str, ledger: str, frame: pl.DataFrame, own: dict[int, dict], notes: dict[int, str], mention: re.Pattern | None, key: Key
    ) -> None:
        known = forms.forms()[ledger].fields.get(name)
        self.name, self.kind = name, known.kind if known else "text"
        self.rows, self.texts = frame["row_no"].to_list(), frame[name].to_list()
        self.own, self.notes, self.mention, self.key = own, notes, mention, key
        different = frame.select(pl.col(name).drop_nulls().unique().alias("text"))
        plain = parse_values.clean(pl.col("text"))
        self.nothing = set(different.filter(plain.is_null() | parse_values.state(plain).is_not_null())["text"])
        self.phones = set(different.filter(parse_values.is_phone(plain).fill_null(False))["text"]) if self.kind == "phone" else set()

    def blanked(self) -> list[str | None]:
        """The texts as they stand afterwards."""
        return [self._cell(row_no, text) if text else text for row_no, text in zip(self.rows, self.texts, strict=True)]

    def _cell(self, row_no: int, text: str) -> str:
        """One cell: a stand-in in a row of these children, without the mention elsewhere."""
        if text.startswith(STAND_IN) or text in self.nothing:
            return text
        row = self.own.get(row_no)
        if row and not (self.name in SHOWN or self.name.startswith("wide:")):
            return self._stand_in(row_no, text, row)
        is_free = row is not None or (self.kind in ("text", "topics") and self.name not in ("household_no", "department"))
        if not (is_free and self.mention and self.mention.search(text)):
            return text
        return self.notes.get(row_no, OTHER) if self.name == "note" else self.mention.sub(_GONE, text)

    def _stand_in(self, row_no: int, text: str, row: dict) -> str:
        """What stands for a text of one of these children."""
        if self.name == "child_name":
            return tokens.of_name(row["child_name"], self.key.pseudonym) if row["child_name"] else OTHER
        if self.name == "id_number":
            return row["number"] or OTHER
        if self.name == "note":
            return self.notes.get(row_no, OTHER)
        if self.name == ("household_no" if row.get("has_household_no") else "household_head"):
            return tokens.of_household(row.get("household_id"))
        if self.name == "topics":
            return "、".join(word for word in forms.vocabulary("topic") if word in text) or OTHER
        is_wrong = row.get("is_wrong_card") if self.kind == "card_number" else self.kind == "phone" and text not in self.phones
        return WRONG if is_wrong else OTHER

"""All tables of a build from all sheets: expand, type, tell who is who, join events; no file and no database is touched here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import polars as pl

from etl.cleaning import cell_errors, expand_rows
from etl.cleaning.type_columns import typed
from etl.forms import forms
from etl.records import child_facts, child_identity, events, resolve_references
from etl.records.child_identity import Pseudonym
from etl.sheets import sheet_store
from etl.sheets.place_and_date import Register

OF_CHILDREN = ("pairings", "visits", "needs", "safety_reports", "care_events")
OF_HELPERS = ("pairings", "visits", "trainings", "policy_cards")


@dataclass
class Counts:
    """Of one sheet: rows loaded and set aside, and how many rows more than the sheet has (wide visits, several names)."""

    loaded: int = 0
    set_aside: int = 0
    spread: int = 0


@dataclass
class Tables:
    """Frames by table name, what is to be sealed by (kind, person), and the counts of every sheet."""

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    identities: list[tuple[str, str, dict]] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)


def build(found: list[sheet_store.LedgerSheet], known: Register, pseudonym: Pseudonym) -> Tables:
    """Every table that comes out of the ledgers (see warehouse/sql/tables)."""
    made = Tables()
    rows = resolve_people(found, known, pseudonym, made)
    heading_of = cell_errors.headings(found)
    _people_tables(made, rows, found, known, pseudonym)
    _event_tables(made, rows, pseudonym)
    _fault_tables(made, rows, heading_of)
    return made


def resolve_people(found: list[sheet_store.LedgerSheet], known: Register, pseudonym: Pseudonym, made: Tables) -> dict[str, pl.DataFrame]:
    """Typed rows by ledger with who is meant by them; their counts go into `made`."""
    made.counts = {s.sheet_id: Counts(s.reading.rows_loaded) for s in found if s.reading.ledger == "villages"}
    rows = {ledger: _rows(found, ledger, known, made) for ledger in forms.forms() if ledger != "villages"}
    rows["children"] = child_identity.identify(rows["children"], pseudonym)
    rows["helpers"] = resolve_references.identify_helpers(rows["helpers"], pseudonym)
    for ledger in OF_CHILDREN:
        rows[ledger] = resolve_references.resolve_children(rows[ledger], rows["children"])
    for ledger in OF_HELPERS:
        rows[ledger] = resolve_references.resolve_helpers(rows[ledger], rows["helpers"])
    return rows


def _rows(found: list[sheet_store.LedgerSheet], ledger: str, known: Register, made: Tables) -> pl.DataFrame:
    """Typed rows of one ledger kind; rows of no known village are set aside and counted."""
    text = sheet_store.frame_of(found, ledger)
    spec = forms.forms()[ledger]
    rows = _place_rows(_no_rows(ledger) if text is None else typed(expand_rows.expand(text, ledger), spec), spec, known)
    is_lost = pl.col("village_id").is_null()
    counted = rows.group_by("sheet_id").agg(is_lost.not_().sum(), is_lost.sum().alias("lost"), pl.len() - pl.col("row_no").n_unique())
    made.counts |= {sheet_id: Counts(*numbers) for sheet_id, *numbers in counted.iter_rows()}
    return rows.filter(is_lost.not_())


@cache
def _no_rows(ledger: str) -> pl.DataFrame:
    """An empty typed frame, for a kind that no sheet is of."""
    spec = forms.forms()[ledger]
    place: dict = {"row_no": pl.Int32, "sheet_id": pl.String, "village_id": pl.String, "ledger_on": pl.Date}
    hints = {"is_1904": pl.Boolean, "year_hint": pl.String, "class_hint": pl.Int32}
    kinds = {f"{name}|kind": pl.String for name, field in spec.fields.items() if field.kind in forms.KINDED}
    text = pl.DataFrame(schema=place | hints | dict.fromkeys(spec.fields, pl.String) | kinds)
    return typed(expand_rows.expand(text, ledger), spec)


def _place_rows(rows: pl.DataFrame, spec: forms.Form, known: Register) -> pl.DataFrame:
    """The village of every row: its own cell, else the sheet's; a cell that names no known village is a fault."""
    if "village_name" not in spec.fields:
        return rows
    words = rows["village_name"].drop_nulls().unique().to_list()
    villages = {word: known.find(word) for word in words}
    own = pl.col("village_name").replace_strict(villages, default=None, return_dtype=pl.String) if words else pl.lit(None, pl.String)
    state = pl.col("village_name|state")
    told = (
        pl.when(state.is_null() & own.is_null())
        .then(pl.lit("value_unknown"))
        .when((state == "missing") & ~pl.col("village_name|has") & pl.col("village_id").is_not_null())
        .then(None)
        .otherwise(state)
    )
    return rows.with_columns(told.alias("village_name|state"), pl.coalesce(own, "village_id").alias("village_id"))


def _people_tables(made: Tables, rows: dict, found: list, known: Register, pseudonym: Pseudonym) -> None:
    """Children, their facts and memberships, helpers, declarations, and what is sealed of people."""
    children, helpers = rows["children"], rows["helpers"]
    wrong = child_identity.contradictions(children)
    listed = child_facts.child_rows(children, wrong)
    made.frames |= {
        "children": child_identity.children(children),
        "child_rows": listed,
        "child_facts": child_facts.child_facts(children, pseudonym),
        "memberships": child_facts.memberships(listed),
        "ledger_declarations": child_facts.declarations(found, listed),
        "helpers": resolve_references.helpers(helpers, known.names),
    }
    made.identities += [("child", row.pop("child_id"), row) for row in child_identity.names(children).to_dicts()]
    newest = helpers.sort("ledger_on", "sheet_id", "row_no").group_by("helper_id", maintain_order=True).last()
    sealed = newest.select("helper_id", "helper_name", "helper_no", "phone", "post").to_dicts()
    made.identities += [("helper", row.pop("helper_id"), row) for row in sealed]


def _event_tables(made: Tables, rows: dict, pseudonym: Pseudonym) -> None:
    """Everything that happened, each once."""
    made.frames["department_covers"] = events.department_covers(rows["department_covers"])
    for name in ("pairings", "visits", "needs", "trainings", "policy_cards", "safety_reports", "care_events"):
        made.frames[name] = getattr(events, name)(rows[name], pseudonym)


def _fault_tables(made: Tables, rows: dict, heading_of: pl.DataFrame) -> None:
    """Cells that are not right and references that cannot be told."""
    parts = [cell_errors.faults(rows[ledger], forms.forms()[ledger], heading_of) for ledger in rows]
    wrong = child_identity.contradictions(rows["children"]).join(heading_of, on=["sheet_id", "field"], how="left")
    extra = wrong.with_columns(pl.lit("children").alias("ledger"), pl.lit(None, pl.String).alias("value_masked"))
    made.frames["ledger_cells"] = pl.concat([*parts, extra.select(pl.col(name).cast(kind) for name, kind in cell_errors.SCHEMA.items())])
    lost = [resolve_references.unresolved(rows[ledger], ledger, "child", heading_of) for ledger in OF_CHILDREN]
    lost += [resolve_references.unresolved(rows[ledger], ledger, "helper", heading_of) for ledger in OF_HELPERS]
    made.frames["ledger_references"] = pl.concat(lost)

"""All tables of a build from all sheets: expand, type, tell who is who, join events; touches no file and no database."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from etl.cleaning import cell_errors, expand_rows
from etl.cleaning.parse_values import look_up
from etl.cleaning.type_columns import drop_impossible, type_fields
from etl.forms import forms
from etl.records import child_facts, child_identity, events, resolve_references
from etl.records.child_identity import Pseudonym
from etl.sheets import sheet_store
from etl.sheets.place_and_date import Register
from etl.sheets.sheet_store import LedgerSheet

OF_CHILDREN = ("pairings", "visits", "needs", "safety_reports", "care_events")
OF_HELPERS = ("pairings", "visits", "trainings", "policy_cards")
Rows = dict[str, pl.DataFrame]  # typed rows by ledger
# Few rows have such a cell, so that a column without any says nothing; one that is absent does.
_OF_SOME_ROWS = (*child_facts.PLAIN, "mode", "topics", "ended_on", "resolved_on", "due_on", "left_on", "delisted_on")


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
    identities: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)


def build(sheets: list[LedgerSheet], register: Register, pseudonym: Pseudonym) -> Tables:
    """Return every table that comes out of the ledgers (see warehouse/sql/tables)."""
    return assemble(sheets, register, pseudonym, *resolve_people(sheets, register, pseudonym))


def assemble(sheets: list[LedgerSheet], register: Register, pseudonym: Pseudonym, rows: Rows, counts: dict[str, Counts]) -> Tables:
    """Return the tables of rows whose people are known (`resolve_people`)."""
    headings = sheet_store.headings(sheets)
    children, helpers = rows["children"], rows["helpers"]
    contradictions = child_identity.contradictions(children)
    absent = child_facts.absent_columns(children)
    facts = child_facts.child_facts(children, pseudonym, absent)
    listed = child_facts.child_rows(children, contradictions)
    frames = {
        "children": child_identity.children(children),
        "child_rows": listed,
        "child_facts": facts,
        "memberships": child_facts.memberships(listed),
        "ledger_declarations": child_facts.declarations(sheets, listed),
        "helpers": resolve_references.helpers(helpers, register.names),
        "department_covers": events.department_covers(rows["department_covers"]),
        **{name: table(rows[name], pseudonym) for name, table in events.TABLES.items()},
        "ledger_cells": child_facts.without_held(_faulty_cells(rows, contradictions, headings, sheets), facts, absent),
        "ledger_references": pl.concat(
            resolve_references.unresolved_references(rows[ledger], ledger, role, headings)
            for role, ledgers in (("child", OF_CHILDREN), ("helper", OF_HELPERS))
            for ledger in ledgers
        ),
    }
    return Tables(frames, _identities(children, helpers), counts)


def resolve_people(sheets: list[LedgerSheet], register: Register, pseudonym: Pseudonym) -> tuple[Rows, dict[str, Counts]]:
    """Return typed rows by ledger with the people they speak of, and the counts of every sheet."""
    counts = {s.sheet_id: Counts(s.reading.rows_loaded) for s in sheets if s.reading.ledger == "villages"}
    rows = {ledger: _rows(sheets, ledger, register, counts) for ledger in forms.forms() if ledger != "villages"}
    rows["children"] = child_identity.identify(rows["children"], pseudonym)
    rows["helpers"] = resolve_references.identify_helpers(rows["helpers"], pseudonym)
    for ledger in OF_CHILDREN:
        rows[ledger] = resolve_references.resolve_children(rows[ledger], rows["children"])
    for ledger in OF_HELPERS:
        rows[ledger] = resolve_references.resolve_helpers(rows[ledger], rows["helpers"])
    return rows, counts


def _rows(sheets: list[LedgerSheet], ledger: str, register: Register, counts: dict[str, Counts]) -> pl.DataFrame:
    """Return typed rows of one ledger kind; rows of no known village are set aside and counted."""
    text, form = sheet_store.ledger_rows(sheets, ledger), forms.forms()[ledger]
    if text is None:
        return _no_rows(ledger)
    rows = drop_impossible(_place_rows(type_fields(expand_rows.expand(text, ledger), form), form, register), form)
    is_lost = pl.col("village_id").is_null()
    numbers = rows.group_by("sheet_id").agg(is_lost.not_().sum(), is_lost.sum().alias("lost"), pl.len() - pl.col("row_no").n_unique())
    counts |= {sheet_id: Counts(*of_sheet) for sheet_id, *of_sheet in numbers.iter_rows()}
    return rows.filter(is_lost.not_())


@cache
def _no_rows(ledger: str) -> pl.DataFrame:
    form = forms.forms()[ledger]
    schema: dict[str, Any] = {"row_no": pl.Int32, "sheet_id": pl.String, "arrival": pl.Int32, "village_id": pl.String, "ledger_on": pl.Date}
    schema |= {"is_1904": pl.Boolean, "year_hint": pl.String, "class_hint": pl.Int32} | dict.fromkeys(form.fields, pl.String)
    schema |= {f"{name}|kind": pl.String for name, spec in form.fields.items() if spec.kind in forms.KINDED}
    return type_fields(expand_rows.expand(pl.DataFrame(schema=schema), ledger), form)


def _place_rows(rows: pl.DataFrame, form: forms.Form, register: Register) -> pl.DataFrame:
    """Set the village of every row: its own cell, else the sheet's; a cell that names no known village is a fault."""
    if "village_name" not in form.fields:
        return rows
    villages = {word: register.find(word) for word in rows["village_name"].drop_nulls().unique().to_list()}
    village = look_up(pl.col("village_name"), villages)
    state = pl.col("village_name|state")
    is_unknown = state.is_null() & village.is_null()
    is_of_sheet = (state == "missing") & ~pl.col("village_name|has") & pl.col("village_id").is_not_null()
    new_state = pl.when(is_unknown).then(pl.lit("value_unknown")).when(is_of_sheet).then(None).otherwise(state)
    return rows.with_columns(new_state.alias("village_name|state"), pl.coalesce(village, "village_id").alias("village_id"))


def _identities(children: pl.DataFrame, helpers: pl.DataFrame) -> list[tuple[str, str, dict[str, Any]]]:
    newest = helpers.sort(*child_identity.NEWEST).group_by("helper_id", maintain_order=True).last()
    people = {
        "child": child_identity.names(children).to_dicts(),
        "helper": newest.select("helper_id", "helper_name", "helper_no", "phone", "post").to_dicts(),
    }
    return [(kind, person.pop(f"{kind}_id"), person) for kind, persons in people.items() for person in persons]


def _faulty_cells(rows: Rows, contradictions: pl.DataFrame, headings: pl.DataFrame, sheets: list[LedgerSheet]) -> pl.DataFrame:
    rows = {ledger: frame for ledger, frame in rows.items() if ledger == "children" or frame.height}
    parts = [cell_errors.faults(frame, forms.forms()[ledger]) for ledger, frame in rows.items()]
    heading_rows = {sheet.sheet_id: sheet.heading_row for sheet in sheets}
    gone = pl.concat(_gone_columns(frame, forms.forms()[ledger]) for ledger, frame in rows.items())
    parts.append(gone.with_columns(look_up(pl.col("sheet_id"), heading_rows, pl.Int32).alias("row_no")))
    cells = pl.concat([*parts, contradictions.with_columns(pl.lit("children").alias("ledger"))], how="diagonal")
    cells = cells.join(headings, on=["sheet_id", "field"], how="left", maintain_order="left")
    return cells.select(pl.col(name).cast(kind) for name, kind in cell_errors.SCHEMA.items())


def _gone_columns(rows: pl.DataFrame, form: forms.Form) -> pl.DataFrame:
    """Return the cells of columns that a village's earlier ledgers of a kind filled and its newest one lacks or leaves empty throughout.

    Their finding is `column_gone`, at the first table of that day. A column that only some children need (of a class, of an age) is gone where the newest ledger has such children.
    """
    required = [spec.name for spec in form.required()]
    others = [name for name in form.fields if name in _OF_SOME_ROWS and name not in required]
    is_wanted = {name: cell_errors.is_required(form, name).any() for name in required} | {
        name: ~pl.col(f"{name}|has").any() for name in others
    }
    days = rows.group_by("village_id", "ledger_on", maintain_order=True).agg(
        pl.col("sheet_id").min(),
        *(child_facts.is_filled(name).any().alias(f"filled:{name}") for name in is_wanted),
        *((~child_facts.is_filled(name).any() & wanted).alias(f"lacking:{name}") for name, wanted in is_wanted.items()),
    )
    is_newest = pl.col("ledger_on") == pl.col("ledger_on").max().over("village_id")
    by_field = [
        of_days.unpivot(pl.selectors.starts_with(part), index=["sheet_id", "village_id", "ledger_on"], variable_name="field")
        for of_days, part in ((days.filter(~is_newest), "filled:"), (days.filter(is_newest), "lacking:"))
    ]
    filled, lacking = (cells.filter("value").with_columns(pl.col("field").str.replace("^.*:", "")) for cells in by_field)
    gone = lacking.join(filled, on=["village_id", "field"], how="semi", maintain_order="left")
    return gone.select("sheet_id", "village_id", "ledger_on", "field", state=pl.lit("column_gone"), ledger=pl.lit(form.ledger))

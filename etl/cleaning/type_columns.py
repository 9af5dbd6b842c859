"""Text columns to typed columns, one ledger kind at a time over all its sheets, and the list of cells that are not right.

Input frames hold text by field ("" blank, null: the sheet has no such column) beside `sheet_id, row_no, village_id,
ledger_on, is_1904, year_hint, class_hint`. Every field comes out under its own name with `field|state`:
null (a value), missing, not_applicable, cell_error, date_impossible, date_ambiguous, value_unknown, phone_invalid,
id_number_damaged, id_number_invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import polars as pl

from etl.cleaning import parse_values
from etl.cleaning.token_format import OTHER
from etl.forms import forms
from etl.forms.forms import Field, Form

Typed = tuple[pl.Expr, ...]  # value, state, then columns beside them by their own names
Type = Callable[[Field, pl.Expr, pl.Expr], Typed]  # of a field, its text after `clean`, its state so far
UNUSABLE = ("missing", "cell_error", "date_impossible", "value_unknown")
REPORTED = (*UNUSABLE, "date_ambiguous", "phone_invalid", "id_number_damaged", "id_number_invalid")
OPEN_END = ("长期", "永久", "长期有效", "至今", "无固定期限")


def type_fields(frame: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Type every field of one form; fields that no sheet has come out null with state `missing`."""
    absent = [pl.lit(None, pl.String).alias(name) for name in form.fields if name not in frame.columns]
    kinds = [f"{name}|kind" for name, spec in form.fields.items() if spec.kind in forms.KINDED]
    absent += [pl.lit("t").alias(kind) for kind in kinds if kind not in frame.columns]
    frame = frame.with_columns(absent).with_columns(pl.col(name).is_not_null().alias(f"{name}|has") for name in form.fields)
    return frame.with_columns(column for spec in form.fields.values() for column in _cells(frame, spec))


def _cells(frame: pl.DataFrame, spec: Field) -> list[pl.Series]:
    """Return the columns of one field, each different cell typed once: villages write few different days, words and names."""
    words = _words(spec)
    beside = [f"{spec.name}|has", "is_1904", "class_hint", *([f"{spec.name}|kind"] if spec.kind in forms.KINDED else [])]
    cells = frame.select([*words, *beside]).unique(maintain_order=True)
    if cells.height == 1 and not any(cells.row(0)[: len(words)]):
        return _empty_cells(spec, cells.row(0), tuple(cells.schema.items()))[[0] * frame.height].get_columns()
    at = frame.select(cells.columns).join(
        cells.with_row_index("|at"), on=cells.columns, how="left", nulls_equal=True, maintain_order="left"
    )["|at"]
    return _typed_cells(cells, spec)[at].get_columns()


def _words(spec: Field) -> list[str]:
    """Return the columns that a field's value is read from: 肢体二级 in either disability cell gives type and level."""
    other = {"disability_type": "disability_level", "disability_level": "disability_type"}
    return [spec.name, other[spec.name]] if spec.kind == "disability" else [spec.name]


@lru_cache(maxsize=500)  # most fields are on few ledgers, and typing a column takes 15 ms however short it is
def _empty_cells(spec: Field, row: tuple[object, ...], schema: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    return _typed_cells(pl.DataFrame([row], schema=dict(schema), orient="row"), spec)


def _typed_cells(cells: pl.DataFrame, spec: Field) -> pl.DataFrame:
    """Return the typed columns of a field, a row for each row of `cells`."""
    text = pl.col(spec.name)
    value, state, *beside = _TYPES.get(spec.kind, _text)(spec, text, parse_values.state(text))
    clean = cells.lazy().with_columns(parse_values.clean(pl.col(word)).alias(word) for word in _words(spec))
    columns = [value.alias(spec.name), text.alias(f"{spec.name}|text"), state.alias(f"{spec.name}|state"), *beside]
    return clean.select(columns).collect()


def _fault(state: pl.Expr, fault: str, is_wrong: pl.Expr) -> pl.Expr:
    """Return the state with a fault added where there is a value and it is wrong."""
    return pl.when(state.is_null() & is_wrong).then(pl.lit(fault)).otherwise(state)


def _readable(value: pl.Expr, state: pl.Expr) -> Typed:
    return value, _fault(state, "value_unknown", value.is_null())


def _text(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    return parse_values.present(text), state


def _name(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    return parse_values.name(text), state


def _number(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    return _readable(parse_values.number(text), state)


def _year(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    return _readable(parse_values.year(text), state)


def _enum(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    return _readable(parse_values.code(parse_values.present(text), str(spec.vocabulary)), state)


def _category(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    """Type any other word as "not in the plan's circle", which is no fault of the cell."""
    return parse_values.code(parse_values.present(text), "helper_category", default="outside"), state


def _mode(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    """Type visits as in person where the ledger has no such column; an empty cell in one is unknown."""
    mode, fault = _enum(spec, text, state)
    return pl.when(pl.col(f"{spec.name}|has")).then(mode.fill_null("unknown")).otherwise(pl.lit("in_person")), fault


def _yes_no(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    """Type the plain text and not only what is present: in a yes/no column 无 means no."""
    answer = parse_values.yes_no(text)
    return _readable(answer, pl.when(answer.is_null()).then(state))


def _phone(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    is_wrong = ~parse_values.is_phone(text).fill_null(True) & ~text.eq(OTHER).fill_null(False)
    return parse_values.present(text), _fault(state, "phone_invalid", is_wrong)


def _date(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    """Type a day, with `field|precision`; words for "no end" (长期) count as not applicable."""
    is_open = text.is_in(list(OPEN_END))
    day = parse_values.date_parts(pl.when(~is_open).then(parse_values.present(text)), pl.col(f"{spec.name}|kind"), pl.col("is_1904")).struct
    on = day.field("on")
    state = _fault(pl.when(is_open).then(pl.lit("not_applicable")).otherwise(state), "date_impossible", on.is_null())
    precision = pl.when(on.is_not_null()).then(day.field("precision")).alias(f"{spec.name}|precision")
    return on, _fault(state, "date_ambiguous", day.field("is_ambiguous")), precision


def _id_number(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    """Type the number as compared, with `id_state` (valid, damaged, invalid, null)."""
    number = parse_values.id_number(text)
    id_state = parse_values.id_state(number, pl.col(f"{spec.name}|kind"))
    is_wrong = state.is_null() & id_state.is_in(["damaged", "invalid"])
    return number, pl.when(is_wrong).then(pl.format("id_number_{}", id_state)).otherwise(state), id_state.alias("id_state")


def _classes(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    """Type a list of class numbers; the class of the title or sheet counts where the ledger has no such column."""
    classes = parse_values.classes(text)
    state = _fault(state, "value_unknown", classes.list.eval(pl.element().is_null()).list.any())
    classes = classes.list.drop_nulls()
    hint = pl.when(pl.col("class_hint").is_not_null()).then(pl.concat_list(pl.col("class_hint").cast(pl.Int32)))
    is_hinted = classes.list.len().fill_null(0).eq(0) & hint.is_not_null()
    is_excused = is_hinted & ~pl.col(f"{spec.name}|has")
    return pl.when(is_hinted).then(hint).otherwise(classes), pl.when(~is_excused).then(state)


def _disability(spec: Field, text: pl.Expr, state: pl.Expr) -> Typed:
    read = parse_values.disability_types if spec.name == "disability_type" else parse_values.disability_level
    value = pl.coalesce(read(parse_values.present(pl.col(word))) for word in _words(spec))
    return _readable(value, pl.when(value.is_null()).then(state))


_TYPES: dict[str, Type] = {
    "name": _name,
    "names": _name,
    "enum": _enum,
    "helper_category": _category,
    "visit_mode": _mode,
    "yes_no": _yes_no,
    "number": _number,
    "year": _year,
    "phone": _phone,
    "date": _date,
    "dates": _date,
    "id_number": _id_number,
    "classes": _classes,
    "disability": _disability,
}

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

Type = Callable[[pl.LazyFrame, Field], pl.LazyFrame]  # sets a field's column and state
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
    """Return the columns that a field's value is read from."""
    return [spec.name, _other_disability(spec.name)] if spec.kind == "disability" else [spec.name]


@lru_cache(maxsize=500)  # most fields are on few ledgers, and typing a column takes 15 ms however short it is
def _empty_cells(spec: Field, row: tuple[object, ...], schema: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """Return the typed columns of a field that no sheet has."""
    return _typed_cells(pl.DataFrame([row], schema=dict(schema), orient="row"), spec)


def _typed_cells(cells: pl.DataFrame, spec: Field) -> pl.DataFrame:
    """Return the typed columns of a field, a row for each row of `cells`."""
    words = _words(spec)
    clean = cells.lazy().with_columns(parse_values.clean(pl.col(word)).alias(f"{word}|text") for word in words)
    text = pl.col(f"{spec.name}|text")
    stated = clean.with_columns(text.alias(spec.name), parse_values.state(text).alias(f"{spec.name}|state"))
    typed_cells = _TYPES.get(spec.kind, _text)(stated, spec).collect()
    dropped = {*cells.columns, *(f"{word}|text" for word in words[1:])} - {spec.name}
    return typed_cells.drop(name for name in typed_cells.columns if name in dropped)


def _state(spec: Field, fault: str, is_wrong: pl.Expr) -> pl.Expr:
    """Return the field's state with a fault added where there is a value and it is wrong."""
    now = pl.col(f"{spec.name}|state")
    return pl.when(now.is_null() & is_wrong).then(pl.lit(fault)).otherwise(now).alias(f"{spec.name}|state")


def _converted(convert: Callable[[pl.Expr], pl.Expr], fault: str | None = "value_unknown") -> Type:
    """Return the typing of a field by one expression; text that it cannot read gets the fault."""

    def convert_field(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
        value = convert(pl.col(spec.name))
        frame = frame.with_columns(_state(spec, fault, value.is_null())) if fault else frame
        return frame.with_columns(value.alias(spec.name))

    return convert_field


def _enum(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    return _converted(lambda text: parse_values.code(parse_values.present(text), str(spec.vocabulary)))(frame, spec)


def _category(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Type any other word as "not in the plan's circle", which is no fault of the cell."""
    code = parse_values.code(parse_values.present(pl.col(spec.name)), "helper_category", default="outside")
    return frame.with_columns(code.alias(spec.name))


def _mode(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Type visits as in person where the ledger has no such column; an empty cell in one is unknown."""
    code = parse_values.code(parse_values.present(pl.col(spec.name)), str(spec.vocabulary))
    mode = pl.when(pl.col(f"{spec.name}|has")).then(code.fill_null("unknown")).otherwise(pl.lit("in_person"))
    return frame.with_columns(_state(spec, "value_unknown", code.is_null()), mode.alias(spec.name))


def _yes_no(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Type the plain text and not only what is present: in a yes/no column 无 means no."""
    answer = parse_values.yes_no(pl.col(spec.name))
    state = pl.when(answer.is_not_null()).then(None).otherwise(pl.col(f"{spec.name}|state")).alias(f"{spec.name}|state")
    return frame.with_columns(state, answer.alias(spec.name)).with_columns(_state(spec, "value_unknown", pl.col(spec.name).is_null()))


def _phone(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    is_wrong = ~parse_values.is_phone(pl.col(spec.name)).fill_null(True) & ~pl.col(spec.name).eq(OTHER).fill_null(False)
    return frame.with_columns(_state(spec, "phone_invalid", is_wrong), parse_values.present(pl.col(spec.name)).alias(spec.name))


def _date(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Type a day, with `field|precision`; words for "no end" (长期) count as not applicable."""
    open_end = pl.col(spec.name).is_in(list(OPEN_END))
    state = pl.when(open_end).then(pl.lit("not_applicable")).otherwise(pl.col(f"{spec.name}|state"))
    text = pl.when(~open_end).then(parse_values.present(pl.col(spec.name)))
    parts = parse_values.date_parts(text, pl.col(f"{spec.name}|kind"), pl.col("is_1904"))
    frame = frame.with_columns(state.alias(f"{spec.name}|state"), parts.alias("|parts"))
    on = pl.col("|parts").struct.field("on")
    frame = frame.with_columns(_state(spec, "date_impossible", on.is_null()))
    ambiguous = pl.col("|parts").struct.field("is_ambiguous")
    return frame.with_columns(
        _state(spec, "date_ambiguous", ambiguous),
        on.alias(spec.name),
        pl.when(on.is_not_null()).then(pl.col("|parts").struct.field("precision")).alias(f"{spec.name}|precision"),
    ).drop("|parts")


def _id_number(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Type the number as compared, with `id_state` (valid, damaged, invalid, null)."""
    number = parse_values.id_number(pl.col(spec.name))
    frame = frame.with_columns(number.alias(spec.name))
    frame = frame.with_columns(parse_values.id_state(pl.col(spec.name), pl.col(f"{spec.name}|kind")).alias("id_state"))
    frame = frame.with_columns(_state(spec, "id_number_damaged", pl.col("id_state") == "damaged"))
    return frame.with_columns(_state(spec, "id_number_invalid", pl.col("id_state") == "invalid"))


def _classes(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Type a list of class numbers; the class of the title or sheet counts where the ledger has no such column."""
    frame = frame.with_columns(parse_values.classes(pl.col(spec.name)).alias(spec.name))
    is_unknown = pl.col(spec.name).list.eval(pl.element().is_null()).list.any()
    frame = frame.with_columns(_state(spec, "value_unknown", is_unknown))
    classes = pl.col(spec.name).list.drop_nulls()
    hint = pl.when(pl.col("class_hint").is_not_null()).then(pl.concat_list(pl.col("class_hint").cast(pl.Int32)))
    is_hinted = classes.list.len().fill_null(0).eq(0) & hint.is_not_null()
    state = pl.col(f"{spec.name}|state")
    is_excused = is_hinted & ~pl.col(f"{spec.name}|has")
    return frame.with_columns(
        pl.when(is_excused).then(None).otherwise(state).alias(f"{spec.name}|state"),
        pl.when(is_hinted).then(hint).otherwise(classes).alias(spec.name),
    )


def _disability(frame: pl.LazyFrame, spec: Field) -> pl.LazyFrame:
    """Read both cells for type and level, because 肢体二级 in either gives both."""
    texts = [parse_values.present(pl.col(f"{name}|text")) for name in (spec.name, _other_disability(spec.name))]
    read = parse_values.disability_types if spec.name == "disability_type" else parse_values.disability_level
    value = pl.coalesce(read(text) for text in texts)
    state = pl.when(value.is_not_null()).then(None).otherwise(pl.col(f"{spec.name}|state"))
    frame = frame.with_columns(state.alias(f"{spec.name}|state"), value.alias(spec.name))
    return frame.with_columns(_state(spec, "value_unknown", pl.col(spec.name).is_null()))


def _other_disability(name: str) -> str:
    """Return the other one of the two disability cells."""
    return "disability_level" if name == "disability_type" else "disability_type"


_text, _name = _converted(parse_values.present, None), _converted(parse_values.name, None)
_TYPES: dict[str, Type] = {
    "name": _name,
    "names": _name,
    "enum": _enum,
    "helper_category": _category,
    "visit_mode": _mode,
    "yes_no": _yes_no,
    "number": _converted(parse_values.number),
    "year": _converted(parse_values.year),
    "phone": _phone,
    "date": _date,
    "dates": _date,
    "id_number": _id_number,
    "classes": _classes,
    "disability": _disability,
}

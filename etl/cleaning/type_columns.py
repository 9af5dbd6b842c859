"""Text columns to typed columns, one ledger kind at a time over all its sheets, and the list of cells that are not right.

Input frames hold text by field ("" blank, null: the sheet has no such column) beside `sheet_id, row_no, village_id,
ledger_on, is_1904, year_hint, class_hint`. Every field comes out under its own name with `field|state`:
null (a value), missing, not_applicable, cell_error, date_impossible, date_ambiguous, value_unknown, phone_invalid,
id_number_damaged, id_number_invalid; `drop_impossible` adds end_before_start and birth_in_future.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

from etl.cleaning import parse_values
from etl.forms import forms
from etl.forms.forms import Field, Form

Typed = tuple[pl.Expr, ...]  # value, state, then columns beside them by their own names
UNUSABLE = ("missing", "cell_error", "date_impossible", "value_unknown", "end_before_start", "birth_in_future")
REPORTED = (*UNUSABLE, "date_ambiguous", "phone_invalid", "id_number_damaged", "id_number_invalid")
_OF_ABSENT = ("visit_mode", "classes")  # kinds that have a value where the ledger has no such column
_DATE = ("{}|kind", "is_1904")
_BESIDE = {"date": _DATE, "dates": _DATE, "id_number": ("{}|kind",), "visit_mode": ("{}|has",), "classes": ("{}|has", "class_hint")}
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
    words, beside = _words(spec), [column.format(spec.name) for column in _BESIDE.get(spec.kind, ())]
    if spec.kind not in _OF_ABSENT and not any(frame[word].max() for word in words):
        blank = _blank_cell(spec.kind, spec.vocabulary, spec.name if spec.kind == "disability" else "")
        return [cell.new_from_index(0, frame.height).alias(name.format(spec.name)) for name, cell in blank.items()]
    cells = frame.select([*words, *beside]).unique(maintain_order=True)
    at = frame.select(cells.columns).join(
        cells.with_row_index("|at"), on=cells.columns, how="left", nulls_equal=True, maintain_order="left"
    )["|at"]
    return _typed_cells(cells, spec)[at].get_columns()


def _words(spec: Field) -> list[str]:
    """Return the columns that a field's value is read from: 肢体二级 in either disability cell gives type and level."""
    other = {"disability_type": "disability_level", "disability_level": "disability_type"}
    return [spec.name, other[spec.name]] if spec.kind == "disability" else [spec.name]


@cache  # most fields are on few ledgers, and typing a column takes milliseconds however short it is
def _blank_cell(kind: str, vocabulary: str | None, name: str) -> dict[str, pl.Series]:
    """Return the typed columns of one blank cell by their names, in which {} stands for the field's."""
    spec = Field(name or "{}", kind, vocabulary=vocabulary)
    schema: dict[str, Any] = dict.fromkeys(_words(spec), pl.String) | {"is_1904": pl.Boolean, f"{spec.name}|kind": pl.String}
    typed = _typed_cells(pl.DataFrame([[None] * len(schema)], schema=schema, orient="row"), spec)
    return {column.name.replace(spec.name, "{}"): column for column in typed}


def _typed_cells(cells: pl.DataFrame, spec: Field) -> pl.DataFrame:
    """Return the typed columns of a field, a row for each row of `cells`.

    What a text is read as is laid down first: worked out again for value, state and precision, a day took five times as long.
    """
    vocabulary = forms.vocabulary_of(spec)
    clean = cells.lazy().with_columns(
        parse_values.without_no_words(parse_values.clean(pl.col(word)), vocabulary).alias(f"{word}|text") for word in _words(spec)
    )
    present = clean.with_columns(parse_values.present(pl.col(f"{word}|text")).alias(f"{word}|present") for word in _words(spec))
    text, state = pl.col(f"{spec.name}|text"), pl.col(f"{spec.name}|state")
    read = present.with_columns(_reading(spec, text).alias("|read"), parse_values.state(text).alias(f"{spec.name}|state"))
    value, new_state, *beside = _JUDGEMENTS.get(spec.kind, _readable)(spec, pl.col("|read"), state)
    return read.select(value.alias(spec.name), text, new_state.alias(f"{spec.name}|state"), *beside).collect()


def _reading(spec: Field, text: pl.Expr) -> pl.Expr:
    """Return what a field's text is read as; null where it cannot be read."""
    present = pl.col(f"{spec.name}|present")
    if spec.vocabulary:
        return parse_values.code(present, spec.vocabulary)
    if spec.kind == "helper_category":  # any other word is "not in the plan's circle", which is no fault of the cell
        return parse_values.code(present, "helper_category", default="outside")
    if spec.kind in ("date", "dates"):
        return parse_values.date_parts(pl.when(~_is_open(text)).then(present), pl.col(f"{spec.name}|kind"), pl.col("is_1904"))
    if spec.kind == "disability":
        read = parse_values.disability_types if spec.name == "disability_type" else parse_values.disability_level
        return pl.coalesce(read(pl.col(f"{word}|present")) for word in _words(spec))
    return _READINGS[spec.kind](text) if spec.kind in _READINGS else present


def _is_open(text: pl.Expr) -> pl.Expr:
    """Return whether it is a word for "no end" (长期)."""
    return text.is_in(list(OPEN_END))


def _fault(state: pl.Expr, fault: str, is_wrong: pl.Expr) -> pl.Expr:
    return pl.when(state.is_null() & is_wrong).then(pl.lit(fault)).otherwise(state)


def _readable(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    is_several = parse_values.names_several(pl.col("child_name|text")) if spec.name == "child_name" else False  # its row counts one of them
    return read, _fault(state, "value_unknown", read.is_null() | is_several)


def _answer(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    """Let what was read count although the cell looks missing: in a yes/no column 无 means no, a disability may stand next door."""
    return _readable(spec, read, pl.when(read.is_null()).then(state))


def _mode(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    """Type visits as in person where the ledger has no such column; an empty cell in one is unknown."""
    mode = pl.when(pl.col(f"{spec.name}|has")).then(read.fill_null("unknown")).otherwise(pl.lit("in_person"))
    return mode, _fault(state, "value_unknown", read.is_null())


def _phone(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    is_wrong = ~parse_values.is_phone(read).fill_null(True) & ~read.eq(parse_values.OTHER).fill_null(False)
    return read, _fault(state, "phone_invalid", is_wrong)


def _date(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    """Type a day, with `field|precision`; words for "no end" count as not applicable."""
    on, precision, is_ambiguous = (read.struct.field(name) for name in ("on", "precision", "is_ambiguous"))
    state = pl.when(_is_open(pl.col(f"{spec.name}|text"))).then(pl.lit("not_applicable")).otherwise(state)
    state = _fault(_fault(state, "date_impossible", on.is_null()), "date_ambiguous", is_ambiguous)
    return on, state, pl.when(on.is_not_null()).then(precision).alias(f"{spec.name}|precision")


def _id_number(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    """Type the number as compared, with `id_state` (valid, damaged, invalid, null)."""
    id_state = parse_values.id_state(read, pl.col(f"{spec.name}|kind"))
    is_wrong = state.is_null() & id_state.is_in(["damaged", "invalid"])
    return read, pl.when(is_wrong).then(pl.format("id_number_{}", id_state)).otherwise(state), id_state.alias("id_state")


def _classes(spec: Field, read: pl.Expr, state: pl.Expr) -> Typed:
    """Type a list of class numbers; the class of the title or sheet counts where the ledger has no such column."""
    state = _fault(state, "value_unknown", read.list.eval(pl.element().is_null()).list.any())
    classes = read.list.drop_nulls()
    hint = pl.when(pl.col("class_hint").is_not_null()).then(pl.concat_list(pl.col("class_hint").cast(pl.Int32)))
    is_hinted = classes.list.len().fill_null(0).eq(0) & hint.is_not_null()
    is_excused = is_hinted & ~pl.col(f"{spec.name}|has")
    return pl.when(is_hinted).then(hint).otherwise(classes), pl.when(~is_excused).then(state)


def drop_impossible(rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Return typed rows without days that cannot be (ledgers.md §5), their cells marked `end_before_start` or `birth_in_future`."""
    columns = []
    for end, start in [(name, spec.after) for name, spec in form.fields.items() if spec.after]:
        is_early = (pl.col(end) < pl.col(start)).fill_null(False)
        is_same_month = (pl.col(f"{end}|precision") == "month") & (pl.col(end).dt.month_end() >= pl.col(start))
        is_wrong = is_early & ~is_same_month.fill_null(False)
        columns += _without(end, is_wrong, "end_before_start", pl.when(is_early).then(start).otherwise(end))
    if form.ledger == "children":
        columns += _without("born_on", (pl.col("born_on") > pl.col("ledger_on")).fill_null(False), "birth_in_future", pl.col("born_on"))
    return rows.with_columns(columns)


def _without(field: str, is_wrong: pl.Expr, state: str, value: pl.Expr) -> list[pl.Expr]:
    return [
        pl.when(~is_wrong).then(value).alias(field),
        pl.when(is_wrong).then(pl.lit(state)).otherwise(f"{field}|state").alias(f"{field}|state"),
        pl.when(~is_wrong).then(f"{field}|precision").alias(f"{field}|precision"),
    ]


_READINGS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "name": parse_values.name,
    "names": parse_values.name,
    "yes_no": parse_values.yes_no,
    "number": parse_values.number,
    "year": parse_values.year,
    "id_number": parse_values.id_number,
    "classes": parse_values.classes,
}
_JUDGEMENTS: dict[str, Callable[[Field, pl.Expr, pl.Expr], Typed]] = {
    "visit_mode": _mode,
    "yes_no": _answer,
    "disability": _answer,
    "phone": _phone,
    "date": _date,
    "dates": _date,
    "id_number": _id_number,
    "classes": _classes,
}

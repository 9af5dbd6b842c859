"""Tokens: what takes the place of a name or number in the sealed text of a child whose name has been removed.

A token answers all that a load asks of a text (is the cell filled, which child, which household, born when) and cannot be
turned back without the key and the name itself. Where the same name or number stands open in another ledger, a load reads
the token as that text, so that a late ledger finds the child again.

    ⟦N…⟧ a child's name (⟦NW…⟧ where its cell names several), ⟦IVyyyymmddM…⟧ an ID number (state, birth date, sex), ⟦H…⟧ a household, ⟦K…⟧ a note: each with
    its pseudonym; ⟦X⟧ any other text; ⟦W⟧ a text that is wrong as it was (a telephone, a card number)
"""

from collections.abc import Iterable
from functools import partial

import polars as pl

from etl.cleaning import parse_values
from etl.records.child_identity import Pseudonym
from etl.sheets.sheet_store import LedgerSheet
from warehouse.builds.raw_sheets import STAND_IN

_STATES = {"valid": "V", "shared": "V", "damaged": "D", "invalid": "I"}
_SEXES = {"male": "M", "female": "F"}


def of_name(name: str, pseudonym: Pseudonym, is_faulty: bool) -> str:
    """Return the token of a name as compared (parse_values.name)."""
    return f"{parse_values.FAULTY_NAME if is_faulty else f'{STAND_IN}N'}{pseudonym('name', name)}⟧"


def of_numbers(rows: pl.DataFrame, pseudonym: Pseudonym) -> dict[tuple[str, str], str]:
    """Return the tokens of ID numbers as compared, by (number, id_state); a valid one holds the child's own pseudonym."""
    numbers = rows.select("id_number", "id_state").drop_nulls().unique()
    born = parse_values.id_born_on(pl.col("id_number")).dt.to_string("%Y%m%d").fill_null("00000000")
    described = numbers.with_columns(born.alias("born"), parse_values.id_sex(pl.col("id_number")).alias("sex"))
    return {
        (number, state): f"⟦I{_STATES[state]}{day}{_SEXES.get(sex, 'U')}{_of_number(number, pseudonym)}⟧"
        for number, state, day, sex in described.iter_rows()
    }


def _of_number(number: str, pseudonym: Pseudonym) -> str:
    """Return the pseudonym in a number's token, upper-case as numbers are compared; child_identity.identify uses the same."""
    return pseudonym("child", f"number:{number}").upper()


def of_household(household_id: str | None) -> str:
    """Return the token of a household's number or head."""
    return f"⟦H{household_id}⟧" if household_id else parse_values.OTHER


def of_note(note_key: str) -> str:
    """Return the token of a note."""
    return f"⟦K{note_key}⟧"


def restore_known(sheets: Iterable[LedgerSheet], pseudonym: Pseudonym) -> None:
    """Note on every sheet which tokens are to be read as a name or number that stands open somewhere."""
    sheets = [sheet for sheet in sheets if sheet.reading.frame is not None]
    for field, clean in (("child_name", parse_values.name), ("id_number", parse_values.id_number)):
        columns = [frame[field] for sheet in sheets if (frame := sheet.reading.frame) is not None and field in frame.columns]
        texts = pl.concat(columns).unique() if columns else pl.Series(field, dtype=pl.String)
        tokens = {text: mark for text in texts.filter(texts.str.starts_with(STAND_IN)) if (mark := parse_values.pseudonym_in(text))}
        if not tokens:
            continue
        open_texts = pl.select(clean(parse_values.clean(pl.lit(texts)))).to_series().drop_nulls().unique()
        mark_of = partial(pseudonym, "name") if field == "child_name" else partial(_of_number, pseudonym=pseudonym)
        by_mark = {mark_of(text).lower(): text for text in open_texts if STAND_IN not in text}
        names = {token: by_mark[mark] for token, mark in tokens.items() if mark in by_mark}
        for sheet in sheets:
            sheet.resolved |= names

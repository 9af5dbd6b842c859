"""`python -m tests.etl.forms.required_steps`: writes the required cells of a child as steps that SQL joins.

Two files of warehouse/sql/steps/duties: the required cells as a table, and which of them each row of child_facts has filled.
One bit stands for one cell, so that a child of a million costs two numbers and not a row a cell.
"""

from etl.forms import forms
from etl.forms.forms import Field
from tests.conftest import ROOT

STEPS = ROOT / "warehouse" / "sql" / "steps" / "duties"
_TABLE = """-- The required cells of a child (plan 3.1.1): one row per field and class that asks for it; class_no 0: every class; from_age 0: any age.
-- cell_group: the fields that the same children are asked for; bit: what stands for the field in sums of bits.
-- Written by `python -m tests.etl.forms.required_steps` from etl/forms/children.toml; a test holds it to that file.
"""
_FILLED = """-- Which required cells a ledger's row of a child has filled, as a sum of bits (required_cells): one row per row of child_facts.
-- Written by `python -m tests.etl.forms.required_steps` from etl/forms/children.toml; a test holds it to that file.
"""


def group(field: Field) -> str:
    """Return the code of the cells that the same children are asked for."""
    if field.required_from_age:
        return "cells_of_school_age"
    if field.required:
        return "cells_of_all"
    classes = "_".join(map(str, field.required_for))
    return f"cells_of_class{'es' if len(field.required_for) > 1 else ''}_{classes}"


def table_sql() -> str:
    """Return the step of the required cells."""
    rows = [
        f"('{field.name}', {number}, {field.required_from_age or 0}, '{group(field)}', {1 << at})"
        for at, field in enumerate(forms.forms()["children"].required())
        for number in field.required_for or (0,)
    ]
    values = _lines([f"{row}," for row in rows]).removesuffix(",")
    return f"{_TABLE}select *\nfrom (values{values}\n) as cells (field, class_no, from_age, cell_group, bit)\n"


def filled_sql() -> str:
    """Return the step of the cells that are filled."""
    sums = [f"{1 << at} * one_if({_is_filled(field)})" for at, field in enumerate(forms.forms()["children"].required())]
    filled = _lines([sums[0], *(f"+ {each}" for each in sums[1:])])
    return f"{_FILLED}select\n    child_id, village_id, ledger_on,{filled} as filled\nfrom child_facts\n"


def _lines(words: list[str]) -> str:
    lines = [""]
    for word in words:
        full = len(lines[-1]) + len(word) > 115
        lines[-1:] = [lines[-1], word] if full or len(lines) == 1 else [f"{lines[-1]} {word}"]
    return "\n    ".join(lines)


def _is_filled(field: Field) -> str:
    others = " and ".join(f"has_{name}" for name in field.or_filled)
    return f"has_{field.name} or ({others})" if others else f"has_{field.name}"


def main() -> None:
    """Write both steps."""
    (STEPS / "required_cells.sql").write_text(table_sql(), encoding="utf-8")
    (STEPS / "filled_cells.sql").write_text(filled_sql(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The required cells of a child stand in children.toml alone: the steps of SQL are written from it, and builds record every cell."""

import re

from etl.forms import forms
from tests.etl.forms import required_steps
from warehouse.metrics import registry
from warehouse.review import build_diff
from warehouse.sql import compose


def test_the_steps_are_those_that_the_form_gives():
    assert compose.text("required_cells") == required_steps.table_sql(), "run python -m tests.etl.forms.required_steps"
    assert compose.text("filled_cells") == required_steps.filled_sql(), "run python -m tests.etl.forms.required_steps"


def test_a_child_is_asked_for_24_cells_at_most():
    assert len(forms.forms()["children"].required()) == 24
    groups = {required_steps.group(field) for field in forms.forms()["children"].required()}
    assert groups <= set(registry.unmet()) | {"cells_of_all"}


def test_no_other_step_names_a_required_cell():
    words = re.compile("|".join(rf"\bhas_{field.name}\b" for field in forms.forms()["children"].required()))
    assert [name for name in compose.step_files() if words.search(compose.body(name))] == ["filled_cells"]


def test_builds_record_and_compare_every_cell_and_a_figure_counts_each_that_is_missing():
    table = (compose.SQL / "tables" / "child_facts.sql").read_text("utf-8")
    assert sorted(re.findall(r"\bhas_(\w+) boolean", table)) == sorted(forms.forms()["children"].recorded())
    assert sorted(build_diff.kinds()["cell"].fields) == sorted(f"has_{name}" for name in forms.forms()["children"].recorded())
    names = [name.removeprefix("missing_") for name in registry.metrics()["duties"].figures if name.startswith("missing_")]
    assert names == [field.name for field in forms.forms()["children"].required()]

"""The required cells of a child, as children.toml defines them; `python -m tests.etl.forms.required_steps` writes the steps that SQL joins."""

from etl.forms import forms
from etl.forms.forms import Field


def required() -> list[Field]:
    """Return the fields of a child that some child is asked for."""
    fields = forms.forms()["children"].fields.values()
    return [field for field in fields if field.required or field.required_for or field.required_from_age]


def recorded() -> list[str]:
    """Return the fields of which a build records whether they are filled: the required ones and those that may stand for one."""
    return list(dict.fromkeys(name for field in required() for name in (field.name, *field.or_filled)))

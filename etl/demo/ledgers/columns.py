"""Headings of every ledger kind in three spellings, in the order in which villages set their columns."""

from etl.demo.world.tables import table

Column = tuple[str, str, str]  # group heading or "", heading, field
_TABLES = table("headings")
FIELDS: dict[str, dict[str, str]] = _TABLES["headings"]
TITLES: dict[str, str] = _TABLES["titles"]
DAY_FIELDS: dict[str, str] = _TABLES["day_fields"]
REGISTER: dict[str, str] = _TABLES["register"]


def children_fields(class_no: int | None) -> list[str]:
    """Return the fields of a children ledger, or of one class's sheet."""
    starts = {name: tuple(text.split()) for name, text in _TABLES["class_fields"].items()}
    of_class = starts[str(class_no)] if class_no else ("",)
    return [name for name in FIELDS["children"] if not name.startswith(starts["all"]) or name.startswith(of_class)]


def column(ledger: str, field: str, spelling: int, is_two_level: bool) -> Column:
    """Return the column of a field; what is no field of the ledger is a heading itself."""
    spellings = FIELDS[ledger].get(field, field).split()
    heading = spellings[spelling if len(spellings) > 1 else 0]
    group = _TABLES["groups"].get(field[: field.find("_") + 1], "") if is_two_level else ""
    return group, _TABLES["sub_headings"].get(field, heading) if group else heading, field

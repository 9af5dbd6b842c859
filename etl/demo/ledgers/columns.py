"""Headings of every ledger kind in three spellings, in the order in which villages set their columns."""

from etl.demo.world.deeds import TOPICS
from etl.demo.world.tables import table

_TABLES = table("headings")
FIELDS: dict[str, dict[str, str]] = _TABLES["headings"]
TITLES: dict[str, str] = _TABLES["titles"]
DAY_FIELDS: dict[str, str] = _TABLES["day_fields"]
_CLASS_FIELDS = {name: tuple(starts.split()) for name, starts in _TABLES["class_fields"].items()}


def children_fields(class_no: int | None) -> list[str]:
    """Return the fields of a children ledger, or of one class's sheet."""
    fields = list(FIELDS["children"])
    if class_no is None:
        return fields
    return [name for name in fields if not name.startswith(_CLASS_FIELDS["all"]) or name.startswith(_CLASS_FIELDS[str(class_no)])]


def heading(ledger: str, field: str, spelling: int, is_two_level: bool) -> tuple[str, str]:
    """Return (group heading or "", heading) of a field; topics of a visit are headings themselves."""
    if field in TOPICS:
        return "", field
    spellings = FIELDS[ledger][field].split()
    plain = spellings[spelling if len(spellings) > 1 else 0]
    prefix = field[: field.find("_") + 1]
    if ledger != "children" or not is_two_level or prefix not in _TABLES["groups"]:
        return "", plain
    return _TABLES["groups"][prefix], _TABLES["sub_headings"][field.removeprefix(prefix)] if prefix in ("father_", "mother_") else plain

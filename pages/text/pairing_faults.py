"""Why the pairing of a covered child does not conform (plan 2.3), and what would mend it: in the words of checks/rules/pairing.toml."""

from collections import defaultdict
from collections.abc import Sequence

from checks import catalogue
from locales import _
from pages.text import formatting

_CODES = ("girl_without_female_helper", "siblings_split", "helper_outside_circle")


def codes(row: dict) -> list[str]:
    """Return the faults of a row of sql/rows/children.sql; none of a child that is not covered."""
    return [code for code in _CODES if row[f"has_{code}"]] if row["is_covered"] and not row["is_conforming"] else []


def reasons(row: dict) -> list[str]:
    """Return why a child's pairing does not conform, a sentence each."""
    return [catalogue.fault(code) for code in codes(row)]


def remedies(rows: Sequence[dict]) -> list[str]:
    """Return what would mend the faults of these children: one sentence for each kind, with its number of children and households."""
    by_code = _by_code(rows)
    remedy = {code: catalogue.sentence({"code": code})[1] for code in by_code}
    return [_("{counted}。{remedy}。").format(counted=_counted(code, by_code[code]), remedy=remedy[code]) for code in by_code]


def why(rows: Sequence[dict]) -> str:
    """Return why not all covered children of a place conform: 同一家庭的儿童没有共同的帮扶家庭 4 名（2 户）; empty where all do."""
    return formatting.mark("；").join(_counted(code, of_code) for code, of_code in _by_code(rows).items())


def by_village(rows: Sequence[dict]) -> dict[str, str]:
    """Return `why` by village."""
    of_village = defaultdict(list)
    for row in rows:
        of_village[row["village_id"]].append(row)
    return {village_id: why(of_one) for village_id, of_one in of_village.items()}


def _by_code(rows: Sequence[dict]) -> dict[str, list[dict]]:
    groups = {code: [row for row in rows if code in codes(row)] for code in _CODES}
    return {code: of_code for code, of_code in groups.items() if of_code}


def _counted(code: str, rows: list[dict]) -> str:
    households = len({row["household_id"] for row in rows})
    sentence = _("{fault} {count} 名（{households} 户）") if code == "siblings_split" else _("{fault} {count} 名")
    return sentence.format(fault=catalogue.fault(code), count=len(rows), households=households)

"""The catalogue of rules: code, severity, plan section, sentences and SQL; read without great-expectations, so that pages may use it."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from locales import _, language

FOLDER = Path(__file__).parent / "rules"
SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class Rule:
    """One fault: `source` is a select of candidates, `failing_when` the predicate that makes one a finding."""

    code: str
    severity: str
    plan: str
    source: str
    failing_when: str
    says: dict[str, str]
    remedy: dict[str, str]


@cache
def catalogue() -> dict[str, Rule]:
    """Return every rule by its code, in the order of the rule files."""
    files = [path for path in sorted(FOLDER.glob("*.toml")) if path.stem != "words"]  # which hold the words that fill sentences
    return {code: _rule(code, spec) for path in files for code, spec in tomllib.loads(path.read_text("utf-8")).items()}


def _rule(code: str, spec: dict[str, Any]) -> Rule:
    """Return one rule; a rule on cells needs no SQL of its own, its state in ledger_cells is its code."""
    source = spec.get("source", "select *, state as detail from ledger_cells")
    failing = spec.get("failing_when", f"state = '{code}'")
    says = {"zh": spec["zh"][0], "en": spec["en"][0]}
    return Rule(code, spec["severity"], spec.get("plan", ""), source, failing, says, {"zh": spec["zh"][1], "en": spec["en"][1]})


@cache
def words() -> dict[str, dict[str, str]]:
    """Return code of a reason, field, class or ledger → its words: {"zh": …, "en": …}."""
    tables = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
    return {code: {"zh": pair[0], "en": pair[1]} for table in tables.values() for code, pair in table.items()}


def _spoken() -> str:
    return "en" if language() == "en" else "zh"


def word(code: object) -> str:
    """Return the words for a code in the reader's language; the code itself where there are none."""
    return words().get(str(code), {}).get(_spoken(), "" if code is None else str(code))


def severity_name(code: str) -> str:
    """Return the name of a severity."""
    return {"critical": _("严重"), "warning": _("需改正"), "info": _("提示")}[code]


def fault(code: str) -> str:
    """Return what a rule finds wrong in general: its sentence without what a finding fills in."""
    return catalogue()[code].says[_spoken()].format_map(defaultdict(lambda: "…", class_name=word("any_class")))


def sentence(finding: dict[str, Any]) -> tuple[str, str]:
    """Return (what is wrong, what to do) of a finding, a row of table `findings`."""
    rule = catalogue()[finding["code"]]
    fields = defaultdict(  # a field that is missing shows as a dash rather than failing the page
        lambda: "—",
        heading=finding.get("heading") or word(finding.get("field")) or "—",
        value=finding.get("value_masked") or "—",
        reason=word(finding.get("detail")),
        remedy=word(f"mend_{finding.get('detail')}"),
        detail=finding.get("detail") or "—",
        class_name=word(f"class_{finding.get('class_no')}"),
        ledger=word(finding.get("ledger")),
    )
    return rule.says[_spoken()].format_map(fields), rule.remedy[_spoken()].format_map(fields)

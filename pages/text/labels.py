"""The field's words for codes: of cells, rights, receipts and changes (words.toml), of fields, leads and figures."""

import re
import tomllib
from pathlib import Path

from checks.catalogue import word as rule_word
from locales import _, language
from warehouse.metrics import query, registry

_GRAIN = re.compile(r"粒度：[^；。]*[；。]|Grain: [^.]*\. ")
field_name = rule_word  # of a ledger's field, as the sentences of findings call it
_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def word(kind: str, code: str | None) -> str:
    """Return the words of a code of one kind: — for no code, the code itself where it has no words."""
    if code is None:
        return "—"
    chinese, english = _WORDS[kind].get(code, (code, code))
    return english if language() == "en" else chinese


def role_name(role: str) -> str:
    """Return the field's name of a role."""
    return word("role", role)


def figure_name(code: str) -> str:
    """Return the field's name of a figure, metric.figure, for the title of its list."""
    metric, _dot, name = code.partition(".")
    figure = registry.metrics()[metric].figures[name]
    words = {variable: field_name(item) if variable == "field" else item for variable, item in figure.item.items()}
    return str(figure.title).format(**words)


def short_name(code: str) -> str:
    """Return the heading of a narrow column for a figure, metric.figure."""
    metric, _dot, name = code.partition(".")
    figure = registry.metrics()[metric].figures[name]
    return str(figure.short or figure.title)


def share_name(code: str) -> str:
    """Return the field's name of a share."""
    return str(registry.shares()[code].title)


def metric_name(name: str) -> str:
    """Return what a metric is called among the tables to export."""
    return str(registry.metrics()[name].title)


def definition(metric: str) -> str:
    """Return what a metric counts, its unit and plan section, without what only a table's reader needs (its grain)."""
    return _GRAIN.sub("", query.definition(metric, language()))


def meaning(code: str) -> str:
    """Return what a share is made of, and the first sentence of its metric's definition."""
    share = registry.shares()[code]
    numerator, denominator = (figure_name(f"{share.metric}.{part}") for part in share.parts)
    parts = _("{share} = {numerator} ÷ {denominator}。").format(share=share.title, numerator=numerator, denominator=denominator)
    end = ". " if language() == "en" else "。"
    return parts + definition(share.metric).partition(end)[0] + end.strip()

"""The field's words for codes: of cells, rights, receipts and changes (words.toml), of fields, leads and figures."""

import re
import tomllib
from functools import partial
from pathlib import Path

from checks.catalogue import word as rule_word
from locales import _, either, language
from warehouse.metrics import query, registry

_GRAIN = re.compile(r"粒度：[^；。]*[；。]|Grain: [^.]*\. ")
field_name = rule_word  # of a ledger's field, as the sentences of findings call it
_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
_SAME_AS = _WORDS.pop("same_as")


def word(kind: str, code: str | None) -> str:
    """Return the words of a code of one kind: — for no code, the code itself where it has no words."""
    if code is None:
        return "—"
    return either(*_WORDS[_SAME_AS.get(kind, kind)].get(code, (code, code)))


role_name = partial(word, "role")


def words(kind: str, into: str | None = None) -> dict[str, str]:
    """Return the words of every code of one kind, in their order; of a language or the reader's."""
    return {code: either(chinese, english, into) for code, (chinese, english) in _WORDS[kind].items()}


def figure_name(code: str) -> str:
    """Return the field's name of a figure, metric.figure, for the title of its list."""
    metric, _dot, name = code.partition(".")
    figure = registry.metrics()[metric].figures[name]
    item = {
        kind: field_name(code) if kind == "field" else word(kind, code) if kind in _WORDS else code for kind, code in figure.item.items()
    }
    return str(figure.title).format(**item)


def short_name(code: str) -> str:
    """Return the heading of a narrow column for a figure, metric.figure."""
    metric, _dot, name = code.partition(".")
    return str(registry.metrics()[metric].figures[name].short or figure_name(code))


def name(code: str) -> str:
    """Return the field's name of a share or of a figure, metric.figure."""
    return figure_name(code) if "." in code else share_name(code)


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
    """Return what a share is made of, and what its parts mean by the registry's notes."""
    share = registry.shares()[code]
    numerator, denominator = (figure_name(f"{share.metric}.{part}") for part in share.parts)
    parts = _("{share} = {numerator} ÷ {denominator}。").format(share=share.title, numerator=numerator, denominator=denominator)
    notes = [_("{name}：{note}。").format(name=figure.title, note=figure.note) for figure in share.figures if figure.note]
    return " ".join([parts.strip(), *notes]) if language() == "en" else parts + "".join(notes)


def glossary() -> list[tuple[str, str]]:
    """Return the registry's terms as they stand on pages, each once, with what they mean: shares, then short names and names with a note."""
    terms = {share_name(code): meaning(code) for code in registry.shares()}
    for metric in registry.metrics().values():
        for figure in metric.figures.values():
            if figure.rows != "leads" and (figure.short or figure.note):
                term, whole = str(figure.short or figure.title), str(figure.title)
                note = _("{name}：{note}。").format(name=whole, note=figure.note) if figure.note else whole
                terms.setdefault(term, note)
    return list(terms.items())

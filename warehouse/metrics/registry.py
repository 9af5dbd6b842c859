"""The registry of figures: what the file beside each metric's SQL says, for all that lists or names figures (sql/metrics/README.md)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from locales import either
from warehouse.sql import compose

# The columns of each group, which come before a metric's own.
GROUPS: dict[str, tuple[str, ...]] = {
    "town": (),
    "village": ("village_id", "village"),
    "class": ("class_no",),
    "village_class": ("village_id", "village", "class_no"),
}


@dataclass(frozen=True)
class Text:
    """A text in both languages; as `str` in the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return either(self.zh, self.en)


@dataclass(frozen=True)
class Figure:
    """A count, sum or median with the rows that it counts; `item` is the word that one of several made by `each` is for."""

    metric: str
    name: str
    title: Text
    short: Text | None = None
    note: Text | None = None
    rows: str = ""
    where: str = "true"
    adds: str | None = None
    cell: str = ""
    sum_over: str = ""
    difference: tuple[str, ...] = ()
    attention: int = 0
    item: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def code(self) -> str:
        """Metric and name: coverage.covered."""
        return f"{self.metric}.{self.name}"

    @property
    def conditions(self) -> list[str]:
        """The conditions that a row meets to be counted."""
        return [] if self.where == "true" else self.where.split(" and ")


@dataclass(frozen=True)
class Share:
    """A share of two figures of its metric; a count under review (warehouse/review/exclusions.py) is one of the same figure twice."""

    code: str
    metric: str
    title: Text
    parts: tuple[str, ...]  # numerator and denominator
    target: str = ""
    due_from: str = ""
    same_as: str = ""
    on_map: bool = True
    unit: str = "children"
    headline: int = 0

    @property
    def numerator(self) -> str:
        """The figure on top."""
        return self.parts[0]

    @property
    def denominator(self) -> str:
        """The figure below."""
        return self.parts[1]

    @property
    def is_share(self) -> bool:
        """Whether it has two parts."""
        return self.numerator != self.denominator

    @property
    def figures(self) -> tuple[Figure, Figure]:
        """The figures of numerator and denominator."""
        figures = metrics()[self.metric].figures
        return figures[self.numerator], figures[self.denominator]

    @property
    def rows(self) -> str:
        """The kind of rows that it counts."""
        return self.figures[1].rows


@dataclass(frozen=True)
class Export:
    """How a metric may be exported."""

    place: int
    pages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    report_table: str = ""


@dataclass(frozen=True)
class RowKind:
    """A kind of rows that figures count (warehouse/sql/rows/kinds.toml says what each field means)."""

    unit: Text
    population: Text | None = None
    population_of_class: Text | None = None
    key: str = ""
    has_classes: bool = False
    is_without_class: bool = False


@dataclass(frozen=True)
class Metric:
    """All that the registry says of one metric."""

    name: str
    place: int
    title: Text
    columns: tuple[str, ...]
    groups: tuple[str, ...]
    order: str = "class_no"
    days: str = ""
    close: float = 0.0
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    export: Export | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict, hash=False)
    shares: Mapping[str, Share] = field(default_factory=dict, hash=False)
    unmet: Mapping[str, Text] = field(default_factory=dict, hash=False)

    def listed(self, name: str) -> tuple[str, ...]:
        """The figures of one of its lists."""
        return self.lists.get(name, ())

    def cell(self, column: str) -> str | None:
        """The name of the count of children, or sum over them, in a column; None for any other column."""
        figure = self.figures.get(column)
        if column in self.listed("children"):
            return (figure.cell if figure else "") or column
        return column if figure and figure.sum_over else None


@cache
def metrics() -> dict[str, Metric]:
    """Every metric by name, in their order. Raises TypeError, KeyError for an entry that cannot be read."""
    entries = [_metric(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in compose.METRICS.glob("*.toml")]
    return {metric.name: metric for metric in sorted(entries, key=lambda metric: metric.place)}


@cache
def shares() -> dict[str, Share]:
    """Every share by code, in the order of their metrics."""
    return {code: share for metric in metrics().values() for code, share in metric.shares.items()}


@cache
def row_kinds() -> dict[str, RowKind]:
    """Every kind of rows by its name."""
    return {name: RowKind(**_values(spec)) for name, spec in _kinds_file()["kinds"].items()}


@cache
def unmet() -> dict[str, Text]:
    """What to say of a row that is not counted, by the mark of sql/population or the condition that leaves it out."""
    return _texts(_kinds_file()["unmet"]) | {test: text for metric in metrics().values() for test, text in metric.unmet.items()}


def _kinds_file() -> dict[str, Any]:
    return tomllib.loads((compose.SQL / "rows" / "kinds.toml").read_text("utf-8"))


def listed(name: str) -> list[Figure]:
    """The figures of a list of all metrics, in the order of these."""
    return [metric.figures[figure] for metric in metrics().values() for figure in metric.listed(name)]


def load_titles() -> dict[str, str]:
    """Return the short names of the figures that a load report compares, by figure name, in the reader's language."""
    return {figure.name: str(figure.short) for figure in listed("load")}


def indicator(share: str) -> str:
    """The indicator by whose goal a share is judged: by default its own. Codes that are none of the registry's stay as they are."""
    entry = shares().get(share)
    return (entry.target if entry else "") or share


def headline_shares() -> tuple[str, ...]:
    """The codes of the headline shares, in their order."""
    return tuple(share.code for share in sorted(shares().values(), key=lambda share: share.headline) if share.headline)


def calling_for_action() -> dict[str, Figure]:
    """The counts that call for something to be done, by name, in their order."""
    figures = [figure for metric in metrics().values() for figure in metric.figures.values() if figure.attention]
    return {figure.name: figure for figure in sorted(figures, key=lambda figure: figure.attention)}


def exported() -> tuple[str, ...]:
    """The metrics that may be exported, in the order of the exports."""
    places = {name: metric.export.place for name, metric in metrics().items() if metric.export}
    return tuple(sorted(places, key=places.__getitem__))


def _metric(name: str, entry: dict[str, Any]) -> Metric:
    figures = [figure for code, spec in entry.pop("figures", {}).items() for figure in _figures(name, code, spec)]
    shares = [Share(code=code, metric=name, **_values(spec)) for code, spec in entry.pop("shares", {}).items()]
    export = entry.pop("export", None)
    lists = {key: tuple(names.split()) for key, names in entry.pop("lists", {}).items()}
    return Metric(
        name=name,
        unmet=_texts(entry.pop("unmet", {})),
        lists=lists,
        export=Export(**_values(export)) if export else None,
        figures={figure.name: figure for figure in figures},
        shares={share.code: share for share in shares},
        **_values(entry),
    )


def _figures(metric: str, name: str, spec: dict[str, Any]) -> list[Figure]:
    """The figure of an entry, or one for each word of its `each`: had_{days} for 0, 1 ..."""
    words = _words(spec.pop("each", ""))
    if not words:
        return [Figure(metric=metric, name=name, **_values(spec))]
    variable = name.partition("{")[2].partition("}")[0]
    items = [{variable: word} for word in words]
    where = spec.pop("where")
    return [Figure(metric=metric, name=name.format(**item), where=where.format(**item), item=item, **_values(spec)) for item in items]


def _words(each: str) -> list[str]:
    """The words that figures are made for: those written, or the fields of required_cells.sql."""
    if each not in compose.step_files():
        return each.split()
    return list(dict.fromkeys(re.findall(r"\('(\w+)'", compose.body(each))))


def _values(spec: dict[str, Any]) -> dict[str, Any]:
    lists = {key: tuple(spec[key].split()) for key in ("columns", "groups", "parts", "difference", "pages") if key in spec}
    return spec | lists | _texts({key: value for key, value in spec.items() if isinstance(value, dict)})


def _texts(entries: dict[str, dict[str, str]]) -> dict[str, Text]:
    return {key: Text(**value) for key, value in entries.items()}

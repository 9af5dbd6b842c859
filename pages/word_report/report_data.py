"""What a report may show: the cells of the tables that leave, by metric and place; of what is withheld no sentence speaks."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from locales import _
from pages.data import indicator_status
from warehouse.disclosure import cell_display
from warehouse.disclosure.release import Release
from warehouse.metrics import registry


@dataclass(frozen=True)
class Choices:
    """Which place a report is of (`village_id` None: the town), what it is called, its number, to whom and by whom, as the reader wrote it."""

    day: dt.date
    village_id: str | None = None
    village: str = ""
    town: str = ""
    signed: str = ""
    number: str = ""
    addressee: str = ""
    villages: tuple[dict, ...] = field(default=(), repr=False)  # of the register, with what the map needs
    notices: str = ""  # how far the ledgers reach

    @property
    def place(self) -> str:
        """The place in a sentence."""
        return self.village if self.village_id else self.town.strip() or _("全镇")


@dataclass(frozen=True)
class ReportData:
    """The tables of a report as of `day`, for the town (`village_id` None) or a village."""

    release: Release
    day: dt.date
    village_id: str | None

    def rows(self, metric: str, by: str) -> list[dict]:
        """A table's rows as they leave. Raises StopIteration for a table that does not."""
        return self.release.rows(next(table for table in self.release.tables if (table.metric, table.by) == (metric, by)))

    def place_rows(self, metric: str) -> list[dict]:
        """The town's rows of a metric, or the village's."""
        if self.village_id is None:
            return self.rows(metric, "town")
        return [row for row in self.rows(metric, "village") if row["village_id"] == self.village_id]

    def place_row(self, metric: str) -> dict:
        """The one row of a metric of the place reported on."""
        return self.place_rows(metric)[0]

    def town(self, metric: str) -> dict:
        """The town's one row of a metric."""
        return self.rows(metric, "town")[0]

    def villages(self, metric: str) -> list[dict]:
        """A row for each village of the town; of a village's report its own alone."""
        return self.rows(metric, "village") if self.village_id is None else self.place_rows(metric)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is withheld, so that all sentences can be written."""
        return self.release.plan is None

    @property
    def is_empty(self) -> bool:
        """Whether nobody is registered on the day."""
        return self.place_row("eligibility")["registered"] == 0

    def is_due(self, figure: str) -> bool:
        """Whether the day of the year has come from which a share is due; a count always is."""
        return figure not in registry.shares() or f"{self.day:%m-%d}" >= registry.shares()[figure].due_from

    def parts(self, share: str) -> tuple[Any, Any]:
        """(numerator, denominator) of a share of the place reported on."""
        entry = registry.shares()[share]
        row = self.place_row(entry.metric)
        return row[entry.numerator], row[entry.denominator]


def all_numbers(*values: object) -> bool:
    """Whether all of these are numbers, not withheld and not missing."""
    return all(isinstance(value, (int, float)) for value in values)


def is_number(value: object) -> TypeGuard[float]:
    """The same of one cell, as the type checker understands it."""
    return isinstance(value, (int, float))


def share_text(numerator: object, denominator: object) -> str:
    """96.4%, ＊ or —."""
    return cell_display.text(cell_display.share_of(numerator, denominator), is_share=True)


def parts_text(numerator: object, denominator: object) -> str:
    """53/55; ＊/55 where one part is withheld; one sign alone where it is all there is to say, as of the share."""
    share = cell_display.share_of(numerator, denominator)
    if denominator == 0 or share is cell_display.Shown.NOT_REPORTED:
        return share_text(numerator, denominator)
    if isinstance(denominator, cell_display.Shown) and denominator in (numerator, cell_display.Shown.NOT_APPLICABLE):
        return cell_display.text(denominator)
    return f"{cell_display.text(numerator)}/{cell_display.text(denominator)}"


def goal_rows(data: ReportData, *, is_by_village: bool = False) -> list[dict]:
    """Every goal of the place, or of each village, with `goal_on`, its day; one still to come as on the report's day."""
    rows = data.villages("goals") if is_by_village else data.place_rows("goals")
    return [row | {"goal_on": _day(row["as_of"])} | ({} if _day(row["as_of"]) <= data.day else _so_far(data, row)) for row in rows]


def _so_far(data: ReportData, row: dict) -> dict:
    """The figures of a goal whose day lies after the report's, by what the report's other tables tell of the day."""
    entry = registry.shares()[row["indicator"]]
    places = data.villages(entry.metric) if "village_id" in row else [data.town(entry.metric)]
    of_place = next(place for place in places if place.get("village_id") == row.get("village_id"))
    numerator, denominator = (of_place[part] for part in entry.parts)
    actual = cell_display.share_of(numerator, denominator)
    whole = denominator if isinstance(actual, float) and data.town("eligibility")["registered"] != 0 else 0
    state = indicator_status.judge(entry.code, numerator, whole, row["target"], data.day).status.code
    status = actual if actual is cell_display.Shown.WITHHELD else state
    return {"numerator": numerator, "denominator": denominator, "actual": actual, "status": status}


def _day(value: object) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))

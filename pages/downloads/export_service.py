"""From the page's choice to the bytes of an export: which tables, the preview, and the file that is registered before it is given out."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pages.chart_files import chart_export
from pages.data.queries import Figures
from pages.downloads import table_files
from warehouse.audit import trail
from warehouse.disclosure import release
from warehouse.disclosure.release import Edition, Release
from warehouse.disclosure.release_log import Order, Receipt
from warehouse.metrics import registry
from warehouse.settings import settings
from warehouse.storage import build_files

Tables = Sequence[tuple[str, str]]  # metric and group of each


def shown_on(page: str) -> list[str]:
    """Return the metrics whose figures a page shows, for all of them at once."""
    return [name for name in registry.exported() if (export := registry.metrics()[name].export) and page in export.pages]


def all_tables() -> list[tuple[str, str]]:
    """Return (metric, group) of every table that is offered."""
    return wanted(registry.exported(), release.OFFERED)


def wanted(names: Sequence[str], groups: Sequence[str]) -> list[tuple[str, str]]:
    """Return (metric, group) of all tables chosen, in the order of the choices, without groups that a metric has not."""
    return [
        (metric, by)
        for metric in registry.exported()
        if metric in names
        for by in release.OFFERED
        if by in groups and by in release.offered(metric)
    ]


def threshold() -> int:
    """Return the count below which figures are withheld, as the home's settings say now. Raises validation.WrongSetting."""
    return settings.settings(build_files.home())["small_count"]


def preview(figures: Figures, tables: Tables, day: dt.date, also: Sequence[dt.date] = ()) -> Release:
    """Return what an export would hold now, with earlier days `also`. Raises suppression.CannotProtect."""
    return figures.release(tables, day, threshold(), also)


@dataclass
class Export:
    """A file in the making: what it may show, the receipt it bears, the count below which figures are withheld."""

    release: Release
    edition: Edition
    threshold: int

    @property
    def receipt(self) -> Receipt:
        """Return the receipt; its hash comes with the finished file."""
        return self.edition.receipt

    def finish(self, content: bytes, recorder: trail.Recorder) -> bytes:
        """Record and register the finished file; return it. Raises trail.NotRecorded."""
        self.edition.register(self.release, content, recorder)
        return content


@contextmanager
def begin(figures: Figures, tables: Tables, order: Order, also: Sequence[dt.date] = ()) -> Iterator[Export]:
    """Hold the register while a file is planned, written and finished; leaving the block without that raises release.Unregistered.

    `tables` may be empty for a file without figures. Raises suppression.CannotProtect, release_log.RegisterBusy.
    """
    with release.open_edition(build_files.home(), order) as edition:
        yield Export(preview(figures, tables, order.as_of, also), edition, threshold())


def table_file(figures: Figures, tables: Tables, order: Order, targets: Mapping[str, float], recorder: trail.Recorder) -> bytes:
    """Return the file of tables in the order's form, registered. Raises as `begin` and `Export.finish`."""
    with begin(figures, tables, order) as export:
        return export.finish(table_files.write(order.form, export.release, export.receipt, export.threshold, targets), recorder)


def chart_file(figures: Figures, chosen: chart_export.Chosen, order: Order, also: Sequence[dt.date], recorder: trail.Recorder) -> bytes:
    """Return the picture of a chart in the order's form, registered. Raises as `begin` and `Export.finish`."""
    with begin(figures, chart_export.tables(chosen.kind, chosen.share, chosen.place), order, also) as export:
        content = chart_export.write(order.form, export.release, chosen, order.build, export.threshold, export.receipt)
        return export.finish(content, recorder)

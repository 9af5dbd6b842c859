"""From the page's choice to the bytes of an export: who asks, what is withheld, what is written down first. No widget here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from locales import language, use_language
from pages.data.queries import Figures
from warehouse.audit import trail
from warehouse.disclosure import release
from warehouse.disclosure.receipts import Order, Receipt
from warehouse.metrics import registry
from warehouse.settings import settings
from warehouse.storage import build_files


def shown_on(page: str) -> list[str]:
    """Return the metrics whose figures a page shows, for all of them at once."""
    return [name for name in registry.exported() if (export := registry.metrics()[name].export) and page in export.pages]


def all_tables() -> list[tuple[str, str]]:
    """Return (metric, group) of every table that is offered."""
    return wanted(registry.exported(), release.OFFERED)


def wanted(names: Sequence[str], groups: Sequence[str]) -> list[tuple[str, str]]:
    """(metric, group) of all tables chosen, in the order of the choices; groups that a metric has not are left out."""
    return [
        (metric, by)
        for metric in registry.exported()
        if metric in names
        for by in release.OFFERED
        if by in groups and by in release.offered(metric)
    ]


def asking(figures: Figures) -> release.Asking:
    """How a reader asks for figures of a build."""
    return figures.unsuppressed


def threshold() -> int:
    """Counts below it are withheld, as the home's settings say now. Raises settings.WrongSetting."""
    return settings.settings(build_files.home())["small_count"]


def preview(figures: Figures, tables: Sequence[tuple[str, str]], day: dt.date, also: Sequence[dt.date] = ()) -> release.Release:
    """What would leave now, of days before it `also`. Raises withholding.CannotProtect."""
    return figures.edition(tables, day, threshold(), also)


# What makes a file: from what leaves, the receipt that stands in it, and the count below which figures are withheld.
Writer = Callable[[release.Release, Receipt, int], bytes]


def deferred_download(
    figures: Figures,
    tables: Sequence[tuple[str, str]],
    order: Order,
    writer: Writer,
    recorder: trail.Recorder,
    also: Sequence[dt.date] = (),
) -> Callable[[], bytes]:
    """The bytes of the file, made when they are called for, in the language spoken now; recorded before they are given out."""
    spoken = language()

    def make() -> bytes:
        """The bytes alone; the download is another run, which has no language yet."""
        use_language(spoken)
        return create_export(figures, tables, order, writer, recorder, also)[0]

    return make


def create_export(
    figures: Figures,
    tables: Sequence[tuple[str, str]],
    order: Order,
    writer: Writer,
    recorder: trail.Recorder,
    also: Sequence[dt.date] = (),
) -> tuple[bytes, Receipt]:
    """A file with its receipt, in the language in force: planned, written, recorded, registered, and only then given out."""
    least, home = threshold(), build_files.home()
    return release.register_release(
        asking(figures),
        tables,
        order,
        home,
        least,
        lambda made, receipt: writer(made, receipt, least),
        lambda about: recorder(home, "export", about),
        also,
    )

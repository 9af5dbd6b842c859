"""From the page's choice to the bytes of an export: which tables, and the file that is registered before it is given out."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from pages.chart_files import chart_export
from pages.data.queries import Figures
from pages.downloads import table_files
from warehouse.audit import trail
from warehouse.disclosure import release
from warehouse.disclosure.release_log import Order, Receipt
from warehouse.metrics import registry
from warehouse.storage import build_files

Tables = Sequence[tuple[str, str]]  # metric and group of each
Write = Callable[[release.Release, Receipt], bytes]  # what is shown, the receipt it bears


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


def export(
    figures: Figures, tables: Tables, order: Order, recorder: trail.Recorder, write: Write, also: Sequence[dt.date] = ()
) -> tuple[bytes, Receipt]:
    """Return a file that `write` makes, recorded and registered, with its receipt. `tables` may be empty for a file without figures."""
    with release.open_edition(build_files.home(), order) as edition:
        released = figures.release(tables, order.as_of, order.edition, also)
        content = write(released, edition.receipt)
        return content, edition.register(released, content, recorder)


def table_file(figures: Figures, tables: Tables, order: Order, targets: Mapping[str, float], recorder: trail.Recorder) -> bytes:
    """Return the file of tables in the order's form, registered. Raises as `export`."""
    return export(figures, tables, order, recorder, partial(table_files.write, order.form, targets=targets))[0]


def chart_file(figures: Figures, chosen: chart_export.Chosen, order: Order, also: Sequence[dt.date], recorder: trail.Recorder) -> bytes:
    """Return the picture of a chart in the order's form, registered. Raises as `export`."""

    def write(released: release.Release, receipt: Receipt) -> bytes:
        return chart_export.write(order.form, released, chosen, order.build, receipt)

    return export(figures, chart_export.tables(chosen.kind, chosen.share, chosen.place), order, recorder, write, also)[0]

"""The headline card of a share: its parts opening their list, the town's target, the share a month ago."""

from __future__ import annotations

from pages.components import drilldown_links, page_frame
from pages.components.page_frame import View
from pages.text import formatting, labels
from warehouse.metrics import drilldown


def of_share(view: View, code: str, note: str = "") -> page_frame.Card:
    """The card of a share whose parts are columns of its metric (warehouse/metrics/registry.py); `note` is markup."""
    metric, *names = drilldown.share_parts()[code]
    now, before = (view.figures.of(metric, view.village_id, day) for day in (view.day, view.figures.month_ago()))
    numerator, denominator = (now[name] for name in names)
    earlier = formatting.ratio(*(before[name] for name in names))
    shown = drilldown_links.parts(view, code, numerator, denominator)
    return page_frame.Card(
        labels.share_name(code), numerator, denominator, shown, view.figures.target(code), earlier, note, labels.meaning(code)
    )

"""The headline card of a share: its parts opening their list, the town's target, the share a month ago."""

from __future__ import annotations

from pages.parts import codes, frame, links, words
from pages.parts.frame import View
from warehouse import behind


def of_share(view: View, code: str, note: str = "") -> frame.Card:
    """The card of a share whose parts are columns of its metric (warehouse/behind.toml); `note` is markup."""
    metric, *names = behind.parts()[code]
    now, before = (view.figures.of(metric, view.village_id, day) for day in (view.day, view.figures.month_ago()))
    numerator, denominator = (now[name] for name in names)
    earlier = words.ratio(*(before[name] for name in names))
    shown = links.parts(view, code, numerator, denominator)
    return frame.Card(codes.share_name(code), numerator, denominator, shown, view.figures.target(code), earlier, note, codes.meaning(code))

"""The four statuses: code, sign, word and colour, and the rule that judges a share against its target."""

from dataclasses import dataclass

from locales import _
from pages.text.masked_count import is_hidden
from warehouse.metrics import registry


@dataclass(frozen=True)
class Status:
    """A status. Its colours, on light and on dark ground, mean this and nothing else on pages, in Excel and in Word."""

    code: str
    sign: str
    colour: str
    colour_on_dark: str

    @property
    def word(self) -> str:
        """The status in the reader's language."""
        return {"met": _("达标"), "close": _("接近"), "behind": _("滞后"), "no_figure": _("无数据")}[self.code]


STATUSES = {
    "met": Status("met", "●", "#1b7f5c", "#5cc99b"),
    "close": Status("close", "▲", "#9a6700", "#e3b04b"),
    "behind": Status("behind", "■", "#b3261e", "#ff9d94"),
    "no_figure": Status("no_figure", "○", "#6b7280", "#a3acb9"),
}


def word_of(status: Status, share: str, denominator: object) -> str:
    """Return the word of a status; of a share of classes that a place has no children of, that it has none."""
    is_nobody = status.code == "no_figure" and denominator == 0 and share.endswith(("_1_3", "_4_6"))
    return _("没有这类儿童") if is_nobody else status.word


def judge(numerator: float | None, denominator: float | None, target: float) -> Status:
    """Judge a share as metrics/goals.sql does: met from the target on, close from a part of it on, else behind; of 0 no figure."""
    if not denominator or is_hidden(numerator):
        return STATUSES["no_figure"]
    actual = (numerator or 0) / denominator
    if actual >= target:
        return STATUSES["met"]
    return STATUSES["close"] if actual >= registry.metrics()["goals"].close * target else STATUSES["behind"]


def judge_share(share: object, target: float) -> Status:
    """Judge a share as `judge` does; no figure where it is no number."""
    return judge(share, 1, target) if isinstance(share, float) else STATUSES["no_figure"]

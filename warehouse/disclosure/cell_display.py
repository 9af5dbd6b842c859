"""What a cell without a number shows, everywhere: withheld, no figure, not reported, not applicable and 0 never look alike."""

from enum import Enum

from locales import _


class Shown(Enum):
    """A cell without a number."""

    WITHHELD = "withheld"  # known, but it would tell of too few children
    NO_DATA = "no_data"  # there is no figure: nothing to divide by, nothing reported
    NOT_REPORTED = "not_reported"  # no ledger speaks of the year yet
    NOT_APPLICABLE = "not_applicable"  # there cannot be one


def text(value: object, is_share: bool = False) -> str:
    """A cell in words: 0, 96.4%, ＊, —, 不适用; None is no figure."""
    if isinstance(value, Shown) or value is None:
        return sign(value or Shown.NO_DATA)
    if is_share and isinstance(value, (int, float)):
        return f"{99.9 if 0.9995 <= value < 1 else value * 100:.1f}%"  # never rounded up to a full 100
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)


def share_of(numerator: object, denominator: object) -> float | Shown:
    """Return the share of two cells: no data where there is nothing to divide or to divide by, withheld where one of them is."""
    if denominator == 0:
        return Shown.NO_DATA
    if Shown.WITHHELD in (numerator, denominator):
        return Shown.WITHHELD
    if Shown.NOT_REPORTED in (numerator, denominator):
        return Shown.NOT_REPORTED
    if isinstance(numerator, (int, float)) and isinstance(denominator, (int, float)) and denominator:
        return numerator / denominator
    return Shown.NO_DATA


def sign(value: Shown) -> str:
    """The sign of a cell without a number."""
    return {Shown.WITHHELD: "＊", Shown.NO_DATA: "—", Shown.NOT_REPORTED: _("尚无数据"), Shown.NOT_APPLICABLE: _("不适用")}[value]


def key(threshold: int) -> list[str]:
    """How the signs are to be read, a sentence each, for the title block of an export; `threshold` 0: nothing is withheld."""
    withheld = _("＊ 不公布：人数（件数）少于 {threshold}，或公布后能推算出这样的数；也可能是 0").format(threshold=threshold)
    return [
        *([withheld] if threshold else []),
        _("0 就是没有；— 没有可算的数；尚无数据 这一年的台账还没有报来；不适用 这一格本来就不会有数"),
    ]

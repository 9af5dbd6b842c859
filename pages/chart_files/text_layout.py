"""Letters of pictures: which font there is, how wide a text stands, where it breaks. Sizes and widths are in points.

Matplotlib is slow to import, so nothing here asks for it before a text is measured.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei")
LINE = 1.35  # from one line to the next, of the size
_OPEN, _CLOSE = "（《〈【“‘", "，。、；：！？）》〉】”’％"
# What a line does not break inside: words of narrow letters, a wide letter with the marks that cling to it.
_PIECES = re.compile(rf"[{_OPEN}]*(?:[!-\u2017\u201a-\u201b\u201e-\u2e7f]+|[^\s{_OPEN}{_CLOSE}]|)[{_CLOSE}]*\s*")


@cache
def font() -> str | None:
    """The first of FONTS that this machine has; None where Chinese cannot be drawn."""
    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it speaks of every font that is not there
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    if not known & {*FONTS}:  # its list is kept in a file, which is older than a font that was just installed
        for entry in font_manager.FontManager().ttflist:
            if entry.name in FONTS:
                font_manager.fontManager.addfont(entry.fname)
                known.add(entry.name)
    return next((name for name in FONTS if name in known), None)


def properties(size: float, is_bold: bool = False, families: tuple[str, ...] = ()) -> Any:
    """Matplotlib's description of letters: those of the machine's font, or of some families."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=list(families or (*filter(None, (font(),)), "DejaVu Sans")), size=size, weight="bold" if is_bold else "normal"
    )


def plain(text: object) -> str:
    """A text of others' on one line: what is no letter (line ends, control characters, halves of pairs) becomes a blank."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in "\ufffe\uffff" else sign for sign in str(text))


@lru_cache(maxsize=8000)
def width(text: str, size: float, is_bold: bool = False) -> float:
    """How wide a text stands. Without a Chinese font it is reckoned: a wide letter as an em."""
    if font() is None:
        return size * sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.62 for sign in text)
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(1, 1, 72).get_text_width_height_descent(text, properties(size, is_bold), False)[0]


def wrapped(text: str, size: float, room: float, is_bold: bool = False) -> list[str]:
    """The lines of a text in so much room; only a word that is wider by itself breaks inside."""
    lines = [""]
    for piece in _PIECES.findall(plain(text)):
        for part in [piece] if width(piece.rstrip(), size, is_bold) <= room else piece:
            if lines[-1] and width((lines[-1] + part).rstrip(), size, is_bold) > room:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines]

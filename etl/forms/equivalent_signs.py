"""Signs that the eye cannot tell apart, as one: what is compared anywhere (names, numbers, words, headings) passes here (ledgers.md §5)."""

import re
import tomllib
import unicodedata
from pathlib import Path

# Signs that leave no mark: format characters (Cf) are added where they are removed.
_BLANK_SIGNS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffc\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef"
INVISIBLE = rf"[\p{{Cf}}{_BLANK_SIGNS}]"  # as polars' regular expressions write it
_INVISIBLE = re.compile(f"[{_BLANK_SIGNS}]")


def _private_use() -> dict[str, str]:
    """Return what old systems write for the 80 ideographs of GBK's row FE: U+E815 and on."""
    trails = (trail for trail in range(0x50, 0xA1) if trail != 0x7F)
    return {chr(0xE815 + place): bytes([0xFE, trail]).decode("gb18030") for place, trail in enumerate(trails)}


def _equivalent() -> dict[str, str]:
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    radicals, private_use = (dict(zip(table["signs"], table["ideographs"], strict=True)) for table in tables.values())
    signs = _private_use() | private_use | radicals
    return {sign: radicals.get(ideograph, ideograph) for sign, ideograph in signs.items() if sign != ideograph}


EQUIVALENT = _equivalent()
_TABLE = str.maketrans(EQUIVALENT)


def unified(text: str) -> str:
    """Return text after NFKC, without signs that leave no mark, equivalent ideographs as one."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_TABLE)
    return plain if plain.isprintable() else "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")

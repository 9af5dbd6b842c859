"""How each village writes: a style decides files, anatomy of a sheet and spelling of a cell, never what a cell means."""

import datetime as dt
import random

from etl.demo.world.model import Village
from etl.demo.world.tables import Habits, habits, table, usual

CLASS_NAMES = ("孤儿", "事实无人抚养儿童", "低保家庭重残重病儿童", "其他低保家庭儿童", "其他困境儿童", "农村留守儿童")
_SHORT_NAMES = ("孤儿", "事实无人抚养", "低保重残重病", "其他低保", "其他困境", "留守儿童")
_CLASSES = {"name": CLASS_NAMES, "short": _SHORT_NAMES, "number": range(1, 7)}
_LEVELS = {"一级": "零一二三四", "Ⅰ级": "零ⅠⅡⅢⅣ", "壹级": "零壹贰叁肆"}
_SEXES = {"男": ("男", "女"), "1": (1, 2), "M": ("M", "F")}
_HAN = "〇一二三四五六七八九"
_WIDE = str.maketrans("0123456789X年月日", "０１２３４５６７８９Ｘ年月日")


STYLES = habits("style")
_FOREIGN = usual("style").but(**table("foreign")["style"])


def style_of(village: Village) -> Habits:
    """Return the style of a village: the twelve in turn; that of foreign layouts is one."""
    return _FOREIGN if village.layout else STYLES[village.number % len(STYLES)]


class Pen:
    """Writes one value after another as a village does; it is seeded, so the same ledger looks the same again."""

    def __init__(self, style: Habits, rng: random.Random, places: list[str]) -> None:
        self.style, self.rng, self.places = style, rng, places

    def write(self, field: str, value: object) -> object:
        """Return the cell of a field."""
        if value is None or value == "":
            return self.rng.choice(self.style.fills)
        if writer := getattr(self, f"_{field}", None):
            return writer(value)
        if isinstance(value, dt.date):
            return self.day(value)
        if isinstance(value, list):
            return "、".join(value)
        return self._name(str(value)) if field.endswith("_name") else value

    def day(self, day: dt.date) -> object:
        """Return a date in one of the village's spellings."""
        plain = f"{day.year}年{day.month}月{day.day}日"
        han = f"{''.join(_HAN[int(digit)] for digit in str(day.year))}年{_han(day.month)}月{_han(day.day)}日"
        spellings = {"cell": day, "han": han, "packed": f"{day:%Y%m%d}", "wide": plain.translate(_WIDE)}
        spellings |= {name: f"{day.year}{sign}{day.month}{sign}{day.day}" for name, sign in (("dash", "-"), ("point", "."))}
        return spellings.get(self.rng.choice(self.style.dates), plain)

    def _name(self, name: str) -> str:
        """Write a name, with a blank inside or behind it where the village writes so."""
        if not self.style.spaces_names or self.rng.random() < 0.5:
            return name
        gap = self.rng.choice([" ", "\u3000"])
        return f"{name[0]}{gap}{name[1:]}" if self.rng.random() < 0.7 else f"{name} "

    def _village_name(self, name: str) -> str:
        return name if self.rng.random() < 0.75 else self.rng.choice(self.places)

    def _id_number(self, number: str) -> str:
        mark = self.style.id_mark
        if self.style.is_full_width and self.rng.random() < 0.6:
            return number.translate(_WIDE)
        if mark == "lower":
            return number.lower()
        if mark and self.rng.random() < 0.2:
            return f"{number[:6]} {number[6:14]} {number[14:]}" if mark == "blanks" else f"'{number}"
        return number

    def _sex(self, sex: str) -> object:
        return _SEXES[self.style.sexes][sex == "女"]

    def _class_no(self, classes: tuple[int, ...]) -> object:
        cells = [_CLASSES[self.style.classes][number - 1] for number in classes]
        return cells[0] if len(cells) == 1 else "、".join(map(str, cells))

    def _disability_level(self, level: int) -> str:
        return f"{_LEVELS[self.style.levels][level]}级"


def _han(number: int) -> str:
    """Return 1–31 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _HAN[tens]) + "十" if tens else "") + (_HAN[ones] if ones or not tens else "")

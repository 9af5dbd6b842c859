"""How each village writes: one record per habit, so that a person can see which village does what.

A style decides the files, the anatomy of a sheet and the spelling of a cell; it never changes what a cell means.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

CLASS_NAMES = ("孤儿", "事实无人抚养儿童", "低保家庭重残重病儿童", "其他低保家庭儿童", "其他困境儿童", "农村留守儿童")
SHORT_NAMES = ("孤儿", "事实无人抚养", "低保重残重病", "其他低保", "其他困境", "留守儿童")
_LEVELS = {"一级": "零一二三四", "Ⅰ级": "零ⅠⅡⅢⅣ", "壹级": "零壹贰叁肆"}
_SEXES = {"男": ("男", "女"), "1": (1, 2), "M": ("M", "F")}
_HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789X年月日", "０１２３４５６７８９Ｘ年月日")


@dataclass(frozen=True)
class Style:
    """The habits of one village's clerk."""

    ending: str = "xlsx"
    children_ending: str = ""
    is_one_book: bool = False
    sheets: str = "one"  # one | class | group
    title: str = "plain"  # none | plain | annex
    told: str = "cells"  # none | line | cells: where 填报单位 and 填报时间 stand
    name_day: str = "20231231"  # 20231231 | 2023-12-31 | "" : the day in the file's name
    is_two_level: bool = False
    has_column_numbers: bool = False
    has_total: bool = True
    has_note: bool = True
    has_summary: bool = False
    has_village_column: bool = True
    merges_village: bool = False
    repeats_headings: int = 0
    aliases: int = 0  # which spelling of the headings
    dates: tuple[str, ...] = ("cell",)
    sexes: str = "男"
    classes: str = "name"  # name | short | number
    levels: str = "一级"
    fills: tuple[str, ...] = ("",)  # what stands in an empty cell
    id_mark: str = ""  # quote | lower | blanks
    spaces_names: bool = False
    is_full_width: bool = False
    visits: str = "rows"  # rows | topics | times | months | listed
    has_mode: bool = True
    joins_trainees: bool = False


STYLES = (
    Style(told="line", is_one_book=True),
    Style(
        title="annex",
        is_two_level=True,
        has_summary=True,
        sheets="class",
        aliases=1,
        dates=("cell", "han"),
        visits="topics",
    ),
    Style(sheets="class", dates=("point", "point", "cell"), fills=("", "", "/"), visits="times", aliases=1, name_day=""),
    Style(
        title="annex",
        is_two_level=True,
        merges_village=True,
        aliases=0,
        sexes="1",
        classes="number",
        dates=("year", "dash"),
    ),
    Style(
        ending="xls",
        sheets="class",
        has_column_numbers=True,
        dates=("point", "cell"),
        aliases=2,
        levels="Ⅰ级",
        visits="topics",
    ),
    Style(is_one_book=True, sheets="class", has_summary=True, aliases=2, told="line", name_day="2023-12-31"),
    Style(
        children_ending="csv",
        dates=("dash", "year", "point"),
        fills=("", "", "", "无", "不详"),
        has_village_column=True,
    ),
    Style(spaces_names=True, is_full_width=True, dates=("wide", "year"), classes="short", aliases=1, name_day="2023-12-31"),
    Style(
        title="annex",
        visits="listed",
        sheets="group",
        aliases=0,
        id_mark="blanks",
        dates=("packed", "cell"),
        joins_trainees=True,
    ),
    Style(
        visits="months",
        levels="壹级",
        sexes="M",
        repeats_headings=12,
        aliases=1,
        classes="short",
        dates=("cell",),
        name_day="",
    ),
    Style(told="none", title="none", has_total=False, has_note=False, dates=("dash",), classes="number", id_mark="lower"),
    Style(
        is_two_level=True,
        has_column_numbers=True,
        has_summary=True,
        merges_village=True,
        aliases=2,
        has_mode=False,
        id_mark="quote",
    ),
)


def style_of(village_number: int) -> Style:
    """The style of a village: the twelve in turn."""
    return STYLES[village_number % len(STYLES)]


class Pen:
    """Writes one value after another as a village does; its hand is seeded, so the same ledger looks the same again."""

    def __init__(self, style: Style, rng: random.Random, places: list[str]) -> None:
        self.style, self.rng, self.places = style, rng, places

    def write(self, field: str, value: object) -> object:
        """What stands in the cell of a field."""
        if value is None or value == "":
            return self.rng.choice(self.style.fills)
        writer = getattr(self, f"_{field}", None)
        if writer:
            return writer(value)
        if isinstance(value, dt.date):
            return self.day(value)
        return self._name(value) if field.endswith("_name") else value

    def day(self, day: dt.date) -> object:
        """A date in one of the village's spellings; the same for a row's hand, not for a column."""
        kind = self.rng.choice(self.style.dates)
        if kind == "cell":
            return day
        if kind == "han":
            return f"{str(day.year).translate(_HAN)}年{_han(day.month)}月{_han(day.day)}日"
        plain = f"{day.year}年{day.month}月{day.day}日"
        spelled = {
            "dash": f"{day.year}-{day.month}-{day.day}",
            "point": f"{day.year}.{day.month}.{day.day}",
            "packed": f"{day:%Y%m%d}",
            "wide": plain.translate(_WIDE),
        }
        return spelled.get(kind, plain)

    def _name(self, name: object) -> object:
        """A name, with a blank inside or behind it where the village writes so."""
        if not self.style.spaces_names or self.rng.random() < 0.5:
            return name
        gap = self.rng.choice([" ", "\u3000"])
        return f"{str(name)[0]}{gap}{str(name)[1:]}" if self.rng.random() < 0.7 else f"{name} "

    def _village_name(self, name: object) -> object:
        """The village's name or one of its aliases."""
        return name if self.rng.random() < 0.75 else self.rng.choice(self.places)

    def _id_number(self, number: object) -> object:
        """An ID number as text."""
        text, mark = str(number), self.style.id_mark
        if self.style.is_full_width and self.rng.random() < 0.6:
            return text.translate(_WIDE)
        if mark == "lower":
            return text.lower()
        if mark and self.rng.random() < 0.2:
            return f"{text[:6]} {text[6:14]} {text[14:]}" if mark == "blanks" else f"'{text}"
        return text

    def _sex(self, sex: object) -> object:
        """男 or 女, in the village's signs."""
        return _SEXES[self.style.sexes][sex == "女"]

    def _class_no(self, classes: tuple[int, ...]) -> object:
        """One class or several."""
        words = {"name": CLASS_NAMES, "short": SHORT_NAMES, "number": range(1, 7)}[self.style.classes]
        written = [words[number - 1] for number in classes]
        return written[0] if len(written) == 1 else "、".join(map(str, written))

    def _disability_level(self, level: int) -> object:
        """A level's sign, as 二级, Ⅱ级 or 贰级."""
        return f"{_LEVELS[self.style.levels][level]}级"

    def _topics(self, topics: list[str]) -> object:
        """Topics in one cell."""
        return "、".join(topics)

    def _linked_village(self, name: object) -> object:
        """Text, taken as it is."""
        return name


def _han(number: int) -> str:
    """1–31 in Chinese numerals."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones or not tens else "")

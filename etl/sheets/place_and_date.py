"""Which village and which day a sheet speaks of, by the register's names and the lines above the table; never by similarity."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from checks import catalogue
from etl.cleaning import parse_values
from etl.cleaning.type_columns import UNUSABLE, type_fields
from etl.forms import forms, heading_words
from locales import _

_UNIT = re.compile(r"(?:填报|填表|报送)(?:单位|村|村居)[^::]*[::]\s*(.+?)(?=\s*(?:填报人|联系人|电话|联系电话|填报时间|填报日期|报送|$))")
_DIGITS = "[0-9〇零○一二三四五六七八九十]"
_DAY_LABEL = re.compile(
    r"(?:(?:填报|报送|填表|上报|制表|统计|调查|采集|登记|排查|摸排|核查|更新)(?:时间|日期)|(?:^|(?<=\s))(?:日期|时间))[^::]*[::]\s*"
    rf"({_DIGITS}{{4}}\s*[-./年]?\s*{_DIGITS}{{1,3}}(?:\s*[-./月]?\s*{_DIGITS}{{1,3}}\s*[日号]?|\s*月)?)"
)
_LABEL_ALONE = re.compile(r"^(?:填报|报送|填表|上报|制表|统计|调查|采集|登记|排查|摸排|核查|更新)[^::]{2,8}[::]?$")
_DAY_IN_NAME = re.compile(r"(20\d{2})[-_.年](\d{1,2})[-_.月](\d{1,2})(?!\d)")
_DAY_PACKED = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_MONTH_IN_NAME = re.compile(r"(?<!\d)(20\d{2})(?:[-_.年](\d{1,2})月?|(0[1-9]|1[0-2]))(?!\d)")
_DAY_OF_TITLE = re.compile(r"(20\d{2}年\d{1,2}月(?:\d{1,2}[日号])?)(?![\d起前后份至\-—~])")
_QUARTER = re.compile(r"(20\d{2})\s*年?\s*第?([一二三四1-4])季度")
_GROUP = re.compile(r"第?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:组|村民小组|社|队)$")
_HAMLET = re.compile(r"[\u4e00-\u9fff]{1,4}(?:湾|塆|庄|屯|寨|沟|坝|岭|坪|冲|垸|营|洼|自然村)")
_NAMED = re.compile(r"[\u4e00-\u9fff]{2,}(?:(?<![农乡政各本全驻包联])村|社区)")
_YEAR = re.compile(r"(20\d{2})\s*年?")
_MOST_MERGERS = 3  # that a child is followed through (village_places.sql)


def plain_place(text: str) -> str:
    """Return a place name as compared: NFKC, without blanks, brackets and what stands in them, without a town's name in front."""
    plain = forms.plain(text)
    return re.sub(r"^.*?(?:镇|乡|街道办?)(?=.)", "", plain) if re.search(r"(?:镇|乡|街道)(?=..)", plain) else plain


@dataclass
class Register:
    """The town's villages: frame with one row per village, and every name and alias → village_id."""

    villages: pl.DataFrame
    names: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what of the registers was not used, a sentence each

    def find(self, text: str | None) -> str | None:
        """Return the village a cell names, whole; a path (市-县-镇-村) by its end, a group or hamlet of it (石桥村3组, 石桥村张家湾) by its village."""
        if not text:
            return None
        ends = (text, re.split(r"[-—/>]", text)[-1])
        places = [place for end in ends for place in (forms.plain(end), plain_place(end))]
        spelled = [name for place in places for name in (place, _GROUP.sub("", place))]
        committees = heading_words.words()["values"]["committees"]
        names = (place.removesuffix(committee) for committee in committees for place in spelled)
        whole = next((village for name in names if (village := self.names.get(name))), None)
        begun = [
            name for name in self._proper if any(_HAMLET.fullmatch(place.removeprefix(name)) for place in places if place.startswith(name))
        ]
        return whole or (self._proper[max(begun, key=len)] if begun else None)

    @cached_property
    def _proper(self) -> dict[str, str]:
        """Names that say that they are a village's (柳溪村, 东街社区), as they stand nowhere else by chance."""
        names = [forms.plain(name) for name in self.villages["name"]]
        return {name: self.names[name] for name in names if name.endswith(("村", "社区")) and len(name) > 2}

    def named_whole(self, text: str) -> str | None:
        """Return the one village whose whole name stands in a text."""
        plain = forms.plain(text)
        named = [name for name in self._proper if name in plain]
        villages = {self._proper[name] for name in named if not any(name != other and name in other for other in named)}
        return villages.pop() if len(villages) == 1 else None

    def find_in(self, text: str) -> str | None:
        """Return the village whose name stands in a longer text; None when none does or two do."""
        villages: dict[str, str] = {}
        for plain in (forms.plain(text), re.sub(r"[\s()（）]", "", text)):  # the village may stand in brackets alone
            villages = villages or {name: village for name, village in self.names.items() if len(name) > 1 and name in plain}
        longest = {v for n, v in villages.items() if not any(n != other and n in other for other in villages)}
        return longest.pop() if len(longest) == 1 else None

    def named_in(self, addresses: Iterable[str]) -> dict[str, str]:
        """Return address → name of the village that stands in it (青禾镇柳溪村三组), of those that name one and no other."""
        names = dict(self.villages.select("village_id", "name").iter_rows())
        villages = {text: self.find_in(text) for text in addresses}
        return {text: names[village] for text, village in villages.items() if village and names[village] in forms.plain(text)}


def register(frames: list[pl.DataFrame]) -> Register:
    """Return the register from the text frames of 村居名册 sheets; later rows of the same code win.

    A village's own name is nobody else's alias. Where a frame is one of a workbook with ledgers, or hidden (is_alone is false), it adds
    villages that no separate register has: who hands in a ledger could otherwise take the children of another village.
    """
    if not frames:
        return Register(pl.DataFrame(schema={"village_id": pl.String, "name": pl.String}))
    text = pl.concat(frames, how="diagonal_relaxed").with_columns(class_hint=None, year_hint=None)
    rows = type_fields(text, forms.forms()["villages"])
    rows = rows.filter(pl.col("village_code").is_not_null() & pl.col("name").is_not_null())
    within, alone = (set(rows.filter(pl.col("is_alone") == is_alone)["village_code"]) for is_alone in (False, True))
    rows = rows.sort("is_alone", maintain_order=True).unique("village_code", keep="last", maintain_order=True)
    rows = rows.rename({"village_code": "village_id"}).sort("is_alone", descending=True, maintain_order=True)
    notes = _unreadable(rows)
    proper: dict[str, str] = {}
    for village, name in rows.select("village_id", "name").iter_rows():
        if proper.setdefault(forms.plain(name), village) != village:
            notes.append(_("村居名册：有两个村（社区）都叫“{village}”，台账里写这个名称的都算作前一个").format(village=name))
    names = dict(proper)
    if within & alone:
        notes.append(_("村居名册：与台账在同一个文件里、或在隐藏工作表里的名册只补充没有的村，不改已有的村；要改，请单独交一份名册"))
    for village, name, aliases in rows.select("village_id", "name", "aliases").iter_rows():
        for word in filter(None, re.split(r"[、,,;;\s]+", aliases or "")):
            alias = forms.plain(word)
            if any(alias.startswith(other) and proper[other] != village for other in proper):
                notes.append(_("村居名册：{village} 的别名“{alias}”是另一个村的名字，没有采用").format(village=name, alias=word))
            elif names.setdefault(alias, village) != village:
                notes.append(_("村居名册：{village} 的别名“{alias}”也是另一个村的别名，没有采用").format(village=name, alias=word))
    return Register(rows.drop("is_alone"), names, notes)


def _unreadable(rows: pl.DataFrame) -> list[str]:
    """Return a sentence for each cell of the register that cannot be read."""
    fields = forms.forms()["villages"].fields.values()
    faults = [(spec, rows.filter(pl.col(f"{spec.name}|state").is_in(UNUSABLE[1:]))["name"]) for spec in fields]
    says = _("村居名册：{village} 的“{heading}”看不懂，没有采用")
    return [says.format(village=name, heading=catalogue.word(f"register_{spec.name}")) for spec, names in faults for name in names]


def mergers(register: Register) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the register's rows, each with the code of the village it went into, and a sentence for each end that cannot be: it does not count."""
    rows = [row | {"merged_into": register.find(row["merged_into"])} for row in register.villages.to_dicts()]
    ending = {row["village_id"]: row for row in rows if row["until"] and row["merged_into"]}
    begun_on = {row["village_id"]: row["since"] or dt.date.min for row in rows} | {None: dt.date.min}
    faults = []
    for row in rows:
        code, into, until = row["village_id"], row["merged_into"], row["until"] or dt.date.max
        way, end = [code], into
        while end in ending and end not in way:
            way, end = [*way, end], ending[end]["merged_into"]
        reasons = (
            (row["until"] and into in (None, code), _("写了撤并时间，却没有写并入哪个村（名册里的村）")),
            (into and not row["until"], _("写了并入的村，却没有写撤并时间")),
            (code in ending and end == code, _("并入的村最后又并回它自己")),
            (code in ending and len(way) > _MOST_MERGERS, _("并入的村又并过三次以上，请直接写最后并入的村")),
            (until <= begun_on[code], _("的撤并时间不晚于启用时间")),
            (until < begun_on[into], _("撤并时，并入的村还没有启用")),
        )
        faults += [(row, reason) for is_so, reason in reasons if is_so][:1]
    for row, _reason in faults:
        row["until"] = row["merged_into"] = None
    says = _("村居名册：{village} {reason}，仍按没有撤并计算")
    return rows, [says.format(village=row["name"], reason=reason) for row, reason in faults]


def _lines(above: list[str]) -> list[str]:
    """Return the texts above a table with a label that stands alone in its cell joined to the cell after it."""
    lines: list[str] = []
    for text in above:
        if lines and _LABEL_ALONE.match(unicodedata.normalize("NFKC", lines[-1])) and not re.search("[:：]", text):
            lines[-1] = f"{lines[-1].rstrip(':：')}:{text}"
        else:
            lines.append(text)
    return lines


def village_of(register: Register, above: list[str], sheet: str, file: str) -> str | None:
    """Return the village of a sheet: its 填报单位 line, else title, else name, or the file's; none where two of these name different ones."""
    titles = "".join(text for text in above if "填报" not in text and len(text) <= 60)
    for text in _lines(above):
        unit = _UNIT.search(unicodedata.normalize("NFKC", text))
        if unit and (village := register.find(unit.group(1)) or register.find_in(unit.group(1))):
            other = register.named_whole(titles) or register.named_whole(file)
            return village if other in (None, village) else None
    return register.find_in(titles) or register.find_in(sheet) or register.find_in(file)


def names_a_village(above: list[str], sheet: str) -> bool:
    """Return whether a sheet says of which village or unit it is, known or not: such a sheet is not of that of its workbook."""
    titles = [sheet, *(text for text in above if len(text) <= 60)]
    return any(_UNIT.search(unicodedata.normalize("NFKC", text)) for text in _lines(above)) or any(map(_NAMED.search, titles))


def day_text(above: list[str], file: str) -> tuple[str | None, str]:
    """Return (text of the reporting day, where it was found: sheet | file | load)."""
    titles = [text for text in above if len(text) <= 40 and not re.search("[:：]", text)]
    for texts, sought in ((_lines(above), _DAY_LABEL), (above, _QUARTER), (titles, _DAY_OF_TITLE)):
        if day := next((match for text in texts if (match := sought.search(unicodedata.normalize("NFKC", text)))), None):
            return _end_of_quarter(day) if sought is _QUARTER else day[1], "sheet"
    return day_in_name(file)


def day_in_name(file: str) -> tuple[str | None, str]:
    """Return (text of the day that a file's name bears, "file"), or (None, "load"): a day, a month (202512, 2025.10), a quarter."""
    name = unicodedata.normalize("NFKC", file)
    if named := _DAY_PACKED.search(name) or _DAY_IN_NAME.search(name):
        return "-".join(named.groups()), "file"
    if month := _MONTH_IN_NAME.search(name):
        return f"{month[1]}-{month[2] or month[3]}", "file"
    quarter = _QUARTER.search(name)
    return (_end_of_quarter(quarter), "file") if quarter else (None, "load")


def _end_of_quarter(quarter: re.Match[str]) -> str:
    number = "一二三四".find(quarter[2]) + 1 or int(quarter[2])
    return f"{quarter[1]}-{number * 3:02}"


def year_of(above: list[str], sheet: str) -> int | None:
    """Return the year that a sheet's name or title speaks of."""
    titles = [sheet, *(text for text in above if "填报" not in text)]
    years = [int(match) for text in titles for match in _YEAR.findall(unicodedata.normalize("NFKC", text))]
    return years[0] if years else None


def days(texts: Sequence[str | None], loaded_on: Sequence[dt.date | None]) -> list[dt.date | None]:
    """Return the days of texts, read as other dates are; a month is its last day, at most that of the load, and a day to come is none."""
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String), "loaded_on": pl.Series(loaded_on, dtype=pl.Date)})
    frame = frame.with_columns(parse_values.clean(pl.col("text")))
    parts = parse_values.date_parts(parse_values.present(pl.col("text")), pl.lit("t"), pl.lit(False))
    on = parts.struct.field("on")
    day = pl.when(parts.struct.field("precision") == "month").then(pl.min_horizontal(on.dt.month_end(), "loaded_on")).otherwise(on)
    day = pl.when(on <= pl.col("loaded_on")).then(day)
    result: list[dt.date | None] = frame.select(day).to_series().to_list()
    return result

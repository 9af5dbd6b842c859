"""Names of sheets and files as everybody may see them: forms have one sheet for each child, and a file may be called after one.

A word that is not known may be a person's name until something says otherwise (heading_words.toml and vocabularies.toml have the
words). No name is compared with a list of surnames: many names of children begin with none.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from etl.forms import forms, heading_words
from warehouse.builds.raw_sheets import ordinal

HIDDEN = "＊＊"
_SHORTEST, _LONGEST = 2, 20  # signs of a name
_NUMERAL = "[一二三四五六七八九十百]+"
_UNIT = "(?:年级|年度|年|月份|月|[日号]|季度|[组社队户期批次页班份类表区片]|村民小组|张表)"
_COUNTED = rf"第?\d+{_UNIT}?|第?{_NUMERAL}{_UNIT}"
_LATIN = r"附?[表件]\d+|(?i:sheet|table|wpsreserved_\w+)"
_BETWEEN = r"[\s·•・_.\-—]"  # what may stand between the signs of a name
_NUMBERS = re.compile(r"(?<!\d)(?:\d{15,}[Xx]?|1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}-\d{7,8})(?!\d)")
_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff〇·]"
_PLACE = r"[\u4e00-\u9fff]{2,3}(?:村委会|居委会|村|社区|镇|乡|街道|县|市|区)"
_NO_PLACE = "(?!村|社区|镇|乡|街道)"  # the village 石桥村 where a child is called 石桥
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # a mark with digits could be read as a day


@cache
def _words(headings: frozenset[str], further: str) -> re.Pattern[str]:
    """Return what finds the words that names of sheets and files are made of, the longest first."""
    tables = [forms.vocabularies(), heading_words.words()["persons"], heading_words.words()["attributes"], heading_words.words()["papers"]]
    words = {word for table in tables for word in _texts(table)} | headings | heading_words.ignored()
    words |= {text for form in forms.forms().values() for text in (*form.titles, form.title_en)}
    plain = {unicodedata.normalize("NFKC", word) for word in words if len(word) > 1} | {"男", "女"}
    spelled = "|".join(map(re.escape, sorted((word for word in plain if not word.isdigit()), key=len, reverse=True)))
    return re.compile(f"(?:{spelled})(?:[表册簿卡的和与及]|单(?!位))?|{_COUNTED}|{_LATIN}|{further}")


def _texts(table: Any) -> Iterable[str]:
    if isinstance(table, str):
        yield table
    else:
        for value in table.values() if isinstance(table, dict) else table:
            yield from _texts(value)


def is_usual(text: str, places: Iterable[str] = ()) -> bool:
    """Return whether a text is made of known words, numbers and names of `places` alone."""
    rest = unicodedata.normalize("NFKC", text)
    for place in sorted(places, key=len, reverse=True):
        rest = rest.replace(place, " ")
    return not re.search(r"[^\W_]|\*", _words(forms.known_headings(), _NUMERAL).sub(" ", rest))


def is_heading(text: str) -> bool:
    """Return whether a text is made of words of headings, numbers and particles alone."""
    words, others = heading_words.words()["headings"], heading_words.words()["not_ledgers"]
    rest = _words(forms.known_headings().union(words["words"], *others.values()), _NUMERAL).sub(" ", unicodedata.normalize("NFKC", text))
    runs, is_number = re.findall(r"[^\W_]+|\*", rest), re.search(r"\d(?:[\s.\-—]?\d){4}|^[\W\d_]+$", text)
    return not is_number and all(run in words["particles"] and len(run) == 1 for run in runs)


def sheet_name(name: str, number: int, places: Collection[str]) -> str:
    """Return a sheet's name where it is made of known words, else which sheet of its file it is."""
    return name if is_usual(name, places) else ordinal(number)


def parts_of(file: str) -> set[str]:
    """Return every part of a file's name that could be a name, as names are compared: without blanks and dots."""
    plain = re.sub(_BETWEEN, "", unicodedata.normalize("NFKC", file)).casefold()
    return {plain[at : at + length] for length in range(_SHORTEST, _LONGEST + 1) for at in range(len(plain) - length + 1)}


def file_name(file: str, names: Iterable[str], mark: str, is_read: bool = True) -> str:
    """Return a file's name without the `names` in it, without ID numbers and telephones; of a file that nobody has read, without unknown words.

    `mark` tells two files apart that would have one name.
    """
    plain = unicodedata.normalize("NFKC", file)
    hidden = _NUMBERS.sub(HIDDEN, plain)
    for name in sorted((name for name in names if not is_usual(name)), key=len, reverse=True):
        spelled = f"{_BETWEEN}*".join(map(re.escape, name))
        hidden = re.sub(spelled + _NO_PLACE, HIDDEN, hidden, flags=re.IGNORECASE)
    if not is_read:
        joined = re.sub(rf"(?<={_HAN})\s+(?={_HAN})", "", hidden)  # 张 三
        hidden = hidden if _without_unknown_words(joined) == joined else _without_unknown_words(joined)
    if hidden == plain:
        return file
    stem, _dot, ending = hidden.rpartition(".")
    return f"{stem or ending}({mark}){'.' + ending if stem else ''}"


def letters(digits: str) -> str:
    """Return hex digits as a mark of six letters."""
    return digits[:6].translate(_LETTERS)


def _without_unknown_words(name: str) -> str:
    """Return a name with every run of Chinese signs hidden that is neither a known word nor a place; one sign behind a word is no name."""
    pieces, at = [], 0
    for word in _words(forms.known_headings(), _PLACE).finditer(name + "\n0"):
        gap = name[at : word.start()]
        pieces += [re.sub(f"{_HAN}{{2,}}|{_HAN}$" if re.match(_HAN, word.group()) else f"{_HAN}{{2,}}", HIDDEN, gap), word.group()]
        at = word.end()
    return "".join(pieces[:-1]).rstrip("\n")

"""Cards: labels beside single values (登记表, 信息采集表, 一人一档), one or several on a sheet; each becomes one row."""

import re
from typing import Any

from etl.cleaning import row_kinds
from etl.files.workbook import RawSheet
from etl.forms import forms, heading_words
from etl.forms.layouts import Parts
from etl.sheets.columns import is_known
from etl.sheets.find_table import Grid, is_card_row, labels_of

_TICKED = re.compile(r"([^\s()、:]+?)(?:\([^()√✓☑]*\))?\([√✓☑vV]\)|[☑√■]\s*([^\s□☑√■()、,,]+)")
_PART = re.compile(r"[\dXx]{1,6}|[年月日./-]|.*[□☑√■].*|.*\(\s*\).*")
Pair = tuple[Parts, int, str, Any]  # label with its group, row from 0, value as text and as it stands


def find_cards(raw: RawSheet, texts: list[list[str]]) -> Grid | None:
    """Return the cards of rows that belong to no other table as one table with a row for each; None where there are none."""
    pairs = _pairs(raw, texts)
    cards: list[dict[tuple[Parts, int], tuple[int, str, Any]]] = []
    for parts, row, text, cell in pairs:
        heading = heading_words.read(parts)
        is_whole = heading.person is not None or heading.attribute in (None, "name")  # no bare 电话 of yet another person
        if not cards or ((parts, 0) in cards[-1] and (is_whole or next(iter(cards[-1])) == (parts, 0))):
            cards.append({})
        cards[-1][parts, sum(parts == other for other, _time in cards[-1])] = (row, text, cell)
    named = [parts for card in cards for parts, _time in card if heading_words.read(parts).attribute == "name"]
    if len(pairs) < 4 or not named:
        return None
    keys = list(dict.fromkeys(key for card in cards for key in card))
    blank = (0, "", "")
    rows = [[card.get(key, blank) for key in keys] for card in cards]
    first, last = pairs[0][1], pairs[-1][1]
    lines = [text for row in [*texts[:first], *texts[last + 1 :]] for text in row if text]
    headings = [(at, parts) for at, (parts, _time) in enumerate(keys)]
    cells = [[cell for _row, _text, cell in row] for row in rows]
    row_nos = [min(row for row, _text, _cell in card.values()) + 1 for card in cards]
    grid = Grid(headings, [[text for _row, text, _cell in row] for row in rows], cells, row_nos, lines, top=first, is_card=True)
    grid.rows_seen = sum(map(any, texts))
    return grid


def _pairs(raw: RawSheet, texts: list[list[str]]) -> list[Pair]:
    pairs: list[Pair] = []
    group, section, owner = "", "", ""
    for row, row_texts in enumerate(texts):
        if not row_texts:
            continue
        if (line := _ticked_line(row_texts)) is not None:
            pairs.append(((line[0],), row, line[1], line[1]))
            continue
        filled = [(at, text) for at, text in enumerate(row_texts) if text]
        if len(filled) == 1:
            group = section = filled[0][1] if _is_group(filled[0][1]) else ""
        elif filled and (
            _is_group(filled[0][1])
            or (heading_words.person_of_group(forms.plain(filled[0][1])) and labels_of([text for _at, text in filled])[1])
        ):
            group, filled = filled[0][1], filled[1:]
        elif filled and filled[0][0] == 0:
            group = section
        if not is_card_row([text for _at, text in filled]):
            continue
        if not is_known(filled[0][1]) and owner:
            owner = filled[0][1]  # a person that nobody knows
        labels = [at for at, is_label in enumerate(labels_of([text for _at, text in filled])) if is_label]
        for at, following in zip(labels, [*labels[1:], len(filled)], strict=True):
            label = filled[at][1].rstrip(":：").strip()
            parts = (group, label) if group else (label,)
            heading = heading_words.read(parts)
            if heading.person or heading.attribute in (None, "name"):
                owner = heading_words.words()["persons"].get(heading.person, [""])[0] if heading.person != "child" else ""
            elif owner:
                parts = (owner, label)  # 电话 beside 父亲姓名
            values = [text for _at, text in filled[at + 1 : following]]
            if len(values) > 1 and all(map(_PART.fullmatch, values)):  # □孤儿 ☑留守, 2014 年 5 月, a number with a digit a cell
                pairs.append((parts, row, "".join(values), "".join(values)))
            elif values:
                column = filled[at + 1][0]
                pairs.append((parts, row, values[0], raw.rows[row][column]))
                owner = values[1] if len(values) > 2 else owner  # 代办员, 甲一, 电话: nobody knows whose
    return pairs


def _is_group(text: str) -> bool:
    """Return whether a cell in front of a card's row says whose cells follow: 爱心妈妈基本情况."""
    plain = forms.plain(text)
    return plain.endswith(("情况", "信息")) and heading_words.read((plain, "姓名")).person is not None and not is_known(text)


def _ticked_line(row_texts: list[str]) -> tuple[str, str] | None:
    """Return (label, ticked words) of a line 困境儿童分类:留守儿童(√) 孤儿( )."""
    words = row_kinds.filled_cells(row_texts)
    if len(words) != 1 or not re.search("[:：]", words[0]):
        return None
    label, _, rest = words[0].replace("：", ":").partition(":")
    return (label.strip(), ticked(rest)) if is_known(label.strip()) and ticked(rest) != rest else None


def ticked(text: str) -> str:
    """Return the words that are ticked in a text (☑留守 □孤儿; 留守儿童(√) 孤儿( )), the text itself where it has no boxes."""
    plain = text.replace("（", "(").replace("）", ")")
    if not re.search(r"[□☑■☐✓√]|\(\s*\)", plain):
        return text
    return "、".join(first or second for first, second in _TICKED.findall(plain))

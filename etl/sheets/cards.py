"""Cards: labels beside single values (登记表, 信息采集表, 一人一档), one or several on a sheet; each becomes one row."""

import re
from typing import Any

from etl.cleaning import row_kinds
from etl.files.workbook import RawSheet
from etl.forms import forms, heading_words
from etl.forms.layouts import Parts
from etl.sheets.columns import is_known
from etl.sheets.find_table import Grid, is_card_row

_TICKED = re.compile(r"([^\s()、:]+?)(?:\([^()√✓☑]*\))?\([√✓☑vV]\)|[☑√■]\s*([^\s□☑√■()、,,]+)")
Pair = tuple[Parts, int, str, Any]  # label with its group, row from 0, value as text and as it stands


def find_cards(raw: RawSheet, texts: list[list[str]], end: int) -> Grid | None:
    """Return the cards above row `end` as one table with a row for each; None where there are none."""
    pairs = _pairs(raw, texts[:end])
    cards: list[dict[Parts, tuple[int, str, Any]]] = []
    for parts, row, text, cell in pairs:
        if not cards or parts in cards[-1]:
            cards.append({})
        cards[-1][parts] = (row, text, cell)
    named = [parts for card in cards for parts in card if heading_words.read(parts).attribute == "name"]
    if len(pairs) < 4 or not named:
        return None
    headings = list(dict.fromkeys(parts for card in cards for parts in card))
    blank = (0, "", "")
    rows = [[card.get(parts, blank) for parts in headings] for card in cards]
    first = min(row for _parts, row, _text, _cell in pairs)
    last = max(row for _parts, row, _text, _cell in pairs)
    lines = [text for row in [*texts[:first], *texts[last + 1 : end]] for text in row if text]
    return Grid(
        list(enumerate(headings)),
        [[text for _row, text, _cell in row] for row in rows],
        [[cell for _row, _text, cell in row] for row in rows],
        [min(row for row, _text, _cell in card.values()) + 1 for card in cards],
        lines,
        top=first,
        rows_seen=end,
        is_card=True,
    )


def _pairs(raw: RawSheet, texts: list[list[str]]) -> list[Pair]:
    pairs: list[Pair] = []
    group = ""
    for row, row_texts in enumerate(texts):
        if (line := _ticked_line(row_texts)) is not None:
            label, value = line
            pairs.append(((label,), row, value, value))
            continue
        filled = [(at, text) for at, text in enumerate(row_texts) if text]
        if filled and _is_group(filled[0][1]):
            group, filled = filled[0][1], filled[1:]
        elif filled and filled[0][0] == 0:
            group = ""
        if not is_card_row([text for _at, text in filled]):
            continue
        at = 0
        while at + 1 < len(filled):
            label = filled[at][1].rstrip(":：").strip()
            column, value = filled[at + 1]
            if is_known(label) and not is_known(value):
                parts = (group, label) if group else (label,)
                pairs.append((parts, row, value, raw.rows[row][column] if column < len(raw.rows[row]) else value))
                at += 2
            else:
                at += 1
    return pairs


def _is_group(text: str) -> bool:
    """Return whether a cell in front of a card's row says whose cells follow: 爱心妈妈基本情况."""
    plain = forms.plain(text)
    return (
        plain.endswith(("基本情况", "基本信息", "情况", "信息"))
        and heading_words.read((plain, "姓名")).person is not None
        and not is_known(text)
    )


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

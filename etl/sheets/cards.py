"""Cards: labels beside single values (登记表, 信息采集表, 一人一档), one or several on a sheet; each becomes one row."""

import re
from typing import Any

from etl.cleaning import row_kinds
from etl.files.workbook import RawSheet
from etl.forms import forms, heading_words
from etl.forms.layouts import Parts
from etl.sheets.columns import is_known, is_value
from etl.sheets.find_table import Grid, is_card_row

_TICKED = re.compile(r"([^\s()、:]+?)(?:\([^()√✓☑]*\))?\([√✓☑vV]\)|[☑√■]\s*([^\s□☑√■()、,,]+)")
Pair = tuple[Parts, int, str, Any]  # label with its group, row from 0, value as text and as it stands


def find_cards(raw: RawSheet, texts: list[list[str]], tables: list[Grid]) -> Grid | None:
    """Return the cards above the first table, and those that begin again below a table inside, as one with a row for each; None where there are none."""
    end = tables[0].top if tables else len(texts)
    pairs = _pairs(raw, texts[:end])
    if pairs and tables:
        outside = _outside_tables(texts, end, pairs[0][0][0])
        pairs = _pairs(raw, outside)
        _blank_cards(tables, {row for row in range(end, len(texts)) if outside[row]})
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
    last = max(row for _parts, row, _text, _cell in pairs if row < end)
    below = [row_kinds.filled_cells(row) for row in texts[last + 1 : end] if any(row)]
    if end < len(texts) and below and len(below[-1]) == 1 and not re.search("[:：]", below[-1][0]):
        below.pop()  # the title of the table inside: 家庭成员情况
    lines = [text for row in [*texts[:first], *below] for text in row if text]
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


def _outside_tables(texts: list[list[str]], end: int, label: str) -> list[list[str]]:
    """Return rows without those of the table inside a card, which begins at row `end` and ends where a card begins again by its first label."""
    is_inside = False
    rows: list[list[str]] = []
    for row, row_texts in enumerate(texts):
        words = row_kinds.filled_cells(row_texts)
        if row >= end and row_texts == texts[end]:
            is_inside = True
        elif is_inside and words and re.split("[:：]", words[0])[0].strip() == label and (is_card_row(words) or _ticked_line(row_texts)):
            is_inside = False
        rows.append([] if is_inside else row_texts)
    return rows


def _blank_cards(tables: list[Grid], rows: set[int]) -> None:
    """Take the rows of further cards out of the tables that they stand below."""
    for table in tables:
        for at, row_no in enumerate(table.row_nos):
            if row_no - 1 in rows:
                table.texts[at] = [""] * len(table.texts[at])


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
            if is_known(label) and (not is_known(value) or is_value(label, value)):
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

"""Where the tables of a sheet are, with the lines around: other headings, or the same to the right, begin one; a page break does not."""

import itertools
import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from etl.cleaning import row_kinds
from etl.files.workbook import Merge, RawSheet
from etl.forms import forms, heading_words
from etl.forms.layouts import Parts
from etl.sheets.columns import is_class, is_known, is_value

MOST_ROWS_ABOVE = 60
_VALUE = re.compile(r"\d{4}|\d+[-./]\d+|^\d+(\.\d+)?$|^[男女√×是否有无]$|[□☑]")
_LINE = re.compile("[:：]")
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_TIMES = re.compile(rf"第?{_NUMBER}(?:次|季度|月份?)(.*)")  # 第一次走访, 3月
_NUMBERED = re.compile(rf"(.{{2,}}?)(?:[（(]?{_NUMBER}[)）]?|[①-⑳])")  # 结对儿童一, 结对儿童（2）
_MONTH = re.compile(r"(\d{1,2})月份?")
_DAYS = ("时间", "日期", "走访时间", "走访日期", "家访时间", "家访日期")
_BARE = ("时间", "日期", "人", "人员", "方式", "内容", "情况")  # under such a group; 人 and 内容 are headings of nothing elsewhere


@dataclass
class Grid:
    """A table: headings with their columns, rows of one width under them with their numbers from 1, and the lines around."""

    headings: list[tuple[int, Parts]]
    texts: list[list[str]]
    cells: list[list[Any]]
    row_nos: list[int]
    above: list[str] = field(default_factory=list)
    nearest: str = ""
    top: int = 0
    heading_rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)  # by index of `texts` and column
    rows_seen: int = 0
    is_card: bool = False

    def samples(self) -> dict[int, list[str]]:
        """Return the first cells under each heading."""
        return {at: [row[at] for row in self.texts[:30]] for at, _parts in self.headings}


def nearest(heading: str, form: forms.Form, taken: set[str | None]) -> str | None:
    """Return the known heading nearest to an unknown one whose field no other column has, as a suggestion and never more."""
    free = [alias for alias, name in form.aliases.items() if name not in taken]
    near = get_close_matches(forms.plain(heading), free, n=1, cutoff=0.6)
    return near[0] if near else None


def find_grids(raw: RawSheet, texts: list[list[str]]) -> tuple[list[Grid], list[list[str]]]:
    """Return the tables of a sheet with headings over columns, in the order of their rows, then of their columns; and the rows of none."""
    tops, card_rows = _heading_rows(raw, texts)
    ends = [_first_line(texts, row) for row in sorted([*tops, *card_rows])]
    grids: list[Grid] = []
    others = [*texts]
    for at, top in enumerate(tops):
        is_inner = at or any(_is_card_line(row, with_name=True) for row in texts[:top])
        start = _first_line(texts, top) if is_inner else 0
        end = next((row for row in ends if row > top), len(texts))
        grids += grids_at(raw, texts, start, top, end)
        first = start if is_inner else top
        others[first:end] = [[]] * (end - first)
    return grids, others


def _heading_rows(raw: RawSheet, texts: list[list[str]]) -> tuple[list[int], list[int]]:
    """Return the first heading row of each table (two known words, then other headings), and the first row of each card below one."""
    tops: list[int] = []
    card_rows: list[int] = []
    below = 0
    seen: tuple[Any, ...] = ()
    for row, row_texts in enumerate(texts):
        if tops and row_texts[0].isdigit():  # a row of data, nearly always
            continue
        if tops and row >= below and _is_card_line(row_texts):
            card_rows += [row] if seen else []
            seen = ()
            continue
        if row < below or not (row < MOST_ROWS_ABOVE if not tops else _is_heading_row(row_texts) or _is_group_row(texts, row)):
            continue
        if not tops and not _begins(row_texts) and not _is_group_row(texts, row):
            continue
        shape = tuple(forms.plain(text) for text in row_texts if text)
        if seen and set(shape) <= {forms.plain(text) for heading_row in texts[tops[-1] : below] for text in heading_row if text}:
            continue
        tops.append(row)
        below = row + _depth(texts, raw.merges, row)
        seen = shape
    return tops, card_rows


def _begins(row_texts: list[str]) -> bool:
    """Return whether a sheet's first table may begin here: two words of headings, and no row of a card (label, value, label …)."""
    words = row_kinds.filled_cells(row_texts)
    return sum(map(is_known, words)) >= 2 and not is_value(words[0], words[1]) and not is_card_row(row_texts)


def _is_heading_row(row_texts: list[str]) -> bool:
    """Return whether a row below a table holds headings: three cells or more, most of them known words, none a value."""
    words = row_kinds.filled_cells(row_texts)
    if len(words) < 3 or len(words[0]) > 12 or words[0].isdigit():
        return False
    if sum(map(is_known, words[:4])) < 2:  # a row of data, nearly always: the rest need not be looked at
        return False
    count = sum(map(is_known, words))
    return count >= 3 and count >= 0.6 * len(words) and not any(_VALUE.search(word) and not is_known(word) for word in words)


def _is_card_line(row_texts: list[str], with_name: bool = False) -> bool:
    """Return whether a row can be of a card alone: label, value, label, value and nothing else; with the name of who the card is of."""
    words = row_kinds.filled_cells(row_texts)
    if len(words) < 4 or len(words) % 2 or not is_known(words[0]) or labels_of(words) != [True, False] * (len(words) // 2):
        return False
    labels = (heading_words.read((word,)) for word in words[::2])
    return not with_name or any(label.attribute == "name" and label.person in (None, "child", "helper") for label in labels)


def _is_group_row(texts: list[list[str]], row: int) -> bool:
    """Return whether a row holds groups of persons (儿童信息, 监护人信息) above a row of headings."""
    words = row_kinds.filled_cells(texts[row])
    plain = [word.endswith(("信息", "情况")) or is_known(word) for word in words]
    if len(words) < 2 or not plain[0] or row + 1 == len(texts) or all(map(is_known, words)):
        return False
    are_groups = all(is_so or heading_words.person_of_group(forms.plain(word)) for is_so, word in zip(plain, words, strict=True))
    return are_groups and _is_heading_row(texts[row + 1])


def labels_of(words: list[str]) -> list[bool]:
    """Return which cells of a row are labels: known words, but no answers (儿童类别: 留守儿童, 职务: 儿童主任)."""
    labels: list[bool] = []
    label = ""
    for word in words:
        wants_person = heading_words.read((label,)).attribute in ("post", "relation", "unit", "status") if label else False
        is_answer = bool(label) and (is_value(label, word) or (wants_person and is_person(word)))
        labels.append((is_known(word) or (not labels and is_person(word))) and not is_answer)
        label = word if labels[-1] else label if is_answer else ""
    return labels


def is_person(text: str) -> bool:
    """Return whether a cell is a word for a person and no more: 父亲, 监护人."""
    plain = forms.plain(text)
    is_name = heading_words.read((plain,)).attribute == "name" and not plain.endswith("名")
    return is_name and heading_words.person_of_group(plain) is not None


def is_card_row(row_texts: list[str]) -> bool:
    """Return whether a row reads label, value, label, value: no two labels side by side that have no value, and a value that is none."""
    words = row_kinds.filled_cells(row_texts)
    labels = labels_of(words)
    values = [word for word, label in zip(words, labels, strict=True) if not label]
    if not values or sum(labels) < 1:
        return False
    pairs = sum(1 for first, second in itertools.pairwise(labels) if first and not second)
    if pairs < max(1, sum(labels) - 1) or len(values) < sum(labels) * 0.5:
        return False
    return len(words) < 3 or pairs >= 2 or any(map(_VALUE.search, values))


def _first_line(texts: list[list[str]], top: int) -> int:
    """Return the row where the lines above a table begin: titles and labelled lines, with blank rows between them."""
    start = top
    for row in range(top - 1, -1, -1):
        words = row_kinds.filled_cells(texts[row])
        if len(words) > 1 and not all(_LINE.search(word) for word in words[:1]):
            break
        if words:
            if row_kinds.is_remark(texts[row]) and (len(words[0]) > 30 or _LINE.search(words[0])):
                break
            start = row
    return start


def grids_at(raw: RawSheet, texts: list[list[str]], start: int, top: int, end: int) -> list[Grid]:
    """Return the tables whose first heading row is `top`: several where headings repeat to the right or a blank column parts two."""
    depth = _depth(texts[:end], raw.merges, top)
    below = top + depth
    headings = _headings(texts[:end], raw.merges, top, depth)
    headings = [  # not the second of two merged in every row
        (column, parts)
        for at, (column, parts) in enumerate(headings)
        if not at or parts != headings[at - 1][1] or any(row[column] for row in texts[below:end])
    ]
    lines = [text for row in texts[start:top] for text in row if text]
    after = [text for row in texts[below:end] if _is_line(row) for text in row if text]
    near = next((text for row in reversed(texts[start:top]) for text in row if text), "")
    grids: list[Grid] = []
    for part in _side_by_side(headings, texts[top:end]):
        left, right = part[0][0], part[-1][0]
        first, last = (0, len(texts[0]) - 1) if len(part) == len(headings) else (left, right)
        cut = [[text if first <= at <= last else "" for at, text in enumerate(row)] for row in texts[top:end]]
        merges = [
            ((r1 - below, c1), (r2 - below, c2))
            for (r1, c1), (r2, c2) in raw.merges
            if r1 >= below and r2 < end and first <= c1 and c2 <= last
        ]
        grid = Grid(part, cut[depth:], raw.rows[below:end], [*range(below + 1, end + 1)], [*lines, *after], near, top, cut[:depth], merges)
        grid.rows_seen = end - (below if grids else start)
        grids.append(grid)
    return grids


def join_parent_rows(grid: Grid) -> Grid:
    """Return a table whose parents stand under one another (称谓: 父亲, 母亲) with their cells beside one another in the child's row."""
    kin = next((at for at, parts in grid.headings if forms.plain(parts[-1]) in ("称谓", "关系称谓")), None)
    if kin is None:
        return grid
    group = next(parts[:-1] for at, parts in grid.headings if at == kin)
    beside = [(at, parts) for at, parts in grid.headings if at > kin and parts[:-1] == group and group]
    others = [(at, parts) for at, parts in grid.headings if at < kin or (at > kin and (at, parts) not in beside)]
    width = len(grid.texts[0]) if grid.texts else 0
    moved = {(at, parent): width + number for number, (parent, at) in enumerate((p, at) for p in ("父亲", "母亲") for at, _parts in beside)}
    further = [(moved[at, parent], (parent, parts[-1])) for at, parts in beside for parent in ("父亲", "母亲")]
    joined = replace(grid, headings=[*others, *sorted(further)], texts=[], cells=[], row_nos=[], merges=[])
    for row, raw_row, row_no in zip(grid.texts, grid.cells, grid.row_nos, strict=True):
        is_further = row[kin] in ("父亲", "母亲") and joined.texts and not any(row[at] for at, _parts in others)
        if not is_further:
            joined.texts.append([*row, *[""] * len(moved)])
            joined.cells.append([*raw_row, *[""] * len(moved)])
            joined.row_nos.append(row_no)
        for at, _parts in beside:
            if (place := moved.get((at, row[kin]))) is not None:
                joined.texts[-1][place], joined.cells[-1][place] = row[at], raw_row[at]
    return joined


def join_dates(grid: Grid) -> Grid:
    """Return a table whose dates have a column each for year, month and day (出生年月: 年, 月, 日) with the whole date in the first."""
    headings = [*grid.headings]
    for at in range(len(headings) - 2, -1, -1):
        (place, parts), further = headings[at], headings[at + 1 : at + 3]
        names = [forms.plain(part[-1]) for _place, part in further if part[:-1] == parts[:-1] and len(part) > 1]
        if forms.plain(parts[-1]) != "年" or names[:1] != ["月"]:
            continue
        places = [place, *(other for other, _part in further[: 2 if names[1:] == ["日"] else 1])]
        for row, raw_row in zip(grid.texts, grid.cells, strict=True):
            numbers = [row[other] for other in places if row[other]]
            if numbers and all(number.isdigit() for number in numbers):
                row[place] = raw_row[place] = "-".join(numbers)
        headings[at : at + len(places)] = [(place, parts[:-1])]
    return replace(grid, headings=headings) if headings != grid.headings else grid


def split_repeated_groups(grid: Grid) -> Grid:
    """Return a table whose visits or people stand beside one another (第一次走访: 时间, 走访人; 3月: 日期; 儿童一: 姓名) with a row for each of them."""
    groups: dict[str, list[tuple[int, Parts]]] = {}
    stems: set[str] = set()
    for at, parts in grid.headings:
        group = re.sub(r"\s+", "", parts[-2]) if len(parts) > 1 else ""
        is_times = _TIMES.fullmatch(forms.plain(group)) or _NUMBERED.fullmatch(group)
        if is_times and (is_times.re is _TIMES or heading_words.read((is_times[1], "姓名")).person in ("child", "helper")):
            groups.setdefault(group, []).append((at, parts))
            stems.add(is_times[1])
    first, *further = [*groups.values()] or [[]]
    is_same = all([parts[-1] for _at, parts in group] == [parts[-1] for _at, parts in first] for group in further)
    if not further or len(stems) > 1 or not is_same:
        return grid
    taken = {at for group in groups.values() for at, _parts in group}
    headings = [(at, parts) for at, parts in grid.headings if at not in taken]
    word, are_times = stems.pop(), _TIMES.fullmatch(forms.plain(first[0][1][-2]))
    for at, parts in first:
        of_visit = (word or "走访") + parts[-1] if forms.plain(parts[-1]) in _BARE else parts[-1]
        headings.append((at, (of_visit,) if are_times else (word, parts[-1])))
    for (top, left), (bottom, right) in grid.merges:
        for row in range(top + 1, bottom + 1 if left == right and left not in taken else 0):
            grid.texts[row][left], grid.cells[row][left] = grid.texts[top][left], grid.cells[top][left]
    split = replace(grid, headings=sorted(headings), texts=[], cells=[], row_nos=[], merges=[])
    for row_texts, raw_row, row_no in zip(grid.texts, grid.cells, grid.row_nos, strict=True):
        filled = [name for name, group in groups.items() if any(row_texts[at] for at, _parts in group)]
        for name in filled or [*groups][:1]:
            moved = {to: at for (to, _parts), (at, _of) in zip(first, groups[name], strict=True)}
            texts, cells = ([row[moved.get(at, at)] for at in range(len(row_texts))] for row in (row_texts, raw_row))
            month = _MONTH.fullmatch(forms.plain(name))
            for at, parts in first if month else ():
                days = texts[at]
                if forms.plain(parts[-1]) in _DAYS and re.fullmatch(r"\d{1,2}[日号]?(?:[、,，]\d{1,2}[日号]?)*", days):  # 5日 under 3月
                    texts[at] = cells[at] = re.sub(r"(\d{1,2})[日号]?", rf"{month[1] if month else ''}月\1日", days)
            split.texts.append(texts)
            split.cells.append(cells)
            split.row_nos.append(row_no)
    return split


def turned(raw: RawSheet, texts: list[list[str]]) -> tuple[RawSheet, list[list[str]]] | None:
    """Return a sheet with rows and columns exchanged where the headings stand in the first column, a person in each further one; else None."""
    rows = [at for at, row in enumerate(texts) if sum(map(bool, row)) > 1 and not re.search("[:：].", row[0])]
    if not 3 <= len(rows) <= MOST_ROWS_ABOVE:
        return None
    rows, filled = [*range(rows[0], rows[-1] + 1)], rows
    if not all(is_known(texts[at][0]) for at in rows):
        return None
    labels = (labels_of(row_kinds.filled_cells(texts[at])) for at in filled)
    if not all(row[0] and sum(row) == 1 for row in labels) or 2 * sum(sum(map(bool, texts[at])) > 2 for at in filled) <= len(filled):
        return None
    width = len(texts[0])
    body = [[texts[at][column] for at in rows] for column in range(width)]
    cells = [[raw.rows[at][column] for at in rows] for column in range(width)]
    others = [text for row in [*texts[: rows[0]], *texts[rows[-1] + 1 :]] for text in row if text]
    lines = [[text, *[""] * (len(rows) - 1)] for text in others]
    return replace(raw, rows=[*lines, *cells], merges=[]), [*lines, *body]


def _is_line(row_texts: list[str]) -> bool:
    """Return whether a row below a table is one of the lines that belong to it: 填报单位、填表时间, a signature, a stamp."""
    words = row_kinds.filled_cells(row_texts)
    if not 0 < len(words) <= 4 or not _LINE.search(words[0]):
        return False
    return any(word in words[0] for word in ("填报", "填表", "报送", "单位", "盖章", "日期", "时间"))


def _side_by_side(headings: list[tuple[int, Parts]], rows: list[list[str]]) -> list[list[tuple[int, Parts]]]:
    """Return the headings in the parts that stand beside one another."""
    names = [parts for _at, parts in headings]
    period = next((at for at in range(2, len(names)) if names[at] == names[0] and (at > 2 or len(names) >= 3 * at)), 0)
    if period and len(names) % period == 0 and all(name == names[at % period] for at, name in enumerate(names)):
        has_gap = headings[period][0] > headings[period - 1][0] + 1
        if has_gap or forms.plain(names[0][-1]) in forms.IGNORED or len(names) >= 3 * period:
            return [headings[at : at + period] for at in range(0, len(names), period)]
    for number, ((before, _), (after, _)) in enumerate(itertools.pairwise(headings), 1):
        gap = range(before + 1, after)
        if gap and not any(row[at] for row in rows for at in gap):
            sides = headings[:number], headings[number:]
            if all(len(side) >= 3 and any(forms.plain(parts[-1]).endswith("姓名") for _at, parts in side) for side in sides):
                return [side for half in sides for side in _side_by_side(half, rows)]
    return [headings]


def _depth(texts: list[list[str]], merges: list[Merge], top: int) -> int:
    """Return how many rows the headings take: sub-headings are under merged groups, or are heading words themselves."""
    depth = max((end[0] - top + 1 for start, end in merges if start[0] == top and end[0] - top < 3), default=1)
    if depth == 1 and _is_group_row(texts, top):
        return 2
    below = row_kinds.filled_cells(texts[top + 1]) if depth == 1 and top + 1 < len(texts) else []
    if len(below) > 1 and all(is_known(word) or is_class(word) for word in below):
        is_grouped = any(is_known(text) for text in texts[top] if text)
        has_gap = any(not above and below for above, below in zip(texts[top], texts[top + 1], strict=False))
        return 2 if is_grouped and has_gap else 1
    return depth


def _headings(texts: list[list[str]], merges: list[Merge], top: int, depth: int) -> list[tuple[int, Parts]]:
    """Return per column the heading parts from the group down; merged groups reach over their columns."""
    grid = [list(texts[row]) if row < len(texts) else [] for row in range(top, top + depth)]
    width = max((len(row) for row in grid), default=0)
    grid = [row + [""] * (width - len(row)) for row in grid]
    for start, end in merges:
        if top <= start[0] < top + depth and end[0] == start[0]:
            for column in range(start[1], min(end[1], width - 1) + 1):
                grid[start[0] - top][column] = grid[start[0] - top][start[1]]
    if depth > 1:
        for column in range(1, width):  # a group reaches right over blanks that have a sub-heading, where merges were lost (.csv)
            grid[0][column] = grid[0][column] or (grid[0][column - 1] if grid[1][column] else "")
    parts = [(column, tuple(row[column] for row in grid if row[column])) for column in range(width)]
    return [(column, words) for column, words in parts if words]

"""What a table says of its rows elsewhere than in their cells: lines between them, a legend of codes, columns that say who is no such child."""

import re
import unicodedata
from dataclasses import replace

import polars as pl

from etl.cleaning import row_kinds
from etl.forms import forms
from etl.sheets.columns import Column, is_class
from etl.sheets.find_table import Grid

Section = tuple[int, str, str]  # row, field, value of a line between rows of data
_SECTION = re.compile("^(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）])")
_LEAVING = re.compile("减少|退出|注销|销号|核减|移出|迁出|转出|不再符合|取消资格")
_OF_LEFT = re.compile(
    "(?:减少|退出|注销|销号|核减|移出|不再(?:符合|纳入|享受|保障)).{0,8}(?:儿童|人员|对象|台账|名单|名册|登记表)|[（(](?:本[年季月])?(?:退出|注销|销号)[)）]"
)
_OF_OTHERS = re.compile("新增|在册|含|和|及|与|、|动态|变[动化]|增减|注|说明|请|填|另")
_LEFT = re.compile("已?(?:减少|退出|注销|销号|核减|移出|迁出|转出|死亡|迁走|搬走|终止|出列)(?:儿童)?")
_CODE = r"[①-⑳]|(?<![\dA-Za-z])(?:\d{1,2}|[A-Za-z])(?=\s*[.、．:：)）=＝—\-]?\s*[\u4e00-\u9fff])"
_CODES = re.compile(r"(?:[①-⑳]|[A-Za-z]|\d{1,2})(?:[、,，;；/\s]+(?:[①-⑳]|[A-Za-z]|\d{1,2}))*")
_NO = ("否", "×", "x", "X", "0", "无", "N", "n", "不是")


def section_of(grid: Grid, row: int) -> Section | None:
    """Return what a line says of the rows below it (一、孤儿; 柳溪村(3人)): their class, their village, or something else; None for any other row."""
    words = row_kinds.filled_cells(grid.texts[row])
    if len(words) != 1 or len(words[0]) > 20 or re.search("无此|零报告|合计|[:：]", words[0]):
        return None
    plain = forms.plain(words[0])
    classes = row_kinds.classes_in(plain)
    if is_class(plain) or (len(classes) == 1 and plain.endswith(("名单", "名册", "花名册", "台账", "儿童"))):
        return grid.row_nos[row], "class_no", plain if is_class(plain) else str(*classes)
    if re.fullmatch(r"[\u4e00-\u9fff]{2,12}(?:村|社区|[村居]委会)", plain):
        return grid.row_nos[row], "village_name", plain
    is_across = any(top == row and right > left + 1 for (top, left), (_bottom, right) in grid.merges)
    return (grid.row_nos[row], "other", plain) if _SECTION.search(words[0]) or (is_across and not re.search("[无零]", plain)) else None


def in_sections(frame: pl.DataFrame, sections: list[Section], form: forms.Form) -> pl.DataFrame:
    """Give every row the class or village of the line above it, where the table has no column of it; a line of another kind ends a class."""
    for name in {kind for _row, kind, _value in sections} & set(form.fields) - set(frame.columns):
        stated = [(row, value) for row, kind, value in sections if kind in (name, "other" if name == "class_no" else name)]
        values = [next((value for row, value in reversed(stated) if row < row_no), "") for row_no in frame["row_no"]]
        frame = frame.with_columns(pl.Series(name, values, dtype=pl.String))
    return frame


def speaks_of_leaving(grid: Grid, name: str, columns: list[Column]) -> bool:
    """Return whether a table of children says of some that they left (二、本月减少; 状态: 退出), or of all (退出儿童台账), without the day."""
    at_day = next((column.at for column in columns if column.field == "delisted_on"), None)
    if at_day is not None:
        is_of_left = any(_OF_LEFT.search(line) and not _OF_OTHERS.search(line) for line in (name, *grid.above) if len(line) <= 40)
        return is_of_left and not all(row[at_day] for row in grid.texts)
    lines = [name, grid.nearest, *_lines(grid)]
    if any(len(line) <= 30 and _LEAVING.search(line) and not row_kinds.is_remark([line[:20], ""]) for line in lines):
        return True
    unread = [column.at for column in columns if column.field is None]
    return any(_LEFT.fullmatch(row[at]) for row in grid.texts for at in unread)


def with_legend(grid: Grid) -> Grid:
    """Return a table with the classes of its own legend (1.留守儿童 2.孤儿) in place of codes: in cells under a class, in headings with ticks."""
    form = forms.forms()["children"]
    at_code = [at for at, (_at, parts) in enumerate(grid.headings) if len(parts) > 1 and _CODES.fullmatch(parts[-1])]
    at_class = {at for at, parts in grid.headings if form.aliases.get(forms.plain(parts[-1])) == "class_no"}
    rows = [(row, at) for row in grid.texts for at in at_class if "" < row[at] < "一" and _CODES.fullmatch(row[at])]
    if not at_code and not rows:
        return grid
    legend = _legend([*grid.above, *_lines(grid), *(text for row in grid.heading_rows for text in row)])
    for row, at in rows:
        row[at] = re.sub(r"[①-⑳]|[A-Za-z]|\d+", lambda code: legend.get(_plain(code[0]), code[0]), row[at])
    headings = [*grid.headings]
    for at in at_code:
        place, parts = headings[at]
        headings[at] = (place, (*parts[:-1], legend.get(_plain(parts[-1]), parts[-1])))
    return replace(grid, headings=headings) if headings != grid.headings else grid


def _lines(grid: Grid) -> list[str]:
    return [max(row) for row in grid.texts if row.count("") == len(row) - 1]


def _plain(code: str) -> str:
    return unicodedata.normalize("NFKC", code).upper()


def _legend(lines: list[str]) -> dict[str, str]:
    """Return code → word of the line that explains codes by classes; where all words that are known have the plan's numbers, these."""
    numbers = forms.vocabulary("class_no")
    for line in lines:
        _text, *pairs = re.split(f"({_CODE})", line)
        words = {
            _plain(code): forms.plain(word.strip(" .、．:：)）=＝—-;；,，。")) for code, word in zip(pairs[::2], pairs[1::2], strict=True)
        }
        classes = {code: numbers[word] for code, word in words.items() if word in numbers}
        if len(classes) >= 2:
            is_of_plan = all(code == number for code, number in classes.items())
            of_plan = {number: word for word, number in reversed(numbers.items()) if not word.isascii()}
            return {code: of_plan.get(code, word) if is_of_plan else word for code, word in words.items()}
    return {}


def others(grid: Grid, columns: list[Column]) -> list[int]:
    """Return the numbers of rows that are no such children, in a list of all pupils: every column that asks (是否留守) says no."""
    asking = [column.at for column in columns if (column.field or "").startswith("class:") and "是否" in column.heading]
    if not asking or any(column.field == "class_no" for column in columns):
        return []
    return [row_no for row_no, row in zip(grid.row_nos, grid.texts, strict=True) if all(row[at] in _NO for at in asking)]

"""What each row of a sheet is: title, heading, column numbers, data (loaded), total, zero declaration, note, signature, blank (counted)."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from etl.forms import forms

TOTAL_WORDS = ("合计", "总计", "小计", "共计", "累计", "本页小计", "本页合计", "本页共计")
MISSING = {"", "无", "暂无", "不详", "不清楚", "未知", "未采集", "/", "\\", "-"}
ZERO_WORDS = {"无", "零报告", "本村无此类儿童", "无此类儿童", "本社区无此类儿童", "本月无", "无此情况"}
_NOTE = re.compile(r"^(注|备注|说明|填表说明|注意)\s*[::0-9]|^注[::]?$|^以下空白|^此处空白")
_SIGNATURE = re.compile(
    r"^(审核人?|填表人|填报人|制表人?|负责人|单位负责人|经办人|报送人|分管领导|填报单位|填报时间|签字|盖章)\s*(\(|[::]|$)"
    r"|^.{0,12}(签字|签名|签章|盖章|公章)\s*(\(.{0,6}\))?\s*[::]"
)
_LABEL = re.compile(r"^[\u4e00-\u9fff()、]{2,14}:")
_EXAMPLE = re.compile(r"^(?:填写|填表|参考)?(?:示例|样例|范例|例|举例|如)(?:\d{0,2}|[:].*)$")
_HINT = re.compile("必填|选填|选择|下拉|填写|格式|例?如:|与(?:户口本|身份证)一致|1?8位")
_OF_A_LINE = re.compile("|".join(kind.pattern for kind in (_SIGNATURE, _LABEL, _HINT)))
_TITLE = re.compile(r"^附件\s*\d*|(台账|登记表?|记录表?|名册|一览表|汇总表?|统计表?)$")
_BOTH_CLASSES = re.compile("(?:农村)?(?:困境(?:儿童)?(?:和|及|与|、|暨)?(?:农村)?留守儿童|留守(?:儿童)?(?:和|及|与|、|暨)?困境儿童)")
_NUMBER = re.compile(r"(?<!\d)(\d{1,6})(?!\d)\s*[人户名条次个]?")  # more digits are no count: a telephone
_ID_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]|⟦I.*")
_PERSON_NAME = re.compile(r"[\u4e00-\u9fff·]{2,15}|⟦.*")


def text_of(cell: Any) -> str:
    """Return a cell as text: numbers without a needless .0 and to fifteen significant digits, dates as ISO, blanks trimmed."""
    if type(cell) is str:
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _whole(cell) if cell == int(cell) and abs(cell) < 1e22 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)


def _whole(number: float) -> str:
    """Return a whole number as a spreadsheet holds it: 15 digits; 659903202208250000 is 659903202208249984 to a float, a day earlier."""
    return str(int(number)) if abs(number) < 1e15 else str(int(Decimal(f"{number:.15g}")))


# t text, n number, d date: what decides how a date or an ID number is to be read.
KINDS = {int: "n", float: "n", dt.date: "d", dt.datetime: "d"}


def texts_of(cells: list[list[Any]]) -> list[list[str]]:
    """Return all cells as text in rows of one width."""
    width = max(map(len, cells), default=0)
    return [[cell.strip() if type(cell) is str else text_of(cell) for cell in row] + [""] * (width - len(row)) for row in cells]


def is_plainly_data(texts: list[str]) -> bool:
    """Return whether it is the usual data row, a number in front and then words, which needs no further test."""
    words = filled_cells(texts)
    return len(words) > 2 and words[0].isdigit() and not words[1].isdigit() and words[1] not in ZERO_WORDS | MISSING


def names_a_person(texts: list[str], fields: dict[int, str], is_first: bool) -> bool:
    """Return whether a person stands in a row, whatever its first cell says (一组：): an ID number in its column, or a name and most columns."""
    words = [unicodedata.normalize("NFKC", text) for text in filled_cells(texts)]
    filled = {name: unicodedata.normalize("NFKC", texts[at]) for at, name in fields.items() if texts[at] not in MISSING}
    is_example = bool(words) and bool(_EXAMPLE.search(words[0]))
    if not filled or (is_first and is_example):
        return False
    if _ID_NUMBER.fullmatch(filled.get("id_number", "").replace(" ", "")):
        return True
    name = filled.get("child_name") or filled.get("helper_name", "")
    if is_example or 2 * len(filled) <= max(len(fields), 5) or not _PERSON_NAME.fullmatch(name) or words[0].startswith(TOTAL_WORDS):
        return False
    return not any(forms.plain(word) in forms.known_headings() or _OF_A_LINE.search(word) for word in words[1:])


def filled_cells(texts: list[str]) -> list[str]:
    """Return the texts of a row's cells that are not blank."""
    return [text for text in texts if text]


def is_no_data(texts: list[str]) -> bool:
    """Return whether it is the row 1 2 3 … under the headings, headings again, a remark, or a line of labels (儿童主任:李某  电话:…)."""
    words = filled_cells(texts)
    if len(words) >= 3 and words == [str(number) for number in range(1, len(words) + 1)]:
        return True
    is_heading = len(words) >= 2 and all(forms.plain(word) in forms.known_headings() for word in words)
    return is_heading or is_remark(texts) or bool(_LABEL.search(unicodedata.normalize("NFKC", words[0])))


def total_of(texts: list[str]) -> tuple[int | None, int] | None:
    """Return (number, column from 0) of a total row; None when the row is no total; the number may be unreadable (None)."""
    first = next((at for at, text in enumerate(texts) if text), None)
    if first is None or not forms.plain(texts[first]).startswith(TOTAL_WORDS):
        return None
    if label := _NUMBER.search(unicodedata.normalize("NFKC", texts[first])):
        return int(label.group(1)), first
    for at in range(first + 1, len(texts)):
        if stated := _NUMBER.fullmatch(unicodedata.normalize("NFKC", texts[at])):
            return int(stated.group(1)), at
    return None, first


def is_subtotal(texts: list[str]) -> bool:
    """Return whether it is a total of one group or page (小计, 本页…), which counts from the one before it."""
    return forms.plain(filled_cells(texts)[0]).startswith(("小计", "本页"))


def zero_classes(texts: list[str], sequence_columns: set[int]) -> set[int] | None:
    """Return the classes that a row declares as zero: a set (empty: the sheet's own class), or None when it declares nothing."""
    words = [text for at, text in enumerate(texts) if text and not (at in sequence_columns and text.isdigit())]
    plain = [forms.plain(word) for word in words]
    if plain and any(text in ZERO_WORDS for text in plain) and all(text in ZERO_WORDS | MISSING for text in plain):
        return set()
    if len(words) == 1 and ("无此类" in plain[0] or "零报告" in plain[0]):
        return classes_in(words[0])
    return None


def classes_in(text: str) -> set[int]:
    """Return the class numbers whose names stand in a title, a sheet's name or a line."""
    rest = _BOTH_CLASSES.sub("", forms.plain(text))
    words = forms.vocabulary("class_no").items()
    return {int(code) for word, code in words if len(word) > 1 and word in rest and not word.isascii()}


def is_remark(texts: list[str]) -> bool:
    """Return whether it is a note, a signature or a title repeated at a page break."""
    words = filled_cells(texts)
    first = unicodedata.normalize("NFKC", words[0])
    if _NOTE.search(first) or _SIGNATURE.search(first) or _EXAMPLE.search(first):
        return True
    if len(words) > 1 and 2 * sum(bool(_HINT.search(unicodedata.normalize("NFKC", word))) for word in words) > len(words):
        return True
    return len(words) == 1 and (len(first) > 20 or bool(_TITLE.search(first)))

"""The sheet on which the figures of all goals are declared at once: the blank one, and what a filled one says."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from openpyxl import Workbook

from etl.files import workbook
from locales import LANGUAGES, _
from pages.jobs import loads
from pages.jobs.job_folder import Refused
from pages.text import formatting, labels
from warehouse.review import counting_rules
from warehouse.review.declared_figures import Entry
from warehouse.storage import limited_process, xlsx_bytes

MOST_MB, ENDINGS = 5, (".xlsx", ".csv")
_MOST = 10  # lines at fault named in one sentence
_SECONDS = 30.0
Sheets = dict[str, list[list[str]]]


def blank(entries: Sequence[Entry]) -> bytes:
    """Return a workbook with a line for each entry, to fill."""
    book = Workbook()
    headings = labels.words("declared_column").values()
    for line in ([*headings], *([entry.key, labels.name(entry.code), entry.day] for entry in entries)):
        book.active.append(line)
        book.active.cell(book.active.max_row, len(headings)).number_format = "@"  # or 96.4% is kept as 0.964
    return xlsx_bytes.of(book)


def cells_of(name: str, content: bytes) -> Sheets:
    """Return the texts of a file, read in a process with limits. Raises Refused for another kind of file and for what cannot be read."""
    if not loads.plain_name(name).lower().endswith(ENDINGS) or len(content) > MOST_MB * 2**20:
        raise Refused(_("{file}：只收 {endings} 文件，不超过 {most} MB。").format(file=name, endings=" ".join(ENDINGS), most=MOST_MB))
    with closing(limited_process.LimitedProcess(workbook.texts)) as process:
        try:
            sheets = process.ask(content, _SECONDS)
        except limited_process.Exceeded:
            sheets = {}
    if not sheets:
        raise Refused(_("{file}：打不开（损坏、有密码，或内容超出限度）。请另存为普通的 .xlsx 再传。").format(file=name))
    return sheets


def _below_headings(sheets: Sheets) -> list[tuple[int, dict[str, str]]] | None:
    """Return (row number, texts by column) of the rows below the first one that has the headings, in one of our languages."""
    for rows in sheets.values():
        for at, row in enumerate(rows):
            for into in LANGUAGES:
                words = labels.words("declared_column", into)
                places = {name: row.index(words[name]) for name in ("key", "numerator", "denominator", "percent") if words[name] in row}
                if len(places) == 4:
                    return [
                        (number, {name: "".join(cells[place : place + 1]).strip() for name, place in places.items()})
                        for number, cells in enumerate(rows[at + 1 :], at + 2)
                    ]
    return None


def read(sheets: Sheets, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with the numbers that a filled sheet gives them. Raises Refused, naming each line at fault."""
    rows = _below_headings(sheets)
    if rows is None:
        columns = formatting.join_names([*labels.words("declared_column").values()])
        raise Refused(_("找不到这些列标题：{columns}。请用下载的表填写，不要改标题。").format(columns=columns))
    by_key, declared, faults = {entry.key: entry for entry in entries}, [], []
    for number, row in rows:
        cells = {name: unicodedata.normalize("NFKC", text) for name, text in row.items()}
        key = cells.pop("key")
        if any(cells.values()):
            if key not in by_key:  # read already, or of another place, day or goal
                faults.append(
                    _("第 {row} 行：编号“{key}”不是本页这些指标、这一天、这个地方的，或出现了两次").format(row=number, key=key[:60])
                )
            elif wrong := _wrong(cells):
                says = _("第 {row} 行：“{text}”看不懂，分子、分母写整数，百分比写成 96.4%")
                faults.append(says.format(row=number, text=wrong[0][:20]))
            else:
                above, below = (int(_plain(cells[name])) if cells[name] else None for name in ("numerator", "denominator"))
                declared.append(replace(by_key.pop(key), numerator=above, denominator=below, percent=cells["percent"]))
    if faults or not declared:
        says = formatting.mark("；").join(faults[:_MOST]) or _("没有填数字")
        raise Refused(_("没有收下任何数。{problems}").format(problems=says))
    return declared


def _plain(text: str) -> str:
    return re.sub(r",|\.0+$", "", text)


def _wrong(cells: Mapping[str, str]) -> list[str]:
    """The cells that are no number of their kind; 0.964 may be a cell of 96.4 %."""
    wrong = [cells[name] for name in ("numerator", "denominator") if not re.fullmatch("[0-9]{0,8}", _plain(cells[name]))]
    try:
        percent = counting_rules.percent(cells["percent"])
    except ValueError:
        return [*wrong, cells["percent"]]
    is_unclear = percent and percent.decimals and percent.value <= 1 and not cells["percent"].endswith("%")
    return [*wrong, cells["percent"]] if is_unclear else wrong

"""The town's register as a page changes it: its rows in force, what changes would make of them, and the workbook that says so.

A row of a later register takes the place of a village's whole row, so the workbook holds every row, in its order.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from openpyxl import Workbook

from checks import catalogue
from etl.files import boundaries
from etl.forms import forms
from etl.sheets import place_and_date, sheet_store
from locales import _
from warehouse.builds.repository import Build
from warehouse.storage import xlsx_bytes
from warehouse.storage.keys import Key

Row = dict[str, str]  # a village's texts by field
MOST = 1000  # villages, of which a town has a few dozen
SECRET = ("director", "director_phone")  # a person's, so that no page and no trail tells them
_FORM = forms.forms()["villages"]
FIELDS = tuple(_FORM.fields)
_CODE = re.compile(r"\d{12}", re.ASCII)
_NAME, _BETWEEN = re.compile(r"[\w·（）()—-]{2,30}"), re.compile(r"[、,，;；\s]+")
_TYPED = re.compile(r"[,，\s]+")  # between cells where there is no tab, which no keyboard puts into a box
_SHEETS = """
select r.sheet_id, r.sealed, s.file from raw_sheets as r inner join ledger_sheets as s on s.sheet_id = r.sheet_id
where s.file_id in (select file_id from ledger_sheets where ledger = 'villages') order by r.sheet_id"""
_VILLAGES = """
select v.village_id as village_code, v.name, v.since, v.until, w.name as merged_into
from villages as v left join villages as w on w.village_id = v.merged_into"""


@dataclass(frozen=True)
class Outcome:
    """The register as changes would leave it; place, village and what would become of it for each change; why it cannot be, a sentence each."""

    rows: list[Row]
    lines: list[tuple[str, str, str]]
    faults: list[str]

    @property
    def effects(self) -> list[str]:
        """What changes, a sentence each."""
        return [_("{village}：{says}").format(village=name, says=says) for _place, name, says in self.lines if says]


def heading(field: str) -> str:
    """Return the heading of a column in the reader's language."""
    return catalogue.word(f"register_{field}")


def current(build: Build, key: Key) -> list[Row]:
    """Return the rows in force, in the register's order, with the days from and until when a village counts. Raises keys.WrongKey."""
    sheets = [
        sheet_store.unpack(row["sheet_id"], row["file"], key.unseal(row["sheet_id"], bytes(row["sealed"]))) for row in build.rows(_SHEETS)
    ]
    in_force = {row["village_code"]: row for row in build.rows(_VILLAGES)}
    typed = sheet_store.village_register(sheets).villages
    texts = typed.rename({"village_id": "village_code"}).select(
        pl.when(pl.col(f"{name}|state").ne_missing("missing")).then(f"{name}|text").fill_null("").alias(name) for name in FIELDS
    )
    rows = [row | dict.fromkeys(("since", "until", "merged_into"), "") for row in texts.to_dicts()]
    return [row | {name: str(day) for name, day in in_force[row["village_code"]].items() if day} for row in rows]


def pasted(text: str) -> tuple[list[tuple[str, Row]], list[str]]:
    """Return the rows of a pasted or typed table, each with its place, and a sentence for each thing that is not clear.

    With headings its columns stand in any order; without, in the register's own. A blank cell says nothing.
    """
    lines = [[cell.strip() for cell in (line.split("\t") if "\t" in text else _TYPED.split(line.strip()))] for line in text.splitlines()]
    fields = [[_FORM.aliases.get(forms.plain(cell)) for cell in line] for line in lines]
    top = next((at for at, names in enumerate(fields) if _FORM.fits({name for name in names if name})), -1)
    names, faults, rows = FIELDS if top < 0 else fields[top], [], []
    for at, (cell, name) in enumerate(zip(lines[top], names, strict=True) if top >= 0 else ()):
        if cell not in ("", *forms.IGNORED) and (name is None or name in names[:at]):
            faults.append(_("“{heading}”这一列不认识，或者已经有了；请删去再粘贴").format(heading=cell[:30]))
    for number, cells in enumerate(lines[top + 1 :], top + 2):
        place = _("第 {row} 行").format(row=number)
        if any(cells[len(names) :]):
            faults.append(_("{place}：格子比列多，请看是不是少了表头").format(place=place))
        if any(cells):
            rows.append((place, {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}))
    if len(rows) > MOST:
        return [], [_("一次最多 {most} 行，这里有 {count} 行").format(most=MOST, count=len(rows))]
    return rows, faults


def changed(rows: list[Row], changes: Sequence[tuple[str, Row]], today: dt.date) -> Outcome:
    """Return what changes, each with its place where it has one, would do to the register; a field that one does not name stays.

    A village that comes to others counts from today, or from the merger that makes it, where its day is not said.
    """
    before = {row["village_code"]: row for row in rows}
    after, seen = dict(before), dict[str, str]()
    codes = {forms.plain(row["name"]): row["village_code"] for row in rows}
    judged: list[tuple[str, Row, str]] = []  # place, row, what is wrong
    for place, change in changes:
        code = change.get("village_code") or codes.get(forms.plain(change.get("name", "")), "")
        row = dict.fromkeys(FIELDS, "") | before.get(code, {}) | change | {"village_code": code}
        fault = _fault(row, change, code in before)
        if code in seen and not fault:
            fault = _("与{place}是同一个村（社区）").format(place=seen[code])
        judged.append((place, row, fault))
        if not fault:
            seen[code], after[code] = place, row
            words = [*filter(None, _BETWEEN.split(row["aliases"]))]
            wanted = dict.fromkeys([*words, before.get(code, row)["name"]])  # ledgers have the former name
            wanted.pop(row["name"], None)
            row["aliases"] = "、".join(wanted) if [*wanted] != words else row["aliases"]
    for code in after.keys() - before.keys() if rows else ():
        made_on = [row["until"] for row in after.values() if row["until"] and row["merged_into"] == after[code]["name"]]
        after[code]["since"] = after[code]["since"] or min([str(today), *made_on])
    lines = [
        (place, (row["name"] or row["village_code"])[:30], fault or _effect(before.get(row["village_code"]), row))
        for place, row, fault in judged
    ]
    faults = [
        _("{place} {village}：{says}").format(place=place, village=name, says=says).strip()
        for (place, name, says), (_place, _row, fault) in zip(lines, judged, strict=True)
        if fault
    ]
    if not faults:
        former = register_faults(rows)
        faults = [says for says in register_faults(after.values()) if says not in former]
    return Outcome([*after.values()], lines, faults)


def _fault(row: Row, change: Row, is_known: bool) -> str:
    """Return what is wrong with a row by itself, "" where nothing is."""
    code, words = row["village_code"], [change.get("name", ""), *_BETWEEN.split(change.get("aliases", ""))]
    if not code:
        return _("没有区划代码，名册里也没有叫这个名称的村（社区）")
    if not (is_known or _CODE.fullmatch(code)):
        return _("区划代码“{code}”应是 12 位数字；在 Excel 里把这一列设成文本").format(code=code[:30])
    for word in words:
        if word and not _NAME.fullmatch(word):
            return _("名称或别名“{name}”应是 2 到 30 个字，不能有符号").format(name=word[:30])
    for name, text in change.items():
        if len(text) > 200 or not text.isprintable() or text.startswith(("=", "@")):
            return _("“{heading}”太长，或有不能用的符号").format(heading=heading(name))
    return ""


def register_faults(rows: Iterable[Row]) -> list[str]:
    """Return what a load would not use of a register with these rows, a sentence each, and places where no village can be."""
    frame = pl.DataFrame([*rows], dict.fromkeys(FIELDS, pl.String)).with_columns(is_1904=False, is_alone=True)
    if frame.is_empty():
        return []
    register = place_and_date.register([frame])
    faults = [*register.notes, *place_and_date.mergers(register)[1]]
    if register.villages.height < frame.height:
        faults.append(_("有的村（社区）没有名称"))
    for name, x, y in register.villages.select("name", "longitude", "latitude").iter_rows():
        if (x is None) != (y is None) or (x is not None and not boundaries.is_within((x, y, x, y), boundaries.CHINA)):
            faults.append(_("{village} 的经度、纬度不在中国：是不是写反了、少写了一个？应像 105.12 和 29.34").format(village=name))
    return faults


def _effect(before: Row | None, row: Row) -> str:
    """Return what becomes of a village, in words; of a director only that there is another."""
    if before is None:
        return _("新增，从 {day} 起计入").format(day=row["since"]) if row["since"] else _("新增，从一开始计入")
    parts = []
    for name in FIELDS:
        old, new = before[name], row[name]
        if old == new or (name == "merged_into" and row["until"]):
            continue
        if name in SECRET:
            parts.append(_("{heading}有改动").format(heading=heading(name)))
        elif name == "until" and new:
            parts.append(_("从 {day} 起并入{village}").format(day=new, village=row["merged_into"]))
        else:
            parts.append(_("{heading}：{old} → {new}").format(heading=heading(name), old=old or _("无"), new=new or _("无")))
    return _("；").join(parts)


def workbook(rows: Iterable[Row], now: dt.datetime) -> tuple[str, bytes]:
    """Return name and bytes of a workbook in the layout of the blank register. Every cell is a text: none is a formula, no two are of equal bytes."""
    book = Workbook()
    page, title = book.active, _FORM.titles[0]
    page.title = title
    above = [[title], [f"填报时间：{now:%Y-%m-%d}"], [f"注：由“村庄与名册”页写成，{now:%Y-%m-%d %H:%M:%S}。"]]
    lines = [*above, [_FORM.fields[name].aliases[0] for name in FIELDS], *([row[name] for name in FIELDS] for row in rows)]
    for line in lines:
        page.append(line)
    for cell in (cell for line in page.iter_rows() for cell in line if cell.value):
        cell.data_type = "s"
    return f"{title} {now:%Y-%m-%d %H%M%S}.xlsx", xlsx_bytes.of(book)

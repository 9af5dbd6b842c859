"""A town's tables straight from cells, without files, database or checks: what a load makes of sheets given as rows."""

import datetime as dt

from etl.files.workbook import RawSheet
from etl.records import build_tables
from etl.sheets import place_and_date, sheet_store
from etl.sheets.parse_sheet import read_tables

REGISTER = [
    ["区划代码", "村(社区)名称", "别名"],
    ["659903201001", "柳溪村", "柳溪、柳溪村委会"],
    ["659903201002", "石桥村", "石桥"],
    ["659903201003", "东街社区", "东街居委会"],
]
LIU, SHI, DONG = (row[0] for row in REGISTER[1:])


def raw(rows, name="表1", **more):
    """A sheet of cells padded to one width."""
    width = max(map(len, rows))
    return RawSheet(name, [list(row) + [""] * (width - len(row)) for row in rows], **more)


def sheet(rows, file="台账.xlsx", name="表1", **more):
    """A sheet as a load holds it; its file's name may tell village and day."""
    return sheet_store.LedgerSheet(f"{file}/{name}", file, file, read_tables(raw(rows, name, **more))[0])


def placed(*found):
    """The sheets with village and day, and the register (loaded on 2026-01-31)."""
    everything = [sheet(REGISTER, "村居名册.xlsx"), *found]
    known = place_and_date.register([everything[0].reading.frame.with_columns(is_1904=False, is_alone=True)])
    sheet_store.place(everything, known, dt.date(2026, 1, 31))
    return everything, known


def build(*found):
    """Every table that comes out of the sheets, as a load makes them; pseudonyms can be read."""
    return build_tables.build(*placed(*found), lambda *parts: "/".join(parts))


def frame(made, name, *columns):
    """Rows of a table as tuples of some columns, in order."""
    return sorted(made.frames[name].select(columns).rows(), key=str)

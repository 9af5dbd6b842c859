"""Changes cells and rows of ledgers in LibreOffice itself, as a person at its screen would, and stores them.

Run by a Python that knows UNO: python3 office.py JOBS.json; every job names a file to open, where and as what to store it, and
its changes. A row is put in below one that lends it its looks.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "csv": "Text - txt - csv (StarCalc)"}
CSV = "44,34,76,1,,0,false,true,false,false,false,{sheet}"  # comma, quote, UTF-8, cells as they show; the sheet's number last
ALL_BUT_LOOKS = 1 | 2 | 4 | 8 | 16  # numbers, dates, texts, comments, formulas


def named(**values: object) -> tuple:
    """What UNO takes for keyword arguments."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def desktop(pipe: str) -> object:
    """The running office, as soon as it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.25)
    sys.exit("LibreOffice did not answer within a minute")


def write(document: object, cell: object, text: str, is_text: bool) -> None:
    """Type into a cell; `is_text` formats it as text first, as a person must for an ID number."""
    if is_text:
        formats, locale = document.NumberFormats, uno.createUnoStruct("com.sun.star.lang.Locale")
        known = formats.queryKey("@", locale, False)
        cell.NumberFormat = known if known >= 0 else formats.addNew("@", locale)
        cell.setString(text)
    else:
        cell.setFormula(text)


def put_in(document: object, sheet: object, after: int, cells: list) -> None:
    """A new row below row `after`, with that row's looks; above everything when it is 0."""
    sheet.Rows.insertByIndex(after, 1)
    if after:
        widest = sheet.Columns.Count - 1
        lender = sheet.getCellRangeByPosition(0, after - 1, widest, after - 1)
        place = sheet.getCellByPosition(0, after).CellAddress
        sheet.copyRange(place, lender.RangeAddress)
        sheet.getCellRangeByPosition(0, after, widest, after).clearContents(ALL_BUT_LOOKS)
    for column, text, is_text in cells:
        write(document, sheet.getCellByPosition(column - 1, after), text, is_text)


def change(document: object, job: dict) -> None:
    """Cells first, then rows from the lowest up, so that the numbers of rows hold."""
    sheets = document.Sheets
    of = {name: sheets.getByName(name) for name in sheets.ElementNames} | {"": sheets.getByIndex(sheets.Count - 1)}
    for name, row, column, text, is_text in job["cells"]:
        write(document, of[name].getCellByPosition(column - 1, row - 1), text, is_text)
    for name, row, cells in sorted(job["rows"], key=lambda told: -told[1]):
        if cells is None:
            of[name].Rows.removeByIndex(row - 1, 1)
        else:
            put_in(document, of[name], row, cells)


def store(document: object, job: dict) -> None:
    """Save under the job's name and kind; a .csv is its last sheet, the ledger's own, whose name the office adds."""
    path, last = Path(job["save"]).resolve(), document.Sheets.Count
    more = {"FilterOptions": CSV.format(sheet=last)} if path.suffix == ".csv" else {}
    document.storeToURL(path.as_uri(), named(FilterName=FILTERS[path.suffix[1:]], **more))
    longer = path.with_name(f"{path.stem}-{document.Sheets.getByIndex(last - 1).Name}.csv")
    if longer.exists():
        longer.rename(path)


def main() -> None:
    """Start an office with a profile of its own, do all jobs, end it."""
    jobs = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as profile:
        pipe = "circle" + Path(profile).name
        told = [f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={pipe};urp;"]
        office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", *told], stderr=subprocess.DEVNULL)
        screen = desktop(pipe)
        for job in jobs:
            document = screen.loadComponentFromURL(Path(job["open"]).resolve().as_uri(), "_blank", 0, named(Hidden=True))
            change(document, job)
            store(document, job)
            document.close(True)
        with contextlib.suppress(DisposedException):  # it is gone before it has answered
            screen.terminate()
        office.wait(timeout=60)


if __name__ == "__main__":
    main()

"""A village's workbook without what runs or calls out when it is opened: the town and the village open its returned copy.

openpyxl writes only what it knows, so macros, embedded objects, controls, data connections and links to other workbooks are gone
once they are not asked to be kept (checks/ledger_workbook.py). Left are formulas, and places that hold one: they stay where every word
in them is known to calculate within the workbook, and are replaced by their last value otherwise.
"""

import io
import re
import zipfile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.utils import FORMULAE
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

MACROS, LINKS, OBJECTS = "macros", "links", "objects"
# What stands for each in the package of an .xlsx; in an .xls macros stand under a name of their own, in UTF-16.
_PARTS = {
    MACROS: re.compile(r"vbaProject|vbaData|/macrosheets/|/dialogsheets/|/customUI", re.IGNORECASE),
    LINKS: re.compile(r"/externalLinks/|connections\.xml|/queryTables/|/pivot", re.IGNORECASE),
    OBJECTS: re.compile(r"/embeddings/|/activeX/|/ctrlProps/", re.IGNORECASE),
}
_XLS_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
# Of Excel 2007's functions those that fetch, open, or make a place out of text (LibreOffice's INDIRECT opens other files).
_OUTWARD = {"HYPERLINK", "RTD", "INDIRECT", "INFO", "GETPIVOTDATA", *(name for name in FORMULAE if name.startswith("CUBE"))}
# Of the functions since then, which a file writes behind "_xlfn.", those that offices use and that calculate only.
_LATER = frozenset(
    "IFS SWITCH MAXIFS MINIFS CONCAT TEXTJOIN IFNA XOR DAYS DAYS360 XLOOKUP XMATCH FILTER UNIQUE SORT SORTBY SEQUENCE LET"
    " NUMBERVALUE SHEET SHEETS ISFORMULA FORMULATEXT STDEV.S STDEV.P VAR.S VAR.P RANK.EQ RANK.AVG MODE.SNGL AGGREGATE"
    " PERCENTILE.INC PERCENTILE.EXC QUARTILE.INC QUARTILE.EXC CEILING.MATH FLOOR.MATH UNICODE UNICHAR ISOWEEKNUM".split()
)
_KNOWN = (FORMULAE - _OUTWARD) | _LATER
_PREFIX = re.compile(r"^(_xlfn\.|_xlws\.)+", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[\[\]|#\\/]")  # another workbook, a table of one, DDE, a file: none is part of a cell's own address


def remove_active_content(book: Workbook, content: bytes) -> list[str]:
    """Remove from an opened workbook what calls out; return the codes of all that `content` held and the copy does not."""
    removed = set(_parts(content))
    lost = _names(book)
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if not isinstance(cell, MergedCell))
    outward = [cell for cell in cells if cell.data_type == "f" and calls_out(_text(cell.value), lost)]
    if outward:
        _settle(outward, content)
    if len(lost) + len(outward) + sum(_sheet(sheet, lost) for sheet in book.worksheets):
        removed.add(LINKS)
    return [code for code in (MACROS, LINKS, OBJECTS) if code in removed]


def calls_out(formula: str, lost: frozenset[str] = frozenset()) -> bool:
    """Return whether a formula may reach beyond its workbook: it has a word not known to be harmless, or a name of `lost`."""
    try:
        words = Tokenizer(formula if formula.startswith("=") else f"={formula}").items
    except Exception:  # what cannot be taken apart cannot be judged
        return True
    return any(_is_outward(word, lost) for word in words)


def _is_outward(word: Token, lost: frozenset[str]) -> bool:
    if word.type == Token.FUNC and word.subtype == Token.OPEN:
        return _PREFIX.sub("", word.value.rstrip("(")).upper() not in _KNOWN
    if word.type == Token.OPERAND and word.subtype == Token.RANGE:
        return bool(_ELSEWHERE.search(word.value)) or word.value.rpartition("!")[2].casefold() in lost
    return word.type not in _PLAIN


_PLAIN = {Token.OPERAND, Token.FUNC, Token.ARRAY, Token.PAREN, Token.SEP, Token.OP_PRE, Token.OP_IN, Token.OP_POST, Token.WSPACE}


def _parts(content: bytes) -> list[str]:
    """Return what a file holds that openpyxl does not write again."""
    if not content.startswith(b"PK"):
        return [MACROS] if _XLS_MACROS in content else []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
    return [code for code, sought in _PARTS.items() if any(sought.search(f"/{name}") for name in names)]


def _names(book: Workbook) -> frozenset[str]:
    """Remove the names that run or reach out, of the workbook and of its sheets; return them case-folded."""
    lost = set()
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name, definition in list(names.items()):
            if definition.xlm or definition.function or definition.vbProcedure or calls_out(definition.value or ""):
                del names[name]
                lost.add(name.casefold())
    return frozenset(lost)


def _text(value: object) -> str:
    """Return a formula as text; a what-if table has only its input cells."""
    if isinstance(value, DataTableFormula):
        return f"={value.r1 or 'A1'}"
    return str(value.text) if isinstance(value, ArrayFormula) else str(value)


def _settle(cells: list[Cell], content: bytes) -> None:
    """Replace each formula by the last value that the file holds; a text stays a text, whatever it begins with."""
    last = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    for cell in cells:
        value = last[cell.parent.title].cell(cell.row, cell.column).value
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _sheet(sheet: Worksheet, lost: frozenset[str]) -> int:
    """Remove links, pivots, charts, rules and drop-downs that reach out from a sheet; return how many."""
    linked = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink is not None and cell.hyperlink.target]
    for cell in linked:
        cell.hyperlink = None
    checks = sheet.data_validations.dataValidation
    kept = [check for check in checks if not any(calls_out(text, lost) for text in (check.formula1, check.formula2) if text)]
    charts = [chart for chart in sheet._charts if b"[" not in tostring(chart._write())]
    counts = len(linked) + len(checks) - len(kept) + len(sheet._charts) - len(charts) + len(sheet._pivots)
    sheet.data_validations.dataValidation, sheet._charts, sheet._pivots = kept, charts, []
    return counts + _rules(sheet, lost) + _tables(sheet, lost)


def _rules(sheet: Worksheet, lost: frozenset[str]) -> int:
    """Remove the rules of colouring that reach out; return how many."""
    count = 0
    for area in list(sheet.conditional_formatting):
        kept = [rule for rule in area.rules if not any(calls_out(text, lost) for text in rule.formula)]
        count += len(area.rules) - len(kept)
        sheet.conditional_formatting._cf_rules[area] = kept
        if not kept:
            del sheet.conditional_formatting._cf_rules[area]
    return count


def _tables(sheet: Worksheet, lost: frozenset[str]) -> int:
    """Turn tables that are fed from elsewhere into plain ones, remove column formulas that reach out; return how many."""
    count = 0
    for table in sheet.tables.values():
        count += bool(table.connectionId or table.tableType not in (None, "worksheet"))
        table.connectionId, table.tableType = None, None
        for column in table.tableColumns:
            formulas = [formula for formula in (column.calculatedColumnFormula, column.totalsRowFormula) if formula is not None]
            if any(calls_out(formula.attr_text or "", lost) for formula in formulas):
                column.calculatedColumnFormula = column.totalsRowFormula = None
                count += 1
            column.queryTableFieldId, column.xmlColumnPr = None, None
    return count

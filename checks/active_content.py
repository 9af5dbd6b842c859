"""What a returned copy, a new workbook, does not take over: formulas that reach beyond their own sheet give way to their last value."""

import io
import re
import zipfile

from openpyxl.formula.tokenizer import Token, Tokenizer

MACROS, LINKS, OBJECTS = "macros", "links", "objects"
# What a package holds of each of an .xlsx; in an .xls macros have a name of their own, in UTF-16.
_PARTS = {
    MACROS: re.compile(r"vbaProject|vbaData|/macrosheets/|/dialogsheets/|/customUI", re.IGNORECASE),
    LINKS: re.compile(r"/externalLinks/|connections\.xml|/queryTables/|/pivot", re.IGNORECASE),
    OBJECTS: re.compile(r"/embeddings/|/activeX/|/ctrlProps/|/charts/|/media/", re.IGNORECASE),
}
_XLS_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
# Functions that calculate from what they are given and nothing else.
_HARMLESS = frozenset(
    "ABS AND AVERAGE CEILING CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DATEDIF DAY DAYS EDATE EOMONTH EXACT FIND FLOOR IF"
    " IFERROR INT ISBLANK ISERROR ISNUMBER ISTEXT LEFT LEN LOWER MAX MEDIAN MID MIN MOD MONTH NETWORKDAYS NOT NOW OR RANK RIGHT ROUND"
    " ROUNDDOWN ROUNDUP ROW ROWS SEARCH SUBSTITUTE SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT TEXT TODAY TRIM UPPER VALUE VLOOKUP WEEKDAY YEAR"
    " YEARFRAC".split()
)
_OWN_SHEET = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}(:\$?[A-Z]{1,3}\$?\d{1,7})?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7}")
_PLAIN = {Token.ARRAY, Token.PAREN, Token.SEP, Token.OP_PRE, Token.OP_IN, Token.OP_POST, Token.WSPACE}


def is_harmless(formula: str) -> bool:
    """Return whether a formula only calculates from cells of its own sheet."""
    try:
        words = Tokenizer(formula).items
    except Exception:  # what cannot be taken apart cannot be judged
        return False
    return bool(words) and all(map(_is_harmless, words))


def _is_harmless(word: Token) -> bool:
    if word.type == Token.FUNC:
        return word.subtype == Token.CLOSE or word.value.rstrip("(").upper() in _HARMLESS
    if word.type == Token.OPERAND and word.subtype == Token.RANGE:
        return _OWN_SHEET.fullmatch(word.value) is not None
    return word.type in _PLAIN or (word.type == Token.OPERAND and word.subtype in (Token.TEXT, Token.NUMBER, Token.LOGICAL))


def parts(content: bytes) -> set[str]:
    """Return the codes of what a file's package holds besides its cells."""
    if not content.startswith(b"PK"):
        return {MACROS} if _XLS_MACROS in content else set()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
    return {code for code, sought in _PARTS.items() if any(sought.search(f"/{name}") for name in names)}

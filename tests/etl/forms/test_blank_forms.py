"""Blank ledgers: what a village fills in loads whole and without a fault of form; their rules are those of the reader."""

import io
import json
import zipfile

import openpyxl
import pytest

from etl.forms import blank_forms, forms
from pages.summaries import first_steps
from tests.conftest import run

CODE = "659903201001"
FILLED = {
    "村居名册": {"区划代码": CODE, "村(社区)名称": "柳溪村", "类型": "村", "联系单位": "镇民政办", "是否重点帮扶村": "否", "经度": 116.1, "纬度": 30.2},
    "儿童台账": {
        "村(社区)": "柳溪村", "姓名": "丁一", "身份证号": "659901201301017013", "性别": "男", "出生日期": "2013-01-01", "户主": "丁大",
        "儿童类别": "农村留守", "户籍性质": "农村", "家庭住址": "柳溪村1号", "就读学校": "中心小学", "父亲姓名": "丁二",
        "父亲情况": "外出务工", "父亲情况起始时间": "2022-03-01", "母亲姓名": "戊三", "母亲情况": "外出务工", "母亲情况起始时间": "2022-03",
        "监护人": "丁大", "与儿童关系": "祖父", "监护人电话": "13800000000", "纳入时间": "2023-03-01",
    },
    "爱心家庭台账": {
        "帮扶人": "乙一", "家庭编号": "A1", "性别": "女", "单位": "镇政府", "人员类别": "镇干部职工", "政治面貌": "中共党员",
        "联系电话": "010-62345678", "加入时间": "2023-02-01",
    },
    "结对帮扶台账": {"儿童姓名": "丁一", "身份证号": "659901201301017013", "村(社区)": "柳溪村", "帮扶人": "乙一", "结对时间": "2023-04-01"},
    "部门包片台账": {"包片部门": "镇妇联", "村(社区)": "柳溪村", "包片类别": "4-6", "开始时间": "2023-04-01"},
    "走访记录": {
        "儿童姓名": "丁一", "身份证号": "659901201301017013", "村(社区)": "柳溪村", "帮扶人": "乙一", "走访时间": "2025-05-06",
        "走访方式": "入户", "走访内容": "学习教育、安全宣传", "走访情况": "了解近况", "登记日期": "2025-05-07",
    },
    "困难问题台账": {
        "儿童姓名": "丁一", "身份证号": "659901201301017013", "村(社区)": "柳溪村", "问题类别": "教育缺位", "提出时间": "2025-05-06",
        "是否会商": "是",
    },
    "培训记录": {"培训时间": "2025-03-01", "培训内容": "政策", "帮扶人": "乙一", "村(社区)": "柳溪村"},
    "明白卡发放": {"帮扶人": "乙一", "发放时间": "2025-03-02", "村(社区)": "柳溪村"},
    "强制报告登记": {
        "儿童姓名": "丁一", "身份证号": "659901201301017013", "村(社区)": "柳溪村", "发现时间": "2025-06-01", "报告时间": "2025-06-01",
        "情形": "监护缺失", "接报单位": "派出所", "是否反馈": "是",
    },
    "慰问活动": {"儿童姓名": "丁一", "身份证号": "659901201301017013", "村(社区)": "柳溪村", "慰问时间": "2025-06-01", "慰问节点": "儿童节"},
}  # fmt: skip
# What a cell may be blamed for; a child's circumstances are no fault of form.
OF_FORM = "missing_required cell_error date_impossible date_ambiguous value_unknown phone_invalid id_number_damaged id_number_invalid"
OF_FORM += " heading_unknown sheet_unrecognised reporting_day_missing village_unknown total_mismatch"


@pytest.fixture
def blank(tmp_path):
    blank_forms.write_templates(tmp_path / "blank")
    return tmp_path / "blank"


def heads(page):
    """Column by heading."""
    return {cell.value: cell.column for cell in page[blank_forms.TOP] if cell.value}


def test_a_blank_ledger_stands_for_every_kind_and_is_recognised_without_a_row(blank):
    from etl.sheets import reader_pool

    assert {path.stem for path in blank.iterdir()} == set(FILLED)
    for path in blank.iterdir():
        (sheet,) = reader_pool.read_content(path.read_bytes()).sheets
        assert (forms.forms()[sheet.ledger].titles[0], sheet.rows_loaded, sheet.is_zero) == (path.stem, 0, False)
        assert [column.heading for column in sheet.columns if column.field is None] == []


def test_an_id_number_column_is_text_and_a_day_column_a_day(blank):
    page = openpyxl.load_workbook(blank / "儿童台账.xlsx").active
    kinds = {heading: page.cell(blank_forms.TOP + 1, at).number_format for heading, at in heads(page).items()}
    assert (kinds["身份证号"], kinds["监护人电话"], kinds["出生日期"], kinds["姓名"]) == ("@", "@", "yyyy-mm-dd", "@")


def test_every_word_of_a_drop_down_list_is_one_the_reader_knows(blank):
    for path in blank.iterdir():
        page = openpyxl.load_workbook(path).active
        known = next(found for found in forms.forms().values() if found.titles[0] == path.stem)
        for rule in page.data_validations.dataValidation:
            if rule.type != "list":
                continue
            head = page.cell(blank_forms.TOP, next(iter(rule.sqref.ranges)).min_col).value
            field = known.fields[known.aliases[forms.plain(head)]]
            words = rule.formula1.strip('"').split(",")
            vocabulary = field.vocabulary or {"classes": "class_no", "helper_category": "helper_category", "yes_no": "yes_no"}.get(
                field.kind
            )
            if vocabulary:
                assert {forms.vocabulary(vocabulary)[forms.plain(word)] for word in words} == set(forms.vocabulary(vocabulary).values())


def test_a_filled_ledger_loads_whole_and_has_no_fault_of_form(blank, tmp_path):
    for name, row in FILLED.items():
        book = openpyxl.load_workbook(blank / f"{name}.xlsx")
        page = book.active
        page["B2"], page["D2"] = "柳溪村", "2025-12-20"
        for heading, value in row.items():
            page.cell(blank_forms.TOP + 1, heads(page)[heading]).value = value
        book.save(blank / f"{name}.xlsx")
    run(tmp_path / "home", "etl", "load", blank, "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [(file["village"], file["reporting_day"]) for file in report["files"] if file["file"] == "走访记录.xlsx"] == [
        ("柳溪村", "2025-12-20")
    ]
    assert {sheet["sheet"]: sheet["rows_loaded"] for file in report["files"] for sheet in file["sheets"]} == dict.fromkeys(FILLED, 1)
    assert {code: count for code, count in report["findings"].items() if code in OF_FORM.split()} == {}


def test_the_page_hands_out_the_blank_ledgers_and_the_register(blank):
    with zipfile.ZipFile(io.BytesIO(first_steps.archive_of_blank_ledgers())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {path.name: path.read_bytes() for path in blank.iterdir()}

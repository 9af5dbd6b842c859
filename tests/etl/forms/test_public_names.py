"""Names of sheets and files as everybody may see them: known words stay, names of people do not."""

import pytest

from etl.forms import public_names
from etl.forms.public_names import file_name, sheet_name

USUAL = [
    "", "Sheet1", "Sheet1 (2)", "表1", "附件1", "工作表2", "汇总", "一组", "3组", "第二季度", "2025", "2025.10", "12月", "三年级2班", "孤儿", "农村留守儿童", "双留守",
    "事实无人抚养儿童", "低保家庭重残重病儿童", "其他困境儿童", "走访记录", "2024年走访", "爱心家庭(结对干部)台账", "家访记录数据", "青少年基本信息表", "通讯录",
    "石桥村3组", "柳溪", "石桥村（孤儿）", "第3张表", "填表说明",
]  # fmt: skip
NAMES = [
    "张甲",
    "李小二",
    "丁一",
    "欧阳小春",
    "张安全",
    "石桥",
    "阿依古丽·买买提",
    "Li Wei",
    "zhangjia",
    "张甲2025",
    "张甲登记表",
    "和平",
    "乙",
    "13900001111a",
]


@pytest.mark.parametrize("name", USUAL)
def test_a_sheets_name_of_known_words_is_shown(name):
    assert sheet_name(name, 4, ["石桥村", "柳溪村", "柳溪"]) == name


@pytest.mark.parametrize("name", NAMES)
def test_any_other_name_of_a_sheet_may_be_a_childs_and_is_an_ordinal(name):
    assert sheet_name(name, 4, ["石桥村", "柳溪村", "柳溪"]) == "第4张表"


@pytest.mark.parametrize(
    ("file", "names", "public"),
    [
        ("柳溪村儿童台账_20250320.xlsx", {"张甲"}, "柳溪村儿童台账_20250320.xlsx"),
        ("张甲登记表（二）.xlsx", {"张乙"}, "张甲登记表（二）.xlsx"),  # another file's child
        ("张甲登记表.xlsx", {"张甲"}, "＊＊登记表(m).xlsx"),
        ("石桥村 张 甲2025-03.csv", {"张甲"}, "石桥村 ＊＊2025-03(m).csv"),
        ("石桥村石桥登记表.xls", {"石桥"}, "石桥村＊＊登记表(m).xls"),  # a child called like the village
        ("儿童台账.xlsx", {"儿童", "台账"}, "儿童台账.xlsx"),  # cells that are no names
        ("Li_Wei 2025.xlsx", {"liwei"}, "＊＊ 2025(m).xlsx"),
        ("阿依古丽.买买提.xlsx", {"阿依古丽买买提"}, "＊＊(m).xlsx"),
        ("张甲13900001111.xlsx", set(), "张甲＊＊(m).xlsx"),
        ("659903201001010012台账20250320123000.xlsx", set(), "＊＊台账20250320123000(m).xlsx"),
        ("台账.张甲", {"张甲"}, "台账(m).＊＊"),
    ],
)
def test_names_and_numbers_of_people_are_taken_out_of_a_files_name(file, names, public):
    assert file_name(file, names, "m") == public


@pytest.mark.parametrize(
    ("file", "public"),
    [
        ("柳溪村儿童台账第4期.xlsx", "柳溪村儿童台账第4期.xlsx"),
        ("青溪镇台账底册20251001.xlsx", "青溪镇台账底册20251001.xlsx"),
        ("青溪镇留守儿童花名册（二）.xls", "青溪镇留守儿童花名册（二）.xls"),
        ("柳溪村儿童台账坏.xlsx", "柳溪村儿童台账坏.xlsx"),
        ("柳溪村张甲登记表.xlsx", "柳溪村＊＊登记表(m).xlsx"),
        ("张 甲.xlsx", "＊＊(m).xlsx"),
        ("李四2025.xlsx", "＊＊2025(m).xlsx"),
        ("张安全登记表.csv", "＊＊安全登记表(m).csv"),
    ],
)
def test_of_a_file_that_nobody_has_read_unknown_words_are_hidden(file, public):
    assert file_name(file, (), "m", is_read=False) == public


def test_a_mark_has_no_digit_that_could_be_read_as_a_day():
    assert public_names.letters("2025129f") == "igilhi"

"""Headings to fields by person: in every order, over one to three rows, never another person's cell."""

import datetime as dt
import random
import re

import pytest

from etl.files.workbook import RawSheet
from etl.forms import forms
from etl.sheets import place_and_date, table_kind
from etl.sheets.columns import public_heading, resolve
from etl.sheets.parse_sheet import read_tables

# Words for a person; whose fields its cells may be.
PERSONS = {
    "child": ["儿童", "学生", "留守儿童"],
    "father": ["父亲"],
    "mother": ["母亲"],
    "guardian": ["监护人", "现监护人"],
    "helper": ["帮扶干部", "爱心妈妈", "结对教师"],
    "teacher": ["班主任", "儿童主任", "领取人"],
    "grandparent": ["祖父", "外婆"],
    "stranger": ["代办员", "包组员"],
}
ATTRIBUTES = {"name": ["姓名"], "id": ["身份证号", "证件号码"], "phone": ["联系电话", "手机号", "联系方式"]}
OWNER = {
    "child_name": "child",
    "id_number": "child",
    "guardian_name": "guardian",
    "guardian_phone": "guardian",
    "father_name": "father",
    "mother_name": "mother",
    "helper_name": "helper",
    "phone": "helper",
}
PLAIN = ["性别", "家庭住址", "就读学校", "儿童类别", "备注", "民族"]


def headings_of(person, chance, style):
    """[(parts, whose cell)] of one person's columns in a style: one word each, under a group, or the name and then bare attributes."""
    word = chance.choice(PERSONS[person])
    attributes = ["name", *chance.sample(["id", "phone"], 2)]
    spelled = [(attribute, chance.choice(ATTRIBUTES[attribute])) for attribute in attributes]
    if style == "words":
        return [((word + text,), person) for _attribute, text in spelled]
    if style == "groups":
        return [((word, text), person) for _attribute, text in spelled]
    if style == "deep":
        return [(("人员信息", word, text), person) for _attribute, text in spelled]
    return [((word + "姓名" if person != "stranger" else word,), person), *(((text,), person) for _attribute, text in spelled[1:])]


@pytest.mark.parametrize("style", ["words", "groups", "deep", "bare"])
@pytest.mark.parametrize("ledger", ["children", "pairings", "visits"])
def test_no_persons_cell_is_ever_read_as_another_persons(ledger, style):
    seen = set()
    for seed in range(400):
        chance = random.Random(seed)
        persons = ["child", *chance.sample([name for name in PERSONS if name != "child"], chance.randint(1, 5))]
        chance.shuffle(persons)
        columns = []
        for person in persons:
            columns += headings_of(person, chance, style)
            if chance.random() < 0.5:
                columns.append(((chance.choice(PLAIN),), None))
        headings = [(at, parts) for at, (parts, _person) in enumerate(columns)]
        mapping = resolve(headings, forms.forms()[ledger])
        for column in mapping.columns:
            owner = OWNER.get(column.field)
            seen.add(column.field)
            assert owner is None or columns[column.at][1] == owner, (seed, [parts for parts, _person in columns], column)
    assert {"child_name", "id_number"} <= seen


def test_a_telephone_whose_owner_no_heading_names_is_asked_about():
    head = ["姓名", "身份证号", "家庭住址", "联系电话", "儿童类别"]
    verdict = table_kind.judge([(at, (word,)) for at, word in enumerate(head)], ["柳溪村儿童台账"])
    assert verdict.mapping.open_columns == {"联系电话": "guardian_phone"}


def test_a_telephone_among_the_childs_cells_is_nobodys_where_the_guardians_has_its_own():
    head = ["姓名", "身份证号", "联系方式", "监护人姓名", "监护人联系方式"]
    mapping = resolve([(at, (word,)) for at, word in enumerate(head)], forms.forms()["children"])
    assert (mapping.open_columns, [column.field for column in mapping.columns][2:]) == ({}, ["ignored", "guardian_name", "guardian_phone"])


def test_a_carer_stands_for_the_guardian_only_where_no_guardian_has_a_column():
    def fields(*head):
        return [column.field for column in resolve([(at, (word,)) for at, word in enumerate(head)], forms.forms()["children"]).columns]

    assert fields("姓名", "受委托监护人姓名", "联系电话", "与儿童关系") == [
        "child_name",
        "guardian_name",
        "guardian_phone",
        "guardian_relation",
    ]
    assert fields("姓名", "监护人", "监护人电话", "受委托监护人姓名", "联系电话") == [
        "child_name",
        "guardian_name",
        "guardian_phone",
        "ignored",
        "ignored",
    ]


@pytest.mark.parametrize(
    "cell", ["张三", "欧阳小明", "王月", "张永年", "班小日", "李职", "13800000000", "430999201405061127", "柳溪村张三"]
)
def test_a_cell_that_may_be_a_person_is_no_heading_to_show(cell):
    assert public_heading(cell, 4) == "第5列"
    assert [public_heading(word, 4) for word in ("一卡通账号", "短号", "人数", "户别", "工种类")] == [
        "一卡通账号",
        "短号",
        "人数",
        "第5列",
        "工种类",
    ]


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("suffix", ["", "（1）", "终稿", "_最终"])
@pytest.mark.parametrize("separator", ["-", ".", "年", "", "_"])
def test_a_month_in_a_files_name_is_that_month_and_no_day_of_january(separator, suffix, month):
    spelled = f"{month:02}" if separator in ("", "-", "_") else str(month)
    name = f"柳溪村儿童台账2025{separator}{spelled}{'月' if separator == '年' else ''}{suffix}.xlsx"
    assert place_and_date.day_in_name(name) == (f"2025-{spelled}", "file")


@pytest.mark.parametrize(
    ("name", "day"), [("台账2025年第三季度.xlsx", "2025-09"), ("台账_20251231.xlsx", "2025-12-31"), ("台账2025.xlsx", None)]
)
def test_a_files_name_may_bear_a_quarter_or_a_day(name, day):
    assert place_and_date.day_in_name(name)[0] == day


def test_a_month_as_reporting_day_is_its_last_day():
    assert [str(day) for day in place_and_date.days(["2025-02", "2025年12月", "2025-12-05"], [dt.date(2026, 1, 1)] * 3)] == [
        "2025-02-28",
        "2025-12-31",
        "2025-12-05",
    ]


def kind(head, title, **how):
    """(ledger, question, reason) of a table with one row of headings under a title."""
    verdict = table_kind.judge([(at, (word,)) for at, word in enumerate(head)], [title], **how)
    return verdict.mapping and verdict.mapping.form.ledger, verdict.question, verdict.reason


@pytest.mark.parametrize(
    ("head", "title", "wanted"),
    [
        (["姓名", "性别", "身份证号", "出生年月", "民族", "职务"], "青溪镇结对干部花名册", ("helpers", "kind", "")),
        (["姓名", "身份证号", "数量"], "重阳节物资领取表", ("helpers", "kind", "")),
        (["姓名", "身份证号", "性别"], "名单", ("children", "kind", "")),
        (["姓名", "身份证号"], "柳溪村困境儿童和农村留守儿童关爱帮扶台账", ("children", "", "")),
        (["姓名", "身份证号", "金额", "签字"], "困境儿童补贴发放表", (None, "", "payroll")),
        (["姓名", "与儿童关系", "身份证号", "职业"], "柳溪村儿童家庭成员情况", (None, "", "household")),
        (["姓名", "职务", "电话"], "青溪镇通讯录", (None, "", "contacts")),
        (["日期", "儿童姓名", "走访人", "内容"], "柳溪村走访记录", ("visits", "", "")),
        (["时段", "儿童姓名", "走访人", "内容"], "柳溪村走访记录", ("visits", "kind", "")),
        (["儿童姓名", "帮扶人"], "柳溪村结对名册", ("pairings", "", "")),
        (["姓名", "孤儿", "留守儿童", "监护人"], "柳溪村困境儿童台账", ("children", "", "")),
        (["姓名", "单位", "签名"], "结对帮扶政策培训签到表", ("trainings", "day", "")),
    ],
)
def test_the_kind_follows_from_fields_and_words_together_and_is_asked_where_they_do_not_agree(head, title, wanted):
    assert kind(head, title) == wanted


def test_of_two_telephones_that_may_be_the_guardians_only_the_first_is_proposed_and_both_are_asked_about():
    head = ["姓名", "身份证号", "联系电话", "手机号", "儿童类别"]
    (reading,) = read_tables(RawSheet("表1", [["柳溪村儿童台账", *[""] * 4], head, ["甲一", "", "13800000000", "13900000000", "6"]]))
    assert (reading.state, reading.question) == ("asked", "columns")
    assert [column.field for column in reading.columns] == ["child_name", "id_number", "guardian_phone", None, "class_no"]


@pytest.mark.parametrize("head", [["姓名", "性别", "身份证号", "姓名", "性别", "身份证号"], ["姓名", "身份证号", "儿童类别", "姓名"]])
def test_names_and_numbers_that_stand_twice_without_a_word_of_whose_they_are_are_asked_about(head):
    row = ["甲一", "女", "", "甲大", "男", "430999195502037115"][: len(head)]
    (reading,) = read_tables(RawSheet("表1", [["柳溪村困境儿童台账", *[""] * (len(head) - 1)], head, row]))
    assert (reading.state, reading.question) == ("asked", "columns")


@pytest.mark.parametrize("heading", ["父亲 姓名", "儿童情况 姓名", "监护人基本信息 联系电话"])
def test_a_heading_under_the_word_for_a_person_is_shown(heading):
    assert public_heading(heading, 9) == heading


@pytest.mark.parametrize("heading", ["照管人 姓名", "陈大勇 姓名", "父亲陈大勇 姓名"])
def test_a_heading_under_any_other_word_is_not_shown(heading):
    assert public_heading(heading, 9) == "第10列"


@pytest.mark.parametrize(
    "heading",
    [
        "尉迟明哲的情况",
        "慕容语嫣备注",
        "与诸葛子轩的关系",
        "儿童姓名：王小明",
        "柳小满身份证号",
        "张三号",
        "天天",
        "柳小满（备注）",
        "电话 138 0000 0000",
        "138-0000-0000电话",
    ],
)
def test_a_heading_that_holds_a_name_beside_its_words_is_not_shown(heading):
    assert public_heading(heading, 4) == "第5列"
    assert [public_heading(text, 4) for text in ("是否为低保户", "村(居)名称", "性别(男/女)", "备注（柳小满）")] == [
        "是否为低保户",
        "村(居)名称",
        "性别(男/女)",
        "备注（＊＊）",
    ]


@pytest.mark.parametrize("heading", ["备注（柳小满）", "姓名（柳小满）", "柳小满身份证号", "慕容语嫣备注"])
def test_no_column_of_a_ledger_bears_a_name_in_its_heading(heading):
    head = ["序号", "姓名", "身份证号", "监护人", "儿童类别", "家庭住址", heading]
    (reading,) = read_tables(RawSheet("表1", [["柳溪村困境儿童台账", *[""] * 6], head, ["1", "甲一", "", "甲大", "6", "一组", "乙"]]))
    headings = [column.heading for column in reading.columns] + (reading.grid or {}).get("public_headings", [])
    assert "儿童类别" in headings and not re.search("柳小满|慕容语嫣", "".join(headings))

"""Text to values: every rule of ledgers.md §3 as a case."""

import datetime as dt

import polars as pl
import pytest

from etl.cleaning import parse_values
from etl.forms import forms

DAY = dt.date


def one(expression, **columns):
    """The value an expression gives for one row."""
    return pl.DataFrame({name: [value] for name, value in columns.items()}).select(expression.alias("x"))["x"][0]


def date_of(text, kind="t", is_1904=False):
    """(day, precision, ambiguous) of one cell."""
    cell = parse_values.present(parse_values.clean(pl.col("text")))
    found = one(parse_values.date_parts(cell, pl.col("kind"), pl.lit(is_1904)), text=text, kind=kind)
    return found["on"], found["precision"] if found["on"] else None, found["is_ambiguous"]


@pytest.mark.parametrize(
    "text",
    [
        "2023-5-1",
        "2023/05/01",
        "2023.5.1",
        "20230501",
        "2023年5月1日",
        "二〇二三年五月一日",
        "2023-05-01 00:00:00",
        "２０２３年５月１日",
        " 2023-5-1　",
    ],
)
def test_a_day_is_read_in_every_shape_villages_write(text):
    assert date_of(text) == (DAY(2023, 5, 1), "day", False)


@pytest.mark.parametrize("text", ["2023.5", "2023年5月", "202305", "2023-05", "二〇二三年五月"])
def test_a_month_becomes_its_first_day_and_keeps_its_precision(text):
    assert date_of(text) == (DAY(2023, 5, 1), "month", False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二三年十月二十日", DAY(2023, 10, 20)),
        ("二〇二三年十二月三十一日", DAY(2023, 12, 31)),
        ("二○二四年二月二十九日", DAY(2024, 2, 29)),
        ("二零二三年十一月十日", DAY(2023, 11, 10)),
    ],
)
def test_chinese_numerals_with_tens_are_days(text, day):
    assert date_of(text) == (day, "day", False)


def test_a_serial_number_is_a_day_in_both_date_systems():
    assert date_of("45047", "n") == (DAY(2023, 5, 1), "day", False)
    assert date_of("43585", "n", is_1904=True) == (DAY(2023, 5, 1), "day", False)


def test_the_number_2023_1_is_ambiguous_and_the_text_is_not():
    assert date_of("2023.1", "n") == (DAY(2023, 1, 1), "month", True)
    assert date_of("2023.1", "t") == (DAY(2023, 1, 1), "month", False)
    assert date_of("2023.10", "t") == (DAY(2023, 10, 1), "month", False)


@pytest.mark.parametrize("text", ["2023.2.30", "2023/13/1", "去年春天", "2023", "2023年", "9999999", "23.5.1"])
def test_what_is_no_day_is_never_guessed(text):
    assert date_of(text)[0] is None


@pytest.mark.parametrize("text", ["", " ", "　", "无", "暂无", "不详", "不清楚", "未知", "未采集", "/", "\\", "-", "－", None])
def test_words_for_nothing_are_missing(text):
    assert one(parse_values.state(parse_values.clean(pl.col("text").cast(pl.String))), text=text) == "missing"


@pytest.mark.parametrize("text", ["—", "——", " —— "])
def test_a_long_dash_is_not_applicable_and_never_missing(text):
    assert one(parse_values.state(parse_values.clean(pl.col("text"))), text=text) == "not_applicable"


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#ERROR", "#DIV/0!"])
def test_an_error_cell_is_told_from_a_value(text):
    assert one(parse_values.state(parse_values.clean(pl.col("text"))), text=text) == "cell_error"


def id_of(text, kind="t"):
    """(number, state, birth date, sex) of one cell."""
    number = parse_values.id_number(parse_values.clean(pl.col("text")))
    row = pl.DataFrame({"text": [text], "kind": [kind]}).with_columns(number.alias("n"))
    row = row.select(
        "n",
        parse_values.id_state(pl.col("n"), pl.col("kind")).alias("s"),
        parse_values.id_born_on(pl.col("n")).alias("b"),
        parse_values.id_sex(pl.col("n")).alias("x"),
    )
    return row.row(0)


@pytest.mark.parametrize(
    "text",
    [
        "659901201301017013",
        " 659901 20130101 7013 ",
        "'659901201301017013",
        "６５９９０１２０１３０１０１７０１３",
        "659901201301017013\u00a0",
    ],
)
def test_blanks_quotes_and_full_width_digits_of_an_id_number_are_mended(text):
    assert id_of(text) == ("659901201301017013", "valid", DAY(2013, 1, 1), "male")


def test_a_lower_case_x_is_mended():
    assert id_of("65990120120403142x") == ("65990120120403142X", "valid", DAY(2012, 4, 3), "female")


@pytest.mark.parametrize("text", ["659901201301017015", "6599012013010170", "659901201313017012", "65990120130101701A"])
def test_a_wrong_check_digit_length_or_birth_date_is_invalid(text):
    assert id_of(text)[1] == "invalid"


@pytest.mark.parametrize(("text", "kind"), [("659901201301017000", "n"), ("6.59901201301017E+17", "t")])
def test_a_number_cell_has_lost_its_tail_but_still_tells_the_birth_date(text, kind):
    assert id_of(text, kind)[1:3] == ("damaged", DAY(2013, 1, 1))


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("2、6", [2, 6]),
        ("4-6", [4, 5, 6]),
        ("四至六类", [4, 5, 6]),
        ("第2类", [2]),
        ("孤儿", [1]),
        ("低保家庭的重残、重病儿童", [3]),
        ("其他低保家庭儿童、农村留守儿童", [4, 6]),
        ("unattended", [2]),
        ("困难户", [None]),
    ],
)
def test_classes_are_read_by_number_code_and_name(text, classes):
    assert one(parse_values.classes(parse_values.clean(pl.col("text"))), text=text).to_list() == classes


@pytest.mark.parametrize(
    ("text", "level"), [("一级", 1), ("1级", 1), ("Ⅱ级", 2), ("II级", 2), ("壹级", 1), ("4", 4), ("肢体二级", 2), ("智力", None)]
)
def test_disability_levels_are_read_in_every_numbering(text, level):
    assert one(parse_values.disability_level(parse_values.clean(pl.col("text"))), text=text) == level


def test_disability_types_of_one_cell_are_all_read():
    assert one(parse_values.disability_types(parse_values.clean(pl.col("text"))), text="智力、言语多重") == "speech intellectual multiple"
    assert one(parse_values.disability_types(parse_values.clean(pl.col("text"))), text="肢体二级") == "physical"


@pytest.mark.parametrize(
    ("text", "is_phone"),
    [
        ("19900001234", True),
        ("19900001234、19900005678", True),
        ("19900001234\n19900005678", True),
        ("0991-2345678", True),
        ("199 0000 1234", True),
        ("1990000123", False),
        ("12345", False),
    ],
)
def test_phones_are_told_from_what_is_none(text, is_phone):
    assert one(parse_values.is_phone(parse_values.clean(pl.col("text"))), text=text) is is_phone


def test_in_a_yes_no_column_the_word_for_nothing_means_no():
    read = parse_values.yes_no(parse_values.clean(pl.col("text")))
    assert [one(read, text=text) for text in ("无", "√", "×", "是", "已", "未", "也许")] == [False, True, False, True, True, False, None]


def test_names_lose_their_blanks_and_minority_names_keep_one_kind_of_dot():
    read = parse_values.name(parse_values.clean(pl.col("text")))
    assert one(read, text="张　 小 ") == "张小"
    assert one(read, text="阿依古丽.买买提") == "阿依古丽·买买提"


@pytest.mark.parametrize("text", ['"张小', '"张小"', "“张小”", "＂ 张小＂"])
def test_quotes_around_a_name_make_nobody_else_of_a_child(text):
    assert one(parse_values.name(parse_values.clean(pl.col("text"))), text=text) == "张小"


ALIKE = {
    "zero width space": "阿依\u200b·买买提",
    "zero width joiner": "阿依\u200d·买买提",
    "word joiner": "阿依\u2060·买买提",
    "byte order mark": "\ufeff阿依·买买提",
    "soft hyphen": "阿\u00ad依·买买提",
    "right-to-left override": "阿依\u202e·买买提",
    "variation selector": "阿依\ufe00·买买提",
    "ideographic variation selector": "阿\U000e0100依·买买提",
    "combining grapheme joiner": "阿依\u034f·买买提",
    "delete": "阿依·买买提\x7f",
    "object replacement": "阿依\ufffc·买买提",
    "hangul filler": "阿依\u3164·买买提",
    "ideographic blank": "阿依\u3000·买买提",
    "no-break blank": "阿依\u00a0·买买提",
    "line break": "阿依·\n买买提",
    "bullet": "阿依•买买提",
    "katakana dot": "阿依・买买提",
    "half-width katakana dot": "阿依･买买提",
    "hyphenation point": "阿依‧买买提",
    "bullet operator": "阿依∙买买提",
    "dot operator": "阿依⋅买买提",
    "full stop": "阿依.买买提",
    "full-width stop": "阿依．买买提",
    "ideographic stop": "阿依。买买提",
    "dot above": "阿依˙买买提",
}


@pytest.mark.parametrize("text", ALIKE.values(), ids=ALIKE)
def test_what_the_eye_cannot_tell_apart_is_the_same_name(text):
    assert one(parse_values.name(parse_values.clean(pl.col("text"))), text=text) == "阿依·买买提"


@pytest.mark.parametrize(
    ("text", "name"),
    [("⻩子玉", "黄子玉"), ("黄⼦玉", "黄子玉"), ("\uf9fd一", "什一"), ("\ue863之", "䶮之"), ("\ue854山", "龺山"), ("⿈三", "黃三")],
    ids=["radical supplement", "kangxi radical", "compatibility form", "private use", "private use of 2005", "traditional stays"],
)
def test_radicals_compatibility_forms_and_private_signs_are_the_ideograph(text, name):
    assert one(parse_values.name(parse_values.clean(pl.col("text"))), text=text) == name
    assert forms.plain(text) == name


@pytest.mark.parametrize(
    "text", ["65990120120403142х", "65990120120403142×", "65990120120403142Ⅹ", "659901–20120403–142x", "65990120120403142\u200bX"]
)
def test_look_alikes_in_a_number_are_its_own_signs(text):
    assert id_of(text)[:2] == ("65990120120403142X", "valid")


SEVERAL = """张甲、张乙|张甲/张乙|张甲 张乙|张 甲、张 乙|张甲\n张乙|王 小明\n李 小红|1.张甲 2.张乙|1、张甲2、张乙|①张甲②张乙|张甲（双胞胎：张乙）|张甲(弟张乙)
|张甲(女)、张乙(男)|张甲(女)张乙(男)|张甲等3人|张甲兄弟|张甲和张乙|张甲—张乙|王小明，李小红|王小明&李小红|张甲　李乙|张甲\t张乙|阿依古丽·买买提、张甲|“张甲”“张乙”|张甲 13900000000 李乙"""
SINGLE = """张甲|张 甲|张　小　甲|李 小 龙|张甲、|1.张甲|张甲2|张甲*|阿依古丽·买买提|阿依古丽 · 买买提|阿依古丽·\n买买提|阿依古丽-买买提|扎西 卓玛|吉克 阿木|欧阳 小明|张甲(女)
|张甲（曾用名张丙）|张甲（父亲：张大）|张甲(新增)|张甲(双胞胎)|张甲 13900000000|王招弟|张永和|和小平|Aiguli|无"""


@pytest.mark.parametrize(("texts", "wanted"), [(SEVERAL, True), (SINGLE, False)], ids=["several", "one"])
def test_a_cell_that_names_several_children_is_told_from_one_with_a_blank_a_dot_or_a_remark(texts, wanted):
    cells = pl.DataFrame({"text": texts.replace("\n|", "|").split("|")})
    several = parse_values.names_several(parse_values.clean(pl.col("text"))).fill_null(False)
    assert cells.filter(several != wanted)["text"].to_list() == []

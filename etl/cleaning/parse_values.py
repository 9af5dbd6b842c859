"""Text to dates, ID numbers and codes, as pure polars expressions over whole columns: null where there is no value, nothing guessed."""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from etl.cleaning.row_kinds import MISSING
from etl.forms import cell_words, forms
from etl.forms.cell_words import clean as clean
from warehouse.builds.raw_sheets import STAND_IN

NOT_APPLICABLE = ("—", "——", "―", "――", "⸺")
ERROR = r"^#(ERROR|N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)"
_QUOTES = "\"'“”‘’「」"  # around a name, one of a torn pair too
_DOTS = r"[·•・‧∙⋅∘◦●⚫᛫⸱⸳ꞏᐧ\u0307\u119e．.。]"  # that stand between the syllables of a name, after NFKC
_X_SIGNS = r"[xхХχΧ×✕✖╳]"  # typed as the last sign of a number
_HAN_LEVELS = dict(zip("壹贰叁肆一二三四", "12341234", strict=True)) | {"IV": "4", "III": "3", "II": "2", "I": "1"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# How a token is written that stands for a text that was removed (etl/deidentification/tokens.py).
OTHER, WRONG = f"{STAND_IN}X⟧", f"{STAND_IN}W⟧"
FAULTY_NAME = f"{STAND_IN}NW"  # how the token of a name begins whose cell names several children
OWNER = "stand_in_id"  # column of a children sheet's text: the child of a row by its name, which is removed
_TOKEN_STATES = {"V": "valid", "D": "damaged", "I": "invalid"}  # of a number
_DAY = r"^(?<year>(?:19|20|21)\d{2})[-/.年](?<month>\d{1,2})(?:[-/.月](?<day>\d{1,2})[日号]?|月)?$"
_TOKEN_END = re.compile(r"([0-9a-f]{20})⟧$", re.IGNORECASE)
_CHECK_DIGITS = dict(enumerate("10X98765432"))


def pseudonym_in(key: str) -> str | None:
    """Return the pseudonym in a token or in a key that ends with one; None for any other text."""
    match = _TOKEN_END.search(key) if STAND_IN in key else None
    return match.group(1).lower() if match else None


def state(text: pl.Expr) -> pl.Expr:
    """Return missing | not_applicable | cell_error | null (there is a value), of cleaned text."""
    is_missing, is_stroke = text.is_null() | text.is_in(list(MISSING)), text.is_in(list(NOT_APPLICABLE))
    states = {"missing": is_missing, "not_applicable": is_stroke, "cell_error": text.str.contains(ERROR)}
    return pl.coalesce(pl.when(applies).then(pl.lit(state)) for state, applies in states.items())


def present(text: pl.Expr) -> pl.Expr:
    """Return cleaned text where there is a value, else null."""
    return pl.when(state(text).is_null()).then(text)


def look_up(keys: pl.Expr, values: Mapping[Any, object], dtype: type[pl.DataType] = pl.String) -> pl.Expr:
    """Return the value of every key, null for a key that has none."""
    return keys.replace_strict(values, default=None, return_dtype=dtype) if values else pl.lit(None, dtype)


def name(text: pl.Expr) -> pl.Expr:
    """Return a person's name: blanks removed inside Chinese names, the dot of minority names as ·, without quotes and a telephone behind it."""
    dotted = (
        present(text)
        .str.replace(FAULTY_NAME, f"{STAND_IN}N", literal=True)
        .str.strip_chars(_QUOTES)
        .str.replace(r"(\p{Han})[/、,;:(\s]*1\d{10}\)?$", "$1")
        .str.replace_all(_DOTS, "·")
    )
    return pl.when(dotted.str.contains(r"\p{Han}")).then(dotted.str.replace_all(r"\s+", "")).otherwise(dotted)


def names_several(text: pl.Expr) -> pl.Expr:
    """Return whether cleaned text names several children: 张甲、张乙; 1.张甲 2.张乙; 张甲(双胞胎:张乙); 张甲等3人; 张甲 李乙, but not 扎西 卓玛."""
    person, dots = rf"[{''.join(forms.vocabulary('surnames'))}]\p{{Han}}{{1,2}}", _DOTS[1:-1]
    bare = text.str.replace_all(rf"\s*({_DOTS})\s*", "$1").str.replace_all(r"\([^)]*(?:曾用|[原又小乳别学]名|父|母|监护)[^)]*\)", "")
    joined = bare.str.replace_all(r"[^\S\n]", "")
    signs = rf"\p{{Han}}{{2}}[{dots}]*[^\p{{Han}}\p{{Pd}}{dots}][^\p{{Han}}]*\p{{Han}}{{2}}"
    return pl.any_horizontal(
        text.str.starts_with(FAULTY_NAME),
        joined.str.replace_all(r"\([^)]*\)", "、").str.contains(signs),
        bare.str.contains(rf"(?:^|\P{{Han}}){person}[\s\p{{Pd}}和与及]+{person}(?:$|\P{{Han}})"),
        joined.str.contains(
            rf"\([^)]*(?:[兄弟姐妹哥胎]|孪生)[^)\p{{Han}}]*{person}\)|等[\d两二三四五六七八九十]+[人名个]|兄弟|姐弟|姐妹|兄妹"
        ),
    )


def without_no_words(text: pl.Expr, vocabulary: str | None) -> pl.Expr:
    """Return cleaned text, null where a person has said that none of its words belongs to the vocabulary."""
    if vocabulary is None or not (empty := forms.no_words(vocabulary)):
        return text
    return pl.when(~cell_words.words(present(text), vocabulary).list.eval(pl.element().is_in(empty)).list.all()).then(text)


def code(text: pl.Expr, vocabulary: str, default: str | None = None) -> pl.Expr:
    """Return a word's code in a vocabulary of forms/vocabularies.toml; `default` for words that are not in it."""
    codes = look_up(cell_words.single(text), forms.cell_words(vocabulary))
    return codes if default is None else pl.coalesce(codes, pl.when(text.is_not_null()).then(pl.lit(default)))


def yes_no(text: pl.Expr) -> pl.Expr:
    """Return true or false; in a yes/no column 无 means no, so this takes cleaned text and not `present`."""
    return look_up(code(text, "yes_no"), {"yes": True, "no": False}, pl.Boolean)


def number(text: pl.Expr) -> pl.Expr:
    """Return a plain number (1 元, 2,300): Float64."""
    return present(text).str.replace_all(r"[,,元人分\s]", "").cast(pl.Float64, strict=False)


def year(text: pl.Expr) -> pl.Expr:
    """Return a calendar year 1990–2100: Int32."""
    number = present(text).str.extract(r"^((?:19|20)\d{2})(?:年度?)?(?:\.0)?$", 1).cast(pl.Int32, strict=False)
    return pl.when(number.is_between(1990, 2100)).then(number)


def arabic(text: pl.Expr) -> pl.Expr:
    """Return Chinese numerals of a date or a count as digits: 二〇二三年十二月 → 2023年12月."""
    counted = text.str.replace_all(r"([一二三四五六七八九])十([一二三四五六七八九])", "$1$2")
    counted = counted.str.replace_all(r"([一二三四五六七八九])十", "${1}0")
    counted = counted.str.replace_all(r"十([一二三四五六七八九])", "1$1").str.replace_all("十", "10")
    digits = counted.str.replace_many(list(cell_words.HAN_DIGITS), list(cell_words.HAN_DIGITS.values()))
    return pl.when(text.str.contains(r"^[〇零○一二三四五六七八九十\d年月日号\s./-]+$")).then(digits).otherwise(text)


def date_parts(text: pl.Expr, kind: pl.Expr, is_1904: pl.Expr) -> pl.Expr:
    """Return struct(on: Date, precision: day|month, is_ambiguous) of present text; `on` null: not a date.

    `kind` is the cell's kind (t text, n number, d date): 2023.1 as a number may be January or October. A day typed as a number
    (5.1, which comes with its year as 2025.5.1) may have lost a zero: 5.10, 5.20 or 5.30; the earlier day, known to the month.

    Every step lays down what the next uses several times: as one expression a column of days took ten times as long.
    """
    plain = arabic(pl.field("text")).str.replace(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.0+)?$", "").str.replace_all(r"\s+", "")
    cell = pl.struct(text.alias("text"), kind.alias("kind"), is_1904.alias("is_1904")).struct.with_fields(plain.alias("plain"))
    plain, serial, is_number = pl.field("plain"), pl.field("serial"), pl.field("kind") == "n"
    spelled = plain.str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3").str.replace(r"^(\d{4})(\d{2})$", "$1-$2")
    spelled = spelled.str.replace(r"^([0-3]\d年\d{1,2}月(?:\d{1,2}[日号]?)?)$", "20$1")
    has_lost_zero = (is_number & plain.str.contains(r"^\d{4}\.\d{1,2}\.[123]$") & ~plain.str.contains(r"\.2\.3$")).fill_null(False)
    cell = cell.struct.with_fields(
        spelled.str.extract_groups(_DAY).alias("parts"),
        pl.when(plain.str.contains(r"^\d{5}(\.\d+)?$")).then(plain.str.extract(r"^(\d{5})", 1).cast(pl.Int32)).alias("serial"),
        has_lost_zero.alias("has_lost_zero"),
    )
    year, month, day = (pl.field("parts").struct.field(name) for name in ("year", "month", "day"))
    stamp = year + "-" + month.str.zfill(2) + "-" + day.fill_null("01").str.zfill(2)
    start = pl.when(pl.field("is_1904")).then(pl.date(1904, 1, 1)).otherwise(pl.date(1899, 12, 30))
    from_serial = pl.when(serial.is_between(20000, 69999)).then(start + pl.duration(days=serial))
    is_day = serial.is_not_null() | (day.is_not_null() & ~pl.field("has_lost_zero"))
    precision = pl.when(is_day).then(pl.lit("day")).otherwise(pl.lit("month"))
    ambiguous = pl.field("has_lost_zero") | is_number & plain.str.contains(r"^\d{4}\.1$")
    on = pl.coalesce(stamp.str.to_date("%Y-%m-%d", strict=False), from_serial)
    read = pl.struct(on.alias("on"), precision.alias("precision"), ambiguous.alias("is_ambiguous"))
    return cell.struct.with_fields(read.alias("read")).struct.field("read")


def id_number(text: pl.Expr) -> pl.Expr:
    """Return an ID number as compared: no blanks, quotes or dashes, upper-case X."""
    return present(text).str.replace_all(r"[\s'\"‘’“”`−\p{Pd}]", "").str.replace(f"{_X_SIGNS}$", "X").str.to_uppercase()


def id_state(number: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Return valid | invalid | damaged | null (none given) of an ID number (GB 11643, check digit ISO 7064 MOD 11-2)."""
    token_state = look_up(number.str.extract(r"^⟦I([VDI])", 1), _TOKEN_STATES)
    is_cut = ((kind == "n") & (number.str.len_chars() > 15)) | number.str.contains(r"^\d(\.\d+)?E\+?1[5-9]$")
    total = pl.sum_horizontal(number.str.slice(at, 1).cast(pl.Int32, strict=False) * weight for at, weight in enumerate(_WEIGHTS))
    check = look_up(total % 11, _CHECK_DIGITS)
    is_sound = number.str.contains(r"^\d{17}[\dX]$") & (check == number.str.slice(17, 1))
    is_born = id_born_on(number).is_between(pl.date(1900, 1, 1), pl.date(2100, 1, 1))
    damaged, valid = pl.when(is_cut).then(pl.lit("damaged")), pl.when(is_sound & is_born).then(pl.lit("valid"))
    return pl.when(number.is_not_null()).then(pl.coalesce(token_state, damaged, valid, pl.lit("invalid")))


def id_born_on(number: pl.Expr) -> pl.Expr:
    """Return the birth date inside an ID number, also of one whose tail is lost (its first 15 digits hold it)."""
    digits = number.str.replace(r"\.", "").str.extract(r"^(\d{14})", 1)
    day = pl.coalesce(number.str.extract(r"^⟦I[VDI](\d{8})", 1), digits.str.slice(6, 8))
    return day.str.to_date("%Y%m%d", strict=False)


def id_sex(number: pl.Expr) -> pl.Expr:
    """Return the sex by the 17th digit: odd male, even female."""
    odd = number.str.slice(16, 1).cast(pl.Int32, strict=False) % 2
    by_digit = look_up(odd, {1: "male", 0: "female"})
    mark = number.str.extract(r"^⟦I[VDI]\d{8}([MFU])", 1)
    by_token = look_up(mark, {"M": "male", "F": "female"})
    return pl.when(mark.is_not_null()).then(by_token).otherwise(by_digit)


def is_phone(text: pl.Expr) -> pl.Expr:
    """Return whether every number in the cell is a mobile or a fixed number."""
    plain = present(text).str.replace_all(r"[、,;/\n]+", " ").str.replace_all(r"(\d)[\s-]+(\d{3,4})[\s-]*(\d{4})\b", "$1$2$3")
    return plain.str.strip_chars().str.contains(
        r"^(?:(?:\+?86)?1[3-9]\d{9}|(?:0\d{2,3}-?)?[2-8]\d{6,7})(?:\s+(?:(?:\+?86)?1[3-9]\d{9}|(?:0\d{2,3}-?)?[2-8]\d{6,7}))*$"
    )


def classes(text: pl.Expr) -> pl.Expr:
    """Return the class numbers named in a cell ("2、6", "四至六类", "4-6", names): list of Int32, null in it for an unknown word."""
    names = {word.replace("第", "").replace("类", ""): int(code) for word, code in forms.cell_words("class_no").items()}
    word = pl.element().filter(~pl.element().is_in(empty)) if (empty := forms.no_words("class_no")) else pl.element()
    return cell_words.words(present(text), "class_no").list.eval(look_up(word, names, pl.Int32))


def disability_types(text: pl.Expr) -> pl.Expr:
    """Return the types named in a cell as codes joined by blanks ("智力、言语多重" → "speech intellectual multiple")."""
    marks = [
        pl.when(text.str.contains(word, literal=True)).then(pl.lit(kind)) for word, kind in forms.cell_words("disability_type").items()
    ]
    joined = pl.concat_list([mark.fill_null("") for mark in marks]).list.unique(maintain_order=True).list.join(" ")
    trimmed = joined.str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(text.is_not_null() & (trimmed != "")).then(trimmed)


def disability_level(text: pl.Expr) -> pl.Expr:
    """Return level 1–4 of 一级, 1级, II级, 壹级, 1 or of "肢体二级": Int32."""
    word = text.str.extract(r"(IV|III|II|I|[1-4一二三四壹贰叁肆])\s*级?\)?$", 1)
    return pl.coalesce(word.replace(_HAN_LEVELS), code(text, "disability_level")).cast(pl.Int32, strict=False)

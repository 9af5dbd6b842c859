"""A cell's text cleaned, and the words of a coded cell as they are looked up in its vocabulary: polars expressions."""

import polars as pl

from etl.forms.equivalent_signs import EQUIVALENT, INVISIBLE

HAN_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))


def clean(column: pl.Expr) -> pl.Expr:
    """Return text after NFKC, equivalent signs as one, all kinds of blanks trimmed, leading quote removed; blank → null."""
    plain = column.str.normalize("NFKC").str.replace_all(INVISIBLE, "").str.replace_many(list(EQUIVALENT), list(EQUIVALENT.values()))
    text = plain.str.strip_chars(" \t\r\n\v\f\u0085\u00a0\u2028\u2029\u3000'")
    return pl.when(text == "").then(None).otherwise(text)


def words(text: pl.Expr, vocabulary: str) -> pl.Expr:
    """Return the words of cleaned text that is not missing: several in one of classes ("2、6", "四至六类", "4-6", names), one in any other."""
    return _class_words(text) if vocabulary == "class_no" else pl.concat_list(single(text))


def single(text: pl.Expr) -> pl.Expr:
    """Return a cell as one word: no blanks, no brackets with their content."""
    return text.str.replace_all(r"\s+", "").str.replace_all(r"\([^)]*\)", "")


def _class_words(text: pl.Expr) -> pl.Expr:
    plain = text.str.replace_all(r"[类第]", "").str.replace_all(r"残、重病", "残重病")
    plain = plain.str.replace_many(list(HAN_DIGITS), list(HAN_DIGITS.values()))
    for first in range(1, 7):
        for last in range(first + 1, 7):
            spelled = "、".join(str(number) for number in range(first, last + 1))
            plain = plain.str.replace(rf"^{first}\s*[-—~~至到]\s*{last}$", spelled)
    words = plain.str.replace_all(r"[、,;/+\s和及]+", "、").str.strip_chars("、").str.split("、")
    return words.list.eval(pl.element().str.replace_all(r"\([^)]*\)", ""))

"""The catalogues against the code: every message in both languages, the same fields, nothing left over."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import locales
from tests.locales import extract

FIELD = re.compile(r"\{(\w*)[^{}]*\}")
COUNTED = re.compile(r"\{(\w*):[^{}|]*\|[^{}|]*\}")  # a word for one and for more, beside the field that counts
REMEDY = "run `make messages` and translate what is empty in locales/en"


def messages_in(path: Path) -> set[str]:
    """Every literal in `_("…")` and `N_("…")`, read from the syntax tree and so independent of the extractor."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    called = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("_", "N_") and call.args]
    return {str(call.args[0].value) for call in called if isinstance(call.args[0], ast.Constant)}


@pytest.fixture(scope="module")
def in_code() -> set[str]:
    """Every message of the code."""
    return set().union(*(messages_in(path) for path in extract.source_files()))


def catalogue(name: str) -> Catalog:
    """The catalogue of one language as it stands."""
    found = extract.read(locales.catalogue_path(name), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", locales.LANGUAGES)
def test_every_message_of_the_code_is_translated(name: str, in_code: set[str]):
    translated = {str(entry.id) for entry in catalogue(name) if entry.id and entry.string and not entry.fuzzy}
    assert sorted(in_code - translated) == [], REMEDY


@pytest.mark.parametrize("name", locales.LANGUAGES)
def test_no_message_is_left_that_the_code_no_longer_has(name: str, in_code: set[str]):
    left = {str(entry.id) for entry in catalogue(name) if entry.id} | set(catalogue(name).obsolete)
    assert sorted(left - in_code) == [], REMEDY


@pytest.mark.parametrize("name", locales.LANGUAGES)
def test_a_translation_has_the_fields_of_its_message(name: str):
    fields = {
        str(entry.id): [sorted(FIELD.findall(COUNTED.sub("", str(text)))) for text in (entry.id, entry.string)] for entry in catalogue(name)
    }
    assert {message: found for message, found in fields.items() if found[0] != found[1]} == {}
    counted = {str(entry.id): {*COUNTED.findall(str(entry.string))} for entry in catalogue(name)}
    assert {message: names for message, names in counted.items() if not names <= {*FIELD.findall(message)}} == {}


def test_no_message_is_put_together_before_it_is_looked_up():
    assembled = (ast.JoinedStr, ast.BinOp)
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in extract.source_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and (not node.args or isinstance(node.args[0], assembled))
    ]
    assert wrong == []


def test_english_holds_no_chinese_but_the_fields_own_words_in_quotes_or_brackets():
    chinese = re.compile(r"[\u4e00-\u9fff]")
    quoted = re.compile(r"[“(][^“”()]*[”)]")
    left = [str(entry.string) for entry in catalogue("en") if chinese.search(quoted.sub("", str(entry.string)))]
    assert left == []


def test_english_has_no_apostrophe_that_chinese_fonts_draw_as_wide_as_a_sign():
    assert [str(entry.string) for entry in catalogue("en") if "\u2019" in str(entry.string)] == []

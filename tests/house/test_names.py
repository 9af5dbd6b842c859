"""Names of values bear the noun of what they hold; comments and docstrings are plain modern English."""

import ast
import io
import re
import tokenize
from collections import Counter
from pathlib import Path

from tests.house.tree import PACKAGES, ROOT, program

# Participles and pronouns that say nothing of a value.
PUZZLING = frozenset("told found made known one own asked shown drawn said given laid standing anew".split())
ODD = re.compile(r"\b(told|anew|reckon\w*|whoever|whosoever|leaves? the house)\b", re.IGNORECASE)
# How many there may still be in each package; a number is only ever lowered.
NAMES_LEFT: dict[str, int] = {}
WORDS_LEFT: dict[str, int] = {}


def bound(tree: ast.AST) -> list[str]:
    """The names that a module binds, in order: variables, parameters, fields, functions and classes."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
        elif isinstance(node, ast.arg):
            names.append(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
    return names


def prose(path: Path) -> list[str]:
    """The comments of a file, and of a Python file the docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        mark = "--" if path.suffix == ".sql" else "#"
        return [line.partition(mark)[2] for line in text.splitlines() if mark in line]
    comments = [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT]
    documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
    return comments + [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]


def puzzling_names() -> Counter[str]:
    """How many puzzling names each package binds."""
    count: Counter[str] = Counter()
    for module, tree in program().syntax.items():
        count[module.partition(".")[0]] += sum(name.strip("_") in PUZZLING for name in bound(tree))
    return +count


def odd_words() -> Counter[str]:
    """How many odd words the comments and docstrings of each package hold, its SQL and settings among them."""
    count: Counter[str] = Counter()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.suffix in (".py", ".sql", ".toml"):
                count[package] += sum(len(ODD.findall(text)) for text in prose(path))
    return +count


def too_many(count: Counter[str], left: dict[str, int]) -> dict[str, int]:
    """The packages with more than what may be left, with their numbers."""
    return {package: number for package, number in count.items() if number > left.get(package, 0)}


def test_no_value_is_called_by_a_puzzling_word():
    assert too_many(puzzling_names(), NAMES_LEFT) == {}


def test_comments_and_docstrings_speak_plain_english():
    assert too_many(odd_words(), WORDS_LEFT) == {}


def test_names_bound_in_any_way_are_seen():
    tree = ast.parse("def f(told, *asked):\n    made: int = 1\n    for known in asked:\n        pass\n    return [one for one in told]")
    assert sorted(bound(tree)) == ["asked", "f", "known", "made", "one", "told"]


def test_odd_words_are_seen_in_comments_and_docstrings_but_not_in_text(tmp_path):
    path = tmp_path / "a.py"
    path.write_text('"""Say what is told."""\nx = "told"  # anew\n')
    (tmp_path / "b.sql").write_text("select 'told' as told -- reckoned\n")
    found = [len(ODD.findall(text)) for path in (path, tmp_path / "b.sql") for text in prose(path)]
    assert found == [1, 1, 1]


def test_a_package_over_its_number_is_named():
    assert too_many(Counter(pages=3, etl=1), {"pages": 2, "etl": 1}) == {"pages": 3}

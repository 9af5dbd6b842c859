"""SQL is in the warehouse: pages ask for lists by name and hold no statement of their own."""

import ast
import re

from tests.house.tree import Tree, program
from warehouse.sql import compose

STATEMENT = re.compile(r"\bselect\b.*\bfrom\b|^\s*(select|insert into|update \w+ set|delete from|create table)\s", re.DOTALL)
OWN_STORE = "pages.access.accounts"  # the accounts' own SQLite file, which no other package opens


def texts(tree: ast.AST) -> list[tuple[int, str]]:
    """Every string of a module with its line; of an f-string, and of strings joined by +, the whole with ? for what is put in."""
    if isinstance(tree, ast.JoinedStr | ast.BinOp | ast.Constant):
        return [(tree.lineno, "".join(pieces(tree))), *(text for part in inserted(tree) for text in texts(part))]
    return [text for part in ast.iter_child_nodes(tree) for text in texts(part)]


def pieces(node: ast.AST) -> list[str]:
    """The pieces of a string expression in their order."""
    if isinstance(node, ast.Constant):
        return [node.value if isinstance(node.value, str) else "?"]
    if isinstance(node, ast.JoinedStr):
        return [piece for part in node.values for piece in pieces(part)]
    return [*pieces(node.left), *pieces(node.right)] if isinstance(node, ast.BinOp) else ["?"]


def inserted(node: ast.AST) -> list[ast.AST]:
    """The expressions that a string expression puts in, which may hold strings of their own."""
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        return [inner for part in ast.iter_child_nodes(node) for inner in inserted(part)]
    return [] if isinstance(node, ast.Constant) else [node]


def statements(tree: Tree) -> list[str]:
    """Where a page's module holds a statement of SQL, but for the store of accounts."""
    return [
        f"{module}:{line}"
        for module, syntax in tree.syntax.items()
        if module.startswith("pages") and not module.startswith(OWN_STORE)
        for line, text in texts(syntax)
        if STATEMENT.search(text)
    ]


def test_pages_hold_no_sql():
    assert statements(program()) == []


def test_sql_in_a_page_is_found_however_it_is_put_together(tmp_path):
    (tmp_path / "pages" / "access" / "accounts").mkdir(parents=True)
    sources = {
        "plain": 'rows("select name from villages")',
        "formatted": 'rows(f"select {columns} from {table}")',
        "joined": 'rows("select " + columns + " from villages")',
        "long": 'SQL = """\nselect name\nfrom villages\n"""',
        "change": 'run("delete from villages")',
        "access/accounts/store": 'rows("select name from accounts")',
        "harmless": '"""Select a village from the list."""\nrows("selected_from")\nlabel = "url_select from here"',
    }
    for name, source in sources.items():
        (tmp_path / "pages" / f"{name}.py").write_text(source, encoding="utf-8")
    assert statements(Tree(tmp_path, ("pages",))) == [f"pages.{name}:1" for name in ("change", "formatted", "joined", "long", "plain")]


def test_every_list_is_read_by_a_page_or_the_warehouse():
    named = {text for module, syntax in program().syntax.items() for _line, text in texts(syntax)}
    assert set(compose.list_files()) - named == set()

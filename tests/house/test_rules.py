"""Rules of the code: which way packages import, what never stands in the code, how requirements are pinned."""

import ast
import importlib.metadata
import re
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, imported, program

# What each package may import of ours besides itself. Nothing reaches a page before the checks have run, so pages know
# the warehouse alone and start the load as a process.
ALLOWED = {
    "locales": set(),
    "warehouse": {"locales"},
    "etl": {"warehouse", "locales", "checks.run", "checks.catalogue"},  # a load runs the checks before it publishes; sentences are data
    "checks": {"warehouse", "locales"},
    # Sentences of findings and fields of ledgers, which are data; a list handed to a page, which a process with limits reads; the published register.
    "pages": {"warehouse", "locales", "checks.catalogue", "etl.forms", "etl.files.workbook", "etl.register"},
    "app": {"pages.access", "pages.admin_panel.backup_jobs"},
}
# Names of XML languages and of the licence look like addresses; nothing is fetched from them.
XML_NAMES = re.compile(r"https?://(127\.0\.0\.1|localhost|www\.w3\.org|(www\.)?apache\.org|schemas\.openxmlformats\.org)\b")
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def everything() -> list[Path]:
    """The Python files of the program and of the tests."""
    return [*program().files.values(), *TESTS]


def here(path: Path) -> str:
    """A path from the root."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_point_one_way(package: str):
    allowed = tuple(f"{name}." for name in ALLOWED[package] | {package})
    wrong = [
        f"{module} imports {name}"
        for module, tree in program().syntax.items()
        if module.partition(".")[0] == package
        for name in sorted(imported(tree))
        if name.partition(".")[0] in ALLOWED and not f"{name}.".startswith(allowed)
    ]
    assert wrong == []


def test_every_import_writes_the_whole_name():
    by_dots = [
        f"{here(path)}:{node.lineno}"
        for path in everything()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert by_dots == []


def test_only_the_engine_of_the_checks_imports_great_expectations():
    users = [module for module, tree in program().syntax.items() if any(name.startswith("great_expectations") for name in imported(tree))]
    assert users == ["checks.engine"]


def test_no_package_is_named_after_nothing():
    empty = {"utils", "util", "helpers", "manager", "common", "misc", "data"}
    helper_families = "pages/helpers.py"  # the page of those who help the children, by its address
    assert [here(path) for path in everything() if path.stem in empty and here(path) != helper_families] == []


def test_every_python_file_says_what_it_is_for():
    silent = [
        here(path)
        for path in everything()
        if path.stat().st_size and not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]
    assert silent == []


def test_the_code_holds_no_address_to_send_anything_to():
    places = [*program().files.values(), *(path for name in PACKAGES for path in (ROOT / name).rglob("*.html"))]
    addresses = [
        f"{here(path)}:{number}"
        for path in places
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"https?://", XML_NAMES.sub("", line))
    ]
    assert addresses == []


def test_streamlit_tells_nobody_anything():
    settings = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    for line in (
        "gatherUsageStats = false",
        'address = "127.0.0.1"',
        'showErrorLinks = "false"',
        'showErrorDetails = "none"',
        'toolbarMode = "minimal"',
    ):
        assert line in settings.splitlines()


def test_every_direct_requirement_is_pinned_exactly():
    for name in ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"):
        lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
        wanted = [line for line in lines if line and not line.startswith("-r ")]
        assert [line for line in wanted if not re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line)] == []


def test_every_exception_from_a_security_rule_gives_its_reason_beside_it():
    bare = [
        f"{here(path)}:{number}"
        for path in everything()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# noqa: S\d+\s*$", line)
    ]
    assert bare == []


def test_every_requirement_of_the_program_is_imported_or_says_why_it_is_there():
    modules = {name.partition(".")[0] for tree in program().syntax.values() for name in imported(tree)}
    distributions = importlib.metadata.packages_distributions()
    used = {name.lower() for module in modules for name in distributions.get(module, ())}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    needless = [line for line in lines if "==" in line and line.partition("==")[0] not in used and "#" not in line]
    assert needless == []

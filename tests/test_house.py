"""The house keeps its order: which way imports point, who opens a file with words, what never stands in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What each package may import of ours besides itself. Nothing reaches a page before the checks have run, so pages know
# the warehouse alone and start the load as a process.
ALLOWED = {
    "locales": set(),
    "warehouse": {"locales"},
    "etl": {"warehouse", "locales", "checks.run"},  # a load runs the checks before it publishes
    "checks": {"warehouse", "locales"},
    "pages": {"warehouse", "locales", "checks.catalogue"},  # the sentences of findings, which are data
    "app": {"pages.access"},
}
OURS = set(ALLOWED)
# Names of XML languages and of the licence look like addresses; nothing is fetched from them.
KNOWN_ADDRESSES = re.compile(r"https?://(127\.0\.0\.1|localhost|www\.w3\.org|(www\.)?apache\.org|schemas\.openxmlformats\.org)\b")


def python_files(*folders: str) -> list[Path]:
    """Our Python files under these folders (the root's own too when none is named)."""
    places = folders or (*[name for name in ALLOWED if name != "app"], "tests")
    found = [path for place in places for path in (ROOT / place).rglob("*.py")]
    return sorted(found if folders else [*found, *ROOT.glob("*.py")])


def imported(path: Path) -> set[str]:
    """Every module a file imports, wherever in the file, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
            assert node.level == 0, f"{path.name}:{node.lineno} imports by dots; write the whole name"
    return names


def files_of(package: str) -> list[Path]:
    """The files of a package, or the one module of that name."""
    return python_files(package) or [ROOT / f"{package}.py"]


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_point_one_way(package: str):
    allowed = tuple(f"{name}." for name in ALLOWED[package] | {package})
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files_of(package)
        for name in sorted(imported(path))
        if name.split(".")[0] in OURS and not f"{name}.".startswith(allowed)
    ]
    assert wrong == []


def test_only_the_engine_of_the_checks_imports_great_expectations():
    users = [path for path in python_files() if any(name.split(".")[0] == "great_expectations" for name in imported(path))]
    assert [path.relative_to(ROOT).as_posix() for path in users if ROOT / "tests" not in path.parents] in (
        [],
        ["checks/engine.py"],
    )


def test_no_package_is_named_after_nothing():
    empty = {"utils", "util", "helpers", "manager", "common", "misc", "data"}
    assert [str(path.relative_to(ROOT)) for path in python_files() if path.stem in empty] == []


def test_every_python_file_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.stat().st_size and not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]
    assert silent == []


def test_the_code_holds_no_address_to_send_anything_to():
    places = [*python_files(*[name for name in ALLOWED if name != "app"]), ROOT / "app.py"]
    places += [path for name in ALLOWED if (ROOT / name).is_dir() for path in (ROOT / name).rglob("*.html")]
    found = []
    for path in places:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"https?://", KNOWN_ADDRESSES.sub("", line)):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


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
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
        wanted = [line for line in lines if line and line != "-r requirements.txt"]
        assert [line for line in wanted if not re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line)] == []


def test_every_exception_from_a_security_rule_gives_its_reason_beside_it():
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# noqa: S\d+\s*$", line)
    ]
    assert bare == []

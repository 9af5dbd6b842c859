"""Paths that texts mention are there: in manuals and comments, in SQL, settings and the Makefile."""

import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.house.test_names import prose
from tests.house.tree import PACKAGES, ROOT

# A path from the root, a glob among them; and the bare name of one of our files, as comments write it.
FOLDERS = "|".join([*PACKAGES, "tests", "docs", r"\.ci", r"\.streamlit"])
PATH = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w.*@/-]*[\w*/]")
BARE = re.compile(r"(?<![\w./*-])[a-z_]+\.(?:py|sql|toml|html|po)\b(?![\w/(])")
MODULE = re.compile(rf"-m ((?:{'|'.join([*PACKAGES, 'tests'])})(?:\.\w+)*)")  # python -m etl
# Written elsewhere: the files of a data home, and the page inside an assessment pack.
ELSEWHERE = {"settings.toml", "goals.toml", "aliases.toml", "index.html"}


def paths_in(text: str) -> set[str]:
    """The paths and bare file names that a text mentions."""
    return set(PATH.findall(text)) | set(BARE.findall(text))


def missing(paths: Iterable[str], root: Path, files: list[str]) -> list[str]:
    """Those of the paths that are no file or folder of the root; a bare name may be that of any file."""
    names = {file.rpartition("/")[2] for file in files}
    real = [path for path in paths if "NAME" not in path]  # NAME stands for a file that the reader is about to write
    return sorted(path for path in real if not (is_there(path, root) if "/" in path else path in names | ELSEWHERE))


@cache
def is_there(path: str, root: Path) -> bool:
    """Whether a path from the root is one of a file or folder; a glob may fit several."""
    return any(root.glob(path.rstrip("/"))) if "*" in path else (root / path).exists()


def runs(module: str, root: Path) -> bool:
    """Whether `python -m` finds the module: a file, or a package that can be run."""
    path = root / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def tracked() -> list[str]:
    """The project's files; those of a copy without git are all that lie there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@cache
def texts() -> dict[str, str]:
    """What a reader meets beside the code: whole documents, and of code and settings the comments and docstrings."""
    found = {}
    for name in tracked():
        path = ROOT / name
        if path.suffix in (".md", ".conf", ".cmd", ".service") or path.name in ("Makefile", "Containerfile"):
            found[name] = path.read_text(encoding="utf-8")
        elif path.suffix in (".py", ".sql", ".toml"):
            found[name] = "\n".join(prose(path))
    return found


def test_every_path_that_a_text_mentions_is_there():
    files = tracked()
    stale = {name: missing(paths_in(text), ROOT, files) for name, text in texts().items()}
    assert {name: paths for name, paths in stale.items() if paths} == {}


def test_every_module_that_a_text_runs_can_be_run():
    lines = {name: set(MODULE.findall(text)) for name, text in texts().items()}
    stale = {name: sorted(module for module in modules if not runs(module, ROOT)) for name, modules in lines.items()}
    assert {name: modules for name, modules in stale.items() if modules} == {}


def test_a_stale_path_is_named(tmp_path):
    (tmp_path / "etl").mkdir()
    (tmp_path / "etl" / "load.py").touch()
    text = "see `etl/load.py`, etl/gone.py and etl/*.py; load.py, not lost.sql; `data/etl/x.py` is elsewhere"
    assert missing(paths_in(text), tmp_path, ["etl/load.py"]) == ["etl/gone.py", "lost.sql"]


def test_a_module_that_cannot_be_run_is_told_from_one_that_can(tmp_path):
    for name in ("etl/__main__.py", "etl/load.py", "checks/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    modules = MODULE.findall("python -m etl load; -m etl.load, -m checks, -m etl.gone")
    assert [runs(module, tmp_path) for module in modules] == [True, True, False, False]

"""Homes that tests share: the sample town and the demo town, each loaded once for all workers through the real commands."""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import locales
from tests import forked_commands
from warehouse.storage import keys

ROOT = Path(__file__).resolve().parent.parent
TOWN = ROOT / "tests" / "town"


IS_WHOLE = bool(os.environ.get("TONGXING_WHOLE"))  # `python -m tests.bench.whole`: all of what the suite tries a part of


forked_commands.install()


LOADED = {"town_home", "villages_home", "portions_home", "demo_home", "browser"}  # what takes long to make
SLOW = (
    "tests/browser",
    "tests/checks/test_active_content.py",
    "tests/checks/test_returned_copies.py",
    "tests/etl/deidentification",
    "tests/etl/demo",
    "tests/etl/forms/test_blank_forms.py",
    "tests/etl/forms/test_heading_aliases.py",
    "tests/etl/forms/test_layouts.py",
    "tests/etl/forms/test_unknown_words.py",
    "tests/etl/sheets/test_cases.py::test_a_file_named_after",
    "tests/etl/sheets/test_cases.py::test_a_later_ledger",
    "tests/etl/sheets/test_cases.py::test_no_name_number_or_phone",
    "tests/etl/sheets/test_cases.py::test_sheets_and_files",
    "tests/etl/sheets/test_reader_pool.py",
    "tests/etl/test_boundary_load.py",
    "tests/etl/test_bytes_read_once.py",
    "tests/etl/test_killed_load.py",
    "tests/etl/test_staged_load.py",
    "tests/etl/test_staged_questions.py",
    "tests/etl/test_town_settings.py",
    "tests/pages/access/door/test_attacks.py",
    "tests/pages/access/test_audit_entries.py",
    "tests/pages/access/test_commands.py",
    "tests/pages/admin_panel",
    "tests/pages/ledger_intake",
    "tests/pages/test_work.py",
    "tests/pages/word_report/test_slides.py::test_charts_hold_every_village",
    "tests/test_full_disk.py",
    "tests/test_privacy.py",
    "tests/test_readme.py",
    "tests/warehouse/backup",
    "tests/warehouse/disclosure/test_suppression.py",
    "tests/warehouse/identity",
    "tests/warehouse/metrics/test_random_towns.py",
    "tests/warehouse/review/test_counting_rules.py",
    "tests/warehouse/review/test_figure_changes",
    "tests/warehouse/storage/test_format_versions.py",
    "tests/warehouse/test_commands.py",
    "tests/ways/test_pictures.py",
)


def pytest_configure(config):
    """Import what the commands need once for all workers, while these collect."""
    if getattr(config.option, "numprocesses", None):
        forked_commands.share()


def pytest_collection_modifyitems(items):
    """Mark what `make test-quick` leaves out: tests on a loaded town, in a browser, and those that load for themselves."""
    kinds = {}  # of a file: 0 in a browser, 1 slow, 2 on a loaded town, 3 quick
    for item in items:
        is_loaded = bool(LOADED & set(item.fixturenames))
        is_slow = is_loaded or item.nodeid.startswith(SLOW)
        if is_slow:
            item.add_marker("slow")
        kind = 0 if "browser" in item.fixturenames else 2 if is_loaded else 1 if is_slow else 3
        kinds[item.path] = min(kind, kinds.get(item.path, kind))
    if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
        deal(items, kinds, workers)


def deal(items, kinds, workers):
    """Order tests for workers that take a part of the list each and then from the ends of each other's.

    The first begins with the browser; all with files that wait for no town which another makes. They end with quick ones, so that
    none is left alone with a long test.
    """
    parts = {}  # of a file: whose
    for kind in set(kinds.values()):
        same = [item.path for item in items if kinds[item.path] == kind]
        for at, path in enumerate(same):
            parts.setdefault(path, at * workers // len(same) if kind else 0)
    items.sort(key=lambda item: (parts[item.path], kinds[item.path]))


def pytest_collection_finish():
    """Look for garbage seldom, and not among what was imported: it took a twentieth of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def nobody_chose_a_language(monkeypatch):
    """Every test begins in Chinese, whatever the machine speaks and whatever the test before it chose.

    Taken back afterwards too: what a module makes for all its tests is made before this runs.
    """
    monkeypatch.delenv("TONGXING_LANG", raising=False)
    locales._chosen.set(None)
    yield
    locales._chosen.set(None)


def part_of(cases, step, first=0):
    """Every `step`th of some cases, the same in each run; all of them for the bench."""
    return list(cases) if IS_WHOLE else list(cases)[first::step]


def run(home, *command, code=0):
    """Run one of the project's commands on a home; its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"TONGXING_HOME": str(home)}
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def once(factory, name, make):
    """A folder that the first worker makes and the others wait for."""
    base = factory.getbasetemp()  # a worker's own lies inside the run's; the folder above a run's is shared by all runs ever
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / name
    with open(shared / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            folder.mkdir(parents=True, exist_ok=True)
            make(folder)
            (folder / "ready").touch()
    return folder


def copied(factory, name, make, to):
    """A copy in the folder `to` of what `once` makes, for a test that changes it."""
    shutil.copytree(once(factory, name, make), to, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def town_home(tmp_path_factory):
    """A home with the sample town loaded as of 2025-12-31; `report.json` beside it is the load report."""

    def make(home):
        run(home, "etl", "load", TOWN, "--as-of", "2025-12-31", "--report", home / "report.json")

    return once(tmp_path_factory, "town", make)


@pytest.fixture(scope="session")
def villages_home(tmp_path_factory):
    """A home with four villages of the sample town loaded: new and old workbooks, .csv."""

    def make(home):
        names = ("村居名册", "柳溪村", "龙潭村", "青松村", "白鹭村")
        run(home, "etl", "load", *(path for path in TOWN.iterdir() if path.name.startswith(names)), "--as-of", "2025-12-31")

    return once(tmp_path_factory, "villages", make)


@pytest.fixture(scope="session")
def portions_home(tmp_path_factory):
    """A home with the sample town in two loads: the ledgers of 2023 and 2024, then those of 2025; nothing else is published."""

    def make(home):
        files = sorted(path for path in TOWN.iterdir() if path.suffix in (".xlsx", ".xls", ".csv", ".geojson"))
        late = [path for path in files if "2025" in path.name or "第4期" in path.name or "第3期" in path.name]
        for part in ([path for path in files if path not in late], late):
            run(home, "etl", "load", *part, "--as-of", "2025-12-31")

    return once(tmp_path_factory, "portions", make)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """A home with the demo town loaded; its ledgers stand in `ledgers`."""

    def make(home):
        keys.load_key(home, create=True)
        subprocess.run(["make", "-s", "demo-town", f"DEMO_HOME={home}", forked_commands.MAKE], cwd=ROOT, check=True, capture_output=True)

    return once(tmp_path_factory, "demo", make)

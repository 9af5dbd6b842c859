"""A load reads each ledger from disk once: for its hash, its cells and the sealed original, in workers as in the load itself."""

import multiprocessing
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from etl import load
from tests import forked_commands
from tests.bench.fuzz import TOWN
from warehouse.builds import repository

# Notes every file of a folder `counted_ledgers` that a process opens; spawned processes run it because it is their sitecustomize.
RECORDER = """
import os, sys

def record(event, arguments):
    log = os.environ.get("OPENED_LEDGERS")
    if log and event == "open" and os.path.basename(os.path.dirname(str(arguments[0]))) == "counted_ledgers":
        with open(log, "a", encoding="utf-8") as lines:
            lines.write(os.path.basename(arguments[0]) + chr(10))

sys.addaudithook(record)
"""


exec(RECORDER, {})  # noqa: S102 — the text above; without OPENED_LEDGERS it notes nothing


class NoChecker:
    """Stands for the checks, which read no ledger."""

    def start(self):
        pass

    def check(self, path, as_of):
        pass

    def close(self):
        pass


@pytest.fixture
def ledgers(tmp_path, monkeypatch):
    """A village's ledgers, one of them under two names; what opens them stands in `opened`."""
    (tmp_path / "recorder").mkdir()
    (tmp_path / "recorder" / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "recorder"), *sys.path]))
    folder = tmp_path / "counted_ledgers"
    folder.mkdir()
    for path in TOWN.iterdir():
        if path.name.startswith(("柳溪村", "村居名册")):
            shutil.copy(path, folder)
    shutil.copy(folder / "村居名册.xlsx", folder / "村居名册2.xlsx")
    monkeypatch.setattr(load, "Checker", NoChecker)
    monkeypatch.setattr(multiprocessing, "get_context", forked_commands._get_context)  # a forked one reads no sitecustomize
    monkeypatch.setenv("OPENED_LEDGERS", str(tmp_path / "opened"))
    return folder


def opened(folder):
    """How often each ledger was opened since the last time this was asked."""
    log = folder.parent / "opened"
    counts = Counter(log.read_text(encoding="utf-8").splitlines())
    log.unlink()
    return counts


def test_every_ledger_is_opened_once_in_a_load(ledgers, tmp_path):
    once = Counter(path.name for path in ledgers.iterdir())
    report = load.load([ledgers], tmp_path / "home")
    assert (opened(ledgers), report.already_loaded) == (once, ["村居名册2.xlsx"])
    with repository.open_build(tmp_path / "home").cursor() as build:
        assert build.execute("select count(*) from raw_files").fetchone() == (len(once) - 1,)
    load.load([ledgers], tmp_path / "home")
    assert opened(ledgers) == once


def test_the_count_sees_what_another_process_opens(ledgers):
    reader = multiprocessing.get_context("spawn").Process(target=Path.read_bytes, args=(ledgers / "村居名册.xlsx",))
    reader.start()
    reader.join()
    assert opened(ledgers) == {"村居名册.xlsx": 1}

"""No process of the program leaves what it works on in clear: no core of its memory, no file under /tmp."""

import re
import subprocess
import sys
import tempfile

import openpyxl
import pytest

from tests.conftest import ROOT
from warehouse.storage import xlsx_bytes

LIMITS = "import resource, sys; from {module} import {name}; {name}(); print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)"


@pytest.mark.parametrize(("module", "name"), [("pages.access", "begin"), ("warehouse.storage.safe_logging", "configure")])
def test_a_process_that_is_killed_leaves_no_core_nor_do_those_it_starts(module, name, tmp_path):
    code = (
        LIMITS.format(module=module, name=name)
        + "; import os; os.execv(sys.executable, [sys.executable, '-c', \"import resource; print(resource.getrlimit(resource.RLIMIT_CORE))\"])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={"TONGXING_HOME": str(tmp_path)})
    assert done.stdout.split("\n")[-3:-1] == ["(0, 0)", "(0, 0)"], done.stderr


def test_a_workbook_goes_through_no_file(monkeypatch):
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", None)
    monkeypatch.setattr(tempfile, "mkstemp", None)
    book = openpyxl.Workbook()
    book.active.append(["甲一"])
    book.create_sheet("二").append([1])
    assert b"xl/worksheets/sheet2.xml" in xlsx_bytes.of(book)


def test_no_module_saves_a_workbook_in_another_way():
    texts = {path: path.read_text("utf-8") for folder in ("etl", "pages", "checks", "warehouse") for path in (ROOT / folder).rglob("*.py")}
    assert [path.name for path, text in texts.items() if re.search(r"\bbook\.save\(", text)] == ["writers.py"]  # .xls, of the invented town
    assert [path.name for path, text in texts.items() if "tempfile" in text] == []

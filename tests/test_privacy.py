"""What a loaded home holds and who may read it, what an error says, and PRIVACY.md against both."""

import csv
import json
import os
import re
import subprocess
import sys

import duckdb
import pytest

from etl.forms import forms
from tests.conftest import ROOT, run
from tests.etl.ledger_builder import REGISTER
from warehouse.settings.settings import program_settings
from warehouse.storage import build_files

MARK = "标记张三QQ"
ORGANISATIONS = ("unit", "department")  # columns that hold an organisation in the open
BEGUN = "import sys\nfrom warehouse.storage import safe_logging\nsafe_logging.configure()\n"


def words_of(ledger):
    """Headings of a form, a row with the mark in every field, and one that is sound."""
    spec = forms.forms()[ledger].fields
    sound = {"child_name": "甲一", "village_name": "柳溪村", "helper_name": "李四", "class_no": "1", "born_on": "2015-01-01"}
    return [[f.aliases[0] for f in spec.values()], [MARK] * len(spec), [sound.get(name, "") for name in spec]]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with accounts, a load of ledgers with the mark in every field, and a second load in a job's folder."""
    folder = tmp_path_factory.mktemp("marked")
    (folder / "ledgers").mkdir()
    ledgers = {f"柳溪村{ledger}_20250320": words_of(ledger) for ledger in forms.forms() if ledger != "villages"}
    for name, rows in ({"村居名册": REGISTER} | ledgers).items():
        with open(folder / "ledgers" / f"{name}.csv", "w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    home = folder / "demo"  # where accounts of the demo may be made
    run(home, "etl", "load", folder / "ledgers")
    run(home, "pages.access", "demo")
    job = home / "loads" / "20250101T000000-00000000"
    (job / "files").mkdir(parents=True, mode=0o700)
    (job / "files" / "a.csv").write_text(MARK)
    (home / "loads").chmod(0o755)
    run(home, "etl", "load", folder / "ledgers", "--job", job)
    return home


def test_every_file_is_for_its_owner_alone(home):
    found = {path.relative_to(home).as_posix(): oct(path.stat().st_mode & 0o777) for path in [home, *home.rglob("*")]}
    wrong = {name: mode for name, mode in found.items() if mode != ("0o700" if (home / name).is_dir() else "0o600")}
    assert (len(found) > 8, wrong) == (True, {})


def test_the_uploads_of_a_job_are_gone_once_it_has_ended(home):
    assert sorted(path.name for path in (home / "loads").rglob("*") if "files" in path.parts) == []


def test_the_mark_stands_in_no_file_and_no_table_of_the_home_but_sealed(home):
    bytes_with = [path.name for path in home.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    assert [name for name in bytes_with if not name.endswith(".duckdb")] == []
    found = []
    with duckdb.connect(str(build_files.file_of(home, build_files.published(home))), read_only=True) as connection:
        for table, column in connection.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall():
            ((count,),) = connection.execute(
                f'select count(*) from "{table}" where cast("{column}" as varchar) like $mark', {"mark": f"%{MARK}%"}
            ).fetchall()
            found += [f"{table}.{column}"] if count else []
        ((rows,),) = connection.execute("select count(*) from child_rows").fetchall()
    assert rows > 1
    assert [place for place in found if place.partition(".")[2] not in ORGANISATIONS] == []
    assert "helpers.unit" in found  # the look does find what stands in the open


PAGE = """
import streamlit as st
from pages.main import run

class Page:
    url_path, title = "x", "X"
    def run(self):
        raise ValueError("MARK")

def broken():
    raise KeyError("MARK")

@st.fragment
def part():
    if st.session_state.get("go"):
        raise TypeError("MARK")

@st.dialog("d")
def box():
    raise OSError("MARK")

run(Page(), "manual")
st.button("b", key="b", on_click=broken)
if st.button("d", key="d"):
    box()
part()
"""
FAULTY = """
import logging, threading, warnings
import duckdb
from streamlit.testing.v1 import AppTest
for key in ("b", "d"):
    AppTest.from_string(PAGE, default_timeout=30).run().button(key=key).click().run()
app = AppTest.from_string(PAGE, default_timeout=30).run()
app.session_state["go"] = True
app.run()
try:
    raise RuntimeError("MARK")
except RuntimeError as error:
    logging.getLogger("other").exception("a library's own words: %s", error)
    logging.getLogger("other").error(error)
threading.Thread(target=lambda: {}["MARK"]).start()
warnings.warn("MARK")
duckdb.sql("select cast('MARK' as integer)").fetchall()
"""


def test_what_goes_wrong_in_a_page_a_callback_a_dialog_a_fragment_or_a_thread_is_told_without_its_message():
    script = (BEGUN + f"PAGE = {PAGE!r}\n" + FAULTY).replace("MARK", MARK)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    said = done.stdout + done.stderr
    told = set(re.findall(r"\b(\w+(?:Error|Exception|Warning))\b", said))
    assert MARK not in said
    assert {"ValueError", "KeyError", "OSError", "TypeError", "RuntimeError", "UserWarning", "ConversionException"} - told == set(), said


def test_errors_of_many_threads_have_a_line_each():
    script = BEGUN + "import threading\n"
    script += "ready = threading.Barrier(16)\ndef break_off():\n    for _ in range(40):\n        ready.wait()\n"
    script += "        threading.excepthook(threading.ExceptHookArgs((KeyError, KeyError('x'), None, None)))\n"
    script += (
        "all_of = [threading.Thread(target=break_off) for _ in range(16)]\nfor one in all_of: one.start()\nfor one in all_of: one.join()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert done.stderr.splitlines() == ["KeyError"] * (16 * 40)


def test_a_load_that_breaks_off_says_where_and_nothing_else(home, tmp_path):
    script = BEGUN + f"from etl.records import build_tables\ndef build(*_): raise ValueError('{MARK}')\nbuild_tables.build = build\n"
    script += "from etl.__main__ import main\nsys.exit(main())"
    ledger = tmp_path / "柳溪村儿童台账_20250620.csv"
    with open(ledger, "w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(words_of("children"))
    job = tmp_path / "job"
    job.mkdir()
    command = [sys.executable, "-c", script, "load", str(ledger), "--stage", "--job", str(job)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"TONGXING_HOME": str(home)})
    assert (done.returncode, done.stderr) == (1, "ValueError at <string>:5\n")
    assert [path.name for path in job.iterdir() if MARK in path.read_text(encoding="utf-8")] == []


def test_every_command_and_the_server_begin_quietly():
    doors = [*ROOT.glob("*/__main__.py"), *ROOT.glob("pages/*/__main__.py"), ROOT / "app.py"]
    assert (
        len(doors),
        [
            path.name
            for path in doors
            if not re.search(r"safe_logging\.run\(main\)|^begin\(\)", path.read_text(encoding="utf-8"), re.MULTILINE)
        ],
    ) == (5, [])


def test_privacy_md_names_every_table_with_its_kind_of_content_and_every_folder(home):
    text = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.M))
    tables = {path.stem for path in (ROOT / "warehouse" / "sql" / "tables").glob("*.sql")}
    assert (sorted(tables - set(rows)), sorted(set(rows) - tables)) == ([], [])
    sealed = {
        name
        for name in tables
        if re.search(r"(?m)^[^-]*\bsealed \w", (ROOT / f"warehouse/sql/tables/{name}.sql").read_text(encoding="utf-8"), re.M)
    }
    people = {
        name
        for name in tables
        if re.search(r"\b(child|helper)_id ", (ROOT / f"warehouse/sql/tables/{name}.sql").read_text(encoding="utf-8"))
    }
    assert {name for name, kind in rows.items() if "密文" in kind} == sealed
    assert {name for name, kind in rows.items() if "代号" in kind} == people
    inside = {path.name for path in home.iterdir() if path.suffix not in (".sqlite-wal", ".sqlite-shm")}
    assert [name for name in inside if f"`{name}`" not in text and f"`{name}/`" not in text] == []


def test_privacy_md_promises_the_days_and_years_that_the_program_keeps():
    text = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
    promised = {name: int(number) for name, number in re.findall(r"`(\w+)`[^`\n]{0,14}（默认 (\d+)）", text)}
    assert set(promised) >= {"keep_builds", "keep_upload_days", "deidentify_after_years"}
    assert promised == {name: program_settings()[name] for name in promised}


def test_a_structured_log_has_a_line_of_json_for_each_event_and_no_words_of_a_library():
    script = BEGUN + (
        "import logging, threading\n"
        "logging.getLogger('tongxing.access').warning('sign-in refused')\n"
        "logging.getLogger('library').warning('row %s', 'MARK')\n"
        "try:\n    raise ValueError('MARK')\nexcept ValueError:\n    logging.getLogger('library').exception('MARK')\n"
        "threading.Thread(target=lambda: {}['MARK']).start()\n"
    ).replace("MARK", MARK)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TONGXING_LOG": "json"},
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("warning", "sign-in refused"),
        ("warning", "library at <string>:6"),
        ("error", "library at <string>:10 ValueError at <string>:8"),
        ("error", "KeyError at <string>:11"),
    ]
    assert [line for line in lines if sorted(line) != ["event", "level", "time"]] == []

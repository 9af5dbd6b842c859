"""`python -m warehouse` as a person or a script uses it."""

import csv
import io
import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.fixture
def run(town, monkeypatch):
    """Run the command in the town's home: exit code, stdout as bytes, stderr as text."""
    monkeypatch.setenv("TONGXING_HOME", str(town.home))

    def run(*arguments):
        done = subprocess.run([sys.executable, "-m", "warehouse", *arguments], cwd=ROOT, capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    return run


def test_json_is_a_list_of_flat_objects_with_null_where_there_is_no_rate(town, run):
    town.child("a")
    assert town.build
    code, out, _ = run("ask", "coverage", "--as-of", "2025-12-31", "--by", "village", "--format", "json")
    rows = json.loads(out)
    assert (code, [row["village"] for row in rows]) == (0, ["柳溪村", "双桥村"])
    assert [row["coverage_share"] for row in rows] == [0.0, None]


def test_csv_has_a_byte_order_mark_and_iso_days(town, run):
    assert town.build
    code, out, _ = run("ask", "goals", "--as-of", "2024-01-01", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"))))
    assert (code, out[:3], len(rows), rows[0]["as_of"]) == (0, b"\xef\xbb\xbf", 15, "2023-12-31")


def test_a_table_is_for_people(town, run):
    assert town.build
    code, out, _ = run("ask", "eligibility", "--as-of", "2024-01-01", "--by", "class")
    lines = out.decode().splitlines()
    assert (code, len(lines), lines[0].split()[0], lines[1].split()[-1]) == (0, 7, "class_no", "—")


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "nothing", "--as-of", "2024-01-01"),
        ("ask", "coverage", "--as-of", "2024-02-30"),
        ("ask", "coverage", "--as-of", "2024-01-01", "--by", "county"),
        ("ask", "coverage", "--as-of", "2024-01-01", "--format", "xml"),
        ("ask", "coverage"),
        ("rollback", "20200101T000000Z-00000000"),
        (),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(run, arguments):
    code, out, says = run(*arguments)
    assert (code, out, says.count("\n")) == (2, b"", 1)


def test_with_nothing_published_there_is_a_sentence_and_exit_1(run):
    code, out, says = run("ask", "coverage", "--as-of", "2024-01-01")
    assert (code, out, says.count("\n")) == (1, b"", 1) and "etl load" in says


def test_builds_are_listed_and_gone_back_to(town, run):
    build_id = town.build.id
    code, out, _ = run("builds")
    assert code == 0 and build_id in out.decode()
    code, out, _ = run("rollback", build_id)
    assert code == 0 and build_id in out.decode()


def test_an_answer_imports_no_frames_and_no_cryptography(town, run):
    assert town.build
    code = "import sys; sys.argv = ['w', 'ask', 'cascade', '--as-of', '2024-01-01']\nimport runpy\ntry:\n"
    code += "    runpy.run_module('warehouse', run_name='__main__')\nexcept SystemExit: pass\n"
    code += "print(sorted({'pandas', 'polars', 'pyarrow', 'cryptography', 'babel'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "[]"

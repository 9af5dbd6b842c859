"""Tests of which the suite tries a part, with all their cases: `python -m tests.bench.whole [pytest's options]`.

A writer's disk full at ten sizes; twenty moments of a killed load; the list of every count on the pages; every class of every figure;
every figure whose change between two loads is explained; each later ledger of a child without a name, with a number and without;
reports of every day, place and language; more random towns, and some in portions.
"""

import os
import subprocess
import sys

from tests.conftest import ROOT

FILES = (
    "tests/bench/load_by_period.py",
    "tests/etl/deidentification/test_redact.py",
    "tests/etl/test_killed_load.py",
    "tests/pages/test_one_truth.py",
    "tests/pages/word_report/test_report_file.py",
    "tests/test_full_disk.py",
    "tests/warehouse/metrics/test_random_towns.py",
    "tests/warehouse/review/test_exclusions.py",
    "tests/warehouse/review/test_figure_changes_of_town.py",
)

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-q", *FILES, *sys.argv[1:]]
    sys.exit(subprocess.run(command, cwd=ROOT, env=os.environ | {"TONGXING_WHOLE": "1"}).returncode)

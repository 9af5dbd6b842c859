"""What the commands import and read of the program's own files, once: the process that forks them (tests/forked_commands.py) starts here."""

# ruff: noqa: F401
import datetime as dt
import gc
import tempfile
from pathlib import Path
from unittest.mock import patch

import duckdb
import pyarrow.dataset
import scipy.stats

import checks.catalogue
import checks.engine
import checks.returned_copies
import etl.__main__
import etl.deidentification.deidentify
import etl.demo
import etl.forms.forms
import etl.forms.public_names
import etl.load
import pages.access.__main__
import pages.assessment_pack.worker
import tests.forked_commands
import warehouse.__main__
import warehouse.metrics.registry
from warehouse.builds import draft

scipy.stats.norm  # loads what checks/engine.py leaves until it is used: hypothesis looks at every module there is  # noqa: B018
checks.catalogue.catalogue()
etl.forms.public_names.is_usual("")  # reads the forms, their words and vocabularies
warehouse.metrics.registry.metrics()
# The first check of a process costs two thirds more than those after it. Nothing here may start polars' threads: no forked process has them.
with tempfile.TemporaryDirectory() as folder, patch.object(checks.engine, "_write"):
    with duckdb.connect(str(Path(folder) / "build.duckdb")) as connection:
        for file in (draft.PRELUDE, *sorted((draft.SQL / "tables").glob("*.sql"))):
            connection.execute(file.read_text("utf-8"))
    checks.engine.run(Path(folder) / "build.duckdb", dt.date(2025, 12, 31))
gc.collect()
gc.freeze()  # so that forked processes share what stands here instead of copying it at their first collection

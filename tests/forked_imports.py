"""What the commands import, imported once: the process that forks them (tests/forked_commands.py) starts with this module."""

# ruff: noqa: F401
import gc

import checks.engine
import checks.returned_copies
import etl.__main__
import etl.deidentification.deidentify
import etl.demo
import etl.load
import etl.sheets.read_stdin
import pages.access.__main__
import pages.assessment_pack.worker
import tests.forked_commands
import warehouse.__main__

gc.collect()
gc.freeze()  # so that forked processes share what stands here instead of copying it at their first collection

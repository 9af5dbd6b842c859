"""What the commands import and read of the program's own files, once: the process that forks them (tests/forked_commands.py) starts here."""

# ruff: noqa: F401
import gc

import pyarrow.dataset

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

checks.catalogue.catalogue()
etl.forms.public_names.is_usual("")  # reads the forms, their words and vocabularies
warehouse.metrics.registry.metrics()
gc.collect()
gc.freeze()  # so that forked processes share what stands here instead of copying it at their first collection

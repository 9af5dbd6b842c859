"""`python -m tests.warehouse.metrics.page` writes docs/metrics.md: every metric, as warehouse/metrics/docs.py reads it from the code."""

from tests.conftest import ROOT
from warehouse.metrics import docs, registry

PAGE = ROOT / "docs" / "metrics.md"
_HEAD = """# Metrics

Every figure with what it counts, the steps of SQL it is worked out by, and the settings those read, with the program's own
values. Written by `make metrics` from `warehouse/sql/` and the files of settings; a test holds it to them.
"""


def text() -> str:
    """The text of docs/metrics.md."""
    return "\n".join([_HEAD, *map(docs.section, registry.metrics())])


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")

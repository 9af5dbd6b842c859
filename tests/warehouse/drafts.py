"""A build begun as a load begins one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.builds import repository
from warehouse.builds.draft import Draft
from warehouse.storage import build_files


@contextmanager
def begin(home: Path) -> Iterator[Draft]:
    """A new draft inside the block, under the home's lock. Raises LoadRunning, DiskFull."""
    with build_files.locked(home), repository.draft(home) as draft:
        yield draft

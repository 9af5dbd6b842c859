"""A build begun as a load begins one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import duckdb

from warehouse.builds import draft, repository
from warehouse.settings import settings
from warehouse.storage import build_files


@cache
def _empty() -> bytes:
    """The file of a draft with the program's own settings and no rows: to create all tables takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "builds").mkdir()
        new = draft.Draft(Path(folder))
        new.close()
        return new.path.read_bytes()


class _Copy(draft.Draft):
    """A draft that begins as a copy of the empty one."""

    def __init__(self, home: Path) -> None:
        self.home, self.path = home, home / "builds" / "1.draft"
        self.keep = int(settings.settings(home)["keep_builds"])
        self.path.write_bytes(_empty())
        self.connection = duckdb.connect(str(self.path))


@contextmanager
def begin(home: Path) -> Iterator[draft.Draft]:
    """A new draft inside the block, under the home's lock. Raises LoadRunning, DiskFull."""
    kind = draft.Draft if list(home.glob("*.toml")) else _Copy  # a home's own settings stand in its builds
    with build_files.locked(home), patch.object(repository, "Draft", kind), repository.draft(home) as new:
        yield new

"""Worker processes with memory and time limits: one hostile file costs its own rows and nothing else.

A pool of our own, because the standard one breaks as a whole when a worker dies and cannot end one that hangs.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from etl.files.workbook import Unreadable, read
from etl.forms import forms
from etl.forms.heading_aliases import Aliases
from etl.sheets.parse_sheet import SheetReading, read_sheet

MEMORY_BYTES = 1_500 * 2**20
SECONDS = 60.0


@dataclass
class FileReading:
    """A file as read: its sheets, or the fault (finding code) and plain fact that kept it from being read."""

    path: Path
    sheets: list[SheetReading] = field(default_factory=list)
    fault: str | None = None
    fact: str = ""


def read_file(path: Path) -> FileReading:
    """Read one file in this process; only workers call this for a village's file."""
    try:
        sheets = [read_sheet(raw) for raw in read(path.read_bytes())]
    except Unreadable as error:
        return FileReading(path, fault=error.code, fact=error.fact)
    except MemoryError:
        return FileReading(path, fault="file_hostile", fact="memory")
    except OSError as error:
        return FileReading(path, fault="file_unreadable", fact=type(error).__name__)
    return FileReading(path, sheets)


def limit_memory(most: int) -> None:
    """Bound this worker's address space; on Windows only the looks before parsing and the time limit hold."""
    try:
        import resource
    except ImportError:
        return
    status = Path("/proc/self/statm")
    used = int(status.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (used + most, used + most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(pipe: Connection, most: int, aliases: Aliases) -> None:
    """A worker's life: take a path, send a reading, until the pipe closes."""
    limit_memory(most)
    forms.set_aliases(aliases)
    with open(os.devnull, "w") as silence:
        os.dup2(silence.fileno(), 2)
    while True:
        try:
            path = pipe.recv()
        except EOFError:
            return
        try:
            reading = read_file(path)
        except Exception as error:  # a reader's bug costs this file, never the load
            reading = FileReading(path, fault="file_unreadable", fact=type(error).__name__)
        pipe.send(reading)


class _Worker:
    """One process and the file it has in hand."""

    def __init__(self, most: int, aliases: Aliases) -> None:
        self.given = (most, aliases)
        context = mp.get_context("spawn")
        self.pipe, inner = context.Pipe()
        self.process = context.Process(target=_work, args=(inner, *self.given), daemon=True)
        self.process.start()
        inner.close()
        self.path: Path | None = None
        self.deadline = 0.0

    def give(self, path: Path, seconds: float) -> None:
        """Hand over one file."""
        self.path, self.deadline = path, time.monotonic() + seconds
        self.pipe.send(path)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def read_files(
    paths: list[Path],
    workers: int | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY_BYTES,
    aliases: Aliases | None = None,
    told: Callable[[int, int], Any] = lambda done, all_of: None,
) -> Iterator[FileReading]:
    """Yield a reading for every path, in the order they come ready; `told(done, all)` hears of progress."""
    waiting = list(reversed(paths))
    count = max(1, min(workers or os.cpu_count() or 1, len(paths)))
    team = [_Worker(memory, aliases or {}) for _ in range(count)] if paths else []
    done = 0
    try:
        while done < len(paths):
            for worker in team:
                if worker.path is None and waiting:
                    worker.give(waiting.pop(), seconds)
            for reading in _harvest(team):
                done += 1
                told(done, len(paths))
                yield reading
    finally:
        for worker in team:
            worker.end()


def _harvest(team: list[_Worker]) -> list[FileReading]:
    """Readings that are ready; workers that died or ran out of time are replaced and their file gets a fault."""
    busy = [worker for worker in team if worker.path is not None]
    soonest = min(worker.deadline for worker in busy) - time.monotonic()
    ready = wait([worker.pipe for worker in busy], timeout=max(0.0, soonest))
    found = []
    for worker in busy:
        if worker.pipe in ready:
            found.append(_take(team, worker))
        elif time.monotonic() >= worker.deadline:
            found.append(_replace(team, worker, "time"))
    return found


def _take(team: list[_Worker], worker: _Worker) -> FileReading:
    """The reading a worker sent, or the fault of a worker that died."""
    try:
        reading = worker.pipe.recv()
    except (EOFError, OSError):
        return _replace(team, worker, "memory")
    worker.path = None
    return reading


def _replace(team: list[_Worker], worker: _Worker, fact: str) -> FileReading:
    """End a worker and put a new one in its place."""
    path = worker.path or Path()
    worker.end()
    team[team.index(worker)] = _Worker(*worker.given)
    return FileReading(path, fault="file_hostile", fact=fact)

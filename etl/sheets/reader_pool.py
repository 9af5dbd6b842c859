"""Worker processes with memory and time limits: a hostile file costs its own rows and nothing else.

The standard pool breaks as a whole when a worker dies and cannot end one that hangs, so this is a small pool of its own.
Workers get a file's bytes and never open it.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from etl.files.source_file import SourceFile, Unreadable
from etl.files.workbook import read
from etl.forms import forms
from etl.forms.heading_aliases import Aliases
from etl.sheets.parse_sheet import SheetReading, read_sheet

MEMORY_BYTES = 1_500 * 2**20
SECONDS = 60.0


@dataclass
class FileReading:
    """The sheets of a file, or the fault (finding code) and plain fact that kept it from being read."""

    sheets: list[SheetReading] = field(default_factory=list)
    fault: str | None = None
    fact: str = ""


def read_content(content: bytes) -> FileReading:
    """Read a file's bytes in this process; only workers call this for a village's file."""
    try:
        return FileReading([read_sheet(raw) for raw in read(content)])
    except Unreadable as error:
        return FileReading(fault=error.code, fact=error.fact)
    except MemoryError:
        return FileReading(fault="file_hostile", fact="memory")


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
    """Take a file's bytes and send its reading until the pipe closes."""
    limit_memory(most)
    forms.set_aliases(aliases)
    with open(os.devnull, "w") as silence:
        os.dup2(silence.fileno(), 2)
    while True:
        try:
            content = pipe.recv_bytes()
        except EOFError:
            return
        try:
            reading = read_content(content)
        except Exception as error:  # a reader's bug costs this file, never the load
            reading = FileReading(fault="file_unreadable", fact=type(error).__name__)
        pipe.send(reading)


class _Worker:
    """One process and the file it reads."""

    def __init__(self, most: int, aliases: Aliases) -> None:
        self.limits = (most, aliases)
        context = mp.get_context("spawn")
        self.pipe, inner = context.Pipe()
        self.process = context.Process(target=_work, args=(inner, *self.limits), daemon=True)
        self.process.start()
        inner.close()
        self.file: SourceFile | None = None
        self.deadline = 0.0

    def start(self, file: SourceFile, seconds: float) -> None:
        """Hand over the bytes of one file; a worker that died meanwhile shows when its answer is awaited."""
        self.file, self.deadline = file, time.monotonic() + seconds
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(file.content)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def read_files(
    files: list[SourceFile],
    workers: int | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY_BYTES,
    aliases: Aliases | None = None,
) -> Iterator[tuple[SourceFile, FileReading]]:
    """Yield every file with its reading, in the order they come ready."""
    waiting = list(reversed(files))
    count = max(1, min(workers or os.cpu_count() or 1, len(files)))
    team = [_Worker(memory, aliases or {}) for _ in range(count)] if files else []
    try:
        while waiting or any(worker.file for worker in team):
            for worker in team:
                if worker.file is None and waiting:
                    worker.start(waiting.pop(), seconds)
            yield from _harvest(team)
    finally:
        for worker in team:
            worker.end()


def _harvest(team: list[_Worker]) -> list[tuple[SourceFile, FileReading]]:
    """Return the readings that are ready; a worker that died or ran out of time is replaced and its file gets a fault."""
    busy = [(worker, worker.file) for worker in team if worker.file is not None]
    soonest = min(worker.deadline for worker, _ in busy) - time.monotonic()
    ready = wait([worker.pipe for worker, _ in busy], timeout=max(0.0, soonest))
    readings = []
    for worker, file in busy:
        if worker.pipe in ready:
            readings.append((file, _receive(team, worker)))
        elif time.monotonic() >= worker.deadline:
            readings.append((file, _replace(team, worker, "time")))
    return readings


def _receive(team: list[_Worker], worker: _Worker) -> FileReading:
    """Return the reading a worker sent, or the fault of a worker that died."""
    try:
        reading: FileReading = worker.pipe.recv()
    except (EOFError, OSError):
        return _replace(team, worker, "memory")
    worker.file = None
    return reading


def _replace(team: list[_Worker], worker: _Worker, fact: str) -> FileReading:
    """End a worker and put a new one in its place."""
    worker.end()
    team[team.index(worker)] = _Worker(*worker.limits)
    return FileReading(fault="file_hostile", fact=fact)

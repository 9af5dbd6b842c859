"""Worker processes with memory and time limits: a hostile file costs its own rows and nothing else.

The standard pool breaks as a whole when a worker dies and cannot end one that hangs, so this is a small pool of its own.
Workers get a file's bytes and never open it.
"""

import contextlib
import multiprocessing as mp
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import SimpleQueue

from etl.files.boundaries import Boundaries, is_geojson, read_geojson
from etl.files.source_file import SourceFile, Unreadable
from etl.files.workbook import read
from etl.forms import forms, layouts
from etl.forms.heading_aliases import Aliases
from etl.sheets.parse_sheet import SheetReading, read_tables

MEMORY_BYTES = 1_500 * 2**20
SECONDS = 60.0
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(?<![村镇乡县市区局])$|[^\W\d_]+(?:[·•・. ][^\W\d_]+)+$")
Words = tuple[Aliases, dict[str, layouts.Entry]]  # the town's own words for headings, and what it has explained


@dataclass
class FileReading:
    """The tables or boundaries of a file, or the fault (finding code) and plain fact that kept it from being read.

    `names` are cells of tables that are not read, or not yet, and could be names.
    """

    sheets: list[SheetReading] = field(default_factory=list)
    boundaries: Boundaries | None = None
    fault: str | None = None
    fact: str = ""
    names: set[str] = field(default_factory=set)


def read_content(content: bytes) -> FileReading:
    """Read a file's bytes in this process; only workers call this for a village's file."""
    try:
        if is_geojson(content):
            return FileReading(boundaries=read_geojson(content))
        reading = FileReading()
        for number, raw in enumerate(read(content), 1):
            tables = read_tables(raw)
            for table in tables:
                table.sheet_no = number
            if any(table.ledger is None for table in tables):
                reading.names |= {forms.plain(cell) for row in raw.rows for cell in row if isinstance(cell, str) and _NAME.match(cell)}
            reading.sheets += tables
        return reading
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


def _work(pipe: Connection, most: int, words: Words) -> None:
    limit_memory(most)
    forms.set_aliases(words[0])
    layouts.use(words[1])
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
    """A process that reads one file after another; after one that dies or hangs the next file has a new one."""

    def __init__(self, most: int, words: Words) -> None:
        self.limits = (most, words)
        self.process: SpawnProcess | None = None
        self.is_stopped = False

    def _begin(self) -> Connection:
        context = mp.get_context("spawn")
        pipe, inner = context.Pipe()
        process = context.Process(target=_work, args=(inner, *self.limits), daemon=True)
        process.start()
        inner.close()
        self.pipe, self.process = pipe, process
        if self.is_stopped:  # while it started
            process.kill()
        return pipe

    def read(self, content: bytes, seconds: float) -> FileReading:
        """Return the reading of a file, or the fault of one over which the process died or ran out of time."""
        pipe, fact = self.pipe if self.process else self._begin(), "memory"
        with contextlib.suppress(EOFError, OSError):
            pipe.send_bytes(content)
            if pipe.poll(seconds):
                reading: FileReading = pipe.recv()
                return reading
            fact = "time"
        self.end()
        return FileReading(fault="file_hostile", fact=fact)

    def stop(self) -> None:
        """Kill the process, whatever it is doing; the thread that waits for it sees its pipe end."""
        self.is_stopped, process = True, self.process
        if process:
            process.kill()

    def end(self) -> None:
        """Kill the process and wait until it is gone; only the thread that reads, or nobody, may use it."""
        if self.process:
            self.process.kill()
            self.process.join()
            self.pipe.close()
            self.process = None


def read_files(
    files: list[SourceFile], seconds: float = SECONDS, memory: int = MEMORY_BYTES, words: Words = ({}, {})
) -> Iterator[tuple[SourceFile, FileReading]]:
    """Yield every file with its reading, in the order they come ready."""
    idle: SimpleQueue[_Worker] = SimpleQueue()

    def read(file: SourceFile) -> tuple[SourceFile, FileReading]:
        worker = idle.get()
        try:
            return file, worker.read(file.content, seconds)
        finally:
            idle.put(worker)

    team = [_Worker(memory, words) for _ in range(min(os.cpu_count() or 1, len(files)))]
    for worker in team:
        idle.put(worker)
    threads = ThreadPoolExecutor(len(team) or 1)
    try:
        for reading in as_completed([threads.submit(read, file) for file in files]):
            yield reading.result()
    finally:
        for worker in team:
            worker.stop()
        threads.shutdown(cancel_futures=True)
        for worker in team:
            worker.end()

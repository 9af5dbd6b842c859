"""Reads files in processes with limits (warehouse/storage/limited_process.py), which get a file's bytes and never open it."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue

from etl.files.boundaries import Boundaries, is_geojson, read_geojson
from etl.files.source_file import SourceFile, Unreadable
from etl.files.workbook import read
from etl.forms import forms, layouts
from etl.forms.heading_aliases import Aliases
from etl.sheets.parse_sheet import SheetReading, read_tables
from warehouse.storage import limited_process

_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(?<![村镇乡县市区局])$|[^\W\d_]+(?:[·•・. ][^\W\d_]+)+$")
Words = tuple[Aliases, dict[str, layouts.Entry]]  # the town's own words for headings, and what it has explained


@dataclass
class FileReading:
    """The tables or boundaries of a file, or its fault (finding code) and a fact; `names`: cells of unread tables that could be names."""

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


def _use_words(words: Words) -> None:
    forms.set_aliases(words[0])
    layouts.use(words[1])


def _reading(content: bytes) -> FileReading:
    try:
        return read_content(content)
    except Exception as error:  # a reader's bug costs this file, never the load
        return FileReading(fault="file_unreadable", fact=type(error).__name__)


def read_files(
    files: list[SourceFile], seconds: float = limited_process.SECONDS, memory: int = limited_process.MEMORY_BYTES, words: Words = ({}, {})
) -> Iterator[tuple[SourceFile, FileReading]]:
    """Yield every file with its reading, in the order they come ready."""
    idle: SimpleQueue[limited_process.LimitedProcess[FileReading]] = SimpleQueue()
    late: list[SourceFile] = []

    def read(file: SourceFile) -> tuple[SourceFile, FileReading]:
        worker = idle.get()
        try:
            return file, worker.ask(file.content, limited_process.seconds_for(len(file.content), len(late), seconds))
        except limited_process.Exceeded as limit:
            late.append(file)
            return file, FileReading(fault="file_hostile", fact=str(limit))
        finally:
            idle.put(worker)

    prepare = partial(_use_words, words)
    team = [limited_process.LimitedProcess(_reading, prepare, memory) for _ in range(min(os.cpu_count() or 1, len(files)))]
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
            worker.close()

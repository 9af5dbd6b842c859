"""What left the house before: the register of editions in `publications/editions.jsonl`, which only grows.

Counts alone, no names: each line is one edition with its tables and every cell told, or withheld without its value.
A reader of a new edition holds the earlier ones beside it; `before` says what that reader knows.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locales import _
from warehouse.disclosure.suppression import Cell, Plan
from warehouse.storage import atomic_write, file_lock

FOLDER, FILE = "publications", "editions.jsonl"
_PATIENCE = 10.0  # seconds to wait for another export to be written


class RegisterBusy(RuntimeError):
    """Another export is being written, for longer than one waits."""

    def __init__(self) -> None:
        super().__init__(_("另一份导出正在登记，请过一会儿再试。"))


class Damaged(ValueError):
    """A line of the register cannot be read: then nobody can say what was told before."""

    def __init__(self) -> None:
        super().__init__(_("{file}：有一行读不出来，无法核对以前公布过什么。请从备份恢复这个文件后再导出。").format(file=FILE))


@dataclass(frozen=True)
class Before:
    """What earlier editions tell of the cells of a new one, as `withholding.plan` takes it."""

    known: frozenset = frozenset()
    held: frozenset = frozenset()
    guarded: frozenset = frozenset()
    guessed: frozenset = frozenset()


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Hold the register inside the block, so that no edition is planned without the one before. Raises RegisterBusy."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock.exclusive(folder / "writing.lock", RegisterBusy, _PATIENCE):
        yield


def editions(home: Path) -> list[dict]:
    """All editions, oldest first. Raises Damaged."""
    path = home / FOLDER / FILE
    try:
        return [json.loads(line) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise Damaged from error


def count(home: Path) -> int:
    """How many editions the register holds."""
    path = home / FOLDER / FILE
    return path.read_bytes().count(b"\n") if path.exists() else 0


def state(home: Path) -> str:
    """What changes with every edition: the register only grows."""
    path = home / FOLDER / FILE
    return str(path.stat().st_size) if path.exists() else ""


def tables(earlier: list[dict], days: Collection[str]) -> list[tuple[str, str, str]]:
    """(metric, group, day) of all that was told of these days."""
    told = {tuple(table) for edition in earlier for table in edition["tables"]}
    return sorted(table for table in told if table[2] in days)


def remember(home: Path, receipt: Mapping[str, Any], told: Collection[tuple[str, str, str]], cells: Mapping[Any, Cell], plan: Plan) -> None:
    """Write an edition down, on the disk before this returns; to be called inside `writing`.

    `receipt`: as warehouse/disclosure/receipts.py makes it. `cells`: those that the edition's own tables hold. Protected counts that
    stand in no table are kept by their names.
    """
    lines = [[*key, None if key in plan.withheld else cell.value] for key, cell in sorted(cells.items()) if cell.is_published]
    edition = {
        "receipt": receipt,
        "tables": sorted(told),
        "cells": lines,
        "guarded": sorted(plan.guarded),
    }
    line = json.dumps(edition, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path = home / FOLDER / FILE
    atomic_write.write_bytes(path, (path.read_bytes() if path.exists() else b"") + line)  # a writer that is killed leaves no half line


def before(earlier: list[dict], cells: Mapping[Any, Cell]) -> Before:
    """What a reader with all earlier editions in hand knows of the cells of a new one.

    A cell told for the same day as it still is, is known; one withheld last time stays withheld; one that was protected
    stays so. Cells of which the last edition of another day told the same number are what a reader would guess.
    """
    known, guarded, last, period = set(), set(), {}, {}
    for edition in earlier:
        for *told, value in edition["cells"]:
            key = tuple(told)
            last[key] = value
            period[key[:3]] = (key[3], value)
            if key in cells and value == cells[key].value:
                known.add(key)
        guarded |= {tuple(key) for key in edition["guarded"]}
    held = {key for key, value in last.items() if value is None and key in cells} - known
    guessed = {key for key in cells if cells[key].value and _told_alike(key, cells[key].value, period)} - known
    return Before(frozenset(known), frozenset(held), frozenset(guarded & set(cells)), frozenset(guessed))


def _told_alike(key: tuple, value: int, period: Mapping[tuple, tuple]) -> bool:
    """Whether the newest edition told the same of another day."""
    day, told = period.get(key[:3], (key[3], None))
    return day != key[3] and told == value

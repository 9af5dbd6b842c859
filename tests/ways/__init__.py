"""Which files of the program an action passes through, recorded while it really runs."""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tests.house.tree import PACKAGES, ROOT, cycles, program

NESTED = ("<lambda>", "<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>")


@dataclass
class Way:
    """The files of one action, in the order in which it first enters them."""

    files: list[str] = field(default_factory=list)
    calls: dict[tuple[str, str], int] = field(default_factory=dict)  # (caller, called) → how often, in the order first made

    @property
    def from_file(self) -> dict[str, str]:
        """For each file the one that first called it; the first file has none."""
        first: dict[str, str] = {}
        for caller, called in self.calls:
            if called != self.files[0]:
                first.setdefault(called, caller)
        return first

    def within(self, *folders: str) -> "Way":
        """The part of the way in these folders; a file whose caller is outside has none."""
        kept = [file for file in self.files if file.startswith(tuple(f"{folder}/" for folder in folders))]
        return Way(kept, {pair: count for pair, count in self.calls.items() if pair[0] in kept and pair[1] in kept})

    def back_calls(self) -> list[list[str]]:
        """Groups of files that call each other in a circle; none on a way that never turns back."""
        graph: dict[str, set[str]] = {file: set() for file in self.files}
        for caller, called in self.calls:
            graph[caller].add(called)
        return cycles(graph)


def follow(action: Callable[[], Any], root: Path = ROOT, packages: tuple[str, ...] = (*PACKAGES, "app.py")) -> Way:
    """Run the action and return the way it takes through our files, in this thread and in those it starts.

    A lambda or comprehension that is called below the file that holds it is no call back. What another process does is not seen.
    """
    way = Way()
    entered = set()
    names: dict[CodeType, str | None] = {}

    def name_of(code: CodeType) -> str | None:
        if code not in names:
            path = Path(code.co_filename)
            inside = path.is_relative_to(root) and path.relative_to(root).parts[0] in packages
            names[code] = path.relative_to(root).as_posix() if inside else None
        return names[code]

    def callers_of(frame: FrameType) -> Iterator[str]:
        above = frame.f_back
        while above:
            if file := name_of(above.f_code):
                yield file
            above = above.f_back

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or not (file := name_of(frame.f_code)):
            return
        if frame.f_code.co_name in NESTED and file in callers_of(frame):
            return
        if file not in entered:
            entered.add(file)
            way.files.append(file)
        caller = next(callers_of(frame), None)
        if caller and caller != file:
            way.calls[caller, file] = way.calls.get((caller, file), 0) + 1

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
    return way


def files_entered(action: Callable[[], Any]) -> list[str]:
    """The program's files that an action enters, in order; modules are imported before, so that importing is no part of it."""
    import_program()
    return follow(action).files


def import_program() -> None:
    """Import every module of the program but the page scripts, which run when they are imported."""
    for module in program().files:
        if program().folder(module) not in ("pages", "."):
            importlib.import_module(module)


def forget_caches() -> None:
    """Empty what functions of the program keep: an answer that is already there would enter no file."""
    for module in program().files:
        for value in list(vars(sys.modules.get(module, object)).values()):
            if callable(
                empty := getattr(value, "cache_clear", None) or (getattr(value, "clear", None) if hasattr(value, "__wrapped__") else None)
            ):
                empty()

"""One act on a home, in a process that a bench kills (tests/bench/kills.py): from outside, or by itself before its n-th step on the disk.

A step is whatever gives, takes or makes sure of a name: replace, rename, link, unlink, rmdir, mkdir, fsync. With step 0 none kills, and
their names go to the file `steps` beside the home, one a line.

Run by the bench: TONGXING_HOME=FOLDER/home python -m tests.bench.killed ACT STEP
"""

import datetime as dt
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

DAY = "2025-12-31"
LONG_AFTER = "2031-01-31"  # a day on which whoever has left has left for years
STEPS = ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir", "fsync")


def watch(step: int, lines: Path) -> None:
    """Have every step on the disk counted, and the process killed with its group before the one of that number."""
    count = 0

    def stepping(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*given: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                os.killpg(os.getpgrp(), signal.SIGKILL)
            if not step:
                with lines.open("a") as stream:
                    stream.write(f"{name}\n")
            return work(*given, **named)

        return stepped

    for name in STEPS:
        setattr(os, name, stepping(name, getattr(os, name)))


def command(*words: str) -> None:
    """Be one of the project's commands. Raises SystemExit where it fails."""
    import etl.__main__
    import warehouse.__main__

    sys.argv = list(words)
    if code := {"etl": etl.__main__.main, "warehouse": warehouse.__main__.main}[words[0]]():
        raise SystemExit(code)


def publish(home: Path) -> None:
    """As the page does: the candidate of the load that waits."""
    from pages.jobs import loads

    load = loads.current(home)
    if load:
        loads.publish(home, load)


def export(home: Path, edition: str) -> None:
    """The workbook of two tables, registered."""
    from pages.data.queries import Figures, Reader
    from pages.downloads import export_service
    from warehouse import row_access
    from warehouse.audit import trail
    from warehouse.disclosure import release_log
    from warehouse.storage import build_files

    build = str(build_files.published(home))
    figures = Figures(build, Reader(row_access.WHOLE, 0), dt.date.fromisoformat(DAY))
    order = release_log.Order(build, figures.day, "xlsx", "li", "centre", edition=edition)
    tables = export_service.wanted(["eligibility", "visits"], ["town", "village"])
    export_service.table_file(figures, tables, order, {}, trail.by_command)


def pack(home: Path) -> None:
    """The process of a pack that was asked for, on its folder."""
    from pages.assessment_pack import worker

    (folder,) = (path.parent for path in home.glob("exports/*/asked.json"))
    if worker.make(folder):
        raise SystemExit((folder / "progress.json").read_text("utf-8"))


def declare(home: Path) -> None:
    """A figure that a village declared."""
    from warehouse.audit import trail
    from warehouse.review import declared_figures

    entry = declared_figures.Entry("A1", "", 0, DAY, 7, 9, by="li")
    declared_figures.keep(home, [entry], trail.by_command)


def account(_home: Path) -> None:
    """A new account."""
    from pages.access.accounts import accounts

    if not accounts.find("li"):
        accounts.add("li", "leader", "春风化雨润物无声", must_change=False)


def change_settings(home: Path) -> None:
    """A setting and a goal that are another, as the settings page keeps them."""
    from warehouse.settings import settings

    goals = [goal | {"target": 0.5} for goal in settings.program_goals()]
    settings.write(home, settings.settings(home) | {"overloaded_above": 9}, goals)


ACTS: dict[str, Callable[[Path], None]] = {
    "load": lambda home: command("etl", "load", str(home.parent / "newer"), "--as-of", DAY),
    "publish": publish,
    "rotate-key": lambda _home: command("warehouse", "rotate-key"),
    "deidentify": lambda _home: command("etl", "deidentify", "--after-years", "1", "--as-of", LONG_AFTER),
    "deidentify-prune": lambda _home: command("etl", "deidentify", "--after-years", "1", "--as-of", LONG_AFTER, "--prune"),
    "export-internal": lambda home: export(home, "internal"),
    "export-public": lambda home: export(home, "public"),
    "pack": pack,
    "answers": lambda home: command("etl", "layouts", "import", str(home.parent / "answers.json")),
    "declare": declare,
    "account": account,
    "settings": change_settings,
    "backup": lambda home: command("warehouse", "backup", "--to", str(home.parent)),
    "restore": lambda home: command("warehouse", "restore", str(home.parent / "older.tongxing")),
}


if __name__ == "__main__":
    here = Path(os.environ["TONGXING_HOME"])
    tempfile.tempdir = None  # the server that forked this process has looked already
    watch(int(sys.argv[2]), here.parent / "steps")
    ACTS[sys.argv[1]](here)

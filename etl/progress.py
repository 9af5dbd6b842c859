"""How far a load has come: for nobody, for a person at the command line, or for a page that reads a job folder."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from etl.load_report import Report
from locales import _
from warehouse.storage import atomic_write, cleanup, file_lock


class Watcher:
    """Receives every step of a load; this one ignores them."""

    def step(self, name: str, done: int, all_of: int) -> None:
        """Take note that `done` of `all_of` parts of a step are done: read, people, figures, checks, compare."""

    def file(self, name: str, outcome: str) -> None:
        """Take note that a file is `read`, was there `again`, or has a fault (its code)."""


class Bar(Watcher):
    """A progress bar on stderr where that is a terminal; silent elsewhere."""

    def __init__(self) -> None:
        names = {"read": _("读取文件"), "people": _("识别人员"), "figures": _("计算指标"), "checks": _("检查")}
        self.names = names | {"compare": _("与已发布的版本比较")}
        self.is_shown = sys.stderr.isatty()

    def step(self, name: str, done: int, all_of: int) -> None:
        """Draw the bar of one step."""
        if self.is_shown:
            width = 30 * done // max(all_of, 1)
            end = "\n" if done == all_of else ""
            print(f"\r{self.names[name]} [{'█' * width}{' ' * (30 - width)}] {done}/{all_of}", end=end, file=sys.stderr, flush=True)


class JobProgress(Watcher):
    """Writes `progress.json` of a job folder, whole at every moment: running, then ready, unchanged, or refused (`says`: why)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file_lock.hold(folder / "running")  # so that a page can tell a load that is at work from one that was killed
        self.progress: dict[str, Any] = {
            "state": "running",
            "pid": os.getpid(),
            "step": "read",
            "done": 0,
            "all": 0,
            "files": [],
            "says": None,
        }
        self._write()

    def step(self, name: str, done: int, all_of: int) -> None:
        """Write the step."""
        self.progress |= {"step": name, "done": done, "all": all_of}
        self._write()

    def file(self, name: str, outcome: str) -> None:
        """Keep a file's outcome; the next step writes it."""
        self.progress["files"].append({"file": name, "outcome": outcome})

    def end(self, report: Report) -> None:
        """Write the report, then the state, so that a page that reads `ready` finds the report; remove the uploads."""
        cleanup.remove_files(self.folder)
        atomic_write.write_json(self.folder / "report.json", asdict(report))
        self.progress["state"] = "ready" if report.candidate else "unchanged"
        self._write()

    def refuse(self, says: str) -> None:
        """Write the sentence for the person and remove the uploads."""
        cleanup.remove_files(self.folder)
        self.progress |= {"state": "refused", "says": says}
        self._write()

    def _write(self) -> None:
        """Replace the file; after a power cut nobody goes on from it."""
        atomic_write.write_json(self.folder / "progress.json", self.progress, is_durable=False)

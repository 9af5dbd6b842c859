"""ZIPs of returned copies in the making: a process of its own writes one into a folder that only the reader's session knows."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from locales import _
from pages.jobs import jobs, limits
from warehouse.audit import trail
from warehouse.storage import upload_cleanup


@dataclass(frozen=True)
class Pack:
    """A ZIP of returned copies in the making; held by the session of the reader who asked for it."""

    folder: Path
    process: subprocess.Popen

    @property
    def is_at_work(self) -> bool:
        """Whether the process is still at it."""
        return self.process.poll() is None

    def content(self) -> bytes:
        """The ZIP. Raises jobs.Refused with what the command said."""
        if self.process.poll() != 0:
            says = (self.folder / "says.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise jobs.Refused(says[-1] if self.process.returncode == 1 and says else _("没有做成，请重试；仍不行请联系维护人员"))
        return (self.folder / "copies.zip").read_bytes()

    def remove(self) -> None:
        """Remove the copies: they hold names."""
        shutil.rmtree(self.folder, ignore_errors=True)


def pack(home: Path, village_id: str | None, language: str, recorder: trail.Recorder | None = None) -> Pack:
    """Start writing the returned copies of a village or the town; copies that nobody fetched within an hour are removed.

    Recorded before the copies are made, for they hold names; `recorder` as in `jobs.start`. Raises standing.TooMany,
    audit.NotRecorded.
    """
    limits.make_room(home)
    folder = jobs.new_folder(home, upload_cleanup.RETURNED.rstrip("-"))
    jobs.record(recorder, home, "return_copies", folder, {"village": village_id or ""})
    own = ["--village", village_id] if village_id else []
    process = jobs.run(home, language, "checks", "return", str(folder / "copies.zip"), *own, says=folder / "says.txt")
    limits.note(process)
    return Pack(folder, process)

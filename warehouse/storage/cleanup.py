"""What waits for somebody and is removed after some time, by loads and by the server as it starts: uploads, copies, finished exports."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from warehouse.storage import atomic_write, build_files, file_lock, home_switch

FILES = "files"  # of a job's folder: the uploaded ledgers themselves
RETURNED = "returned-"  # opens the name of a folder with returned copies in clear, as programs before 1.1.0 left them
EXPORTS = "exports"  # what takes long to make waits in a folder here for its reader (pages/jobs/export_jobs.py)
EXPORT_DAYS = 7  # unless the request says how many
_DAY, _DEAD_AFTER = 86_400.0, 60.0


def remove_files(folder: Path) -> None:
    """Remove a job's uploads: their content is sealed in its candidate, or nothing came of them."""
    shutil.rmtree(folder / FILES, ignore_errors=True)


def remove_abandoned(home: Path, days: int) -> list[Path]:
    """Remove what nobody published or left for so many days, its candidate too; the folders removed. A job at work stays."""
    gone = [folder for folder in (home / "loads").glob("*/") if _is_abandoned(folder, days)]
    for folder in gone:
        candidate = (atomic_write.read_json(folder / "report.json") or {}).get("candidate") or ""  # none where it did not come so far
        if candidate in build_files.candidates(home):
            build_files.remove(build_files.candidate_of(home, candidate))
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def remove_unfetched(home: Path) -> None:
    """Remove what holds names and nobody comes for: what a killed process, or a program of before, left in clear for a minute.

    Cheap, so every occasion is taken.
    """
    home_switch.remove_unfinished(home)
    for folder in [*(home / "loads").glob("*"), *(home / "submissions").glob("*")]:
        is_copy, is_whole = folder.name.startswith(RETURNED), (folder / "asked.json").exists()
        with suppress(OSError):  # fetched, or swept by another, meanwhile
            if _last_touched(folder) > time.time() - _DEAD_AFTER or _is_at_work(folder):
                continue
            if is_copy or not is_whole:
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.parent.name == "loads":
                remove_files(folder)


def remove_exports(home: Path) -> list[Path]:
    """Remove the exports that have waited longer than they may, and return their folders. One at work stays."""
    every = [(folder, atomic_write.read_json(folder / "asked.json") or {}) for folder in (home / EXPORTS).glob("*/")]
    gone = [folder for folder, request in every if _is_abandoned(folder, request.get("days", EXPORT_DAYS))]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def _is_abandoned(folder: Path, days: int) -> bool:
    """Whether nothing was written into a folder for so many days and no process is at work in it."""
    return _last_touched(folder) < time.time() - days * _DAY and not _is_at_work(folder)


def _is_at_work(folder: Path) -> bool:
    return (folder / "running").exists() and file_lock.is_held(folder / "running")


def _last_touched(folder: Path) -> float:
    return max((path.stat().st_mtime for path in [folder, *folder.glob("*")]), default=0.0)

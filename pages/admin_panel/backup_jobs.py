"""Backups, trials and restores as jobs of a process of their own, one at a time; and the one that the server makes each day."""

import shutil
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from locales import language
from pages.jobs import job_folder
from pages.jobs.job_folder import Job
from warehouse.audit import trail
from warehouse.backup import archive
from warehouse.storage import build_files, file_lock, format_versions

_NAMES = "job-*"
_EVERY = 600.0  # seconds between two looks whether the day's backup is due


def current(home: Path) -> Job | None:
    """Return the job at work, or the last one until it is dismissed."""
    return next(iter(job_folder.every(home / format_versions.BACKUPS, _NAMES)), None)


def dismiss(home: Path) -> None:
    """Forget the jobs that have ended."""
    for job in job_folder.every(home / format_versions.BACKUPS, _NAMES):
        if not job.is_at_work:
            shutil.rmtree(job.folder, ignore_errors=True)


def start(
    home: Path, words: list[str], recorder: trail.Recorder | None, about: Mapping[str, str], secrets: Mapping[str, str], by: str = ""
) -> None:
    """Start `python -m warehouse WORDS`, recorded first where a person asks; `secrets` are variables of its environment alone."""
    place = home / format_versions.BACKUPS
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock.exclusive(place / "starting.lock", archive.AtWork):
        dismiss(home)
        if current(home):
            raise archive.AtWork
        folder = job_folder.new_folder(place, _NAMES.rstrip("-*"))
        if words[0] == "backup" or "--test" not in words:
            job_folder.record(recorder, home, words[0], folder, dict(about))
        command = ("pages.jobs.run_command", str(folder), "warehouse", *words, "--job", folder.name)
        job_folder.start(home, folder, {"words": words, "by": by}, language(), *command, secrets=secrets)


def keep_daily() -> None:
    """Begin to look, as long as the server runs, whether the day's backup is due."""
    threading.Thread(target=_look, daemon=True).start()


def _look() -> None:
    while True:
        time.sleep(_EVERY)
        make_if_due(build_files.home())


def make_if_due(home: Path) -> None:
    """Start the day's backup where it is due."""
    try:
        if archive.is_due(home):
            start(home, ["backup", "--daily"], None, {}, {})
    except (archive.AtWork, OSError):  # the next look tries again
        return

"""A home with the demo's builds and accounts of its own, in which long exports are made by their real process."""

import json
import time
from pathlib import Path

from pages.access import User
from pages.access.accounts import accounts
from pages.jobs import export_jobs, job_folder
from tests import forked_commands
from warehouse import row_access
from warehouse.storage import build_files, file_lock

DAY = "2025-12-31"
PASSWORD = "春风化雨润物无声"
REVIEWER = User("县考核", "reviewer", row_access.WHOLE)


def prepare(demo_home: Path, home: Path) -> Path:
    """Builds of the demo, and a reviewer."""
    (home / "builds").symlink_to(demo_home / "builds")
    accounts.add(REVIEWER.name, REVIEWER.role, PASSWORD, must_change=False)
    return home


def start(user: User = REVIEWER, build: str = "", edition: str = "internal") -> job_folder.Job:
    """Ask for an assessment pack."""
    about = {"build": build or str(build_files.published(build_files.home())), "as_of": DAY, "edition": edition}
    return export_jobs.start(user, export_jobs.PACK, about, "zh_CN", "10.0.0.9", {"seed": "2025-1"})


def ended(job: job_folder.Job, seconds: float = 120) -> job_folder.Job:
    """The job once it is no longer at work."""
    until = time.monotonic() + seconds
    while (told := job_folder.read(job.folder)).is_at_work:
        assert time.monotonic() < until
        time.sleep(0.05)
    return told


def stand_in(home: Path, name: str, asked: dict, told: dict | None = None, content: bytes = b"") -> Path:
    """The folder of an export as a process would have left it."""

    folder = home / "exports" / name
    folder.mkdir(parents=True)
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    if told:
        (folder / "progress.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / export_jobs.FILE).write_bytes(content)
    (folder / "running").touch()
    return folder


def kill(job: job_folder.Job) -> None:
    """Kill the process of a job that has begun, as a machine that is switched off does."""
    until = time.monotonic() + 60
    while job_folder.read(job.folder).state != "running" or not file_lock.is_held(job.folder / "running"):
        assert time.monotonic() < until
        time.sleep(0.02)
    for process in forked_commands.started:
        if str(job.folder) in process.args:
            process.kill()

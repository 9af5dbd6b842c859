"""The one protocol of work that outlives its page: a process of its own, and a folder that both sides read and write.

The page writes `asked.json` (the request) and starts the process. The process holds the lock `running` and writes `progress.json`,
whole at every moment: `state` is running, then ready, unchanged or refused, with its `pid` and whatever else its readers want. So the page
may be left and come back, and the server may restart. Users: staged loads, exports that take long, backups. Folders are swept by
warehouse/storage (cleanup.py).
"""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from locales import _
from warehouse.audit import trail
from warehouse.storage import atomic_write, build_files, file_lock

REQUEST, PROGRESS, LOCK = "asked.json", "progress.json", "running"
# Under Windows a process without a console would open a window of its own, and one with ours would end with it.
_APART = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
_GRACE = 60.0  # seconds that a process may take to begin, on a busy machine
_PATIENCE = 10.0  # seconds in which the system ends one


class Refused(ValueError):
    """A job cannot be done as asked; the text is the sentence for the person."""


@dataclass(frozen=True)
class Job:
    """A job folder as it is now: the request ({} where a crash left it torn) and what the process wrote last.

    `state`: waiting, running, ready, unchanged, refused, lost (the process ended without a word).
    """

    folder: Path
    request: dict[str, Any]
    progress: dict[str, Any]
    state: str

    @property
    def is_at_work(self) -> bool:
        """Whether its end is still to come."""
        return self.state in ("waiting", "running")

    @property
    def by(self) -> str:
        """Who asked for it; nobody where the server did."""
        return str(self.request.get("by") or self.request.get("who") or "")

    @property
    def at(self) -> str:
        """When it was asked for, UTC."""
        return dt.datetime.fromtimestamp((self.folder / REQUEST).stat().st_mtime, dt.UTC).isoformat(timespec="seconds")


def read(folder: Path) -> Job:
    """Return the job of a folder. Raises FileNotFoundError where it was removed."""
    progress = atomic_write.read_json(folder / PROGRESS) or {}
    state = progress.get("state", "waiting")
    if state in ("waiting", "running") and _is_dead(folder, state):
        progress = atomic_write.read_json(folder / PROGRESS) or {}  # it may have ended between the two looks
        state = "lost" if progress.get("state", "running") == "running" else progress["state"]
    return Job(folder, atomic_write.read_json(folder / REQUEST) or {}, progress, state)


def every(place: Path, names: str = "*") -> list[Job]:
    """Return the jobs of a place whose folders have such names, newest first."""
    jobs = []
    for path in sorted(place.glob(f"{names}/{REQUEST}"), reverse=True):
        with suppress(FileNotFoundError):  # removed meanwhile
            jobs.append(read(path.parent))
    return jobs


def _is_dead(folder: Path, state: str) -> bool:
    """Whether no process holds the lock though one should; asked only then, so that no look is in a process's way."""
    is_due = state == "running" or time.time() - (folder / REQUEST).stat().st_mtime > _GRACE
    return is_due and not file_lock.is_held(folder / LOCK)


def new_folder(place: Path, stem: str) -> Path:
    """Return a new folder of a place that only its owner may read: ledgers hold names."""
    folder = place / f"{stem}-{token_hex(4)}"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    return folder


@contextmanager
def whole(folder: Path) -> Iterator[None]:
    """Remove a folder with all that lies in it, ledgers in clear, where the disk does not take all of it. Raises Refused then."""
    try:
        yield
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refused(_("服务器的磁盘写不进去，什么也没有留下；请联系维护人员腾出空间后再传。")) from error


def record(recorder: trail.Recorder | None, home: Path, act: str, folder: Path, about: dict[str, str]) -> None:
    """Record what is about to be done in a folder, under whose name the process finds that it need not do so again."""
    if recorder is None:
        return
    try:
        recorder(home, act, about | {"job": folder.name})
    except trail.NotRecorded:
        folder.rmdir()
        raise


def start(
    home: Path, folder: Path, request: Mapping[str, Any], language: str, *command: str, secrets: Mapping[str, str] | None = None
) -> Job:
    """Write the request and start one of our commands on it; what it says on stderr is kept in `log.txt`.

    `secrets` are variables of its environment, which stand nowhere on the disk.
    """
    atomic_write.write_json(folder / REQUEST, dict(request))  # whole or not at all: every reader's page looks through all of them
    run(home, language, *command, log=folder / "log.txt", secrets=secrets)
    return read(folder)


def run(home: Path, language: str, *command: str, log: Path, secrets: Mapping[str, str] | None = None) -> subprocess.Popen:
    """Start a command in a session of its own, so that it goes on when the page or the server ends."""
    environment = os.environ | {"TONGXING_HOME": str(home), "TONGXING_LANG": language, "PYTHONIOENCODING": "utf-8", **(secrets or {})}
    with log.open("wb") as stream:
        return subprocess.Popen(  # noqa: S603 — our own commands; names of files are in the folder alone
            [*build_files.PYTHON, *command],
            cwd=build_files.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            start_new_session=True,
            creationflags=_APART,
        )


def cancel(job: Job, says: str) -> bool:
    """End the processes of a job and note why; what they leave half made is removed, names in clear among it.

    False where it has ended by itself, or not begun.
    """
    if job.state != "running" or not file_lock.is_held(job.folder / LOCK):
        return False
    _end(job.progress["pid"])
    with file_lock.exclusive(job.folder / LOCK, seconds=_PATIENCE):
        if (atomic_write.read_json(job.folder / PROGRESS) or {}).get("state") != "running":
            return False
        for path in job.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in (REQUEST, PROGRESS, LOCK):
                path.unlink(missing_ok=True)
        atomic_write.write_json(job.folder / PROGRESS, {"state": "refused", "says": says})
    return True


def _end(pid: int) -> None:
    """End the process that `run` began, with all that it began itself."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)  # noqa: S603, S607 — the system's own
    else:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


class Notes:
    """The process's side: holds the lock and writes how far it has come. Loads write the same by etl/progress.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file_lock.hold(folder / LOCK)  # so that a page can tell one at work from one that was killed

    def write(self, state: str, **more: object) -> None:
        """Replace the note in one step."""
        atomic_write.write_json(self.folder / PROGRESS, {"state": state, "pid": os.getpid(), **more})

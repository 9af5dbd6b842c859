"""Work that a page starts as a process of its own: staged loads, each in a job folder (ZIPs of returned copies: returned_copies.py).

The folder `loads/<id>` holds the uploaded files, what was asked, and what the process tells (etl/progress.py), so the page may
be left and come back; the files are removed once they are read, the folder once the load is published or left, or after
some days (warehouse/storage/upload_cleanup.py). No streamlit here.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from locales import _
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.settings import settings, validation
from warehouse.storage import atomic_write, build_files, file_lock, upload_cleanup

ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".geojson")
MOST_MB = 50
# Under Windows a process without a console would open a window of its own, and one with ours would end with it.
_APART = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
_GRACE = 60.0  # seconds that a process may take to begin, on a busy machine
_NOTHING_ASKED = {"by": "", "files": [], "without": [], "submissions": []}  # in place of a request that a crash left torn
_FILE_ID = re.compile(r"[0-9a-f]{16}")


class Refused(ValueError):
    """A load cannot be started as asked; the text is the sentence for the person."""


@dataclass(frozen=True)
class Job:
    """A staged load: `asked` (by, started_at, files, without, submissions) and what the process told last.

    `state`: waiting, running, ready (a candidate waits), unchanged, refused, lost (the process ended without a word).
    """

    folder: Path
    asked: dict
    told: dict
    state: str

    @property
    def is_at_work(self) -> bool:
        """Whether its end is still to come."""
        return self.state in ("waiting", "running")

    @property
    def submissions(self) -> list[str]:
        """The ids of what villages handed in that it reads."""
        return self.asked.get("submissions", [])

    @cached_property
    def report(self) -> dict:
        """The load report with its preview, of a job that is ready or unchanged."""
        return atomic_write.read_json(self.folder / "report.json") or {}


def current(home: Path) -> Job | None:
    """The newest job of the home, or None."""
    folders = sorted(path.parent for path in (home / "loads").glob("*/asked.json"))
    return job(folders[-1]) if folders else None


def job(folder: Path) -> Job:
    """What a job folder tells; exports that take long (export_jobs.py) are told alike."""
    told = _told(folder)
    state = told.get("state", "waiting")
    if state in ("waiting", "running") and _is_dead(folder, state):
        told = _told(folder)  # it may have ended between the two looks
        state = "lost" if told.get("state", "running") == "running" else told["state"]
    found = Job(folder, _NOTHING_ASKED | (atomic_write.read_json(folder / "asked.json") or {}), told, state)
    has_report = state == "unchanged" or (state == "ready" and folder.parent.name == "loads")
    return replace(found, state="lost") if has_report and not found.report else found


def _is_dead(folder: Path, state: str) -> bool:
    """Whether no process holds the job's lock though one should; asked only then, so that no look is in a process's way."""
    is_due = state == "running" or time.time() - (folder / "asked.json").stat().st_mtime > _GRACE
    return is_due and not file_lock.is_held(folder / "running")


def _told(folder: Path) -> dict:
    """What the process told last."""
    return atomic_write.read_json(folder / "progress.json") or {}


def plain_name(name: str) -> str:
    """A file's name as the browser gives it. Raises Refused for a path, a hidden file or another kind of file.

    Nor may it hold what one system or another allows in no name.
    """
    if not name or re.search(r"[/\\:*?\"<>|\x00-\x1f]", name) or name.startswith((".", "~$")) or len(name.encode()) > 240:
        raise Refused(_("文件名“{file}”不能用，请改名后再传").format(file=name[-80:]))
    if not name.lower().endswith(ENDINGS):
        raise Refused(_("{file}：只收 {endings} 文件").format(file=name, endings=" ".join(ENDINGS)))
    return name


def start(
    home: Path,
    files: list[tuple[str, bytes]],
    by: str,
    language: str,
    without: tuple[str, ...] = (),
    recorder: trail.Recorder | None = None,
    submissions: tuple[str, ...] = (),
) -> Job:
    """Write the files into a new job folder and start the staged load; without `recorder` the process records it for itself.

    `submissions` are the ids that the files came from.

    Raises Refused for a file that cannot be taken, for nothing to do, and while another job stands; audit.NotRecorded.
    """
    names = [accepted(*file) for file in files]
    if not (names or without) or not all(map(_FILE_ID.fullmatch, without)):
        raise Refused(_("没有要载入的文件"))
    _remove_abandoned(home)
    if current(home):
        raise Refused(_("另一次载入还没有结束：请等它结束，发布或放弃之后再开始"))
    folder = new_folder(home, f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}")
    record(recorder, home, "load", folder, {"files": str(len(names)), "without": " ".join(without), "then": "stage"})
    write_files(folder, files)
    since = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    asked = {"by": by, "started_at": since, "files": names, "without": list(without), "submissions": list(submissions)}
    atomic_write.write_json(folder / "asked.json", asked)
    paths = [str(folder / "files")] if names else []
    left_out = ["--without", *without] if without else []
    run(home, language, "etl", "load", *paths, "--stage", "--job", str(folder), f"--by={by}", *left_out, says=folder / "log.txt")
    return job(folder)


def _remove_abandoned(home: Path) -> None:
    """What nobody published or left; a wrong setting is the load's to tell, and until then nothing is removed."""
    try:
        days = settings.settings(home)["keep_upload_days"]
    except validation.WrongSetting:
        return
    upload_cleanup.remove_abandoned(home, days)


def write_files(folder: Path, files: list[tuple[str, bytes]]) -> None:
    """Put files into `files/<number>/<name>` of a folder: two uploads of one name stand apart."""
    for at, (name, content) in enumerate(files):
        (folder / "files" / str(at)).mkdir(parents=True, mode=0o700)
        atomic_write.write_bytes(folder / "files" / str(at) / name, content)


def accepted(name: str, content: bytes) -> str:
    """The name of a file that can be taken. Raises Refused for any other."""
    if len(content) > MOST_MB * 2**20:
        raise Refused(_("{file}：超过 {most} MB").format(file=plain_name(name), most=MOST_MB))
    return plain_name(name)


def new_folder(home: Path, stem: str, place: str = "loads") -> Path:
    """A folder that only its owner may read: ledgers hold names."""
    folder = home / place / f"{stem}-{secrets.token_hex(4)}"
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    return folder


def record(recorder: trail.Recorder | None, home: Path, act: str, folder: Path, about: dict[str, str]) -> None:
    """Record what is about to be done in a folder, under whose name the process finds that it need not do so again."""
    if recorder is None:
        return
    try:
        recorder(home, act, about | {"job": folder.name})
    except trail.NotRecorded:
        folder.rmdir()
        raise


def run(home: Path, language: str, *command: str, says: Path | None = None) -> subprocess.Popen:
    """Start one of our commands in a session of its own, so that it goes on when the page or the server ends."""
    environment = os.environ | {"TONGXING_HOME": str(home), "TONGXING_LANG": language, "PYTHONIOENCODING": "utf-8"}
    with open(says or os.devnull, "wb") as stream:
        return subprocess.Popen(  # noqa: S603 — our own commands; names of files stand in the folder alone
            [sys.executable, "-m", *command],
            cwd=build_files.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            start_new_session=True,
            creationflags=_APART,
        )


def publish(home: Path, job: Job, recorder: trail.Recorder = trail.by_command) -> str:
    """Put a ready job's candidate in force; its id. Raises what `builds.publish_candidate` does, and the job stays then."""
    candidate = job.report["candidate"]
    repository.publish_candidate(home, candidate, recorder)
    shutil.rmtree(job.folder)
    return candidate


def leave(home: Path, job: Job, recorder: trail.Recorder = trail.by_command) -> None:
    """Remove a job that has ended, its files and its candidate, this recorded first. Raises audit.NotRecorded, and all stays then."""
    if job.state == "ready" and job.report["candidate"] in build_files.candidates(home):
        repository.drop_candidate(home, job.report["candidate"], recorder, job.folder.name)
    shutil.rmtree(job.folder)

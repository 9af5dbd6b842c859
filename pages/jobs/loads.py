"""Staged loads: the uploaded ledgers in a job folder `loads/<id>`, read by `etl load --stage`, then published or left.

The files are removed once they are read, the folder once the load is published or left, or after some days.
"""

import datetime as dt
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from locales import _
from pages.jobs import job_folder
from pages.jobs.job_folder import Job, Refused
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.settings import settings, validation
from warehouse.storage import atomic_write, build_files, cleanup

ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".et", ".ods", ".geojson")
MOST_MB = 50
SETTINGS = "settings"  # the folder of a load that tries some
_FILE_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Load(Job):
    """A staged load: its request holds by, started_at, files (how many), without, submissions; ready means that a candidate waits."""

    @property
    def submissions(self) -> list[str]:
        """The ids of what villages handed in that it reads."""
        ids: list[str] = self.request.get("submissions", [])
        return ids

    @cached_property
    def report(self) -> dict[str, Any]:
        """The load report with its preview, of a load that is ready or unchanged."""
        return atomic_write.read_json(self.folder / "report.json") or {}


def current(home: Path) -> Load | None:
    """Return the newest load of the home, or None."""
    folders = [path.parent for path in (home / "loads").glob(f"*/{job_folder.REQUEST}") if not path.match(f"{cleanup.RETURNED}*/*")]
    return read(max(folders)) if folders else None


def read(folder: Path) -> Load:
    """Return the load of a folder; one without its report is lost. Raises FileNotFoundError where it was removed."""
    job = job_folder.read(folder)
    nothing: dict[str, Any] = {"by": "", "files": 0, "without": [], "submissions": []}  # in place of a request that a crash left torn
    load = Load(folder, nothing | job.request, job.progress, job.state)
    return replace(load, state="lost") if job.state in ("ready", "unchanged") and not load.report else load


def plain_name(name: str) -> str:
    """Return a file's name as the browser gives it. Raises Refused for a path, a hidden file or another kind of file.

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
    answers: bool = False,
    proposal: settings.Proposal | None = None,
    register: tuple[str, ...] = (),
) -> Load:
    """Write the files into a new job folder and start the staged load; without `recorder` the process records it for itself.

    `submissions` are the ids that the files came from; with `answers` the tables that waited for an answer are read again;
    `proposal` are settings to be tried, which hold once the load is published; `register` says what the files change in the town's register.

    Raises Refused for a file that cannot be taken, for nothing to do, and while another load is open; trail.NotRecorded.
    """
    names = [accepted(*file) for file in files]
    if not (names or without or answers or proposal) or not all(map(_FILE_ID.fullmatch, without)):
        raise Refused(_("没有要载入的文件"))
    with suppress(validation.WrongSetting):  # it is reported by the load, and until then nothing is removed
        cleanup.remove_abandoned(home, settings.settings(home)["keep_upload_days"])
    if current(home):
        raise Refused(_("另一次载入还没有结束：请等它结束，发布或放弃之后再开始"))
    folder = job_folder.new_folder(home / "loads", f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}")
    changes = {"settings": list(proposal.changes) if proposal else [], "register": list(register)}
    about = {"files": str(len(names)), "without": " ".join(without), "then": "stage"}
    job_folder.record(recorder, home, "load", folder, about | {name: ", ".join(texts) for name, texts in changes.items()})
    since = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    request = {"by": by, "started_at": since, "files": len(names), "without": list(without), "submissions": list(submissions)} | changes
    paths = [str(folder / "files")] if names else []
    left_out = [*(["--without", *without] if without else []), *(["--answers"] if answers else [])]
    left_out += ["--settings", str(folder / SETTINGS)] if proposal else []
    command = ("etl", "load", *paths, "--stage", "--job", str(folder), f"--by={by}", *left_out)
    with job_folder.whole(folder):
        write_files(folder, files)
        if proposal:
            settings.propose(folder / SETTINGS, home, proposal)
        job_folder.start(home, folder, request, language, *command)
    return read(folder)


def read_again(home: Path, load: Load | None, by: str, language: str, recorder: trail.Recorder | None = None) -> Load:
    """Start a load that reads the tables that waited for an answer again, in place of one that is ready. Raises what `start` does."""
    if load:
        shutil.rmtree(load.folder)  # its candidate stays until the new one takes its place
    return start(home, [], by, language, recorder=recorder, submissions=tuple(load.submissions) if load else (), answers=True)


def write_files(folder: Path, files: list[tuple[str, bytes]]) -> None:
    """Put files into `files/<number>/<name>` of a folder: two uploads of one name are kept apart, and in order."""
    for at, (name, content) in enumerate(files):
        (folder / "files" / f"{at:03}").mkdir(parents=True, mode=0o700)
        atomic_write.write_bytes(folder / "files" / f"{at:03}" / name, content)


def accepted(name: str, content: bytes) -> str:
    """Return the name of a file that can be taken. Raises Refused for any other."""
    if len(content) > MOST_MB * 2**20:
        raise Refused(_("{file}：超过 {most} MB").format(file=plain_name(name), most=MOST_MB))
    return plain_name(name)


def publish(home: Path, load: Load, recorder: trail.Recorder = trail.by_command, settle: Callable[[], object] = lambda: None) -> str:
    """Publish a ready load's candidate, `settle` what it was made of; return its id. Raises what publish_candidate does; the load stays then.

    Ended anywhere it is published or not; once it is, the same call does what is left.
    """
    candidate = load.report["candidate"]
    if build_files.published(home) != candidate:
        repository.publish_candidate(home, candidate, recorder)
    settle()
    if load.request.get("settings"):
        settings.adopt(load.folder / SETTINGS, home)
    (load.folder / job_folder.REQUEST).unlink()  # it is no load from here on; a folder half removed would read as one that broke off
    shutil.rmtree(load.folder)
    return candidate


def leave(home: Path, load: Load, recorder: trail.Recorder = trail.by_command) -> None:
    """Remove a load that has ended, its files and its candidate, this recorded first. Raises trail.NotRecorded, and all stays then.

    Raises UnknownCandidate for one that is published already.
    """
    candidate = load.report["candidate"] if load.state == "ready" else ""
    if candidate and candidate == build_files.published(home):
        raise build_files.UnknownCandidate(build=candidate)
    if candidate in build_files.candidates(home):
        repository.drop_candidate(home, candidate, recorder, load.folder.name)
    shutil.rmtree(load.folder)

"""Assessment packs, each made by a process of its own (worker.py) in `exports/<id>`, for the account that asked, under its right then."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locales import N_, Refusal, _
from pages.access import User, rights
from pages.access.accounts import accounts
from pages.jobs import job_folder
from pages.jobs.job_folder import Job
from warehouse.audit import trail
from warehouse.storage import build_files, cleanup, file_lock

MOST, MOST_AT_WORK = 3, 2  # waiting of one account; in the making of the whole house
FORM = "pack_zip"  # as rights and receipts name it
FILE = "file"  # of a folder: the pack
_PATIENCE = 5.0  # seconds that one start waits for another


class TooMany(Refusal):
    """More exports wait to be fetched, or are in the making, than may be."""


class Gone(Refusal):
    """What is to be fetched is no longer there, not for this reader, or not whole."""

    says = N_("这份导出已经不在了（已删除、已过期，或您的权限有变动）。请重新制作。")


def start(user: User, about: Mapping[str, str], spoken: str, source: str, seed: str, instead: Path | None = None) -> Job:
    """Begin a pack of `about` (build, day) for a reader, asked from the address `source`; the folder `instead` goes once there is room."""
    if not rights.may(user, "exports", FORM):
        raise PermissionError(FORM)
    home, now = build_files.home(), dt.datetime.now(dt.UTC)
    place = home / cleanup.EXPORTS
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One start at a time, so that two clicks at once are counted one after the other.
    with file_lock.exclusive(place / "starting.lock", lambda: TooMany(_("另一份导出正要开始制作，请再点一次。")), _PATIENCE):
        every = [job for job in _every(home) if job.folder != instead]
        if sum(is_theirs(job.request, user) for job in every) >= MOST:  # others of the account it could neither see nor remove
            raise TooMany(_("您已有 {most} 份做好待取或正在制作的导出：请先取走并删除不再需要的。").format(most=MOST))
        if sum(job.is_at_work for job in every) >= MOST_AT_WORK:
            raise TooMany(_("已有 {most} 份导出正在制作，请等其中一份做完再试。").format(most=MOST_AT_WORK))
        if instead:
            shutil.rmtree(instead, ignore_errors=True)
        folder = job_folder.new_folder(place, f"{now:%Y%m%dT%H%M%S}")
        request = {**_terms(user), "at": now.isoformat(timespec="seconds"), "language": spoken, "source": source}
        request |= {"about": dict(about), "options": {"seed": seed}}
        return job_folder.start(home, folder, request, spoken, "pages.assessment_pack.worker", str(folder))


def again(user: User, name: str) -> Job:
    """Begin again one that broke off or was refused. Raises Gone, TooMany, and then it stays."""
    job = _job(user, name)
    request = job.request
    return start(user, request["about"], request["language"], request["source"], request["options"]["seed"], job.folder)


def jobs_of(user: User) -> list[Job]:
    """Return what a reader's account has waiting or in the making and may still fetch, newest first, after what is too old is swept."""
    return [job for job in _every(build_files.home()) if is_theirs(job.request, user)]


def is_theirs(request: Mapping[str, Any], user: User) -> bool:
    """Whether a reader asked for it, under the terms of today, and has the right to it still."""
    terms = _terms(user)
    return {name: request.get(name) for name in terms} == terms and rights.may(user, "exports", FORM)


def content(user: User, name: str, recorder: trail.Recorder) -> bytes:
    """Return the file, recorded first. Raises Gone, trail.NotRecorded."""
    job = _job(user, name)
    try:
        content = (job.folder / FILE).read_bytes()
    except OSError as error:
        raise Gone from error
    if job.state != "ready" or hashlib.sha256(content).hexdigest() != job.progress["sha256"]:
        raise Gone
    about = {"form": FORM, **job.request["about"], "no": job.progress["no"], "sha256": job.progress["sha256"]}
    recorder(build_files.home(), "export_fetched", about)
    return content


def remove(user: User, name: str) -> None:
    """Remove one that is no longer at work; what the register says of it stays. Raises Gone."""
    shutil.rmtree(_job(user, name).folder, ignore_errors=True)


def _job(user: User, name: str) -> Job:
    """Return a reader's own export by the name of its folder. Raises Gone."""
    job = next((job for job in jobs_of(user) if job.folder.name == name), None)
    if job is None:
        raise Gone
    return job


def _every(home: Path) -> list[Job]:
    cleanup.remove_exports(home)
    return job_folder.every(home / cleanup.EXPORTS)


def _terms(user: User) -> dict[str, Any]:
    """Return whose an export is: the account, since when there is one of that name, and what decides how much it may read."""
    account = accounts.find(user.name)
    since = account.created_at if account else 0
    return {"who": user.name, "role": user.role, "scope": list(user.scope), "since": since, "less": rights.withheld_below(user.role)}

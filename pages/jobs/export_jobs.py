"""Files that take long, each made by a process of its own (worker.py) in `exports/<id>`, for the account that asked, under its right then.

Returned copies hold names: they lie sealed, for a day, and are gone once fetched.
"""

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
from warehouse.storage import build_files, cleanup, file_lock, keys

MOST, MOST_AT_WORK = 3, 2  # waiting of one account; in the making of the whole house, of returned copies and of all others
PACK, COPIES = "pack_zip", "returned_copies"  # as rights and receipts name them; the report has two forms of its own
FILE = "file"  # of a folder: what was made
_COPIES_DAYS = 1
_PATIENCE = 5.0  # seconds that one start waits for another


class TooMany(Refusal):
    """More exports wait to be fetched, or are in the making, than may be."""


class Gone(Refusal):
    """What is to be fetched is no longer there, not for this reader, or not whole."""

    says = N_("这份文件已经不在了（已取走、已删除、已过期，或您的权限有变动）。请重新制作。")


def form_of(request: Mapping[str, Any]) -> str:
    """Return the form of what is made; requests of before had one alone."""
    return str(request.get("form", PACK))


def start(
    user: User,
    form: str,
    about: Mapping[str, str],
    spoken: str,
    source: str,
    options: Mapping[str, Any] | None = None,
    instead: Path | None = None,
) -> Job:
    """Begin a file of `about` (build, day) for a reader, asked from the address `source`; the folder `instead` goes once there is room."""
    if not rights.may(user, "exports", form):
        raise PermissionError(form)
    home, now = build_files.home(), dt.datetime.now(dt.UTC)
    place = home / cleanup.EXPORTS
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One start at a time, so that two clicks at once are counted one after the other.
    with file_lock.exclusive(place / "starting.lock", lambda: TooMany(_("另一份文件正要开始制作，请再点一次。")), _PATIENCE):
        jobs = [job for job in every(home) if job.folder != instead]
        if len(theirs(jobs, user)) >= MOST:  # others of the account it could neither see nor remove
            raise TooMany(_("您已有 {most} 份做好待取或正在制作的文件：请先取走并删除不再需要的。").format(most=MOST))
        alike = [job for job in jobs if (form_of(job.request) == COPIES) == (form == COPIES)]
        if sum(job.is_at_work for job in alike) >= MOST_AT_WORK:
            raise TooMany(_("已有 {most} 份文件正在制作，请等其中一份做完再试。").format(most=MOST_AT_WORK))
        if instead:
            shutil.rmtree(instead, ignore_errors=True)
        folder = job_folder.new_folder(place, f"{now:%Y%m%dT%H%M%S}")
        request = {**_terms(user), "at": now.isoformat(timespec="seconds"), "language": spoken, "source": source}
        request |= {"form": form, "about": dict(about), "options": dict(options or {})}
        request |= {"days": _COPIES_DAYS} if form == COPIES else {}
        return job_folder.start(home, folder, request, spoken, "pages.assessment_pack.worker", str(folder))


def again(user: User, name: str) -> Job:
    """Begin again one that broke off or was refused. Raises Gone, TooMany, and then it stays."""
    job = _job(user, name)
    request = job.request
    return start(user, form_of(request), request["about"], request["language"], request["source"], request["options"], job.folder)


def jobs_of(user: User) -> list[Job]:
    """Return what a reader's account has waiting or in the making and may still fetch, newest first, after what is too old is swept."""
    return theirs(every(build_files.home()), user)


def theirs(jobs: list[Job], user: User) -> list[Job]:
    """Return those that a reader asked for under the terms of today, and has the right to still."""
    terms = _terms(user)
    return [
        job
        for job in jobs
        if {name: job.request.get(name) for name in terms} == terms and rights.may(user, "exports", form_of(job.request))
    ]


def content(user: User, name: str, recorder: trail.Recorder) -> bytes:
    """Return the file, recorded first. Raises Gone, trail.NotRecorded."""
    job = _job(user, name)
    form, home = form_of(job.request), build_files.home()
    try:
        content = (job.folder / FILE).read_bytes()
        if job.state != "ready" or hashlib.sha256(content).hexdigest() != job.progress["sha256"]:
            raise Gone
        if form == COPIES:
            content = keys.load_key(home).unseal(name, content)
    except (OSError, keys.WrongKey) as error:
        raise Gone from error
    facts: dict[str, str] = {fact: job.progress[fact] for fact in ("no", "sha256") if fact in job.progress}
    recorder(home, "export_fetched", {"form": form, **job.request["about"], **facts})
    if form == COPIES:
        shutil.rmtree(job.folder, ignore_errors=True)
    return content


def remove(user: User, name: str) -> None:
    """Remove one that is no longer at work; what the register says of it stays. Raises Gone."""
    shutil.rmtree(_job(user, name).folder, ignore_errors=True)


def every(home: Path) -> list[Job]:
    """Return those of all accounts, newest first, after what is too old is swept."""
    cleanup.remove_exports(home)
    return job_folder.every(home / cleanup.EXPORTS)


def _job(user: User, name: str) -> Job:
    """Return a reader's own export by the name of its folder. Raises Gone."""
    job = next((job for job in jobs_of(user) if job.folder.name == name), None)
    if job is None:
        raise Gone
    return job


def _terms(user: User) -> dict[str, Any]:
    """Return whose an export is: the account, since when there is one of that name, and what decides how much it may read."""
    account = accounts.find(user.name)
    since = account.created_at if account else 0
    return {"who": user.name, "role": user.role, "scope": list(user.scope), "since": since, "less": rights.withheld_below(user.role)}

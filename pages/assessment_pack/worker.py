"""`python -m pages.assessment_pack.worker FOLDER`: makes the pack that the folder's asked.json, written by the server alone, asks for."""

import datetime as dt
import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from locales import N_, Refusal, _, use_language
from pages.access import User
from pages.access.accounts import accounts
from pages.assessment_pack import assemble, export_jobs
from pages.data.queries import Figures, Reader
from pages.jobs import job_folder
from pages.text import formatting, labels
from warehouse.audit import trail
from warehouse.disclosure import release_log
from warehouse.storage import atomic_write, build_files, safe_logging


class NotAllowed(Refusal):
    """The right ended between the click and now."""

    says = N_("您的账号或权限有变动，没有制作。请重新登录后再试。")


def make(folder: Path) -> int:
    """Make what the folder asks for; 0 where it is ready, 1 where it was refused with a sentence."""
    request = json.loads((folder / job_folder.REQUEST).read_text(encoding="utf-8"))
    notes = job_folder.Notes(folder)
    _note_step(notes, assemble.STEPS[0])
    try:
        content, receipt = _assemble(request, notes)
        atomic_write.write_bytes(folder / export_jobs.FILE, content)  # first, so that a reader of `ready` finds it
        file = formatting.file_name(_("考核资料包"), receipt.as_of, receipt.no, labels.word("edition", receipt.edition), ending="zip")
        notes.write("ready", file=file, no=receipt.no, sha256=receipt.sha256, size=receipt.size)
        return 0
    except build_files.UnknownBuild:
        notes.write("refused", says=_("所要的数据版本已不再保留，没有制作。请按现在的版本重新制作。"))
    except Refusal as refused:
        notes.write("refused", says=str(refused))
    except OSError:
        notes.write("refused", says=str(build_files.DiskFull()))
    return 1


def _note_step(notes: job_folder.Notes, name: str) -> None:
    notes.write("running", step=name, done=assemble.STEPS.index(name), all=len(assemble.STEPS))


def _assemble(request: Mapping[str, Any], notes: job_folder.Notes) -> tuple[bytes, release_log.Receipt]:
    """Return the pack for the reader who asked. Raises NotAllowed where the right has ended."""
    use_language(request["language"])
    user, about = User(request["who"], request["role"], tuple(request["scope"])), request["about"]
    account = accounts.find(user.name)
    if account is None or account.is_disabled or not export_jobs.is_theirs(request, User(account.name, account.role, account.scope)):
        raise NotAllowed
    day = dt.date.fromisoformat(about["as_of"])
    edition = about.get("edition", release_log.PUBLIC)  # a pack asked for before there were internal ones
    order = release_log.Order(about["build"], day, export_jobs.FORM, user.name, user.role, edition=edition)
    figures = Figures(about["build"], Reader(user.scope, request["less"]), day)
    recorder = trail.recorder_for(user.name, user.role, request["source"])
    return assemble.make(figures, order, request["options"]["seed"], recorder, partial(_note_step, notes))


if __name__ == "__main__":
    safe_logging.configure()
    sys.exit(make(Path(sys.argv[1])))

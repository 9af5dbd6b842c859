"""`python -m pages.assessment_pack.worker FOLDER`: makes one long export (export_jobs.py) and tells how far it has come. No page here.

What it is to make, for whom and in which language stands in the folder's asked.json, which the server alone writes; the right to it
is asked for anew, and the trail names the reader who asked.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locales import _, use_language
from pages.access import User
from pages.access.accounts import accounts
from pages.assessment_pack import assemble, export_jobs
from pages.data.queries import Figures, Reader
from warehouse.audit import trail
from warehouse.disclosure import release_log, suppression
from warehouse.settings import validation
from warehouse.storage import atomic_write, build_files, file_lock, safe_logging

Step = Callable[[str], object]  # hears the name of each step as it begins
Maker = Callable[[Figures, release_log.Order, Mapping[str, str], trail.Recorder, Step], tuple[bytes, release_log.Receipt]]


@dataclass(frozen=True)
class Form:
    """A kind of long export: what makes it, its steps in order, the name of its file (with day and number) and its type."""

    make: Maker
    steps: tuple[str, ...]
    file: str
    kind: str


FORMS = {"pack_zip": Form(assemble.make, assemble.STEPS, "assessment-pack.{day}.{no}.zip", "application/zip")}


class NotAllowed(PermissionError):
    """The right ended between the click and now."""

    def __init__(self) -> None:
        super().__init__(_("您的账号或权限有变动，没有制作。请重新登录后再试。"))


class Notes:
    """Writes progress.json of the folder, whole at every moment: state (running, ready, refused), step, done of all, and the end."""

    def __init__(self, folder: Path, steps: tuple[str, ...]) -> None:
        self.folder, self.steps = folder, steps
        file_lock.hold(folder / "running")  # so that a page can tell one at work from one that was killed
        self.step(steps[0])

    def step(self, name: str) -> None:
        """A step begins."""
        self._write({"state": "running", "step": name, "done": self.steps.index(name), "all": len(self.steps)})

    def end(self, content: bytes, told: Mapping[str, Any]) -> None:
        """The file first, so that whoever reads `ready` finds it."""
        atomic_write.write_bytes(self.folder / export_jobs.FILE, content)
        self._write({"state": "ready", **told})

    def refuse(self, says: str) -> None:
        """Nothing came of it; the sentence for the person."""
        self._write({"state": "refused", "says": says})

    def _write(self, told: Mapping[str, Any]) -> None:
        """Replace the note in one step."""
        atomic_write.write_json(self.folder / "progress.json", told)


def make(folder: Path) -> int:
    """Make what the folder asks for; 0 where it is ready, 1 where it was refused with a sentence."""
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    form = FORMS[asked["form"]]
    notes = Notes(folder, form.steps)
    try:
        content, receipt = _made(asked, form, notes.step)
        file = form.file.format(day=receipt.as_of, no=receipt.no)
        notes.end(content, {"file": file, "kind": form.kind, "no": receipt.no, "sha256": receipt.sha256, "size": receipt.size})
        return 0
    except (
        NotAllowed,
        suppression.CannotProtect,
        validation.WrongSetting,
        release_log.RegisterBusy,
        release_log.Damaged,
        trail.NotRecorded,
    ) as refused:
        notes.refuse(str(refused))
    except build_files.UnknownBuild:
        notes.refuse(_("所要的数据版本已不再保留，没有制作。请按现在的版本重新制作。"))
    except OSError:
        notes.refuse(_("写不下（磁盘已满，或不许写入），没有做成。请腾出空间后重试。"))
    return 1


def _made(asked: Mapping[str, Any], form: Form, step: Step) -> tuple[bytes, release_log.Receipt]:
    """The file for the reader who asked, while the right stands."""
    use_language(asked["language"])
    user, about = User(asked["who"], asked["role"], tuple(asked["scope"])), asked["about"]
    account = accounts.find(user.name)
    if account is None or account.is_disabled or not export_jobs.is_theirs(asked, User(account.name, account.role, account.scope)):
        raise NotAllowed
    day = dt.date.fromisoformat(about["as_of"])
    order = release_log.Order(about["build"], day, asked["form"], user.name, user.role)
    figures = Figures(about["build"], Reader(user.scope, asked["less"]), day)
    return form.make(figures, order, asked["options"], trail.recorder_for(user.name, user.role, asked["source"]), step)


if __name__ == "__main__":
    safe_logging.configure()
    sys.exit(make(Path(sys.argv[1])))

"""Ledgers that a village hands in by itself: kept aside until the centre takes them into a load or sends them back. No streamlit here.

The folder `submissions/<id>` holds the files and `asked.json`; nothing in it is read by a load before the centre takes it. The files
are removed once they are published or sent back; what was handed in, by whom and what became of it stays.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from locales import _
from pages.parts import jobs
from warehouse import audit

WAITING, PUBLISHED, SENT_BACK = "waiting", "published", "sent_back"
MOST_WAITING = 20  # of one village; a village's year of ledgers is fewer


@dataclass(frozen=True)
class Submission:
    """What a village handed in: `files` by name, `at` UTC, `state` waiting, published or sent_back with `why`."""

    folder: Path
    village_id: str
    by: str
    at: str
    files: list[str]
    state: str
    why: str

    @property
    def id(self) -> str:
        """Its name."""
        return self.folder.name

    def content(self) -> list[tuple[str, bytes]]:
        """The files as the browser gave them; none once they are published or sent back."""
        return [(path.name, path.read_bytes()) for path in sorted(self.folder.glob("files/*/*"))]


def submit(home: Path, village_id: str, files: list[tuple[str, bytes]], by: str, recorder: audit.Recorder) -> Submission:
    """Keep files for the centre. Raises jobs.Refused for a file that cannot be taken, none, or too many waiting; audit.NotRecorded."""
    names = [jobs.accepted(*file) for file in files]
    if not names:
        raise jobs.Refused(_("没有选文件"))
    if sum(one.state == WAITING for one in of_village(home, village_id)) >= MOST_WAITING:
        raise jobs.Refused(_("已有 {most} 份报送等待处理，请先联系保护中心").format(most=MOST_WAITING))
    recorder(home, "submit", {"village": village_id, "files": str(len(names))})
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    folder = home / "submissions" / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    jobs.write_files(folder, files)
    asked = {"village_id": village_id, "by": by, "at": now.isoformat(), "files": names, "state": WAITING, "why": ""}
    _write(folder, asked)
    return _read(folder)


def every(home: Path) -> list[Submission]:
    """All submissions, newest first."""
    return [_read(path.parent) for path in sorted((home / "submissions").glob("*/asked.json"), reverse=True)]


def waiting(home: Path) -> list[Submission]:
    """Those that nobody has settled yet, oldest first."""
    return [one for one in every(home)[::-1] if one.state == WAITING]


def of_village(home: Path, village_id: str) -> list[Submission]:
    """Those of one village, newest first."""
    return [one for one in every(home) if one.village_id == village_id]


def settle(home: Path, ids: list[str], state: str, why: str = "") -> None:
    """Say what became of submissions and remove their files; one that is settled already stays as it is."""
    for one in every(home):
        if one.id in ids and one.state == WAITING:
            told = json.loads((one.folder / "asked.json").read_text(encoding="utf-8"))
            _write(one.folder, told | {"state": state, "why": why})
            shutil.rmtree(one.folder / "files")


def _read(folder: Path) -> Submission:
    """A submission as its folder tells it."""
    return Submission(folder, **json.loads((folder / "asked.json").read_text(encoding="utf-8")))


def _write(folder: Path, told: dict) -> None:
    """Replace `asked.json` in one step."""
    fresh = folder / "asked.json.new"
    fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    os.replace(fresh, folder / "asked.json")

"""How many returned copies may be in the making and stand in `loads/`, and how long: one reader with many tabs fills neither disk
nor processor. No streamlit here.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from locales import _
from warehouse.storage import upload_cleanup

MOST, MOST_AT_WORK = 20, 2
_at_work: list[subprocess.Popen] = []


class TooMany(RuntimeError):
    """More copies are in the making, or wait to be fetched, than may be."""

    def __init__(self) -> None:
        super().__init__(_("正在制作的副本太多，请过几分钟再试；已做好的请先下载。"))


def make_room(home: Path) -> None:
    """Remove what nobody fetched within an hour. Raises TooMany where one more may not be made."""
    upload_cleanup.remove_unfetched(home)
    _at_work[:] = [process for process in _at_work if process.poll() is None]
    if len(_at_work) >= MOST_AT_WORK or len(list((home / "loads").glob(f"{upload_cleanup.RETURNED}*"))) >= MOST:
        raise TooMany


def note(process: subprocess.Popen) -> None:
    """Count a process as at work until it ends."""
    _at_work.append(process)

"""Puts other files in the place of a home's own at one moment: a plan is on the disk first, and the next process carries it out.

A home may be a mount point, so it is not renamed itself: its files are, one after the other, and nobody reads it in between,
because `build_files.home` finishes a plan before it names the home. Locks stay where they are.
"""

import datetime as dt
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from locales import N_, Refusal
from warehouse.storage import atomic_write, file_lock
from warehouse.storage.format_versions import BACKUPS

PLAN, RESTORING = f"{BACKUPS}/switch.json", "restoring-"  # the second opens the name of a folder that other files are made ready in
_FORMER = "before-"  # opens the name of the folder that the files of before stay in; the newest is kept
_PATIENCE = 30.0


class NotSwitched(Refusal):
    """A file could not be moved, so all of them are where they were."""

    says = N_("有文件正被使用或不许移动，没有换上，数据目录和原来一样；请先停掉看板，再试一次。")


@contextmanager
def beside(home: Path, refusal: Callable[[], Exception]) -> Iterator[Path]:
    """A folder in the backups of a home in which other files are made ready, gone after the block. Raises `refusal` while there is another."""
    (home / BACKUPS).mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock.exclusive(home / BACKUPS / "restoring.lock", refusal):
        finish(home)
        fresh = home / BACKUPS / f"{RESTORING}{secrets.token_hex(4)}"
        try:
            fresh.mkdir(mode=0o700)
            yield fresh
        finally:
            if not (home / PLAN).exists():
                shutil.rmtree(fresh, ignore_errors=True)


def new_former(home: Path) -> Path:
    """Return the folder for the files that are replaced now."""
    return home / BACKUPS / f"{_FORMER}{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def remove_older(former: Path) -> None:
    """Remove the files of before that were replaced earlier."""
    for folder in former.parent.glob(f"{_FORMER}*/"):
        if folder != former:
            shutil.rmtree(folder, ignore_errors=True)


def switch(home: Path, fresh: Path, former: Path, outgoing: list[str], incoming: list[str]) -> None:
    """Move files of a home into the folder `former` of its backups, and files of the folder `fresh` into their place.

    Raises NotSwitched; the home is as before then.
    """
    plan = {"fresh": fresh.name, "former": former.name, "out": outgoing, "in": incoming}
    atomic_write.write_json(home / PLAN, plan)  # from here on it is done
    finish(home)
    if any((fresh / name).exists() for name in incoming):  # another process was first, and moved them back
        raise NotSwitched


def finish(home: Path) -> None:
    """Carry out the plan of a home, from wherever it broke off. Raises NotSwitched."""
    with file_lock.exclusive(home / BACKUPS / "switch.lock", seconds=_PATIENCE):
        if not (plan := atomic_write.read_json(home / PLAN)):
            return
        fresh, former = (home / BACKUPS / plan[name] for name in ("fresh", "former"))
        former.mkdir(exist_ok=True, mode=0o700)
        try:
            for name in plan["out"]:
                if not (former / name).exists():
                    _move(home / name, former / name)
            for name in plan["in"]:
                _move(fresh / name, home / name)
        except OSError as error:
            for name in plan["in"]:
                if not (fresh / name).exists() and ((former / name).exists() or name not in plan["out"]):
                    _move(home / name, fresh / name)
            for name in plan["out"]:
                _move(former / name, home / name)
            (home / PLAN).unlink()
            raise NotSwitched from error
        for folder in {(home / name).parent for name in [*plan["in"], *plan["out"]]} | {former}:
            if folder.is_dir():
                atomic_write.sync_folder(folder)
        (home / PLAN).unlink()


def remove_unfinished(home: Path) -> None:
    """Remove what a restore that was killed has unpacked, unless one is at work."""
    folders = list((home / BACKUPS).glob(f"{RESTORING}*/"))
    if folders and not (home / PLAN).exists() and not file_lock.is_held(home / BACKUPS / "restoring.lock"):
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def _move(path: Path, target: Path) -> None:
    """Rename a file, unless that was done."""
    if path.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.replace_atomically(path, target)

"""The folder of builds: their names, which one is published, and which are kept."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from locales import N_, Refusal
from warehouse.storage import atomic_write, file_lock, format_versions, home_switch

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-X", "utf8", "-m")  # the Windows folder's Python heeds no PYTHONUTF8 nor PYTHONIOENCODING
# Beside these: accounts.sqlite, and what people put into the home.
OWN_FOLDERS = ("builds", "keys", "loads", "exports", format_versions.BACKUPS)
_BUILD_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-z]+(-k\d+)?")  # -k1, -k2: the same build sealed by a new key (key_rotation.py)


class NothingPublished(Refusal):
    """The home has no published build yet."""

    says = N_("{home}：还没有发布过任何数据，请先用 python -m etl load 载入台账。")


class LoadRunning(Refusal):
    """Another load holds this home."""

    says = N_("另一次载入正在进行，请等它结束后再试。")


class AccountsDamaged(Refusal):
    """The file of accounts cannot be read, so nobody can be let in."""

    says = N_("{file}：账号文件坏了，读不出来。请先把它改名留着，再用“python -m warehouse restore”恢复最近的备份。")


class DiskFull(Refusal):
    """Something could not be written whole."""

    says = N_("磁盘写不下了（已满，或不许写入）。没有做完，原来的数据不变；请腾出空间后重试。")


class UnknownBuild(Refusal, ValueError):
    """No build of that name is kept."""

    says = N_("没有名为“{build}”的版本，请用 python -m warehouse builds 查看现有版本。")
    exit_status = 2


class UnknownCandidate(Refusal, ValueError):
    """The home has no candidate of that name."""

    says = N_("没有名为“{build}”的待发布版本：可能已经发布、放弃，或被之后的一次载入取代。")
    exit_status = 2


class MovedOn(Refusal):
    """Another build was published since a candidate was made."""

    says = N_("数据已有变动：检查之后又发布了别的版本，请重新载入、再看一遍后发布。")


@contextmanager
def locked(home: Path, is_brought_up: bool = True) -> Iterator[None]:
    """Hold the home's load lock inside the block, its format brought up to the program's unless it is read as it is."""
    format_versions.version_of_home(home)
    (home / "builds").mkdir(parents=True, exist_ok=True, mode=0o700)
    restrict_permissions(home)
    home_switch.remove_unfinished(home)
    for path in home.rglob("*.*-????????.new"):  # of writers that were killed: after an hour it is nobody's any more
        with suppress(OSError):
            if path.stat().st_nlink > 1 or time.time() - path.stat().st_mtime > 3600:  # its bytes have their name already
                path.unlink()
    with file_lock.exclusive(home / "builds" / "loading.lock", LoadRunning):
        if is_brought_up:
            format_versions.bring_up(home)
            if not (home / format_versions.FILE).exists():
                format_versions.write_version(home)
        yield


def home() -> Path:
    """The folder of all that the program writes (TONGXING_HOME, by default `data/`); a restore that was broken off is finished first."""
    home = _resolved(os.environ.get("TONGXING_HOME") or str(ROOT / "data"), os.getcwd())
    if (home / home_switch.PLAN).exists():
        home_switch.finish(home)
    return home


@lru_cache(maxsize=8)
def _resolved(home: str, _folder: str) -> Path:
    """Return the path without links: a page asks for it a hundred times. A relative one is of the process's folder."""
    return Path(home).expanduser().resolve()


def published(home: Path) -> str | None:
    """Return the id of the published build; None where there is none."""
    pointer = home / "builds" / "published"
    named = pointer.read_text(encoding="utf-8").split() if pointer.exists() else []
    now = kept(home)  # after the pointer: one that moves on in between names a build that is there
    return next((build_id for build_id in named if build_id in now), None)


def file_of(home: Path, build_id: str) -> Path:
    """Return a build's path."""
    return home / "builds" / f"{build_id}.duckdb"


def kept(home: Path) -> set[str]:
    """Return the ids of the builds that the home keeps."""
    return {path.stem for path in (home / "builds").glob("*.duckdb") if _BUILD_ID.fullmatch(path.stem)}


def origin(build_id: str) -> str:
    """Return the id that a build was first published under, however often its key has changed."""
    return re.sub(r"-k\d+$", "", build_id)


def renewed_name(build_id: str) -> str:
    """Return the id that a build gets when its key changes: the next number after it."""
    first = origin(build_id)
    return f"{first}-k{int(build_id[len(first) + 2 :] or 0) + 1}"


def current_build_id(home: Path, build_id: str | None) -> str | None:
    """Return the id under which a build is kept now, whatever key seals it; None where it is not kept."""
    now = kept(home)
    if build_id is None or build_id in now:
        return build_id
    same = [other for other in now if origin(other) == origin(build_id)]
    return max(same, key=lambda other: (len(other), other), default=None)


def candidate_of(home: Path, build_id: str) -> Path:
    """Return the path of a checked build that nobody has published yet. Raises UnknownCandidate."""
    path = home / "builds" / f"{build_id}.candidate"
    if not _BUILD_ID.fullmatch(build_id) or not path.exists():
        raise UnknownCandidate(build=build_id)
    return path


def candidates(home: Path) -> set[str]:
    """Return the ids of the home's candidates."""
    return {path.stem for path in (home / "builds").glob("*.candidate")}


def point_to(home: Path, *build_ids: str) -> None:
    """Replace the pointer file in one step; the first of the builds that is kept is in force."""
    atomic_write.write_bytes(home / "builds" / "published", "".join(f"{build_id}\n" for build_id in build_ids).encode())


def activate(home: Path, path: Path, build_id: str) -> None:
    """Give a finished file its name, which puts it in force: the pointer names it already, and for want of it the one before."""
    point_to(home, build_id, published(home) or "")
    path.rename(file_of(home, build_id))
    with suppress(OSError):  # a disk that is full by now takes nothing back
        point_to(home, build_id)


def restrict_permissions(home: Path) -> None:
    """Mode 600 and 700 for what an older program, or one that did not begin as safe_logging.py has it, left open to others."""
    for top in (home / name for name in OWN_FOLDERS):
        for path in [top, *top.rglob("*")] if top.exists() else []:
            with suppress(OSError):  # gone meanwhile, or another user's
                wanted = 0o700 if path.is_dir() else 0o600
                if path.stat().st_mode & 0o777 != wanted:
                    path.chmod(wanted)


def prune(home: Path, keep: int) -> None:
    """Remove all but the newest `keep` builds and the published one."""
    for build_id in set(sorted(kept(home), reverse=True)[keep:]) - {published(home)}:
        remove(file_of(home, build_id))
        remove(file_of(home, build_id).with_suffix(".duckdb.tmp"))  # what a reader that was killed left


def remove_drafts(home: Path) -> None:
    """Remove drafts, their write-ahead logs and what was put beside them for want of memory."""
    for path in (home / "builds").glob("*.draft*"):
        remove(path)


def remove(path: Path) -> None:
    """Delete a file or folder; one that a reader holds open under Windows stays until a later load."""
    with suppress(PermissionError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

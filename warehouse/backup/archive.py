"""Makes backups: written, read back, noted, and the older ones thinned out; which there are, and whether one is due."""

import datetime as dt
import os
import re
import secrets
import time
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

from locales import N_, Refusal, _
from warehouse.audit import trail
from warehouse.backup import contents
from warehouse.disclosure import release_log
from warehouse.settings import local_time, settings
from warehouse.storage import atomic_write, build_files, file_lock, format_versions

PASSPHRASE = "TONGXING_BACKUP_PASSPHRASE"  # noqa: S105 — the name of an environment variable
SHORTEST = 12  # letters of a passphrase
_NAME = re.compile(r"tongxing-backup-\d{8}-\d{4}(-\d+)?\.tongxing")
_NOTES = "notes.json"  # of the home's backups: what became of each
_DEAD_AFTER = 86_400.0  # seconds in which a file that is being written was touched
_OVERDUE, _RETRY = dt.timedelta(days=7), dt.timedelta(hours=1)


class NoSecret(Refusal):
    """Nothing to seal a backup by."""


class NoFolder(Refusal):
    """The folder for backups is not there, as where a disk is not plugged in."""

    says = N_("{folder}：没有这个文件夹，或不能写入（移动硬盘插好了吗？），没有备份。")


class AtWork(Refusal):
    """Another process makes one, or restores one."""

    says = N_("另一次备份或恢复正在进行，请等它结束。")


def secret_of(passphrase: str) -> bytes:
    """Return a passphrase as bytes, the same however it was typed. Raises NoSecret for a short one."""
    typed = unicodedata.normalize("NFKC", passphrase).strip()
    if len(typed) < SHORTEST:
        raise NoSecret(_("备份口令至少 {count} 个字。").format(count=SHORTEST))
    return typed.encode()


def secret_in(home: Path, key_file: str = "") -> bytes | None:
    """Return what seals a home's backups: a key file, else that of the settings, else the passphrase of the environment; None without any.

    Raises NoSecret for a file that cannot be read or is too small to be secret.
    """
    if path := key_file or settings.kept(home)["backup_key_file"]:
        try:
            with open(path, "rb") as stream:
                content = stream.read(2**20)
        except OSError:
            content = b""
        if len(content) < 32:
            raise NoSecret(_("{file}：密钥文件读不到，或不足 32 字节，没有备份或打开任何内容。").format(file=path))
        return content
    return secret_of(os.environ[PASSPHRASE]) if PASSPHRASE in os.environ else None


def folder_of(home: Path) -> Path:
    """Return where a home's backups go by default: the folder of the settings, else one inside the home."""
    return Path(settings.kept(home)["backup_folder"] or home / format_versions.BACKUPS)


def make(
    home: Path,
    folder: Path,
    secret: bytes,
    has_key: bool = False,
    job: str = "",
    is_daily: bool = False,
    progress: contents.Progress = lambda _share: None,
) -> Path:
    """Make a backup in a folder, recorded first unless the page of a job did, and return its file once it is read back.

    Raises NoFolder, AtWork, DiskFull, LoadRunning, contents.LinkInHome, trail.NotRecorded; nothing stays in the folder then.
    """
    (home / format_versions.BACKUPS).mkdir(parents=True, exist_ok=True, mode=0o700)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        _note(home, NoFolder(folder=folder))
        raise NoFolder(folder=folder)
    with file_lock.exclusive(home / format_versions.BACKUPS / "making.lock", AtWork):
        now = local_time.now(home)
        names = (f"tongxing-backup-{now:%Y%m%d-%H%M}{number}.tongxing" for number in ("", *(f"-{number}" for number in range(2, 1000))))
        path = next(folder / name for name in names if not (folder / name).exists())
        partial = path.with_suffix(f".{secrets.token_hex(4)}.partial")
        try:
            for left in folder.glob("tongxing-backup-*.partial"):  # of a process that was killed, of this home or another
                if time.time() - left.stat().st_mtime > _DEAD_AFTER:
                    left.unlink()
            trail.record_unless_page_did(home, "backup", job, {"file": path.name, "with_key": "yes" if has_key else "no", "job": job})
            anchor = _write(home, partial, secret, has_key, progress)
            atomic_write.replace_atomically(partial, path)
            atomic_write.sync_folder(folder)
        except (OSError, Refusal) as error:
            refusal = build_files.DiskFull() if isinstance(error, OSError) else error
            _note(home, refusal)
            raise refusal from error
        finally:
            partial.unlink(missing_ok=True)
        _note(home, path, {"size": path.stat().st_size, "anchor": anchor, "has_key": has_key, "is_daily": is_daily})
        _thin_out(home, folder)
    return path


def _write(home: Path, path: Path, secret: bytes, has_key: bool, progress: contents.Progress) -> str:
    """Write a backup and read it back; the trail's anchor that it bears."""
    with contents.snapshot(home, has_key) as (anchor, facts, entries):
        head = {"made_at": _now(), "program": release_log.program(), "format": format_versions.version_of_home(home), "anchor": anchor}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb") as stream:
            contents.write(stream, head, facts, entries, secret, progress)
            stream.flush()
            os.fsync(stream.fileno())
        contents.read(path, secret, progress=lambda share: progress(0.5 + share / 2))
        return anchor


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def notes(home: Path) -> dict[str, Any]:
    """Return what is noted of a home's backups: `last` (at, file or says) and `files` by their paths (as `kept` has them)."""
    return {"last": {}, "files": {}} | (atomic_write.read_json(home / format_versions.BACKUPS / _NOTES) or {})


def _note(home: Path, result: Path | Refusal, more: dict[str, Any] | None = None) -> None:
    noted = notes(home)
    noted["last"] = {"at": _now()} | ({"file": str(result)} if isinstance(result, Path) else {"says": str(result)})
    if isinstance(result, Path):
        noted["files"][str(result)] = {"at": _now(), **(more or {})}
    with suppress(OSError):  # the backup is there, or the refusal said, all the same
        atomic_write.write_json(home / format_versions.BACKUPS / _NOTES, noted)


def note_test(home: Path, path: Path) -> None:
    """Note that a backup was tried; nothing where it is none of this home's."""
    noted = notes(home)
    if str(path) in noted["files"]:
        noted["files"][str(path)] |= {"tested_at": _now()}
        atomic_write.write_json(home / format_versions.BACKUPS / _NOTES, noted)


def kept(home: Path) -> list[dict[str, Any]]:
    """Return the backups of a home that are there, newest first: path, at, size, anchor, has_key, is_daily, tested_at.

    Those that a clock which was wrong has dated later than now come last.
    """
    rows = [
        {"tested_at": "", "test": ""} | facts | {"path": Path(path)} for path, facts in notes(home)["files"].items() if Path(path).is_file()
    ]
    return sorted(rows, key=lambda row: (str(row["at"]) <= _now(), str(row["at"])), reverse=True)


def warning(home: Path) -> str:
    """Return what an administrator should know: there is no backup, the last is old, or the last try failed; empty where all is well."""
    rows, last = kept(home), notes(home)["last"]
    if not rows:
        return last.get("says") or _("还没有做过备份：电脑坏了，数据就没有了。")
    age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(rows[0]["at"])
    says = [_("最近一次备份没有做成：{says}").format(says=last["says"])] if "says" in last else []
    says += [_("最近一份备份是 {count} 天前做的。").format(count=age.days)] if age > _OVERDUE else []
    says += [_("最近一份备份的时间还没有到：请核对服务器的日期，再做一份。")] if age < -_RETRY else []
    return " ".join(says)


def is_due(home: Path) -> bool:
    """Whether the day's backup is to be made now: a folder is set, its hour has come, and none was made today or tried within the hour."""
    now, town = local_time.now(home), settings.kept(home)
    last = notes(home)["last"]
    if not town["backup_folder"] or now.hour < town["backup_hour"] or not build_files.published(home):
        return False
    before = dt.datetime.fromisoformat(last["at"]).astimezone(now.tzinfo) if last else None
    return before is None or (before.date() != now.date() if "file" in last else abs(now - before) > _RETRY)


def _thin_out(home: Path, folder: Path) -> None:
    """Remove the backups made day by day but for the newest of each of the last days, weeks and months; those made by hand stay."""
    town, noted = settings.kept(home), notes(home)["files"]
    rows = [row for row in kept(home) if row["is_daily"] and row["path"].parent == folder and _NAME.fullmatch(row["path"].name)]
    staying = {row["path"] for row in rows[:1]}
    for setting, form in (("backup_days", "%Y-%m-%d"), ("backup_weeks", "%G-%V"), ("backup_months", "%Y-%m")):
        newest: dict[str, Path] = {}
        for row in rows:
            newest.setdefault(dt.datetime.fromisoformat(row["at"]).astimezone(local_time.zone(home)).strftime(form), row["path"])
        staying |= {*list(newest.values())[: town[setting]]}
    for row in rows:
        if row["path"] not in staying:
            row["path"].unlink(missing_ok=True)
            noted.pop(str(row["path"]))
    atomic_write.write_json(home / format_versions.BACKUPS / _NOTES, notes(home) | {"files": noted})

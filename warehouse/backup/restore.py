"""The way back from a backup: unpacked beside, looked at as a home, put in the place of the present one at one moment, looked at again."""

import filecmp
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from locales import N_, Refusal, _
from warehouse.audit import hash_chain, trail
from warehouse.backup import archive, contents, recovery_code
from warehouse.backup.contents import Manifest, Progress
from warehouse.builds import rewrite
from warehouse.disclosure import release_log
from warehouse.storage import atomic_write, build_files, format_versions, home_switch, keys

COMPARED = ("builds", "published", "counts")
_TRAIL = (hash_chain.TRAIL, hash_chain.HEAD, hash_chain.KEY)
_GROWING = (f"{release_log.FOLDER}/{release_log.FILE}", f"{release_log.FOLDER}/{release_log.INTERNAL_FILE}")


class NoKey(Refusal):
    """The names of a backup do not open."""

    says = N_(
        "打不开这份备份里的姓名：里面没有密钥，这里的密钥（或恢复码、TONGXING_KEY）也不是它的。请输入恢复单上的恢复码。数据目录没有改动。"
    )


class Different(Refusal):
    """What was unpacked is not what the backup says of itself."""

    says = N_("恢复出来的数据与备份里记着的不一致，没有采用，数据目录和原来一样；请换一份备份。")


def summary(manifest: Manifest) -> list[str]:
    """Return what a backup holds, a line each: what a person looks at before it takes a home's place."""
    head, facts = manifest.head, manifest.facts
    town = _("{names} 等 {count} 个村（社区）").format(names="、".join(facts["town"]), count=facts["counts"].get("villages", 0))
    lines = {
        _("镇"): town if facts["town"] else _("还没有数据"),
        _("备份于"): f"{head['made_at'][:16].replace('T', ' ')} UTC",
        _("程序版本"): _("{program}，数据格式 {format}").format(program=head["program"], format=head["format"]),
        _("版本"): _("{count} 个，在用的是 {build}，数据到 {day}").format(
            count=len(facts["builds"]), build=facts["published"] or "—", day=facts["as_of"] or "—"
        ),
        _("儿童"): facts["counts"].get("children", 0),
        _("走访"): facts["counts"].get("visits", 0),
        _("账号"): "、".join(facts["accounts"]) or "—",
        _("登记的导出"): facts["editions"],
        _("打开姓名的密钥"): _("在里面") if facts["has_key"] else _("不在里面，恢复时要用恢复单"),
        _("记录锚"): head["anchor"] or "—",
    }
    return [_("{name}：{value}").format(name=name, value=value) for name, value in lines.items()]


def losses(home: Path, manifest: Manifest) -> list[str]:
    """Return what the present home has and a backup lacks, a sentence each; nothing for an empty home."""
    if not home.is_dir():
        return []
    then, now = manifest.facts, contents.facts(home)
    differences = {
        _("现在有、备份里没有的版本（恢复后没有了）：{names}"): {*now["builds"]} - {*then["builds"]},
        _("现在有、备份里没有的账号（恢复后没有了）：{names}"): {*now["accounts"]} - {*then["accounts"]},
        _("现在已停用、恢复后又能登录的账号：{names}。请恢复后马上停用。"): {*then["accounts"]} - {*now["accounts"]}
        if now["accounts"]
        else (),
    }
    sentences = [says.format(names="、".join(sorted(names))) for says, names in differences.items() if names]
    if now["town"] and now["town"] != then["town"]:
        sentences.append(_("这不是现在这个镇的备份：现在的是 {names} 等。").format(names="、".join(now["town"])))
    return sentences


def try_out(home: Path, path: Path, secret: bytes, code: str = "", job: str = "", progress: Progress = lambda _share: None) -> Manifest:
    """Unpack a backup beside a home, open its newest build, compare what it holds, and remove it again. Raises what `restore` does."""
    del job  # nothing is changed, so nothing is recorded
    with _unpacked(home, path, secret, code, progress) as (_fresh, manifest):
        archive.note_test(home, path)
        return manifest


def restore(home: Path, path: Path, secret: bytes, code: str = "", job: str = "", progress: Progress = lambda _share: None) -> Manifest:
    """Put a backup in the place of a home; what it held stays in `backups/before-…`. `code` is the recovery code where one is needed.

    Sessions end. A trail and a register that go on from those of the backup stay: what was done and handed out is not forgotten.
    Recorded before and, where the trail is the backup's, after. Raises Refusal; the home is as before then.
    """
    with _unpacked(home, path, secret, code, progress) as (fresh, manifest):
        about = {"file": path.name, "anchor": manifest.head["anchor"], "before": hash_chain.anchor(home), "job": job}
        if hash_chain.is_begun(home):
            trail.record_unless_page_did(home, "restore", job, about)
        former = home_switch.new_former(home)
        with ExitStack() as held:
            for lock in (build_files.locked(home), release_log.writing(home), hash_chain.exclusive_lock(home), _without_writers(home)):
                held.enter_context(lock)
            staying = _staying(home, fresh)
            incoming = [name for name in contents.names(fresh) if name not in staying]
            home_switch.switch(home, fresh, former, [name for name in contents.names(home) if name not in staying], incoming)
            try:
                check(home, manifest)
            except BaseException:
                home_switch.switch(home, former, fresh, incoming, contents.names(former))
                raise
        if hash_chain.TRAIL not in staying:
            trail.by_command(home, "restore", about)
    home_switch.remove_older(former)
    return manifest


def check(home: Path, manifest: Manifest) -> None:
    """Look whether a home holds what a backup says, and opens. Raises Different, NoKey."""
    format_versions.bring_up(home)
    now = contents.facts(home)
    if any(now[name] != manifest.facts[name] for name in COMPARED):
        raise Different
    try:
        sealed = next(rewrite.sealed_rows(build_files.file_of(home, now["published"])), None) if now["published"] else None
        if sealed:
            keys.load_key(home).unseal(sealed[1], sealed[2])
    except (keys.WrongKey, keys.KeyMissing) as error:
        raise NoKey from error


@contextmanager
def _unpacked(home: Path, path: Path, secret: bytes, code: str, progress: Progress) -> Iterator[tuple[Path, Manifest]]:
    """A backup as a home of its own in the backups of another, gone after the block. Raises what `contents.read` and `check` do, DiskFull."""
    try:
        with home_switch.beside(home, archive.AtWork) as fresh:
            manifest = contents.read(path, secret, fresh, progress)
            _make_ready(home, fresh, code)
            check(fresh, manifest)
            yield fresh, manifest
    except OSError as error:
        raise build_files.DiskFull from error


def _make_ready(home: Path, fresh: Path, code: str) -> None:
    """Give what was unpacked the key to its names, from paper or from the present home, and no session: who signed in then may no longer."""
    if code or not (fresh / keys.FILE).exists():
        present = (home / keys.FILE).read_bytes() if (home / keys.FILE).exists() else b""
        if secret := recovery_code.typed(code) if code else present:
            (fresh / keys.FILE).parent.mkdir(exist_ok=True, mode=0o700)
            atomic_write.write_bytes(fresh / keys.FILE, secret)
    if (fresh / contents.ACCOUNTS).exists():
        with closing(sqlite3.connect(fresh / contents.ACCOUNTS)) as store:
            tables = store.execute(
                "select name from sqlite_master where name in ('sessions', 'devices')"
            ).fetchall()  # an old file lacks one
            for (table,) in tables:
                store.execute(f"delete from {table}")  # noqa: S608 — one of the two
            store.commit()


def _staying(home: Path, fresh: Path) -> set[str]:
    """The files of a home that stay: a trail with its head and key, and registers, that go on from those of the backup; builds that are the same."""
    staying = {name for name in contents.names(fresh) if name.startswith("builds/") and is_same(home / name, fresh / name)}
    staying |= {name for name in _GROWING if _goes_on(home / name, fresh / name)}
    is_same_trail = is_same(home / hash_chain.KEY, fresh / hash_chain.KEY) and _goes_on(home / hash_chain.TRAIL, fresh / hash_chain.TRAIL)
    return staying | ({*_TRAIL} if is_same_trail else set())


def is_same(path: Path, other: Path) -> bool:
    """Whether two files are there and hold the same bytes."""
    return path.exists() and other.exists() and filecmp.cmp(path, other, shallow=False)


def _goes_on(path: Path, other: Path) -> bool:
    """Whether a file that only grows begins with all that another holds, which may not be there."""
    return path.exists() and path.read_bytes().startswith(other.read_bytes() if other.exists() else b"")


def _without_writers(home: Path) -> Any:
    """Hold the accounts while their file is replaced: a writer's journal would be taken for the new file's. Windows moves no open file."""
    if os.name != "posix" or not (home / contents.ACCOUNTS).exists():
        return nullcontext()
    store = sqlite3.connect(home / contents.ACCOUNTS, timeout=10, isolation_level=None)
    store.execute("begin exclusive")
    return closing(store)

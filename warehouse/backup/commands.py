"""`python -m warehouse backup`, `restore` and `upgrade`, as a terminal and the jobs of the page call them."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from locales import _
from warehouse.audit import trail
from warehouse.backup import archive, contents, recovery_code, restore, upgrade
from warehouse.storage import build_files, keys


def back_up(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Make a backup, or print the key to the names; there are no rows."""
    home = build_files.home()
    if chosen.recovery_sheet:
        code = recovery_code.printed(keys.secret_of(home))
        trail.by_command(home, "recovery_code", {})
        print(_("恢复单：打开姓名的密钥。请打印或抄下，锁好，与备份分开放；更换密钥之后要重新打印。"), code, sep="\n")
        return []
    secret = archive.secret_in(home, chosen.key_file) or archive.secret_of(_typed(_("备份口令："), is_new=True))
    path = archive.make(
        home, Path(chosen.to or archive.folder_of(home)), secret, chosen.with_key, chosen.job, chosen.daily, _teller(chosen.job)
    )
    print(_("已备份并核对：{file}").format(file=path))
    if not chosen.with_key:
        print(_("里面没有打开姓名的密钥：恢复时要用恢复单（backup --recovery-sheet），请确认手里有。"))
    return []


def restore_home(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Restore a backup, try it, or say what it holds; there are no rows."""
    home = chosen.to.resolve() if chosen.to else build_files.home()
    secret = archive.secret_in(home, chosen.key_file) or archive.secret_of(_typed(_("备份口令：")))
    if chosen.preview:
        manifest = contents.read(chosen.file, secret, progress=_teller(chosen.job))
        for line in [*restore.summary(manifest), *restore.losses(home, manifest)]:
            print(line)
        return []
    code, act = os.environ.get(recovery_code.VARIABLE, ""), restore.try_out if chosen.test else restore.restore
    try:
        done = act(home, chosen.file, secret, code, chosen.job, _teller(chosen.job))
    except restore.NoKey as error:
        if code or not sys.stdin.isatty():
            raise
        print(error, file=sys.stderr)
        done = act(home, chosen.file, secret, _typed(_("恢复码：")), chosen.job, _teller(chosen.job))
    print(
        _("试恢复成功：能完整恢复。")
        if chosen.test
        else _("已恢复。所有登录已失效；原来的文件留在 backups/ 的 before-… 里，确认无误后请删掉。")
    )
    for line in restore.summary(done):
        print(line)
    return []


def upgrade_home(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Bring the home up to this program, or leave it as it is; there are no rows."""
    for line in upgrade.upgrade(build_files.home(), chosen.figures_may_move):
        print(line)
    return []


def _typed(says: str, is_new: bool = False) -> str:
    """A secret from the terminal, twice where it is new."""
    if not sys.stdin.isatty():
        raise archive.NoSecret(_("请给出备份口令：设环境变量 {name}，或用 --key-file 指定密钥文件。").format(name=archive.PASSPHRASE))
    first = getpass.getpass(says)
    if is_new and getpass.getpass(_("再输一次：")) != first:
        raise archive.NoSecret(_("两次输入的口令不同。"))
    return first


def _teller(job: str) -> contents.Progress:
    """Return what says how far a backup has come, to the page whose job this is and to a terminal."""
    shares: set[str] = set()

    def tell(share: float) -> None:
        if (percent := f"{share:.0%}") not in shares and (job or sys.stderr.isatty()):
            shares.add(percent)
            print(percent, file=sys.stderr, end="\n" if job else "\r", flush=True)

    return tell

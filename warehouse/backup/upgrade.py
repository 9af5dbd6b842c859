"""From one program to the next: builds are brought up beside a home, looked at there, and put in place at one moment; or all stays as it was."""

import datetime as dt
import os
import shutil
from contextlib import closing
from pathlib import Path

from locales import N_, Refusal, _
from warehouse.audit import trail, verification
from warehouse.backup import archive, contents, restore
from warehouse.builds import repository
from warehouse.disclosure import release_log
from warehouse.metrics import query, registry
from warehouse.sql import snapshots
from warehouse.storage import build_files, format_versions, home_switch


class FiguresMove(Refusal):
    """This program makes other figures of a build than the one that published it."""

    says = N_(
        "没有升级，数据目录和原来一样。已发布的版本按这个程序算，下面的数不同：\n{lines}\nCHANGELOG.md 写明哪些算法变了；确认是这样，就加 --figures-may-move 再运行一次，否则请换回原来的程序。"
    )


def upgrade(home: Path, figures_may_move: bool = False) -> list[str]:
    """Bring a home up to this program and return what was done, a sentence each.

    A sealed backup comes first where something to seal it by is set. Raises Refusal, and ended at any moment the home is as before or
    as after: nothing of it changes until all of it is checked.
    """
    version = format_versions.version_of_home(home)
    secret, says = archive.secret_in(home), []
    if secret:
        says.append(_("先做了备份：{file}").format(file=archive.make(home, archive.folder_of(home), secret)))
    try:
        with home_switch.beside(home, archive.AtWork) as fresh, build_files.locked(home, is_brought_up=False):
            moved = _made_ready(home, fresh)
            if moved and not figures_may_move:
                raise FiguresMove(lines="\n".join(moved))
            changed = [name for name in contents.names(fresh) if not restore.is_same(home / name, fresh / name)]
            if changed:
                formats = f"{version} → {format_versions.current()}"
                trail.by_command(home, "upgrade", {"program": release_log.program(), "format": formats})
                former = home_switch.new_former(home)
                home_switch.switch(home, fresh, former, [name for name in changed if (home / name).exists()], changed)
                home_switch.remove_older(former)
                says.append(_("换下的文件留在 {folder}（姓名仍然封着，别人读不到），确认新程序没有问题之后请删掉。").format(folder=former))
    except OSError as error:
        raise build_files.DiskFull from error
    says += moved + verification.verify(home)
    checked = _("已升级到 {program}，数据格式 {format}：{count} 个版本都打得开，{accounts} 个账号都在。")
    held = contents.facts(home)
    counts = {"count": len(held["builds"]), "accounts": len(held["accounts"])}
    return [*says, checked.format(program=release_log.program(), format=format_versions.current(), **counts)]


def _made_ready(home: Path, fresh: Path) -> list[str]:
    """Bring up what changes with the format in a folder of its own, and look at it; the figures that move. Raises restore.Different."""
    named = {format_versions.FILE, *(name for step in format_versions.STEPS for name in step.files)}
    for name in contents.names(home):
        if name.startswith("builds/"):  # is never changed, only replaced
            _share(home / name, fresh / name)
        elif name in named:
            (fresh / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(home / name, fresh / name)
    before = contents.facts(home)
    format_versions.bring_up(fresh)
    for build_id in build_files.kept(fresh):  # an older one that was put back among those of today
        format_versions.bring_up_build(fresh, build_files.file_of(fresh, build_id))
    shutil.rmtree(fresh / format_versions.BACKUPS, ignore_errors=True)  # the home's own files are the backup
    after = contents.facts(fresh)
    if any(after[name] != before[name] for name in restore.COMPARED):
        raise restore.Different
    return [says for build_id in before["builds"] for says in _moved(fresh, build_id)]


def _moved(home: Path, build_id: str) -> list[str]:
    """The headline figures of a build's last month that this program works out otherwise than the one that made it."""
    titles, says = registry.load_titles(), []
    with closing(repository.Build(build_files.file_of(home, build_id))) as build:
        day = snapshots.month_end(dt.date.fromisoformat(build.facts["as_of"]))
        for figure in registry.listed("load"):
            (then,), (now,) = query.ask(build, figure.metric, day), query.ask_anew(build, figure.metric, day)
            if then[figure.name] != now[figure.name]:
                counts = {"before": then[figure.name], "after": now[figure.name]}
                says.append(
                    _("版本 {build}，截至 {day}，{name}：{before} → {after}").format(
                        build=build_id, day=day, name=titles[figure.name], **counts
                    )
                )
    return says


def _share(path: Path, other: Path) -> None:
    """Give a file a second name, or a copy where the disk has no such thing."""
    other.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)

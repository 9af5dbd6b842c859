"""The commands of contract.md: demo, load, check, template; and deidentify, which `python -m warehouse deidentify` runs."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from locales import _
from warehouse.audit import trail
from warehouse.storage import atomic_write, build_files, safe_logging

if TYPE_CHECKING:
    from etl import progress


def _day(text: str) -> dt.date:
    """A day of the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}”不是日期，请写成 2025-12-31 这样的形式").format(text=text)) from None


def _parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m etl", description=_("读取村（社区）台账"))
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help=_("写出一个虚构乡镇的台账"))
    demo.add_argument("folder", type=Path)
    demo.add_argument("--villages", type=int, default=12)
    demo.add_argument("--children", type=int, default=320)
    demo.add_argument("--seed", type=int, default=2023)
    demo.add_argument("--until", type=_day, default=dt.date(2025, 12, 31))
    template = commands.add_parser("template", help=_("写出空白台账模板，发给各村（社区）填写"))
    template.add_argument("folder", type=Path)
    for name, told in (("load", _("读取、检查并发布")), ("check", _("读取并检查，不发布"))):
        command = commands.add_parser(name, help=told)
        command.add_argument("paths", type=Path, nargs="*")
        command.add_argument("--as-of", type=_day)
        command.add_argument("--report", type=Path, help=_("把载入报告写成 JSON 文件"))
        command.add_argument("--without", nargs="+", default=[], metavar="FILE_ID", help=_("去掉以前载入的文件（编号）"))
        command.add_argument("--by", metavar="NAME", help=_("谁载入的，记在版本里"))
        command.add_argument("--job", type=Path, help=_("把进度和报告写进这个文件夹"))
        command.set_defaults(stage=False)
    commands.choices["load"].add_argument(
        "--stage", action="store_true", help=_("检查后先不发布，看过再用 python -m warehouse publish 发布")
    )
    ending = commands.add_parser("deidentify", help=_("去掉早已退出的儿童的姓名和号码，数字不变"))
    ending.add_argument("--after-years", type=_years, metavar="N", help=_("全部退出满几年；不写按设置"))
    ending.add_argument("--as-of", type=_day, help=_("算到哪一天；不写为今天"))
    ending.add_argument("--report", type=Path, help=_("把结果写成 JSON 文件（只有数目和代号）"))
    ending.add_argument("--prune", action="store_true", help=_("一并删除仍保留这些姓名的旧版本"))
    return parser


def _years(text: str) -> int:
    """A whole number of years of the command line."""
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(_("“{text}”不是 1 到 100 的年数").format(text=text))
    return int(text)


def _demo(chosen: argparse.Namespace) -> int:
    """Write the invented town."""
    from etl.demo import write_town

    town = write_town(chosen.folder, chosen.villages, chosen.children, chosen.seed, chosen.until)
    print(_("已写出 {count} 个文件（虚构乡镇，人物均为虚构）").format(count=len(town.files)))
    return 0


def _template(chosen: argparse.Namespace) -> int:
    """Write the blank ledgers."""
    from etl.forms.blank_forms import write_templates

    print(_("已写出 {count} 个空白台账模板").format(count=len(write_templates(chosen.folder))))
    return 0


def _load(chosen: argparse.Namespace) -> int:
    """Load, stage or check; what goes wrong is told in one sentence, in a job folder too."""
    from etl import load, progress

    notes = progress.JobNotes(chosen.job) if chosen.job else None
    try:
        _record(chosen)
        return _loaded(chosen, notes or progress.Bar())
    except (*load.REFUSALS, trail.NotRecorded) as error:
        print(error, file=sys.stderr)
        if notes:
            notes.refuse(str(error))
        return 1
    except BaseException:
        if notes:
            notes.refuse(_("载入没有完成，已发布的数据没有变动；请重试，仍不行请联系维护人员"))
        raise


def _record(chosen: argparse.Namespace) -> None:
    """Write to the audit trail that a load begins, unless the page that began it has; a check changes nothing and hands out nothing."""
    if chosen.command == "load":
        about = {
            "files": str(len(chosen.paths)),
            "without": " ".join(chosen.without),
            "then": "stage" if chosen.stage else "publish",
            "by": chosen.by or "",
        }
        trail.record_unless_page_did(build_files.home(), "load", chosen.job.name if chosen.job else "", about)


def _loaded(chosen: argparse.Namespace, told: progress.Watcher) -> int:
    """Run the load and print its report."""
    from etl import load, load_report, progress

    then: load.Then = "leave" if chosen.command == "check" else "stage" if chosen.stage else "publish"
    found = load.load(chosen.paths, build_files.home(), chosen.as_of, then, told, tuple(chosen.without), chosen.by or trail.system_user())
    if isinstance(told, progress.JobNotes):
        told.end(found)
    print(load_report.text(found))
    if chosen.report:
        atomic_write.write_json(chosen.report, found.to_dict(), indent=1)
    if chosen.command == "load" and found.build:
        print(_("已发布：{build}").format(build=found.build))
    if found.candidate:
        print(_("待发布：{build}。看过没有问题，用 python -m warehouse publish {build} 发布").format(build=found.candidate))
    return 1 if found.not_checked else 0


def _deidentify(chosen: argparse.Namespace) -> int:
    """Take names away; print and write the report."""
    from etl.deidentification import deidentify

    try:
        found = deidentify.deidentify(build_files.home(), chosen.after_years, chosen.as_of, chosen.prune)
    except (*deidentify.REFUSALS, trail.NotRecorded) as error:
        print(error, file=sys.stderr)
        return 1
    print(found.text())
    if chosen.report:
        atomic_write.write_json(chosen.report, found.to_dict(), indent=1)
    return 0


def main() -> int:
    """Run one command; exit 0 done, 1 nothing published, 2 wrong use."""
    parser = _parser()
    chosen = parser.parse_args()
    if chosen.command in ("load", "check") and not chosen.paths and not chosen.without:
        parser.error(_("请写明台账的位置，或用 --without 写明要去掉的文件"))
    return {"demo": _demo, "template": _template, "load": _load, "check": _load, "deidentify": _deidentify}[chosen.command](chosen)


if __name__ == "__main__":
    safe_logging.configure()
    sys.exit(main())

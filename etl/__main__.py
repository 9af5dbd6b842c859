"""The commands of contract.md: demo, read, load, check, template, layouts; and deidentify, which `python -m warehouse deidentify` runs."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from locales import Refusal, _
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.settings import settings
from warehouse.storage import atomic_write, build_files, file_lock, safe_logging

if TYPE_CHECKING:
    from etl import load_report, progress
    from etl.deidentification import deidentify

_LONGEST_TURN = 3600  # seconds that a hand-in waits for those before it to be read


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}”不是日期，请写成 2025-12-31 这样的形式").format(text=text)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description=_("读取村（社区）台账"))
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help=_("写出一个虚构乡镇的台账"))
    demo.add_argument("folder", type=Path)
    demo.add_argument("--villages", type=int, default=14)
    demo.add_argument("--children", type=int, default=344)
    demo.add_argument("--seed", type=int, default=2023)
    demo.add_argument("--until", type=_day, default=dt.date(2025, 12, 31))
    demo.set_defaults(run=_demo)
    template = commands.add_parser("template", help=_("写出空白台账模板，发给各村（社区）填写"))
    template.add_argument("folder", type=Path)
    template.add_argument("--village", metavar="CODE", help=_("只写这个村（社区）的儿童台账，照上次报的填好（含姓名）"))
    template.set_defaults(run=_template)
    read = commands.add_parser("read", help=_("只读不存：逐张表列出会读成什么"))
    read.add_argument("paths", type=Path, nargs="+")
    read.add_argument("--register", type=Path, metavar="FILE", help=_("按这份村居名册认村（社区）"))
    read.add_argument("--on", type=Path, metavar="HOME", help=_("在这个数据目录的基础上读"))
    read.add_argument("--names", action="store_true", help=_("显示姓名、号码和电话；不写则遮住"))
    read.add_argument("--accept-proposals", action="store_true", help=_("要问的都按程序的建议读"))
    read.add_argument(
        "--questions", type=Path, metavar="FILE", help=_("只把要问的写进这个 JSON 文件（样子已遮住），按 --on 或默认的数据目录")
    )
    read.add_argument("--format", choices=("table", "json"), default="table")
    read.set_defaults(run=_read)
    for name, summary in (("load", _("读取、检查并发布")), ("check", _("读取并检查，不发布"))):
        command = commands.add_parser(name, help=summary)
        command.add_argument("paths", type=Path, nargs="*")
        command.add_argument("--as-of", type=_day)
        command.add_argument("--report", type=Path, help=_("把载入报告写成 JSON 文件"))
        command.add_argument("--without", nargs="+", default=[], metavar="FILE_ID", help=_("去掉以前载入的文件（编号）"))
        command.add_argument("--settings", type=Path, metavar="FOLDER", help=_("按这个文件夹里的 settings.toml 和 goals.toml 试算"))
        command.add_argument("--answers", action="store_true", help=_("按新的回答重读等着回答的表"))
        command.add_argument("--by", metavar="NAME", help=_("谁载入的，记在版本里"))
        command.add_argument("--job", type=Path, help=_("把进度和报告写进这个文件夹"))
        command.set_defaults(stage=False, run=_load)
    commands.choices["load"].add_argument(
        "--stage", action="store_true", help=_("检查后先不发布，看过再用 python -m warehouse publish 发布")
    )
    remembered = commands.add_parser("layouts", help=_("列出、导出、导入记住的表样与词语"))
    remembered.set_defaults(run=_layouts)
    memory = remembered.add_subparsers(dest="action", required=True)
    memory.add_parser("list", help=_("列出记住的表样与词语"))
    memory.add_parser("export", help=_("把记住的表样与词语写成 JSON 文件")).add_argument("file", type=Path)
    memory.add_parser("import", help=_("并入导出的表样与词语：同一项以新的为准")).add_argument("file", type=Path)
    removal = commands.add_parser("deidentify", help=_("去掉早已退出的儿童的姓名和号码，数字不变"))
    removal.add_argument("--after-years", type=_years, metavar="N", help=_("全部退出满几年；不写按设置"))
    removal.add_argument("--as-of", type=_day, help=_("算到哪一天；不写为今天"))
    removal.add_argument("--report", type=Path, help=_("把结果写成 JSON 文件（只有数目和代号）"))
    removal.add_argument("--prune", action="store_true", help=_("一并删除仍保留这些姓名的旧版本"))
    removal.set_defaults(run=_deidentify)
    return parser


def _years(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(_("“{text}”不是 1 到 100 的年数").format(text=text))
    return int(text)


def _demo(args: argparse.Namespace) -> int:
    from etl.demo import write_town
    from etl.demo.world.model import CannotInvent

    try:
        town = write_town(args.folder, args.villages, args.children, args.seed, args.until)
    except CannotInvent as error:
        print(error, file=sys.stderr)
        return 2
    print(_("已写出 {count} 个文件（虚构乡镇，人物均为虚构）").format(count=len(town.files)))
    return 0


def _template(args: argparse.Namespace) -> int:
    from etl.forms.blank_forms import write_templates

    if args.village:
        from etl.forms import filled_form
        from warehouse.settings import local_time
        from warehouse.storage import keys

        home = build_files.home()
        trail.record_unless_page_did(home, "fill_form", args.folder.resolve().name, {"village": args.village})
        build = repository.open_build(home)
        count = filled_form.write(args.folder, build, keys.load_key(home), args.village, local_time.today(home))
        print(_("已照上次报的填好 {count} 名儿童").format(count=count))
        return 0
    print(_("已写出 {count} 个空白台账模板").format(count=len(write_templates(args.folder))))
    return 0


def _read(args: argparse.Namespace) -> int:
    home = args.on or build_files.home()
    if args.questions:
        place = home if home.exists() else args.questions.parent
        with file_lock.exclusive(place / "reading.lock", seconds=_LONGEST_TURN):  # one hand-in after another: each takes two processes
            from etl import table_listing

            open_tables = table_listing.questions(args.paths, home)
        atomic_write.write_json(args.questions, {"questions": [asdict(each) for each in open_tables]})
        return 0
    from etl import table_listing
    from etl.sheets import discover

    listed = table_listing.tables(args.paths, args.register, args.on, args.accept_proposals, args.names)
    for sentence in discover.passed_over(args.paths, table_listing.pseudonym_of(home)):
        print(sentence, file=sys.stderr)
    print(json.dumps(listed, ensure_ascii=False, indent=1) if args.format == "json" else table_listing.as_text(listed))
    return 0


def _layouts(args: argparse.Namespace) -> int:
    from etl.forms import answer_file

    home = build_files.home()
    try:
        if args.action == "list":
            print(answer_file.listing(home))
        elif args.action == "export":
            print(_("已写出 {count} 项：{file}").format(count=answer_file.export(home, args.file), file=args.file.name))
        else:
            entries = answer_file.read(args.file)
            trail.by_command(home, "layouts_imported", {"count": str(len(entries))})
            fresh, newer, same = answer_file.merge(home, entries)
            print(_("新增 {fresh} 项，更新 {newer} 项，{same} 项不变；下一次载入起生效。").format(fresh=fresh, newer=newer, same=same))
    except (Refusal, FileNotFoundError) as error:
        print(error if isinstance(error, Refusal) else _("{file}：写不进去").format(file=args.file.name), file=sys.stderr)
        return 1 if isinstance(error, trail.NotRecorded) else 2
    return 0


def _load(args: argparse.Namespace) -> int:
    """Load, stage or check; a refusal is one sentence, in a job folder too."""
    from etl import progress

    job = progress.JobProgress(args.job) if args.job else None
    try:
        if args.settings:
            os.environ[settings.PROPOSED] = str(args.settings.absolute())
        if args.command == "load":  # a check changes nothing
            about = {"files": str(len(args.paths)), "without": " ".join(args.without), "by": args.by or ""}
            about["then"] = "stage" if args.stage else "publish"
            trail.record_unless_page_did(build_files.home(), "load", args.job.name if args.job else "", about)
        return _run_load(args, job or progress.Bar())
    except BaseException as error:
        if job:
            job.refuse(str(error) if isinstance(error, Refusal) else _("载入没有完成，已发布的数据没有变动；请重试，仍不行请联系维护人员"))
        raise


def _run_load(args: argparse.Namespace, watcher: progress.Watcher) -> int:
    from etl import load, load_report, progress

    then: load.Then = "leave" if args.command == "check" else "stage" if args.stage else "publish"
    report = load.load(
        args.paths, build_files.home(), args.as_of, then, watcher, tuple(args.without), args.by or trail.system_user(), args.answers
    )
    if isinstance(watcher, progress.JobProgress):
        watcher.end(report)
    print(load_report.text(report))
    _write_report(args, report)
    if args.command == "load" and report.build:
        print(_("已发布：{build}").format(build=report.build))
    if report.candidate:
        print(_("待发布：{build}。看过没有问题，用 python -m warehouse publish {build} 发布").format(build=report.candidate))
    return 1 if report.not_checked or (args.command == "load" and not report.build and not report.candidate) else 0


def _write_report(args: argparse.Namespace, report: load_report.Report | deidentify.Report) -> None:
    if args.report:
        atomic_write.write_json(args.report, asdict(report), indent=1)


def _deidentify(args: argparse.Namespace) -> int:
    from etl.deidentification import deidentify

    report = deidentify.deidentify(build_files.home(), args.after_years, args.as_of, args.prune)
    print(report.text())
    _write_report(args, report)
    return 0


def main() -> int:
    """Run one command; exit 0 done, 1 nothing published, 2 wrong use."""
    parser = _parser()
    args = parser.parse_args()
    if args.command in ("load", "check") and not args.paths and not (args.without or args.answers or args.settings):
        parser.error(_("请写明台账的位置，或用 --without 写明要去掉的文件"))
    try:
        return int(args.run(args))
    except Refusal as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    safe_logging.run(main)

"""The commands of contract.md: demo, load, check, template."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path

from locales import _


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
        command.add_argument("paths", type=Path, nargs="+")
        command.add_argument("--as-of", type=_day)
        command.add_argument("--report", type=Path, help=_("把载入报告写成 JSON 文件"))
    return parser


class Progress:
    """A progress bar on stderr where a person looks on; silent elsewhere."""

    def __init__(self) -> None:
        self.names = {"read": _("读取文件"), "people": _("识别人员"), "figures": _("计算指标"), "checks": _("检查")}
        self.is_shown = sys.stderr.isatty()

    def __call__(self, step: str, done: int, all_of: int) -> None:
        """Draw the bar of one step."""
        if self.is_shown:
            width = 30 * done // max(all_of, 1)
            end = "\n" if done == all_of else ""
            print(f"\r{self.names[step]} [{'█' * width}{' ' * (30 - width)}] {done}/{all_of}", end=end, file=sys.stderr, flush=True)


def _demo(chosen: argparse.Namespace) -> int:
    """Write the invented town."""
    from etl.demo import write_town

    town = write_town(chosen.folder, chosen.villages, chosen.children, chosen.seed, chosen.until)
    print(_("已写出 {count} 个文件（虚构乡镇，人物均为虚构）").format(count=len(town.files)))
    return 0


def _template(chosen: argparse.Namespace) -> int:
    """Write the blank ledgers."""
    from etl.template import write_templates

    print(_("已写出 {count} 个空白台账模板").format(count=len(write_templates(chosen.folder))))
    return 0


def _load(chosen: argparse.Namespace) -> int:
    """Load or check, and print the report."""
    from etl import load, report
    from warehouse import builds

    try:
        found = load.load(chosen.paths, builds.home(), chosen.as_of, chosen.command == "load", Progress())
    except load.REFUSALS as error:
        print(error, file=sys.stderr)
        return 1
    print(report.text(found))
    if chosen.report:
        chosen.report.write_text(json.dumps(found.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    if chosen.command == "load":
        print(_("已发布：{build}").format(build=found.build))
    return 1 if found.not_checked else 0


def main() -> int:
    """Run one command; exit 0 done, 1 nothing published, 2 wrong use."""
    chosen = _parser().parse_args()
    return {"demo": _demo, "template": _template, "load": _load, "check": _load}[chosen.command](chosen)


if __name__ == "__main__":
    sys.exit(main())

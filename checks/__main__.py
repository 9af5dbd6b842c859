"""The commands `python -m checks findings` and `python -m checks return` on the published build."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from checks.catalogue import catalogue, sentence
from locales import Refusal, _
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.builds.raw_sheets import sheet_title
from warehouse.storage import atomic_write, build_files, keys, safe_logging
from warehouse.storage.csv_injection import as_csv, plain

Row = dict[str, Any]
COLUMNS = "code severity village_id village ledger file sheet row column value says remedy plan".split()
QUERY = "select f.*, v.name as village from findings as f left join villages as v on v.village_id = f.village_id order by f.finding_id"


def rows(build: repository.Build) -> list[Row]:
    """Return findings as contract.md gives them, sentences in the reader's language; `sheet` is empty for .csv."""
    findings = []
    for finding in build.rows(QUERY):
        says, remedy = sentence(finding)
        more = {"row": finding["row_no"], "column": finding["heading"], "value": finding["value_masked"], "says": says, "remedy": remedy}
        more["plan"] = catalogue()[finding["code"]].plan
        findings.append({name: more.get(name, finding.get(name)) for name in COLUMNS})
    return findings


def _table(findings: list[Row]) -> str:
    lines = [
        f"{row['severity']:8} {row['file'] or row['village'] or ''} {sheet_title(row['sheet'] or '')} {row['row'] or ''}  {row['says']}。{row['remedy']}。"
        for row in findings
    ]
    return plain("\n".join(lines))  # a file's name may hold what a terminal obeys


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m checks")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("findings", help=_("当前发布版本的检查结果"))
    listing.add_argument("--format", choices=("table", "csv", "json"), default="table")
    back = commands.add_parser("return", help=_("把有问题的台账标注后打包，退回各村（社区）"))
    back.add_argument("archive", type=Path, help=_("要写出的 ZIP 文件"))
    back.add_argument("--job", default="", help=argparse.SUPPRESS)
    back.add_argument("--village", help=_("只要一个村（社区）：12 位区划代码"))
    return parser


def _findings(args: argparse.Namespace, build: repository.Build) -> None:
    findings = rows(build)
    if args.format == "json":
        text = json.dumps(findings, ensure_ascii=False, indent=1)
    else:
        text = as_csv(findings, COLUMNS).decode("utf-8") if args.format == "csv" else _table(findings)
    sys.stdout.write(text + "\n")


def _say_share(share: float) -> None:
    print(f"{share:.0%}", file=sys.stderr, flush=True)  # for the page of the job


def _return(args: argparse.Namespace, build: repository.Build) -> None:
    from checks import returned_copies

    trail.record_unless_page_did(build_files.home(), "return_copies", args.job, {"village": args.village or ""})
    content, count, missing = returned_copies.pack(
        build, keys.load_key(build_files.home()), args.village, *([_say_share] if args.job else [])
    )
    if args.archive == Path("-"):
        sys.stdout.buffer.write(content)
        return
    atomic_write.write_bytes(args.archive, content)
    print(_("已写出 {file}：{count} 份标注了问题的台账，请退回各村（社区）改正后再报").format(file=args.archive.name, count=count))
    if missing:
        print("\n".join([returned_copies.note(), *missing]))


def main() -> int:
    """Run one command; exit 1 when nothing is published or the key does not fit."""
    args = _parser().parse_args()
    try:
        build = repository.open_build(build_files.home())
        {"findings": _findings, "return": _return}[args.command](args, build)
    except Refusal as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    safe_logging.run(main)

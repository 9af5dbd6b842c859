"""`python -m warehouse`: one metric from the published build, the builds kept, the way on or back to one, the audit trail."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from locales import Refusal, _
from warehouse.audit import actions, hash_chain, trail, verification
from warehouse.builds import repository
from warehouse.identity import commands
from warehouse.metrics import query
from warehouse.storage import build_files, safe_logging
from warehouse.storage.csv_injection import as_csv

Row = dict[str, Any]


class _OneSentence(argparse.ArgumentParser):
    """Say wrong use in one sentence on stderr, exit 2."""

    def error(self, message: str) -> NoReturn:
        """End the run with the sentence alone."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, 1 where nothing can be answered, 2 for wrong use."""
    chosen = _parser().parse_args(arguments)
    try:
        _write(chosen.answer(chosen), getattr(chosen, "format", "table"))
    except Refusal as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _OneSentence(prog="python -m warehouse", description=__doc__)
    subcommands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_OneSentence)
    ask = subcommands.add_parser("ask", help="one metric from the published build")
    ask.add_argument("metric", metavar="METRIC")
    ask.add_argument("--as-of", required=True, metavar="DATE")
    ask.add_argument("--by", default="town", metavar="GROUP")
    ask.add_argument("--format", default="table", choices=("table", "csv", "json"))
    ask.set_defaults(answer=_ask)
    subcommands.add_parser("builds", help="the builds kept, newest first").set_defaults(
        answer=lambda _chosen: repository.history(build_files.home())
    )
    back = subcommands.add_parser("rollback", help="put a kept build in force again")
    back.add_argument("build", metavar="BUILD")
    back.set_defaults(answer=partial(_then_builds, repository.rollback))
    publish = subcommands.add_parser("publish", help="put a candidate (etl load --stage) in force")
    publish.add_argument("build", metavar="ID")
    publish.set_defaults(answer=partial(_then_builds, repository.publish_candidate))
    leave = subcommands.add_parser("leave", help="remove a candidate that shall not be published")
    leave.add_argument("build", metavar="ID")
    leave.set_defaults(answer=partial(_then_builds, repository.drop_candidate))
    _audit_commands(subcommands.add_parser("audit", help="the audit trail"))
    commands.add_commands(subcommands)
    return parser


def _audit_commands(parser: argparse.ArgumentParser) -> None:
    """What can be asked of the trail."""
    subcommands = parser.add_subparsers(required=True, metavar="verify | list", parser_class=_OneSentence)
    subcommands.add_parser("verify", help="whether the trail is whole").set_defaults(answer=_verify)
    listing = subcommands.add_parser("list", help="the entries, oldest first")
    listing.add_argument("--format", default="table", choices=("table", "csv", "json"))
    listing.add_argument("--act", default="", choices=actions.ACTS, metavar="ACT")
    listing.add_argument("--who", default="", metavar="NAME")
    listing.add_argument("--day", default="", metavar="DATE", help="2026-01-05, or the month 2026-01 (UTC)")
    listing.set_defaults(answer=_entries)


def _verify(_chosen: argparse.Namespace) -> list[Row]:
    """Say that the trail is whole, with what to keep elsewhere. Raises Refusal with a sentence for each place that was altered."""
    home = build_files.home()
    if faults := verification.verify(home):
        raise Refusal("\n".join(faults))
    head = hash_chain.read_head(home, hash_chain.secret(home)) if hash_chain.is_begun(home) else None
    if head is None:
        print(_("审计记录还没有开始。"))
    else:
        print(_("审计记录完整：共 {count} 条，最后一条的校验码 {hash}").format(count=head.no, hash=head.hash))
    return []


def _entries(chosen: argparse.Namespace) -> list[Row]:
    """The entries, each flat; hashes where a program reads them."""
    entries = trail.entries(build_files.home(), chosen.act, chosen.who, chosen.day)
    rows = [entry | {"about": "; ".join(f"{name}={value}" for name, value in entry["about"].items())} for entry in entries]
    names = "no at who role source act about".split() + ([] if chosen.format == "table" else ["before", "hash"])
    return [{name: row[name] for name in names} for row in rows]


def _ask(chosen: argparse.Namespace) -> list[Row]:
    """The answer's rows; metric, group and day are judged before a build is looked for."""
    query.check(chosen.metric, chosen.by)
    day = query.parse_day(chosen.as_of)
    return query.ask(repository.open_build(build_files.home()), chosen.metric, day, chosen.by)


def _then_builds(act: Callable[[Path, str], object], chosen: argparse.Namespace) -> list[Row]:
    """Do something with a build, then list the builds."""
    act(build_files.home(), chosen.build)
    return repository.history(build_files.home())


def _write(rows: list[Row], form: str) -> None:
    """Rows to stdout as UTF-8 bytes, whatever the terminal's own encoding is."""
    text = {"json": _json, "csv": _csv, "table": _table}[form](rows)
    sys.stdout.buffer.write(text.encode("utf-8-sig" if form == "csv" else "utf-8"))
    sys.stdout.buffer.flush()


def _json(rows: list[Row]) -> str:
    lines = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def _csv(rows: list[Row]) -> str:
    """Comma-separated with a heading row; no rate is an empty cell."""
    return as_csv(rows).decode("utf-8-sig") if rows else ""


def _table(rows: list[Row]) -> str:
    """Columns padded to the width their signs take on a terminal; no rate is a dash."""
    if not rows:
        return ""
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(cells[0]))]
    lines = ["  ".join(text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    """A value as the table shows it: shares with four places."""
    return "—" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


if __name__ == "__main__":
    safe_logging.configure()
    sys.exit(main())

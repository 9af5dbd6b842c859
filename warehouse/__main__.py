"""`python -m warehouse`: one metric from the published build, the builds kept, the way on or back to one, the audit trail, backups."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from locales import Refusal, _
from warehouse.audit import actions, anchors, hash_chain, trail, verification
from warehouse.builds import repository
from warehouse.identity import key_rotation
from warehouse.metrics import query
from warehouse.storage import build_files, keys, safe_logging
from warehouse.storage.csv_injection import as_csv, breadth, plain

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
    acts: list[tuple[str, str, str, Callable[[Path, str], object]]] = [
        ("rollback", "BUILD", "put a kept build in force again", repository.rollback),
        ("publish", "ID", "put a candidate (etl load --stage) in force", repository.publish_candidate),
        ("leave", "ID", "remove a candidate that shall not be published", repository.drop_candidate),
    ]
    for name, metavar, purpose, act in acts:
        command = subcommands.add_parser(name, help=purpose)
        command.add_argument("build", metavar=metavar)
        command.set_defaults(answer=partial(_then_builds, act))
    _audit_commands(subcommands.add_parser("audit", help="the audit trail"))
    rotating = subcommands.add_parser("rotate-key", help="seal names and originals anew by a new key; pseudonyms stay")
    rotating.set_defaults(answer=_rotate)
    ending = subcommands.add_parser("deidentify", help="take away the names of children long out of every class; figures stay")
    ending.add_argument("--after-years", type=int, metavar="N", help="default: deidentify_after_years of settings.toml")
    ending.add_argument("--as-of", metavar="DATE", help="default: today")
    ending.add_argument("--report", metavar="FILE.json", help="counts, builds and pseudonyms as JSON")
    ending.add_argument("--prune", action="store_true", help="remove earlier builds that still hold the names")
    ending.set_defaults(answer=_deidentify)
    _backup_commands(subcommands)
    return parser


def _backup_commands(subcommands: Any) -> None:
    making = subcommands.add_parser("backup", help="one encrypted file of all that the home holds, read back after writing")
    making.add_argument("--to", metavar="FOLDER", help="default: backup_folder of settings.toml")
    making.add_argument("--with-key", action="store_true", help="with the key to the names: the file alone moves a town to a new PC")
    making.add_argument("--recovery-sheet", action="store_true", help="no backup: print the key to the names, to be kept on paper")
    making.add_argument("--daily", action="store_true", help="one of those that are thinned out (backup_days, backup_weeks, backup_months)")
    making.set_defaults(answer=_back_up)
    restoring = subcommands.add_parser("restore", help="put a backup in the place of a home, or of none; what was there is kept")
    restoring.add_argument("file", type=Path, metavar="FILE")
    restoring.add_argument("--to", type=Path, metavar="HOME", help="default: TONGXING_HOME")
    way = restoring.add_mutually_exclusive_group()
    way.add_argument("--preview", action="store_true", help="say what it holds and what would be lost; nothing is changed")
    way.add_argument("--test", action="store_true", help="unpack it beside, open the newest build, compare, remove it again")
    restoring.set_defaults(answer=_restore)
    upgrading = subcommands.add_parser(
        "upgrade", help="back up, bring the home up to this program beside it, check, put it in place; or all stays"
    )
    upgrading.add_argument(
        "--figures-may-move", action="store_true", help="also where published figures come out otherwise (CHANGELOG.md says why)"
    )
    upgrading.set_defaults(answer=_upgrade)
    for command in (making, restoring):
        command.add_argument("--key-file", default="", metavar="FILE", help="in place of a passphrase")
        command.add_argument("--job", default="", help=argparse.SUPPRESS)


def _audit_commands(parser: argparse.ArgumentParser) -> None:
    subcommands = parser.add_subparsers(required=True, metavar="verify | list", parser_class=_OneSentence)
    checking = subcommands.add_parser("verify", help="whether the trail is whole, and holds the anchors kept of it")
    checking.add_argument("--against", metavar="FILE|HASH", help="a file handed out, a build, an anchor's file, an anchor or a hash")
    checking.set_defaults(answer=partial(_verify, checking))
    listing = subcommands.add_parser("list", help="the entries, oldest first")
    listing.add_argument("--format", default="table", choices=("table", "csv", "json"))
    listing.add_argument("--act", default="", choices=actions.ACTS, metavar="ACT")
    listing.add_argument("--who", default="", metavar="NAME")
    listing.add_argument("--day", default="", metavar="DATE", help="2026-01-05, or the month 2026-01 (UTC)")
    listing.set_defaults(answer=_entries)


def _verify(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> list[Row]:
    """Say that the trail is whole, with what to keep elsewhere. Raises Refusal with a sentence for each place that was altered."""
    home, pairs = build_files.home(), anchors.compared(chosen.against or "")
    if chosen.against is not None and not pairs:
        parser.error(_("“{text}”不是里面有记录锚、读得出来的文件，也不是记录锚或至少 16 位的校验码").format(text=chosen.against))
    numbers, faults, kept = verification.read(home)
    for anchor, _place in pairs:
        if no := numbers.get(anchor[-hash_chain.DIGITS :]):
            print(_("操作记录里有锚 {anchor}：它是第 {no} 条。").format(anchor=anchor, no=no))
    if faults := faults + (verification.lacking(pairs, numbers) if numbers or not faults else []):
        raise Refusal("\n".join(faults))
    says = _("审计记录完整：共 {count} 条，与记着的 {kept} 个锚相符。现在的记录锚：{anchor}，请另存一处。")
    full = says.format(count=max(numbers.values(), default=0), kept=kept, anchor=hash_chain.anchor(home))
    print(full if numbers else _("审计记录还没有开始。"))
    return []


def _entries(chosen: argparse.Namespace) -> list[Row]:
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
    act(build_files.home(), chosen.build)
    return repository.history(build_files.home())


def _rotate(_arguments: argparse.Namespace) -> list[Row]:
    fresh = key_rotation.proposed()
    if fresh:
        print(fresh)
        says = _("还没有更换。请把上面的值好好保存，设为环境变量 {new}（{now} 先留着），再运行一次。")
        raise Refusal(says.format(new=keys.NEXT, now=keys.NOW))
    trail.by_command(build_files.home(), "key_rotated", {"build": build_files.published(build_files.home()) or ""})
    done = key_rotation.rotate(build_files.home())
    if keys.from_environment(keys.NOW):
        says = _("已更换。现在请把 {now} 设为 {new} 的值，去掉 {new}，然后重新启动看板。")
        print(says.format(new=keys.NEXT, now=keys.NOW))
    else:
        print(_("已更换密钥，旧密钥已删除。以前的备份仍用旧密钥封存，请一并换成新的备份。"))
    return done


def _deidentify(arguments: argparse.Namespace) -> list[Row]:
    """Run etl's part as a process of its own, as pages do: it reads every ledger again, which the warehouse cannot."""
    options = {"--after-years": arguments.after_years, "--as-of": arguments.as_of, "--report": arguments.report}
    words = [word for name, value in options.items() if value is not None for word in (name, str(value))]
    done = subprocess.run([*build_files.PYTHON, "etl", "deidentify", *words, *(["--prune"] if arguments.prune else [])], check=False)  # noqa: S603 — our own command
    if done.returncode:
        raise SystemExit(done.returncode)  # it has said why
    return []


def _back_up(chosen: argparse.Namespace) -> list[Row]:
    from warehouse.backup import commands  # with what seals it, which no other command needs

    return commands.back_up(chosen)


def _restore(chosen: argparse.Namespace) -> list[Row]:
    from warehouse.backup import commands

    return commands.restore_home(chosen)


def _upgrade(chosen: argparse.Namespace) -> list[Row]:
    from warehouse.backup import commands

    return commands.upgrade_home(chosen)


def _write(rows: list[Row], form: str) -> None:
    """Rows to stdout as UTF-8 bytes, whatever the terminal's own encoding is."""
    forms: dict[str, Callable[[list[Row]], str]] = {"json": _json, "csv": lambda rows: as_csv(rows).decode("utf-8-sig"), "table": _table}
    text = forms[form](rows) if rows or form == "json" else ""
    sys.stdout.buffer.write(text.encode("utf-8-sig" if form == "csv" else "utf-8"))
    sys.stdout.buffer.flush()


def _json(rows: list[Row]) -> str:
    lines = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def _table(rows: list[Row]) -> str:
    """Columns padded to the width their signs take on a terminal; no rate is a dash."""
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(breadth(line[at]) for line in cells) for at in range(len(cells[0]))]
    lines = ["  ".join(text + " " * (width - breadth(text)) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return plain("\n".join(lines) + "\n")


def _cell(value: object) -> str:
    return "—" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    safe_logging.run(main)

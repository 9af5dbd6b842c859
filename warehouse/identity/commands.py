"""The commands that look after what is kept of people: `rotate-key`, and `deidentify` (etl/deidentification/deidentify.py does that work)."""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any

from locales import Refusal, _
from warehouse.audit import trail
from warehouse.identity import key_rotation
from warehouse.storage import build_files, keys


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """The two commands and their words."""
    rotating = commands.add_parser("rotate-key", help="seal names and originals anew by a new key; pseudonyms stay")
    rotating.set_defaults(answer=_rotate)
    ending = commands.add_parser("deidentify", help="take away the names of children long out of every class; figures stay")
    ending.add_argument("--after-years", type=int, metavar="N", help="default: deidentify_after_years of settings.toml")
    ending.add_argument("--as-of", metavar="DATE", help="default: today")
    ending.add_argument("--report", metavar="FILE.json", help="counts, builds and pseudonyms as JSON")
    ending.add_argument("--prune", action="store_true", help="remove earlier builds that still hold the names")
    ending.set_defaults(answer=_deidentify)


def _rotate(_arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Rotate; the builds with their new names."""
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


def _deidentify(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Run etl's part as a process of its own, as pages do: it reads every ledger again, which the warehouse cannot."""
    options = {"--after-years": arguments.after_years, "--as-of": arguments.as_of, "--report": arguments.report}
    words = [word for name, value in options.items() if value is not None for word in (name, str(value))]
    done = subprocess.run([sys.executable, "-m", "etl", "deidentify", *words, *(["--prune"] if arguments.prune else [])], check=False)  # noqa: S603 — our own command
    if done.returncode:
        raise SystemExit(done.returncode)  # it has said why
    return []

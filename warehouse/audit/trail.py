"""The audit trail: who did what, when, from where, on the disk before the thing is done; what cannot be recorded is not done."""

import datetime as dt
import getpass
import logging
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from locales import N_, Refusal
from warehouse.audit import actions, anchors, hash_chain
from warehouse.settings import settings
from warehouse.storage import keys

Recorder = Callable[[Path, str, Mapping[str, str]], int]  # home, act, about: records for somebody, as `by_command` does
COMMAND = "command"  # the source of an act at the command line
NOBODY = "—"
_PATIENCE = 3.0  # seconds that an act waits for the second place
LONGEST = 300  # letters of one text, so that nobody fills the trail by a long name


class NotRecorded(Refusal):
    """An act could not be written to the trail, so it did not happen."""

    says = N_(
        "审计记录 audit/trail.jsonl 写不进去，所以什么也没有给出、什么也没有改动："
        "请看磁盘是否已满、是否允许写入、密钥 keys/audit.key 是否还在，然后重试。"
    )


def record(home: Path, act: str, who: str, role: str, source: str, about: Mapping[str, str] | None = None) -> int:
    """Write down an act that is about to be done; returns the entry's number once it is on the disk.

    `act` is one of actions.ACTS; `source` an address or COMMAND; `about` flat text (what is empty is left out), never the name of a child. Raises NotRecorded.
    """
    if act not in actions.ACTS:
        raise ValueError(f"no such act: {act}")
    if settings.kept(home)["anchor_folder"]:
        keep_daily_anchor(home, f"{dt.datetime.now(dt.UTC):%d%H}")
    try:
        with hash_chain.exclusive_lock(home):
            return _written(home, _entry(act, who, role, source, about or {}))
    except (OSError, keys.KeyMissing, keys.KeyMalformed) as error:
        logging.getLogger("tongxing.audit").error("not recorded: %s", type(error).__name__)
        raise NotRecorded from error


@lru_cache(maxsize=8)
def keep_daily_anchor(home: Path, _hour: str) -> None:
    """Try to write the day's anchor to the second place, once an hour and beside the act: a share that is gone may hang."""
    writing = threading.Thread(target=anchors.write_daily, args=(home,), daemon=True)
    writing.start()
    writing.join(_PATIENCE)


def recorder_for(who: str, role: str, source: str) -> Recorder:
    """Records acts of one person from one place; raises NotRecorded, and then the act must not be done."""
    return lambda home, act, about: record(home, act, who, role, source, about)


def by_command(home: Path, act: str, about: Mapping[str, str]) -> int:
    """Record an act at the command line, done by whom the system knows. Raises NotRecorded."""
    return record(home, act, system_user() or NOBODY, "", COMMAND, about)


def record_unless_page_did(home: Path, act: str, job: str, about: Mapping[str, str]) -> None:
    """As `by_command`, unless a page has recorded the act already when it started this process for its job."""
    mark = hash_chain.canonical({"job": job})[1:-1]  # looked for as bytes: only such lines are worth parsing
    entries = (hash_chain.parsed(line.rstrip(b"\n")) for line in hash_chain.lines(home) if job and mark in line)
    if not any(entry and (entry["act"], entry["about"].get("job")) == (act, job) for entry in entries):
        by_command(home, act, about)


def system_user() -> str | None:
    """Return the name of the user who runs the command; None where the system has none for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such user, or (Windows) no environment variable that names one
        return None


def entries(home: Path, act: str = "", who: str = "", day: str = "") -> list[dict[str, Any]]:
    """Return the entries, oldest first: no, at (UTC), who, role, source, act, about, before, hash.

    Those of an act, of a person, of a day (`2026-01-05`, or the month `2026-01`). Lines that are no entries are left out:
    `verify` names them.
    """
    entries = [entry for line in hash_chain.lines(home) if (entry := hash_chain.parsed(line.rstrip(b"\n")))]
    return [entry for entry in entries if act in ("", entry["act"]) and who in ("", entry["who"]) and entry["at"].startswith(day)]


def _entry(act: str, who: str, role: str, source: str, about: Mapping[str, str]) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    items = {_plain(name): _plain(str(value)) for name, value in about.items() if value}
    return {"at": now, "who": _plain(who), "role": _plain(role), "source": _plain(source), "act": act, "about": items}


def _plain(text: str) -> str:
    return text[:LONGEST].encode("utf-8", "replace").decode()


def _written(home: Path, entry: dict[str, Any]) -> int:
    """Append an entry; where the head is lost, a note of that goes before it. The lock is held."""
    is_new = not hash_chain.is_begun(home) and not (home / hash_chain.KEY).exists()
    key = hash_chain.secret(home)
    head = hash_chain.Head() if is_new else hash_chain.read_head(home, key)
    fresh = [entry]
    if head is None:
        head = hash_chain.Head()  # the last that holds is looked for from the beginning
        fresh = [_entry(actions.BROKEN, NOBODY, "", NOBODY, {}), entry]
    return hash_chain.append(home, fresh, head, key).no

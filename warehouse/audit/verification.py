"""Looks whether the audit trail is whole, line by line and against its head, and names every place where it is not."""

import datetime as dt
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

from locales import _
from warehouse.audit import actions, anchors, hash_chain
from warehouse.storage import keys

_CORRECTION = dt.timedelta(minutes=1)  # that a clock may be set back by when it is synchronised
_UNFINISHED = 2  # entries that a killed writer may leave ahead of the head: its own, and the note of a lost head


def verify(home: Path) -> list[str]:
    """What is wrong with the trail, one sentence each with its place; empty where it is whole, or none has begun.

    Found: entries changed, taken out, put in, put elsewhere, dated back, an end cut off, a file, the head or the key missing, and a
    trail that lacks an anchor which the home keeps. Not found: what somebody who holds the key does behind the newest anchor.
    """
    return read(home).faults


class Reading(NamedTuple):
    """The numbers of the trail's entries by the digits of their hashes that anchors hold, its faults, and how many anchors it was held against."""

    numbers: dict[str, int]
    faults: list[str]
    kept: int = 0


def read(home: Path) -> Reading:
    """Read the trail whole; its faults are as `verify` has them."""
    if not hash_chain.is_begun(home):
        faults = [_("audit/：审计记录和 head 都不见了，只剩下密钥；请放回备份。")] if (home / hash_chain.KEY).exists() else []
        return Reading({}, faults + lacking(anchors.kept(home), {}))
    try:
        key = hash_chain.secret(home)
    except (keys.KeyMissing, keys.KeyMalformed):
        return Reading({}, [_("keys/audit.key：审计记录的密钥不见了，或不是原来的，无法核对；请放回原来的密钥。")])
    kept = anchors.kept(home)  # before the trail, which grows meanwhile
    head, size = _snapshot(home, key)
    faults, last, at, numbers = [], hash_chain.Head(), "", dict[str, int]()
    for number, line in enumerate(hash_chain.lines(home, size), 1):
        if not line.endswith(b"\n"):
            continue  # of a killed writer, and no entry yet
        entry = hash_chain.parsed(line[:-1])
        if entry is None:
            faults.append(_("第 {line} 行：不是完整的一条记录，被改动过或是插进来的。").format(line=number))
            continue
        is_true = hash_chain.verifies(entry, key)
        if says := _fault(entry, is_true, last, at):
            faults.append(says.format(line=number, no=entry["no"], first=last.no + 1, end=entry["no"] - 1, at=entry["at"], before=at))
        if is_true:
            at, numbers[entry["hash"][: hash_chain.DIGITS]] = entry["at"], entry["no"]
        # What follows is held against this line, altered or not, so that one fault is reported once.
        if entry["no"] == last.no + 1 or (is_true and entry["no"] > last.no):
            last = hash_chain.Head(entry["no"], entry["hash"])
    return Reading(numbers, [*faults, *_against(head, last), *lacking(kept, numbers)], len(kept))


def lacking(pairs: list[tuple[str, str]], numbers: dict[str, int]) -> list[str]:
    """Sentences for anchors (with where they stand) that the trail lacks, the newest named, and for places that cannot be read."""
    missing = [pair for pair in pairs if pair[0] and pair[0][-hash_chain.DIGITS :] not in numbers]
    says = _("{place}：读不出来，里面的记录锚没有核对；请恢复它，或让本程序能读它。")
    faults = [says.format(place=place) for anchor, place in pairs if not anchor]
    says = _(
        "记录锚 {anchor}（{place}）不在操作记录里，记录现在到第 {last} 条：到它为止的记录被删去、改动或整个换过，或者它不是这个数据目录的"
        "（对不上的锚共 {count} 个，这是最新的）。请保留现状，从备份里放回 audit/ 和 keys/audit.key。"
    )
    for anchor, place in sorted(missing, key=lambda pair: int(pair[0][1 : -hash_chain.DIGITS - 1] or 0))[-1:]:
        faults.append(says.format(anchor=anchor, place=place, last=max(numbers.values(), default=0), count=len(missing)))
    return faults


def _snapshot(home: Path, key: bytes) -> tuple[hash_chain.Head | None, int]:
    """Head and length of the trail at one moment; without the lock where the folder may only be read."""
    with ExitStack() as lock:
        with suppress(OSError):
            lock.enter_context(hash_chain.exclusive_lock(home))
        path = home / hash_chain.TRAIL
        return hash_chain.read_head(home, key), path.stat().st_size if path.exists() else 0


def _fault(entry: dict[str, Any], is_true: bool, last: hash_chain.Head, at: str) -> str | None:
    """The sentence for an entry that does not fit behind the last one, of the moment `at`, still to be filled in."""
    if not is_true:
        return _("第 {line} 行（第 {no} 条）：内容被改动过，或不是用本系统的密钥写的。")
    if entry["no"] > last.no + 1:
        return _("第 {line} 行：前面缺少第 {first} 至 {end} 条。")
    if entry["no"] <= last.no:
        return _("第 {line} 行（第 {no} 条）：重复，或次序不对。")
    if entry["before"] != last.hash:
        return _("第 {line} 行（第 {no} 条）：与前一条接不上。")
    if entry["act"] == actions.BROKEN:
        return _("第 {line} 行（第 {no} 条）：写到这里时 audit/head 不见了或被改动过，在这之前可能有记录被删去。")
    if at and dt.datetime.fromisoformat(at) - dt.datetime.fromisoformat(entry["at"]) > _CORRECTION:
        return _("第 {line} 行（第 {no} 条）：时间 {at} 早于前一条的 {before}，服务器的时钟被调回过。请查明是谁、为什么，并打开时间同步。")
    return None


def _against(head: hash_chain.Head | None, last: hash_chain.Head) -> list[str]:
    if head is None:
        return [_("audit/head：不见了或被改动过，末尾是否被删去无法知道；请放回备份。")]
    if last.no < head.no:
        return [_("末尾：缺少第 {first} 至 {end} 条，被删去了。").format(first=last.no + 1, end=head.no)]
    if last.no > head.no + _UNFINISHED or (last.no == head.no and last.hash != head.hash):
        return [_("audit/head：与最后一条（第 {no} 条）不符，被换成了别的。").format(no=last.no)]
    return []

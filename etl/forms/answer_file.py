"""Remembered layouts and words as a table to read and as a file to pass on: `python -m etl layouts list|export|import`."""

import dataclasses
import re
from pathlib import Path
from typing import Any, get_args, get_origin

from etl.forms import forms, layouts
from etl.forms.layouts import Entry, Heading, Word, WrongLayout
from locales import _
from warehouse.storage import atomic_write

_MOST_BYTES = 20 * 2**20
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


def listing(home: Path) -> str:
    """Return a line for each entry: what, its meaning, who, when, of which village."""
    lines = [(_line(entry), entry.by or "—", entry.at, getattr(entry, "village", "")) for entry in layouts.entries(home).values()]
    return "\n".join("  ".join(filter(None, line)) for line in lines) or _("还没有记住任何表样和词语。")


def _line(entry: Entry) -> str:
    if isinstance(entry, Word):
        return f"{entry.vocabulary}  {entry.word} → {entry.code or '—'}"
    if isinstance(entry, Heading):
        return f"{entry.ledger}  {entry.heading} → {entry.field}"
    pairs = "，".join(f"{heading} → {name or '—'}" for heading, name in zip(entry.headings, entry.fields, strict=True))
    return f"{entry.fingerprint}  {entry.ledger}  {pairs}"


def export(home: Path, path: Path) -> int:
    """Write everything that is remembered to a file; return how much. Raises OSError."""
    entries = layouts.entries(home).values()
    layouts.write(path, entries)
    return len(entries)


def read(path: Path) -> list[Entry]:
    """Return the entries of a file that `export` wrote. Raises WrongLayout, in one sentence, where any of them cannot be."""
    content = atomic_write.read_json(path) if path.is_file() and path.stat().st_size < _MOST_BYTES else None  # no pipe, no device
    if content is None or not content.keys() <= layouts.KINDS.keys() or not all(isinstance(rows, list) for rows in content.values()):
        raise WrongLayout(_("{file}：不是导出的表样与词语文件").format(file=path.name))
    return [_entry(part, number, row, path.name) for part in layouts.KINDS for number, row in enumerate(content.get(part, []), 1)]


def _entry(part: str, number: int, row: Any, file: str) -> Entry:
    kind = layouts.KINDS[part]
    types = {field.name: field.type for field in dataclasses.fields(kind)}
    try:
        if not isinstance(row, dict) or not all(_is_of_type(value, types[name]) for name, value in row.items()):
            raise TypeError
        entry = kind(**row)
        _require_usable(entry)
    except (WrongLayout, KeyError, TypeError) as error:
        reason = str(error) if isinstance(error, WrongLayout) else _("内容不全或写法不对")
        sentence = _("{file}：{part} 的第 {number} 项不能用：{reason}")
        raise WrongLayout(sentence.format(file=file, part=part, number=number, reason=reason)) from error
    return entry


def _is_of_type(value: Any, wanted: Any) -> bool:
    """Return whether a JSON value is of the type of a field: text, a list or an object of one, or null where that may be."""
    kind = get_origin(wanted)
    if kind not in (list, dict):
        return isinstance(value, wanted)
    return isinstance(value, kind) and all(_is_of_type(item, get_args(wanted)[-1]) for item in (value.values() if kind is dict else value))


def _require_usable(entry: Entry) -> None:
    """Raise WrongLayout, KeyError or TypeError for an entry that nothing can be read by."""
    if isinstance(entry, Word):
        if not entry.word or (entry.code is not None and entry.code not in forms.codes(entry.vocabulary)):
            raise WrongLayout(_("“{word}”没有这样的意思").format(word=entry.word))
    elif isinstance(entry, Heading):
        form = forms.forms()[entry.ledger]
        if entry.field not in form.fields or form.aliases.get(forms.plain(entry.heading), entry.field) != entry.field:
            raise WrongLayout(_("“{word}”在{ledger}里已经是另一项").format(word=entry.heading, ledger=form.titles[0]))
    else:
        layouts.require_readable(entry)
        unknown = {*filter(None, entry.fields)} - {*forms.forms()[entry.ledger].fields}
        if unknown or len(entry.fields) != len(entry.headings) or not _FINGERPRINT.fullmatch(entry.fingerprint):
            raise TypeError


def merge(home: Path, entries: list[Entry]) -> tuple[int, int, int]:
    """Take entries in, a newer one in place of an older; return how many are new, how many changed, how many stay as they are."""
    kept = layouts.entries(home)
    fresh = [entry for entry in entries if entry.key not in kept]
    newer = [entry for entry in entries if entry.key in kept and entry.at > kept[entry.key].at and entry != kept[entry.key]]
    layouts.change(home, [*fresh, *newer])
    return len(fresh), len(newer), len(entries) - len(fresh) - len(newer)

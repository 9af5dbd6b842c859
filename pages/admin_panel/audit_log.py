"""The audit trail as its page reads it: read and verified once for each state of the trail, not at every click."""

import html
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from locales import _, language
from pages.components import chart_blocks, tables
from pages.components.tables import Column
from pages.text import formatting
from warehouse.audit import hash_chain, trail, verification

_MOST = 20  # changes that are listed


@dataclass(frozen=True)
class AuditLog:
    """The entries, newest first, and their faults, a sentence each."""

    entries: list[dict]
    faults: list[str]


def read(home: Path) -> AuditLog:
    """Return the trail as it is now; two states of it differ in lengths and times of its files and of what keeps anchors."""
    names = (hash_chain.TRAIL, hash_chain.HEAD, hash_chain.KEY, "builds", "publications")
    files = [path for name in names if (path := home / name).exists()]
    return _read(home, tuple((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files), language())


@lru_cache(maxsize=2)  # one in each language
def _read(home: Path, state: tuple, language: str) -> AuditLog:
    del state, language  # part of the key alone
    return AuditLog(trail.entries(home)[::-1], verification.verify(home))


forget = _read.cache_clear  # the next call reads and verifies every line again


def changes(home: Path, item: str, nothing: str) -> None:
    """Show who tried or made what changes of a kind, the newest above; the text `nothing` where nobody did."""
    chart_blocks.section_heading(_("谁改过"), _("新的在上面；试算过而没有发布的也在内"))
    entries = [entry for entry in trail.entries(home) if entry["about"].get(item)]
    columns = [
        Column(_("时间"), lambda entry: formatting.moment(entry["at"])),
        Column(_("谁"), lambda entry: html.escape(entry["who"])),
        Column(_("什么"), lambda entry: html.escape(entry["about"][item])),
    ]
    tables.rows_table(entries[::-1][:_MOST], columns, nothing=nothing)

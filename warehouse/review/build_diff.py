"""The rows that two builds tell differently, each with its place in the ledgers: what may explain why a figure moved.

Which rows are compared, and by what they are the same in both builds, stands in figure_changes.toml; the rows of each build are
read by that build's own connection and compared here, because a build never opens another one's file.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from warehouse.builds.repository import Build
from warehouse.sql import compose

_FILE = Path(__file__).with_name("figure_changes.toml")
_HAS = re.compile(r"^ +(has_\w+) ", re.MULTILINE)
UNEXPLAINED = "rule_or_setting"  # no row differs: settings or the program do
IDENTITY = "identity"  # the same ledger row is another child now


@dataclass(frozen=True)
class Kind:
    """Rows of one kind, as figure_changes.toml tells them."""

    rows: str
    key: tuple[str, ...]
    links: tuple[str, ...]
    told: tuple[str, ...] = ()
    bears: str = "true"
    on: str = ""
    only_changed: bool = False


@dataclass(frozen=True)
class Change:
    """One reason: `kind` with `verb` (added, removed, changed), and the place of the row that tells it.

    `field` with `then` and `now` is set where a row changed; `on` is the row's day. `is_new_file`: the file of that row is
    none of the other build's, so it came later (or, for a removed row, was taken out since).
    """

    kind: str
    verb: str = ""
    child_id: str | None = None
    on: dt.date | None = None
    field: str = ""
    then: Any = None
    now: Any = None
    file: str | None = None
    sheet: str | None = None
    row_no: int | None = None
    is_new_file: bool = False

    @property
    def code(self) -> str:
        """Kind and verb in one word: visit_added."""
        return f"{self.kind}_{self.verb}" if self.verb else self.kind


@cache
def told() -> dict[str, Any]:
    """figure_changes.toml as it stands."""
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of rows that are compared."""
    return {name: _kind(spec) for name, spec in told()["kinds"].items()}


def _kind(spec: dict[str, Any]) -> Kind:
    """One kind, its lists as tuples; `has_*` stands for all columns of child_facts that say whether a cell is filled."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in spec.items()}
    if values.get("told") == ("has_*",):
        values["told"] = tuple(_HAS.findall((compose.SQL / "tables" / "child_facts.sql").read_text("utf-8")))
    return Kind(**values)


class Comparison:
    """Two builds on one day; each kind of rows is read and compared once, when first asked for."""

    def __init__(self, earlier: Build, later: Build, as_of: dt.date) -> None:
        self.earlier, self.later, self.as_of = earlier, later, as_of
        self._found: dict[str, dict[tuple[Any, ...], list[tuple[Change, dict[str, Any]]]]] = {}
        self._rows: dict[str, tuple[dict[tuple[Any, ...], dict[str, Any]], dict[tuple[Any, ...], dict[str, Any]]]] = {}
        self._files = tuple({row["file_id"] for row in build.rows("select file_id from ledger_files")} for build in (earlier, later))

    def of(self, kind: str, link: tuple[str, object], own: Mapping[str, object] = MappingProxyType({})) -> list[Change]:
        """The changes of a kind that a link, (column, value), ties to a child, helper or village.

        Of rows that have a column of `own` in their key (a visit its day) only those of the same value.
        """
        if kind not in self._found:
            self._found[kind] = self._compared(kind)
        found = self._found[kind].get(link, [])
        return [change for change, key in found if all(key.get(name, value) == value for name, value in own.items())]

    def rows(self, kind: str) -> tuple[dict[tuple[Any, ...], dict[str, Any]], dict[tuple[Any, ...], dict[str, Any]]]:
        """The rows of a kind in the earlier and the later build, by key; of several under one key the earliest that bears."""
        if kind not in self._rows:
            spec = kinds()[kind]
            read = [build.rows(compose.bind_day(_sql(spec), self.as_of)) for build in (self.earlier, self.later)]
            one, other = ({tuple(row[name] for name in spec.key): row for row in rows} for rows in read)
            self._rows[kind] = one, other
        return self._rows[kind]

    @cached_property
    def classes(self) -> dict[str, list[int]]:
        """The classes of each child in force on the day in either build."""
        rows = [row for side in self.rows("membership") for row in side.values() if row["bears"]]
        found: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            found[row["child_id"]].add(row["class_no"])
        return {child: sorted(numbers) for child, numbers in found.items()}

    @cached_property
    def _households(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """(households of each child, children of each household) in either build."""
        homes: dict[str, set[str]] = defaultdict(set)
        members: dict[str, set[str]] = defaultdict(set)
        for row in (row for side in self.rows("household") for row in side.values() if row["household_id"]):
            homes[row["child_id"]].add(row["household_id"])
            members[row["household_id"]].add(row["child_id"])
        return dict(homes), dict(members)

    def siblings(self, child_id: str) -> list[str]:
        """The other children of the child's household in either build."""
        homes, members = self._households
        return sorted({other for home in homes.get(child_id, ()) for other in members[home]} - {child_id})

    @cached_property
    def _twins(self) -> tuple[dict[str, str], dict[str, str]]:
        """Child of the earlier build to the child the later one reads a ledger row of its as, and the other way round."""
        sql = "select distinct sheet_id, row_no, child_id from child_rows"
        read = [build.rows(sql) for build in (self.earlier, self.later)]
        then, now = ({(row["sheet_id"], row["row_no"]): row["child_id"] for row in rows} for rows in read)
        pairs = sorted((then[at], now[at]) for at in then.keys() & now.keys() if then[at] != now[at])
        return dict(reversed(pairs)), {other: one for one, other in reversed(pairs)}

    def twin(self, child_id: str, is_gone: bool) -> str | None:
        """The child that the other build reads one of a new or gone child's ledger rows as; None where it has none of them."""
        return self._twins[0 if is_gone else 1].get(child_id)

    @cached_property
    def settings(self) -> list[str]:
        """The settings that differ."""
        return settings_changed(self.earlier, self.later)

    def _compared(self, kind: str) -> dict[tuple[Any, ...], list[tuple[Change, dict[str, Any]]]]:
        """Every change of a kind, with its row's key by column, by (link column, value)."""
        spec, (then, now) = kinds()[kind], self.rows(kind)
        found: dict[tuple[Any, ...], list[tuple[Change, dict[str, Any]]]] = defaultdict(list)
        for key in dict.fromkeys((*then, *now)):
            for change in self._changes(kind, spec, then.get(key), now.get(key)):
                row = now.get(key) or then[key]
                for column in spec.links:
                    found[column, row[column]].append((change, dict(zip(spec.key, key, strict=True))))
        return found

    def _changes(self, kind: str, spec: Kind, then: dict[str, Any] | None, now: dict[str, Any] | None) -> list[Change]:
        """What changed of one row; nothing where it bears on the day in neither build."""
        if not ((then and then["bears"]) or (now and now["bears"])):
            return []
        if then is None or now is None:
            verb, row, other = ("removed", then, 1) if now is None else ("added", now, 0)
            return [] if spec.only_changed else [self._change(kind, spec, verb, row or {}, other)]
        fields = [name for name in spec.told if then[name] != now[name]]
        return [self._change(kind, spec, "changed", now, 0, name, then[name], now[name]) for name in fields]

    def _change(
        self, kind: str, spec: Kind, verb: str, row: dict[str, Any], other: int, field: str = "", then: object = None, now: object = None
    ) -> Change:
        """A change with its place; `other` is the number of the build that the row does not come from."""
        place = {name: row[name] for name in ("file", "sheet", "row_no")}
        is_new = bool(row["file_id"]) and row["file_id"] not in self._files[other]
        return Change(kind, verb, row.get("child_id"), row.get(spec.on), field, then, now, **place, is_new_file=is_new)


def _sql(spec: Kind) -> str:
    """The rows of a kind with their files, those last that bear on the day and that the oldest ledger tells."""
    columns = ", ".join(f"c.{name}" for name in dict.fromkeys((*spec.key, *spec.links, *spec.told, *([spec.on] if spec.on else []))))
    return (
        f"select {columns}, c.row_no, c.bears, s.file_id, s.file, s.sheet"  # noqa: S608 — our own file
        f" from (select *, coalesce({spec.bears}, false) as bears from {spec.rows} as r) as c"
        " left join ledger_sheets as s on s.sheet_id = c.sheet_id"
        " order by c.bears, c.ledger_on desc, s.file desc, s.sheet desc, c.row_no desc"
    )


def settings_changed(earlier: Build, later: Build) -> list[str]:
    """The settings that differ between two builds, `name.item`; days of care by `year.occasion`."""
    sql = (
        "select name || '.' || item as name, cast(value as string) as value from settings"
        " union all select occasion_year || '.' || occasion as name, cast(last_on as string) as value from care_days"
    )
    then, now = ({row["name"]: row["value"] for row in build.rows(sql)} for build in (earlier, later))
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))

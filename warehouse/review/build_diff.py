"""The rows that differ between two builds (figure_changes.toml), each with its place in the ledgers: what may explain a moved figure."""

import datetime as dt
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from warehouse.builds.repository import Build
from warehouse.metrics import compare
from warehouse.sql import compose

_FILE = Path(__file__).with_name("figure_changes.toml")
_HAS = re.compile(r"\b(has_\w+) boolean")
UNEXPLAINED = "rule_or_setting"  # no row differs, but settings or the program do
IDENTITY = "identity"  # the same ledger row is another child now
Rows = dict[tuple[Any, ...], dict[str, Any]]  # by their keys


@dataclass(frozen=True)
class Kind:
    """Rows of one kind, as figure_changes.toml describes them."""

    rows: str
    key: list[str]
    links: list[str]
    fields: Sequence[str] = ()
    bears: str = "true"
    on: str = ""
    only_changed: bool = False


@dataclass(frozen=True)
class Change:
    """One reason: `kind` with `verb` (added, removed, changed), and the place of its row.

    `field` with `then` and `now` is set where a row changed; `on` is the row's day. `is_new_file`: the other build lacks the row's
    file, which came later (or, for a removed row, was taken out since).
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
def rules() -> dict[str, Any]:
    """Return figure_changes.toml."""
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def kinds() -> dict[str, Kind]:
    """Return the kinds of rows that are compared."""
    cells = _HAS.findall((compose.SQL / "tables" / "child_facts.sql").read_text("utf-8"))  # whether a cell is filled
    kinds = {name: Kind(**spec) for name, spec in rules()["kinds"].items()}
    return {name: replace(kind, fields=cells) if kind.fields == ["has_*"] else kind for name, kind in kinds.items()}


class Comparison:
    """Two builds on one day; each kind of `rows` is read (earlier build, later build) and compared once, when first asked for."""

    def __init__(self, earlier: Build, later: Build, as_of: dt.date) -> None:
        self.earlier, self.later, self.as_of = earlier, later, as_of
        self.rows, self._compared = cache(self._read), cache(self._compare)
        self._files = tuple({row["file_id"] for row in build.rows("select file_id from ledger_files")} for build in (earlier, later))

    def changes(self, kind: str, link: tuple[str, object], key: Mapping[str, object] = MappingProxyType({})) -> list[Change]:
        """Return the changes of a kind that a link, (column, value), ties to a child, helper or village.

        Of rows whose key has a column of `key` (a visit its day) only those of the same value.
        """
        linked = self._compared(kind).get(link, [])
        return [change for change, columns in linked if all(columns.get(name, value) == value for name, value in key.items())]

    def _read(self, kind: str) -> tuple[Rows, Rows]:
        """The rows of a kind in the earlier and the later build, by key; of several under one key the earliest that bears."""
        spec = kinds()[kind]
        answers = [build.rows(compose.bind_day(_sql(spec), self.as_of)) for build in (self.earlier, self.later)]
        then, now = ({tuple(row[name] for name in spec.key): row for row in rows} for rows in answers)
        return then, now

    @cached_property
    def classes(self) -> dict[str, list[int]]:
        """The classes of each child on the day in either build."""
        classes: dict[str, set[int]] = defaultdict(set)
        for row in (row for side in self.rows("membership") for row in side.values() if row["bears"]):
            classes[row["child_id"]].add(row["class_no"])
        return {child: sorted(numbers) for child, numbers in classes.items()}

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
        """Return the other children of the child's household in either build."""
        homes, members = self._households
        return sorted({other for home in homes.get(child_id, ()) for other in members[home]} - {child_id})

    @cached_property
    def _twins(self) -> tuple[dict[str, str], dict[str, str]]:
        """Child of the earlier build to the child the later one reads a ledger row of its as, and the other way round."""
        sql = "select distinct sheet_id, row_no, child_id from child_rows"
        answers = [build.rows(sql) for build in (self.earlier, self.later)]
        then, now = ({(row["sheet_id"], row["row_no"]): row["child_id"] for row in rows} for rows in answers)
        pairs = sorted((was, is_now) for _at, was, is_now in compare.paired(then, now) if was and is_now and was != is_now)
        return dict(reversed(pairs)), {later: earlier for earlier, later in reversed(pairs)}

    def twin(self, child_id: str, is_gone: bool) -> str | None:
        """Return the child that the other build reads one of a new or gone child's ledger rows as; None where it has none of them."""
        return self._twins[0 if is_gone else 1].get(child_id)

    def _compare(self, kind: str) -> dict[tuple[Any, ...], list[tuple[Change, dict[str, Any]]]]:
        spec = kinds()[kind]
        linked: dict[tuple[Any, ...], list[tuple[Change, dict[str, Any]]]] = defaultdict(list)
        for key, then, now in compare.paired(*self.rows(kind)):
            row = now or then or {}
            if not ((then and then["bears"]) or (now and now["bears"])) or (spec.only_changed and not (then and now)):
                continue
            is_new = bool(row["file_id"]) and row["file_id"] not in self._files[0 if now else 1]
            place = {"file": row["file"], "sheet": row["sheet"], "row_no": row["row_no"], "is_new_file": is_new}
            change = Change(kind, "added" if now else "removed", row.get("child_id"), row.get(spec.on), **place)
            changes = [change]
            if then and now:
                fields = [name for name in spec.fields if then[name] != now[name]]
                changes = [replace(change, verb="changed", field=name, then=then[name], now=now[name]) for name in fields]
            for column in spec.links:
                linked[column, row[column]] += [(change, dict(zip(spec.key, key, strict=True))) for change in changes]
        return linked


def _sql(spec: Kind) -> str:
    """The rows of a kind with their files, those last that bear on the day and stand in the oldest ledger."""
    columns = ", ".join(f"c.{name}" for name in dict.fromkeys((*spec.key, *spec.links, *spec.fields, *([spec.on] if spec.on else []))))
    return (
        f"select {columns}, c.row_no, c.bears, s.file_id, s.file, s.sheet"  # noqa: S608 — our own file
        f" from (select *, coalesce({spec.bears}, false) as bears from {spec.rows} as r) as c"
        " left join ledger_sheets as s on s.sheet_id = c.sheet_id"
        " order by c.bears, c.ledger_on desc, s.file desc, s.sheet desc, c.row_no desc"
    )


def settings_changed(earlier: Build, later: Build) -> list[str]:
    """Return the settings that differ between two builds, `name.item`; days of care by `year.occasion`."""
    sql = (
        "select name || '.' || item as name, cast(value as string) as value from settings"
        " union all select occasion_year || '.' || occasion as name, cast(last_on as string) as value from care_days"
    )
    then, now = ({row["name"]: row["value"] for row in build.rows(sql)} for build in (earlier, later))
    return sorted(name for name, was, is_now in compare.paired(then, now) if was != is_now)

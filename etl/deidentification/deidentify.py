"""Removes the names of children whose last membership ended years ago, in a new build with the same figures.

Nothing is written unless every table comes out of the redacted text as it came out of the open one. The new build is the
published one copied row by row into a new file; earlier builds that still hold the names are removed only with `--prune`.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import polars as pl

from etl.deidentification import redact, tokens
from etl.files import workbook
from etl.forms import heading_aliases
from etl.records import build_tables
from etl.sheets import discover, place_and_date, sheet_store
from locales import Refusal, _
from warehouse.audit import hash_chain, trail
from warehouse.builds import draft, raw_sheets, repository, rewrite
from warehouse.settings import local_time, settings
from warehouse.storage import atomic_write, build_files, cleanup, keys

_DUE = """
select child_id from memberships group by child_id
having count(*) filter (where delisted_on is null) = 0 and max(delisted_on) <= cast($before as date) order by child_id
"""
_HEADINGS = dict.fromkeys(("findings", "ledger_headings", "ledger_columns", "ledger_cells", "ledger_references"), "heading")
_TEXTS = {"needs": "department", "department_covers": "department", "helpers": "unit"}  # the only texts of cells that stand in tables
_HEADINGS |= {"ledger_sheets": "total_column"} | _TEXTS
_MOST_PLACES = 20  # that the report for a person names
_OWN = ("visit_id", "pairing_id", "need_id", "care_id", "report_id", "training_id", "card_id", "value_masked", "heading", *_TEXTS.values())


@dataclass
class Report:
    """What was done: counts, ids of builds and files, pseudonyms; no name and no number."""

    as_of: str
    before: str
    years: int
    children: int = 0
    pseudonyms: list[str] = field(default_factory=list)
    build: str | None = None
    was: str | None = None
    rows_blanked: int = 0
    sheets_blanked: int = 0
    identities_removed: int = 0
    originals_removed: list[str] = field(default_factory=list)
    builds_removed: list[str] = field(default_factory=list)
    waiting: int = 0
    left: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the report for a person."""
        if not self.children and not self.builds_removed:
            return _("{before} 或之前就已全部退出的儿童中，没有还保留姓名的。").format(before=self.before)
        done = _("改写了 {rows} 行台账原文（{sheets} 张工作表），删除了 {identities} 条身份信息、{files} 份原件。")
        counts = {"rows": self.rows_blanked, "sheets": self.sheets_blanked, "identities": self.identities_removed}
        lines = [
            _("已去标识 {children} 名儿童（{before} 或之前已全部退出），数字不变。").format(children=self.children, before=self.before),
            done.format(**counts, files=len(self.originals_removed)),
        ]
        lines += [_("新版本：{build}").format(build=self.build)] if self.build else []
        lines += [_("删除的旧版本：{builds}").format(builds="、".join(self.builds_removed))] if self.builds_removed else []
        says = _("还有 {count} 份报送或上传在等待处理，里面可能仍有这些姓名，没有改动：请先载入或退回，再运行一次。")
        lines += [says.format(count=self.waiting)] if self.waiting else []
        says = _("这 {count} 处仍有同样的姓名，可能是别人的，没有改动；确是这些儿童的，请在台账里改掉，重新载入：")
        lines += [says.format(count=len(self.left)), *self.left[:_MOST_PLACES], "……"][: len(self.left) + 1] if self.left else []
        return "\n".join([*lines, _("以前的备份里仍有这些姓名，请一并换成新的备份。")])


def deidentify(home: Path, years: int | None = None, as_of: dt.date | None = None, is_pruning: bool = False) -> Report:
    """Remove the names of children out of every class for `years` (default: the setting) on `as_of` (default: today)."""
    years = years or int(settings.settings(home)["deidentify_after_years"])
    day = as_of or local_time.today(home)
    before: dt.date = pl.select(pl.lit(day).dt.offset_by(f"-{years}y")).item()  # 29 February becomes the 28th
    with build_files.locked(home):
        build_files.remove_drafts(home)
        heading_aliases.use_words(home)
        key, build = keys.load_key(home), repository.open_build(home)
        ids = {row["child_id"] for row in build.rows(_DUE, {"before": before})}
        result = Report(day.isoformat(), before.isoformat(), years)
        if ids:
            redacted = _redact(home, ids, key)
            _apply(home, build, ids, redacted, key, result, is_pruning)
        return result


def _redact(home: Path, ids: set[str], key: keys.Key) -> redact.Redacted:
    """Return the sheets without the names. Raises Refusal where any table would come out otherwise."""
    sheets = discover.published_state(home, key).sheets
    register = sheet_store.village_register(sheets)
    today = local_time.today(home)
    sheet_store.place(sheets, register, today)
    before, rows = _tables(sheets, register, key, today)
    redacted = redact.redact(sheets, rows, ids, key)
    after, _rows = _tables([redacted.sheets.get(sheet.sheet_id, sheet) for sheet in sheets], register, key, today)
    different = sorted(name for name in before.frames if not _same(before.frames[name], after.frames[name]))
    if different or before.counts != after.counts:
        sentence = _("去掉姓名后有表会变（{tables}），因此没有改动；请联系维护人员。")
        raise Refusal(sentence.format(tables="、".join(different) or "ledger_sheets"))
    people = {(kind, person): facts for kind, person, facts in before.identities}
    redacted.people = {f"{kind}:{person}": facts for kind, person, facts in after.identities if people.get((kind, person)) != facts}
    return redacted


def _tables(
    sheets: list[sheet_store.LedgerSheet], register: place_and_date.Register, key: keys.Key, today: dt.date
) -> tuple[build_tables.Tables, build_tables.Rows]:
    sheets = [replace(sheet, resolved={}) for sheet in sheets]
    sheet_store.place(sheets, register, today)
    tokens.restore_known(sheets, key.pseudonym)
    rows, counts = build_tables.resolve_people(sheets, register, key.pseudonym)
    return build_tables.assemble(sheets, register, key.pseudonym, rows, counts), rows


def _same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    """Return whether two tables hold the same rows; ids of events of unknown people are hashes of names and may differ, as texts may."""
    plain = [frame.drop(name for name in _OWN if name in frame.columns) for frame in (left, right)]
    return plain[0].sort(pl.all()).equals(plain[1].sort(pl.all()))


def _apply(
    home: Path, build: repository.Build, ids: set[str], redacted: redact.Redacted, key: keys.Key, result: Report, is_pruning: bool
) -> None:
    """Publish the new build where there is something to remove, then remove the builds that still hold it."""
    open_ids = {row["person_id"] for row in build.rows("select person_id from identities where kind = 'child'")} & ids
    originals = _originals(build, redacted, key)
    builds = sorted(path for path in (home / "builds").iterdir() if path.suffix in (".duckdb", ".candidate") and path != build.path)
    holders = [path for path in builds if _holds(path, ids, redacted)]
    # The build that this one was made of is there where the run that made it was killed before removing it.
    was = build_files.origin(build.facts["base"]) if "deidentified_at" in build.facts else ""
    if any(build_files.origin(path.stem) != was for path in holders) and not is_pruning:
        sentence = _("还有 {count} 个以前的版本保留着这些姓名（{builds}）。去标识要连它们一起删除：请加上 --prune 再运行。没有改动。")
        raise Refusal(sentence.format(count=len(holders), builds="、".join(path.stem for path in holders)))
    trail.by_command(home, "deidentified", {"count": str(len(open_ids)), "build": build.id})
    if open_ids or redacted.sheets or originals:
        result.children, result.pseudonyms, result.left = len(ids), sorted(ids), redacted.left
        result.was, result.build = build.id, _publish(home, build, ids, redacted, originals, key)
        result.rows_blanked, result.sheets_blanked = len(redacted.rows), len(redacted.sheets)
        result.identities_removed, result.originals_removed = len(open_ids), sorted(originals)
        result.waiting = sum(1 for place in ("submissions", "loads") for _files in (home / place).glob(f"*/{cleanup.FILES}/*/*"))
        holders.append(build.path)  # the build that was in force holds them as well
    for path in holders:
        build_files.remove(path)
    result.builds_removed = [path.stem for path in holders]


def _originals(build: repository.Build, redacted: redact.Redacted, key: keys.Key) -> set[str]:
    """Return the files whose sealed originals name the children, be it in what no sheet keeps: a comment, a line far below."""
    kept = {row["file_id"] for row in build.rows("select file_id from raw_files")}
    for file_id in kept - redacted.files:
        sealed = build.rows("select sealed from raw_files where file_id = $id", {"id": file_id})[0]["sealed"]
        text = workbook.text_of(key.unseal(file_id, bytes(sealed)))
        mentions = {mention for sheet_id, mention in redacted.mentions.items() if sheet_id.startswith(f"{file_id}/")}
        redacted.files |= {file_id} if any(mention.search(text) for mention in mentions) else set()
    return kept & redacted.files


def _holds(path: Path, ids: set[str], redacted: redact.Redacted) -> bool:
    """Return whether a build seals names of these children: their identities, or a sheet or original that names them."""
    named = {*(f"child:{child_id}" for child_id in ids), *redacted.sheets, *redacted.files}
    return any(associated in named for _table, associated, _ in rewrite.sealed_rows(path))


def _publish(home: Path, build: repository.Build, ids: set[str], redacted: redact.Redacted, originals: set[str], key: keys.Key) -> str:
    """Publish a copy of the build without the names; return its id. Raises DiskFull."""
    draft_path = home / "builds" / f"{os.getpid()}.draft"

    def change(table: str, associated: str, sealed: bytes) -> bytes | None:
        if (table == "identities" and associated.removeprefix("child:") in ids) or (table == "raw_files" and associated in originals):
            return None
        if table == "identities" and associated in redacted.people:
            return key.seal(associated, json.dumps(redacted.people[associated], ensure_ascii=False).encode())
        if table == "raw_sheets" and associated in redacted.sheets:
            return key.seal(associated, sheet_store.pack(redacted.sheets[associated]))
        return sealed

    with draft.no_half_draft(home):
        with rewrite.rewritten_copy(build.path, draft_path, change) as connection:
            _hide_names(connection, redacted)
            _mask(connection, ids, redacted.rows)
            _write_facts(connection, home, build.id)
        atomic_write.sync(draft_path)
        name = draft.free_name(home, build_files.origin(build.id).rpartition("-")[2])
        build_files.activate(home, draft_path, name)
        return name


def _hide_names(connection: duckdb.DuckDBPyConnection, redacted: redact.Redacted) -> None:
    """Hide the children's names in headings, and in those of sheets and files, which an older program wrote as they are."""
    for sheet in redacted.sheets.values():
        if mention := redacted.mentions.get(sheet.sheet_id):
            for table, column in _HEADINGS.items():
                sql = f"update {table} set {column} = regexp_replace({column}, ?, ?, 'gi') where sheet_id = ?"  # noqa: S608 — tables of ours
                connection.execute(sql, [mention.pattern, redact.GONE, sheet.sheet_id])
        name = raw_sheets.ordinal(sheet.reading.sheet_no) if redact.GONE in sheet.reading.name else None
        names = {"id": sheet.sheet_id, "file": sheet.file, "sheet": name}
        for table in ("ledger_sheets", "findings"):
            sql = f"update {table} set file = $file, sheet = coalesce($sheet, sheet) where sheet_id = $id"  # noqa: S608 — two tables of ours
            connection.execute(sql, names)
        connection.execute("update ledger_files set file = $file where file_id = $id", {"id": sheet.file_id, "file": sheet.file})


def _mask(connection: duckdb.DuckDBPyConnection, ids: Iterable[str], rows: set[redact.Place]) -> None:
    """Mask the first signs of names in findings too."""
    connection.register("blanked_rows", pl.DataFrame(sorted(rows), {"sheet_id": pl.String, "row_no": pl.Int32}, orient="row").to_arrow())
    connection.register("blanked_children", pl.DataFrame({"child_id": sorted(ids)}, {"child_id": pl.String}).to_arrow())
    for table in ("findings", "ledger_cells"):
        connection.execute(
            f"update {table} set value_masked = '***' where value_masked is not null and (child_id in (select child_id from blanked_children)"  # noqa: S608 — the names of two tables of ours
            " or (sheet_id, row_no) in (select (sheet_id, row_no) from blanked_rows))"
        )


def _write_facts(connection: duckdb.DuckDBPyConnection, home: Path, was: str) -> None:
    """Write the facts of the new build: made now, on top of the one before, without a new file and without a change."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    facts = {"loaded_at": now, "base": was, "loaded_by": _("去标识"), "changes": json.dumps([]), "deidentified_at": now}
    facts |= {"anchor": hash_chain.anchor(home)} | dict.fromkeys(("files_new", "files_replaced", "files_left_out"), "[]")
    for name, value in facts.items():
        connection.execute("delete from build_facts where name = $name", {"name": name})
        connection.execute("insert into build_facts values ($name, $value)", {"name": name, "value": value})

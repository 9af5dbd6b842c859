"""The assessment pack: all figures of a day with what a reviewer needs to check them, in one ZIP (worker.py runs it).

What rests on the build alone is gathered first, so that the register of editions is held no longer than the figures take.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from locales import _
from pages.assessment_pack import index_page, pack_tables, sample_sheet, zip_archive
from pages.data.queries import Figures
from pages.downloads import export_service, table_files
from pages.downloads.sheets import Edition, Sheet
from pages.text import receipt_text
from warehouse import row_access
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Order, Receipt
from warehouse.metrics import docs, registry
from warehouse.sql import compose
from warehouse.storage import build_files

STEPS = ("gather", "plan", "figures", "pack")
_SQL = build_files.ROOT / "warehouse" / "sql"
Step = Callable[[str], object]


@dataclass(frozen=True)
class Beside:
    """A file of tables that hold no figures of a release: its name without ending, what it is, and its tables."""

    name: str
    about: str
    sheets: list[Sheet]
    is_book: bool = False


def make(figures: Figures, order: Order, options: Mapping[str, str], recorder: trail.Recorder, step: Step) -> tuple[bytes, Receipt]:
    """Return the pack for a reader of the whole town, and its receipt; `options` hold the seed of the sample.

    Raises suppression.CannotProtect, validation.WrongSetting, release_log.RegisterBusy, trail.NotRecorded.
    """
    step("gather")
    beside = _beside(figures, options["seed"])
    texts = {**_definitions(figures.build_id), **_sql()}
    step("plan")
    tables = export_service.all_tables()
    export_service.preview(figures, tables, order.as_of)  # answers are kept, so the register is held for the plan alone
    step("figures")
    with export_service.begin(figures, tables, order) as export:
        receipt = export.receipt
        parts = {**texts, **_figures(export.release, receipt, export.threshold)}
        for table_file in beside:
            parts |= _written(table_file, receipt)
        step("pack")
        sizes = {name: len(content) for name, content in parts.items()}
        page = index_page.page(export.release, receipt, export.threshold, sizes, options["seed"])
        content = zip_archive.packed({**parts, "index.html": page}, dt.datetime.fromisoformat(receipt.at))
        return export.finish(content, recorder), export.receipt


def _beside(figures: Figures, seed: str) -> list[Beside]:
    """Return the files beside the figures; no sample, which is of single children, for a reader whose pages withhold small counts."""
    build, threshold = repository.open_build(build_files.home(), figures.build_id), export_service.threshold()
    reading = row_access.ScopedBuild(build, figures.reader.scope)
    files = [
        Beside("settings", _("计算所用的设定与目标"), pack_tables.settings_sheets(build, threshold)),
        Beside("loads", _("载入情况：各类台账的行数、历次载入"), pack_tables.loads_sheets(reading)),
        Beside("ledgers", _("每份台账文件的校验码和行数"), pack_tables.ledger_sheets(reading.rows)),
        Beside("findings", _("检查规则与发现的数目"), pack_tables.findings_sheets(reading.rows, threshold)),
    ]
    sample = [] if figures.reader.suppression_threshold else sample_sheet.sheets(reading, figures.day, seed)
    about = _("从帮扶范围内的儿童中抽 {count} 人；种子 {seed}，按村（社区）和类别分层，只有代号").format(
        count=sum(len(sheet.rows) for sheet in sample), seed=seed
    )
    return [*files, *([Beside("sample", about, sample, is_book=True)] if sample else [])]


def _written(beside: Beside, receipt: Receipt) -> dict[str, bytes]:
    """Return the files of tables: csv, and a workbook to fill where it is one."""
    block = [
        beside.about,
        _("统计截至：{day}").format(day=receipt.as_of),
        _("数据版本：{build}").format(build=receipt.build),
        *receipt_text.lines(receipt),
    ]
    whole = Edition(block, beside.sheets, table_files.stamp(receipt.as_of, receipt.build, receipt))
    return {f"{beside.name}.csv": table_files.as_csv(whole)} | ({f"{beside.name}.xlsx": _book(whole, receipt)} if beside.is_book else {})


def _book(whole: Edition, receipt: Receipt) -> bytes:
    """Return a workbook that comes out the same for the same receipt."""
    return zip_archive.steady(table_files.FORMS["xlsx"](whole), dt.datetime.fromisoformat(receipt.at))


def _figures(release: Release, receipt: Receipt, threshold: int) -> dict[str, bytes]:
    """Return a csv for each table, and one workbook with all of them."""
    parts = {"figures.xlsx": _book(table_files.edition(release, receipt.build, threshold, receipt), receipt)}
    for table in release.tables:
        alone = replace(release, tables=[table])
        name = f"figures/{table.metric}.{table.by}.csv"
        parts[name] = table_files.write("csv", alone, receipt, threshold)
    return parts


def _definitions(build_id: str) -> dict[str, bytes]:
    """Return a text for each metric in both languages: definition, columns, steps, and the settings that the build was made with."""
    build, parts = repository.open_build(build_files.home(), build_id), {}
    for name in registry.metrics():
        text = re.sub(r"\(#(\w+)\)", r"(\1.md)", docs.section(name))
        lines = [f"- {row['name']} {row['item']} = {row['value']} ({row['default']})" for row in repository.settings_read_by(build, name)]
        used = "\n".join(["", _("本版本所用的设定（括号里是程序默认）："), "", *(lines or ["—"]), ""])
        parts[f"definitions/{name}.md"] = (text + used).encode()
    return parts


def _sql() -> dict[str, bytes]:
    """Return the program's SQL: metrics, the steps they rest on, the rows behind them, and the tables that all is read from."""
    paths = sorted({*_SQL.rglob("*.sql"), *compose.step_files().values()})
    return {f"sql/{path.relative_to(_SQL).as_posix()}": path.read_bytes() for path in paths}

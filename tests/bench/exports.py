"""Writes every kind of export of a home, in both editions, into a folder, to be looked at, and prints how long each took: planning, then the file.

Run: python -m tests.bench.exports FOLDER [--home data/demo] [--office] (with --office LibreOffice makes a PDF and pictures of each workbook)
"""

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from locales import use_language
from pages.chart_files import chart_export
from pages.data.queries import Figures, Reader
from pages.downloads import export_service, table_files
from pages.word_report import report, report_data
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import release, release_log
from warehouse.metrics import registry
from warehouse.storage import build_files


def main() -> None:
    """Each export in both languages; a receipt that stands in no register."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--home", type=Path, default=Path("data/demo"))
    asked.add_argument("--office", action="store_true")
    told = asked.parse_args()
    os.environ["TONGXING_HOME"] = str(told.home)
    build = build_files.published(told.home)
    day = dt.date.fromisoformat(repository.open_build(told.home, build).facts["as_of"])
    figures = Figures(build, Reader(row_access.WHOLE, 0), day)
    for language in ("zh_CN", "en"):
        use_language(language)
        for edition in (release_log.INTERNAL, release_log.PUBLIC):
            folder = told.folder / language / edition
            folder.mkdir(parents=True, exist_ok=True)
            written = [*_tables(figures, folder, edition), *_charts(figures, folder, edition), *_reports(figures, folder, edition)]
            if told.office:
                _rendered(written, folder)


def _receipt(figures: Figures, form: str, edition: str) -> release_log.Receipt:
    """A receipt as files hold it."""
    at = dt.datetime(2026, 1, 5, 8, 15, tzinfo=dt.UTC).isoformat()
    named = (str(figures.day), form, "li", "centre", {})
    return release_log.Receipt("20260105-0001-0A1B", at, figures.build_id, release_log.program(), *named, edition=edition)


def _tables(figures: Figures, folder: Path, edition: str) -> list[Path]:
    """All tables, and those of each page, as csv and xlsx."""
    targets = {share: target for share in registry.shares() if (target := figures.target(share)) is not None}
    sets = {"all": export_service.all_tables()}
    sets |= {
        page: export_service.wanted(export_service.shown_on(page), release.OFFERED) for page in ("overview", "coverage", "visits", "goals")
    }
    found = []
    for name, wanted in sets.items():
        begun = time.perf_counter()
        made = figures.release(wanted, figures.day, edition)
        planned = time.perf_counter() - begun
        for form in table_files.FORMS:
            begun = time.perf_counter()
            content = table_files.write(form, made, _receipt(figures, form, edition), targets)
            found.append(_put(folder / f"tables_{name}.{form}", content, planned, time.perf_counter() - begun))
    return found


def _charts(figures: Figures, folder: Path, edition: str) -> list[Path]:
    """Every chart that is offered, as png and svg."""
    found = []
    plans: dict[tuple, release.Release] = {}
    for kind in chart_export.KINDS:
        for share in chart_export.offered(kind) or [""]:
            wanted, also = tuple(chart_export.tables(kind, share)), chart_export.also(kind, figures.months(), figures.day)
            begun = time.perf_counter()
            plans[wanted, kind] = plans.get((wanted, kind)) or figures.release(wanted, figures.day, edition, also)
            planned = time.perf_counter() - begun
            chosen = chart_export.Chosen(kind, share, figures.target(share) if share else None, tuple(figures.villages()))
            for form in chart_export.FORMS:
                begun = time.perf_counter()
                content = chart_export.write(form, plans[wanted, kind], chosen, figures.build_id, _receipt(figures, form, edition))
                found.append(_put(folder / f"chart_{kind}_{share or 'cascade'}.{form}", content, planned, time.perf_counter() - begun))
    return found


def _reports(figures: Figures, folder: Path, edition: str) -> list[Path]:
    """The Word reports of the town and of its first village."""
    begun = time.perf_counter()
    made = figures.release(report.TABLES, figures.day, edition)
    planned, found, villages = time.perf_counter() - begun, [], tuple(figures.villages())
    for place in ("", villages[0]["village_id"]):
        begun = time.perf_counter()
        choices = report_data.Choices(
            figures.day, place or None, villages[0]["name"], "霁溪镇", "镇未成年人救助保护中心", villages=villages
        )
        content = report.write(made, _receipt(figures, report.FORM, edition), choices)
        found.append(_put(folder / report.file_name(choices, edition), content, planned, time.perf_counter() - begun))
    return found


def _put(path: Path, content: bytes, planned: float, written: float) -> Path:
    """Write a file and say what it took."""
    path.write_bytes(content)
    print(f"{path.name}: plan {planned:.2f} s, file {written:.2f} s, {len(content):,} bytes")
    return path


def _rendered(written: list[Path], folder: Path) -> None:
    """Each file as LibreOffice shows it: PDF, then a picture for each page."""
    office, pages = shutil.which("soffice"), shutil.which("pdftoppm")
    if not office or not pages:
        sys.exit("soffice and pdftoppm are needed for --office: apt-get install libreoffice-calc poppler-utils")
    for path in (path for path in written if path.suffix in (".xlsx", ".docx")):
        subprocess.run([office, "--headless", "--convert-to", "pdf", "--outdir", folder, path], check=True, stdout=subprocess.DEVNULL)
        pdf = path.with_suffix(".pdf").rename(folder / f"{path.name}.pdf")
        subprocess.run([pages, "-r", "60", "-png", pdf, folder / f"{path.name}.page"], check=True)


if __name__ == "__main__":
    main()

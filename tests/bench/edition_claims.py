"""What exports say in words, in both editions, against what the page shows: first sentences, titles, conclusions.

Run: python -m tests.bench.edition_claims [--only NAME …] loads five towns and prints each disagreement.
"""

import argparse
import csv
import datetime as dt
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from unittest.mock import patch

from openpyxl import load_workbook

from pages.assessment_pack import index_page
from pages.chart_files import chart_export
from pages.data import indicator_status
from pages.data.queries import Figures, Reader
from pages.downloads import export_service, table_files
from pages.text import formatting, labels
from pages.word_report import report, report_charts, report_data
from tests.conftest import ROOT, TOWN
from tests.pages.word_report.report_builder import Annex, Grid, Picture, Recorder, Text
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import cell_display, release_log
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.release import Release
from warehouse.metrics import registry
from warehouse.storage import build_files

EDITIONS = {release_log.INTERNAL: "内部资料", release_log.PUBLIC: "公开件"}
NO = "20260105-0001-0A1B"
# Words that speak of all figures, or of which is the least; over withheld ones nothing may.
_VERDICT = re.compile("全部|全体|所有|都已|各项都|最低|最高|最少|没有需要|待跟进|需要拍板|下一步")
# What the report says of a matter that is to be decided, by its code on the overview.
_DECISIONS = {
    "uncovered_1_3": "1—3类儿童还有{}人没有爱心家庭结对",
    "uncovered_4_6": "4—6类儿童还有{}人没有爱心家庭结对或部门包片",
    "overdue": "超期未办结的困难{}件",
    "expired": "已不符合条件仍在册的儿童{}人",
}
TOWNS: dict[str, tuple[str, ...]] = {  # what `etl demo` is told; the sample has ledgers of its own
    "sample": (),
    "demo": ("--seed", "7"),
    "few children": ("--villages", "12", "--children", "60", "--seed", "11"),
    "few villages": ("--villages", "4", "--children", "90", "--seed", "23"),
    "many villages": ("--villages", "20", "--children", "500", "--seed", "31"),
}


def disagreements(figures: Figures, months: int = 24, reports: int = 100) -> Iterator[str]:
    """What an export of the figures says, in words, otherwise than the page, or beyond what its edition shows.

    Charts are of so many `months`, reports of the town and so many villages.
    """
    for edition in EDITIONS:
        made = figures.release(export_service.all_tables(), figures.day, edition)
        at = dt.datetime(2026, 1, 5, 8, 15, tzinfo=dt.UTC).isoformat()
        receipt = release_log.Receipt(NO, at, figures.build_id, "1", str(figures.day), "x", "li", "centre", {}, edition=edition)
        parts = (
            _tables(figures, made, receipt),
            _charts(figures, receipt, months),
            _reports(figures, made, receipt, reports),
            _pack(made, receipt),
        )
        yield from (f"{edition}: {text}" for text in chain(*parts))


def _tables(figures: Figures, made: Release, receipt: release_log.Receipt) -> Iterator[str]:
    """Each cell is the page's or, in a public edition, withheld; every sheet bears the mark, none of its titles judges what is withheld."""
    for table in made.tables:
        for row, told in zip(figures.ask(table.metric, table.by), made.rows(table), strict=True):
            other = [
                name
                for name, value in told.items()
                if value not in (row[name], Shown.NOT_APPLICABLE, Shown.NOT_REPORTED, _of_nothing(row[name]))
            ]
            if other and (made.plan is None or any(told[name] is not Shown.WITHHELD for name in other)):
                yield f"{table.metric}.{table.by}: {other} are not the page's"
    lines = [line for line in csv.reader(io.StringIO(table_files.write("csv", made, receipt).decode("utf-8-sig"))) if len(line) == 1]
    book = load_workbook(io.BytesIO(table_files.write("xlsx", made, receipt, {})))
    yield from (f"sheet {page.title} bears no mark" for page in book.worksheets[1:-1] if not _is_marked(str(page["A2"].value), receipt))
    yield from (f"sheet {page.title} prints no mark" for page in book if not _is_marked(page.oddFooter.left.text, receipt))
    titles = [str(page["A1"].value) for page in book.worksheets[1:]] + [str(cell.value) for cell in book.worksheets[-1]["A"] if cell.font.b]
    if made.plan:
        yield from _judging([line[0] for line in lines if "的定义：" not in line[0]] + titles)


def _of_nothing(value: object) -> object:
    return Shown.NO_DATA if value is None else value


def _is_marked(text: str, receipt: release_log.Receipt) -> bool:
    """Whether a text says the edition, who, when, the number, the day and the build."""
    return all(part in text for part in (EDITIONS[receipt.edition], "li", "2026-01-05 16:15", NO, receipt.as_of, receipt.build))


def _judging(texts: list[str]) -> Iterator[str]:
    return (f"says more than is shown: {text}" for text in texts if _VERDICT.search(text))


def _charts(figures: Figures, receipt: release_log.Receipt, months: int) -> Iterator[str]:
    """A title is the page's own where nothing is withheld, and else no finding; the picture bears the mark."""
    villages = tuple(figures.villages())
    for kind in chart_export.KINDS:
        for share in chart_export.offered(kind)[: 1 if kind in chart_export.MONTHLY else None] or [""]:
            for place in (None, villages[0]["village_id"]) if kind == "path" else (None,):
                also = chart_export.also(kind, figures.months()[-months:], figures.day)
                made = figures.release(chart_export.tables(kind, share, place), figures.day, receipt.edition, also)
                chosen = chart_export.Chosen(kind, share, figures.target(share) if share else None, villages, place)
                picture = chart_export.chart(made, chosen)
                names = registry.shares()[share].parts if share else registry.metrics()["cascade"].columns
                hides = any(row[name] is Shown.WITHHELD for table in made.tables for row in made.rows(table) for name in names)
                name = f"chart {kind} {share}"
                if hides:
                    yield from _judging([f"{name}: {picture.title}"])
                elif kind in ("village", "map") and picture.title != _page_title(figures, share):
                    yield f"{name}: {picture.title} is not the page's"
                if share not in ("", *chart_export.offered(kind)[:1]):
                    continue  # one picture of each kind bears the mark as all do
                svg = chart_export.write("svg", made, chosen, receipt.build, receipt).decode()
                text = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
                if not _is_marked(text, receipt):
                    yield f"{name} bears no mark"


def _page_title(figures: Figures, share: str) -> str:
    """The title of the page's bars."""
    entry = registry.shares()[share]
    rows = [(row["village"], row[entry.numerator], row[entry.denominator]) for row in figures.ask(entry.metric, "village")]
    return formatting.coverage_title(labels.share_name(share), rows)


def _reports(figures: Figures, made: Release, receipt: release_log.Receipt, most: int) -> Iterator[str]:
    """The first paragraph has the page's figures; what is to decide is what the overview says is, or, with figures withheld, nothing."""
    villages = tuple(figures.villages())
    for place in (None, *(row["village_id"] for row in villages[:most])):
        name = "report of " + next((row["name"] for row in villages if row["village_id"] == place), "the town")
        recorder = Recorder()
        with patch.object(report_charts, "_png", return_value=b""):
            report.compose(recorder, made, receipt, report_data.Choices(figures.day, place, name, villages=villages))
        whole = next(at for at, block in enumerate(recorder.blocks) if isinstance(block, Annex))
        texts = [block.text for block in recorder.blocks[:whole] if isinstance(block, Text)]
        eligibility, coverage = (figures.of(metric, place) for metric in ("eligibility", "coverage"))
        parts = [str(eligibility["registered"]), str(eligibility["in_scope"]), f"{coverage['covered']}/{coverage['in_scope']}"]
        if made.plan is None and coverage["in_scope"] and [part for part in parts if part not in texts[0]]:
            yield f"{name}: {texts[0]} lacks one of {parts}"
        if made.plan:
            headings = [block[1] for block in recorder.blocks[:whole] if isinstance(block, tuple) and len(block) == 2]
            captions = [block.caption for block in recorder.blocks if isinstance(block, Grid | Picture)]
            yield from _judging([*texts, *headings, *captions])
            yield from (f"{name}: {text}" for text in texts if "滞后的有" in text and re.search("不公布\\d+项", text))
            continue
        for code, sentence in _DECISIONS.items():
            count = indicator_status.count(figures.of(registry.calling_for_action()[code].metric, place), code)
            if (sentence.format(count) in "".join(texts)) != (count > 0) or (count and "没有需要拍板的事项。" in texts):
                yield f"{name}: the overview has {count} {code}"


def _pack(made: Release, receipt: release_log.Receipt) -> Iterator[str]:
    """The front page has the page's headline figures and the mark, and promises all where all is shown."""
    page = index_page.page(made, receipt, {"figures.xlsx": 1}, "2025-1").decode().partition('<section lang="en"')[0]
    if EDITIONS[receipt.edition] not in page or NO not in page:
        yield "pack bears no mark"
    for table in made.tables:
        for code in index_page._SHARES if table.by == "town" else ():
            if (entry := registry.shares()[code]).metric == table.metric:
                value = cell_display.share_of(*(made.rows(table)[0][part] for part in entry.parts))
                if cell_display.text(value, is_share=True) not in page:
                    yield f"pack: {code} is not the page's"
    if made.plan:
        yield from _judging(re.findall(r'<p class="lead">([^<]*)</p>', page))


def load(home: Path, name: str) -> Figures:
    """Load a town of TOWNS into a home; its figures on the newest day."""
    ledgers = TOWN if name == "sample" else home / "ledgers"
    commands: list[tuple[object, ...]] = [("load", ledgers)]
    if name != "sample":
        commands.insert(0, ("demo", ledgers, *TOWNS[name]))
    for command in commands:
        told = [sys.executable, "-m", "etl", *map(str, command)]
        subprocess.run(told, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"TONGXING_HOME": str(home)})
    return of_home(home)


def of_home(home: Path) -> Figures:
    """The figures of a home for a reader of the whole town, on its newest day."""
    build = build_files.published(home)
    return Figures(build, Reader(row_access.WHOLE, 0), dt.date.fromisoformat(repository.open_build(home, build).facts["as_of"]))


def main() -> None:
    """Print what each town's exports say otherwise than its pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(TOWNS), choices=list(TOWNS))
    count = 0
    for name in parser.parse_args().only:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TONGXING_HOME"] = folder
            told = list(disagreements(load(Path(folder), name)))
        count += len(told)
        print(f"{name}: {len(told)} disagreements", *told, sep="\n  ")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()

"""The way of an export as the page leaves it to the button: the preview was shown, so what was planned for it is kept.

Run: python -m tests.ways.export [--home data/demo] prints both ways.
"""

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from tests.house.test_folders import LEVELS
from tests.house.tree import ROOT
from tests.ways import Way, follow, import_program

# What every way leans on and none is about: words, the figures' names, settings, the disk.
LEAVES = ("locales/", "pages/text/", "warehouse/metrics/registry", "warehouse/settings/", "warehouse/storage/")


def stations(way: Way) -> list[str]:
    """The files of a way without LEAVES: those that its reader opens."""
    return [file for file in way.files if not file.startswith(LEAVES)]


def calls_up(action: Callable[[], Any]) -> Counter[tuple[str, str]]:
    """Calls of an action, by lambdas too, from a file of a lower folder of LEVELS straight into one of a higher."""
    level = {folder: number for number, folders in enumerate(LEVELS) for folder in folders}
    up: Counter[tuple[str, str]] = Counter()

    @cache
    def file_at(path: str) -> str:
        """A file of the program from the root; "" for any other."""
        inside = Path(path).relative_to(ROOT) if Path(path).is_relative_to(ROOT) else Path()
        return inside.as_posix() if str(inside.parent) in level and inside != Path() else ""

    def file_of(frame: FrameType | None) -> str:
        return file_at(frame.f_code.co_filename) if frame else ""

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call":
            return
        called, caller = file_of(frame), file_of(frame.f_back)
        if called and caller and level[str(Path(caller).parent)] < level[str(Path(called).parent)]:
            up[caller, called] += 1

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return up


def clicks() -> dict[str, Callable[[], bytes]]:
    """What the button of a table and of a chart does on the home of TONGXING_HOME, once the page has shown their previews."""
    from pages.chart_files import chart_export
    from pages.data.queries import Figures, Reader, published
    from pages.downloads import export_service, table_files
    from warehouse import row_access
    from warehouse.audit import trail
    from warehouse.disclosure import release_log

    import_program()
    build = published()
    figures = Figures(build.id, Reader(row_access.WHOLE, 0), dt.date.fromisoformat(build.facts["as_of"]))
    tables, chosen = [("coverage", "village")], chart_export.Chosen("village", "coverage_share", 1.0)
    recorder = trail.recorder_for("li", "centre", "10.0.0.9")
    csv, svg = (release_log.Order(figures.build_id, figures.day, form, "li", "centre") for form in ("csv", "svg"))

    def show() -> None:
        preview = figures.release(tables, figures.day, release_log.PUBLIC)
        table_files.edition(preview, build.id)
        chart_export.write("svg", preview, chosen, build.id)

    def table() -> bytes:
        return export_service.table_file(figures, tables, csv, {}, recorder)

    def chart() -> bytes:
        return export_service.chart_file(figures, chosen, svg, [], recorder)

    return {"show": show, "table": table, "chart": chart}  # type: ignore[dict-item]


def main() -> None:
    """Print the files of both ways, those of LEAVES further in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("data/demo"))
    builds = parser.parse_args().home.resolve() / "builds"
    with tempfile.TemporaryDirectory() as home:
        os.environ["TONGXING_HOME"] = home
        (Path(home) / "builds").symlink_to(builds)
        show, *both = clicks().items()
        for name, click in both:
            show[1]()
            way = follow(click)
            show[1]()
            print(f"{name}: {len(stations(way))} files, {len(way.files)} with what every way leans on, {calls_up(click).total()} calls up")
            print(*(f"  {'' if file in stations(way) else '  '}{file}" for file in way.files), sep="\n")


if __name__ == "__main__":
    main()

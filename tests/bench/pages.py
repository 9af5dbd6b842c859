"""How fast the dashboard answers, on a demo town in a home of its own: the Measures of the pages. Figures, not pass or fail.

Four parts: script time of every page and reader (median < 40 ms, p95 < 100 ms), thirty readers at once on one process (p95 <
700 ms), bytes of the first load behind nginx (< 4 MB), and files to take away. The machine may be busy with other work: the load
is printed with each part, and CPU time beside the wall's.

Run: python -m tests.bench.pages [--only scripts sessions first_load files] [--seconds 75]
"""

import argparse
import asyncio
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import first_load, scripts, sessions
from tests.bench.served import demo_home, serving

PARTS = ("scripts", "sessions", "first_load", "files")


def tables_xlsx() -> bytes:
    """Every table of the exports page as one .xlsx."""
    from pages.data.queries import Figures, Reader, published
    from pages.downloads import export_service, table_files
    from warehouse.disclosure import release_log

    build = published()
    figures = Figures(build.id, Reader(("all",), 0), scripts.AS_OF)
    made = figures.release(export_service.all_tables(), scripts.AS_OF, release_log.PUBLIC)
    return table_files.FORMS["xlsx"](table_files.edition(made, build.id, targets={}))


# Files to take away: what it is, the seconds it should take, what makes it (in this process, on the bench's home).
FILES: list[tuple[str, float, Callable[[], bytes]]] = [("all tables as .xlsx", 3, tables_xlsx)]


def files(runs: int = 3) -> None:
    """Seconds of each file, the median of some runs, each as the first to ask."""
    import streamlit as st

    logging.getLogger("streamlit.runtime.caching.cache_data_api").setLevel("ERROR")  # it warns that no server runs
    for name, aim, make in FILES:
        found = []
        for _number in range(runs):
            st.cache_data.clear()
            start = time.perf_counter()
            size = len(make())
            found.append(time.perf_counter() - start)
        print(f"  {name}: {statistics.median(found):.2f} s (aim {aim}), {size / 1000:.0f} kB")


def heading(text: str) -> None:
    """A part's title with the load of the machine."""
    print(f"{text}; load of the machine {os.getloadavg()[0]:.1f}", flush=True)


def scripts_part(home: Path, told: scripts.Choices) -> None:
    """Script times, on a server of their own."""
    heading("script, ms: median / p95 (CPU median)")
    by_role = {}
    with serving(home) as served:
        for role in scripts.ROLES:
            by_role[role] = asyncio.run(scripts.measured(served, told, role))
            print(f" {role}")
            scripts.table(by_role[role])
    print(" all readers and pages")
    scripts.summary(by_role)


def sessions_part(home: Path, told: scripts.Choices, seconds: float) -> None:
    """Thirty readers, on a server of their own."""
    heading(
        f"{sessions.READERS} readers, {sessions.THINKING:.0f} s between clicks, {seconds:.0f} s: click to the end of the script, median / p95"
    )
    with serving(home) as served:
        start, used = time.monotonic(), served.seconds_of_cpu()
        sessions.table(asyncio.run(sessions.measured(served, told, seconds=seconds)))
        busy = (served.seconds_of_cpu() - used) / (time.monotonic() - start)
        print(f"  the server used {busy:.0%} of one processor and holds {served.mebibytes():.0f} MiB; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Make the demo, measure the parts asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seconds", type=float, default=sessions.SECONDS)
    parser.add_argument("--home", type=Path, help="a demo home that is there already, in a folder called demo")
    asked = parser.parse_args()
    with demo_home(asked.home) as home, tempfile.TemporaryDirectory() as name:
        from warehouse.builds import repository

        told = scripts.choices(repository.open_build(home))
        if "scripts" in asked.only:
            scripts_part(home, told)
        if "sessions" in asked.only:
            sessions_part(home, told, asked.seconds)
        if "first_load" in asked.only:
            heading("first load behind nginx, MB over the wire")
            with serving(home) as served:
                first_load.table(*first_load.measured(served, Path(name) / "nginx"))
        if "files" in asked.only:
            heading("files to take away")
            files()


if __name__ == "__main__":
    main()

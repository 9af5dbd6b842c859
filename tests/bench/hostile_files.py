"""Hostile files through `python -m etl read`, each alone: seconds of processor, peak memory, what is said.

Run: python -m tests.bench.hostile_files [--folder DIR] [CASE …]; real workbooks with macros in DIR are read as well. Every case ends by
itself, takes less than two minutes and 2 GiB, and is named: what does not is printed as a FAULT.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests import forked_commands
from tests.conftest import ROOT
from tests.etl.files.test_workbook import GOOD, SHEET, with_part

MOST_SECONDS, MOST_MIB = 120.0, 2048
ROW = "甲一,659901201301017013,1\n"
HEAD = "柳溪村儿童台账\n姓名,身份证号,儿童类别\n"
STRINGS = "xl/sharedStrings.xml"
SHARED = (ROOT / "tests/etl/sheets/files/柳溪村结对.xlsx").read_bytes()  # of LibreOffice, with its texts in a part of their own


def referring(text: int, count: int) -> bytes:
    """A workbook whose cells name one text of so many letters so many times."""
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, count + 1))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"甲" * text}</t></si></sst>'
    return with_part(with_part(SHARED, SHEET, lambda _body: sheet.encode()), STRINGS, lambda _body: strings.encode())


def in_sheet(text: str) -> bytes:
    """A workbook with a text before its rows."""
    return with_part(GOOD, SHEET, lambda body: body.replace(b"<sheetData>", text.encode() + b"<sheetData>"))


def wide(folder: Path) -> None:
    """A thousand million bytes that take no room on the disk."""
    with open(folder / "a.csv", "wb") as stream:
        stream.write(HEAD.encode())
        stream.truncate(2**30)


def many(folder: Path) -> None:
    """Ten thousand files, of which half are no ledgers."""
    for number in range(5000):
        (folder / f"柳溪村儿童台账_{number:05}.csv").write_text(HEAD + ROW.replace("17013", f"{number:05}"), "utf-8")
        (folder / f"{number:05}.pdf").touch()


def formats() -> bytes:
    """A workbook with 64,000 formats of cells."""
    fonts = "<xf numFmtId='0' fontId='0' fillId='0' borderId='0' xfId='0'/>" * 64_000
    return with_part(GOOD, "xl/styles.xml", lambda body: body.replace(b'<cellXfs count="1">', b'<cellXfs count="64001">' + fonts.encode()))


def masses() -> bytes:
    """300,000 entries of a packed file."""
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream, "a") as packed:
        for number in range(300_000):
            packed.writestr(f"x/{number}", b"")
    return stream.getvalue()


def alone(content: Callable[[], bytes], name: str = "a.xlsx") -> Callable[[Path], None]:
    """A folder with one file."""
    return lambda folder: (folder / name).write_bytes(content()) and None


CASES: dict[str, Callable[[Path], None]] = {
    "csv of 1 GB": wide,
    "line of 90 MB": alone(lambda: (HEAD + "甲" * 30_000_000 + ",1,1\n").encode(), "a.csv"),
    "90 MB of rows": alone(lambda: (HEAD + ROW * 2_900_000).encode(), "a.csv"),
    "10,000 files": many,
    "one text of 6 million signs named 10,000 times": alone(lambda: referring(6_000_000, 10_000)),
    "one text of 1 million signs named 100 times": alone(lambda: referring(1_000_000, 100)),
    "100 million signs packed": alone(lambda: referring(100_000_000, 1)),
    "declared 16,384 by 1,048,576": alone(lambda: in_sheet('<dimension ref="A1:XFD1048576"/>')),
    "a million nested elements": alone(lambda: in_sheet("<a>" * 1_000_000 + "</a>" * 1_000_000)),
    "10 million elements": alone(lambda: in_sheet("<a/>" * 4_000_000)),
    "64,000 formats": alone(formats),
    "300,000 entries": alone(masses),
    "1 GB of zeros packed": alone(lambda: with_part(GOOD, SHEET, lambda _body: b"\0" * 2**30)),
}


def measured(path: Path) -> tuple[float, float, int, str]:
    """Seconds, processor seconds, peak MiB of all processes together, and what the command said."""
    start, peak, is_done = time.monotonic(), 0, False
    process = forked_commands.whole_process(
        [sys.executable, "-m", "etl", "read", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"TONGXING_HOME": str(path.parent / "home")},
        start_new_session=True,
    )

    def watch() -> None:
        nonlocal peak
        while not is_done:
            peak = max(
                peak, sum(resident(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if session(pid) == process.pid)
            )
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = process.communicate()[0].decode(errors="replace")
    is_done = True
    watcher.join()
    times = os.times()
    return time.monotonic() - start, times.children_user + times.children_system, peak // 2**20, said


def session(pid: int) -> int:
    """The session of a process; 0 for one that has gone."""
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def resident(pid: int) -> int:
    """Bytes of a process in memory."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def main() -> int:
    """Read the cases asked for, or all, and the files of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    faults, before = 0, 0.0
    ways = {name: CASES[name] for name in chosen.cases}
    for path in sorted(chosen.folder.iterdir()) if chosen.folder else []:
        ways[path.name] = alone(path.read_bytes, path.name)
    for name, fill in ways.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "in"
            folder.mkdir()
            fill(folder)
            seconds, used, peak, said = measured(folder)
            lines = said.strip().splitlines()
            is_fault = used - before > MOST_SECONDS or peak > MOST_MIB or not lines or "Error at" in said
            faults += is_fault
            print(
                f"{'FAULT ' * is_fault}{name}: {seconds:.1f} s, processor {used - before:.1f} s, {peak} MiB: {' / '.join(lines[:2])[:160]}",
                flush=True,
            )
            before = used
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())

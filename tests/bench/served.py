"""A demo town in two loads, and the dashboard served on it with its script runs timed: what the benches of pages share."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.server import wait_for

ROOT = Path(__file__).parents[2]
NEWEST = ("第4期", "202512", "2025-12")  # in names of the demo's last ledgers: loaded apart, so that there is a then and a now


def demo(home: Path) -> None:
    """Write the demo town, load all but its last ledgers, then all, and make its accounts."""
    ledgers, earlier = home / "ledgers", home / "earlier"
    command(home, "etl", "demo", str(ledgers))
    earlier.mkdir()
    for path in ledgers.iterdir():
        if not any(mark in path.name for mark in NEWEST):
            shutil.copy(path, earlier)
    for folder in (earlier, ledgers):
        command(home, "etl", "load", str(folder))
    command(home, "pages.access", "demo")


@contextmanager
def demo_home(given: Path | None) -> Iterator[Path]:
    """The home that was named, else a demo town of its own in a folder that goes afterwards; TONGXING_HOME is it."""
    with tempfile.TemporaryDirectory() as name:
        home = given or Path(name) / "demo"
        os.environ["TONGXING_HOME"] = str(home)
        if not given:
            demo(home)
        yield home


def command(home: Path, *words: str) -> None:
    """One of the project's commands on a home."""
    environment = os.environ | {"TONGXING_HOME": str(home)}
    subprocess.run([sys.executable, "-m", *words], check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)


@dataclass(frozen=True)
class Served:
    """A running server: its address, the demo accounts' password, its process, the file its runs are timed into."""

    address: str
    password: str
    process: int
    lines: Path

    def runs(self) -> list[dict[str, float]]:
        """Every run of a script so far: ms on the wall, ms of CPU."""
        return [json.loads(line) for line in self.lines.read_text().splitlines()]

    def seconds_of_cpu(self) -> float:
        """What the process has used of the processor."""
        told = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def mebibytes(self) -> float:
        """The memory it holds."""
        told = Path(f"/proc/{self.process}/status").read_text()
        return int(told.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """One server process on a home; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = home / "runs.jsonl"
    lines.write_text("")
    environment = os.environ | {"TONGXING_HOME": str(home)}
    told = [sys.executable, "-m", "tests.bench.timed", str(port), str(lines)]
    server = subprocess.Popen(told, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/auth/health")
        yield Served(f"http://127.0.0.1:{port}", (home / "sign-in.txt").read_text().strip(), server.pid, lines)
    finally:
        server.terminate()
        server.wait(timeout=20)

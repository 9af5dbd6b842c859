"""The dashboard served for real on a demo home, for the browser tests and the manual's pictures."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT, run
from warehouse.builds import repository

FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
    " --disable-quic --disable-default-apps --disable-extensions"
).split()


def make_accounts(home: Path) -> None:
    """Make the demo's accounts in a home that holds the demo town."""
    run(home, "pages.access", "demo")


def load_demo(home: Path) -> None:
    """Write the demo town into a home, take its answers and load it."""
    run(home, "etl", "demo", home / "ledgers")
    run(home, "etl", "layouts", "import", home / "ledgers" / "表样与词语.json")
    run(home, "etl", "load", home / "ledgers")


def prepare_for_walks(home: Path) -> None:
    """Make the accounts, and a build with one ledger less, so that there is a then and a now to compare."""
    make_accounts(home)
    find = "select min(file_id) as file_id from ledger_files where fault is null and file like '%走访第4期%'"
    run(home, "etl", "load", "--without", repository.open_build(home).rows(find)[0]["file_id"])


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, str]]:
    """(address, password of the demo accounts, if it has them) of a server that ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"TONGXING_HOME": str(home)}, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/auth/health")
        demo = home / "sign-in.txt"
        yield f"http://127.0.0.1:{port}", demo.read_text().strip() if demo.exists() else ""
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_for(address: str, seconds: float = 90) -> None:
    """Wait until our own server on this machine answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer within {seconds} s")

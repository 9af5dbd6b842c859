"""The first page in a browser that has nothing yet, through nginx as docs/deploy/nginx.conf sets it up: bytes over the wire."""

import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

from tests.bench.served import ROOT, Served
from tests.browser.server import FLAGS

CONF = ROOT / "docs" / "deploy" / "nginx.conf"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def configuration(folder: Path, address: str, port: int) -> str:
    """The town's nginx.conf for a user of this machine: other ports, a certificate of its own, all files in a folder."""
    told = CONF.read_text(encoding="utf-8")
    told = told.replace("listen 443", f"listen 127.0.0.1:{port}").replace("listen 80", f"listen 127.0.0.1:{free_port()}")
    told = told.replace("http://127.0.0.1:8501", address).replace("/etc/ssl/tongxing", str(folder))
    told = re.sub(r"server 127\.0\.0\.1:85\d\d", "server " + address.removeprefix("http://"), told)
    paths = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    types = "include /etc/nginx/mime.types;\n"
    return f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n{types}access_log off;\n{paths}{told}\n}}\n"


@contextmanager
def nginx(folder: Path, address: str) -> Iterator[str]:
    """nginx in front of a server; its address. It ends with the block."""
    port = free_port()
    (folder / "nginx.conf").write_text(configuration(folder, address, port), encoding="utf-8")
    certificate = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout key.pem -out fullchain.pem"
    subprocess.run(certificate.split(), check=True, cwd=folder, capture_output=True)
    proxy = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off;"])
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        proxy.terminate()
        proxy.wait(timeout=20)


class Counted:
    """Bytes that a browser's page took in, as they came over the wire, by kind of file."""

    def __init__(self, told: CDPSession) -> None:
        self.bytes: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        told.send("Network.enable")
        told.on("Network.responseReceived", lambda event: self._kinds.update({event["requestId"]: event["type"]}))
        told.on("Network.loadingFinished", lambda event: self._add(event["requestId"], event["encodedDataLength"]))
        told.on("Network.webSocketFrameReceived", self._frame)

    def _add(self, request: str, count: float) -> None:
        self.bytes[self._kinds.get(request, "Other")] += int(count)

    def _frame(self, event: dict) -> None:
        """A websocket's frame; binary ones are told in base64."""
        self.bytes["WebSocket"] += len(event["response"]["payloadData"]) * 3 // 4


def measured(served: Served, folder: Path) -> tuple[Counter[str], Counter[str]]:
    """(first page with the sign-in, the same page opened once more in that browser): bytes by kind of file."""
    folder.mkdir(exist_ok=True)
    with nginx(folder, served.address) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = chromium.new_context(ignore_https_errors=True, locale="zh-CN").new_page()
        first = Counted(page.context.new_cdp_session(page))
        page.goto(f"{address}/auth/login")
        page.fill("input[name=name]", "leader")
        page.fill("input[name=password]", served.password)
        page.click("button[type=submit]")
        _settle(page)
        once = Counter(first.bytes)
        page.reload()
        _settle(page)
        chromium.close()
        return once, first.bytes - once


def _settle(page: object) -> None:
    """Wait until the overview with its charts stands."""
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=90_000)  # type: ignore[attr-defined]
    page.wait_for_timeout(2500)  # type: ignore[attr-defined]


def table(once: Counter[str], again: Counter[str]) -> None:
    """Both as MB in all, and the first by kind."""
    kinds = ", ".join(f"{kind} {count / 1e6:.2f}" for kind, count in once.most_common())
    print(f"  first page {once.total() / 1e6:.2f} MB ({kinds}); opened again {again.total() / 1e6:.2f} MB")

"""Starts the dashboard of the Windows folder: beside it a home of the user's own, the server on this machine alone, then the browser.

Closing the window or Ctrl+C ends the server; a load that was begun goes on. A second start opens the browser on the first.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import warehouse
from warehouse.storage import atomic_write, file_lock

PROGRAM = Path(warehouse.__file__).resolve().parents[1]
PORTS = range(8501, 8521)
PATIENCE = 180  # seconds: the first start compiles the program
SAYS = {
    "starting": "正在启动，第一次要一两分钟…… Starting; the first time takes a minute or two …",
    "ready": "同行已启动：{address}\n关掉这个窗口就停止。 Close this window to stop.",
    "running": "已经在运行，打开浏览器。 It is running already; opening the browser.",
    "upgrade": "没有升级，数据没有改动，程序没有启动。 Not upgraded, nothing changed, not started.",
    "sure": "看过上面的说明，确认仍要升级，请输入 yes；不升级就直接回车。 Type yes to upgrade all the same: ",
    "ended": "没有启动成功，请看 {log}。 It did not start; see that file.",
    "no_port": "8501 到 8520 的端口都被占用。 All ports from 8501 to 8520 are taken.",
}


def home_of(environment: dict[str, str]) -> Path:
    """Return the data home: TONGXING_HOME, else a folder of this Windows account, which others may not open."""
    chosen = environment.get("TONGXING_HOME")
    return Path(chosen) if chosen else Path(environment.get("LOCALAPPDATA") or Path.home()) / "Tongxing" / "data"


def free_port() -> int | None:
    """Return the first port that nobody listens on."""
    for port in PORTS:
        with contextlib.closing(socket.socket()) as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    return None


def is_brought_up(home: Path, may_ask: bool) -> bool:
    """Whether the home is ready for this program: one that another program was started on before is upgraded first, or stays as it was."""
    note = home / "server.program.tmp"
    former = note.read_text("utf-8").strip() if note.exists() else ""
    is_ready = former == PROGRAM.name or not (home / "builds").is_dir() or not run(["warehouse", "upgrade"])
    if not is_ready and may_ask and input(SAYS["sure"]).strip().lower() == "yes":
        is_ready = not run(["warehouse", "upgrade", "--figures-may-move"])
    if is_ready:
        atomic_write.write_bytes(note, f"{PROGRAM.name}\n".encode())
    return is_ready


def remove_former(program: Path) -> None:
    """Remove the folders of versions before, once a newer one was unpacked over them."""
    ours = {program, *(Path(part).resolve() for part in sys.path)}
    for kind in ("program-", "packages-"):
        for folder in program.parent.glob(f"{kind}*/"):
            if program.name.startswith("program-") and folder.resolve() not in ours:
                shutil.rmtree(folder, ignore_errors=True)


def answers(address: str) -> bool:
    """Whether the server is there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the office's proxy knows nothing of this machine
    with contextlib.suppress(OSError), contextlib.closing(opener.open(f"{address}/auth/health", timeout=5)) as answer:
        return bool(answer.status == 200)
    return False


def run(words: Sequence[str]) -> int:
    """Run one of the program's commands in this window."""
    return subprocess.run([sys.executable, "-X", "utf8", "-m", *words], cwd=PROGRAM, check=False).returncode  # noqa: S603 — our own


def main(words: Sequence[str] = ()) -> int:
    """Start, unless it runs already, and stay until it ends; `--no-browser` is for the Task Scheduler."""
    home = home_of(dict(os.environ))
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["TONGXING_HOME"] = str(home)
    note = home / "server.port.tmp"
    has_browser = "--no-browser" not in words
    try:
        file_lock.hold(home / "server.lock")  # until this process ends
    except OSError:
        print(SAYS["running"])
        if has_browser and note.exists():
            webbrowser.open(f"http://127.0.0.1:{note.read_text('utf-8').strip()}")
        return 0
    print(SAYS["starting"], flush=True)
    if not is_brought_up(home, has_browser):
        print(SAYS["upgrade"])
        return 1
    remove_former(PROGRAM)
    if (port := free_port()) is None:
        print(SAYS["no_port"])
        return 1
    atomic_write.write_bytes(note, f"{port}\n".encode(), is_durable=False)
    return serve(home, port, has_browser)


def serve(home: Path, port: int, has_browser: bool) -> int:
    """Run the server until it ends or the window is closed; its output goes to server.log of the home."""
    address, log = f"http://127.0.0.1:{port}", home / "server.log"
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
    ]
    with log.open("ab") as stream:
        server = subprocess.Popen(command, cwd=PROGRAM, stdout=stream, stderr=subprocess.STDOUT)  # noqa: S603 — our own
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers(address):
                if server.poll() is not None or time.monotonic() > deadline:
                    print(SAYS["ended"].format(log=log))
                    server.kill()
                    return 1
                time.sleep(0.5)
            print(SAYS["ready"].format(address=address), flush=True)
            if has_browser:
                webbrowser.open(address)
            return server.wait()
        except KeyboardInterrupt:  # the server has had it too
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()
            return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

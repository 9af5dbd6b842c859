"""The project's commands, its server and pytest's workers forked from a process that has imported everything.

Each still is a process: its own pid, environment, folder, streams, locks and exit code. Only the import is shared, 5-8 s of processor
time for a load with its checks. `whole_process` starts a command with nothing imported.
"""

import hashlib
import inspect
import multiprocessing as mp
import os
import runpy
import subprocess
import sys
from multiprocessing import forkserver, spawn
from multiprocessing.reduction import DupFd
from pathlib import Path

from warehouse.storage import atomic_write, keys

SERVER = "TESTS_FORK_SERVER"  # of the environment: the address of the server that the workers of a run share
COMMANDS = ("etl", "warehouse", "checks", "pages.access", "pages.assessment_pack.worker", "streamlit", "tests.ways")
WORKER = ["-c", "import sys;exec(eval(sys.stdin.readline()))"]  # how a worker of pytest-xdist begins
started: list["Popen"] = []  # the forked ones, in order
whole_process = subprocess.Popen
_get_context = mp.get_context
_preparation = spawn.get_preparation_data
_file_secret = keys.file_secret


class Popen(whole_process):
    """`subprocess.Popen` that forks the project's own commands and starts every other as usual."""

    _forked = None

    def _execute_child(self, *values):
        given = inspect.signature(whole_process._execute_child).bind(self, *values).arguments
        words = list(map(os.fspath, given["args"])) if isinstance(given["args"], (list, tuple)) else []
        words = [word for word in words[:4] if word not in ("-X", "utf8")] + words[4:]  # as the program starts its own
        is_ours = words[-2:] == WORKER or (words[:2] == [sys.executable, "-m"] and words[2] in COMMANDS)
        if not is_ours or given["preexec_fn"] or given["shell"]:
            return super()._execute_child(*values)
        ends = [given[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        streams = [_HandedOver(number if end == -1 else end) for number, end in enumerate(ends)]  # -1: the stream of this process
        environment = dict(os.environ if given["env"] is None else given["env"])
        self._forked = _get_context("forkserver").Process(
            target=_run,
            args=(
                words[-2:] if words[-2:] == WORKER else words[2:],
                given["cwd"] or os.getcwd(),
                environment,
                streams,
                given["start_new_session"],
            ),
        )
        self._forked.start()
        self.pid, self._child_created = self._forked.pid, True
        started.append(self)
        self._close_pipe_fds(*(given[name] for name in ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")))

    def _internal_poll(self, *values, **more):
        if self._forked is None:
            return super()._internal_poll(*values, **more)
        if self.returncode is None:
            self.returncode = self._forked.exitcode
        return self.returncode

    def _wait(self, timeout):
        if self._forked is None:
            return super()._wait(timeout)
        self._forked.join(timeout)
        if self._internal_poll() is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode


class _HandedOver:
    """A file descriptor that goes to the forked process."""

    def __init__(self, number):
        self.number = number

    def __reduce__(self):
        return _received, (DupFd(self.number),)


def _received(duplicate):
    return duplicate.detach()


def _run(words, folder, environment, streams, is_apart):
    """Be the command, in the forked process."""
    if is_apart:
        os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww"))  # noqa: SIM115 — open as long as the process
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    install()
    if words == WORKER:
        return exec(words[1], {"__name__": "__main__"})  # noqa: S102 — pytest-xdist's own line
    from argon2 import PasswordHasher

    from pages.access.accounts import accounts

    accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=64)  # KiB; tests make many accounts and sign in often
    sys.argv = list(words)
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    except SystemExit:
        raise
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise SystemExit(1) from None


def repeatable_secret(path: Path, create: bool = False) -> bytes:
    """Make the keys of a test's homes from their place: pseudonyms, and with them the order of lists, are the same in every run.

    Other keys are drawn by another TEST_KEYS: what holds for the first child of a list must hold for any.
    """
    if create and not path.exists():
        own = max((at for at, part in enumerate(path.parts) if part.startswith(("pytest-", "popen-"))), default=0)
        place = "/".join(path.parts[own + 1 :])
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.write_new(path, hashlib.sha256(f"{os.environ.get('TEST_KEYS', '')} {place}".encode()).digest())
    return _file_secret(path, create)


def install():
    """Fork the project's commands, and the processes that they start, from one server that has imported everything."""
    server = forkserver._forkserver
    if not server._forkserver_address and SERVER in os.environ:  # a worker: who began the run has started it and ends it
        server._forkserver_address, server._forkserver_alive_fd = os.environ[SERVER], os.open(os.devnull, os.O_RDONLY)
    if server._forkserver_address:  # the standard library would start another
        server.ensure_running = lambda: None
    else:
        forkserver.set_forkserver_preload(["tests.forked_imports"])
    keys.file_secret = repeatable_secret
    # Nothing forked needs what this process began with: pytest's own, or the script of a page that Streamlit's runner has left as __main__.
    spawn.get_preparation_data = lambda name: {key: value for key, value in _preparation(name).items() if not key.startswith("init_main")}
    mp.get_context = lambda method=None: _get_context("forkserver" if method == "spawn" else method)
    subprocess.Popen = Popen


def share():
    """Start the server that the workers of this process are to share."""
    forkserver.ensure_running()
    os.environ[SERVER] = forkserver._forkserver._forkserver_address


MAKE = f"RUN={sys.executable} -m tests.forked_commands"  # for make: its recipes as they stand, their commands forked too

if __name__ == "__main__":
    from tests import forked_commands  # the forked process finds what it is to do by this name

    forked_commands.install()
    sys.exit(subprocess.run([sys.executable, *sys.argv[1:]]).returncode)

"""Runs the checks in a process of their own, which imports great-expectations while the ledgers are still being read."""

import datetime as dt
import multiprocessing as mp
import os
from multiprocessing.connection import Connection
from pathlib import Path

from locales import N_, Refusal
from warehouse.storage import atomic_write, build_files

_FULL = "disk full"


class NotChecked(Refusal):
    """The checks as a whole could not run; nothing may be published unchecked."""

    says = N_("检查没有完成（{why}），因此没有发布；请重试，仍不行请联系维护人员")


def _work(pipe: Connection) -> None:
    with open(os.devnull, "w") as silence:
        os.dup2(silence.fileno(), 1)
        os.dup2(silence.fileno(), 2)
    from checks import engine

    while True:
        try:
            path, as_of = pipe.recv()
        except EOFError:
            os._exit(0)  # all is written and closed; an orderly exit of great-expectations would cost a second
        try:
            engine.run(path, as_of)
            pipe.send(None)
        except Exception as error:  # the parent then publishes nothing
            pipe.send(_FULL if atomic_write.is_disk_full(error) else type(error).__name__)


class Checker:
    """A checking process: `start` early, `check` when the draft is written, `close` at the end."""

    def start(self) -> None:
        """Begin importing."""
        self._is_done = False
        context = mp.get_context("spawn")
        self._pipe, inner = context.Pipe()
        self._process = context.Process(target=_work, args=(inner,), daemon=True)
        self._process.start()
        inner.close()

    def check(self, path: Path, as_of: dt.date) -> None:
        """Write `findings` and `rules_run` into a draft that nobody has open; raises `NotChecked`, `builds.DiskFull`."""
        try:
            self._pipe.send((path, as_of))
            failed = self._pipe.recv()
            self._is_done = True
        except (EOFError, OSError) as error:
            raise NotChecked(why=type(error).__name__) from error
        finally:
            self.close()  # the process holds the draft open as long as it lives
        if failed == _FULL:
            raise build_files.DiskFull
        if failed:
            raise NotChecked(why=failed)

    def close(self) -> None:
        """End the process: it leaves by itself once the pipe is closed, unless it is still importing."""
        self._pipe.close()
        self._process.join(timeout=5 if self._is_done else 0)
        self._process.kill()
        self._process.join()

"""What every command and the server begin with: files for their owner alone, and errors named by class and place only.

Messages of errors quote values (a duckdb conversion error the very cell), and logs are read, copied and kept by people who
may not see names. The place in the code is enough to mend it.
"""

import datetime as dt
import json
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from warehouse.storage import atomic_write, build_files

IN_JSON = "TONGXING_LOG"  # "json": one object a line on stderr with time, level and event, and of a library's event only where it is


def configure() -> None:
    """Mode 600 and 700 for whatever is written from here on, no message of an error on stderr or in a log, no core of this process or its own."""
    os.umask(0o077)
    with suppress(ImportError):  # Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.setLogRecordFactory(_record)
    sys.excepthook = _ended
    threading.excepthook = sys.unraisablehook = _unfinished
    warnings.showwarning = _warned
    if os.environ.get(IN_JSON) == "json":
        logging.StreamHandler.format = _as_json  # type: ignore[method-assign, assignment]


def run(command: Callable[[], int]) -> NoReturn:
    """Begin a command, and end it with its exit code once all that it said is written."""
    configure()
    logging.lastResort = logging.NullHandler()  # it says itself what could not be done
    code = command()
    sys.stdout.flush()
    sys.exit(code)


def error_location(error: BaseException) -> str:
    """An error and what led to it, each as its class and the place that raised it: `KeyError at load.py:71`."""
    return " < ".join(_class_and_place(link) for link in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _class_and_place(error: BaseException) -> str:
    """Class, file and line; no place for an error that was never raised."""
    places = traceback.extract_tb(error.__traceback__)
    name = type(error).__name__
    return f"{name} at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else name


def _record(name: str, level: int, path: str, line: int, message: Any, args: Any, error: Any, *rest: Any, **more: Any) -> logging.LogRecord:
    """A record of any logger, ours or a library's, with errors named by class and place.

    asyncio writes the task with its error's message into the lines after the first.
    """
    if isinstance(message, BaseException):
        message, args = "%s", (message,)
    if name == "asyncio" and isinstance(message, str):
        message = message.partition("\n")[0]
    if isinstance(args, tuple):
        args = tuple(error_location(value) if isinstance(value, BaseException) else value for value in args)
    raised = error[1] if isinstance(error, tuple) else error
    record = logging.LogRecord(name, level, path, line, message, args, None, *rest, **more)
    if isinstance(raised, BaseException):
        place = record.__dict__["raised"] = error_location(raised)
        record.msg, record.args = f"{record.getMessage()} [{place}]", ()
    return record


def _as_json(_handler: logging.Handler, record: logging.LogRecord) -> str:
    """A record as a line: our own events in words, of a library's the place and the error, because its words may quote values."""
    event = f"{record.name} at {record.filename}:{record.lineno} {getattr(record, 'raised', '')}".strip()
    return _line(record.levelname.lower(), record.getMessage() if record.name.startswith("tongxing") else event)


def _line(level: str, event: str) -> str:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": now, "level": level, "event": event}, ensure_ascii=False)


def _say(what: str) -> None:
    """One line on stderr; a process without one is silent. In one write: print makes two, and threads would share a line."""
    if sys.stderr is not None:
        sys.stderr.write((_line("error", what) if os.environ.get(IN_JSON) == "json" else what) + "\n")
        sys.stderr.flush()


def _ended(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """In place of the traceback that ends a process; a sentence where the disk takes no more."""
    is_full = any(map(atomic_write.is_disk_full, _chain(error)))
    _say(str(build_files.DiskFull()) if is_full else error_location(error))
    if is_full:  # perhaps of stdout itself, which would be tried once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _unfinished(fault: Any) -> None:
    """In place of the traceback of a thread, and of what went wrong while something was taken down; SystemExit says nothing, as ever."""
    if fault.exc_value is not None and not isinstance(fault.exc_value, SystemExit):
        _say(error_location(fault.exc_value))


def _warned(message: object, category: type[Warning], filename: str, lineno: int, file: object = None, line: object = None) -> None:
    """A warning without its text, which quotes cells too."""
    _say(f"{category.__name__} at {Path(filename).name}:{lineno}")

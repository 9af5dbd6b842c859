"""The five ways through the program, each really gone once on a small home of one village's ledgers.

What the program does in processes of its own (reading files, the staged load) is done in this one, so that it is seen.
"""

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from etl.__main__ import main as etl_command
from etl.files.source_file import SourceFile
from etl.sheets import reader_pool
from pages.access import LOGIN, User
from pages.access.accounts import accounts, sessions
from pages.components import actor
from pages.data.queries import Figures, published, reader_of
from pages.downloads import export_service
from pages.jobs import job_folder, loads
from tests.house.tree import ROOT
from tests.pages.access.asgi_client import ask
from tests.ways import Way, follow, forget_caches, import_program
from warehouse import row_access
from warehouse.__main__ import main as warehouse_command
from warehouse.disclosure import release_log

TOWN = ROOT / "tests" / "town"
DAY = dt.date(2025, 12, 31)
USER = User("李书记", "leader", row_access.WHOLE)
PASSWORD = "春风化雨润物无声"
Click = Callable[[], Any]  # what is recorded, once everything before it is done


def load_first(_home: Path) -> Click:
    """Load a village's first ledgers."""
    ledgers = [TOWN / "村居名册.xlsx", *(TOWN / f"柳溪村{kind}第1期.xlsx" for kind in ("儿童台账", "结对", "走访"))]
    return partial(_etl, "load", *map(str, ledgers), "--as-of", str(DAY))


def answer_figure(_home: Path) -> Click:
    """Ask for a figure by village, then for the rows behind it."""

    def click() -> None:
        warehouse_command(["ask", "coverage", "--as-of", str(DAY), "--by", "village"])
        row_access.ScopedDay(published(), row_access.WHOLE, DAY).rows_behind("coverage", "covered")

    return click


def fetch_export(_home: Path) -> Click:
    """Click the button of an export that the page has offered."""
    figures = Figures(published().id, reader_of(USER), DAY)
    order = release_log.Order(figures.build_id, DAY, "csv", USER.name, USER.role)
    make = partial(export_service.table_file, figures, [("coverage", "village")], order, {}, actor.recorder(USER))
    return actor.require_right(USER, "table_csv", make)


def publish_upload(home: Path) -> Click:
    """Drop a ledger on the page, wait for its staged load, publish it."""
    path = TOWN / "柳溪村走访第4期.xlsx"

    def click() -> None:
        job = loads.start(home, [(path.name, path.read_bytes())], "李主任", "zh_CN")
        loads.publish(home, loads.read(job.folder))

    return click


def sign_in(_home: Path) -> Click:
    """Sign in at the door, then open the first page by the cookie that the door has set."""
    from app import app

    def click() -> None:
        page = ask(app, LOGIN)
        form = {"name": USER.name, "password": PASSWORD} | _hidden_fields(page.text)
        answer = ask(app, LOGIN, "POST", form, cookie=_cookies(page), origin="http://town.example")
        cookies = {sessions.COOKIE: answer.cookies[sessions.COOKIE].value}
        with patch.object(type(st.context), "cookies", PropertyMock(return_value=cookies)):
            AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=120).run()

    return click


@dataclass(frozen=True)
class Passage:
    """One of the five: its title, what is done, and the folders outside which it is somebody else's way."""

    title: str
    prepare: Callable[[Path], Click]
    within: tuple[str, ...] = ("etl", "warehouse", "checks", "pages")


# In the order of docs/architecture.md; the first load makes the home on which the others are gone.
WAYS = {
    "reading": Passage("bytes → row", load_first, ("etl", "warehouse/builds")),
    "figure": Passage("figure → SQL → rows", answer_figure),
    "export": Passage("export click → file", fetch_export),
    "upload": Passage("upload → published build", publish_upload),
    "sign-in": Passage("sign-in → page", sign_in),
}


def record(home: Path) -> dict[str, Way]:
    """Go the ways on an empty home and return what each passed through; the home is TONGXING_HOME meanwhile."""
    import_program()
    ways = {}
    environment = {"TONGXING_HOME": str(home), "TONGXING_LANG": "zh_CN"}
    with _in_this_process(), patch.dict("os.environ", environment), redirect_stdout(TextIOWrapper(BytesIO())):
        accounts.add(USER.name, USER.role, PASSWORD, must_change=False)
        cookies = {sessions.COOKIE: sessions.start(USER.name)}
        with patch.object(type(st.context), "cookies", PropertyMock(return_value=cookies)):
            for code, passage in WAYS.items():
                click = passage.prepare(home)
                forget_caches()
                ways[code] = follow(click).within(*passage.within)
    return ways


def _etl(*arguments: str) -> None:
    """Run a command of `python -m etl` in this process."""
    with patch.object(sys, "argv", ["etl", *arguments]), redirect_stderr(StringIO()) as said:
        if code := etl_command():
            raise AssertionError(f"etl {arguments[0]} ended with {code}: {said.getvalue()}")


@contextmanager
def _in_this_process() -> Iterator[None]:
    """Read files and run the staged load where the recorder sees them."""

    def read_files(files: list[SourceFile], **_more: Any) -> Iterator[tuple[SourceFile, reader_pool.FileReading]]:
        return ((file, reader_pool.read_content(file.content)) for file in files)

    def run(_home: Path, _language: str, _package: str, *arguments: str, **_more: Any) -> None:
        _etl(*arguments)

    with ExitStack() as stack:
        stack.enter_context(patch.object(reader_pool, "read_files", read_files))
        stack.enter_context(patch.object(job_folder, "run", run))
        yield


def _hidden_fields(page: str) -> dict[str, str]:
    """The hidden inputs of a form of the door."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def _cookies(answer: Any) -> str:
    """The cookies that an answer sets, as a browser sends them back."""
    return "; ".join(f"{name}={morsel.value}" for name, morsel in answer.cookies.items())

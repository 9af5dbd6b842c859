"""A small town with all that a backup holds: builds, names, accounts, a session, the trail, an edition, questions, a hand-in."""

import datetime as dt
import shutil
from contextlib import closing

import pytest
from argon2 import PasswordHasher

from etl.forms import layouts
from etl.load import load
from pages.access.accounts import accounts, sessions
from pages.ledger_intake import submissions
from tests.etl.forms.test_heading_aliases import written
from tests.etl.forms.test_layouts import FIELDS, layout
from tests.etl.ledger_builder import LIU, REGISTER
from tests.etl.test_staged_load import HEAD, SPRING, SUMMER, child
from warehouse.backup import archive, sealed_stream
from warehouse.builds import repository
from warehouse.disclosure import receipts, release_log
from warehouse.identity import unmask
from warehouse.metrics import query
from warehouse.storage import build_files

DAY = dt.date(2025, 6, 20)
PASSWORD = "春风化雨润物无声细水长流不舍昼夜"
SECRET = archive.secret_of("备份口令要十二个字以上才行")
LEDGER = (SUMMER, "\n".join(["柳溪村儿童台账", "姓名,身份证号,儿童类别", "丙丙丁,,1"]).encode())


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch):
    """Passphrases and passwords cost a moment."""
    monkeypatch.setattr(sealed_stream, "_COST", 2)
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture(scope="session")
def first(tmp_path_factory):
    """The home, made once."""
    folder = tmp_path_factory.mktemp("backed")
    home = folder / "home"
    written(folder / "村居名册.csv", REGISTER)
    written(folder / SPRING, [["柳溪村儿童台账"], HEAD, child("甲一", 1), child("甲二", 2)])
    written(folder / SUMMER, [["柳溪村儿童台账"], HEAD, child("甲一", 1), child("甲三", 3)])
    load([folder], home)
    layouts.keep(home, layout(FIELDS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(home))
        patch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        accounts.add("li", "admin", PASSWORD, must_change=False)
        accounts.add("wang", "leader", PASSWORD, must_change=False)
        submissions.submit(home, LIU, [("早先.csv", LEDGER[1])], "li", lambda *_said: 1)
        register(home)
    (home / "settings.toml").write_text("small_count = 4\n", "utf-8")
    return home


def register(home):
    """Register an export."""
    with release_log.writing(home):
        order = release_log.Order(build_files.published(home), DAY, "csv", "li", "centre")
        release_log.append(home, release_log.issue(home, order).sealed(b"x"), {"tables": [], "figures": [], "cells": []})


@pytest.fixture
def home(first, tmp_path, monkeypatch):
    """A copy that the test may change."""
    shutil.copytree(first, tmp_path / "home")
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def place(tmp_path):
    """A folder for backups."""
    (tmp_path / "usb").mkdir()
    return tmp_path / "usb"


def state(home):
    """What people rely on: figures, names in clear, accounts, questions, hand-ins with their files, editions, settings."""
    with pytest.MonkeyPatch.context() as patch, closing(repository.Build(build_files.file_of(home, build_files.published(home)))) as build:
        patch.setenv("TONGXING_HOME", str(home))
        people = [row["child_id"] for row in build.rows("select child_id from children order by 1")]
        return {
            "builds": sorted(build_files.kept(home)),
            "figures": query.ask(build, "eligibility", DAY, "village"),
            "names": [unmask.unmask(home, build, person, ("child_name", "id_number"), "核对备份", lambda *_said: 1) for person in people],
            "accounts": [(each.name, each.role, each.is_disabled) for each in accounts.every()],
            "questions": (home / "layouts.json").read_text("utf-8"),
            "submissions": [(each.id, each.content()) for each in submissions.every(home)],
            "editions": [receipt.no for receipt in receipts.receipts(home)],
            "settings": (home / "settings.toml").read_text("utf-8"),
        }


def contents_of(home):
    """The files of a home by name, without locks and what lies in `backups/`."""
    paths = [path for path in home.rglob("*") if path.is_file() and path.relative_to(home).parts[0] != "backups"]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths if path.suffix != ".lock"} if home.exists() else {}


def session(name):
    """A token of somebody who has signed in."""
    return sessions.start(name)

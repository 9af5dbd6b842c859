"""The accounts' file: one of an earlier version is brought up to date with what it holds."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from pages.access.accounts import accounts, sessions, store
from tests.conftest import ROOT
from tests.pages.access.conftest import PASSWORD

OLD = """
create table accounts (name text primary key collate nocase, role text not null, scope text not null default '',
    password_hash text not null, is_disabled integer not null default 0, created_at integer not null) strict;
create table sessions (token_hash text primary key, name text not null collate nocase references accounts (name) on delete cascade,
    started_at integer not null, seen_at integer not null) strict;
create table failures (name text primary key, count integer not null, last_at integer not null) strict;
"""


def test_accounts_of_the_first_version_stay_and_change_their_password_next(own_home: Path):
    accounts.add("li", "centre", PASSWORD)
    row = (
        sqlite3.connect(own_home / "accounts.sqlite")
        .execute("select name, role, scope, password_hash, 0, created_at from accounts")
        .fetchone()
    )
    for found in own_home.glob("accounts.sqlite*"):
        found.unlink()
    old = sqlite3.connect(own_home / "accounts.sqlite")
    old.executescript(OLD)
    old.execute("insert into accounts values (?, ?, ?, ?, ?, ?)", row)
    old.commit()
    old.close()
    assert accounts.matches("li", PASSWORD)
    assert sessions.find(sessions.start("li")).must_change
    accounts.change_password("li", "lan tian xia de mao", is_own=True)
    assert not sessions.find(sessions.start("li")).must_change


def test_an_old_file_brought_up_has_the_columns_of_a_new_one(own_home: Path, tmp_path: Path):
    def columns(file: Path) -> dict[str, list[tuple]]:
        connection = sqlite3.connect(file)
        tables = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table' order by name")]
        return {table: connection.execute(f"pragma table_info({table})").fetchall() for table in tables} | {
            "version": connection.execute("pragma user_version").fetchall()
        }

    with store.reading():
        pass
    new = columns(own_home / "accounts.sqlite")
    for found in own_home.glob("accounts.sqlite*"):
        found.unlink()
    sqlite3.connect(own_home / "accounts.sqlite").executescript(OLD)
    with store.reading():
        pass
    assert columns(own_home / "accounts.sqlite") == new


def test_a_file_that_is_no_store_is_said_in_a_sentence_when_the_server_starts(own_home: Path):
    (own_home / "accounts.sqlite").write_bytes(b"not what it was " * 20)
    server = subprocess.run(
        [sys.executable, "-c", "from pages.access import begin; begin()"],
        cwd=ROOT, env=os.environ | {"TONGXING_HOME": str(own_home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (server.returncode, "accounts.sqlite：账号文件坏了" in server.stderr, "Error" in server.stderr) == (1, True, False)

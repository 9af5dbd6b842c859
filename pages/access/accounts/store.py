"""The file behind accounts and sessions: `accounts.sqlite` in the data home, readable by its owner alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from warehouse.storage import atomic_write
from warehouse.storage.build_files import AccountsDamaged, home

# The first version; STEPS bring it up to date, a new file too. Times are whole seconds since 1970 (UTC).
# A session row holds the hash of its token: a copy of the file opens nothing.
SCHEMA = """
create table accounts (
    name text primary key collate nocase,
    role text not null,
    scope text not null default '',
    password_hash text not null,
    is_disabled integer not null default 0,
    created_at integer not null
) strict;
create table sessions (
    token_hash text primary key,
    name text not null collate nocase references accounts (name) on delete cascade,
    started_at integer not null,
    seen_at integer not null
) strict;
create table failures (
    name text primary key,
    count integer not null,
    last_at integer not null
) strict;
"""
# What a file of that version lacks; `pragma user_version` of the file says which it is. Accounts of version 0 had no way to
# change a password that somebody else had given them, so they change it at their next sign-in.
STEPS = (
    (
        "alter table accounts add column must_change integer not null default 0",
        "update accounts set must_change = 1",
        "update accounts set scope = 'all' where scope = '' and role <> 'village'",  # an empty scope was the whole town
        "create table devices (token_hash text primary key, name text not null collate nocase"
        " references accounts (name) on delete cascade, seen_at integer not null) strict",
    ),
    (),  # without a write-ahead log
    ("alter table accounts add column subject text not null default ''",),  # of the town's provider; "" for an account with a password
)


def path() -> Path:
    """Return the file's path; worked out each time, because tests and the demo have homes of their own."""
    return home() / "accounts.sqlite"


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """A connection that begins no transaction, and so waits for no writer."""
    file = path()
    if not file.exists():
        _create(file)
    connection = sqlite3.connect(file, timeout=10, isolation_level=None)
    try:
        connection.execute("pragma foreign_keys = on")
        try:
            _bring_up(connection)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # a full disk, a writer that takes long
                raise
            raise AccountsDamaged(file=file) from error
        yield connection
    finally:
        connection.close()


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """A connection with the write lock held: what was written is kept at the end, or undone when an error leaves."""
    with reading() as connection:
        connection.execute("begin immediate")
        yield connection
        connection.execute("commit")


def _bring_up(connection: sqlite3.Connection) -> None:
    """Give a file of an earlier version what it lacks, all or nothing; of two processes one does it.

    Earlier ones had a write-ahead log, which a reader must write to as well: on a full disk nobody's session was found.
    """
    if _version(connection) >= len(STEPS):
        return
    with suppress(sqlite3.OperationalError):  # another process has the file open: it keeps its log for now
        connection.execute("pragma journal_mode = delete")
    connection.execute("begin immediate")
    for step in STEPS[_version(connection) :]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"pragma user_version = {len(STEPS)}")
    connection.execute("commit")


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("pragma user_version").fetchone()[0]


def _create(file: Path) -> None:
    """Make the file, complete before it has its name, with mode 600; of two processes that start at once the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        _bring_up(connection)
        atomic_write.write_new(file, connection.serialize())

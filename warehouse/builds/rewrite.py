"""Writes a build into a fresh file with its sealed rows changed: what duckdb overwrites stays readable in the old file's free blocks."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

# What names a sealed row, as its sealing does (associated data); in parts of so many rows, for an original may be 50 MB.
SEALED = {"identities": "kind || ':' || person_id", "raw_sheets": "sheet_id", "raw_files": "file_id"}
_AT_ONCE = {"identities": 10_000, "raw_sheets": 200, "raw_files": 8}
_MEMORY = "600MiB"
Change = Callable[[str, str, bytes], bytes | None]


def sealed_rows(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """(table, associated data, sealed bytes) of every sealed row of a build's file."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        for table in SEALED:
            result = connection.execute(f"select {SEALED[table]}, sealed from {table}")  # noqa: S608 — our own names
            while rows := result.fetchmany(_AT_ONCE[table]):
                yield from ((table, associated, bytes(sealed)) for associated, sealed in rows)


@contextmanager
def rewritten_copy(source: Path, target: Path, change: Change) -> Iterator[duckdb.DuckDBPyConnection]:
    """Copy a build into a new file, then hand over the connection for further changes; all is written at the block's end.

    `change` is given table, associated data and sealed bytes of each sealed row and gives the bytes to keep, None for none.
    """
    with closing(duckdb.connect(str(target))) as connection:
        connection.execute(f"set memory_limit = '{_MEMORY}'")
        (inner,) = connection.execute("select current_database()").fetchone()  # type: ignore[misc]
        place = str(source).replace("'", "''")
        connection.execute(f"attach '{place}' as source (read_only)")
        connection.execute(f'copy from database source to "{inner}" (schema)')
        names = connection.execute("select table_name from duckdb_tables() where database_name = 'source'").fetchall()
        connection.begin()
        for (name,) in names:
            if name not in SEALED:
                connection.execute(f'insert into "{name}" select * from source."{name}"')  # noqa: S608 — our own names
        for name in SEALED:
            _fill(connection, name, change)
        yield connection
        connection.commit()
        connection.execute("detach source")


def _fill(connection: duckdb.DuckDBPyConnection, table: str, change: Change) -> None:
    import pyarrow as pa

    names = [name for name, *_rest in connection.execute(f"describe source.{table}").fetchall()]
    reading = connection.cursor()
    result = reading.execute(f"select {SEALED[table]}, * from source.{table}")  # noqa: S608 — our own names
    while rows := result.fetchmany(_AT_ONCE[table]):
        kept = [(*row[1:-1], changed) for row in rows if (changed := change(table, row[0], bytes(row[-1]))) is not None]
        if kept:
            columns = [pa.array(column, pa.binary() if at == len(names) - 1 else None) for at, column in enumerate(zip(*kept, strict=True))]
            connection.register("rows_to_fill", pa.table(dict(zip(names, columns, strict=True))))
            connection.execute(f"insert into {table} select * from rows_to_fill")  # noqa: S608 — our own names
            connection.unregister("rows_to_fill")
    reading.close()

"""SQLite connections on which a statement, with all its rows, is one trip to the connection's thread.

aiosqlite makes three or four of each: for the cursor, the statement, the rows and the closing. The trips were half of
what it cost to record a hearing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

CHUNK = 64
"""What aiosqlite asks for; rows are never read in chunks here."""


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """Return a connection that opens when it is awaited. The options are those of `sqlite3.connect`."""
    connection = _Connection(partial(sqlite3.connect, database, **options), CHUNK)
    # A process that ends without closing its record must not wait for the thread.
    connection._thread.daemon = True
    return connection


class _Connection(aiosqlite.Connection):
    """A connection of aiosqlite whose cursors fetch at once."""

    def cursor(self) -> _Cursor:  # type: ignore[override]  # SQLAlchemy uses it only as a context manager
        return _Cursor(self)

    async def in_thread(self, work: Callable[[], None]) -> None:
        """Do `work` in the thread, after everything that was given to it before."""
        await self._execute(work)  # type: ignore[no-untyped-call]  # aiosqlite has not typed it


class _Cursor:
    """What SQLAlchemy needs of an asynchronous cursor, unless rows are streamed. Nothing is open between statements."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.in_thread(partial(self._run, "execute", sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        await self._connection.in_thread(partial(self._run, "executemany", sql, parameters))
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    def _run(self, how: str, sql: str, parameters: Any) -> None:
        """Run in the connection's thread."""
        cursor: sqlite3.Cursor = getattr(self._connection._conn, how)(sql, parameters)
        try:
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            # Of a statement that returns rows, it is known only when all have been read.
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

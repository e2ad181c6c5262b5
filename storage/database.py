"""The record in a database: `court.ports.Store` over SQLAlchemy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from court.errors import StorageError
from court.ports import Repositories
from storage.engine.checkpoints import Checkpoints
from storage.engine.connections import BEGIN, READ, WRITE, make_engine
from storage.engine.failures import explained
from storage.engine.files import readable_by_others
from storage.engine.location import Location, locate
from storage.engine.lock import Lock, locked
from storage.engine.writes import Writes
from storage.migrations.revisions import check_newest
from storage.migrations.upgrade import upgrade
from storage.unit_of_work import repositories_over

log = logging.getLogger(__name__)

BUSY_TIMEOUT = 5.0
"""Seconds."""


class Database:
    """The record. Every unit of work has its own connection and transaction, and only one writes at a time.

    Each SQLite connection has a thread, which `close` ends. While the record is idle, its WAL is emptied.
    """

    def __init__(
        self, url: str, *, busy_timeout: float = BUSY_TIMEOUT, read_only: bool = False, writes: Writes | None = None
    ) -> None:
        """Set where the record is kept. `open` opens it.

        Args:
            url: `sqlite:///data/court.sqlite3`, `:memory:`, or another database URL in SQLAlchemy's form.
            busy_timeout: Seconds to wait for a lock that another program holds.
            read_only: Whether to leave the record as it is. It may be open in a running court then.
            writes: Follows the transactions that write.
        """
        self._url = url
        self._busy_timeout = busy_timeout
        self._read_only = read_only
        self._writes = writes or Writes()
        self._opened: _Opened | None = None

    @property
    def exclusive(self) -> bool:
        """Whether a lock keeps other processes out. Only SQLite has one."""
        return not self._read_only and locate(self._url).is_sqlite

    async def open(self) -> None:
        """Open the record, create it if there is none, and bring its schema up to date.

        From here until `close`, no other process can open it, except to read it only.

        Raises:
            StorageError: when the record cannot be used; the message names it and says what to do.
        """
        if self._opened is not None:
            raise StorageError("the record is already open")
        location = locate(self._url)
        async with AsyncExitStack() as stack:
            stack.enter_context(explained(location.name))
            lock = None
            if self._read_only:
                engine = await self._read(location, stack)
            else:
                location.make_folder()
                lock = stack.enter_context(locked(location))
                engine = await self._take(location, stack)
            self._opened = _Opened(location, engine, stack.pop_all(), lock, self._writes, read_only=self._read_only)

    async def _take(self, location: Location, stack: AsyncExitStack) -> AsyncEngine:
        location.check_file()
        engine = make_engine(location, self._busy_timeout)
        stack.push_async_callback(engine.dispose)
        if location.in_memory:
            await stack.enter_async_context(engine.connect())
        await upgrade(location, engine, self._busy_timeout)
        if location.path is not None:
            _warn_of_others(location.path, location.name)
        return engine

    async def _read(self, location: Location, stack: AsyncExitStack) -> AsyncEngine:
        location.check_file()
        engine = make_engine(location.for_reading(), self._busy_timeout, read_only=True)
        stack.push_async_callback(engine.dispose)
        async with engine.execution_options(**{BEGIN: READ}).connect() as connection:
            await connection.run_sync(check_newest, location.name)
        return engine

    async def close(self) -> None:
        """Wait for the transactions under way, then close every connection. Closing twice does nothing.

        Raises:
            StorageError: when a connection cannot be closed cleanly.
        """
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        """Open a transaction with a consistent view, in which the database itself refuses writes.

        Raises:
            StorageError: when the record is not open or cannot be read, or when the block writes.
        """
        async with self._use().transaction(READ) as repos:
            yield repos

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Repositories]:
        """Open a transaction that commits at the end of the block, and rolls back if the block raises.

        A task that is cancelled while the commit is under way cannot know whether it succeeded.

        Raises:
            StorageError: when the record is not open or cannot be written; nothing was stored then.
        """
        if self._read_only:
            raise StorageError("the record is open for reading only")
        async with self._use().transaction(WRITE) as repos:
            yield repos

    def _use(self) -> _Opened:
        if self._opened is None:
            raise StorageError("the record is not open")
        return self._opened


def _warn_of_others(path: Path, name: str) -> None:
    if readable_by_others(path):
        log.warning(
            "%s: other users of this machine can read the record; `chmod 600 %s` takes that from them", name, path
        )
    if (names := path.stat().st_nlink) > 1:
        log.warning(
            "%s: the file has %d names (hard links); under another name a second court could open it at the same time, "
            "which damages the record; remove the other names",
            name,
            names,
        )


class _Opened:
    """An open record: its engine, the lock for writing, and the number of transactions that are open or waiting."""

    def __init__(
        self,
        location: Location,
        engine: AsyncEngine,
        closing: AsyncExitStack,
        lock: Lock | None,
        writes: Writes,
        *,
        read_only: bool,
    ) -> None:
        self._location = location
        self._lock = lock
        self._writes = writes
        self._engines = {begin: engine.execution_options(**{BEGIN: begin}) for begin in (READ, WRITE)}
        self._closing = closing
        self._file = location.file_id()
        self._writer = asyncio.Lock()
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()
        self._checkpoints: Checkpoints | None = None
        if location.path is not None and not read_only:
            self._checkpoints = Checkpoints(location.path, location.name, engine, self._writer)

    @asynccontextmanager
    async def transaction(self, begin: str) -> AsyncIterator[Repositories]:
        if self._checkpoints is not None and not self._users:
            self._checkpoints.begin()
        self._users += 1
        self._unused.clear()
        try:
            async with AsyncExitStack() as stack:
                write = stack.enter_context(self._writes.follow()) if begin == WRITE else None
                stack.enter_context(explained(self._location.name, reading=begin == READ))
                if write is not None:
                    await stack.enter_async_context(self._writer)
                connection = await stack.enter_async_context(self._engines[begin].connect())
                if write is not None:
                    stack.callback(self._writes.committed, write)
                await stack.enter_async_context(connection.begin())
                if write is not None:
                    stack.callback(self._writes.block_ended, write)
                yield repositories_over(connection)
                if begin == WRITE:
                    self._check_file()
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()
                if self._checkpoints is not None:
                    self._checkpoints.end()

    async def close(self) -> None:
        await self._unused.wait()
        if self._checkpoints is not None:
            await self._checkpoints.close()
        await self._closing.aclose()

    def _check_file(self) -> None:
        # A file that was deleted or replaced lives on for processes that have it open, but what they write is lost.
        if self._location.file_id() != self._file:
            raise StorageError(
                f"{self._location.name}: the file was moved, deleted or replaced while the court was running, "
                "and nothing was written; put it back or choose another file, and start the court again"
            )
        if self._lock is not None and not self._lock.is_effective():
            raise StorageError(
                f"{self._location.name}: the lock file {self._lock.path.name} was deleted or replaced while the court "
                "was running, so another court may have the record open, and nothing was written; stop the courts that "
                "use this record, and start one of them again"
            )

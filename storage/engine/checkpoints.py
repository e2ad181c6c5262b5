"""Moves what is in the WAL into the record's file while hardly anybody uses the record.

SQLite does it itself only after 1,000 pages, in the commit of whoever writes then, and when the record is closed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from court.errors import StorageError
from storage.engine.failures import explained
from storage.engine.files import beside

log = logging.getLogger(__name__)

IDLE = 2.0
"""Seconds without a transaction after which the record counts as idle."""


class Checkpoints:
    """Empties the WAL of one open record after the first transactions that follow an idle time.

    The worker looks for due work at every tick, so that such transactions come by themselves, and it needs no timer and
    no thread of its own.
    """

    def __init__(self, path: Path, name: str, engine: AsyncEngine, writer: asyncio.Lock) -> None:
        self._wal = beside(path, "-wal")
        self._name = name
        self._engine = engine
        self._writer = writer
        self._unused_since = time.monotonic()
        self._was_idle = False
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Note that a transaction begins while no other is open."""
        self._was_idle = time.monotonic() - self._unused_since >= IDLE

    def end(self) -> None:
        """Note that no transaction is open any more. If the record was idle before, begin to empty the WAL."""
        self._unused_since = time.monotonic()
        if self._was_idle and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Empty the WAL a last time. After that no transaction may begin."""
        if self._running is not None:
            await self._running
        await self._run()

    async def _run(self) -> None:
        try:
            if self._wal.exists() and self._wal.stat().st_size:
                with explained(self._name):
                    await self._empty()
        except StorageError as error:
            # Nothing is lost: it is tried again when the record is idle again.
            log.warning("what was written is kept in %s for now: %s", self._wal.name, error)

    async def _empty(self) -> None:
        async with self._engine.connect() as connection:
            # No transaction is begun on it: SQLite refuses a checkpoint within one.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            # The pages are copied while others may write. What is left to do under the lock takes no time.
            await driver.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
            if self._writer.locked():
                return
            async with self._writer:
                ((patience,),) = await driver.execute_fetchall("PRAGMA busy_timeout")
                try:
                    # Whoever still reads, such as a backup, is not waited for: a vote would wait too.
                    await driver.execute_fetchall("PRAGMA busy_timeout = 0")
                    await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    await driver.execute_fetchall(f"PRAGMA busy_timeout = {patience}")

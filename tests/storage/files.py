"""Record files, and the threads that their connections leave."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database
from tests.records import url_of

PATIENCE = 5.0
"""Seconds to wait at most for something that must happen soon."""


@asynccontextmanager
async def opened(path: Path, *, busy_timeout: float = 5.0) -> AsyncIterator[Database]:
    database = Database(url_of(path), busy_timeout=busy_timeout)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def connection_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]


def assert_no_connection_thread() -> None:
    """Check that no connection's thread is left. One ends a moment after it has closed its connection."""
    end = time.monotonic() + PATIENCE
    for thread in connection_threads():
        thread.join(max(0.0, end - time.monotonic()))
    assert connection_threads() == []

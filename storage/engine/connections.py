"""How connections to the record are made, and how a transaction on one begins."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import AdaptedConnection, Connection, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from court.errors import StorageError
from storage.engine.driver import connect
from storage.engine.location import Location

CONNECTIONS = 8
"""Each has a thread. When all are in use, further readers wait."""

BEGIN = "court_begin"
"""The execution option that says how a transaction begins on SQLite."""

READ = "PRAGMA query_only = ON; BEGIN"
WRITE = "PRAGMA query_only = OFF; BEGIN IMMEDIATE"


def make_engine(location: Location, busy_timeout: float, *, read_only: bool = False) -> AsyncEngine:
    """Make an engine whose transactions begin as the option `BEGIN` says. Nothing is opened yet.

    `busy_timeout` is how many seconds to wait for a lock that another program holds. With `read_only`, the way in
    which the record is kept is left as it is.

    Raises:
        StorageError: when the database's driver is not installed.
    """
    options: dict[str, Any] = {
        "poolclass": AsyncAdaptedQueuePool,
        "pool_size": CONNECTIONS,
        "max_overflow": 0,
        "hide_parameters": True,  # what members wrote must not reach a log
    }
    if location.is_sqlite:
        # Without an isolation level the driver begins no transaction by itself and leaves that to us.
        options["connect_args"] = {"isolation_level": None, "async_creator_fn": connect}
    try:
        engine = create_async_engine(location.url, **options)
    except ModuleNotFoundError as error:
        raise StorageError(
            f"{location.name}: the package “{error.name}” is missing; install it, or keep the record in SQLite"
        ) from error
    if location.is_sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_connection(busy_timeout, read_only=read_only))
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "handle_error", _keep_when_cancelled)
    return engine.execution_options(**{BEGIN: WRITE})


def _prepare_connection(busy_timeout: float, *, read_only: bool) -> Any:
    pragmas = f"""
        PRAGMA busy_timeout = {round(busy_timeout * 1000)};
        {"" if read_only else "PRAGMA journal_mode = WAL;"}
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
    """

    def prepare(connection: AdaptedConnection, _: ConnectionPoolEntry) -> None:
        connection.run_async(lambda driver: driver.executescript(pragmas))

    return prepare


def _keep_when_cancelled(context: ExceptionContext) -> None:
    # SQLAlchemy would close the connection of a cancelled task, and a second cancellation would leave that
    # closing pending forever. The connection's thread works in order: the rollback follows whatever it is doing.
    if isinstance(context.original_exception, asyncio.CancelledError):
        context.is_disconnect = False


def _begin(connection: Connection) -> None:
    # Run as one script, these take only one round trip to the connection's thread.
    statements = connection.get_execution_options()[BEGIN]
    adapted = connection.connection.dbapi_connection
    assert isinstance(adapted, AdaptedConnection)  # noqa: S101 - true of every asynchronous driver
    adapted.run_async(lambda driver: driver.executescript(statements))

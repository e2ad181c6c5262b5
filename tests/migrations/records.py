"""Record files at any revision, made with Alembic as the court runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from storage.migrations.run import alembic_config

Command = Callable[[Config, str], None]

SCRIPTS = ScriptDirectory.from_config(alembic_config())
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
"""Oldest first."""


@contextmanager
def connected(path: Path, *, foreign_keys: bool = True) -> Iterator[sa.Connection]:
    """Open a transaction on a record with the synchronous driver. Foreign keys are checked as the court does."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        yield connection


def migrate(path: Path, to: str, by: Command = command.upgrade) -> None:
    """Run migrations as the court does: with foreign keys off, because a rebuilt table is dropped for a moment."""
    with connected(path, foreign_keys=False) as connection:
        by(alembic_config(connection), to)


def tables_of(connection: sa.Connection) -> list[str]:
    return sa.inspect(connection).get_table_names()

"""Statements that SQLite and PostgreSQL both support, but that SQLAlchemy builds separately for each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def insert_into(dialect: str, table: sa.Table) -> Insert:
    """Return an insert that can say what to do on a conflict."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - takes a tenth of a second, not needed on SQLite

        return postgresql.insert(table)
    return sqlite.insert(table)


@cache
def upsert(dialect: str, table: sa.Table, *left_alone: str) -> Insert:
    """Return a statement that inserts a row, or updates the one with the same primary key. Pass the row to execute it.

    The columns in `left_alone` are not part of the row passed, and stay as they are. The statement is cached,
    because building it costs more than running it.
    """
    statement = insert_into(dialect, table)
    keys = table.primary_key.columns
    unchanged = {*left_alone, *keys.keys()}
    changed = {name: statement.excluded[name] for name in table.c.keys() if name not in unchanged}  # noqa: SIM118
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)

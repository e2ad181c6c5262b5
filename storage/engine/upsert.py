"""Statements that SQLite and PostgreSQL both know, but SQLAlchemy spells for each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def insert_into(dialect: str, table: sa.Table) -> Insert:
    """Begin an insert that can say what to do on a conflict."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - a tenth of a second that SQLite need not wait for

        return postgresql.insert(table)
    return sqlite.insert(table)


@cache
def upsert(dialect: str, table: sa.Table, *left_alone: str) -> Insert:
    """Insert a whole row, or change the one of the same primary key to it. The row is given at execution.

    The columns named are not part of what is given, and stay as they are. Kept, because building it
    costs more than running it.
    """
    statement = insert_into(dialect, table)
    keys = table.primary_key.columns
    unchanged = {*left_alone, *keys.keys()}
    changed = {name: statement.excluded[name] for name in table.c.keys() if name not in unchanged}  # noqa: SIM118
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)

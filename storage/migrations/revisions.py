"""The revisions of the schema, and what one says about a record. Alembic is not needed for it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from court.errors import StorageError

REVISIONS = frozenset(path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*_*.py"))
"""Every migration, according to the file names."""

REVISION = max(REVISIONS)
"""The newest migration. A record at this revision is up to date."""


def revisions_of(connection: Connection) -> set[str]:
    """Return the revision that a record is at, or nothing if it has none. A damaged one may have several."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())


def check_known(found: AbstractSet[str], name: str) -> None:
    """Check that this court knows the revisions of a record.

    Raises:
        StorageError: when the record was written by a newer court.
    """
    if unknown := found - REVISIONS:
        raise StorageError(
            f"{name}: it was written by a newer court (revision {', '.join(sorted(unknown))}); "
            "update the court, or restore a backup from before the update"
        )


def is_older(found: AbstractSet[str]) -> bool:
    """Return whether a record at these revisions is one of the court that has to be migrated before it can be read."""
    return bool(found) and found <= REVISIONS - {REVISION}


def check_newest(connection: Connection, name: str) -> None:
    """Check that a record needs no migration, and change nothing.

    Raises:
        StorageError: when it needs one, or when this court cannot read it.
    """
    found = revisions_of(connection)
    check_known(found, name)
    if found != {REVISION}:
        raise StorageError(
            f"{name}: the record is at revision {', '.join(sorted(found)) or 'none'} and must be brought up to "
            f"revision {REVISION} before it can be read; `court run` and `court recount --apply` do that at their start"
        )

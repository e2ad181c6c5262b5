"""Records to test with: copies of a template that was migrated once, which takes as long as twenty copies."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import sqlalchemy as sa

from court.ports import Repositories
from storage.database import Database
from storage.engine.files import beside, make_private
from storage.engine.lock import ENDING


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def make_template(path: Path) -> Path:
    """Make an empty record that is up to date and closed, so that all of it is in its file. Return its path."""

    async def make() -> None:
        database = Database(url_of(path))
        await database.open()
        await database.close()

    # Not `asyncio.run`, which would unset the event loop that the tests have set.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(make())
    left = [other.name for other in path.parent.iterdir() if other not in {path, beside(path, ENDING)}]
    assert left == [], f"{left}: a copy of {path.name} alone would lose what is in them"
    return path


def copy_of(template: Path, to: Path) -> Path:
    """Copy a record that is not open. Return the path of the copy."""
    assert not template.with_name(f"{template.name}-wal").exists(), f"{template} is open"
    shutil.copyfile(template, to)
    make_private(to)
    return to


async def execute(repos: Repositories, statement: sa.Executable) -> None:
    """Run a statement that no repository offers, in the transaction of `repos`."""
    await repos.cases._connection.execute(statement)  # type: ignore[attr-defined]

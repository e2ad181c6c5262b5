"""Records to test with: copies of a template that was brought up to date once, which takes as long as twenty copies."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import sqlalchemy as sa

from court.ports import Repositories
from storage.database import Database


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def make_template(path: Path) -> Path:
    """Make an empty record that is up to date and closed, so that its file is all of it."""

    async def make() -> None:
        database = Database(url_of(path))
        await database.open()
        await database.close()

    # Not `asyncio.run`, which would take away the loop that the tests have set.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(make())
    left = [other.name for other in path.parent.iterdir() if other != path]
    assert left == [], f"{left}: a copy of {path.name} alone would lose what is in them"
    return path


def copy_of(template: Path, to: Path) -> Path:
    """Copy a record that nobody has open; give the copy."""
    assert not template.with_name(f"{template.name}-wal").exists(), f"{template} is open"
    shutil.copyfile(template, to)
    return to


async def execute(repos: Repositories, statement: sa.Executable) -> None:
    """Run a statement that no repository has, in the transaction of `repos`."""
    await repos.cases._connection.execute(statement)  # type: ignore[attr-defined]

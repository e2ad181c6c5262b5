"""Every statement of every repository compiles for PostgreSQL. No server is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.unit_of_work import REPOSITORIES, repositories_over
from tests.contracts import store
from tests.contracts.store.uses import Uses


class Nothing:
    """The result of a statement that finds nothing."""

    rowcount = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def first(self) -> None:
        return None

    def all(self) -> list[Any]:
        return []

    def scalar_one(self) -> int:
        return 1

    def mappings(self) -> Nothing:
        return self

    def one(self) -> dict[str, int]:
        return {}


class Recorder:
    """A connection that writes statements down in PostgreSQL's dialect and runs none."""

    def __init__(self) -> None:
        self.dialect = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has not typed it
        self.written: list[str] = []

    async def execute(
        self, statement: sa.Executable, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> Nothing:
        first = rows if isinstance(rows, Mapping) or rows is None else rows[0]
        compiled = statement.compile(  # type: ignore[attr-defined]  # what is executed here can be compiled
            dialect=self.dialect, column_keys=None if first is None else list(first)
        )
        self.written.append(" ".join(str(compiled).split()))
        return Nothing()

    async def scalar(self, statement: sa.Executable) -> None:
        await self.execute(statement)


USES: Uses = {
    name: use
    for module in iter_modules(store.__path__, f"{store.__name__}.")
    for name, use in getattr(import_module(module.name), "USES", {}).items()
}
"""What the modules of the store's contract suite list."""


async def written_by(use: str) -> list[str]:
    recorder = Recorder()
    await USES[use](repositories_over(cast(AsyncConnection, recorder)))
    return recorder.written


def test_no_method_of_a_repository_is_left_out() -> None:
    repos = repositories_over(cast(AsyncConnection, Recorder()))
    methods = {
        f"{repository}.{method}"
        for repository in REPOSITORIES
        for method in vars(type(getattr(repos, repository)))
        if not method.startswith("_")
    }
    assert methods == set(USES)


@pytest.mark.parametrize("use", USES)
async def test_every_statement_compiles_for_postgresql(use: str) -> None:
    written = await written_by(use)
    assert written
    assert not [statement for statement in written if "?" in statement]


@pytest.mark.parametrize("use", ["hearing_queue.claim", "outbox.claim"])
async def test_postgresql_skips_rows_that_another_claims(use: str) -> None:
    assert any("FOR UPDATE SKIP LOCKED" in written for written in await written_by(use))


@pytest.mark.parametrize("use", ["guilds.put", "guilds.adjourn", "rosters.put", "hearing_queue.schedule"])
async def test_a_conflict_is_handled_in_the_statement_and_not_caught(use: str) -> None:
    (written,) = await written_by(use)
    assert "ON CONFLICT" in written

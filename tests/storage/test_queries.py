"""What the repositories read often takes few queries, and an index answers them."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage.database import Database
from tests.contracts.store.samples import GUILD, NOW, ROSTER, bridge, file_case
from tests.storage.files import opened

SESSIONS = 12


@pytest.fixture
async def database(record: Path) -> AsyncIterator[Database]:
    """A record with one case and some sessions of it, each with opinions of every status."""
    async with opened(record) as database:
        case = await file_case(database, GUILD, "1B0C")
        async with database.writing() as repos:
            await repos.rosters.put(ROSTER)
            for session in range(1, SESSIONS + 1):
                await repos.hearings.add(bridge(case.id, session))
        yield database


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Collect every statement with its parameters, as it goes to the driver."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def plan(path: Path, statement: str, parameters: Any) -> str:
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    finally:
        connection.close()
    return "; ".join(row[-1] for row in rows)


async def test_the_opinions_of_all_sessions_come_with_one_more_query(database: Database) -> None:
    async with database.reading() as repos:
        for load in (
            lambda: repos.hearings.of_case(1),
            lambda: repos.hearings.of_case(1, limit=3),
            lambda: repos.hearings.get(1, SESSIONS),
            lambda: repos.hearings.latest_ruled(GUILD),
        ):
            with asked() as seen:
                assert await load()
            assert len(seen) == 2


async def test_what_is_spent_is_read_from_an_index(database: Database, record: Path) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            await repos.charges.spent(NOW, GUILD)
            await repos.charges.spent(NOW)
    of_guild, of_all = (plan(record, *query) for query in seen)
    assert "ix_charges_guild_id_at (guild_id=? AND at>?)" in of_guild
    assert "ix_charges_at (at>?)" in of_all


async def test_the_hearing_to_claim_is_found_by_precedence_and_time_without_sorting(
    database: Database, record: Path
) -> None:
    async with database.writing() as repos:
        with asked() as seen:
            assert await repos.hearing_queue.claim(NOW) is None
    (found,) = (plan(record, *query) for query in seen)
    assert "ix_hearing_queue_state_precedence_due_at (state=? AND precedence=? AND due_at<?)" in found
    assert "TEMP B-TREE" not in found


async def test_what_waits_too_long_is_found_by_its_time(database: Database, record: Path) -> None:
    async with database.writing() as repos:
        with asked() as seen:
            await repos.hearing_queue.bring_forward(NOW)
            await repos.outbox.bring_forward(NOW)
    hearings, dispatches = (plan(record, *query) for query in seen)
    assert "ix_hearing_queue_state_precedence_due_at (state=? AND precedence=? AND due_at>?)" in hearings
    assert "ix_outbox_state_due_at (state=? AND due_at>?)" in dispatches


async def test_the_statistics_of_a_guild_take_as_many_queries_however_much_was_heard(database: Database) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            statistics = await repos.statistics.statistics(GUILD)
    assert statistics.heard == SESSIONS
    assert len(seen) == 4

"""What the repositories read often takes few queries, and an index answers them."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from court.announcements.kinds import PlainNotice, RulingAnnouncement
from court.models.work import Dispatch
from storage.database import Database
from tests.contracts.store.samples import DAY, FILER, GUILD, NOW, ROSTER, bridge, file_case
from tests.fakes.world import LEASE
from tests.storage.files import opened

SESSIONS = 12


@pytest.fixture
async def database(record: Path) -> AsyncIterator[Database]:
    """A record with one case and some sessions of it, each with opinions of every status."""
    async with opened(record) as database:
        case = await file_case(database, GUILD)
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


async def test_pending_cases_are_counted_in_an_index(database: Database, record: Path) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            await repos.cases.pending(GUILD, FILER)
            await repos.cases.pending(GUILD)
    of_member, of_guild = (plan(record, *query) for query in seen)
    covering = "SEARCH cases USING COVERING INDEX ix_cases_guild_id_state_filed_by"
    assert of_member == f"{covering} (guild_id=? AND state=? AND filed_by=?)"
    assert of_guild == f"{covering} (guild_id=? AND state=?)"


async def test_the_last_sessions_of_a_docket_come_with_one_query_and_through_indexes(
    database: Database, record: Path
) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            await repos.statistics.last_sessions(GUILD)
    (found,) = (plan(record, *query) for query in seen)
    assert "cases USING COVERING INDEX ix_cases_guild_id_state_filed_by (guild_id=? AND state=?)" in found
    assert "hearings USING INDEX sqlite_autoindex_hearings_1 (case_id=? AND session=?)" in found
    assert "earlier USING COVERING INDEX sqlite_autoindex_hearings_1 (case_id=?)" in found
    assert "SCAN" not in found


async def test_a_docket_number_is_looked_up_in_an_index(database: Database, record: Path) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            await repos.cases.by_docket_number(GUILD, "1B0C")
    (found,) = (plan(record, *query) for query in seen)
    assert "(guild_id=? AND docket_number=?)" in found


async def test_a_pace_is_read_and_pruned_through_indexes(database: Database, record: Path) -> None:
    async with database.writing() as repos:
        with asked() as seen:
            await repos.paces.put(GUILD, "ask", FILER, NOW - DAY)
            await repos.paces.get(GUILD, "ask", FILER)
            await repos.paces.prune(NOW, 4)
    _, read, found, pruned = (plan(record, statement, given) for statement, given in seen)
    assert read == "SEARCH paces USING INDEX sqlite_autoindex_paces_1 (guild_id=? AND action=? AND subject_id=?)"
    assert found == "SEARCH paces USING INDEX ix_paces_until (until<?)"
    assert pruned == read


async def test_a_backlog_is_counted_in_indexes_and_reads_nothing_that_is_done(database: Database, record: Path) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            await repos.backlogs.at(NOW)
    plans = [plan(record, *query) for query in seen]
    waiting, under_way, late, dispatches, lane, servers = plans
    queue = "hearing_queue USING COVERING INDEX ix_hearing_queue_state_precedence_due_at"
    assert waiting == f"SEARCH {queue} (state=?)"
    assert late == f"SEARCH {queue} (state=? AND precedence=? AND due_at<?)"
    assert "ix_hearing_queue_state_precedence_due_at (state=?)" in under_way
    assert "outbox USING COVERING INDEX ix_outbox_guild_id_lane_state_due_at (guild_id=? AND lane=? AND state=?)" in (
        dispatches
    )
    assert "lanes USING INDEX ix_lanes_due_at (due_at<?)" in lane
    assert servers == "SCAN guilds"


async def test_the_hearing_to_claim_is_found_by_precedence_and_time_without_sorting(
    database: Database, record: Path
) -> None:
    async with database.writing() as repos:
        with asked() as seen:
            assert await repos.hearing_queue.claim(NOW, LEASE) is None
    expired, found = (plan(record, *query) for query in seen)
    assert "ix_hearing_queue_state_precedence_due_at (state=?)" in expired
    assert "ix_hearing_queue_state_precedence_due_at (state=? AND precedence=? AND due_at<?)" in found
    assert "TEMP B-TREE" not in found


async def test_the_next_dispatch_is_found_by_its_lane_without_reading_those_that_wait_behind_it(
    database: Database, record: Path
) -> None:
    async with database.writing() as repos:
        for number in range(3):
            await repos.outbox.add(PlainNotice(str(number)), GUILD, NOW)
        with asked() as seen:
            dispatch = await repos.outbox.claim(NOW, LEASE)
        lane, _, claimed = (plan(record, *query) for query in seen)
        assert dispatch is not None
        with asked() as seen:
            await repos.outbox.free(dispatch, NOW)
            await repos.outbox.supersede(Dispatch(1, RulingAnnouncement(1, 1), GUILD, NOW))
            await repos.outbox.make_due(GUILD, NOW)
        _, _, due, _, later, _, waiting, *_ = (plan(record, *query) for query in seen)
    assert "ix_lanes_due_at (due_at<?)" in lane
    in_lane = "ix_outbox_guild_id_lane_state_due_at (guild_id=? AND lane=? AND state=?"
    assert f"{in_lane} AND due_at<?)" in claimed
    assert f"{in_lane})" in due
    assert "ix_outbox_case_id_kind (case_id=? AND kind=? AND rowid>?)" in later
    assert f"{in_lane})" in waiting
    for found in (lane, claimed, due, later, waiting):
        assert "SCAN outbox" not in found


async def test_what_waits_too_long_is_found_by_its_time(database: Database, record: Path) -> None:
    async with database.writing() as repos:
        await repos.outbox.add(PlainNotice("waiting"), GUILD, NOW)
        with asked() as seen:
            await repos.hearing_queue.bring_forward(NOW)
            await repos.outbox.bring_forward(NOW)
    hearings, _, dispatches, *_ = (plan(record, *query) for query in seen)
    assert "ix_hearing_queue_state_precedence_due_at (state=? AND precedence=? AND due_at>?)" in hearings
    assert "ix_outbox_guild_id_lane_state_due_at (guild_id=? AND lane=? AND state=? AND due_at>?)" in dispatches


async def test_the_statistics_of_a_guild_take_as_many_queries_however_much_was_heard(database: Database) -> None:
    async with database.reading() as repos:
        with asked() as seen:
            statistics = await repos.statistics.statistics(GUILD)
    assert statistics.heard == SESSIONS
    assert len(seen) == 4

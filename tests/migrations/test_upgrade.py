"""A record of the oldest court, with rows in every table, is carried over to the newest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from court.models import (
    AudienceTally,
    CaseState,
    GuildSettings,
    HearingKind,
    Holding,
    Outcome,
    Standing,
    Tally,
    Usage,
    Vote,
)
from court.models.work import DispatchKind, Precedence
from storage.database import Database
from tests.contracts.store.samples import DAY, NOW
from tests.migrations.oldest import NEW, OLDEST, RULED, UNLUCKY
from tests.migrations.records import REVISIONS, connected, migrate, tables_of
from tests.storage.files import opened


def insert(connection: sa.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
    connection.execute(sa.text(f'INSERT INTO "{table}" ({columns}) VALUES ({values})'), rows)


def rows_of(connection: sa.Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')).mappings()]


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    path = tmp_path / "court.sqlite3"
    migrate(path, REVISIONS[0])
    with connected(path) as connection:
        for table, rows in OLDEST.items():
            insert(connection, table, rows)
    return path


def assert_intact(path: Path) -> None:
    with connected(path) as connection:
        for table, rows in OLDEST.items():
            carried = [{name: row[name] for name in rows[0]} for row in rows_of(connection, table)]
            assert carried == rows, table
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_the_fixture_has_a_row_for_every_table(oldest: Path) -> None:
    with connected(oldest) as connection:
        ours = {table for table in tables_of(connection) if not table.startswith(("alembic", "docket_search"))}
    assert ours == set(OLDEST)


def test_every_row_of_the_oldest_record_is_intact_at_the_newest(oldest: Path) -> None:
    migrate(oldest, "head")

    assert_intact(oldest)
    with connected(oldest) as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == REVISIONS[-1]


def test_every_row_is_intact_when_the_newest_revision_is_left_again(oldest: Path) -> None:
    migrate(oldest, "head")
    with connected(oldest) as connection:
        connection.exec_driver_sql(
            "INSERT INTO opinions SELECT case_id, session, seat, model, outcome, ballot, confidence, reason, emerged, "
            "cause, tokens_in, tokens_out, latency, 'replaced', cost FROM opinions"
        )
    migrate(oldest, REVISIONS[0], command.downgrade)

    assert_intact(oldest)


@pytest.fixture
async def carried(oldest: Path) -> AsyncIterator[Database]:
    async with opened(oldest) as database:
        yield database


async def test_the_court_reads_the_oldest_record_and_goes_on_with_it(carried: Database) -> None:
    async with carried.reading() as records:
        case = await records.cases.by_docket_number(1, "1B0C")
        assert case is not None
        assert (case.id, case.state, case.filed_at) == (RULED, CaseState.DOCKETED, NOW)
        assert case in await records.cases.search(1, "novle", [CaseState.DOCKETED], 5)
        assert await records.votes.of_member(RULED, 21) is Vote.MAYBE
        assert await records.votes.tally(RULED) == AudienceTally(maybe=1)
        assert await records.guilds.get(1) == GuildSettings(1, 2, 3)
        ruling = await records.outbox.ruling_at(20)
        assert ruling is not None
        assert (ruling.kind, ruling.session) == (DispatchKind.RULING, 2)
        assert await records.ledger.spent(NOW) == 0
        assert await records.turns.of_case(RULED) == []
    async with carried.writing() as records:
        filed = await records.cases.file(1, "0002", "Can AI play chess?", 11, NOW)
        assert filed.id > NEW
        await records.sittings.schedule(filed.id, NOW + DAY)
        assert await records.guilds.adjourn(1, NOW)


async def test_what_was_heard_was_routine_and_has_no_known_price(carried: Database) -> None:
    async with carried.reading() as records:
        mistrial, ruled = await records.hearings.of_case(RULED)
        rehearsed, _ = await records.hearings.of_case(UNLUCKY)
    for held in (mistrial, ruled, rehearsed):
        assert (held.kind, held.roster, held.seed, held.background_id) == (HearingKind.ROUTINE, None, None, None)
        assert (held.replaced, held.former, held.closed_at) == ((), (), NOW)
    assert [opinion.outcome for opinion in ruled.opinions] == [Outcome.BALLOT, Outcome.TIMEOUT]
    # The juror that answered and the judge took tokens; the one that did not answer took none.
    assert [opinion.cost for opinion in ruled.opinions] == [None, 0]
    assert (ruled.bench, ruled.usage) == (Usage(unpriced=1), Usage(900, 120, cost=0, unpriced=2))
    assert mistrial.usage == Usage()
    assert rehearsed.usage == Usage(900, 120)


async def test_a_standing_becomes_that_of_the_first_term(carried: Database) -> None:
    tally = Tally(yes=2, almost=3, in_research=4, no=1)
    async with carried.reading() as records:
        assert await records.standings.get(RULED) == Standing(Holding.YES, None, tally, tally, term=1, since=1)


async def test_what_waits_gets_its_precedence(carried: Database) -> None:
    async with carried.writing() as records:
        assert await records.sittings.resume(NOW) == 0
        claimed = [sitting for _ in range(4) if (sitting := await records.sittings.claim(NOW)) is not None]
    assert [(sitting.id, sitting.case_id, sitting.precedence, sitting.attempts) for sitting in claimed] == [
        (6, UNLUCKY, Precedence.MISTRIAL, 3),
        (7, NEW, Precedence.FIRST, 3),
        (5, RULED, Precedence.ROUTINE, 3),
    ]


def schema_of(connection: sa.Connection) -> list[tuple[str, str, list[str]]]:
    """Every object with the lines that make it. Alembic rebuilds a table with its constraints in any order."""
    made = connection.exec_driver_sql("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return sorted((kind, name, sorted(line.strip(", ") for line in sql.splitlines())) for kind, name, sql in made)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_can_be_left_and_taken_again(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "court.sqlite3"
    migrate(path, revision)
    with connected(path) as connection:
        before = schema_of(connection)
    migrate(path, "-1", command.downgrade)
    migrate(path, revision)
    with connected(path) as connection:
        assert schema_of(connection) == before


def test_going_back_to_nothing_leaves_nothing(oldest: Path) -> None:
    migrate(oldest, "head")
    migrate(oldest, "base", command.downgrade)
    with connected(oldest) as connection:
        assert tables_of(connection) == ["alembic_version"]

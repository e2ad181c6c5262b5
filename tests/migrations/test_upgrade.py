"""A record of every released court, with rows in every table, is migrated to the newest revision."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from court.announcements.kinds import (
    AdjournmentNotice,
    CardUpdate,
    DelayNotice,
    PlainNotice,
    RulingAnnouncement,
    TurnAnnouncement,
)
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
from court.models.announcements import Obstacle, Problem
from court.models.work import Dispatch, Precedence
from court.ports import Repositories
from storage.database import Database
from tests.contracts.store.samples import DAY, NOW
from tests.fakes.world import LEASE
from tests.migrations.fourth import FOURTH
from tests.migrations.oldest import NEW, OLDEST, RULED, UNLUCKY
from tests.migrations.records import REVISIONS, connected, migrate, tables_of
from tests.migrations.second import DENIED, MERGED, SECOND, TURNED, WITHDRAWN
from tests.migrations.third import DROPPED, TABLES, THIRD, renamed
from tests.storage.files import opened


def insert(connection: sa.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
    connection.execute(sa.text(f'INSERT INTO "{table}" ({columns}) VALUES ({values})'), rows)


def rows_of(connection: sa.Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')).mappings()]


RELEASED = {"0001": OLDEST, "0002": SECOND, "0003": THIRD, "0004": FOURTH}
"""The rows of a record that a released court stored, by revision."""


def record_of(path: Path, revision: str) -> Path:
    """Make a record file as the court of that revision left it."""
    migrate(path, revision)
    with connected(path) as connection:
        for table, rows in RELEASED[revision].items():
            insert(connection, table, rows)
    return path


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    return record_of(tmp_path / "court.sqlite3", "0001")


@pytest.fixture(params=RELEASED)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    return record_of(tmp_path / "court.sqlite3", request.param), request.param


def assert_intact(path: Path, expected: dict[str, list[dict[str, Any]]]) -> None:
    with connected(path) as connection:
        for table, rows in expected.items():
            carried = [{name: row[name] for name in rows[0]} for row in rows_of(connection, table)]
            assert sorted(carried, key=str) == sorted(rows, key=str), table
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_the_fixtures_have_a_row_for_every_table(released: tuple[Path, str]) -> None:
    path, revision = released
    with connected(path) as connection:
        ours = {table for table in tables_of(connection) if not table.startswith(("alembic", "docket_search"))}
    assert ours == set(RELEASED[revision])


def test_every_row_is_intact_at_the_newest(released: tuple[Path, str]) -> None:
    path, revision = released
    migrate(path, "head")

    rows = RELEASED[revision].items()
    assert_intact(path, {TABLES.get(table, table): [renamed(table, row) for row in kept] for table, kept in rows})
    with connected(path) as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == REVISIONS[-1]


def test_every_row_is_intact_after_a_downgrade_from_the_newest(released: tuple[Path, str]) -> None:
    path, revision = released
    migrate(path, "head")
    migrate(path, revision, command.downgrade)

    without = {table: [dict(row) for row in rows] for table, rows in RELEASED[revision].items()}
    for table, column in DROPPED:
        for row in without.get(table, []):
            if column in row:
                row[column] = 0
    assert_intact(path, without)


OF_THE_SECOND = ", ".join(name for name in SECOND["opinions"][0] if name != "bench")
"""The columns of opinions that every revision since the second has."""


def test_only_the_counted_panel_is_left_after_a_downgrade_to_the_oldest(oldest: Path) -> None:
    migrate(oldest, "head")
    with connected(oldest) as connection:
        connection.exec_driver_sql(
            f"INSERT INTO opinions ({OF_THE_SECOND}, status) SELECT {OF_THE_SECOND}, 'replaced' FROM opinions"
        )
    migrate(oldest, REVISIONS[0], command.downgrade)

    assert_intact(oldest, OLDEST)


def test_cases_without_a_number_of_four_digits_get_one_by_a_downgrade(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0003")
    with connected(path) as connection:
        connection.exec_driver_sql("UPDATE cases SET docket_number = '0001' WHERE id = ?", (UNLUCKY,))
    migrate(path, "head")
    with connected(path) as connection:
        connection.exec_driver_sql("UPDATE cases SET docket_number = NULL WHERE id IN (?, ?)", (NEW, DENIED))
        connection.exec_driver_sql("UPDATE cases SET docket_number = '1B0F5' WHERE id = ?", (TURNED,))
    migrate(path, "0003", command.downgrade)

    with connected(path) as connection:
        numbers = {row["id"]: row["docket_number"] for row in rows_of(connection, "cases")}
    kept = {RULED: "1B0C", UNLUCKY: "0001", MERGED: "1B11", WITHDRAWN: "1B12"}
    assert numbers == kept | {NEW: "0000", TURNED: "0002", DENIED: "0003"}


async def test_the_court_reads_the_notices_of_the_third_record(tmp_path: Path) -> None:
    async with opened(record_of(tmp_path / "court.sqlite3", "0003")) as database, database.writing() as repos:
        claimed = await take_all(repos)
    read = {dispatch.id: dispatch.announcement for dispatch in claimed}
    assert isinstance(read[16], AdjournmentNotice)
    assert read[17] == DelayNotice(Problem(Obstacle.PERMISSIONS, 2, ("send_messages",)), RULED)


def test_no_id_of_the_queue_is_reused(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    with connected(path) as connection:
        connection.exec_driver_sql("DELETE FROM sittings WHERE id = 9")
    migrate(path, "head")
    with connected(path) as connection:
        connection.exec_driver_sql(
            "INSERT INTO hearing_queue (case_id, due_at, state, attempts, precedence, adjourned) "
            f"VALUES ({NEW}, '2026-03-01 12:30:15.123456', 'waiting', 0, 2, 0)"
        )
        assert connection.exec_driver_sql("SELECT max(id) FROM hearing_queue").scalar() == 10


@pytest.mark.parametrize(
    ("table", "insert_next"),
    [
        (
            "outbox",
            "INSERT INTO outbox (kind, guild_id, lane, due_at, state, facts, attempts, recheck) "
            "VALUES ('notice', 1, 'moderators', '2026-03-01 12:30:15.123456', 'waiting', '{}', 0, 0)",
        ),
        (
            "charges",
            f"INSERT INTO charges (guild_id, case_id, at, reserved) VALUES (1, {RULED}, '2026-03-01 12:30:15', 9)",
        ),
    ],
)
@pytest.mark.parametrize("emptied", [False, True])
def test_no_id_of_a_rebuilt_table_is_reused(tmp_path: Path, table: str, insert_next: str, emptied: bool) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    with connected(path) as connection:
        last = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar_one()
        connection.exec_driver_sql(f"DELETE FROM {table}" + ("" if emptied else f" WHERE id = {last}"))
    migrate(path, "head")
    with connected(path) as connection:
        connection.exec_driver_sql(insert_next)
        assert connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() == last + 1
        assert connection.exec_driver_sql("SELECT name FROM sqlite_sequence WHERE name = 'kept'").first() is None


async def take_all(repos: Repositories) -> list[Dispatch]:
    taken: list[Dispatch] = []
    while (dispatch := await repos.outbox.claim(NOW, LEASE)) is not None:
        await repos.outbox.done(dispatch.id)
        await repos.outbox.free(dispatch, NOW)
        taken.append(dispatch)
    return taken


async def test_moderators_are_not_notified_again_of_a_ruling_that_waits_for_a_channel(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    with connected(path) as connection:
        connection.exec_driver_sql(
            "UPDATE outbox SET error = 'no verdict channel is set: /setup channels sets it' WHERE id = 12"
        )
    async with opened(path) as database, database.writing() as repos:
        claimed = await take_all(repos)
    errors = {dispatch.id: dispatch.error for dispatch in claimed}
    assert errors[12] == str(Problem(Obstacle.NO_VERDICT_CHANNEL))


@pytest.fixture
async def carried(oldest: Path) -> AsyncIterator[Database]:
    async with opened(oldest) as database:
        yield database


async def test_the_court_reads_the_oldest_record_and_goes_on_with_it(carried: Database) -> None:
    async with carried.reading() as repos:
        case = await repos.cases.by_docket_number(1, "1B0C")
        assert case is not None
        assert (case.id, case.state, case.filed_at) == (RULED, CaseState.DOCKETED, NOW)
        assert case in await repos.cases.search(1, "novle", [CaseState.DOCKETED], 5)
        assert await repos.votes.of_member(RULED, 21) is Vote.MAYBE
        assert await repos.votes.tally(RULED) == AudienceTally(maybe=1)
        assert await repos.guilds.get(1) == GuildSettings(1, 2, 3)
        ruling = await repos.outbox.ruling_at(20)
        assert ruling is not None
        assert ruling.announcement == RulingAnnouncement(RULED, 2)
        assert await repos.charges.spent(NOW) == 0
        assert await repos.turns.of_case(RULED) == []
    async with carried.writing() as repos:
        filed = await repos.cases.file(1, "Can AI play chess?", 11, NOW)
        assert filed.id > NEW
        await repos.hearing_queue.schedule(filed.id, NOW + DAY)
        assert await repos.guilds.adjourn(1, NOW)


async def test_an_older_notice_goes_out_as_it_was_worded(tmp_path: Path) -> None:
    async with opened(record_of(tmp_path / "court.sqlite3", "0002")) as database, database.writing() as repos:
        await repos.outbox.release_all()
        claimed = await take_all(repos)
    assert {dispatch.id: dispatch.announcement for dispatch in claimed} == {
        9: RulingAnnouncement(RULED, 1),
        11: CardUpdate(NEW),
        12: TurnAnnouncement(TURNED, 2),
        14: PlainNotice("The court adjourns until <t:1775117700:f>."),
        15: PlainNotice("A ruling could not be announced.", RULED),
    }


def test_a_notice_of_today_becomes_a_sentence_for_the_previous_court(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    migrate(path, "head")
    with connected(path) as connection:
        connection.exec_driver_sql("UPDATE outbox SET kind = 'adjournment', facts = '{\"cap\": 1}' WHERE id = 14")
        connection.exec_driver_sql("UPDATE outbox SET kind = 'delay', facts = '{\"problem\": {}}' WHERE id = 15")
    migrate(path, "0002", command.downgrade)
    with connected(path) as connection:
        notices = connection.exec_driver_sql(
            "SELECT kind, detail FROM outbox WHERE id IN (14, 15) ORDER BY id"
        ).fetchall()
    assert [(kind, "/setup" in detail) for kind, detail in notices] == [("notice", True), ("notice", True)]


async def test_older_hearings_are_routine_and_have_no_known_price(carried: Database) -> None:
    async with carried.reading() as repos:
        mistrial, ruled = await repos.hearings.of_case(RULED)
        rehearsed, _ = await repos.hearings.of_case(UNLUCKY)
    for held in (mistrial, ruled, rehearsed):
        assert (held.kind, held.roster, held.seed, held.background_id) == (HearingKind.ROUTINE, None, None, None)
        assert (held.replaced, held.former, held.closed_at) == ((), (), NOW)
    assert [opinion.outcome for opinion in ruled.opinions] == [Outcome.BALLOT, Outcome.TIMEOUT]
    # The juror that answered and the judge took tokens; the one that did not answer took none.
    assert [opinion.cost for opinion in ruled.opinions] == [None, 0]
    assert (ruled.judge_usage, ruled.usage) == (Usage(unpriced=1), Usage(900, 120, cost=0, unpriced=2))
    assert mistrial.usage == Usage()
    assert rehearsed.usage == Usage(900, 120)


async def test_an_older_standing_is_that_of_the_first_term(carried: Database) -> None:
    tally = Tally(yes=2, almost=3, in_research=4, no=1)
    async with carried.reading() as repos:
        assert await repos.standings.get(RULED) == Standing(Holding.YES, None, tally, tally, term=1, since=1)


async def test_waiting_hearings_get_their_precedence(carried: Database) -> None:
    async with carried.writing() as repos:
        assert await repos.hearing_queue.resume(NOW) == 0
        claimed = [
            due_hearing for _ in range(4) if (due_hearing := await repos.hearing_queue.claim(NOW, LEASE)) is not None
        ]
    assert [
        (due_hearing.id, due_hearing.case_id, due_hearing.precedence, due_hearing.attempts) for due_hearing in claimed
    ] == [
        (6, UNLUCKY, Precedence.MISTRIAL, 3),
        (7, NEW, Precedence.FIRST, 3),
        (5, RULED, Precedence.ROUTINE, 3),
    ]


def schema_of(connection: sa.Connection) -> list[tuple[str, str, list[str]]]:
    """Return every object with the lines of its SQL sorted, because Alembic rebuilds constraints in any order."""
    made = connection.exec_driver_sql("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return sorted((kind, name, sorted(line.strip(", ") for line in sql.splitlines())) for kind, name, sql in made)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_can_be_downgraded_and_upgraded_again(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "court.sqlite3"
    migrate(path, revision)
    with connected(path) as connection:
        before = schema_of(connection)
    migrate(path, "-1", command.downgrade)
    migrate(path, revision)
    with connected(path) as connection:
        assert schema_of(connection) == before


def test_a_downgrade_to_nothing_leaves_nothing(oldest: Path) -> None:
    migrate(oldest, "head")
    migrate(oldest, "base", command.downgrade)
    with connected(oldest) as connection:
        assert tables_of(connection) == ["alembic_version"]

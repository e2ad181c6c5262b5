"""A record of the oldest court, with rows in every table, is carried over to the newest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from court.models import AudienceTally, CaseState, Holding, Outcome, Tally, Vote
from court.work import DispatchKind
from storage.database import Database
from tests.contracts.store.samples import NOW
from tests.migrations.records import REVISIONS, connected, migrate, tables_of

MOMENT = "2026-03-01 12:30:15.123456"

OLDEST: dict[str, list[dict[str, Any]]] = {
    "guilds": [{"guild_id": 1, "verdict_channel_id": 2, "mod_channel_id": 3, "mod_role_id": None}],
    "cases": [
        {
            "id": 7,
            "guild_id": 1,
            "docket_number": "1B0C",
            "statement": "Can AI write a novel?",
            "state": "docketed",
            "filed_by": 11,
            "filed_at": MOMENT,
            "decided_by": 12,
            "decided_at": MOMENT,
            "decision_reason": None,
            "card_channel_id": 3,
            "card_message_id": 30,
        }
    ],
    "hearings": [
        {
            "case_id": 7,
            "session": 1,
            "guild_id": 1,
            "opened_at": MOMENT,
            "closed_at": MOMENT,
            "verdict": "YES",
            "confidence": 0.83,
            "margin": 0.7,
            "disposition": "first ruling",
            "rule_version": 1,
            "rehearsal": 0,
            "finding": "It can.",
            "opinion": "Two sentences.",
            "quote": "A line.",
            "presiding": "Grace",
            "clerk": "Ada",
            "narrator": "openai/gpt",
        }
    ],
    "opinions": [
        {
            "case_id": 7,
            "session": 1,
            "seat": 1,
            "model": "openai/gpt",
            "outcome": "ballot",
            "ballot": "YES",
            "confidence": 0.9,
            "reason": "It does.",
            "emerged": "2024-05-01",
            "cause": None,
            "tokens_in": 900,
            "tokens_out": 120,
            "latency": 1.25,
        }
    ],
    "standings": [
        {
            "case_id": 7,
            "holding": "YES",
            "leaning": None,
            "yes": 2,
            "almost": 0,
            "in_research": 0,
            "no": 1,
            "updated_at": MOMENT,
        }
    ],
    "votes": [{"case_id": 7, "user_id": 21, "vote": "maybe", "source": "reaction", "cast_at": MOMENT}],
    "sittings": [{"id": 5, "case_id": 7, "due_at": MOMENT, "state": "waiting", "attempts": 2}],
    "outbox": [
        {
            "id": 9,
            "kind": "ruling",
            "guild_id": 1,
            "due_at": MOMENT,
            "state": "posted",
            "case_id": 7,
            "session": 1,
            "user_id": None,
            "detail": None,
            "attempts": 1,
            "recheck": 0,
            "channel_id": 2,
            "message_id": 20,
            "error": None,
        }
    ],
}
"""A row of every table, as the revision 0001 had them."""


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


def test_the_fixture_has_a_row_for_every_table(oldest: Path) -> None:
    with connected(oldest) as connection:
        ours = {table for table in tables_of(connection) if not table.startswith(("alembic", "docket_search"))}
    assert ours == set(OLDEST)


def test_every_row_of_the_oldest_record_is_intact_at_the_newest(oldest: Path) -> None:
    migrate(oldest, "head")

    with connected(oldest) as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == REVISIONS[-1]
        for table, rows in OLDEST.items():
            carried = [{name: row[name] for name in rows[0]} for row in rows_of(connection, table)]
            assert carried == rows, table
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


async def test_the_court_reads_the_oldest_record_and_goes_on_with_it(oldest: Path) -> None:
    database = Database(f"sqlite:///{oldest}")
    await database.open()
    async with database.reading() as records:
        case = await records.cases.by_docket_number(1, "1B0C")
        assert case is not None
        assert (case.id, case.state, case.filed_at) == (7, CaseState.DOCKETED, NOW)
        assert await records.cases.search(1, "novle", [CaseState.DOCKETED], 5) == [case]
        (hearing,) = await records.hearings.of_case(7)
        assert (hearing.closed_at, hearing.opinions[0].outcome) == (NOW, Outcome.BALLOT)
        standing = await records.standings.get(7)
        assert (standing.holding, standing.tally) == (Holding.YES, Tally(yes=2, no=1))
        assert await records.votes.of_member(7, 21) is Vote.MAYBE
        assert await records.votes.tally(7) == AudienceTally(maybe=1)
        assert (await records.guilds.get(1)).mod_channel_id == 3
        ruling = await records.outbox.ruling_at(20)
        assert ruling is not None
        assert ruling.kind is DispatchKind.RULING
    async with database.writing() as records:
        sitting = await records.sittings.claim(NOW)
        assert sitting is not None
        assert (sitting.id, sitting.attempts) == (5, 3)
        filed = await records.cases.file(1, "0002", "Can AI play chess?", 11, NOW)
        assert filed.id > 7
    await database.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_can_be_left_and_taken_again(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "court.sqlite3"
    migrate(path, revision)
    with connected(path) as connection:
        before = sorted(connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").fetchall())
    migrate(path, "-1", command.downgrade)
    migrate(path, revision)
    with connected(path) as connection:
        after = sorted(connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").fetchall())
    assert list(map(tuple, after)) == list(map(tuple, before))


def test_going_back_to_nothing_leaves_nothing(oldest: Path) -> None:
    migrate(oldest, "head")
    migrate(oldest, "base", command.downgrade)
    with connected(oldest) as connection:
        assert tables_of(connection) == ["alembic_version"]
